/** A command that a reader may run: selected by one click, and copied by a button where scripts may run. */
import { html, type Markup } from "./markup.ts";

export const commandMarkup = (command: string): Markup =>
  html`<span class="command"><code>${command}</code><button type="button" class="copy" hidden>Copy</button></span>`;
