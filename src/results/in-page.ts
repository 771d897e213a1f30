/** The lines of a study inside its page, so that a page that somebody was sent can be compared without the folder. */
import { deflateSync, inflateSync } from "node:zlib";
import { ResultsError } from "./reader.ts";
import type { Manifest, RunLine } from "./schema.ts";

export const runsId = "study-runs";

const MOST_CHARACTERS = 300_000; // of a page, which is to be sent by mail
const MOST_BYTES = 2 ** 28; // nobody's page makes us unpack more

/** Undefined where that would be more than a page can bear. */
export function packedRuns(manifest: Manifest, lines: readonly RunLine[]): string | undefined {
  const text = [manifest, ...lines].map(line => `${JSON.stringify(line)}\n`).join("");
  const packed = deflateSync(text, { level: 9 }).toString("base64");
  return packed.length > MOST_CHARACTERS ? undefined : packed;
}

export interface PageFiles {
  readonly manifest: string;
  readonly runs: string;
}

/** What the files held when the page was written; undefined for any other page, and where they were left out. */
export function filesInPage(page: string, name: string): PageFiles | undefined {
  const packed = page.match(new RegExp(`<script type="text/plain" id="${runsId}">([\\w+/=]+)</script>`))?.[1];
  if (packed === undefined) return undefined;
  const text = inflated(packed, name);
  const end = text.indexOf("\n") + 1;
  return { manifest: text.slice(0, end), runs: text.slice(end) };
}

function inflated(packed: string, name: string): string {
  try {
    return inflateSync(Buffer.from(packed, "base64"), { maxOutputLength: MOST_BYTES }).toString("utf8");
  } catch (error) {
    throw new ResultsError(`${name}: the runs in it cannot be unpacked (${(error as Error).message})`);
  }
}
