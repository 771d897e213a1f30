/** The data of a chart of terms, however many there are. */
import { expect, test } from "vitest";
import { termData } from "../../src/report/charts/terms.ts";

test("many steps are thinned, whatever their number, and the last one stays", () => {
  for (let count = 2; count <= 2000; count++) {
    const epochs = Array.from(
      { length: count },
      (_, index) => [index * 1000, 0, index + 1] as [number, number, number],
    );
    const { lines } = termData(
      [{ name: "raft", side: undefined, series: { epochs, leaders: [] } }],
      count * 1000,
    );
    expect(lines.length).toBe(Math.min(count, 150) + 1); // and the end of the line
    expect(lines.at(-1)).toMatchObject({ node: "n0", e: count });
  }
});
