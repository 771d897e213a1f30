import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inTemporaryFolder, root, run } from "./run.ts";

const pinned = join(root, "test/fixtures/pinned.yaml");
const strange = join(root, "test/fixtures/strange.ts");
const incomplete = join(root, "test/fixtures/incomplete.ts");

describe.concurrent("a mistake on the command line is answered in words, with exit code 2", () => {
  test.each([
    [["--algo", "rafft"], /no algorithm 'rafft'.*did you mean "raft"/],
    [["--algo", "./nowhere.ts"], /no protocol file '.\/nowhere.ts'/],
    [["--algo", incomplete], /lacks 'quorum'/],
    [["--algo", strange, "--n", "3"], /quorum gives 2.5 at n = 3; it should be a whole number from 1 to 3/],
    [["--algo", strange, "--n", "4"], /cost gives undefined as its messagesPerCommand at n = 4/],
    [
      ["--workload", "stead"],
      /no workload "stead".*did you mean "steady"\?\nnpm run list -- workloads lists all/,
    ],
    [["--n", "0"], /'0' is not a number of replicas. It takes whole numbers from 1 to 256/],
    [["--n", "-1"], /'-1' is not a number of replicas/],
    [["--n", "3,2.5"], /'2.5' is not a number of replicas/],
    [["--n", "3,", "5"], /write lists without spaces, such as 3,5/],
    [["--n", "3", "5"], /'5' belongs to no option: lists have commas and no spaces, such as --n 3,5/],
    [["--algo", "raft,", "pbft"], /write lists without spaces/],
    [
      ["--clients", "5"],
      /clients.count. For example mine.yaml:\n +extends: steady\n +sweep: { clients.count: \[5\] }/,
    ],
    [["--loss=1%"], /sweep: { network.loss: \[1%\] }/],
    [["--preVote", "true"], /it is an option of a protocol: --set raft.preVote=true/],
    [["--nonsense"], /unknown option '--nonsense'\n$/],
    [["--n", "x"], /'x' is not a number of replicas/],
    [["--n", "300"], /'300' is not a number of replicas/],
    [["--n", "3", "--f", "1"], /'--f <list>' cannot be used with option '--n <list>'/],
    [["--seed", "1", "--seeds", "2"], /'--seed <number>' cannot be used with option '--seeds <number>'/],
    [["--seeds", "0"], /whole numbers from 1/],
    [["--workers", "0"], /whole numbers from 1/],
    [["--alog", "raft"], /Did you mean --algo/],
    [["--set", "raft"], /write <algorithm>.<option>=<value>/],
    [["--set", "raft.preVot=true"], /no option 'preVot'.*did you mean "preVote"/],
    [["--set", "raft.preVote=yes"], /cannot be 'yes': it takes true or false/],
    [["--set", "raft.heartbeatMs=soon"], /cannot be 'soon': it takes a number/],
    [["--set", "raft.snapshotKeep=0.5"], /cannot be '0.5': it takes a whole number/],
    [["--algo", "multi-paxos", "--set", "multi-paxos.phase2Quorum=1.5"], /it takes a whole number/],
    [["--algo", "pbft", "--set", "pbft.logSize=256.5"], /it takes a whole number/],
    [
      ["--algo", "paxos", "--set", "paxos.backoffMs=2000"],
      /backoffMs is 2000, above backoffMaxMs, which is 1000/,
    ],
    [["--algo", "raft", "--set", "primary-backup.resendMs=1"], /primary-backup takes no part in this study/],
    [
      ["--algo", "unreplicated", "--f", "1"],
      /nothing to run: unreplicated is left out at f = 1: no cluster of it survives that\n$/,
    ],
    [["--resume", "/nowhere"], /holds no study/],
    [["--resume", "/nowhere", "--n", "3"], /'--resume <folder>' cannot be used with option '--n <list>'/],
    [["--out", "/dev/null/x"], /results cannot be written to \/dev\/null\/x: a part of the path is a file/],
    [["--out", root], /not empty and holds no study/],
    [["raft", "4,7"], /npm run bench -- --algo raft --n 4,7/],
  ])("bench %j", async (words, message) => {
    const { code, stdout, stderr } = await run(["bench", ...words]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("the file that is proposed for what is no option is a legal one", () =>
    inTemporaryFolder(async folder => {
      const { stderr } = await run(["bench", "--clients", "5"]);
      const lines = stderr.split("\n").filter(line => line.startsWith("    "));
      const file = join(folder, "mine.yaml");
      writeFileSync(file, lines.map(line => line.trim()).join("\n"));
      const { code, stdout } = await run([
        "bench",
        "--workload",
        file,
        "--algo",
        "raft",
        "--n",
        "3",
        "--dry-run",
      ]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^raft +n=3 +mine +clients\.count=5 /);
    }));

  test("a forgotten -- is answered with the right line", async () => {
    const npm = { npm_lifecycle_event: "bench" };
    const valued = await run(["bench", "raft,pbft", "4,7"], { ...npm, npm_config_algo: "true" });
    expect(valued).toMatchObject({ code: 2, stdout: "" });
    expect(valued.stderr).toContain("npm run bench -- --algo raft,pbft --n 4,7");
    const equals = await run(["bench"], { ...npm, npm_config_algo: "raft", npm_config_json: "true" });
    expect(equals.stderr).toContain("npm run bench -- --algo raft --json");
    const seeds = await run(["bench", "3", "raft.x=true"], {
      npm_config_seeds: "true",
      npm_config_set: "true",
    });
    expect(seeds.stderr).toContain("npm run bench -- --seeds 3 --set raft.x=true");
  });

  test("a mistyped command", async () => {
    const { code, stderr } = await run(["bnech"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("Did you mean bench?") });
  });
});

describe.concurrent("what is unusual and still runs", () => {
  test("a cluster that tolerates no fault is warned of", async () => {
    const { code, stderr } = await run(["bench", "--algo", "raft", "--n", "2", "--dry-run"]);
    expect(stderr).toContain(
      "warning: raft at n = 2 tolerates no fault (f = 0); it takes n = 3 to survive one",
    );
    expect(code).toBe(0);
  });

  test("the command line wins over what a workload pins, and says so", async () => {
    const words = ["bench", "--workload", pinned, "--n", "3", "--seed", "1", "--set", "raft.preVote=false"];
    const { code, stdout, stderr } = await run([...words, "--dry-run", "--json"]);
    expect(code).toBe(0);
    expect(stderr).toContain("pinned says n = 5; the command line wins: 3");
    expect(stderr).toContain("pinned says seeds = 7; the command line wins: 1");
    expect(stderr).toContain("pinned says raft.preVote = true; the command line wins: false");
    const { runs } = JSON.parse(stdout);
    expect(runs).toHaveLength(1);
    expect(runs[0].rerun).toBe(
      `npm run bench -- --algo raft --n 3 --workload ${pinned} --seed 1 --set raft.preVote=false`,
    );
  });

  test("--f gives each protocol its smallest cluster", async () => {
    const { stdout } = await run([
      "bench",
      "--algo",
      "raft",
      "--f",
      "1,2",
      "--seed",
      "1",
      "--workload",
      "ideal",
      "--dry-run",
      "--json",
    ]);
    expect(JSON.parse(stdout).runs.map((line: { n: number }) => line.n)).toEqual([3, 5]);
  });

  test("nothing is overwritten", () =>
    inTemporaryFolder(async folder => {
      const kept = join(folder, "kept");
      mkdirSync(kept);
      writeFileSync(join(kept, "manifest.json"), "mine");
      const { code, stderr } = await run(["bench", "--out", kept]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("holds a study already") });
      expect(readFileSync(join(kept, "manifest.json"), "utf8")).toBe("mine");
    }));

  test("list names the algorithms with their options and sizes", async () => {
    const { code, stdout } = await run(["list", "algorithms"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--set raft.preVote=false");
    expect(stdout).toMatch(/n=5 +2 +3/);
  });
});
