import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { inTemporaryFolder, root, run, start } from "./run.ts";

const forgetful = join(root, "test/mutants/multi-paxos/p04-promise-forgotten.ts");

const fuzz = (words: readonly string[]) => run(["fuzz", ...words, "--workers", "1", "--quiet"]);

const campaignIn = (folder: string) => JSON.parse(readFileSync(join(folder, "campaign.json"), "utf8"));

describe.concurrent("fuzz", () => {
  test("explores, says what happened, and is green", () =>
    inTemporaryFolder(async parent => {
      const folder = join(parent, "campaign");
      const words = ["--algo", "raft", "--faults", "none", "--runs", "50", "--out", folder];
      const { code, stdout } = await fuzz(words);
      expect(stdout).toMatch(/^50 runs in .* runs\/s\n/);
      expect(stdout).toMatch(/\d+ {2}reads answered\n/);
      expect(stdout).toContain("no alarm in 50 runs");
      expect(code).toBe(0);
      expect(campaignIn(folder)).toMatchObject({ status: "complete", progress: { done: 50, failures: [] } });
    }));

  test("does not call a campaign green in which nothing happened", () =>
    inTemporaryFolder(async parent => {
      const words = ["--n", "1", "--faults", "partition", "--runs", "50", "--out", join(parent, "campaign")];
      const { code, stdout } = await fuzz(words);
      expect(stdout).toContain(
        "this proves little, for some things never happened: leader changes, messages lost",
      );
      expect(stdout).not.toContain("no alarm in");
      expect(code).toBe(3);
    }));

  test("goes on where it was, and comes to the same", () =>
    inTemporaryFolder(async parent => {
      const [whole, halves] = [join(parent, "whole"), join(parent, "halves")];
      await Promise.all([
        fuzz(["--n", "3", "--runs", "20", "--out", whole]),
        fuzz(["--n", "3", "--runs", "8", "--out", halves]).then(() =>
          fuzz(["--resume", halves, "--runs", "12"]),
        ),
      ]);
      expect(campaignIn(halves).runs_wanted).toBe(20);
      expect(campaignIn(halves).progress).toEqual(campaignIn(whole).progress);
    }));

  test("is not resumed with another protocol than it was begun with, nor while somebody else writes it", () =>
    inTemporaryFolder(async parent => {
      const [folder, file] = [join(parent, "campaign"), join(parent, "mine.ts")];
      const mine = `export { raft as protocol } from ${JSON.stringify(join(root, "algorithms/raft/index.ts"))};\n`;
      writeFileSync(file, mine);
      expect((await fuzz(["--algo", file, "--n", "3", "--runs", "4", "--out", folder])).code).toBe(0);
      const again = ["--resume", folder, "--runs", "2"];
      expect((await fuzz(again)).code).toBe(0);
      writeFileSync(file, `${mine}// mended\n`);
      const changed = await fuzz(again);
      expect(changed.stderr).toContain(`error: ${file} has changed since ${folder} was begun`);
      expect(changed.code).toBe(2);
      writeFileSync(file, mine);
      const owner = { pid: process.pid, host: hostname(), began: null };
      writeFileSync(join(folder, ".lock"), JSON.stringify(owner));
      const locked = await fuzz(again);
      expect(locked.stderr).toMatch(/^error: .* is being written by process \d+/m);
      expect(locked.code).toBe(2);
    }));

  test("that was to go on after alarms does so when it is resumed", () =>
    inTemporaryFolder(async parent => {
      const folder = join(parent, "campaign");
      const begun = ["--algo", "bully", "--runs", "4", "--keep-going", "--out", folder, "--workers", "1"];
      await fuzz(begun);
      expect(campaignIn(folder).progress.failures.length).toBeGreaterThan(0);
      await fuzz(["--resume", folder, "--runs", "1"]);
      expect(campaignIn(folder)).toMatchObject({ keep_going: true, progress: { done: 5 } });
    }));

  test("that had a time to end takes no longer for being resumed", () =>
    inTemporaryFolder(async parent => {
      const folder = join(parent, "campaign");
      await fuzz(["--n", "3", "--time", "300ms", "--out", folder]);
      const { elapsed_ms, progress } = campaignIn(folder);
      expect(elapsed_ms).toBeGreaterThanOrEqual(300);
      expect((await fuzz(["--resume", folder])).stdout).toContain(`in ${progress.done} runs`);
      expect(campaignIn(folder)).toMatchObject({ ms_wanted: 300, status: "complete", progress });
      await fuzz(["--resume", folder, "--time", "200ms"]);
      expect(campaignIn(folder).progress.done).toBeGreaterThan(progress.done);
    }));

  test("keeps what is done when it is interrupted", () =>
    inTemporaryFolder(async parent => {
      const folder = join(parent, "campaign");
      const running = start(["fuzz", "--n", "3", "--runs", "1000000", "--workers", "1", "--out", folder]);
      while (!existsSync(join(folder, "campaign.json"))) await sleep(20);
      running.process.kill("SIGINT");
      const { code, stderr } = await running.ended;
      expect(code).toBe(130);
      const { status, progress } = campaignIn(folder);
      expect(status).toBe("interrupted");
      expect(progress.done).toBeGreaterThan(0);
      expect(stderr).toContain(
        `interrupted: ${progress.done} runs are done and kept; go on with: npm run fuzz`,
      );
    }));

  test("ends when its time is up", () =>
    inTemporaryFolder(async parent => {
      const folder = join(parent, "campaign");
      const words = ["--n", "3", "--faults", "none", "--time", "300ms", "--out", folder];
      const { code } = await fuzz(words);
      expect(code).toBe(0);
      expect(campaignIn(folder)).toMatchObject({ status: "complete" });
      expect(campaignIn(folder).progress.done).toBeGreaterThan(0);
    }));

  test("writes what raised an alarm as a workload, which raises it again", () =>
    inTemporaryFolder(async parent => {
      const folder = join(parent, "campaign");
      const found = await fuzz(["--algo", forgetful, "--runs", "5", "--out", folder, "--json"]);
      expect(found.code).toBe(5);
      const { verdict, alarms } = JSON.parse(found.stdout);
      expect(verdict).toBe("alarm");
      const [{ check, sentence, file, command }] = alarms;
      expect(check).toBe("kept-word");
      expect(readFileSync(resolve(root, file), "utf8")).toContain(`# ${sentence}`);
      const words = command.replace("npm run bench -- ", "").split(" ");
      const again = await run(["bench", ...words, "--out", join(parent, "again"), "--quiet"]);
      expect(again.stderr).toContain(sentence);
      expect(again.code).toBe(5);
    }));
});

describe.concurrent("a mistake on fuzz's command line is answered in words, with exit code 2", () => {
  test.each([
    [["--algo", "rafft"], /^error: there is no algorithm 'rafft'.*did you mean "raft"\?.*\n$/],
    [["--faults", "crsh"], /'crsh' is no kind of fault.*did you mean "crash"\?/],
    [["--resume", "/nowhere"], /\/nowhere holds no campaign/],
    [
      ["--resume", "/nowhere", "--algo", "raft"],
      /'--resume <folder>' cannot be used with option '--algo <name>'/,
    ],
    [["--time", "5"], /expected a duration/],
  ])("%j", async (words, message) => {
    const { code, stdout, stderr } = await run(["fuzz", ...words]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
