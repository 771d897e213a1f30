/** Every protocol of the registry is held to the same laws: it is enough to be registered. */
import { describe, expect, test } from "vitest";
import { algorithms } from "../algorithms/index.ts";
import { broken } from "./conformance/broken.ts";
import { exceptions } from "./conformance/exceptions.ts";
import { laws } from "./conformance/laws.ts";

describe.each(algorithms.map(protocol => [protocol.name, protocol] as const))("%s", (name, protocol) => {
  for (const { name: law, hold } of laws) {
    const exception = exceptions.find(one => one.protocol === name && one.law === law);
    if (exception === undefined) test(law, () => hold(protocol));
    else test(`not: ${law} (${exception.because})`, () => expect(() => hold(protocol)).toThrow("expected"));
  }
});

describe("the laws", () => {
  const lawNames = laws.map(({ name }) => name);

  test("exceptions are made for protocols and laws that there are", () => {
    for (const { protocol, law } of exceptions) {
      expect(algorithms.map(({ name }) => name)).toContain(protocol);
      expect(lawNames).toContain(law);
    }
  });

  test("each has somebody who breaks it", () => {
    expect(new Set(broken.map(({ law }) => law))).toEqual(new Set(lawNames));
  });

  test.each(broken)("$law: not where $how", ({ law, protocol }) => {
    const { hold } = laws.find(({ name }) => name === law)!;
    expect(() => hold(protocol)).toThrow("expected");
  });
});
