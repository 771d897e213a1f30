/** A workload that is code is told its mistakes with their places too, as far as they are written out. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadWorkload } from "../../src/workload/load.ts";
import { placeInModule } from "../../src/workload/module-places.ts";
import { inTemporaryFolder } from "../cli/run.ts";

const text = `import { defineWorkload } from "#workload";
const loss = 5;
const spread = { reads: "lgo" };
export const workload = defineWorkload({
  description: "clients: { count: 1 }, and \\" n: 3",
  /* clients: { count: 3 } */
  clients: { count: 1.5 }, // network: { loss: 4 }
  network: { loss },
  "faults": [
    { at: "1s", crash: "leader" },
    { at: \`\${1}s\`, crash: "laeder" },
    ...[{ at: "1s", crash: "x" }],
  ],
  sweep: { "clients.count": Array.from({ length: 3 }, (_, index) => index) },
  ...spread,
  duratoin: "5s",
});
`;

/** Line and column, and what stands there. */
function placed(path: (string | number)[], ofKey = false): string {
  const offset = placeInModule(text, path, ofKey);
  const lines = text.slice(0, offset).split("\n");
  return `${lines.length}:${lines.at(-1)!.length + 1} ${/^\S+/.exec(text.slice(offset))?.[0]}`;
}

test.each([
  [["clients", "count"], "7:21 1.5"],
  [["network", "loss"], "8:14 loss"],
  [["faults", 1, "crash"], '11:27 "laeder"'],
  [["faults", 0], "10:5 {"],
  [["sweep", "clients.count"], "14:29 Array.from({"],
])("what is written out is found: %j", (path, place) => {
  expect(placed(path)).toBe(place);
});

test.each([
  [["sweep", "clients.count", 2], '14:12 "clients.count":'],
  [["faults", 2, "crash"], '9:3 "faults":'],
  [["clients", "mode"], "7:3 clients:"],
  [["reads"], "4:14 workload"],
  [[], "4:14 workload"],
])("of what is computed or missing, the nearest thing around it: %j", (path, place) => {
  expect(placed(path)).toBe(place);
});

test("a name is pointed at where it is wrong, and an odd file has at least a beginning", () => {
  expect(placed(["duratoin"], true)).toBe("16:3 duratoin:");
  expect(placeInModule("module.exports = 1", ["n"], false)).toBe(0);
  expect(placeInModule("export const workload = make({ n: 0 });", ["n"], false)).toBe(13);
  expect(placeInModule("export const workload: Mine = { n: 0 };", ["n"], false)).toBe(35);
  expect(placeInModule("export const workload = { n: [", ["n", 3], false)).toBe(26);
});

const complaint = (module: string): Promise<string> =>
  inTemporaryFolder(async folder => {
    const file = join(folder, "mine.ts");
    writeFileSync(file, module);
    try {
      loadWorkload(file);
    } catch (error) {
      return (error as Error).message.replaceAll(`${folder}/`, "");
    }
    throw new Error("nothing was wrong");
  });

test("its mistakes come with line, column and a caret", async () => {
  expect(await complaint("export const workload = {\n  reads: 'log',\n  n: [3, 0],\n};\n")).toBe(
    "mine.ts:3:10  n.1: must be at least 1, found 0\n      3 |   n: [3, 0],\n        |          ^",
  );
});

test("what no file can hold is refused where it stands", async () => {
  expect(await complaint("export const workload = { sweep: { n: [3, 5n] } };")).toMatch(
    /^mine\.ts:1:43 {2}sweep\.n\.1: expected what a file can hold, found a BigInt, where a plain number belongs\n/,
  );
  expect(await complaint("export const workload = { duration: () => '5s' };")).toMatch(
    /^mine\.ts:1:37 {2}duration: expected what a file can hold, found a function\n/,
  );
});

test("so does what keeps it from being loaded", async () => {
  expect(await complaint("\nexport const workload = { n: 3 ) ;\n")).toMatch(
    /^mine\.ts:2:32 {2}cannot be loaded: .*\n {6}2 \| export .*\n {8}\| {32}\^$/,
  );
  expect(await complaint("export const workload = { n: foo };")).toMatch(
    /^mine\.ts:1:30 {2}cannot be loaded: foo is not defined\n/,
  );
  expect(await complaint("export const work = 1;")).toMatch(/^mine\.ts {2}exports no 'workload'/);
});
