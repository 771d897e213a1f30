/**
 * How long an election takes, thrice: by the formula of the thesis (9.2), by trials of what the formula takes for
 * granted, and by trials of what Raft's timers do. In units of the range of time-outs, which begin at one range; all
 * start together; a message takes `latency`, nothing else takes any time; `alive` of `n` servers have equal logs.
 */
import { RandomStream } from "../../src/simulation/random.ts";

export interface Setting {
  readonly n: number;
  readonly alive: number;
  readonly latency: number;
}

const majorityOf = (n: number): number => Math.floor(n / 2) + 1;

export function splitShare({ n, alive, latency }: Setting): number {
  let share = 0;
  for (let late = 0; late <= alive; late++) {
    if (late >= alive - Math.floor(n / 2)) share += binomial(alive, late, latency);
  }
  return share;
}

function binomial(of: number, taken: number, share: number): number {
  let term = 1;
  for (let one = 1; one <= taken; one++) term *= (share * (of - taken + one)) / one;
  for (let one = taken; one < of; one++) term *= 1 - share;
  return term;
}

export function formula(setting: Setting): number {
  const { alive, latency } = setting;
  return (1 + 1 / (alive + 1) + latency) / (1 - splitShare(setting)) + latency;
}

/** A term that elects nobody ends for all at once, when the first one's request arrives. */
export function allTogether({ n, alive, latency }: Setting, random: RandomStream): number {
  let time = 0;
  for (;;) {
    const draws = Array.from({ length: alive }, () => random.next());
    const first = Math.min(...draws);
    time += 1 + first + latency;
    const candidates = draws.filter(draw => draw < first + latency).length;
    if (1 + alive - candidates >= majorityOf(n)) return time + latency;
  }
}

interface Voter {
  term: number; // in which it has voted, for itself or for whoever asked first
  votes: number; // for itself
  deadline: number;
}

interface Mail {
  readonly at: number;
  readonly kind: "request" | "vote";
  readonly from: number;
  readonly to: number;
  readonly term: number;
}

/** Who stands starts its timer anew at once, and who grants a vote when it does. */
export function asInRaft({ n, alive, latency }: Setting, random: RandomStream): number {
  const fresh = (now: number) => now + 1 + random.next();
  const voters: Voter[] = Array.from({ length: alive }, () => ({
    term: 0,
    votes: 0,
    deadline: fresh(0),
  }));
  const mail: Mail[] = []; // of one latency, so in the order of sending
  for (;;) {
    const deadlines = voters.map(({ deadline }) => deadline);
    const next = Math.min(...deadlines);
    const first = mail[0];
    if (first === undefined || next < first.at) {
      const self = deadlines.indexOf(next);
      const term = voters[self]!.term + 1;
      voters[self] = { term, votes: 1, deadline: fresh(next) };
      for (let to = 0; to < alive; to++) {
        if (to !== self) mail.push({ at: next + latency, kind: "request", from: self, to, term });
      }
      continue;
    }
    const { at, kind, from, to, term } = mail.shift()!;
    const voter = voters[to]!;
    if (kind === "vote" && term === voter.term && voter.votes > 0 && ++voter.votes >= majorityOf(n))
      return at;
    if (kind === "request" && term > voter.term) {
      voters[to] = { term, votes: 0, deadline: fresh(at) };
      mail.push({ at: at + latency, kind: "vote", from: to, to: from, term });
    }
  }
}

export function trialsOf(model: typeof asInRaft, setting: Setting, count: number): number[] {
  const random = new RandomStream(1, "election");
  return Array.from({ length: count }, () => model(setting, random));
}
