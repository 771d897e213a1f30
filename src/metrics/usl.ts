/**
 * The universal scalability law (Gunther 1993): with n clients, X(n) = λ n / (1 + σ (n - 1) + κ n (n - 1)). λ is what
 * one does alone, σ the share of work that has to wait for its turn, κ what each pair costs to agree.
 */
export interface ScalabilityFit {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
  readonly peak: number | undefined; // where throughput is greatest; undefined where it only levels off
  readonly worst: number; // how far the law is from a point at most, as a share of that
}

export type Measurement = readonly [clients: number, throughput: number];

const LEAST_POINTS = 4; // one more than it has numbers

/**
 * By least squares on n / X(n), which is linear in 1/λ, σ/λ and κ/λ, each point weighing by its relative error. A
 * number that would be negative is 0 instead, and the others are fitted without it. Undefined for too few points.
 */
export function fitScalability(measurements: readonly Measurement[]): ScalabilityFit | undefined {
  const points = measurements.filter(([, throughput]) => throughput > 0);
  if (new Set(points.map(([clients]) => clients)).size < LEAST_POINTS) return undefined;
  const candidates = [[0, 1, 2], [0, 1], [0, 2], [0]].map(terms => fitted(points, terms));
  return candidates.find(fit => fit !== undefined && fit.lambda > 0 && fit.sigma >= 0 && fit.kappa >= 0);
}

/** What 1/λ, σ/λ and κ/λ are multiplied by. */
const bases: readonly ((clients: number) => number)[] = [
  () => 1,
  clients => clients - 1,
  clients => clients * (clients - 1),
];

function fitted(points: readonly Measurement[], terms: readonly number[]): ScalabilityFit | undefined {
  // Dividing by n / X(n) makes every residue a relative one, and the right-hand side 1.
  const rows = points.map(([clients, throughput]) =>
    terms.map(term => (bases[term]!(clients) * throughput) / clients),
  );
  const solution = leastSquares(rows);
  if (solution === undefined) return undefined;
  const [first = 0, second = 0, third = 0] = bases.map((_, term) => solution[terms.indexOf(term)] ?? 0);
  const [lambda, sigma, kappa] = [1 / first, second / first, third / first];
  const law = { lambda, sigma, kappa };
  const worst = Math.max(...points.map(([n, throughput]) => Math.abs(scaledTo(n, law) / throughput - 1)));
  const peak = kappa > 0 && sigma < 1 ? Math.sqrt((1 - sigma) / kappa) : undefined;
  return { ...law, peak, worst };
}

/** What the law says of n clients. */
export const scaledTo = (
  n: number,
  { lambda, sigma, kappa }: Pick<ScalabilityFit, "lambda" | "sigma" | "kappa">,
): number => (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));

/** Of rows · x = 1, by orthogonal columns (Gram and Schmidt, modified). Undefined where columns are dependent. */
function leastSquares(rows: readonly (readonly number[])[]): number[] | undefined {
  const width = rows[0]!.length;
  const columns = Array.from({ length: width }, (_, index) => rows.map(row => row[index]!));
  const triangle = columns.map(() => new Array<number>(width).fill(0));
  let rest: readonly number[] = rows.map(() => 1);
  const right: number[] = [];
  for (let index = 0; index < width; index++) {
    const column = columns[index]!;
    const length = Math.sqrt(dot(column, column));
    if (!(length > 0)) return undefined;
    triangle[index]![index] = length;
    const unit = column.map(value => value / length);
    for (let later = index + 1; later < width; later++) {
      const share = dot(unit, columns[later]!);
      triangle[index]![later] = share;
      columns[later] = columns[later]!.map((value, row) => value - share * unit[row]!);
    }
    const share = dot(unit, rest);
    right.push(share);
    rest = rest.map((value, row) => value - share * unit[row]!);
  }
  return backwards(triangle, right);
}

function backwards(triangle: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution = [...right];
  for (let row = right.length - 1; row >= 0; row--) {
    for (let column = row + 1; column < right.length; column++) {
      solution[row]! -= triangle[row]![column]! * solution[column]!;
    }
    solution[row]! /= triangle[row]![row]!;
  }
  return solution;
}

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0);
