/** A message or an operation is chosen: what it waited for stands out, and is told in words. */
import { arrowTitle } from "../arrows.ts";
import { operationIn, type Path, pathOf, summaryOf } from "../paths.ts";
import { durationText } from "../text.ts";
import { element, type Parts } from "./parts.ts";
import type { State } from "./state.ts";

/** Returns whether it was found. */
export function chooseOperation(parts: Parts, state: State, op: string): boolean {
  const path = pathOf(state.sides[0]!.model, op);
  if (path === undefined) return false;
  state.path = path;
  parts.detail.replaceChildren(element("p", summaryOf(path), "d-strong"), stepList(path));
  return true;
}

export function chooseRow(parts: Parts, state: State, row: number): void {
  const { arrows } = state.sides[0]!.model;
  const arrow = arrows.find(one => one.row === row);
  if (arrow === undefined) return;
  const op = arrow.op ?? operationIn(arrow.says);
  if (op === undefined || !chooseOperation(parts, state, op)) {
    state.path = undefined;
    parts.detail.replaceChildren();
  }
  parts.detail.prepend(element("pre", arrowTitle(arrow)));
}

export function chooseNothing(parts: Parts, state: State): void {
  state.path = undefined;
  parts.detail.replaceChildren();
}

function stepList({ steps, fromNs, toNs }: Path): HTMLElement {
  const list = element("ol");
  for (const step of steps) {
    const item = element("li", `${durationText(step.toNs - step.fromNs)}: ${step.says}`);
    const share = Math.max(1, Math.round((100 * (step.toNs - step.fromNs)) / Math.max(toNs - fromNs, 1)));
    const bar = element("meter");
    bar.max = 100;
    bar.value = share;
    bar.setAttribute("aria-hidden", "true");
    item.prepend(bar);
    list.append(item);
  }
  return list;
}

/** The operations that were kept for their own sake, as buttons. */
export function listOperations(parts: Parts, state: State, chosen: (op: string) => void): void {
  const { operations } = state.sides[0]!.model.header;
  const buttons = operations.map(({ op, why, says, call_ns, return_ns }) => {
    const took = return_ns === null ? "no answer" : durationText(return_ns - call_ns);
    const button = element("button", `${why}: ${op} ${says} · ${took}`);
    button.type = "button";
    button.addEventListener("click", () => chosen(op));
    const item = element("li");
    item.append(button);
    return item;
  });
  parts.operations.replaceChildren(...buttons);
}
