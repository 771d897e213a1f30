/** Pointer and keys: panning, zooming, choosing. */
import { OVERVIEW_LEFT } from "../overview.ts";
import type { Parts } from "./parts.ts";
import type { Player } from "./player.ts";
import type { State } from "./state.ts";

export interface Actions {
  readonly redraw: () => void;
  readonly choose: (row: number) => void;
  readonly letGo: () => void;
}

const CLICK = 4; // pixels

export function listenToPointer(
  { scenes, overview }: Parts,
  state: State,
  { redraw, choose, letGo }: Actions,
): void {
  let from: { x: number; fromU: number; toU: number } | undefined;
  scenes.addEventListener("pointerdown", event => {
    from = { x: event.clientX, ...state.view };
  });
  scenes.addEventListener("pointermove", event => {
    if (from === undefined || event.buttons === 0) return;
    if (Math.abs(event.clientX - from.x) <= CLICK) return;
    scenes.setPointerCapture(event.pointerId);
    const by = ((event.clientX - from.x) / state.width) * (from.toU - from.fromU);
    state.look(from.fromU - by, from.toU - by);
    redraw();
  });
  scenes.addEventListener("pointerup", event => {
    const clicked = from !== undefined && Math.abs(event.clientX - from.x) <= CLICK;
    from = undefined;
    if (!clicked) return;
    const row = (event.target as Element).closest("[data-row]")?.getAttribute("data-row");
    if (row === null || row === undefined) letGo();
    else choose(Number(row));
  });
  scenes.addEventListener("pointercancel", () => {
    from = undefined;
  });
  const goThere = (event: PointerEvent) => {
    const box = overview.getBoundingClientRect();
    const share = (event.clientX - box.left - OVERVIEW_LEFT) / (state.width - OVERVIEW_LEFT - 10);
    const u = state.axis.to(Math.min(Math.max(share, 0), 1) * state.sides[0]!.model.header.end_ns);
    const span = state.view.toU - state.view.fromU;
    state.look(u - span / 2, u + span / 2);
    state.u = u;
    redraw();
  };
  overview.addEventListener("pointerdown", goThere);
  overview.addEventListener("pointermove", event => event.buttons !== 0 && goThere(event));
}

/** Keys belong to a control that has use for them; else to the playback. */
export function listenToKeys(
  { live }: Parts,
  state: State,
  player: Player,
  { redraw, letGo }: Actions,
): void {
  const acts: Readonly<Record<string, () => void>> = {
    " ": () => player.toggle(),
    ArrowRight: () => player.step(1),
    ArrowLeft: () => player.step(-1),
    "+": () => moved(() => state.zoom(0.5)),
    "-": () => moved(() => state.zoom(2)),
    PageDown: () => moved(() => state.pan(0.8)),
    PageUp: () => moved(() => state.pan(-0.8)),
    Escape: letGo,
  };
  const moved = (move: () => void) => {
    move();
    redraw();
  };
  live.addEventListener("keydown", event => {
    const target = event.target as Element;
    const busy = target.matches("select, input, summary") || (target.matches("button") && event.key === " ");
    const act = acts[event.key];
    if (busy || act === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
}

export function listenToButtons({ live }: Parts, state: State, { redraw }: Actions): void {
  const button = (name: string, action: () => void) =>
    live.querySelector(`.d-${name}`)?.addEventListener("click", () => {
      action();
      redraw();
    });
  button("closer", () => state.zoom(0.5));
  button("wider", () => state.zoom(2));
  button("earlier", () => state.pan(-0.7));
  button("later", () => state.pan(0.7));
  button("whole", () => state.look(0, state.axis.length));
}
