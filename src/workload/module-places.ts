/**
 * Where a path stands in a workload that is TypeScript. Such a file is code, which may have computed what is wrong:
 * what is written out as a literal is found there; of the rest, the last step of the way to it that is.
 */

type Path = readonly PropertyKey[];

/** The place in the text of the name of the path's last step, or of what that holds. */
export function placeInModule(text: string, path: Path, ofKey: boolean): number {
  const exported = /\bexport\s+const\s+workload\b/.exec(text);
  if (exported === null) return 0;
  const start = /^[^=;{]*=\s*(?:defineWorkload\s*\(\s*)?/.exec(text.slice(exported.index))?.[0] ?? "";
  const reader = new LiteralReader(text, exported.index + start.length);
  let place = exported.index + exported[0].length - "workload".length;
  for (const [depth, step] of path.entries()) {
    const entry = reader.enter(String(step));
    if (entry === undefined) return place;
    const isLast = depth === path.length - 1;
    place = isLast && !ofKey ? entry.value : entry.key;
  }
  return place;
}

interface Entry {
  readonly key: number; // of an entry of a list, where it begins
  readonly value: number;
}

/** Goes through object and array literals, and over whatever else stands in them. */
class LiteralReader {
  private readonly text: string;
  private at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  /** Goes to the value of that name or index, if here is a literal that has it. */
  enter(step: string): Entry | undefined {
    this.skipBlank();
    const opening = this.text[this.at];
    if (opening !== "{" && opening !== "[") return undefined;
    this.at++;
    let found: Entry | undefined;
    for (let index = 0; this.more(); index++) {
      const entry = this.entry(opening);
      // What comes after a spread in a list has an index that only the running code knows.
      if (opening === "[" && this.text.startsWith("...", entry.key)) break;
      if ((opening === "[" ? String(index) : entry.name) === step) found = entry;
      this.skipValue();
      if (this.text[this.at] === ",") this.at++;
    }
    if (found !== undefined) this.at = found.value;
    return found;
  }

  private more(): boolean {
    this.skipBlank();
    return this.at < this.text.length && !"}])".includes(this.text[this.at]!);
  }

  private entry(opening: string): Entry & { readonly name: string | undefined } {
    const key = this.at;
    const named = /^(?:([\w$]+)|"([^"\n]*)"|'([^'\n]*)')\s*:\s*/.exec(this.text.slice(key, key + 200));
    if (opening === "[" || named === null) {
      const short = /^[\w$]+(?=\s*[,}])/.exec(this.text.slice(key, key + 200))?.[0];
      return { name: short, key, value: key };
    }
    this.at += named[0].length;
    this.skipBlank();
    return { name: named[1] ?? named[2] ?? named[3], key, value: this.at };
  }

  /** To the comma or the bracket after it. */
  private skipValue(): void {
    let depth = 0;
    while (this.at < this.text.length) {
      this.skipBlank();
      const letter = this.text[this.at]!;
      if (depth === 0 && ",}])".includes(letter)) return;
      if ("{[(".includes(letter)) depth++;
      else if ("}])".includes(letter)) depth--;
      else if ("\"'`".includes(letter)) this.skipText(letter);
      this.at++;
    }
  }

  /** To its closing quote. */
  private skipText(quote: string): void {
    for (this.at++; this.at < this.text.length && this.text[this.at] !== quote; this.at++) {
      if (this.text[this.at] === "\\") this.at++;
    }
  }

  private skipBlank(): void {
    const blank = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
    blank.lastIndex = this.at;
    this.at += blank.exec(this.text)![0].length;
  }
}
