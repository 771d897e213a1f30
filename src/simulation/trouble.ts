/** What is wrong with some links for a while, on top of what they are like anyway. */
export interface TroubleModel {
  readonly loss?: number; // probability that a message never arrives; 1 is a cut
  readonly duplication?: number; // … that it arrives twice
  readonly reordering?: number; // … that it may overtake, or be overtaken
  readonly delayNs?: number; // added to every message
  readonly jitterNs?: number; // the mean of an exponential delay on top
  readonly hold?: boolean; // messages are kept back until the trouble is over
  readonly types?: readonly string[] | undefined; // between replicas: only messages of these types
  readonly clients?: ((client: number) => boolean) | undefined; // on links of clients: only these clients' messages
  readonly count?: number | undefined; // only the first so many messages that all this applies to
}

/** One object may trouble several links: its count is theirs together. */
export class Trouble {
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  readonly delayNs: number;
  readonly jitterNs: number;
  readonly hold: boolean;
  readonly types: readonly string[] | undefined;
  readonly clients: ((client: number) => boolean) | undefined;
  touched = 0; // messages it has done something to
  private left: number;
  private readonly kept: (() => void)[] = [];

  constructor(model: TroubleModel) {
    this.loss = model.loss ?? 0;
    this.duplication = model.duplication ?? 0;
    this.reordering = model.reordering ?? 0;
    this.delayNs = model.delayNs ?? 0;
    this.jitterNs = model.jitterNs ?? 0;
    this.hold = model.hold ?? false;
    this.types = model.types;
    this.clients = model.clients;
    this.left = model.count ?? Number.POSITIVE_INFINITY;
  }

  /** `type` is undefined for what clients and replicas say to each other; `client` means something there only. */
  concerns(type: string | undefined, client: number): boolean {
    if (this.left <= 0) return false;
    if (type === undefined) return this.types === undefined && (this.clients?.(client) ?? true);
    return this.types?.includes(type) ?? true;
  }

  touch(): void {
    this.touched++;
    this.left--;
  }

  keep(deliver: () => void): void {
    this.kept.push(deliver);
  }

  /** What was kept back arrives now, in the order in which it was sent. */
  release(): void {
    for (const deliver of this.kept.splice(0)) deliver();
  }
}
