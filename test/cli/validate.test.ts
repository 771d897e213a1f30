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
    expect(stdout).toBe(stderr === "" ? expect.stringContaining("ok  ") : "");
    const lines = stderr.split("\n").filter(line => line.startsWith(file));
    return lines.map(line => line.slice(file.length + 1));
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
