/** What `npm run validate` says of files that are wrong only beside the protocols. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { here } from "./here.ts";
import { inTemporaryFolder } from "./run.ts";

/** What it says of a file, without the lines that show the place. */
const complaints = (text: string, name = "mine.yaml"): Promise<string[]> =>
  inTemporaryFolder(async folder => {
    const file = join(folder, name);
    writeFileSync(file, text);
    const { stdout, stderr } = await here(["validate", file]);
    expect(stdout).toEqual(stderr === "" ? expect.stringContaining("ok  ") : "");
    const lines = stderr.split("\n").filter(line => line.startsWith(file));
    return lines.map(line => line.slice(file.length + 1));
  });

describe("all mistakes of a file are told at once", () => {
  test("those of the schema do not hide those of sweeps, protocols, messages and nodes", async () => {
    const text = `
algorithms: [raft, rafft]
n: 3
clients: { cuont: 5 }
options: { raft: { preVot: true } }
faults: [{ at: 1s, crash: n3 }]
byzantine: [{ node: n5, lie: silent }]
sweep: { value: [100B, 5] }
expect:
  - { algo: pbtf, linearizable: vaild, ops.ok: "> 1 x raaft" }
  - messages.by_type.AppendEntris.count: 0
  - null
`;
    expect((await complaints(text)).map(line => line.split(": ")[0]!.replace(/^\S+ +/, ""))).toEqual([
      "algorithms.1",
      "clients.cuont",
      "options.raft.preVot",
      "faults.0.crash",
      "byzantine.0.node",
      "sweep",
      "expect.0.algo",
      "expect.0.linearizable",
      "expect.0.ops.ok",
      "expect.1.messages.by_type.AppendEntris.count",
      "expect.2",
    ]);
  });

  test("what can be told only of right sizes and ends waits for these, the rest does not", async () => {
    const nodes = "faults: [{ at: 1s, crash: n3 }]\nbyzantine: [{ node: n5, lie: silent }]\nreads: lgo\n";
    const told = async (text: string) =>
      (await complaints(text)).map(line => line.split(": ")[0]!.replace(/^\S+ +/, ""));
    expect(await told(`${nodes}algorithms: raft\nn: 3`)).toEqual([
      "faults.0.crash",
      "byzantine.0.node",
      "reads",
    ]);
    expect(await told(`${nodes}algorithms: raft\nn: 0`)).toEqual(["reads", "n"]);
  });

  test("nor do those of a sweep, unless it is about what they depend on", async () => {
    const rest = "algorithms: raft\nfaults: [{ at: 1s, crash: n9 }]\noptions: { raft: { preVot: true } }\n";
    const told = async (text: string) =>
      (await complaints(text)).map(line => line.split(": ")[0]!.replace(/^\S+ +/, ""));
    expect(await told(`${rest}sweep: { quue: [1] }`)).toEqual([
      "faults.0.crash",
      "faults.0.crash",
      "options.raft.preVot",
      "sweep",
    ]);
    expect(await told(`${rest}sweep: { n: [3, 0] }`)).toEqual(["options.raft.preVot", "sweep"]);
    expect(await told(`${rest}sweep: { n: 3 }`)).toEqual(["options.raft.preVot", "sweep.n"]);
  });

  test("values for a field beside which something is wrong are left alone", async () => {
    const text = "clients: { mode: open, rate: 5 }\nsweep: { clients.rate: [5/s], value: [7] }";
    expect((await complaints(text)).map(line => line.split(":").slice(0, 3).join(":"))).toEqual([
      "1:30  clients.rate: 5 lacks a unit",
      "2:39  sweep: value",
    ]);
  });
});

describe("types of messages", () => {
  test("in expectations are those of the protocols that they are about", async () => {
    const text = `
algorithms: [raft, pbft]
expect:
  - messages.by_type.AppendEntris.count: 0
  - { algo: pbft, messages.by_type.AppendEntries.count: 0 }
  - { algo: raft, messages.by_type.AppendEntries.bytes: "> 0", messages.by_type.*.count: "> 0" }
  - messages.by_type.PrePrepare.count: "> 0"
`;
    expect(await complaints(text)).toEqual([
      expect.stringMatching(
        /^4:5 {2}expect\.0\.messages\.by_type\.AppendEntris\.count: .*; did you mean "AppendEntries"\?$/,
      ),
      expect.stringMatching(
        /^5:19 {2}expect\.1\.messages\.by_type\.AppendEntries\.count: pbft has no message .*; known: PrePrepare, /,
      ),
    ]);
  });

  test("in faults and lies are those of the protocols that run, or of any where the file names none", async () => {
    const faults = "faults: [{ at: 1s, for: 1s, loss: 1, messages: [AppendEntries, RequestVot] }]";
    expect(await complaints(faults)).toEqual([
      '1:48  faults.0.messages: no protocol has a message "RequestVot"; did you mean "RequestVote"?',
    ]);
    const pinned = await complaints(`algorithms: pbft\n${faults}`);
    expect(pinned.map(line => line.split(";")[0])).toEqual([
      '2:48  faults.0.messages: pbft has no message "AppendEntries"',
      '2:48  faults.0.messages: pbft has no message "RequestVot"',
    ]);
    expect(
      await complaints("algorithms: pbft\nn: 4\nbyzantine: [{ node: n1, lie: replay, types: [Prepar] }]"),
    ).toEqual(['3:45  byzantine.0.types: pbft has no message "Prepar"; did you mean "Prepare"?']);
  });
});

describe("options that contradict each other are told before anything runs", () => {
  const least = "electionTimeoutMinMs";
  test.each([
    [
      `algorithms: raft\noptions: { raft: { ${least}: 500 } }`,
      `2:42  options.raft.${least}: ${least} is 500, above`,
    ],
    [
      "algorithms: bully\noptions: { bully: { electionTimeoutMaxMs: 100 } }",
      `2:43  options.bully.electionTimeoutMaxMs: ${least} is 150, above electionTimeoutMaxMs, which is 100`,
    ],
    [
      "algorithms: multi-paxos\nn: [3, 5]\noptions: { multi-paxos: { phase1Quorum: 4 } }",
      "3:41  options.multi-paxos.phase1Quorum: phase1Quorum is 4, and there are 3 replicas",
    ],
    [
      `algorithms: raft\nsweep: { options.raft.${least}: [100, 500] }`,
      `2:51  sweep: ${least} is 500, above electionTimeoutMaxMs, which is 300`,
    ],
    [
      "algorithms: raft\nreads: lease\noptions: { raft: { leaseMarginMs: 150 } }",
      `3:35  options.raft.leaseMarginMs: no lease lasts: leaseMarginMs is 150, not below ${least}, which is 150`,
    ],
    [
      `algorithms: multi-paxos\nreads: lease\noptions: { multi-paxos: { ${least}: 15 } }`,
      `3:49  options.multi-paxos.${least}: no lease lasts: leaseMarginMs is 15, not below ${least}, which is 15`,
    ],
  ])("%s", async (text, message) => {
    expect(await complaints(text)).toEqual([expect.stringContaining(message)]);
  });

  test("but not where nobody asks for leases", async () => {
    expect(await complaints("algorithms: raft\noptions: { raft: { leaseMarginMs: 150 } }")).toEqual([]);
  });

  test("with the setting that brings it about", async () => {
    const set = ["--set", `raft.${least}=500`];
    for (const words of [
      ["bench", "--algo", "raft", ...set],
      ["fuzz", "--algo", "raft", ...set],
    ]) {
      const { code, stderr } = await here(words);
      expect(stderr).toBe(
        `error: --set raft.${least}=500: ${least} is 500, above electionTimeoutMaxMs, which is 300\n`,
      );
      expect(code).toBe(2);
    }
  });
});
