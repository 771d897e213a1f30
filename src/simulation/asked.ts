/** What clients have asked for: whoever knows it can tell a request that nobody made. */
import type { ClientId, Command, Request } from "#protocol";

const REMEMBERED = 8; // of each client: replicas are some of them behind

export class Asked {
  private readonly requests: (Request | undefined)[] = [];

  note(request: Request): void {
    const place = placeOf(request);
    while (this.requests.length <= place) this.requests.push(undefined);
    this.requests[place] = request;
  }

  /** The very object. */
  has(request: Request): boolean {
    return this.requests[placeOf(request)] === request;
  }

  /** What is so old that it is forgotten has been executed since, and will not be again. */
  isGenuine(request: Request): boolean {
    const known = this.requests[placeOf(request)];
    if (known === request) return true;
    if (known?.client !== request.client || known.sequence < request.sequence) return false;
    if (request.sequence < 1) return false;
    return known.sequence > request.sequence || isEqual(known.command, request.command);
  }

  /** By what it calls itself, while it is remembered. */
  find(client: ClientId, sequence: number): Request | undefined {
    const known = this.requests[client * REMEMBERED + (sequence & (REMEMBERED - 1))];
    return known?.sequence === sequence ? known : undefined;
  }
}

const placeOf = ({ client, sequence }: Request): number =>
  client * REMEMBERED + (sequence & (REMEMBERED - 1));

const isEqual = (one: Command, other: Command): boolean =>
  one.kind === other.kind &&
  one.key === other.key &&
  one.value === other.value &&
  one.expected === other.expected;
