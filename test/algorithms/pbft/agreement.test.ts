/** Whatever the network and the nodes do, as long as they do not lie: one history, on clusters of every shape. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pbft } from "../../../algorithms/pbft/index.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";

describe("PBFT, declared cost", () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13];
  test.each(sizes.flatMap(n => [1, 2, 8, 64].map(batch => [n, batch] as const)))(
    "%i replicas, batches of %i: messages are exactly those of the formula",
    (n, b) => {
      const policy = { batch: { max: b, min: b, delay: 0 }, window: 4, reads: "log" } as const;
      const cluster = new Lockstep(pbft, n, { policy });
      const instances = 12; // three windows full
      for (let client = 0; client < b * instances; client++) {
        cluster.request(0, put(1, "v", client));
        if (client % (4 * b) === 4 * b - 1) cluster.settle();
      }
      expect(cluster.answers.length).toBe(n * b * instances);
      const defaults = Object.entries(pbft.options).map(([name, option]) => [name, option!.default]);
      const { messagesPerCommand } = pbft.cost(n, policy, Object.fromEntries(defaults));
      expect(cluster.count("ordering")).toBe(b * instances * messagesPerCommand);
      expect(cluster.sent.length).toBe(cluster.count("ordering"));
    },
  );
});

type Step = readonly [kind: number, node: number, choice: number];

/** One arbitrary event: a message delivered, repeated or lost out of order, a time-out, a crash, a request. */
function take(cluster: Lockstep, [kind, at, choice]: Step, sequence: number): void {
  const { queue } = cluster;
  const node = at % cluster.nodes.length;
  const pick = queue.length === 0 ? 0 : choice % queue.length;
  if (kind < 18 && queue.length > 0) cluster.deliver(queue.splice(kind < 9 ? 0 : pick, 1)[0]!);
  else if (kind === 18 && queue.length > 0) cluster.deliver(queue[pick]!);
  else if (kind === 19) queue.splice(pick, 1);
  else if (kind === 20 && choice % 8 === 0) cluster.crash(node);
  else if (kind <= 21 && cluster.down.has(node)) cluster.restart(node);
  else if (cluster.down.has(node)) return;
  else if (kind === 22) cluster.timeout(node, choice % 3 === 0 ? "view-change" : "status");
  else if (kind === 23) cluster.request(choice % 2 === 0 ? node : 0, append(1, `${sequence};`, sequence));
}

/** The values that replicas hold are histories of the same appends: one is always a prefix of the other. */
function expectAgreement(cluster: Lockstep, longest: { value: string }): void {
  for (const [node, { store }] of cluster.nodes.entries()) {
    if (cluster.down.has(node)) continue;
    const value = (store.read(get(1)) as string | undefined) ?? "";
    const [short, long] =
      value.length < longest.value.length ? [value, longest.value] : [longest.value, value];
    expect(long.startsWith(short), `${short} is no prefix of ${long}`).toBe(true);
    longest.value = long;
  }
}

describe("PBFT, agreement", () => {
  const step = fc.tuple(fc.nat(23), fc.nat(11), fc.nat(1000));
  const variants = [{}, { checkpointEvery: 2, logSize: 4 }, { requests: "all" }, { commits: "piggyback" }];
  const cells = variants.flatMap(options => [4, 5, 6].map(n => [options, n] as const));
  test.each(cells)("%o, n=%i: one history, whatever the network and the nodes do", (options, n) => {
    let committed = 0;
    let views = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 300, maxLength: 900 }), steps => {
        const policy = { batch: { max: 2, min: 1, delay: 0 }, window: 2, reads: "log" } as const;
        const cluster = new Lockstep(pbft, n, { options, policy });
        const longest = { value: "" };
        for (const [index, next] of steps.entries()) {
          take(cluster, next, index + 1);
          expectAgreement(cluster, longest);
        }
        committed += longest.value.length;
        views = Math.max(views, ...cluster.nodes.map(({ replica }) => replica.status().epoch));
      }),
      { numRuns: 40, seed: 7, endOnFailure: true },
    );
    expect(committed, "nothing was committed: these schedules test nothing").toBeGreaterThan(0);
    expect(views, "no view was changed").toBeGreaterThan(1);
  });
});
