/** A page as one file that loads nothing and runs nothing but what is written in it. */
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { html, type Markup, trusted } from "./markup.ts";

export interface Document {
  readonly title: string;
  readonly styles: string;
  readonly body: Markup;
  readonly scripts: readonly string[];
  readonly packed?: Packed | undefined;
}

/** A script that another one unpacks: half as large, and as much under the policy, which names its hash. */
export interface Packed {
  readonly id: string;
  readonly script: string;
}

/** By this a file is known as one of ours, which may be replaced. */
export const generator = html`<meta name="generator" content="consensus-bench">`;

export function documentText({ title, styles, body, scripts, packed }: Document): string {
  const tags = scripts.map(
    script => html`<script>${trusted(script)}</script>
`,
  );
  const policy = policyFor(styles, packed === undefined ? scripts : [packed.script, ...scripts]);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${generator}
<title>${title}</title>
<style>${trusted(styles)}</style>
</head>
<body>
${body}
${packed && packedMarkup(packed)}${tags}</body>
</html>
`.text;
}

const packedMarkup = ({ id, script }: Packed): Markup => {
  const text = deflateSync(script, { level: 9 }).toString("base64");
  return html`<script type="text/plain" id="${id}">${text}</script>
`;
};

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
