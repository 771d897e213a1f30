/**
 * HTML from templates. Whatever is put into `html` is escaped unless it came out of `html` itself, so that a name or a
 * description from somebody's file is always text.
 */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Part = string | number | undefined | false | Markup | readonly Part[];

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(texts.reduce((whole, text, index) => whole + written(parts[index - 1]) + text));
}

/** For what is HTML already and was made by us: a chart's drawing. */
export const trusted = (text: string): Markup => new Markup(text);

function written(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.text;
  return Array.isArray(part) ? part.map(written).join("") : escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escaped = (text: string): string => text.replace(/[&<>"']/g, character => entities[character]!);

/** JSON for a block of data in the page: nothing in it can end the block. */
export const json = (value: unknown): Markup => new Markup(JSON.stringify(value).replaceAll("<", "\\u003c"));
