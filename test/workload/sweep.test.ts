import { describe, expect, test } from "vitest";
import { parseWorkload } from "../../src/workload/load.ts";

const parse = (text: string) => parseWorkload("mine", text, "mine.yaml");
const coordinates = (text: string) => parse(text).sweep!.points.map(({ at }) => at);

function mistakesIn(text: string): string {
  try {
    parse(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a sweep", () => {
  test("is every combination of its values in the order of the file, the last field fastest", () => {
    expect(coordinates("sweep: { value: [10B, 1kB], clients.count: [1, 4] }")).toEqual([
      { value: "10B", "clients.count": 1 },
      { value: "10B", "clients.count": 4 },
      { value: "1kB", "clients.count": 1 },
      { value: "1kB", "clients.count": 4 },
    ]);
  });

  test("resolves each point as a file in which the values stand", () => {
    const { sweep } = parse(
      "{ clients: { timeout: 2s }, sweep: { clients.count: [3], duration: [2s], n: [7] } }",
    );
    const { expect: _, sweep: __, ...point } = sweep!.points[0]!.workload;
    const {
      expect: ___,
      sweep: ____,
      ...file
    } = parse("{ clients: { timeout: 2s, count: 3 }, duration: 2s, n: 7 }");
    expect(point).toEqual(file);
  });

  test("reaches into what a name stands for, into lists, and into what the file leaves out", () => {
    const { sweep } = parse(
      "{ network: lan, sweep: { network.loss: [0, 0.01], batching.max: [1], options.raft.preVote: [true] } }",
    );
    expect(sweep!.points.map(({ workload }) => workload.network.loss)).toEqual([0, 0.01]);
    expect(sweep!.points[0]!.workload.batching.max).toBe(1);
    expect(sweep!.points[0]!.workload.pinned.options).toEqual({ raft: { preVote: true } });
  });

  test("of a field that excludes another takes the place of the other", () => {
    const { sweep } = parse("{ duration: 3s, f: 1, sweep: { operations: [100], n: [3] } }");
    expect(sweep!.points[0]!.workload).toMatchObject({
      durationNs: undefined,
      operations: 100,
      pinned: { n: [3] },
    });
    expect(sweep!.points[0]!.workload.pinned.f).toBeUndefined();
  });
});

describe("a search for saturation", () => {
  const values = (text: string) =>
    parse(`saturation: ${text}`).sweep!.points.map(({ at }) => Object.values(at)[0]);

  test("doubles what it begins with, whole numbers staying whole and units units", () => {
    expect(values("{ field: clients.count, from: 1, to: 10 }")).toEqual([1, 2, 4, 8, 10]);
    expect(values("{ field: clients.count, from: 2, factor: 1.5, to: 9 }")).toEqual([2, 3, 5, 7, 9]);
    expect(values("{ field: value, from: 100B, factor: 10, to: 10000B }")).toEqual([
      "100B",
      "1000B",
      "10000B",
    ]);
    expect(values("{ field: clients.count, from: 1 }").at(-1)).toBe(1024);
  });

  test("is the innermost axis, and stops below a gain of 2 % unless the file says otherwise", () => {
    const { sweep } = parse("{ sweep: { n: [3, 5] }, saturation: { field: clients.count, from: 1, to: 2 } }");
    expect(sweep!.points.map(({ at }) => at)).toEqual([
      { n: 3, "clients.count": 1 },
      { n: 3, "clients.count": 2 },
      { n: 5, "clients.count": 1 },
      { n: 5, "clients.count": 2 },
    ]);
    expect(sweep!.saturation).toEqual({ field: "clients.count", gain: 0.02 });
    expect(parse("saturation: { field: value, from: 1B, to: 2B, gain: 5% }").sweep!.saturation!.gain).toBe(
      0.05,
    );
  });
});

test("a misspelt field of a sweep is told once, where its name stands, not once a value", () => {
  for (const field of ["clients.cuont", "clinets.count", "operations.0", "cost.lan.cpu"]) {
    const text = `{ cost: ideal, sweep: { value: [1B, 2B], ${field}: [1, 2, 3] } }`;
    const places = mistakesIn(text).match(/^mine\.yaml:\S+ {2}sweep: /gm);
    expect(places, text).toEqual(["mine.yaml:1:42  sweep: "]);
  }
});

describe("what is wrong with a sweep is told where its values stand", () => {
  test.each([
    ["sweep: { clients.count: [4, 0] }", "mine.yaml:1:29  sweep: clients.count: must be at least 1, found 0"],
    ["sweep: { clients.cuont: [4] }", '1:10  sweep: clients.cuont: unknown field; did you mean "count"?'],
    ["sweep: { valeu: [1B] }", '1:10  sweep: valeu: unknown field; did you mean "value"?'],
    [
      "sweep: { batching: [{ max: 1 }, { mx: 1 }] }",
      '1:35  sweep: batching.mx: unknown field; did you mean "max"?',
    ],
    ["sweep: { value: 1B }", '1:17  sweep.value: expected a list, found "1B"'],
    ["sweep: { value: [] }", "1:17  sweep.value: must not be empty"],
    ["sweep: { value: [1B, 1kB, 1B] }", '1:27  sweep: "1B" stands there twice'],
    ["sweep: { expect.live: [valid] }", "expect.live cannot be varied: it is not part of a single run"],
    ["{ operations: 5, sweep: { operations.put: [5] } }", "operations is 5, which has no fields to vary"],
    ["sweep: { batching.min: [1, 90] }", "1:28  sweep: batching.min: is above max"],
    ["{ batching: { max: 0 }, sweep: { value: [1] } }", "mine.yaml:1:20  batching.max: must be at least 1"],
    ["saturation: { field: clients.count, from: 8, to: 4 }", "saturation.to: must be above from, which is 8"],
    [
      "saturation: { field: value, from: 1B, to: 4kB }",
      "saturation.to: write it in the unit of from, which is B",
    ],
    ["saturation: { field: value, from: 1B, gain: 2 }", "saturation.gain: "],
    ["saturation: { field: clients.cout, from: 1 }", 'clients.cout: unknown field; did you mean "count"?'],
    ["{ sweep: { value: [1B] }, saturation: { field: value, from: 1B } }", "value is both swept and raised"],
    ["saturation: { from: 1 }", "saturation.field: is missing"],
  ])("%s", (text, message) => {
    expect(mistakesIn(text)).toContain(message);
  });

  test("all of it at once, with what is wrong elsewhere in the experiment", () => {
    const text = 'sweep: { value: [x], clients.count: [0] }\nexpect: { epochs.grwth: "< 1" }\n';
    const message = mistakesIn(text);
    expect(message).toContain("mine.yaml:1:18  sweep: value: ");
    expect(message).toContain("mine.yaml:1:38  sweep: clients.count: ");
    expect(message).toContain(
      'mine.yaml:2:11  expect.epochs.grwth: no result has such a field; did you mean "epochs.growth"?',
    );
  });

  test("more points than anybody meant", () => {
    const many = `[${Array.from({ length: 101 }, (_, index) => index + 1)}]`;
    const text = `sweep: { clients.count: ${many}, batching.max: ${many} }`;
    expect(mistakesIn(text)).toContain("has 10201 points; at most 10000 are possible");
  });
});
