/**
 * Makes a case that raises an alarm smaller while it still raises the same one (delta debugging, Zeller 2002): fewer
 * faults, fewer nodes, less load, plainer options, a shorter run. What remains is what the alarm needs.
 */
import type { AnyProtocol } from "#protocol";
import { parseDuration } from "../../workload/units.ts";
import type { Case } from "./case.ts";
import { type Alarm, perform } from "./finding.ts";

export interface Shrunk {
  readonly smaller: Case;
  readonly alarm: Alarm; // as the smaller case raises it
  readonly attempts: number;
}

const MOST_ATTEMPTS = 600;
/** In all attempts together, half a minute or so: most cases take a second or two, and floods of messages all of it. */
const MOST_EVENTS = 50_000_000;

export function shrink(
  given: Case,
  alarm: Alarm,
  protocol: AnyProtocol,
  mostEvents: number = MOST_EVENTS,
): Shrunk {
  const search = new Search(given, alarm, protocol, mostEvents);
  search.toTheEnd();
  return { smaller: search.best, alarm: search.alarm, attempts: search.attempts };
}

class Search {
  best: Case;
  alarm: Alarm;
  attempts = 0;
  private eventsLeft: number;
  private readonly protocol: AnyProtocol;

  constructor(given: Case, alarm: Alarm, protocol: AnyProtocol, mostEvents: number) {
    this.eventsLeft = mostEvents;
    this.best = given;
    this.alarm = alarm;
    this.protocol = protocol;
  }

  /** Round after round, until nothing can be taken away any more. */
  toTheEnd(): void {
    for (let before = -1; before !== this.attempts; ) {
      before = this.attempts;
      const found = this.round();
      if (!found || this.isOver) return;
    }
  }

  private round(): boolean {
    const steps = [
      this.fewer("faults"),
      this.fewer("byzantine"),
      this.anyOf(shorterRuns(this.best)),
      this.anyOf(smallerClusters(this.best)),
      this.fewerOptions(),
      this.anyOf(plainerFiles(this.best)),
      this.anyOf(plainerFaults(this.best)),
    ];
    return steps.includes(true);
  }

  /** Halves first, single ones last. */
  private fewer(list: "faults" | "byzantine"): boolean {
    let found = false;
    for (
      let size = Math.ceil((this.best.file[list]?.length ?? 0) / 2);
      size >= 1;
      size = Math.floor(size / 2)
    ) {
      for (let from = 0; from < (this.best.file[list]?.length ?? 0); ) {
        const rest = this.best.file[list]!.filter((_, index) => index < from || index >= from + size);
        if (this.holds(withFile(this.best, { [list]: rest.length > 0 ? rest : undefined }))) found = true;
        else from += size;
      }
    }
    return found;
  }

  private fewerOptions(): boolean {
    let found = false;
    for (const name of Object.keys(this.best.options)) {
      const { [name]: _, ...options } = this.best.options;
      if (this.holds({ ...this.best, options })) found = true;
    }
    return found;
  }

  private anyOf(candidates: readonly ((best: Case) => Case | undefined)[]): boolean {
    let found = false;
    for (const make of candidates) {
      const candidate = make(this.best);
      if (candidate !== undefined && this.holds(candidate)) found = true;
    }
    return found;
  }

  private get isOver(): boolean {
    return this.attempts >= MOST_ATTEMPTS || this.eventsLeft <= 0;
  }

  /** Whether it raises the same alarm; if so, it is the best so far. */
  private holds(candidate: Case): boolean {
    if (this.isOver) return false;
    this.attempts++;
    const { alarm, events } = perform(candidate, this.protocol);
    this.eventsLeft -= events;
    if (alarm?.check !== this.alarm.check) return false;
    this.best = candidate;
    this.alarm = alarm;
    return true;
  }
}

type Change = (best: Case) => Case | undefined;

/** Fields that are undefined are left out of the file. */
function withFile(given: Case, changes: Readonly<Record<string, unknown>>): Case {
  const fields = Object.entries({ ...given.file, ...changes }).filter(([, value]) => value !== undefined);
  return { ...given, file: Object.fromEntries(fields) as Case["file"] };
}

const shorterRuns = (_best: Case): Change[] =>
  [0.4, 0.6, 0.8, 0.9].map(factor => best => {
    const ms = parseDuration(String(best.file.duration)) / 1e6;
    return ms < 200 ? undefined : withFile(best, { duration: `${Math.round(ms * factor)}ms` });
  });

function smallerClusters({ n }: Case): Change[] {
  return [1, 2, 3, 4, 5, 6]
    .filter(size => size < n)
    .map(size => best => (size < best.n && namesAtMost(best) < size ? { ...best, n: size } : undefined));
}

/** The highest node that the case names. */
function namesAtMost({ file }: Case): number {
  const text = JSON.stringify([file.faults, file.byzantine]);
  return Math.max(-1, ...[...text.matchAll(/"n(\d+)"/g)].map(match => Number(match[1])));
}

function plainerFiles(_best: Case): Change[] {
  const plain: Readonly<Record<string, unknown>>[] = [
    { reads: undefined },
    { batching: undefined },
    { batching: { max: 1, window: 1 } },
    { network: "ideal" },
    { cost: "ideal" },
    { keys: { distribution: "uniform", count: 1 } },
    { operations: { get: 1, put: 1 } },
    { operations: { put: 1 } },
    { operations: { append: 1 } },
  ];
  const loads: Change[] = [1, 2, 3].map(count => best => {
    const clients = best.file.clients as { count?: number; mode?: string } | undefined;
    if (clients?.mode === "open" || (clients?.count ?? 0) <= count) return undefined;
    return withFile(best, { clients: { ...clients, count } });
  });
  const rates: Change[] = [0.25, 0.5, 0.75].map(share => best => {
    const clients = best.file.clients as { rate?: string } | undefined;
    const rate = Number.parseFloat(clients?.rate ?? "0");
    return rate < 4
      ? undefined
      : withFile(best, { clients: { ...clients, rate: `${Math.ceil(rate * share)}/s` } });
  });
  const changes: Change[] = plain.map(
    fields => best => (isSame(best, fields) ? undefined : withFile(best, fields)),
  );
  return [...loads, ...rates, ...changes];
}

const isSame = ({ file }: Case, fields: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(fields).every(
    ([name, value]) => JSON.stringify(file[name as keyof typeof file]) === JSON.stringify(value),
  );

/** Details of faults that may not matter. */
function plainerFaults({ file }: Case): Change[] {
  const details = ["torn", "direction", "delay", "start"] as const;
  return (file.faults ?? []).flatMap((_, index) =>
    details.map(detail => (best: Case) => {
      const faults = best.file.faults?.map(fault => ({ ...fault })) as Record<string, unknown>[] | undefined;
      const fault = faults?.[index];
      if (fault?.[detail] === undefined || (detail === "delay" && Object.keys(fault).length < 3))
        return undefined;
      delete fault[detail];
      return isFault(fault) ? withFile(best, { faults }) : undefined;
    }),
  );
}

/** `delay` alone is what goes wrong, not when. */
const isFault = (fault: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(fault).some(
    name =>
      ![
        "at",
        "every",
        "rate",
        "after",
        "when",
        "start",
        "for",
        "until",
        "of",
        "from",
        "to",
        "between",
      ].includes(name),
  );
