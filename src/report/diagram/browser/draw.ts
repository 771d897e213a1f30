/** Puts the drawings into the page. They are made of escaped text and numbers only. */
import { happeningAt } from "../happening.ts";
import { lastAtMost } from "../model.ts";
import { drawOverview } from "../overview.ts";
import { drawScene } from "../scene.ts";
import { drawStage } from "../stage.ts";
import { momentText } from "../text.ts";
import type { Parts } from "./parts.ts";
import type { State } from "./state.ts";

const ROUNDED_NS = 600;

export function drawAll(parts: Parts, state: State): void {
  const { axis, view, width, hidden, ns } = state;
  const [first] = state.sides;
  if (first === undefined) return;
  parts.overview.innerHTML = drawOverview({
    model: first.model,
    width,
    fromNs: axis.back(view.fromU),
    toNs: axis.back(view.toU),
    cursorNs: ns,
  });
  parts.scenes.innerHTML = state.sides
    .map(({ model, run }, side) => {
      const path = side === 0 ? state.path?.rows : undefined;
      const scene = drawScene({ id: `d${side}`, model, axis, view, width, hidden, path, cursorNs: ns });
      return state.sides.length === 1 ? scene : `<p class="d-side-name" data-key="${run.key}"></p>${scene}`;
    })
    .join("");
  for (const [side, name] of parts.scenes.querySelectorAll(".d-side-name").entries()) {
    name.textContent = state.sides[side]!.run.title;
  }
  drawMoment(parts, state);
}

/** Only what changes while it plays. */
export function drawMoment(parts: Parts, state: State): void {
  const { axis, view, width, hidden, u } = state;
  const ns = nearest(state);
  parts.stages.innerHTML = state.sides.map(({ model }) => drawStage({ model, ns, hidden })).join("");
  parts.stages.classList.toggle("d-two", state.sides.length > 1);
  const x = 58 + ((u - view.fromU) / (view.toU - view.fromU)) * (width - 68);
  for (const cursor of parts.scenes.querySelectorAll(".d-cursor")) moveTo(cursor, u < view.fromU ? -9 : x);
  const whole = state.sides[0]!.model.header.end_ns;
  const strip = parts.overview.querySelector(".d-cursor");
  if (strip !== null) moveTo(strip, 58 + (ns / whole) * (width - 68));
  parts.scrub.value = String(Math.round((u / axis.length) * 10_000));
  parts.scrub.setAttribute("aria-valuetext", momentText(ns));
}

/** Said, and so only when it stands still. */
export function tellMoment(parts: Parts, state: State): void {
  parts.now.textContent = state.sides
    .map(({ model, run }) => {
      const said = happeningAt(model, nearest(state));
      return state.sides.length === 1 ? said : `${run.title}: ${said}`;
    })
    .join("\n");
}

/** An instant to the nanosecond, as the rows have it: what was found to be wrong is known to the microsecond. */
function nearest({ axis, ns }: State): number {
  const place = lastAtMost(axis.instants, ns, instant => instant);
  const around = [axis.instants[place], axis.instants[place + 1]].filter(instant => instant !== undefined);
  return around.find(instant => Math.abs(instant - ns) <= ROUNDED_NS) ?? ns;
}

function moveTo(cursor: Element, x: number): void {
  const path = cursor.getAttribute("d") ?? "";
  cursor.setAttribute("d", path.replace(/^M[-\d.]+/, `M${Math.round(x * 10) / 10}`));
}
