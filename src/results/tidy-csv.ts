/** A table as CSV, quoted as RFC 4180 says: nothing between two commas is a missing value, `""` an empty text. */
import { closeSync, openSync, writeSync } from "node:fs";
import type { Table, Value } from "./tidy.ts";

const rowsAtOnce = 5000;

/** Fails if the file is there. */
export function writeCsv(file: string, { columns, rows }: Table): void {
  const output = openSync(file, "wx");
  try {
    let pending = [columns.map(({ name }) => cell(name)).join(",")];
    for (const row of rows) {
      pending.push(row.map(cell).join(","));
      if (pending.length < rowsAtOnce) continue;
      writeSync(output, `${pending.join("\n")}\n`);
      pending = [];
    }
    if (pending.length > 0) writeSync(output, `${pending.join("\n")}\n`);
  } finally {
    closeSync(output);
  }
}

function cell(value: Value): string {
  if (value === null) return "";
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
