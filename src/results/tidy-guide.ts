/** What stands in which column, for whoever opens the tables without us: made from the tables themselves. */
import type { Table } from "./tidy.ts";

export interface Origin {
  readonly name: string; // of the study's folder
  readonly command: string; // that runs it again
}

export function columnGuide(
  { name, command }: Origin,
  tables: readonly Table[],
  endings: readonly string[],
): string {
  const [first] = tables;
  const parts = [
    `# Tables of ${name}`,
    `The study was made by \`${command}\`, the tables by \`npm run export\`.`,
    "Files lie beside this one; `key` joins them. What was not measured is missing (an\n" +
      "empty cell, null), never 0. Rates and times are simulated, under the cost model of the row: they compare\n" +
      "protocols, not machines.",
    ...tables.map(table => tableGuide(table, endings)),
    "## Read them",
    ...(endings.includes("csv") ? [csvExamples(first!.name)] : []),
    ...(endings.includes("parquet") ? [parquetExamples(first!.name)] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function tableGuide({ name, about, columns }: Table, endings: readonly string[]): string {
  const rows = columns.map(
    ({ name, type, unit, meaning }) => `| ${[`\`${name}\``, type, unit, meaning].join(" | ")} |`,
  );
  return [
    `## ${endings.map(ending => `\`${name}.${ending}\``).join(", ")}`,
    "",
    about,
    "",
    "| column | type | unit | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

const csvExamples = (name: string): string => `    # pandas
    import pandas as pd
    runs = pd.read_csv("${name}.csv")
    print(runs.groupby(["algo", "n", "point"])["throughput_ops_s"].describe())

    # R
    runs <- read.csv("${name}.csv")
    print(aggregate(throughput_ops_s ~ algo + n + point, data = runs, FUN = mean))

    -- DuckDB
    SELECT algo, n, point, avg(throughput_ops_s) FROM '${name}.csv' GROUP BY ALL ORDER BY ALL;`;

const parquetExamples = (name: string): string => `    # pandas (with pyarrow)
    import pandas as pd
    runs = pd.read_parquet("${name}.parquet")
    print(runs.groupby(["algo", "n", "point"])["throughput_ops_s"].describe())

    # R (with the package arrow)
    runs <- arrow::read_parquet("${name}.parquet")
    print(aggregate(throughput_ops_s ~ algo + n + point, data = runs, FUN = mean))

    -- DuckDB
    SELECT algo, n, point, avg(throughput_ops_s) FROM '${name}.parquet' GROUP BY ALL ORDER BY ALL;`;
