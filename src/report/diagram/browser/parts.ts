/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The elements of the page that the script brings to life, by their classes. */

export interface Parts {
  readonly root: HTMLElement;
  readonly live: HTMLElement;
  readonly pick: HTMLSelectElement; // which run
  readonly beside: HTMLSelectElement; // and which other one
  readonly axis: HTMLSelectElement;
  readonly moment: HTMLSelectElement; // where to go
  readonly overview: HTMLElement;
  readonly scenes: HTMLElement;
  readonly stages: HTMLElement;
  readonly play: HTMLButtonElement;
  readonly scrub: HTMLInputElement;
  readonly speed: HTMLSelectElement;
  readonly wrong: HTMLElement; // what is
  readonly now: HTMLElement; // what happens at this instant
  readonly detail: HTMLElement; // of the message or the operation that was chosen
  readonly operations: HTMLElement;
  readonly types: HTMLElement;
  readonly about: HTMLElement; // which run it is and how to run it again
}

export function partsIn(root: HTMLElement): Parts {
  const one = <Kind extends HTMLElement>(name: string): Kind => {
    const found = root.querySelector<Kind>(`.d-${name}`);
    if (found === null) throw new Error(`the page lacks .d-${name}`);
    return found;
  };
  return {
    root,
    live: one("live"),
    pick: one("pick"),
    beside: one("beside"),
    axis: one("axis"),
    moment: one("moment"),
    overview: one("over"),
    scenes: one("scenes"),
    stages: one("stages"),
    play: one("play"),
    scrub: one("scrub"),
    speed: one("speed"),
    wrong: one("wrong"),
    now: one("now"),
    detail: one("detail"),
    operations: one("operations"),
    types: one("types"),
    about: one("about"),
  };
}

/** Names come from files: they are set as text and never as markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text = "",
  className = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

export function option(value: string, text: string): HTMLOptionElement {
  const made = element("option", text);
  made.value = value;
  return made;
}
