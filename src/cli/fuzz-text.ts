/** What a campaign tells people: while it runs, and what happened in it. */
import { relative } from "node:path";
import type { Progress } from "../harness/fuzz/campaign.ts";
import { counted, type Tally } from "../harness/fuzz/tally.ts";
import type { Screen } from "./progress.ts";
import { userFolder } from "./study-folder.ts";

/** Runs, where only time is limited. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER;

const REDRAW_MS = 100;
const TELL_EVERY_MS = 10_000; // where there is no terminal

/** One redrawn line on a terminal, elsewhere a plain line now and then. */
export class FuzzProgress {
  private readonly begun = performance.now();
  private toldAt = this.begun;
  private doneBefore: number | undefined;
  private drawn = false;
  private readonly runs: number;
  private readonly quiet: boolean;
  private readonly screen: Screen;
  private readonly plain: boolean;

  constructor(
    runs: number,
    quiet: boolean,
    screen: Screen,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.runs = runs;
    this.quiet = quiet;
    this.screen = screen;
    this.plain = !screen.isTTY || (environment.CI ?? "") !== "" || environment.TERM === "dumb";
  }

  show({ done, failures }: Progress): void {
    this.doneBefore ??= done;
    const now = performance.now();
    if (this.quiet || now - this.toldAt < (this.plain ? TELL_EVERY_MS : REDRAW_MS)) return;
    this.toldAt = now;
    const rate = ((done - this.doneBefore) / (now - this.begun)) * 1000;
    const alarms =
      failures.length === 0 ? "no alarm" : `${failures.length} alarm${failures.length === 1 ? "" : "s"}`;
    const wanted = this.runs === UNBOUNDED ? "" : ` of ${this.runs}`;
    const line = `${done}${wanted} runs, ${rate.toFixed(0)} runs/s, ${alarms}`;
    this.screen.write(this.plain ? `${line}\n` : `\r\u001b[2K${line}`);
    this.drawn = !this.plain;
  }

  close(): void {
    if (this.drawn) this.screen.write("\r\u001b[2K");
    this.drawn = false;
  }
}

export function tallyText(tally: Tally, elapsedMs: number): string {
  const rate = (tally.runs / elapsedMs) * 1000;
  const rows = (Object.keys(counted) as (keyof Tally)[])
    .filter(name => name !== "runs")
    .map(name => `  ${String(tally[name]).padStart(9)}  ${counted[name]}`);
  return [
    `${tally.runs} runs in ${(elapsedMs / 1000).toFixed(1)} s, ${rate.toFixed(0)} runs/s`,
    ...rows,
  ].join("\n");
}

/** An alarm with the file that raises it again. */
export interface Explained {
  readonly index: number;
  readonly check: string;
  readonly sentence: string;
  readonly file: string;
  readonly command: string;
}

export const alarmText = ({ index, sentence, file, command }: Explained): string =>
  `case ${index}: ${sentence}\n  as small as it gets: ${file}\n  run it: ${command}`;

/** A path as a person would type it from where they are. */
export function shown(path: string): string {
  const short = relative(userFolder(), path);
  return short === "" || short.startsWith("..") ? path : short;
}
