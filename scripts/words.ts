/** The words that a script here is called with. What it does stands in its first comment, and `--help` shows that. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Ends here where help is asked for, or where a word means nothing. */
export function wordsFor(script: string, isKnown: (word: string) => boolean = () => false): string[] {
  const words = process.argv.slice(2);
  if (words.some(word => word === "--help" || word === "-h")) {
    console.log(firstComment(readFileSync(script, "utf8")));
    process.exit(0);
  }
  const stranger = words.find(word => !isKnown(word));
  if (stranger !== undefined) {
    console.error(`error: '${stranger}' means nothing to ${basename(script)}; --help tells what does`);
    process.exit(2);
  }
  return words;
}

function firstComment(text: string): string {
  const lines = text.slice(0, text.indexOf("*/")).split("\n");
  return lines
    .map(line => line.replace(/^ ?\/?\*+ ?/, ""))
    .join("\n")
    .trim();
}
