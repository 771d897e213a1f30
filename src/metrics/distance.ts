/**
 * How far values are from a distribution of which only quantiles are known: the greatest difference, at these, between
 * the share of the values that lies below and the share that should. It is the distance of Kolmogorov and Smirnov as
 * far as the quantiles show it.
 */
export function distanceTo(
  quantiles: readonly (readonly [share: number, value: number])[],
  values: readonly number[],
): number {
  const differences = quantiles.map(([share, limit]) => {
    const below = values.filter(value => value <= limit).length / values.length;
    return Math.abs(below - share);
  });
  return Math.max(...differences);
}
