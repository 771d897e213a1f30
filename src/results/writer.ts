/**
 * Writes a study's folder so that the process may be killed at any moment. A line in `runs.ndjson` commits its run:
 * the run's trace and series are on disk before it is written. Lines that arrive while the disk is busy share the
 * next flush, so that a slow disk delays results and not the runs.
 */
import { renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_ASIDE } from "./folder.ts";
import { type Lines, readRuns, readSeries } from "./reader.ts";
import type { Manifest, RunLine, SeriesLine } from "./schema.ts";

/** The manifest is replaced as a whole: readers find the old one or the new one, never a part. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const aside = join(folder, MANIFEST_ASIDE);
  try {
    writeFileSync(aside, `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
    renameSync(aside, join(folder, "manifest.json"));
  } catch (error) {
    rmSync(aside, { force: true }); // a disk that is full needs the room
    throw error;
  }
}

interface Pending {
  readonly line: RunLine;
  readonly series: SeriesLine | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class StudyWriter {
  /** What the folder held when it was opened: nothing in a new one, the finished runs in a resumed one. */
  readonly finished: readonly RunLine[];
  private readonly runs: FileHandle;
  private readonly series: FileHandle;
  private readonly seriesKeys: Set<string>;
  private readonly keepsSeries: (line: RunLine) => boolean;
  private waiting: Pending[] = [];
  private writing: Promise<void> | undefined;
  private failure: unknown;

  private constructor(
    runs: FileHandle,
    series: FileHandle,
    finished: readonly RunLine[],
    keys: Iterable<string>,
    keepsSeries: (line: RunLine) => boolean,
  ) {
    this.keepsSeries = keepsSeries;
    this.runs = runs;
    this.series = series;
    this.finished = finished;
    this.seriesKeys = new Set(keys);
  }

  /** `keepsSeries`: of which runs the series are worth their place; of all, unless given. */
  static async open(
    folder: string,
    keepsSeries: (line: RunLine) => boolean = () => true,
  ): Promise<StudyWriter> {
    const runs = readRuns(folder);
    const series = readSeries(folder);
    cutTornLine(join(folder, "runs.ndjson"), runs);
    cutTornLine(join(folder, "series.ndjson"), series);
    return new StudyWriter(
      await open(join(folder, "runs.ndjson"), "a"),
      await open(join(folder, "series.ndjson"), "a"),
      runs.lines,
      series.lines.map(line => line.key),
      keepsSeries,
    );
  }

  /** Fulfilled once the run is committed. Rejected where the disk refuses, and then nothing more is written. */
  append(line: RunLine, series: SeriesLine | undefined): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({ line, series, resolve, reject });
    this.writing ??= this.writeAll();
    return promise;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.runs.close();
    await this.series.close();
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.write(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.failure = error;
        for (const { reject } of [...group, ...this.waiting.splice(0)]) reject(error);
      }
    }
    this.writing = undefined;
  }

  private async write(group: readonly Pending[]): Promise<void> {
    const kept = group.filter(({ line }) => this.keepsSeries(line));
    const series = kept.map(({ series }) => series).filter(line => line !== undefined);
    const fresh = series.filter(line => !this.seriesKeys.has(line.key));
    for (const line of fresh) this.seriesKeys.add(line.key);
    await appendLines(this.series, fresh);
    await appendLines(
      this.runs,
      group.map(({ line }) => line),
    );
  }
}

async function appendLines(file: FileHandle, lines: readonly object[]): Promise<void> {
  if (lines.length === 0) return;
  await file.appendFile(lines.map(line => `${JSON.stringify(line)}\n`).join(""));
  await file.datasync();
}

function cutTornLine(file: string, { torn, bytes }: Lines<unknown>): void {
  if (torn) truncateSync(file, bytes);
}
