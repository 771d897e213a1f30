/** A drawing of one metric: for each seed a line from its value on the base side to its value on the new side. */
import { short } from "../metrics/numbers.ts";
import type { ComparedMetric } from "./compare.ts";
import { valueText } from "./format.ts";

const width = 220;
const height = 140;
const top = 12;
const bottom = 118;
const left = 78;
const right = 178;

/** Of the values: a drawing that filled itself with a difference of 0.1 % would cry wolf. */
const smallestSpan = 0.1;

/** SVG whose colours are the page's: classes `axis`, `pair`, `base`, `next`. Nothing in it comes from files. */
export function pairedDots(compared: ComparedMetric): string {
  const { seeds, metric } = compared;
  const values = seeds.flatMap(({ base, next }) => [base, next]);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const margin = Math.max(0, (smallestSpan * Math.abs(most) - (most - least)) / 2);
  const low = least - margin;
  const span = most + margin - low;
  const place = (value: number) => (bottom - ((value - low) / span) * (bottom - top)).toFixed(1);
  const pairs = seeds.map(({ seed, base, next }) => {
    const says = `seed ${seed}: ${valueText(base, compared)} to ${valueText(next, compared)}`;
    const [from, to] = [place(base), place(next)];
    return (
      `<g><title>${says}</title><line class="pair" x1="${left}" y1="${from}" x2="${right}" y2="${to}"/>` +
      `<circle class="base" cx="${left}" cy="${from}" r="4"/>` +
      `<circle class="next" cx="${right}" cy="${to}" r="4"/></g>`
    );
  });
  const isNarrow = Number(place(least)) - Number(place(most)) < 12; // the labels would lie on each other
  const scale = (isNarrow ? [most] : [least, most]).map(
    value =>
      `<text class="axis" x="${left - 12}" y="${place(value)}" dy="4" text-anchor="end">${short(value)}</text>`,
  );
  const names = [
    `<text class="axis" x="${left}" y="${height - 4}" text-anchor="middle">base</text>`,
    `<text class="axis" x="${right}" y="${height - 4}" text-anchor="middle">new</text>`,
  ];
  const means = `from ${valueText(compared.base, compared)} to ${valueText(compared.next, compared)}`;
  const label = `${metric.title} of ${seeds.length} seeds, ${means}`;
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">` +
    `${[...scale, ...pairs, ...names].join("")}</svg>`
  );
}
