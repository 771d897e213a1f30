import { describe, expect, test } from "vitest";
import type { CommandKind } from "#protocol";
import { HistoryRecorder } from "../../src/checks/history.ts";
import { HistoryError, readHistory, readHistoryInPieces } from "../../src/checks/history-lines.ts";
import { linearizable } from "../../src/checks/linearizability/linearizable.ts";
import { draw, historyOf, request, samples, sampleText } from "./histories.ts";

describe("the recorder", () => {
  test("writes down what ended, in the file's format", () => {
    const recorder = new HistoryRecorder();
    recorder.onOperation(request(0, 1, "put", "a"), 1, 4, "ok", undefined);
    recorder.onOperation(request(1, 1, "get"), 2, 5, "ok", "a");
    recorder.onOperation(request(0, 2, "cas", "b", "a"), 5, 9, "ok", true);
    recorder.onOperation(request(2, 1, "append", "c"), 6, 12, "unknown", undefined);
    recorder.onOperation(request(1, 2, "delete"), 6, 12, "failed", undefined);
    recorder.executed(request(2, 1, "append", "c"));
    const [first, second, third, fourth, fifth] = recorder.history.toLines();
    expect(first).toBe(
      '{"client":0,"op":"put","key":"7","value":"a","output":null,"call":1,"return":4,"status":"ok"}',
    );
    expect(second).toContain(
      '"client":1,"op":"get","key":"7","value":null,"output":"a","call":2,"return":5,',
    );
    expect(third).toContain('"op":"cas","key":"7","value":{"from":"a","to":"b"},"output":true,');
    expect(fourth).toContain('"output":null,"call":6,"return":null,"status":"unknown","position":0}');
    expect(fifth).toContain(
      '"op":"delete","key":"7","value":null,"output":null,"call":6,"return":12,"status":"fail"}',
    );
  });

  test("starting values are written as what a client named init did", () => {
    expect([...historyOf([], "start").toLines()]).toEqual([
      '{"client":"init","op":"put","key":"0","value":"start","output":null,"call":0,"return":0,"status":"ok"}',
    ]);
  });

  test("a history that was looked at is not changed by what is recorded later", () => {
    const recorder = new HistoryRecorder();
    for (let index = 0; index < 3000; index++) recorder.invoked(request(index, 1, "get"), index);
    const before = recorder.history;
    recorder.invoked(request(3000, 1, "get"), 3000);
    expect(before.call.length).toBe(3000);
    expect(recorder.history.call.at(-1)).toBe(3000);
  });

  test("takes an operation in two steps as well, and one that never ends for unknown", () => {
    const recorder = new HistoryRecorder();
    const [first, second, third, fourth] = [0, 1, 2, 3].map(client =>
      recorder.invoked(request(client, 1, "get"), client),
    );
    recorder.returned(second!, 10, "x");
    recorder.failed(first!, 11);
    recorder.unknown(third!);
    expect(recorder.history.status).toEqual(["failed", "ok", "unknown", "unknown"]);
    expect([...recorder.history.return.subarray(0, 2)]).toEqual([11, 10]);
    expect(recorder.history.return[fourth!]).toBe(Number.POSITIVE_INFINITY);
  });

  test("one that takes timeouts for failures, or leaves them out, is noticed", () => {
    const told = sampleText("micro_unknown-write-applied.jsonl.gz");
    const verdict = (text: string) => linearizable(readHistory(text)).verdict;
    expect(verdict(told)).toBe("valid");
    expect(verdict(told.replace('"return":null,"status":"unknown"', '"return":9,"status":"fail"'))).toBe(
      "invalid",
    );
    expect(verdict(told.replace(/^.*unknown.*\n/m, ""))).toBe("invalid");
  });

  test("of a pool of clients whose timeouts take effect, what it records is linearizable", () => {
    const recorder = new HistoryRecorder();
    recorder.onOperation(request(0, 1, "put", "a"), 1, 2, "ok", undefined);
    recorder.onOperation(request(1, 1, "put", "b"), 3, 8, "unknown", undefined);
    recorder.onOperation(request(2, 1, "get"), 9, 10, "ok", "b");
    expect(linearizable(recorder.history).verdict).toBe("valid");
  });
});

describe("the file format", () => {
  test("what is written is what is read", () => {
    const kinds: readonly CommandKind[] = ["get", "put", "append", "cas", "delete"];
    for (let seed = 1; seed <= 50; seed++) {
      const lines = [...draw(seed, { kinds, operations: 9, unknown: 0.3 }).toLines()];
      expect([...readHistory(lines.join("\n")).toLines()]).toEqual(lines);
    }
  });

  test("the samples are read whole", () => {
    for (const [name, { operations }] of Object.entries(samples)) {
      expect(readHistory(sampleText(name)).length, name).toBe(operations);
    }
  });

  const good = { client: 1, op: "put", key: "x", value: "a", output: null, call: 5, return: 9, status: "ok" };
  const line = (changes: object) => JSON.stringify({ ...good, ...changes });

  test("empty lines, other fields and both names of an operation are welcome", () => {
    const read = line({ op: "read", value: null, output: "a", client: "c2" });
    const text = `\n${line({ op: "write", extra: [1] })}\r\n\n${read}`;
    const history = readHistory(text);
    expect(history.kind).toEqual(["put", "get"]);
    expect(linearizable(history).verdict).toBe("valid");
  });

  test("a client named init sets starting values, in the order of its calls", () => {
    const text = [
      line({ client: "init", op: "append", value: "b", call: 2, return: 3 }),
      line({ client: "init", value: "a", call: 1, return: 9 }),
      line({ op: "get", value: null, output: "ab", call: 0, return: 0 }),
    ].join("\n");
    expect(linearizable(readHistory(text))).toMatchObject({ verdict: "valid", operations: 1 });
  });

  test("a client may go on after an operation of unknown outcome, and at the instant of an answer", () => {
    const unknown = { return: null, status: "unknown" };
    expect(
      readHistory(`${line(unknown)}\n${line({ call: 6 })}\n${line({ call: 9, return: 9 })}`).length,
    ).toBe(3);
  });

  test("on a coarse clock a client may do several things at one instant, in any order of lines", () => {
    const written = line({ call: 5, return: 5 });
    const read = line({ op: "get", value: null, output: "a", call: 5, return: 8 });
    for (const text of [`${written}\n${read}`, `${read}\n${written}`])
      expect(linearizable(readHistory(text)).verdict).toBe("valid");
  });

  test("may come in pieces, wherever it is cut", async () => {
    const text = `${line({ value: "ä" })}\r\n\n${line({ op: "get", client: 2, value: null, output: "ä" })}`;
    async function* pieces(size: number) {
      for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
    }
    for (const size of [1, 2, 7, 100, 1000])
      expect([...(await readHistoryInPieces(pieces(size))).toLines()]).toEqual([
        ...readHistory(text).toLines(),
      ]);
    async function* endless() {
      for (;;) yield " ".repeat(0x1000000);
    }
    await expect(readHistoryInPieces(endless())).rejects.toThrow(/this line is too long/);
  });

  test.each([
    [1, "", /holds no operations/],
    [1, "[1]", /this is \[1\]; expected a JSON object/],
    [2, `${line({})}\n{"client":1,`, /this is no JSON; expected one whole JSON object a line/],
    [1, line({ op: "cass" }), /"op" is "cass"; expected read, get, write, put, append, delete or cas/],
    [1, line({ op: undefined }), /"op" is missing/],
    [1, line({ op: "constructor" }), /"op" is "constructor"; expected read/],
    [1, line({ op: ["put"] }), /"op" is \["put"\]; expected read/],
    [1, line({ status: "constructor" }), /"status" is "constructor"; expected ok/],
    [1, line({ status: "info" }), /"status" is "info"; expected ok, fail or unknown/],
    [1, line({ client: null }), /"client" is null; expected a text or a number/],
    [1, line({ key: ["x"] }), /"key" is \["x"\]; expected a text or a number/],
    [1, line({ call: 1.5 }), /"call" is 1.5; expected a whole number/],
    [1, line({ call: undefined }), /"call" is missing; expected a whole number/],
    [1, line({ return: null }), /"return" is null; expected a whole number/],
    [1, line({ return: 4 }), /"return" is 4; expected no less than its "call", 5/],
    [1, line({ status: "unknown" }), /"return" is 9; expected null where the status is unknown/],
    [1, line({ value: undefined }), /"value" is missing; expected a text, a number, true, false or null/],
    [1, line({ value: { a: 1 } }), /"value" is \{"a":1\}; expected a text/],
    [1, line({ op: "append", value: 1 }), /"value" is 1; expected a text for an append/],
    [1, line({ op: "get" }), /"value" is "a"; expected null for a get/],
    [1, line({ op: "get", value: null, output: undefined }), /"output" is missing; expected a text/],
    [1, line({ op: "cas", output: true }), /"value" is "a"; expected \{"from": …, "to": …\} for a cas/],
    [1, line({ op: "cas", value: { from: 1, to: 2 } }), /"output" is null; expected true or false for a cas/],
    [1, line({ position: -1 }), /"position" is -1; expected a whole number from 0/],
    [
      1,
      line({ client: "init", op: "get", value: null }),
      /client "init" does a get with status ok; expected a write/,
    ],
    [
      2,
      `${line({})}\n${line({})}`,
      /client 1 has an operation under way that overlaps with that of line 1; expected one/,
    ],
    [2, `${line({})}\n${line({ call: 8, return: 12 })}`, /overlaps with that of line 1/],
    [3, `${line({})}\n\n${line({ call: 2, return: 6 })}`, /overlaps with that of line 1/],
    [
      2,
      `${line({ op: "append" })}\n${line({ client: 2, value: 3 })}`,
      /"value" is 3; expected a text, for other/,
    ],
  ])("line %i of %j is refused", (number, text, message) => {
    const refused = (() => {
      try {
        return readHistory(text);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(HistoryError);
    expect((refused as HistoryError).message).toMatch(message);
    expect((refused as HistoryError).line).toBe(number);
  });
});
