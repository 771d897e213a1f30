/** `npm run compare` as people use it: its words, its files and its exit codes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunLine } from "../../src/results/schema.ts";
import { writeStudy } from "../compare/studies.ts";
import { runLine } from "../results/line.ts";
import { here } from "./here.ts";
import { inTemporaryFolder, quick, run } from "./run.ts";

const noise = [0.99, 1.02, 1, 0.985, 1.01];

const lines = (throughput: number, change: Partial<RunLine> = {}, seeds = 5): RunLine[] =>
  Array.from({ length: seeds }, (_, index) => {
    const { algo = "raft", n = 3 } = change;
    return runLine(`${algo} ${n} ${index} ${throughput}`, {
      pair_key: `${algo} ${n} ${index}`,
      seed: index + 1,
      throughput_ops_s: throughput * noise[index % 5]! * (1 + index / 1000),
      ...change,
    });
  });

/** The command line on two studies in a folder of their own. */
const comparing = (
  base: readonly RunLine[],
  next: readonly RunLine[],
  words: readonly string[],
  body: (outcome: Awaited<ReturnType<typeof here>>) => void,
) =>
  inTemporaryFolder(async folder => {
    writeStudy(join(folder, "old"), base);
    writeStudy(join(folder, "new"), next);
    body(await here(["compare", "old", "new", ...words], { INIT_CWD: folder }));
  });

describe("two studies", () => {
  test("that are runs of the same code are identical, traces and all: 0", () =>
    inTemporaryFolder(async folder => {
      const study = (name: string) =>
        run(
          ["bench", "--algo", "unreplicated", "--n", "3", "--workload", quick, "--seeds", "2", "--out", name],
          {
            INIT_CWD: folder,
          },
        );
      expect((await study("one")).code).toBe(0);
      expect((await study("two")).code).toBe(0);
      const { code, stdout } = await run(["compare", "one", "two"], { INIT_CWD: folder });
      expect(stdout).toContain("identical: every run has the same trace  (2 pairs of runs in 1 row)");
      expect(code).toBe(0);
    }));

  test("of which the new one is worse: 4, unless that is to be ignored", () =>
    comparing(lines(1000), lines(900), [], ({ code, stdout, stderr }) => {
      expect(stdout).toMatch(/WORSE:\n {2}raft n=3 steady +ops\/s +1003 -> 903 +-10\.0 %/);
      expect(stderr).toBe("");
      expect(code).toBe(4);
    }));

  test("may be looked at without failing: 0", () =>
    comparing(lines(1000), lines(900), ["--fail-on", "never"], ({ code, stdout }) => {
      expect(stdout).toContain("1 WORSE");
      expect(code).toBe(0);
    }));

  test("of which the new one is better: 0", () =>
    comparing(lines(900), lines(1000), [], ({ code, stdout }) => {
      expect(stdout).toContain("1 better");
      expect(code).toBe(0);
    }));

  test("that differ by less than the threshold: 0", () =>
    comparing(
      lines(1000),
      lines(900),
      ["--threshold", "1%", "--threshold", "throughput=20%"],
      ({ code, stdout }) => {
        expect(stdout).toContain("(1 %, throughput 20 %)");
        expect(code).toBe(0);
      },
    ));

  test("with a verdict that got worse and no other number: 4", () => {
    const verdict = (linearizable: "valid" | "invalid") => {
      return { checks: { linearizable, invariants: null, live: null, violations: null } };
    };
    return comparing(
      lines(1000, verdict("valid")),
      lines(1000, verdict("invalid")),
      [],
      ({ code, stdout }) => {
        expect(stdout).toContain("linearizable  valid -> invalid");
        expect(code).toBe(4);
      },
    );
  });

  test("that have only a part in common are compared in that, and the rest is listed", () =>
    comparing(
      [...lines(10), ...lines(10, { n: 5 })],
      [...lines(10), ...lines(10, { n: 7 })],
      [],
      ({ code, stdout }) => {
        expect(stdout).toContain(
          "only in old: raft n=5 steady (5 seeds)\nonly in new: raft n=7 steady (5 seeds)",
        );
        expect(code).toBe(0);
      },
    ));
});

describe("what cannot be compared", () => {
  test("is refused with the field and both values: 6", () =>
    comparing(lines(1000), lines(1000, { crypto: "mac" }), [], ({ code, stdout, stderr }) => {
      expect(stdout).toBe("");
      expect(stderr).toBe("error: not comparable: raft n=3 steady: crypto: none in old, mac in new\n");
      expect(code).toBe(6);
    }));

  test("is one document too, for programs", () =>
    comparing(lines(1000), lines(1000, { crypto: "mac" }), ["--json"], ({ code, stdout }) => {
      const error = "raft n=3 steady: crypto: none in old, mac in new";
      expect(JSON.parse(stdout)).toEqual({ schema_version: 1, exit_code: 6, error, comparisons: [] });
      expect(code).toBe(6);
    }));

  test("is told beside what can, and still 6, but 4 where that is worse", async () => {
    const base = [...lines(1000), ...lines(1000, { algo: "pbft", crypto: "mac" })];
    await comparing(base, [...lines(1000), ...lines(1000, { algo: "pbft" })], [], ({ code, stdout }) => {
      expect(stdout).toContain("not comparable: pbft n=3 steady (5 seeds): crypto: mac in old, none in new");
      expect(code).toBe(6);
    });
    await comparing(base, [...lines(900), ...lines(1000, { algo: "pbft" })], [], ({ code }) =>
      expect(code).toBe(4),
    );
  });

  test("may be what one wants to know", () =>
    comparing(
      lines(1000, { options: { preVote: false } }),
      lines(900, { options: { preVote: true }, pair_key: "other" }).map((line, index) => ({
        ...line,
        pair_key: `other ${index}`,
      })),
      ["--vary", "options.preVote"],
      ({ code, stdout }) => {
        expect(stdout).toContain("1 WORSE");
        expect(code).toBe(4);
      },
    ));

  test("says how to compare options all the same, and what was varied in vain", async () => {
    const lines5 = (preVote: boolean) => lines(1000, { options: { preVote } });
    const next = lines5(true).map((line, index) => ({ ...line, pair_key: `other ${index}` }));
    await comparing(lines5(false), next, [], ({ code, stderr }) => {
      expect(stderr).toContain("options.preVote: false in old, true in new. To see what it changes: --vary ");
      expect(code).toBe(6);
    });
    await comparing(lines5(false), next, ["--vary", "options.preVote,option"], ({ code, stdout }) => {
      expect(stdout).toContain("warning: --vary option: nothing of that name differs");
      expect(code).toBe(0);
    });
  });

  test("nothing in common, nothing measured, nothing there: 6, never 0", async () => {
    await comparing(lines(1), lines(1, { n: 5 }), [], ({ code, stderr }) => {
      expect(stderr).toContain("n: 3 in old, 5 in new");
      expect(code).toBe(6);
    });
    const failed = { status: "failed" as const, error: "boom", throughput_ops_s: null };
    await comparing(lines(1, failed), lines(1, failed), [], ({ code, stderr }) => {
      expect(stderr).toContain("nothing was measured in any of 5 pairs");
      expect(code).toBe(6);
    });
    await comparing(lines(1), [], [], ({ code, stderr }) => {
      expect(stderr).toContain("new holds no runs");
      expect(code).toBe(6);
    });
  });

  test("files of another schema are: 6, with both versions", () =>
    inTemporaryFolder(async folder => {
      writeStudy(join(folder, "old"), lines(1), { schema_version: 2 as 1 });
      writeStudy(join(folder, "new"), lines(1));
      const { code, stderr } = await here(["compare", "old", "new"], { INIT_CWD: folder });
      expect(stderr).toContain("schema_version differs: 2 in old, 1 in new");
      expect(code).toBe(6);
    }));
});

describe("a study is found", () => {
  test("by its folder, a file in it, its report, and by latest where links cannot be made", () =>
    inTemporaryFolder(async folder => {
      writeStudy(join(folder, "results/one"), lines(1000));
      writeFileSync(join(folder, "results/latest.txt"), "one\n");
      mkdirSync(join(folder, "reports"));
      writeFileSync(join(folder, "reports/one.html"), "");
      writeFileSync(join(folder, "results/one/report.html"), "");
      for (const name of [
        "results/one/",
        "results/one/runs.ndjson",
        "results/latest",
        "reports/one.html",
        "results/one/report.html",
      ]) {
        const { code, stderr } = await here(["compare", "results/one", name], { INIT_CWD: folder });
        expect(stderr, name).toBe("");
        expect(code, name).toBe(0);
      }
      renameSync(join(folder, "results/one"), join(folder, "results/gone"));
      const { code, stderr } = await here(["compare", "results/gone", "reports/one.html"], {
        INIT_CWD: folder,
      });
      expect(stderr).toContain(
        "reports/one.html is a report; the study that it tells of, results/one, is not there",
      );
      expect(code).toBe(2);
    }));

  test("in a page that lies alone, which carries its runs and leaves nothing behind", () =>
    inTemporaryFolder(async folder => {
      writeStudy(join(folder, "old"), lines(1000));
      writeStudy(join(folder, "new"), lines(900));
      expect((await here(["report", "old", "--out", "mail/sent.html"], { INIT_CWD: folder })).code).toBe(0);
      const compare = async (base: string) =>
        await here(["compare", base, "new", "--json"], { INIT_CWD: folder, TMPDIR: folder });
      const [fromFolder, before] = [await compare("old"), readdirSync(folder)];
      renameSync(join(folder, "old"), join(folder, "mail/elsewhere"));
      const fromPage = await compare("mail/sent.html");
      expect(fromPage.stdout.replaceAll("mail/sent.html", "old")).toBe(fromFolder.stdout);
      expect(fromPage.code).toBe(4);
      expect(readdirSync(folder)).toEqual(before.filter(name => name !== "old"));
    }));

  test("or else what is wrong is said, with what may be meant: 2", () =>
    inTemporaryFolder(async folder => {
      writeStudy(join(folder, "results/one"), lines(1000));
      mkdirSync(join(folder, "results/empty"));
      writeFileSync(join(folder, "notes.txt"), "");
      const said = async (...words: string[]) => {
        const { code, stdout, stderr } = await here(["compare", ...words], { INIT_CWD: folder });
        expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
        return stderr;
      };
      expect(await said("results", "results/one")).toBe(
        "error: no runs.ndjson in results; did you mean results/one?\n",
      );
      expect(await said("results/one", "results/two")).toContain("there is no results/two");
      expect(await said("results/one", "results/one/nothing")).toContain("there is no results/one/nothing");
      expect(await said("results/one", "results/empty")).toContain("no runs.ndjson in results/empty");
      expect(await said("results/one", "notes.txt")).toContain("notes.txt is a file and no study");
      expect(await said("results/one")).toContain("with what? npm run compare -- BASE NEW");
      expect(await said("results/one", "results/one", "--threshold", "p98=3%")).toContain("no metric 'p98'");
      expect(await said("results/one", "results/one", "--by", "n")).toContain("--by goes with --algo");
    }));
});

describe("algorithms of one study", () => {
  const both = [...lines(1000), ...lines(500, { algo: "pbft", n: 4, crypto: "mac", quorum: 3 })];

  test("are set against each other in sentences, and being slower is no failure: 0", () =>
    inTemporaryFolder(async folder => {
      writeStudy(join(folder, "study"), both);
      const { code, stdout } = await here(["compare", "study", "--algo", "raft,pbft"], { INIT_CWD: folder });
      expect(stdout).toContain(
        "pbft n=4 f=1 quorum 3 crypto mac against raft n=3 f=1 quorum 2, at f = 1, steady",
      );
      expect(stdout).toContain(
        "pbft answers 0.500 times the operations a second of raft at f = 1 (the same in all 5 seeds)",
      );
      expect(code).toBe(0);
      const strict = await here(["compare", "study", "--algo", "raft,pbft", "--fail-on", "regression"], {
        INIT_CWD: folder,
      });
      expect(strict.code).toBe(4);
      const stranger = await here(["compare", "study", "--algo", "raft,zab"], { INIT_CWD: folder });
      expect(stranger.stderr).toContain("study holds no runs of zab; it has raft, pbft");
      expect(stranger.code).toBe(6);
      const bySize = await here(["compare", "study", "--algo", "raft,pbft", "--by", "n"], {
        INIT_CWD: folder,
      });
      expect(bySize.stderr).toContain("n: 3 in raft, 4 in pbft");
      expect(bySize.code).toBe(6);
    }));

  test("whose option npm took for its own are answered with the right line: 2", () =>
    inTemporaryFolder(async folder => {
      writeStudy(join(folder, "study"), both);
      const environment = { INIT_CWD: folder, npm_config_algo: "true", npm_lifecycle_event: "compare" };
      const { code, stderr } = await here(["compare", "study", "raft,pbft"], environment);
      expect(stderr).toContain("Put -- in front of them: npm run compare -- study --algo raft,pbft");
      expect(code).toBe(2);
      const json = await here(["compare", "study", "study"], {
        ...environment,
        npm_config_algo: "",
        npm_config_json: "true",
      });
      expect(json.stderr).toContain("npm took");
    }));
});

describe("what is written", () => {
  test("--json is one document on stdout", () =>
    comparing(lines(1000), lines(900), ["--json"], ({ code, stdout, stderr }) => {
      const { exit_code, comparisons } = JSON.parse(stdout);
      expect(exit_code).toBe(4);
      expect(comparisons[0].rows[0].metrics[0]).toMatchObject({ metric: "throughput", verdict: "worse" });
      expect(comparisons[0].new).toEqual({
        label: "new",
        commit: "0123456789abcdef",
        dirty: false,
        code: "c0de",
      });
      expect(stderr).toBe("");
      expect(code).toBe(4);
    }));

  test("--markdown begins with the verdict", () =>
    comparing(lines(1000), lines(900), ["--markdown"], ({ stdout }) => {
      expect(stdout.startsWith("### 1 WORSE\n")).toBe(true);
    }));

  test("--html writes a page, names it last, and never over another", () =>
    inTemporaryFolder(async folder => {
      writeStudy(join(folder, "old"), lines(1000));
      writeStudy(join(folder, "new"), lines(900));
      const words = ["compare", "old", "new", "--html", "pages/change.html"];
      const { stdout } = await here(words, { INIT_CWD: folder });
      expect(stdout.trimEnd().split("\n").at(-1)).toBe("pages/change.html");
      const page = join(folder, "pages/change.html");
      expect(existsSync(page)).toBe(true);
      const before = readFileSync(page, "utf8");
      expect(before).toContain("<h1>1 WORSE</h1>");
      const again = await here(words, { INIT_CWD: folder });
      expect(again.stderr).toContain("nothing is overwritten");
      expect(again.code).toBe(2);
      expect(readFileSync(page, "utf8")).toBe(before);
    }));

  test("--help has examples and the exit codes", async () => {
    const { code, stdout } = await run(["compare", "--help"]);
    expect(stdout).toContain("npm run compare -- results/latest --algo raft,pbft");
    expect(stdout).toContain("Exit codes: 0 nothing is worse");
    expect(code).toBe(0);
  });
});
