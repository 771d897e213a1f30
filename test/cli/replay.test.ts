import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

const folder = join(mkdtempSync(join(tmpdir(), "replay-")), "study");
const runs = join(folder, "runs.ndjson");

interface Line {
  key: string;
  trace_hash: string;
}
const line = (): Line => JSON.parse(readFileSync(runs, "utf8").split("\n")[0]!);

/** Gives the study's line other contents for a while. */
async function tampered(change: (line: Line) => void, then: () => Promise<void>): Promise<void> {
  const before = readFileSync(runs, "utf8");
  const changed = line();
  change(changed);
  writeFileSync(runs, `${JSON.stringify(changed)}\n`);
  try {
    await then();
  } finally {
    writeFileSync(runs, before);
  }
}

beforeAll(async () => {
  const study = ["--algo", "raft", "--n", "3", "--workload", "crash-leader", "--seed", "1"];
  const { code } = await run(["bench", ...study, "--out", folder, "--quiet"]);
  expect(code).toBe(0);
});
afterAll(() => rmSync(join(folder, ".."), { recursive: true }));

describe("replay", () => {
  it("finds the run the same to the bit, and tells what happened in it", async () => {
    const { code, stdout } = await run(["replay", folder, "--run", line().key.slice(0, 6), "--limit", "0"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`the same run: trace hash ${line().trace_hash}, as recorded`);
    expect(stdout).toMatch(/2\.500000 s +\*\*\* crash n\d/);
    expect(stdout).toMatch(/= n\d leader, epoch 2/);
    expect(stdout).toMatch(/n\d ⇒ n\d +AppendEntries/);
  });

  it("shows only the nodes, kinds and times that were asked for", async () => {
    const words = ["--type", "RequestVote,Vote", "--node", "n1", "--from", "2s", "--limit", "0", "--json"];
    const { code, stdout } = await run(["replay", folder, ...words]);
    expect(code).toBe(0);
    const { moments, standing } = JSON.parse(stdout);
    const events = moments.filter((moment: { event?: string }) => moment.event !== undefined);
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) {
      expect(["RequestVote", "Vote"]).toContain(event.type);
      expect([event.from, event.to]).toContain(1);
      expect(event.t_ns).toBeGreaterThanOrEqual(2e9);
    }
    expect(standing).toHaveLength(3);
  });

  it("stops at --until and says how the nodes stood then", async () => {
    const { stdout } = await run(["replay", folder, "--until", "2.6s", "--type", "fault"]);
    expect(stdout).toContain("*** crash");
    expect(stdout).not.toContain("*** restart");
    expect(stdout.split("at the end of this:")[1]).toContain("is down");
  });

  it("counts what it leaves out", async () => {
    const { stdout } = await run(["replay", folder, "--limit", "5"]);
    expect(stdout).toMatch(/… \d+ more lines: --limit 0 prints all/);
  });

  it("fails where the same code gives another run", async () => {
    await tampered(
      changed => {
        changed.trace_hash = "0000000000000000";
      },
      async () => {
        const { code, stdout } = await run(["replay", folder, "--type", "fault"]);
        expect(code).toBe(1);
        expect(stdout).toContain("NOT the same run");
      },
    );
  });

  it("says that the code has changed where that is the reason", async () => {
    await tampered(
      changed => {
        changed.key = "f".repeat(16);
        changed.trace_hash = "0000000000000000";
      },
      async () => {
        const { code, stdout } = await run(["replay", folder, "--type", "fault"]);
        expect(code).toBe(0);
        expect(stdout).toContain("the code has changed since");
      },
    );
  });

  it.each([
    [
      ["--run", "zz"],
      /no run's key begins with 'zz'; there are:\n {2}\w{16} {2}raft n=3 crash-leader seed 1/,
    ],
    [["--node", "n9"], /the run has n0 to n2/],
    [["--node", "leader"], /'leader' is no place/],
    [["--type", "Vot"], /did you mean "Vote"\?/],
    [["--until", "1x"], /not a duration/],
    [["--from", "2s", "--until", "1s"], /later than/],
    [["3f2a"], /npm run replay -- \S+ --run 3f2a/],
  ])("refuses %j", async (words, answer) => {
    const { code, stderr } = await run(["replay", folder, ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(answer);
  });
});
