/** Writes the event log of a run, one JSON object a line, as it happens: a run that throws keeps what led to it. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { TraceEvent, Tracer } from "../simulation/observer.ts";

const BUFFER_CHARACTERS = 1 << 20;

export class TraceFile implements Tracer {
  private readonly file: number;
  private lines: string[] = [];
  private characters = 0;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, "w");
  }

  record(event: TraceEvent): void {
    const line = JSON.stringify(event);
    this.lines.push(line);
    this.characters += line.length;
    if (this.characters > BUFFER_CHARACTERS) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    if (this.lines.length > 0) writeSync(this.file, `${this.lines.join("\n")}\n`);
    this.lines = [];
    this.characters = 0;
  }
}
