import type { Request } from "#protocol";

export const put = (sequence: number, value = `v${sequence}`, client = 0): Request => ({
  client,
  sequence,
  command: { kind: "put", key: 1, value, expected: undefined, bytes: value.length },
});

export const append = (sequence: number, value: string, client = 0): Request => ({
  client,
  sequence,
  command: { kind: "append", key: 1, value, expected: undefined, bytes: value.length },
});

export const get = (sequence: number, client = 0): Request => ({
  client,
  sequence,
  command: { kind: "get", key: 1, value: "", expected: undefined, bytes: 0 },
});
