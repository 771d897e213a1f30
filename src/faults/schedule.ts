/**
 * Faults as they strike a target: at their times, at random, or when something happens. Each has random streams of its
 * own, so that one fault more leaves the others where they were. What struck, and what never did, is in the report.
 */
import type { Fact, NodeId } from "#protocol";
import { drawChaos } from "./chaos.ts";
import { type Chaos, type Fault, hitsNodes, textOf, type What } from "./fault.ts";
import { NodeFaults } from "./nodes.ts";
import { isOfMessages, type Strike, strike } from "./strikes.ts";
import type { Dice, FaultTarget } from "./target.ts";
import { type Bounds, Tolerance } from "./tolerance.ts";
import { Triggers } from "./triggers.ts";

const ASK_AGAIN_NS = 1_000_000;
const MOST_PATIENCE_NS = 1_000_000_000; // of a fault that will strike again anyway

export interface FaultSettings extends Omit<Bounds, "tolerated" | "isDown"> {
  readonly faults: readonly Fault[];
  readonly lies: readonly Fault[]; // of liars that are cast when they begin
  readonly chaos: Chaos | undefined;
}

export interface FaultReport {
  readonly scheduled: number; // entries of the file; chaos is one
  readonly struck: number; // of these, how many did something
  readonly strikes: number; // how often altogether
  readonly withheld: number; // strikes that would have hit more than f nodes at once, and were not to
  readonly neverStruck: readonly string[]; // of those that should
  readonly beyond: readonly string[]; // why more went wrong than the protocol tolerates, if so
  readonly healedNs: number | undefined; // chaos: since then all is well
  readonly recoveries: readonly Recovery[];
}

/** From the beginning of a fault, or the end of chaos, to the first answer to what was asked for since. */
export interface Recovery {
  readonly fault: string;
  readonly startNs: number;
  recoveredNs: number | undefined;
}

interface Entry {
  readonly fault: Fault;
  readonly dice: Dice; // for times and for roles
  readonly bounded: boolean; // may only hit so many nodes that no more than f are hit at once
  readonly ofChaos: boolean;
  readonly name: string; // in the file: its place and what it says
  struck: boolean;
  withheld: boolean; // at least once
}

export class FaultSchedule {
  /** [ns, what] as it happened. */
  readonly log: [number, string][] = [];
  private readonly settings: FaultSettings;
  private readonly target: FaultTarget;
  private readonly nodes: NodeFaults;
  private readonly triggers: Triggers;
  private readonly entries: Entry[];
  private readonly strikes: { entry: Entry; strike: Strike }[] = [];
  private readonly recoveries: Recovery[] = [];
  private readonly unrecovered = new Set<Recovery>();
  private readonly tolerance: Tolerance;
  private cast = { atNs: -1, parts: new Map<string, readonly NodeId[]>() };
  private heals = 0;
  private withheld = 0;
  private healedNs: number | undefined;
  private finished = false;

  constructor(settings: FaultSettings, target: FaultTarget) {
    this.settings = settings;
    this.target = target;
    this.nodes = new NodeFaults(target);
    this.triggers = new Triggers(target);
    const isDown = (node: NodeId) => target.status(node) === undefined;
    this.tolerance = new Tolerance({ ...settings, tolerated: target.tolerated, isDown }, this.strikes);
    const { faults, lies, chaos } = settings;
    const drawn = chaos === undefined ? [] : drawChaos(chaos, name => target.dice(name));
    const entry = (fault: Fault, name: string, ofChaos = false): Entry => ({
      fault,
      name,
      ofChaos,
      bounded: ofChaos ? chaos?.beyondTolerance !== true : fault.bounded === true,
      dice: target.dice(name),
      struck: false,
      withheld: false,
    });
    this.entries = [
      ...faults.map((fault, index) => entry(fault, `fault ${index}: ${plain(fault.what)}`)),
      ...lies.map(fault => entry(fault, `liar ${fault.what.entry}: ${plain(fault.what)}`)),
      ...drawn.map((fault, index) => entry(fault, `chaos ${index}`, true)),
    ];
  }

  start(): void {
    const { chaos } = this.settings;
    for (const entry of this.entries) this.plan(entry);
    if (chaos !== undefined) this.target.at(chaos.untilNs, () => this.calm());
  }

  onFact(nowNs: number, node: NodeId, fact: Fact, position: number): void {
    this.triggers.onFact(nowNs, node, fact, position);
  }

  /** A node has told its first lie of a kind; `isCast`: somebody whom no entry of the file names for it. */
  onFirstLie(node: NodeId, text: string, isCast: boolean): void {
    this.tolerance.lied(node, text, isCast, this.target.nowNs());
  }

  /** An operation that was asked for at `callNs` has just been answered. */
  onAnswer(callNs: number, nowNs: number): void {
    for (const recovery of this.unrecovered) {
      if (callNs < recovery.startNs) continue;
      recovery.recoveredNs = nowNs;
      this.unrecovered.delete(recovery);
    }
  }

  /** The measurement is over: nothing strikes any more, and what would keep the run from ending ends. */
  finish(): void {
    this.finished = true;
    for (const { entry, strike } of this.strikes) {
      const { kind } = entry.fault.what;
      if (kind === "diskStall" || kind === "hold") this.end(entry, strike);
    }
  }

  /** The run is over, and all ends that was never to end, but whoever is down stays down. */
  healAllButCrashes(): void {
    this.finished = true;
    this.endAll(["crash", "wipe"]);
  }

  /** Now all is well again. */
  healAll(): void {
    this.finished = true;
    this.endAll();
  }

  report(): FaultReport {
    for (const { entry, strike } of this.strikes) this.notice(entry, strike);
    this.tolerance.compare(this.target.nowNs());
    const own = this.entries.filter(({ ofChaos }) => !ofChaos);
    const drawn = this.entries.filter(({ ofChaos }) => ofChaos);
    const idle = own.filter(({ struck, fault }) => !struck && !fault.optional).map(nameOfIdle);
    const chaosStruck = drawn.some(({ struck }) => struck);
    return {
      scheduled: own.length + (this.settings.chaos === undefined ? 0 : 1),
      struck: own.filter(({ struck }) => struck).length + (chaosStruck ? 1 : 0),
      strikes: this.strikes.length + this.heals,
      withheld: this.withheld,
      neverStruck: [...idle, ...idleKinds(this.settings.chaos, drawn)],
      beyond: this.tolerance.beyond,
      healedNs: this.healedNs,
      recoveries: this.recoveries,
    };
  }

  // --- When ------------------------------------------------------------------------------------------------------

  private plan(entry: Entry): void {
    const { when } = entry.fault;
    const { target } = this;
    const patienceNs = entry.ofChaos ? 0 : Number.POSITIVE_INFINITY; // chaos goes on to something else
    if (when.on === "time") target.at(when.atNs, () => this.attempt(entry, patienceNs));
    else if (when.on === "every") target.at(when.startNs, () => this.repeat(entry, when.everyNs));
    else if (when.on === "rate") target.at(when.startNs, () => this.repeatAtRandom(entry, when.perSecond));
    else this.triggers.arm(when, () => this.attempt(entry, Number.POSITIVE_INFINITY));
  }

  private repeat(entry: Entry, everyNs: number): void {
    if (this.isOver(entry)) return;
    this.attempt(entry, this.target.nowNs() + Math.min(everyNs, MOST_PATIENCE_NS));
    this.target.at(this.target.nowNs() + everyNs, () => this.repeat(entry, everyNs));
  }

  private repeatAtRandom(entry: Entry, perSecond: number): void {
    const waitNs = Math.ceil((-Math.log(1 - entry.dice.next()) / perSecond) * 1e9);
    const atNs = this.target.nowNs() + waitNs;
    this.target.at(atNs, () => {
      if (this.isOver(entry)) return;
      this.attempt(entry, atNs + MOST_PATIENCE_NS);
      this.repeatAtRandom(entry, perSecond);
    });
  }

  private isOver({ fault: { untilNs } }: Entry): boolean {
    return this.finished || this.target.nowNs() >= (untilNs ?? Number.POSITIVE_INFINITY);
  }

  /** Where nobody plays a role just now, the fault waits for somebody who does. */
  private attempt(entry: Entry, patienceNs: number): void {
    if (this.isOver(entry)) return;
    const nowNs = this.target.nowNs();
    if (entry.fault.what.kind === "heal") return this.heal(entry);
    const struck = this.tryToStrike(entry);
    if (struck || nowNs + ASK_AGAIN_NS > patienceNs) return;
    this.target.at(nowNs + ASK_AGAIN_NS, () => this.attempt(entry, patienceNs));
  }

  // --- What ------------------------------------------------------------------------------------------------------

  /** Returns false where it is worth trying again. */
  private tryToStrike(entry: Entry): boolean {
    const { fault, bounded, dice } = entry;
    const { target, nodes } = this;
    const { kind } = fault.what;
    const able = target.replicas.filter(node => nodes.isEligible(kind, node));
    const isBounded = bounded && (hitsNodes(kind) || (kind === "cut" && !entry.ofChaos));
    const room = isBounded ? this.tolerance.room(target.nowNs()) : able.length;
    if (isBounded && room <= 0 && kind !== "lie") return this.withhold(entry);
    const liars = room > 0 ? [] : able.filter(node => this.tolerance.isLiar(target.nowNs(), node));
    const endNs = this.endOf(fault);
    const now = strike(fault, endNs, {
      target,
      nodes,
      dice,
      eligible: liars.length > 0 ? liars : able,
      most: Math.max(room, 1), // who has lied before may lie again
      admits: hits => !isBounded || entry.ofChaos || this.tolerance.admits(target.nowNs(), kind, hits),
      parts: this.partsFor(entry),
    });
    if (now === "too many" || (now === undefined && liars.length > 0)) return this.withhold(entry);
    if (now === undefined) return false;
    this.begin(entry, now, endNs);
    return true;
  }

  /** There is no use in trying again: chaos goes on to something else, and whoever listed a fault is told. */
  private withhold(entry: Entry): true {
    entry.withheld = true;
    this.withheld++;
    return true;
  }

  /** Faults of a file that strike at one instant have their players in common. */
  private partsFor({ ofChaos }: Entry): Map<string, readonly NodeId[]> {
    if (ofChaos) return new Map();
    const nowNs = this.target.nowNs();
    if (this.cast.atNs !== nowNs) this.cast = { atNs: nowNs, parts: new Map() };
    return this.cast.parts;
  }

  private endOf({ forNs, untilNs }: Fault): number | undefined {
    if (forNs === undefined) return untilNs;
    return Math.min(this.target.nowNs() + forNs, untilNs ?? Number.POSITIVE_INFINITY);
  }

  private begin(entry: Entry, strike: Strike, endNs: number | undefined): void {
    const { kind } = entry.fault.what;
    this.strikes.push({ entry, strike });
    this.awaitRecovery(strike.text);
    this.write(strike.text);
    this.notice(entry, strike);
    this.tolerance.struck(entry.fault.what, strike);
    if (kind === "restart") strike.ended = true;
    else if (endNs !== undefined) this.target.at(endNs, () => this.end(entry, strike));
  }

  private end(entry: Entry, strike: Strike): void {
    if (strike.ended) return;
    this.tolerance.ending(strike, this.target.nowNs());
    strike.ended = true;
    for (const end of strike.ends) end();
    this.notice(entry, strike);
    const touched = strike.troubles.reduce((sum, trouble) => sum + trouble.touched, 0);
    const unit = entry.fault.what.kind === "lie" ? "lies" : "messages";
    const effect = strike.troubles.length === 0 ? "" : ` (${touched} ${unit})`;
    this.write(`end of ${strike.text}${effect}`);
  }

  /** A fault of links that no message has met has done nothing. */
  private notice(entry: Entry, { troubles }: Strike): void {
    if (!isOfMessages(entry.fault.what) || troubles.some(({ touched }) => touched > 0)) entry.struck = true;
  }

  private heal(entry: Entry): void {
    entry.struck = true;
    this.heals++;
    this.write("heal all");
    this.endAll();
  }

  private calm(): void {
    this.endAll();
    this.healedNs = this.target.nowNs();
    this.write("end of chaos");
    this.awaitRecovery("end of chaos");
  }

  private awaitRecovery(fault: string): void {
    const recovery: Recovery = { fault, startNs: this.target.nowNs(), recoveredNs: undefined };
    this.recoveries.push(recovery);
    this.unrecovered.add(recovery);
  }

  /** But for lies: nobody heals a liar. */
  private endAll(spared: readonly What["kind"][] = []): void {
    for (const { entry, strike } of this.strikes) {
      const { kind } = entry.fault.what;
      if (kind !== "lie" && !spared.includes(kind)) this.end(entry, strike);
    }
  }

  private write(what: string): void {
    this.log.push([this.target.nowNs(), what]);
    this.target.record("fault", { what });
  }
}

const nameOfIdle = ({ name, withheld }: Pick<Entry, "name" | "withheld">): string =>
  withheld ? `${name}, withheld` : name;

/** The kinds of chaos that have done nothing: never drawn, or withheld each time. */
function idleKinds(chaos: Chaos | undefined, drawn: readonly Entry[]): string[] {
  if (chaos === undefined) return [];
  const asked = Object.entries(chaos.perSecond).filter(([, perSecond]) => perSecond > 0);
  if (asked.length === 0) return ["chaos"];
  return asked.flatMap(([kind]) => {
    const own = drawn.filter(({ fault }) => fault.what.kind === kind);
    const withheld = own.some(entry => entry.withheld);
    return own.some(({ struck }) => struck) ? [] : [nameOfIdle({ name: `chaos ${kind}`, withheld })];
  });
}

/** As the file has it, before anybody plays a role. */
function plain(what: What): string {
  const { who, groups, from, to } = what;
  if (who !== undefined) return textOf(what, who.join(","));
  if (typeof groups === "string") return textOf(what, groups);
  if (groups !== undefined) return textOf(what, groups.map(names => `[${names.join(",")}]`).join(" | "));
  const arrow = what.both ? "<->" : "->";
  const links =
    from === undefined && to === undefined
      ? "on every link"
      : `${from?.join(",") ?? "all"} ${arrow} ${to?.join(",") ?? "all"}`;
  return textOf(what, what.kind === "heal" ? "all" : links);
}
