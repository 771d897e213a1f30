import { describe, expect, test } from "vitest";
import { EpochMeter } from "../../src/metrics/epochs.ts";

/** Three nodes: 0 leads epoch 1 from 100, 1 leads epoch 2 from 300 and crashes at 500, 0 leads epoch 4 from 600. */
function history(): EpochMeter {
  const meter = new EpochMeter(3);
  meter.onFact(90, 0, "epoch", 1);
  meter.onFact(100, 0, "leads", 1);
  meter.onFact(110, 1, "epoch", 1);
  meter.onFact(290, 1, "epoch", 2);
  meter.onFact(300, 1, "leads", 2);
  meter.onFact(310, 0, "epoch", 2);
  meter.onFact(310, 0, "yields", 1);
  meter.onCrash(500, 1);
  meter.onCrash(500, 2);
  meter.onFact(590, 0, "epoch", 4);
  meter.onFact(600, 0, "leads", 4);
  meter.onFact(600, 0, "committed", 4);
  return meter;
}

describe("epochs and leaders", () => {
  test("of a whole run", () => {
    expect(history().summary(0, 1000)).toMatchObject({
      start: 0,
      end: 4,
      max: 4,
      growth: 4,
      elections: 3,
      leaderChanges: 2,
      leaderlessNs: 100 + 100,
    });
  });

  test("of a window: what led and held before it counts as its beginning", () => {
    expect(history().summary(200, 550)).toMatchObject({
      start: 1,
      end: 2,
      max: 2,
      growth: 1,
      elections: 1,
      leaderChanges: 1,
      leaderlessNs: 50,
    });
    expect(history().summary(320, 450)).toMatchObject({ growth: 0, elections: 0, leaderlessNs: 0 });
    expect(history().summary(700, 1000)).toMatchObject({ start: 4, elections: 0, leaderlessNs: 0 });
  });

  test("of each node, and who raised the greatest", () => {
    const { nodes, raisedBy } = history().summary(0, 1000);
    expect(nodes).toEqual([
      { node: 0, start: 0, end: 4, growth: 4 },
      { node: 1, start: 0, end: 2, growth: 2 },
      { node: 2, start: 0, end: 0, growth: 0 },
    ]);
    expect(raisedBy).toEqual([
      { node: 0, times: 2 },
      { node: 1, times: 1 },
    ]);
    expect(history().summary(200, 550)).toMatchObject({
      nodes: [{ start: 1, end: 2, growth: 1 }, { growth: 1 }, { growth: 0 }],
      raisedBy: [{ node: 1, times: 1 }],
    });
    expect(history().summary(320, 450).raisedBy).toEqual([]);
  });

  test("a cut-off node climbs alone, and what others catch up with later raised nothing", () => {
    const meter = new EpochMeter(3);
    for (let epoch = 1; epoch <= 9; epoch++) meter.onFact(epoch * 100, 2, "epoch", epoch);
    meter.onFact(950, 0, "epoch", 9);
    expect(meter.summary(0, 940)).toMatchObject({ nodes: [{ growth: 0 }, { growth: 0 }, { growth: 9 }] });
    expect(meter.summary(0, 1000)).toMatchObject({
      raisedBy: [{ node: 2, times: 9 }],
      nodes: [{ growth: 9 }, {}, {}],
    });
  });

  test("two leaders at a time are no gap, and a leader of an older epoch changes nothing", () => {
    const meter = new EpochMeter(3);
    meter.onFact(100, 0, "leads", 5);
    meter.onFact(200, 1, "leads", 3);
    meter.onFact(300, 0, "yields", 5);
    meter.onFact(400, 1, "yields", 3);
    expect(meter.summary(100, 500)).toMatchObject({ elections: 1, leaderChanges: 0, leaderlessNs: 100 });
  });

  test("in one round of ballots the higher node takes over from the lower one, and not the other way", () => {
    const meter = new EpochMeter(3);
    meter.onFact(100, 1, "leads", 5);
    meter.onFact(200, 2, "leads", 5);
    meter.onFact(300, 0, "leads", 5);
    expect(meter.summary(150, 500)).toMatchObject({ elections: 2, leaderChanges: 1 });
  });

  test("a leader that is elected again is an election, but no change", () => {
    const meter = new EpochMeter(2);
    meter.onFact(100, 0, "leads", 1);
    meter.onFact(200, 0, "yields", 1);
    meter.onFact(300, 0, "leads", 2);
    meter.onFact(400, 0, "leads", 3);
    expect(meter.summary(150, 500)).toMatchObject({ elections: 2, leaderChanges: 0, leaderlessNs: 100 });
  });

  test("a node that restarts in an older epoch lowers the end, not the greatest", () => {
    const meter = new EpochMeter(1);
    meter.onFact(100, 0, "epoch", 7);
    meter.onFact(200, 0, "epoch", 0);
    expect(meter.summary(0, 300)).toMatchObject({ end: 0, max: 7, growth: 7 });
  });

  test("the series are those of the result files, however many", () => {
    expect(history().leaderSeries()).toEqual([
      [0, 0, 1, 1],
      [0, 1, 2, 1],
      [0, 0, 1, 0],
      [0, 1, 2, 0],
      [0, 0, 4, 1],
    ]);
    const meter = new EpochMeter(2);
    for (let epoch = 1; epoch <= 1000; epoch++) meter.onFact(epoch * 1000, epoch % 2, "epoch", epoch);
    meter.onFact(2e6, 0, "epoch", 1000); // entered already
    expect(meter.epochSeries()).toHaveLength(1000);
    expect(meter.epochSeries()[499]).toEqual([500, 0, 500]);
  });
});
