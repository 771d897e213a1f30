/** A part of the page. Whoever has something to show of a study returns some of these; the page puts them together. */

export interface Section {
  readonly id: string; // of the section's element, and of the link to it in the list of contents
  readonly title: string; // plain text
  readonly html: string; // without the heading; made by `html` of markup.ts, which escapes what comes from files
  readonly styles?: string; // rules that the page's own sheet does not have
  readonly scripts?: readonly string[]; // plain scripts, not modules; run in this order at the end of the page
}
