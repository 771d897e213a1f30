/** What happens at one instant, in words. */
import { markTitle } from "./arrows.ts";
import type { Model } from "./model.ts";
import { momentText, placeName } from "./text.ts";

const MOST = 4;

export function happeningAt(model: Model, ns: number): string {
  const { arrows, marks, faults } = model;
  const words = [
    ...faults.filter(fault => fault.ns === ns).map(({ what }) => what),
    ...marks
      .filter(mark => mark.ns === ns && mark.kind !== "disk")
      .map(mark => markTitle(mark).replace(/, at .*$/, "")),
    ...arrows
      .filter(({ departs, cause }) => departs === ns && cause !== "client")
      .map(({ from, to, type, arrives }) => {
        return `${placeName(from)} sends ${type} to ${placeName(to)}${arrives === null ? ", which is lost" : ""}`;
      }),
    ...arrows
      .filter(({ arrives, cause }) => arrives === ns && cause !== "client")
      .map(({ from, to, type, down }) => {
        return `${type} from ${placeName(from)} reaches ${placeName(to)}${down ? ", which is down" : ""}`;
      }),
    ...marks
      .filter(mark => mark.ns === ns && mark.kind === "disk")
      .map(({ node }) => `the disk of n${node} has it`),
  ];
  const more = words.length > MOST ? ` and ${words.length - MOST} more` : "";
  return `${momentText(ns)}: ${words.slice(0, MOST).join("; ") || "–"}${more}`;
}
