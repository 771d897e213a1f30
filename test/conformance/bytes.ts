/**
 * The bytes of a message follow from its fields: what a protocol declares is held against the messages that it sends.
 *
 * A message takes a header and its type, 8 bytes for each number, 1 for each boolean, 32 for each digest, what
 * requests, proofs and states say of themselves, and what its lists hold. Besides, what is in a list may bring a
 * length or a proof along: the same for all of one shape.
 */
import { expect } from "vitest";
import { type AnyProtocol, type Request, requestBytes } from "#protocol";
import { addedBytes, neverSent, travelling } from "./exceptions.ts";
import { explored, happening, observe } from "./observed.ts";

type Fields = Readonly<Record<string, unknown>>;
interface Message extends Fields {
  readonly type: string;
}

const HEADER_BYTES = 16;
const TAG = 1;
const NUMBER = 8;
const DIGEST = 32;
const MORE = 1000;

export function expectBytesOfFields(protocol: AnyProtocol): void {
  const { name } = protocol;
  const messages = [1, 2, 3].flatMap(choice => messagesOf(protocol, choice));
  const sent = new Set(messages.map(({ type }) => type));
  const missing = Object.keys(protocol.messages).filter(type => !sent.has(type));
  expect(missing).toEqual(neverSent[name]?.types ?? []);
  const besides = new Map<string, number>();
  const wrong = new Set(messages.flatMap(message => complaints(protocol, message, besides)));
  expect([...wrong]).toEqual([]);
}

/** All that is sent where much goes wrong, each message once. */
function messagesOf(protocol: AnyProtocol, choice: number): Message[] {
  const fields = {
    duration: "4s",
    clients: "{ mode: open, rate: 60/s, retry: 100ms }",
    value: "{ distribution: uniform, min: 10B, max: 90B }",
    network: "{ loss: 2% }",
    reads: choice === 3 ? "index" : "log",
    faults: `[
      { at: 700ms, for: 1s, isolate: follower },
      { at: 2s, for: 1s, crash: leader },
      { at: 3200ms, for: 600ms, partition: [[leader], [rest]] }
    ]`,
  };
  const { events } = observe(protocol, 4, fields, { options: explored(protocol, choice) });
  const sends = [...happening(events, "send"), ...happening(events, "lose")];
  return [...new Set(sends.map(({ message }) => message as Message))];
}

function complaints(protocol: AnyProtocol, message: Message, besides: Map<string, number>): string[] {
  const { name, messages } = protocol;
  const { type } = message;
  const { bytes } = messages[type]!;
  const size = (one: Message): number => (typeof bytes === "number" ? bytes : bytes(one));
  const derived = (one: Message): number => HEADER_BYTES + TAG + bytesOf(travelling(name, one), "");
  const found: string[] = [];

  const bare = changed(message, value => (isList(value) ? [] : value));
  const fields = derived(bare) + (addedBytes[name]?.[type] ?? 0);
  if (size(bare) !== fields) found.push(`${type}: ${size(bare)} bytes, and fields for ${fields}`);

  const shape = `${type} ${shapeOf(travelling(name, message))}`;
  const added = size(message) - derived(message);
  if (added < 0) found.push(`${shape} lacks ${-added} bytes`);
  if ((besides.get(shape) ?? added) !== added) found.push(`${shape}: ${besides.get(shape)} or ${added} more`);
  besides.set(shape, added);

  const longer = changed(message, grown);
  const growth = size(longer) - size(message);
  if (growth !== derived(longer) - derived(message)) found.push(`${shape} grows by ${growth} bytes`);
  return found;
}

const changed = (message: Message, change: (value: unknown) => unknown): Message =>
  Object.fromEntries(Object.entries(message).map(([field, value]) => [field, change(value)])) as Message;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isRequest = (value: Fields): boolean => "command" in value;
const isSized = (value: Fields): boolean => "bytes" in value; // a state or a proof

function bytesOf(value: unknown, field: string): number {
  if (value === undefined) return 0;
  if (/digests?$/i.test(field) && !isList(value)) return DIGEST;
  if (typeof value === "number") return NUMBER;
  if (typeof value === "boolean") return TAG;
  if (isList(value)) return value.reduce((sum: number, item) => sum + bytesOf(item, field), 0);
  if (!isFields(value)) throw new Error(`nobody knows how long the field ${field} is`);
  if (isRequest(value)) return requestBytes(value as unknown as Request);
  if (isSized(value)) return value.bytes as number;
  const inside = Object.entries(value).filter(([name]) => name !== "type");
  return inside.reduce((sum, [name, part]) => sum + bytesOf(part, name), 0);
}

/** What is alike but for its numbers and texts. */
function shapeOf(value: unknown): string {
  if (isList(value)) return `[${value.map(shapeOf)}]`;
  if (!isFields(value)) return typeof value;
  if (isRequest(value)) return "request";
  if (isSized(value)) return "contents" in value ? "state" : `proof ${value.bytes}`;
  return `{${Object.entries(value).map(([field, part]) => `${field}:${shapeOf(part)}`)}}`;
}

/** Every request and every state in it is longer. */
function grown(value: unknown): unknown {
  if (isList(value)) return value.map(grown);
  if (!isFields(value)) return value;
  if (isRequest(value)) {
    const { command } = value as unknown as Request;
    return { ...value, command: { ...command, bytes: command.bytes + MORE } };
  }
  if ("contents" in value) return { ...value, bytes: (value.bytes as number) + MORE };
  if (isSized(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, grown(part)]));
}
