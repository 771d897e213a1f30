import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { axisOf } from "../../src/report/diagram/axis.ts";
import { carried } from "../../src/report/diagram/embed.ts";
import { happeningAt } from "../../src/report/diagram/happening.ts";
import { drawHistory } from "../../src/report/diagram/history.ts";
import { diagramSections } from "../../src/report/diagram/index.ts";
import { modelOf, standingAt } from "../../src/report/diagram/model.ts";
import { momentsOf, viewOf } from "../../src/report/diagram/moments.ts";
import { drawOverview } from "../../src/report/diagram/overview.ts";
import { pathOf } from "../../src/report/diagram/paths.ts";
import { allShown, drawScene } from "../../src/report/diagram/scene.ts";
import { faultSpans, roleSpans } from "../../src/report/diagram/spans.ts";
import { drawStage } from "../../src/report/diagram/stage.ts";
import { type KeptRow, type KeptTrace, keptTraceText, parseKeptTrace } from "../../src/results/kept-trace.ts";
import { runLine } from "../results/line.ts";
import { smallText, smallTrace, studyOf } from "./diagram-study.ts";

const model = modelOf(smallTrace);
const ms = 1_000_000;

describe("a kept trace", () => {
  test("is read as it was written", () => {
    expect(parseKeptTrace(smallText, "x")).toEqual(smallTrace);
    expect(keptTraceText(parseKeptTrace(smallText, "x"))).toBe(smallText);
  });

  test("a line that is none is named, with what to do", () => {
    const torn = smallText.replace('"AppendReply"', "7");
    expect(() => parseKeptTrace(torn, "x.kept.ndjson")).toThrow(
      /^x\.kept\.ndjson:11: not a line of a kept trace; remove the file/,
    );
  });

  test("becomes arrows, marks and standings", () => {
    expect(model.arrows.map(({ type }) => type)).toEqual([
      "request",
      "AppendEntries",
      "AppendEntries",
      "AppendReply",
      "reply",
      "RequestVote",
      "RequestVote",
      "Vote",
    ]);
    expect(model.arrows.filter(({ down }) => down)).toHaveLength(1);
    expect(model.marks.map(({ kind }) => kind)).toEqual([
      "leads",
      "disk",
      "commit",
      "done",
      "timer",
      "voted",
      "leads",
    ]);
    expect(standingAt(model.standings[0]!, 2_699_999)).toMatchObject({ role: "leader", committed: 0 });
    expect(standingAt(model.standings[0]!, 2_700_000)).toMatchObject({ role: "leader", committed: 1 });
    expect(standingAt(model.standings[0]!, 20 * ms)).toMatchObject({ role: "down" });
  });

  test("growth between the windows is no commit at that moment", () => {
    const rows = [...smallTrace.rows, ["status", 45 * ms, 1, "leader", 2, 1, 9, 9, 9] as const];
    const { marks } = modelOf({ ...smallTrace, rows } as KeptTrace);
    expect(marks.filter(({ kind }) => kind === "commit")).toHaveLength(1);
  });
});

test("a file of another version is told of, and the others are shown", () => {
  const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
  try {
    const other = smallText.replace('"schema_version":1', '"schema_version":9');
    const study = studyOf(folder, [
      { line: runLine("small"), text: smallText },
      { line: runLine("other", { algo: "pbft" }), text: other },
      { line: runLine("none", { algo: "paxos" }), text: "" },
    ]);
    const [section] = diagramSections(study, carried(study));
    expect(section!.html).toContain("1.kept.ndjson:1: not a line of a kept trace");
    expect(section!.html).toContain("2.kept.ndjson:1: not a line of a kept trace");
    expect(section!.html.match(/class="d-still"/g)).toHaveLength(1);
    expect(section!.html).toContain('id="run-small"');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("stretches", () => {
  test("of roles", () => {
    const spans = roleSpans(model, 1).map(({ fromNs, toNs, standing }) => {
      return [fromNs / ms, toNs / ms, standing.role, standing.epoch];
    });
    expect(spans).toEqual([
      [0, 30, "follower", 0],
      [30, 31, "candidate", 2],
      [31, 50, "leader", 2],
    ]);
  });

  test("of faults, with their ends, sides and rows", () => {
    const faults = [
      { ns: 1, what: "partition [n0,c0] | [n1,n2,clients]" },
      { ns: 2, what: "crash n1" },
      { ns: 3, what: "end of partition [n0,c0] | [n1,n2,clients] (7 messages)" },
      { ns: 4, what: "delay 20ms n0 -> n1" },
      { ns: 6, what: "heal all" },
      { ns: 7, what: "pause n2" },
    ];
    expect(faultSpans({ ...model, faults })).toMatchObject([
      { fromNs: 1, toNs: 3, effect: "(7 messages)", groups: [[0], [1, 2]], row: 0 },
      { fromNs: 2, toNs: 6, groups: [[1]], row: 1 },
      { fromNs: 4, toNs: 6, groups: [], row: 0 },
      { fromNs: 7, toNs: model.header.end_ns, groups: [[2]], row: 0 },
    ]);
  });
});

describe.each(["even", "true"] as const)("the %s axis", kind => {
  const axis = axisOf([model], kind);

  test("goes forward, there and back", () => {
    for (const ns of [0, 1, 2.3 * ms, 30.05 * ms, 49 * ms]) {
      expect(Math.abs(axis.back(axis.to(ns)) - ns)).toBeLessThan(1);
    }
    const places = axis.instants.map(axis.to);
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(axis.to(-1)).toBe(0);
    expect(axis.to(9e9)).toBe(axis.length);
  });
});

describe("the even axis", () => {
  const axis = axisOf([model], "even");

  test("shortens silence, and tells it from what was not kept", () => {
    expect(axis.breaks.map(({ fromNs, toNs, kept }) => [fromNs / ms, toNs / ms, kept])).toEqual([
      [2.9, 10, false],
      [10, 30, true],
      [31, 40, true],
      [40, 50, false],
    ]);
    const silent = axis.to(30 * ms) - axis.to(10 * ms);
    const busy = axis.to(2.9 * ms) - axis.to(2 * ms);
    expect(silent).toBeLessThan(busy);
  });

  test("of two runs has the instants of both", () => {
    const other = modelOf({
      ...smallTrace,
      rows: [["timer", 5 * ms, 2, "election"]],
      header: { ...smallTrace.header, operations: [] },
    });
    const both = axisOf([model, other], "even");
    expect(both.instants).toContain(5 * ms);
    expect(both.instants).toContain(30.1 * ms);
  });
});

describe("where to look", () => {
  test("what is wrong, then the fault that led to an election, then the windows, then operations", () => {
    const names = momentsOf(model, [
      { ns: 20 * ms, says: "in-order: n1 did this" },
      { ns: null, says: "convergence: never" },
    ]).map(({ name }) => name);
    expect(names).toEqual([
      "broken: in-order",
      "crash n0, and the next leader",
      "first election",
      "crash n0, election",
      "slowest operation, c0#1",
    ]);
  });

  test("the view begins before the moment, ends after it and stays within the run", () => {
    const axis = axisOf([model], "even");
    for (const moment of momentsOf(model, [])) {
      const { fromU, toU } = viewOf(axis, moment, 400);
      expect(fromU).toBeGreaterThanOrEqual(0);
      expect(toU).toBeLessThanOrEqual(axis.length + 1e-6);
      expect(fromU).toBeLessThanOrEqual(axis.to(moment.fromNs));
      expect(toU).toBeGreaterThan(axis.to(moment.fromNs));
    }
  });
});

test("of a long way from a fault to the next leader the end is shown", () => {
  const steps = Array.from(
    { length: 200 },
    (_, step) => ["timer", (11 + step / 20) * ms, 2, "retry"] as const,
  );
  const rows = [...smallTrace.rows, ...steps].sort((left, right) => left[1] - right[1]);
  const header = { ...smallTrace.header, operations: [] };
  const long = modelOf({ header, rows } as KeptTrace);
  const axis = axisOf([long], "even");
  const { fromU, toU } = viewOf(axis, momentsOf(long, [])[0]!, 400);
  expect(axis.back(fromU)).toBeGreaterThan(10 * ms);
  expect(axis.back(toU)).toBeGreaterThan(31 * ms);
});

describe("what an operation waited for", () => {
  const expected = ["request to n0", "n0 handles it", "AppendEntries from n0 to n1", "n1 writes to its disk"];

  test("step by step, and the steps add up to the whole", () => {
    const path = pathOf(model, "c0#1")!;
    expect(path.steps.map(({ says }) => says).slice(0, 4)).toEqual(expected);
    expect(path.steps.at(-1)!.says).toBe("reply from n0");
    const sum = path.steps.reduce((total, { fromNs, toNs }) => total + toNs - fromNs, 0);
    expect(sum).toBe(path.toNs - path.fromNs);
    expect(sum).toBe(900_000);
  });

  test("also for an operation that was not kept for its own sake, by following causes", () => {
    const header = { ...smallTrace.header, operations: [] };
    const path = pathOf(modelOf({ ...smallTrace, header }), "c0#1")!;
    expect([...path.rows].sort((left, right) => left - right)).toEqual([5, 6, 8, 9, 11]);
    expect(path.steps.map(({ says }) => says).slice(0, 4)).toEqual(expected);
  });

  test("none where nothing is known of it", () => {
    expect(pathOf(model, "c9#9")).toBeUndefined();
  });
});

test("an instant in words", () => {
  expect(happeningAt(model, 30 * ms)).toBe("30.000 ms: timer election of n1 runs out");
  expect(happeningAt(model, 30_300_000)).toContain("RequestVote from n1 reaches n0, which is down");
  expect(happeningAt(model, 2_220_000)).toContain("n0 sends AppendEntries to n2, which is lost");
  expect(happeningAt(model, 10 * ms)).toContain("crash n0");
});

describe("drawings", () => {
  const axis = axisOf([model], "even");
  const whole = { fromU: 0, toU: axis.length };
  const common = { id: "t", model, axis, view: whole, width: 900, cursorNs: 1 };
  const hostile = `"><script>alert(1)</script><img src=x onerror='x'>`;
  const bad = modelOf({
    header: { ...smallTrace.header, algo: hostile },
    rows: [
      ["status", 0, 0, "leader", 1, 0, 0, 0, 0],
      ["fault", 1, hostile],
      ["node", 5, 1, hostile, null],
      ["timer", 5, 1, hostile],
      ["send", 1000, null, 0, 1, 2000, hostile, "ordering", hostile, "arrives"],
      ["ask", 1000, 0, 2000, hostile, hostile, "arrives"],
      ["late", 3000, 0, 1, hostile],
    ],
  });

  test("every message is an arrow, and what is hidden is none", () => {
    const arrows = (svg: string) => svg.match(/class="d-arrow/g)?.length ?? 0;
    expect(arrows(drawScene({ ...common, ...allShown }))).toBe(model.arrows.length);
    const hidden = new Set(["RequestVote", "request"]);
    expect(arrows(drawScene({ ...common, hidden, path: undefined }))).toBe(model.arrows.length - 3);
  });

  test("what is chosen stands out", () => {
    const svg = drawScene({ ...common, hidden: new Set(), path: pathOf(model, "c0#1")!.rows });
    expect(svg.match(/d-arrow [^"]*d-own/g)).toHaveLength(4);
    expect(svg.match(/d-arrow [^"]*d-other/g)).toHaveLength(4);
  });

  test("a moment shows who leads, how far logs are, and what is on its way", () => {
    const svg = drawStage({ model, ns: 30_200_000, hidden: new Set() });
    expect(svg).toContain("term 2");
    expect(svg).toContain("candidate");
    expect(svg).toContain("log 1, committed 0");
    expect(svg.match(/d-flying/g)).toHaveLength(2);
    expect(svg).toContain("crash n0");
  });

  test("a moment shows the end of each log, and how far it is committed", () => {
    const rows: KeptRow[] = [
      ["status", 0, 0, "leader", 1, 0, 20, 17, 17],
      ["status", 0, 1, "follower", 1, 0, 2, 0, 0],
      ["status", 0, 2, "follower", 1, 0, 3, 17, 17],
    ];
    const svg = drawStage({ model: modelOf({ ...smallTrace, rows }), ns: 0, hidden: new Set() });
    const nodes = [...svg.matchAll(/<g>.*?<\/g>/g)].map(([node]) => [
      node.match(/d-slot-committed/g)?.length ?? 0,
      node.match(/<rect class="d-slot"/g)?.length ?? 0,
    ]);
    expect(nodes).toEqual([
      [5, 3], // 13 to 20
      [0, 2],
      [8, 0], // a checkpoint has replaced what is before
    ]);
    expect(svg).toContain("committed 17, holds 3");
  });

  test("entries have the colour of their epoch, those before the first that is told as well; holes have none", () => {
    const rows: KeptRow[] = [
      ["status", 0, 0, "leader", 3, 0, 5, 3, 3, [1, 3, 3]],
      ["status", 0, 1, "follower", 3, 0, 3, 3, 3, [2, 0, 3]],
      ["status", 0, 2, "follower", 3, 0, 0, 0, 0, []],
    ];
    const svg = drawStage({ model: modelOf({ ...smallTrace, rows }), ns: 0, hidden: new Set() });
    const nodes = [...svg.matchAll(/<g>.*?<\/g>/g)].map(([node]) =>
      [...node.matchAll(/<rect class="d-slot(?: d-slot-committed)?([^"]*)"/g)].map(([, hue]) => hue),
    );
    expect(nodes).toEqual([[" e1", " e1", " e1", " e3", " e3"], [" e2", "", " e3"], []]);
  });

  test("no name is markup, and no style is inline", () => {
    const badAxis = axisOf([bad], "even");
    const scene = { ...common, model: bad, axis: badAxis, view: { fromU: 0, toU: badAxis.length } };
    for (const svg of [
      drawScene({ ...scene, ...allShown }),
      drawStage({ model: bad, ns: 1500, hidden: new Set() }),
      drawOverview({ model: bad, width: 800, fromNs: 0, toNs: 10, cursorNs: 1 }),
      drawHistory(
        {
          key: hostile,
          start: null,
          operations: [{ client: hostile, says: hostile, call_ns: 1, return_ns: null }],
          left_out: 0,
          order: [],
          holds: null,
          stuck: 0,
          unwritten: true,
          failed: [],
        },
        [{ ns: 1, says: hostile }],
      ),
    ]) {
      expect(svg).not.toContain("<script");
      expect(svg).not.toContain("<img");
      expect(svg).not.toMatch(/\sstyle=|\son\w+="/);
      expect(svg).not.toContain("NaN");
    }
  });
});

test("a history: the order goes through each bar between its call and its return, and the last has no place", () => {
  const svg = drawHistory(
    {
      key: "0",
      start: null,
      operations: [
        { client: "1", says: 'put "a"', call_ns: 0, return_ns: 10 },
        { client: "2", says: 'put "b"', call_ns: 20, return_ns: 30 },
        { client: "1", says: 'get → "a"', call_ns: 40, return_ns: 50 },
      ],
      left_out: 5,
      order: [0, 1],
      holds: "b",
      stuck: 2,
      unwritten: false,
      failed: [],
    },
    [
      { ns: 15, says: "partition" },
      { ns: 16, says: "n1 leads 2" },
    ],
  );
  const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)];
  const points = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(bars).toHaveLength(3);
  expect(points).toHaveLength(2);
  for (const [place, x] of points.entries()) {
    const [from, width] = [Number(bars[place]![1]), Number(bars[place]![2])];
    expect(x).toBeGreaterThanOrEqual(from);
    expect(x).toBeLessThanOrEqual(from + width);
  }
  expect(svg.match(/d-stuck/g)).toHaveLength(1);
  const notes = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)">(?:partition|n1 leads 2)/g)];
  expect(new Set(notes.map(([, , y]) => y)).size).toBe(2);
});
