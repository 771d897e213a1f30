/** The faults of a run as spans of time, from the log in which they take effect and end. */
import type { SeriesLine } from "../results/schema.ts";

export interface FaultSpan {
  readonly what: string;
  readonly kind: string; // its first word
  readonly startUs: number;
  readonly endUs: number; // the end of the run for what was never mended, its start for what takes no time
  readonly isOpen: boolean; // it was never mended
}

const ENDS = "end of ";

export function faultSpans({ faults }: Pick<SeriesLine, "faults">, runEndUs: number): FaultSpan[] {
  const spans: { -readonly [Part in keyof FaultSpan]: FaultSpan[Part] }[] = [];
  for (const [at, text] of faults) {
    if (!text.startsWith(ENDS)) {
      const isOpen = !isInstant(text);
      spans.push({ what: text, kind: kindOf(text), startUs: at, endUs: isOpen ? runEndUs : at, isOpen });
      continue;
    }
    const ended = text.slice(ENDS.length);
    const open = spans.find(({ what, isOpen }) => isOpen && isEndOf(ended, what));
    if (open === undefined) continue; // chaos as a whole ends too
    open.endUs = at;
    open.isOpen = false;
  }
  return spans;
}

/** The end of a fault may say how much it did: "end of loss 5% on every link (8 messages)". */
const isEndOf = (ended: string, what: string): boolean => ended === what || ended.startsWith(`${what} (`);

/** Chaos draws its numbers at random: three digits of them are enough to read. */
export const plainly = (what: string): string =>
  what.replace(/\d+\.\d{3,}/g, number => String(Number(Number(number).toPrecision(3))));

export const kindOf = (what: string): string => what.split(" ")[0]!;

const isInstant = (what: string): boolean => kindOf(what) === "clockJump";

/** When a run was over: the last window of answers ends there, and nothing that is known came later. */
export function endOf({ windows, epochs, faults }: SeriesLine): number {
  const answered = windows.start_us + windows.width_us * windows.ok.length;
  return Math.max(1, answered, epochs.at(-1)?.[0] ?? 0, faults.at(-1)?.[0] ?? 0);
}
