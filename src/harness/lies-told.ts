/** What a workload's liars have told so far: since when, how often, and who was cast for whom. */
import type { NodeId } from "#protocol";
import type { FaultSchedule } from "../faults/schedule.ts";
import type { TroubleHandle } from "../faults/target.ts";
import { formatDuration } from "../workload/units.ts";
import type { LiarChoice, Workload } from "../workload/workload.ts";

/** The lies of one of the workload's liars that one node has told. */
interface Tale {
  readonly entry: number;
  readonly node: NodeId;
  readonly firstNs: number;
  times: number;
  before: number; // of these, before it last began
  open: boolean; // it has begun, and has not ended
}

/** Who else has to know of liars. */
interface Hearers {
  /** Made anew after this, so it is asked for when it is needed. */
  readonly invariants: { onLiar(node: NodeId): void };
  readonly faults: Pick<FaultSchedule, "onFirstLie"> | undefined;
}

/** The world, as far as it is told of lies. */
interface Chronicle {
  readonly tick: number;
  record(event: string, fields: Readonly<Record<string, unknown>>): void;
}

export class LiesTold {
  /** [ns, what]: of liars that lie by their own clocks. Those that are cast are in the log of the other faults. */
  readonly log: [number, string][] = [];
  // Both are made when the cluster is, and before it starts.
  private world!: Chronicle;
  private hearers!: Hearers;
  private readonly choices: readonly LiarChoice[];
  private readonly tales: (Tale | undefined)[][]; // by entry and node
  private readonly casts: number[][]; // likewise: how many strikes make it lie now
  private readonly known = new Set<NodeId>();

  constructor({ byzantine }: Workload) {
    this.choices = byzantine;
    this.tales = byzantine.map(() => []);
    this.casts = byzantine.map(() => []);
    for (const { node, cast } of byzantine)
      if (node !== undefined && cast === undefined) this.known.add(node);
  }

  attach(world: Chronicle, hearers: Hearers): void {
    this.world = world;
    this.hearers = hearers;
  }

  /** Who lies at some time, or has been cast to. */
  get liars(): NodeId[] {
    return [...this.known];
  }

  /** A lie is told. Only the first of many is worth a line. */
  told(entry: number, node: NodeId): void {
    const tale = this.tales[entry]![node] ?? this.begunBy(entry, node);
    if (!tale.open) this.open(tale);
    tale.times++;
  }

  /** The time to lie is over, by the liar's own clock. */
  over(entry: number, node: NodeId): void {
    const tale = this.tales[entry]![node];
    if (tale === undefined || !tale.open) return;
    tale.open = false;
    this.write(tale, `end of ${this.text(tale)} (${tale.times - tale.before} lies)`);
  }

  isCast(entry: number, node: NodeId): boolean {
    return (this.casts[entry]![node] ?? 0) > 0;
  }

  /** From now on the node lies, until that ends. */
  cast(entry: number, node: NodeId): TroubleHandle {
    const times = () => this.tales[entry]![node]?.times ?? 0;
    const casts = this.casts[entry]!;
    const before = times();
    let after: number | undefined;
    casts[node] = (casts[node] ?? 0) + 1;
    this.known.add(node);
    this.hearers.invariants.onLiar(node);
    return {
      get touched() {
        return (after ?? times()) - before;
      },
      end() {
        after = times();
        casts[node] = casts[node]! - 1;
      },
    };
  }

  /** Those that lie by their own clocks, and have lied. */
  get proven(): readonly LiarChoice[] {
    return this.choices.filter(
      ({ cast, node }, entry) => cast === undefined && this.tales[entry]![node!] !== undefined,
    );
  }

  /** Of liars by their own clocks: how many there are, how many have lied, and who should have, and did not. */
  byTheClock(): { readonly liars: number; readonly lied: number; readonly idle: readonly string[] } {
    const fixed = this.choices.flatMap((choice, entry) =>
      choice.cast === undefined ? { ...choice, entry } : [],
    );
    const silent = fixed.filter(({ entry, node }) => this.tales[entry]![node!] === undefined);
    const idle = silent
      .filter(({ optional }) => optional !== true)
      .map(({ node, lie, fromMs }) => `lie ${lie} of n${node} from ${formatDuration(fromMs * 1e6)} on`);
    return { liars: fixed.length, lied: fixed.length - silent.length, idle };
  }

  /** As the line of a run has them, the first to lie first. */
  summary(): { node: NodeId; lie: string; first_us: number; times: number }[] {
    return this.tales
      .flat()
      .filter(tale => tale !== undefined)
      .toSorted((left, right) => left.firstNs - right.firstNs)
      .map(({ entry, node, firstNs, times }) => {
        return { node, lie: this.choices[entry]!.lie, first_us: Math.round(firstNs / 1e3), times };
      });
  }

  private begunBy(entry: number, node: NodeId): Tale {
    const tale = { entry, node, firstNs: this.world.tick, times: 0, before: 0, open: false };
    this.tales[entry]![node] = tale;
    this.hearers.faults?.onFirstLie(node, this.text(tale), this.choices[entry]!.cast !== undefined);
    return tale;
  }

  private open(tale: Tale): void {
    tale.open = true;
    tale.before = tale.times;
    this.write(tale, this.text(tale));
  }

  private text({ entry, node }: Tale): string {
    return `lie ${this.choices[entry]!.lie} n${node}`;
  }

  /** Of who is cast the schedule tells. */
  private write({ entry }: Tale, what: string): void {
    if (this.choices[entry]!.cast !== undefined) return;
    this.log.push([this.world.tick, what]);
    this.world.record("fault", { what });
  }
}
