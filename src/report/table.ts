/** Tables of numbers, in a frame that scrolls by itself where a screen is too narrow for them. */
import { html, type Markup } from "./markup.ts";

export interface Column {
  readonly title: string;
  readonly below?: string | undefined; // a second line of the title: the unit
  readonly about?: string; // what the title is short for
  readonly isNumber?: boolean;
  readonly namesRow?: true;
}

/** A cell with a kind of its own, its class. */
export interface Kinded {
  readonly kind: string;
  readonly inner: Markup;
}

export interface TableRow {
  readonly cells: readonly (Markup | Kinded | string | number)[];
  readonly kind?: string; // its class
}

/** Reached by the keyboard, since that is how one scrolls without a mouse. */
export const scrolling = (label: string, inner: Markup): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${inner}</div>`;

/** Folded away below a chart: whoever cannot see it, or wants to compute, finds the same there. */
export const folded = (summary: string, inner: Markup): Markup =>
  html`<details><summary>${summary}</summary>
${inner}</details>`;

export const sameNumbers = "The same numbers as a table";

export const tableOf = (columns: readonly Column[], rows: readonly TableRow[]): Markup =>
  groupedTable("plain", columns, [rows]);

/** With a line between groups of rows. */
export function groupedTable(
  kind: string,
  columns: readonly Column[],
  groups: readonly (readonly TableRow[])[],
): Markup {
  const heads = columns.map(
    column => html`<th scope="col"${classOf(column.isNumber ? "number" : "")}>${headOf(column)}</th>`,
  );
  const bodies = groups.map(rows => html`<tbody>${rows.map(row => rowMarkup(columns, row))}</tbody>`);
  return html`<table class="${kind}"><thead><tr>${heads}</tr></thead>
${bodies}</table>`;
}

function headOf({ title, below, about }: Column): Markup {
  const name = about === undefined ? html`${title}` : html`<abbr title="${about}">${title}</abbr>`;
  return html`${name}${below !== undefined && html`<small>${below}</small>`}`;
}

function rowMarkup(columns: readonly Column[], { cells, kind }: TableRow): Markup {
  const inner = cells.map((cell, index) => cellMarkup(columns[index]!, cell));
  return html`<tr${classOf(kind ?? "")}>${inner}</tr>
`;
}

function cellMarkup({ isNumber, namesRow }: Column, cell: TableRow["cells"][number]): Markup {
  const [kind, inner] = typeof cell === "object" && "inner" in cell ? [cell.kind, cell.inner] : ["", cell];
  const attribute = classOf(`${isNumber ? "number" : ""} ${kind}`.trim());
  return namesRow ? html`<th scope="row"${attribute}>${inner}</th>` : html`<td${attribute}>${inner}</td>`;
}

const classOf = (kind: string): Markup => (kind === "" ? html`` : html` class="${kind}"`);
