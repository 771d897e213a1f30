/** A warm-up by a number of operations: it is over once so many have ended, whenever and however they did. */
import type { Request, Result } from "#protocol";
import type { OperationSink, Outcome } from "../protocol/client.ts";

export class WarmUp implements OperationSink {
  onOver: () => void = () => {};
  private ended = 0;
  private readonly operations: number;
  private readonly sink: OperationSink;

  /** Hands on what it is told. */
  constructor(operations: number, sink: OperationSink) {
    this.operations = operations;
    this.sink = sink;
  }

  onOperation(request: Request, callNs: number, returnNs: number, outcome: Outcome, result: Result): void {
    this.sink.onOperation(request, callNs, returnNs, outcome, result);
    if (++this.ended === this.operations) this.onOver();
  }

  /** For a run that ends before. */
  get missed(): string {
    return `the warm-up of ${this.operations} operations was not over when the run was: ${this.ended} had ended`;
  }
}
