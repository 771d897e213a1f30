/** What a protocol does wrong ends its run, with the culprit named: never the harness with it, and never not at all. */
import { expect, test } from "vitest";
import type { AnyProtocol, Request } from "#protocol";
import { cluster, freeCost, MILLISECOND } from "./cluster.ts";
import { type ToyContext, toy } from "./toy.ts";

const told = { type: "Told", count: 1 } as const;
const slowDisk = () => ({
  ...freeCost,
  disk: { sync: { distribution: "constant", meanNs: MILLISECOND } as const, byteNs: 0 },
});

/** A toy that sets its timer at its start and whenever it fires. */
function ticking(delay: () => number): AnyProtocol {
  const { protocol } = toy();
  return {
    ...protocol,
    create: (context: ToyContext, options) => {
      const onTimeout = () => context.setTimer("tick", delay());
      return { ...protocol.create(context as never, options), onStart: onTimeout, onTimeout };
    },
  };
}

test("a timer that is set to nothing over and over is named", () => {
  const { run } = cluster(
    ticking(() => 0),
    2,
    { tracer: undefined },
  );
  expect(() => run(10)).toThrow(/virtual time hardly moves .* n[01] sets its timer tick to next to nothing/);
});

test("a timer that is set to nothing now and then does no harm", () => {
  let fired = 0;
  const delay = () => (++fired % 1000 === 0 ? 0.01 : 0);
  cluster(ticking(delay), 1, { tracer: undefined }).run(3);
  expect(fired).toBeGreaterThan(250_000);
});

test.each([
  [
    "sends to a node that is none",
    (context: ToyContext) => context.send(2, told),
    "n0 sends a Told to 2, which is no replica",
  ],
  [
    "sends to half a node, and nobody finds out until its disk is done",
    (context: ToyContext) => {
      context.persist(1);
      context.send(0.5, told);
    },
    "n0 sends a Told to 0.5, which is no replica",
  ],
  [
    "sends at once to nobody",
    (context: ToyContext) => context.sendNow(undefined as never, told),
    "n0 sends a Told to undefined, which is no replica",
  ],
  [
    "redirects to a node that is none",
    (context: ToyContext, request: Request) => context.redirect(request, -1),
    "n0 redirects a client to -1, which is no replica",
  ],
])("a replica that %s", (_, asks, message) => {
  const { client, run } = cluster(toy({}, asks).protocol, 2, { cost: slowDisk });
  client.ask(0, "put");
  expect(() => run(10)).toThrow(message);
});

test.each([
  ["bytes", { bytes: () => Number.NaN }, {}, "the description of message Told gives its bytes as NaN"],
  ["cause", { cause: () => "whim" }, {}, "the description of message Told gives its cause as whim"],
  ["recordBytes", {}, { recordBytes: () => undefined }, "gives the bytes of a record as undefined"],
])("a description whose %s gives nonsense", (_, ofMessage, ofRecord, message) => {
  const { protocol } = toy();
  const messages = { Told: { ...protocol.messages.Told, ...ofMessage } };
  const described = { ...protocol, ...ofRecord, messages } as AnyProtocol;
  const { client, run } = cluster(described, 2, { cost: slowDisk });
  client.ask(0, "put");
  expect(() => run(10)).toThrow(message);
});

test.each([
  ["has no handler of time-outs", { onTimeout: undefined }, "a replica of toy lacks onTimeout"],
  ["waits", { onRequest: async () => {} }, "onRequest of toy is async: handlers run to completion"],
])("a replica that %s", (_, behave, message) => {
  expect(() => cluster(toy(behave as never).protocol, 2)).toThrow(message);
});

test("a description that makes no replica", () => {
  const { protocol } = toy();
  expect(() => cluster({ ...protocol, create: () => undefined as never }, 1)).toThrow("of toy lacks onStart");
});
