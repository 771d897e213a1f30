/** Runs of the normal case beside what its formulas say. */
import type { RunLine } from "../../src/results/schema.ts";
import type { Comparison } from "./comparison.ts";
import type { NormalCase } from "./formulas.ts";
import { counted, DELAY_US, INSTANCES, ideal } from "./ideal.ts";

export interface Cell {
  readonly n: number;
  readonly batch: number;
}

export const cellsOf = ({ sizes, batches }: NormalCase): Cell[] =>
  sizes.flatMap(n => batches.map(batch => ({ n, batch })));

export function lineOf(one: NormalCase, { n, batch }: Cell): RunLine {
  const { protocol, options = {}, reads = "log", kind = "put", besides = 0, down } = one;
  return ideal(protocol, { n: n + besides, batch, options, reads, kind, down: down?.(n) ?? 0 });
}

export function normalCase(one: NormalCase, cell: Cell): Comparison[] {
  const { n, batch } = cell;
  const line = lineOf(one, cell);
  const { ok, submitted } = line.ops!;
  if (ok !== submitted || ok !== batch * INSTANCES) throw new Error(`${ok} of ${submitted} were answered`);
  const { by_cause, client } = line.messages!;
  const messages = counted(line) - (one.thrifty === true ? by_cause.recovery! : 0);
  const { min, mean, max } = line.latency_us!;
  const delays = one.delays.of(n);
  const off = [min, mean, max].find(latency => latency !== delays * DELAY_US);
  const common = { protocol: one.protocol.name, variant: one.variant, n, batch, tolerance: 0 };
  const { text, of } = one.messages;
  const shared = one.batches.length > 1;
  const full: Comparison = {
    ...common,
    section: "1",
    quantity: "mean batch : b",
    formula: "1",
    expected: 1,
    measured: (line.batch_mean ?? Number.NaN) / batch,
  };
  return [
    {
      ...common,
      section: "1",
      quantity: "messages a command",
      formula: shared ? perCommand(text) : text,
      expected: of(n) / batch,
      measured: messages / ok,
    },
    {
      ...common,
      section: "1",
      quantity: "… with the client",
      formula: one.withClient.text,
      expected: one.withClient.of(n),
      measured: client.count / ok,
    },
    {
      ...common,
      section: "2",
      quantity: "delays to the client",
      formula: one.delays.text,
      expected: delays,
      measured: off === undefined ? delays : off / DELAY_US,
    },
    ...(shared && one.messages.of(n) > 0 ? [full] : []), // it is counted in what is sent
  ];
}

/** A sum that stands outside brackets needs some. */
export const perCommand = (text: string): string =>
  /[+-]/.test(text.replaceAll(/\([^)]*\)/g, "")) ? `(${text})/b` : `${text}/b`;
