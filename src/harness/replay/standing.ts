import type { Status } from "#protocol";

/** How a node stands, in a few words. */
export function standing(status: Status | undefined): string {
  if (status === undefined) return "is down";
  const { role, epoch, leader, logLength, committed, applied } = status;
  const following = role === "leader" ? "" : leader === undefined ? ", knows no leader" : ` of n${leader}`;
  return `${role}${following}, epoch ${epoch}, log ${logLength}, committed ${committed}, applied ${applied}`;
}
