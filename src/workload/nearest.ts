/** The legal word that somebody who mistyped it most likely meant. */

/** What other tools and tongues call it. */
const synonyms: Readonly<Record<string, string>> = {
  read: "get",
  write: "put",
  update: "put",
  set: "put",
  remove: "delete",
};

/**
 * The nearest of the words, or undefined where none is near: another name for the same, the only one that begins so,
 * or the one of which the fewest letters differ, and at most a third: one in two letters, none in a single one.
 */
export const nearest = (word: string, words: readonly string[]): string | undefined => near(word, words)[0];

/** `; did you mean "steady"?`, or nothing: the tail of an error message. */
export function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearest(word, words);
  return meant === undefined ? "" : `; did you mean "${meant}"?`;
}

/** The same, for names of which several may be near, or begin so. */
export function alike(word: string, words: readonly string[]): string {
  const few = [...new Set([...near(word, words), ...longer(word, words)])].slice(0, 4);
  if (few.length < 2) return didYouMean(word, words);
  const quoted = few.map(one => `"${one}"`);
  return `; did you mean ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}?`;
}

function near(word: string, words: readonly string[]): string[] {
  const others = words.filter(candidate => candidate !== word);
  const same = others.filter(candidate => candidate === synonyms[word.toLowerCase()]);
  const begun = longer(word, others);
  const limit = word.length < 2 ? 0 : Math.max(1, Math.floor(word.length / 3));
  const close = others
    .map(candidate => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return [...same, ...(begun.length === 1 ? begun : []), ...close.map(({ candidate }) => candidate)];
}

/** Those that begin with the word; two letters of it say too little. */
const longer = (word: string, words: readonly string[]): string[] =>
  word.length < 3
    ? []
    : words.filter(candidate => candidate !== word && candidate.toLowerCase().startsWith(word.toLowerCase()));

/** Damerau and Levenshtein: insertions, deletions, replacements and swaps of neighbours, one each. */
function editDistance(left: string, right: string): number {
  const rows = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= left.length; row++) {
    const above = rows[row - 1]!;
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let least = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1));
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped && row > 1 && column > 1) least = Math.min(least, rows[row - 2]![column - 2]! + 1);
      current.push(least);
    }
    rows.push(current);
  }
  return rows[left.length]![right.length]!;
}
