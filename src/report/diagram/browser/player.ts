/** Playing: time goes along the axis, so that silence is as short there as it is in the diagram. */
import { drawAll, drawMoment, tellMoment } from "./draw.ts";
import type { Parts } from "./parts.ts";
import type { State } from "./state.ts";

const SCRUB_STEPS = 10_000;

export class Player {
  private playing = false;
  private lastMs = 0;
  private readonly parts: Parts;
  private readonly state: State;
  private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(parts: Parts, state: State) {
    this.parts = parts;
    this.state = state;
    parts.play.addEventListener("click", () => this.toggle());
    parts.scrub.addEventListener("input", () => this.scrub());
    this.button("first", () => this.jump(0));
    this.button("back", () => this.step(-1));
    this.button("step", () => this.step(1));
    this.calm.addEventListener("change", () => this.respect());
    this.respect();
  }

  toggle(): void {
    if (this.playing) return this.stop();
    if (this.calm.matches) return;
    if (this.state.u >= this.state.axis.length) this.state.moveTo(0);
    this.playing = true;
    this.lastMs = performance.now();
    this.show();
    requestAnimationFrame(ms => this.frame(ms));
  }

  stop(): void {
    if (!this.playing) return;
    this.playing = false;
    this.show();
    tellMoment(this.parts, this.state);
  }

  step(direction: 1 | -1): void {
    this.stop();
    this.state.step(direction);
    this.redraw();
  }

  private jump(u: number): void {
    this.stop();
    this.state.moveTo(u);
    this.redraw();
  }

  private scrub(): void {
    this.jump((Number(this.parts.scrub.value) / SCRUB_STEPS) * this.state.axis.length);
  }

  private frame(ms: number): void {
    if (!this.playing) return;
    const { state, parts } = this;
    // A tab that was hidden does not catch up.
    const seconds = Math.min(Math.max(ms - this.lastMs, 0), 100) / 1000;
    this.lastMs = ms;
    state.u = Math.min(state.u + seconds * this.pace(), state.axis.length);
    if (state.follow()) drawAll(parts, state);
    else drawMoment(parts, state);
    if (state.u >= state.axis.length) return this.stop();
    requestAnimationFrame(next => this.frame(next));
  }

  /** On the true axis as much of what is to be seen goes by in a second as on the even one. */
  private pace(): number {
    const { axis, view, width } = this.state;
    const speed = Number(this.parts.speed.value);
    return axis.kind === "even" ? speed : (speed * (view.toU - view.fromU)) / width;
  }

  private redraw(): void {
    drawAll(this.parts, this.state);
    tellMoment(this.parts, this.state);
  }

  private respect(): void {
    if (this.calm.matches) this.stop();
    this.parts.play.disabled = this.calm.matches;
    this.parts.play.title = this.calm.matches ? "Your system asks for less motion: go step by step" : "";
  }

  private show(): void {
    this.parts.play.textContent = this.playing ? "Pause" : "Play";
    this.parts.play.setAttribute("aria-pressed", String(this.playing));
  }

  private button(name: string, action: () => void): void {
    this.parts.live.querySelector(`.d-${name}`)?.addEventListener("click", action);
  }
}
