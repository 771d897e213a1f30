/** A page as one file that loads nothing and runs nothing but what is written in it. */
import { createHash } from "node:crypto";
import { html, type Markup, trusted } from "./markup.ts";

export interface Document {
  readonly title: string;
  readonly styles: string;
  readonly body: Markup;
  readonly scripts: readonly string[];
}

/** By this a file is known as one of ours, which may be replaced. */
export const generator = html`<meta name="generator" content="consensus-bench">`;

export function documentText({ title, styles, body, scripts }: Document): string {
  const tags = scripts.map(
    script => html`<script>${trusted(script)}</script>
`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(styles, scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${generator}
<title>${title}</title>
<style>${trusted(styles)}</style>
</head>
<body>
${body}
${tags}</body>
</html>
`.text;
}

/** It names each script and the style by its hash. */
function policyFor(styles: string, scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.length === 0 ? "'none'" : scripts.map(hashOf).join(" ")}`,
    `style-src ${hashOf(styles)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
