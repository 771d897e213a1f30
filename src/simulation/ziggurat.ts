/**
 * Standard normal numbers by the ziggurat: G. Marsaglia & W. W. Tsang, The ziggurat method for generating random
 * variables, 2000, in the form of J. A. Doornik, An improved ziggurat method, 2005. The bell curve is covered by 128
 * layers of equal area; 98.8 % of the draws end in the first comparison, which `RandomStream.normals` makes itself.
 * Four times as fast as Box and Muller.
 */
const LAYERS = 128;
const TAIL_START = 3.442619855899; // where the bottom layer's rectangle ends
const LAYER_AREA = 9.91256303526217e-3;

const density = (x: number): number => Math.exp(-0.5 * x * x);

/** The right edge of each layer, from the bottom up. */
export const edges = new Float64Array(LAYERS + 1);
edges[0] = LAYER_AREA / density(TAIL_START);
edges[1] = TAIL_START;
for (let layer = 2; layer < LAYERS; layer++) {
  const below = edges[layer - 1]!;
  edges[layer] = Math.sqrt(-2 * Math.log(LAYER_AREA / below + density(below)));
}
edges[LAYERS] = 0;

/** The share of each layer's width that lies under the curve for certain. */
export const inside = new Float64Array(LAYERS);
for (let layer = 0; layer < LAYERS; layer++) inside[layer] = edges[layer + 1]! / edges[layer]!;

interface Uniform {
  next(): number;
}

/** When the first comparison, at this position of this layer, has failed. */
export function normalBeyond(layer: number, position: number, stream: Uniform): number {
  if (layer === 0) return position < 0 ? -tail(stream) : tail(stream);
  const x = position * edges[layer]!;
  const upper = density(edges[layer]!);
  const lower = density(edges[layer + 1]!);
  return upper + stream.next() * (lower - upper) < density(x) ? x : standardNormal(stream);
}

export function standardNormal(stream: Uniform): number {
  const position = 2 * stream.next() - 1;
  const layer = Math.floor(LAYERS * stream.next());
  return Math.abs(position) < inside[layer]!
    ? position * edges[layer]!
    : normalBeyond(layer, position, stream);
}

/** Marsaglia's method for the tail beyond the bottom layer. */
function tail(stream: Uniform): number {
  for (;;) {
    const x = Math.log(1 - stream.next()) / TAIL_START;
    const y = Math.log(1 - stream.next());
    if (-2 * y >= x * x) return TAIL_START - x;
  }
}
