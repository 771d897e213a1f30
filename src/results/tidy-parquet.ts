/** A table as Parquet. Whole numbers are 64 bits wide; a missing value is null. */
import { writeFileSync } from "node:fs";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { Column, Table, Value } from "./tidy.ts";

const types = { string: "STRING", integer: "INT64", number: "DOUBLE", boolean: "BOOLEAN" } as const;

/** Fails if the file is there. */
export function writeParquet(file: string, { columns, rows }: Table): void {
  const data = columns.map((): (Value | bigint)[] => []);
  for (const row of rows) {
    for (const [index, value] of row.entries()) data[index]!.push(stored(value, columns[index]!));
  }
  const columnData = columns.map(({ name, type }, index) => ({
    name,
    type: types[type],
    data: data[index]!,
  }));
  writeFileSync(file, new Uint8Array(parquetWriteBuffer({ columnData })), { flag: "wx" });
}

const stored = (value: Value, { type }: Column): Value | bigint =>
  type === "integer" && value !== null ? BigInt(value) : value;
