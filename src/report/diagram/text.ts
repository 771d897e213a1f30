/** Times and names as people read them, and texts that are safe inside a drawing. */
import { escaped } from "../markup.ts";
import { CLIENTS } from "./model.ts";

export { escaped };

export const placeName = (place: number): string => (place === CLIENTS ? "clients" : `n${place}`);

/** As long as it takes: 82 µs, 1.24 ms, 3.2 s. */
export function durationText(ns: number): string {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return `${short(ns / 1e3)} µs`;
  return ns < 1e9 ? `${short(ns / 1e6)} ms` : `${short(ns / 1e9)} s`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** A moment of the run, to the microsecond. */
export const momentText = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;

/** What each paper calls a round of leadership. */
const words: Readonly<Record<string, string>> = {
  raft: "term",
  "multi-paxos": "ballot",
  paxos: "ballot",
  pbft: "view",
};

export const epochWord = (algo: string): string => (Object.hasOwn(words, algo) ? words[algo]! : "epoch");

/** SVG is made of numbers; more than a tenth of a pixel nobody sees. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);
