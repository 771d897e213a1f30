/**
 * Symbolic digests: equal values have equal digests, and nobody finds another value with the same one. Computing real
 * cryptography would cost a thousand events; the simulated processor is charged for it instead.
 */
export function structuralDigest(value: unknown): number {
  return (mixValue(0x811c9dc5, value) >>> 0) * 2097152 + (mixValue(0x9747b28c, value) >>> 11);
}

function mixValue(hash: number, value: unknown): number {
  if (typeof value === "string") return mixText(hash, value);
  if (typeof value === "number") return mixNumber(hash, value);
  if (typeof value !== "object" || value === null) return mixText(hash, String(value));
  let mixed = hash;
  for (const [name, field] of Object.entries(value)) mixed = mixValue(mixText(mixed, name), field);
  return Math.imul(mixed ^ 0x5bd1e995, 0x01000193);
}

function mixNumber(hash: number, value: number): number {
  const low = Math.imul(hash ^ (value | 0), 0x01000193);
  const high = Math.imul(low ^ Math.floor(value / 4294967296), 0x85ebca6b);
  return high ^ (high >>> 15);
}

function mixText(hash: number, text: string): number {
  let mixed = Math.imul(hash ^ text.length, 0x01000193);
  for (let index = 0; index < text.length; index++)
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  return mixed ^ (mixed >>> 15);
}
