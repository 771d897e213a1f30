/**
 * A pool of long-lived threads, one run a thread at a time, so that a thread that dies takes exactly one run with it.
 * Runs so short that handing them out would take longer go several at a time, and singly again where that fails.
 */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { tuneThreads } from "./heap.ts";
import type { Answer, Task } from "./worker.ts";

export interface PoolOptions {
  readonly workers: number | undefined; // all processors where undefined
  readonly memoryMb?: number; // of one thread's heap; Node's own limit where undefined
}

export const defaultWorkers = (): number => availableParallelism();

export class Pool {
  readonly workers: number;
  private readonly piscina: Piscina<Task | readonly Task[], Answer | readonly Answer[]>;

  constructor({ workers = defaultWorkers(), memoryMb }: PoolOptions) {
    this.workers = workers;
    tuneThreads();
    this.piscina = new Piscina({
      filename: new URL("./worker.ts", import.meta.url).href,
      name: "run",
      minThreads: workers,
      maxThreads: workers,
      // Leaves the worker's event loop alone, at the price of some microseconds a run. No maxQueue: it would
      // reject runs, and `Study` never hands out more of them than there are threads.
      atomics: "async",
      recordTiming: false,
      ...(memoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
    });
    // Threads that die between runs are replaced; there is no run to blame.
    this.piscina.on("error", () => {});
  }

  /**
   * Never rejects: whatever happens to the thread is the answer for this run. `limitMs` is the last resort against
   * an endless loop inside one handler, which nothing but the end of its thread can interrupt.
   */
  async run(task: Task, limitMs: number): Promise<Answer> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), limitMs);
    try {
      return (await this.piscina.run(task, { signal: stop.signal })) as Answer;
    } catch (error) {
      return { kind: "failed", error: causeOf(error as NodeJS.ErrnoException, stop.signal, limitMs) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Several short runs as one task. Undefined if that did not end well: then each has to show by itself. */
  async runAll(tasks: readonly Task[], limitMs: number): Promise<readonly Answer[] | undefined> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), limitMs);
    try {
      return (await this.piscina.run(tasks, { signal: stop.signal, name: "runAll" })) as readonly Answer[];
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Another task for a thread of this pool: what `bench:engine` measures in it. */
  other<Given, Answered>(filename: string, name: string, given: Given): Promise<Answered> {
    return (this.piscina as unknown as Piscina<Given, Answered>).run(given, { filename, name });
  }

  close(): Promise<void> {
    return this.piscina.destroy();
  }
}

function causeOf(error: NodeJS.ErrnoException, signal: AbortSignal, limitMs: number): string {
  if (signal.aborted) {
    const seconds = Math.round(limitMs / 1000);
    return `gave no answer for ${seconds} s and was stopped: a handler probably loops without end`;
  }
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY")
    return "ran out of memory: its thread hit the limit of its heap";
  return `its thread ended: ${error.message}`;
}
