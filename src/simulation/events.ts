/** The kinds of event, small integers because the queue keeps them in a byte. See `EventQueue` for the columns. */
export const DELIVER = 0; // from, to, detail: message type, number: bytes, subject: message
export const BEAT = 1; // likewise, for heartbeats: a run is drained when nothing but these is under way
export const REQUEST = 2; // to, detail: client, number: bytes, subject: request
export const REPLY = 3; // from, detail: client, subject: request, object: result, number: see `naming`
export const REDIRECT = 4; // from, detail: client, subject: request, number: leader or -1
export const REFUSE = 5; // from, detail: client, subject: request
export const TIMER = 6; // to, detail: timer
export const SYNCED = 7; // to, detail: incarnation
export const WAKE = 8; // to, detail: incarnation: a busy processor is free again
export const CLIENT = 9; // detail: client slot
export const ACTION = 10; // subject: a function; faults and the harness
export const BRIEF_REPLY = 11; // as REPLY, but only a digest of the result travelled

export const kindNames = [
  "deliver",
  "deliver",
  "request",
  "reply",
  "redirect",
  "refuse",
  "timer",
  "synced",
  "wake",
  "client",
  "action",
  "reply",
] as const;

/** What an answer names, in one number: who leads, or -1, and in which epoch it may be taken back, if it may. */
export const naming = (leader: number, epoch: number | undefined, n: number): number =>
  epoch === undefined ? leader : leader + (epoch + 1) * (n + 1);

export function named(number: number, n: number): { leader: number; epoch: number | undefined } {
  const after = Math.floor((number + 1) / (n + 1));
  return { leader: number - after * (n + 1), epoch: after === 0 ? undefined : after - 1 };
}
