/** Brings the diagrams of the page to life. Without it the drawings and tables are there, and stand still. */
import { type Moment, momentsOf } from "../moments.ts";
import { slowestOf } from "../slowest.ts";
import { chooseNothing, chooseOperation, chooseRow, listOperations } from "./choosing.ts";
import { drawAll, tellMoment } from "./draw.ts";
import { type Actions, listenToButtons, listenToKeys, listenToPointer } from "./looking.ts";
import { element, option, type Parts, partsIn } from "./parts.ts";
import { Player } from "./player.ts";
import { type CarriedRun, modelFor } from "./runs.ts";
import { type Side, State } from "./state.ts";

class Page {
  private readonly parts: Parts;
  private readonly runs: readonly CarriedRun[];
  private readonly state = new State();
  private readonly player: Player;
  private moments: readonly Moment[] = [];

  constructor(root: HTMLElement, runs: readonly CarriedRun[]) {
    this.parts = partsIn(root);
    this.runs = runs;
    const { parts, state } = this;
    // What stands still is hidden on the screen, and printed.
    root.classList.add("d-alive");
    parts.live.hidden = false;
    parts.scenes.tabIndex = 0;
    this.state.width = this.room();
    parts.pick.replaceChildren(...runs.map(({ key, title }) => option(key, title)));
    this.player = new Player(parts, state);
    this.listen();
    new ResizeObserver(() => this.fit()).observe(parts.overview);
  }

  /** Shows the run that the address names, or the first. */
  async start(): Promise<void> {
    addEventListener("hashchange", () => void this.followAddress());
    await this.followAddress(this.runs[0]!);
  }

  private listen(): void {
    const { parts, state, player } = this;
    const actions: Actions = {
      redraw: () => drawAll(parts, state),
      choose: row => this.chosen(() => chooseRow(parts, state, row)),
      letGo: () => this.chosen(() => chooseNothing(parts, state)),
    };
    listenToPointer(parts, state, actions);
    listenToKeys(parts, state, player, actions);
    listenToButtons(parts, state, actions);
    parts.pick.addEventListener("change", () => this.open(this.runOf(parts.pick.value)!));
    parts.beside.addEventListener("change", () => this.placeBeside());
    parts.axis.addEventListener("change", () => {
      state.changeAxis(parts.axis.value === "true" ? "true" : "even");
      actions.redraw();
    });
    parts.moment.addEventListener("change", () => this.goTo(this.moments[Number(parts.moment.value)]!));
  }

  private runOf(key: string): CarriedRun | undefined {
    return this.runs.find(run => run.key === key);
  }

  /** #run-KEY, or #slowest-KEY for what its slowest operation waited for. */
  private async followAddress(otherwise?: CarriedRun): Promise<void> {
    const [, what, key] = /^#(run|slowest)-(.*)/.exec(decodeURIComponent(location.hash)) ?? [];
    const run = (key === undefined ? undefined : this.runOf(key)) ?? otherwise;
    if (run === undefined) return;
    await this.open(run);
    const slowest = slowestOf(this.state.sides[0]!.model);
    if (what === "slowest" && slowest !== undefined) this.choosesOperation(slowest.op);
  }

  private async open(run: CarriedRun): Promise<void> {
    const { parts } = this;
    this.player.stop();
    parts.pick.value = run.key;
    const others = this.runs.filter(({ key }) => key !== run.key);
    const text = ({ title, match }: CarriedRun) =>
      match === run.match ? title : `${title} (not the same faults)`;
    parts.beside.replaceChildren(
      option("", "nothing"),
      ...others.map(other => option(other.key, text(other))),
    );
    await this.show([{ run, model: await modelFor(run) }]);
  }

  private async placeBeside(): Promise<void> {
    this.player.stop();
    const other = this.runOf(this.parts.beside.value);
    const [first] = this.state.sides;
    const second = other === undefined ? [] : [{ run: other, model: await modelFor(other) }];
    await this.show([first!, ...second]);
  }

  private async show(sides: readonly Side[]): Promise<void> {
    const { parts, state } = this;
    const [{ run, model }] = sides as [Side];
    const same = state.sides[0]?.run === run;
    const ns = same ? state.ns : 0;
    state.show(sides, parts.axis.value === "true" ? "true" : "even");
    chooseNothing(parts, state);
    this.moments = momentsOf(model, run.wrong);
    parts.moment.replaceChildren(...this.moments.map(({ name }, place) => option(String(place), name)));
    listOperations(parts, state, op => this.choosesOperation(op));
    this.listTypes();
    this.tellAbout();
    const [first] = this.moments;
    this.goTo(first ?? { name: "", fromNs: 0, toNs: model.header.end_ns });
    if (!same) return;
    state.moveTo(state.axis.to(ns));
    this.redraw();
  }

  private goTo(moment: Moment): void {
    this.player.stop();
    this.state.goTo(moment);
    this.redraw();
  }

  private redraw(): void {
    drawAll(this.parts, this.state);
    tellMoment(this.parts, this.state);
  }

  private chosen(choose: () => void): void {
    choose();
    drawAll(this.parts, this.state);
  }

  private choosesOperation(op: string): void {
    const { parts, state } = this;
    if (!chooseOperation(parts, state, op)) return;
    const { fromNs, toNs, steps } = state.path!;
    // Of one that waited for long, the end is where things happen.
    const start = steps.find(step => step.says.startsWith("request"))?.fromNs ?? fromNs;
    this.goTo({ name: op, fromNs: start, toNs });
  }

  private listTypes(): void {
    const { parts, state } = this;
    const types = new Set(state.sides.flatMap(({ model }) => model.arrows.map(({ type }) => type)));
    const boxes = [...types].sort().map(type => {
      const box = element("input");
      box.type = "checkbox";
      box.checked = !state.hidden.has(type);
      box.addEventListener("change", () => {
        if (box.checked) state.hidden.delete(type);
        else state.hidden.add(type);
        drawAll(parts, state);
      });
      const label = element("label", ` ${type}`);
      label.prepend(box);
      return label;
    });
    parts.types.replaceChildren(element("legend", "Messages"), ...boxes);
  }

  private tellAbout(): void {
    const paragraphs = this.state.sides.flatMap(({ run, model }) => {
      const { events, left_out, windows, windows_left_out, exact } = model.header;
      const missed =
        windows_left_out > 0 ? `; ${windows_left_out} more elections and faults are not shown in full` : "";
      const thinned = exact ? "" : "; roles change too often to be shown one by one";
      const counts = `${events - left_out} of ${events} events are kept`;
      const kept = `${counts}, in ${windows.length} stretches${missed}${thinned}.`;
      return [
        element("p", `${run.title}: ${kept}`, "note"),
        ...run.again.map(command => element("code", command)),
      ];
    });
    const wrong = this.state.sides.flatMap(({ run }) => run.wrong.map(({ says }) => says));
    this.parts.wrong.replaceChildren(...wrong.map(says => element("p", says, "bad")));
    this.parts.about.replaceChildren(...paragraphs);
  }

  private room(): number {
    return Math.max(320, Math.floor(this.parts.overview.clientWidth));
  }

  private fit(): void {
    const width = this.room();
    if (width === this.state.width || this.state.sides.length === 0) return;
    this.state.width = width;
    drawAll(this.parts, this.state);
  }
}

const root = document.querySelector<HTMLElement>(".d-root");
const data = document.getElementById("diagram-runs");
const runs = JSON.parse(data?.textContent ?? "[]") as CarriedRun[];
if (root !== null && runs.length > 0) void new Page(root, runs).start();
