/**
 * Requests on their way into an ordering instance, gathered as the workload's batching says, and so by every protocol
 * alike: an instance starts once `min` wait, or the first of them has waited for `delay`, and takes `max` at most.
 */
import { Fifo } from "./fifo.ts";
import type { Milliseconds, Policy, Request } from "./index.ts";

/** What it asks of a context: its timer is called `batch`. */
interface Gathering {
  readonly policy: Policy;
  now(): Milliseconds;
  setTimer(timer: "batch", delay: Milliseconds): void;
  cancelTimer(timer: "batch"): void;
}

export class Waiting {
  private readonly requests = new Fifo<Request>();
  private readonly since = new Fifo<Milliseconds>(); // of each, where the batch has a delay
  private isDue = false; // the first has waited for the batch's delay
  private readonly context: Gathering;

  constructor(context: Gathering) {
    this.context = context;
  }

  get length(): number {
    return this.requests.length;
  }

  push(request: Request): void {
    const { context } = this;
    this.requests.push(request);
    if (context.policy.batch.delay > 0) this.since.push(context.now());
  }

  shift(): Request {
    if (this.since.length > 0) this.since.shift();
    return this.requests.shift();
  }

  /** The timer has run out. */
  becomeDue(): void {
    this.isDue = true;
  }

  /** Whether an instance may start. */
  get isReady(): boolean {
    const { length } = this.requests;
    return length > 0 && (length >= this.context.policy.batch.min || this.isDue);
  }

  /** The commands of an instance. */
  take(): Request[] {
    const count = Math.min(this.requests.length, this.context.policy.batch.max);
    const batch = new Array<Request>(count); // not a growing one: it is kept in records, whose room would stay empty
    for (let index = 0; index < count; index++) batch[index] = this.shift();
    this.isDue = false;
    return batch;
  }

  /** The timer runs for the request that has waited longest, unless its batch is due and only the window is full. */
  await(): void {
    const { context, requests, since } = this;
    const { delay, min } = context.policy.batch;
    if (delay === 0) return;
    if (requests.length === 0) return context.cancelTimer("batch");
    if (this.isDue || requests.length >= min) return;
    context.setTimer("batch", Math.max(0, since.first + delay - context.now()));
  }
}
