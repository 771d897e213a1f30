/** How far a study is, on stderr: one redrawn line on a terminal, elsewhere a plain line every ten per cent. */
import type { PlannedRun } from "../harness/plan.ts";
import type { RunSpec } from "../harness/spec.ts";

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  started(spec: RunSpec): void;
  finished(key: string): void;
  /** More runs are to come, as earlier ones have shown. */
  expect(runs: readonly PlannedRun[]): void;
  /** Takes the redrawn line away. */
  close(): void;
}

const silent: Progress = { started() {}, finished() {}, expect() {}, close() {} };

export function progressOf(
  runs: readonly PlannedRun[],
  quiet: boolean,
  screen: Screen,
  environment: Readonly<Record<string, string | undefined>>,
): Progress {
  if (quiet || runs.length === 0) return silent;
  const plain = !screen.isTTY || (environment.CI ?? "") !== "" || environment.TERM === "dumb";
  return plain ? plainProgress(runs, screen) : redrawnProgress(runs, screen);
}

/** Counts runs by what they are expected to cost, since the long ones come first. */
class Meter {
  total = 0;
  done = 0;
  private readonly weights = new Map<string, number>();
  private whole = 0;
  private sum = 0;
  private readonly begun = performance.now();

  constructor(runs: readonly PlannedRun[]) {
    this.add(runs);
  }

  add(runs: readonly PlannedRun[]): void {
    this.total += runs.length;
    for (const { spec, estimate } of runs) {
      this.weights.set(spec.key, estimate.events + 1);
      this.whole += estimate.events + 1;
    }
  }

  finish(key: string): void {
    this.done++;
    this.sum += this.weights.get(key) ?? 0;
  }

  get share(): number {
    return this.sum / this.whole;
  }

  get timeLeft(): string {
    if (this.sum === 0) return "";
    const seconds = ((performance.now() - this.begun) / 1000) * (1 / this.share - 1);
    return seconds < 100 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
  }
}

function plainProgress(runs: readonly PlannedRun[], screen: Screen): Progress {
  const meter = new Meter(runs);
  let told = 0;
  return {
    started() {},
    finished(key) {
      meter.finish(key);
      const tenths = Math.floor((10 * meter.done) / meter.total);
      if (tenths <= told) return;
      told = tenths;
      const left = meter.done < meter.total ? `, ${meter.timeLeft}` : "";
      screen.write(`${tenths * 10} %  ${meter.done}/${meter.total} runs${left}\n`);
    },
    expect(more) {
      meter.add(more);
      told = Math.floor((10 * meter.done) / meter.total);
    },
    close() {},
  };
}

function redrawnProgress(runs: readonly PlannedRun[], screen: Screen): Progress {
  const meter = new Meter(runs);
  const current = new Map<string, string>();
  const draw = () => screen.write(`\r\u001b[2K${redrawnLine(meter, current, screen.columns ?? 80)}`);
  // Ten times a second is as often as anybody looks; drawing at every run would cost time in short ones.
  const timer = setInterval(draw, 100).unref();
  return {
    started(spec) {
      current.set(spec.key, `${spec.algo.replace(/^.*[/\\]/, "")} n=${spec.n} seed ${spec.seed}`);
    },
    finished(key) {
      meter.finish(key);
      current.delete(key);
    },
    expect(more) {
      meter.add(more);
    },
    close() {
      clearInterval(timer);
      screen.write("\r\u001b[2K");
    },
  };
}

function redrawnLine(meter: Meter, current: ReadonlyMap<string, string>, columns: number): string {
  const width = 20;
  const full = Math.round(meter.share * width);
  const bar = `${"█".repeat(full)}${"░".repeat(width - full)}`;
  const parts = [`${bar} ${meter.done}/${meter.total}`, meter.timeLeft, current.values().next().value ?? ""];
  return parts
    .filter(part => part !== "")
    .join("  ")
    .slice(0, columns - 1);
}
