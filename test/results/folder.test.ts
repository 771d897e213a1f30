import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { engineHash, moduleHash } from "../../src/results/code-hash.ts";
import { claimFolder, createStudyFolder, pointLatest, studyName } from "../../src/results/folder.ts";

const temporary = () => mkdtempSync(join(tmpdir(), "consensus-bench-"));

test("a study's name says when, who, how many, under what", () => {
  const label = {
    started: new Date("2026-11-21T08:39:12.345Z"),
    n: [4, 7],
    workloads: ["steady"],
    hash: "9f3c1a2b",
  };
  expect(studyName({ ...label, algorithms: ["raft", "pbft"] })).toBe(
    "2026-11-21T08-39-12Z_raft+pbft_n4+7_steady_9f3c1a2",
  );
  const many = Array.from({ length: 20 }, (_, index) => `protocol-${index}`);
  expect(studyName({ ...label, algorithms: many })).toContain("_20-algorithms_");
});

test("a name that is taken gets a number", () => {
  const parent = join(temporary(), "deep/results");
  const names = [1, 2, 3].map(() => basename(createStudyFolder(parent, "study")));
  expect(names).toEqual(["study", "study-2", "study-3"]);
  expect(claimFolder(join(parent, "study"))).toBe(true);
  expect(claimFolder(parent)).toBe(false);
});

test("what a study leaves that was killed before its first manifest does not take the folder away", () => {
  const folder = temporary();
  for (const name of [".lock", ".manifest.json"]) writeFileSync(join(folder, name), "{");
  expect(claimFolder(folder)).toBe(true);
  writeFileSync(join(folder, "mine.txt"), "");
  expect(claimFolder(folder)).toBe(false);
});

test("latest points to the newest study, by a text file where a link cannot be made", () => {
  const parent = temporary();
  for (const name of ["one", "two"]) {
    pointLatest(join(parent, name));
    expect(readlinkSync(join(parent, "latest"))).toBe(name);
  }
  const other = temporary();
  mkdirSync(join(other, "latest"));
  pointLatest(join(other, "three"));
  expect(readFileSync(join(other, "latest.txt"), "utf8")).toBe("three\n");
});

test("the code hash follows imports, and leaves out what is erased or unrelated", () => {
  const root = temporary();
  for (const folder of ["src/harness", "src/protocol", "algorithms/toy"])
    mkdirSync(join(root, folder), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  write("src/harness/run.ts", 'import { a } from "./used.ts";\nimport type { T } from "./erased.ts";\n');
  for (const name of ["used", "erased", "unrelated"]) write(`src/harness/${name}.ts`, "1");
  write("algorithms/toy/index.ts", 'import {\n  x,\n} from "#protocol";\n');
  write("src/protocol/index.ts", "1");
  const before = engineHash(root);
  const changes = (path: string) => {
    const old = readFileSync(join(root, path), "utf8");
    write(path, `${old}// changed`);
    const changed = engineHash(root) !== before;
    write(path, old);
    return changed;
  };
  expect(["src/harness/erased.ts", "src/harness/unrelated.ts"].filter(changes)).toEqual([]);
  const deciding = ["src/harness/used.ts", "src/protocol/index.ts", "algorithms/toy/index.ts"];
  expect(deciding.filter(changes)).toEqual(deciding);
  write("mine.ts", 'import "#protocol";\nexport * from "./helper.ts";\n');
  write("helper.ts", "1");
  const mine = moduleHash(root, join(root, "mine.ts"));
  write("helper.ts", "2");
  expect(moduleHash(root, join(root, "mine.ts"))).not.toBe(mine);
});
