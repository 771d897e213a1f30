/** All comparisons of formula and run, section by section of docs/oracles.md. */
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import {
  askedElsewhere,
  attemptsToFindLeader,
  elsewhere,
  searching,
  sharedRound,
  shares,
  sharing,
} from "./asked.ts";
import { attemptBatches, attemptSizes, attempts, messagesOfAttempts } from "./attempts.ts";
import { counted, timed, waitForCount, waitForTime } from "./batching.ts";
import {
  coordinatedOmission,
  egress,
  egresses,
  littlesLawOfThinkers,
  littleThinkers,
  scalability,
  thinkers,
  thinkTime,
} from "./bounds.ts";
import type { Comparison } from "./comparison.ts";
import { downTime, downTimes, splits, splitVotes } from "./down-time.ts";
import {
  cutOff,
  electing,
  electionMessages,
  electorates,
  firstTimeout,
  firstTimeoutSizes,
  termsWhileCutOff,
} from "./elections.ts";
import { normalCases } from "./formulas.ts";
import { type Handled, handled, handledBatches, messagesHandled } from "./handled.ts";
import * as load from "./load.ts";
import { longArguments } from "./long-arguments.ts";
import { cellsOf, normalCase } from "./normal-case.ts";
import { queues, waitInRandomQueue } from "./queue.ts";
import { answerSizes, randomAnswers, waitForAnswers } from "./random-answers.ts";
import { randomRounds, roundSizes } from "./random-rounds.ts";
import { counts, growth, growths } from "./scale.ts";
import { twoVisits, visits } from "./two-visits.ts";
import { evenCases, evenLinks, linkCases, unequalLinks } from "./unequal-links.ts";
import { deposed, viewChanges } from "./view-change.ts";

const MATRICES = [1, 2, 3];
const COMMANDS = 10_000;
const TRIALS = 10_000;
const CUT_OFF = 200;
const SEEDS = 16;

/** The names of the protocols that there are formulas for. */
export const comparable = [...new Set(normalCases.map(({ protocol }) => protocol.name))];

/** Of the protocols of these names. */
export function* comparisons(names: readonly string[]): Generator<Comparison> {
  const wanted = ({ name }: AnyProtocol): boolean => names.includes(name);
  const ours = <One extends { readonly protocol: AnyProtocol }>(all: readonly One[]): One[] =>
    all.filter(({ protocol }) => wanted(protocol));
  for (const one of ours(normalCases)) for (const cell of cellsOf(one)) yield* normalCase(one, cell);
  if (wanted(paxos)) yield* ofAttempts();
  for (const one of ours(elsewhere)) for (const n of one.sizes) yield* askedElsewhere(one, n);
  for (const { protocol, sizes } of ours(sharing)) yield* ofSharedRounds(protocol, sizes);
  for (const one of ours(handled)) yield* ofHandled(one);
  for (const one of ours(evenCases)) for (const n of one.sizes) yield evenLinks(one, n);
  for (const one of ours(linkCases)) {
    for (const matrix of MATRICES) for (const n of one.sizes) yield unequalLinks(one, n, matrix);
  }
  for (const one of ours(randomAnswers)) for (const n of answerSizes) yield waitForAnswers(one, n, COMMANDS);
  if (wanted(pbft)) for (const n of roundSizes) yield randomRounds(n, COMMANDS);
  yield* ofElections(ours);
  yield* ofLoad(ours);
  yield* ofQueues(ours);
  yield* ofBounds(ours);
  for (const one of ours(growths)) {
    const all = counts(one);
    yield* all;
    yield growth(one, all);
  }
}

function* ofAttempts(): Generator<Comparison> {
  for (const count of attempts) {
    for (const batch of attemptBatches)
      for (const n of attemptSizes) yield messagesOfAttempts(n, count, batch);
  }
}

function* ofSharedRounds(protocol: AnyProtocol, sizes: readonly number[]): Generator<Comparison> {
  for (const reads of shares) for (const n of sizes) yield sharedRound(protocol, n, reads);
}

function* ofHandled(one: Handled): Generator<Comparison> {
  for (const batch of handledBatches) for (const n of one.sizes) yield* messagesHandled(one, n, batch);
}

function* ofElections(ours: Ours): Generator<Comparison> {
  for (const { protocol, sizes } of ours(searching))
    for (const n of sizes) yield attemptsToFindLeader(protocol, n);
  for (const one of ours(electing)) {
    for (const electorate of electorates) yield* electionMessages(one, electorate);
    for (const n of firstTimeoutSizes) yield firstTimeout(one, n, TRIALS);
  }
  for (const { setting } of ours(splits.map(setting => ({ protocol: raft, setting })))) {
    yield* splitVotes(setting, TRIALS);
  }
  for (const { one } of ours(downTimes.map(one => ({ protocol: one.electing.protocol, one })))) {
    yield downTime(one, TRIALS);
  }
  for (const one of ours(cutOff)) yield termsWhileCutOff(one, CUT_OFF);
  for (const { one } of ours(deposed.map(one => ({ protocol: pbft, one })))) yield* viewChanges(one);
}

type Ours = <One extends { readonly protocol: AnyProtocol }>(all: readonly One[]) => One[];

function* ofLoad(ours: Ours): Generator<Comparison> {
  const { handlings, timeOfCommand, saturation, pipelines, pipelining } = load;
  for (const one of ours(handlings)) {
    for (const batch of one.batches) for (const n of one.sizes) yield timeOfCommand(one, n, batch);
    if (one.node === "a follower") continue;
    for (const batch of one.batches) for (const n of one.sizes) yield saturation(one, n, batch);
  }
  for (const { protocol } of ours([{ protocol: raft }, { protocol: multiPaxos }])) {
    for (const window of pipelines) for (const batch of [1, 8]) yield pipelining(protocol, window, batch);
  }
  for (const cell of ours(load.littleCells)) yield load.littlesLaw(cell);
  for (const { clients } of ours(load.loops)) yield load.closedLoop(clients);
  for (const { share } of ours(load.shares)) yield load.waitInQueue(share, SEEDS);
}

function* ofQueues(ours: Ours): Generator<Comparison> {
  for (const { queue } of ours(queues.map(queue => ({ protocol: unreplicated, queue })))) {
    yield* waitInRandomQueue(queue, SEEDS);
  }
  for (const one of ours(visits)) yield twoVisits(one);
  for (const one of ours(counted)) yield* waitForCount(one, SEEDS);
  for (const one of ours(timed)) yield waitForTime(one, SEEDS);
}

function* ofBounds(ours: Ours): Generator<Comparison> {
  for (const one of ours(egresses)) for (const n of one.sizes) yield egress(one, n);
  for (const { clients } of ours(thinkers)) yield thinkTime(clients);
  for (const one of ours(littleThinkers)) yield littlesLawOfThinkers(one);
  if (ours([{ protocol: pbft }]).length > 0) {
    yield* longArguments();
    yield load.priceOfLies();
  }
  if (ours([{ protocol: unreplicated }]).length === 0) return;
  yield* coordinatedOmission();
  yield* scalability();
}
