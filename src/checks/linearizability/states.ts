/**
 * What a key may hold, as small numbers. Only what somebody observed is told apart: all other values are `UNSEEN`.
 *
 * A key that is appended to holds beginnings of observed texts. Such a state is a place in a text, so that neither
 * memory nor time grows with the length of what is held: the texts that begin no other are sorted, and a beginning is
 * named by the first text that it begins, and its length.
 */
import type { Value } from "../history.ts";

/** What nobody observes: no answer tells one such value from another, and none is ever found again. */
export const UNSEEN = 0;

export class States {
  readonly grows: boolean; // whether anything is appended
  private readonly ids = new Map<Value, number>();
  private readonly texts: string[] = []; // sorted; none begins another
  private readonly places = new Map<number, number>(); // from a place in a text to its state
  // By state. Where nothing is appended they are in no text.
  private readonly text: number[] = [NONE]; // the first text that it begins …
  private readonly textsEnd: number[] = [NONE]; // … and the end of the range of those
  private readonly lengths: number[] = [0];

  constructor(observed: ReadonlySet<Value>, grows: boolean) {
    this.grows = grows;
    if (grows) {
      const texts = [...observed].filter(value => typeof value === "string").sort();
      this.texts = texts.filter((text, index) => !texts[index + 1]?.startsWith(text));
    }
    // The absent key is not the empty text, and is appended to as if it were. It comes before it.
    if (grows) this.ids.set(undefined, this.newState(0, this.texts.length, 0));
    else if (observed.has(undefined)) this.ids.set(undefined, this.newState(NONE, NONE, 0));
    for (const value of observed) {
      if (value === undefined) continue;
      const isText = grows && typeof value === "string";
      this.ids.set(value, isText ? this.located(value) : this.newState(NONE, NONE, 0));
    }
  }

  get size(): number {
    return this.text.length;
  }

  of(value: Value): number {
    const state = this.ids.get(value);
    if (state !== undefined) return state;
    return this.grows && typeof value === "string" ? this.located(value) : UNSEEN;
  }

  /** Whether one is a text that begins the other. */
  begins(state: number, other: number): boolean {
    const text = this.text[state]!;
    const inside = this.text[other]!;
    if (text === NONE || inside === NONE || this.lengths[state]! > this.lengths[other]!) return false;
    return inside >= text && inside < this.textsEnd[state]!;
  }

  /** Which of these texts, all of one size, can be appended without leaving the observed texts, and where they lead. */
  *continuations(
    state: number,
    size: number,
    appended: ReadonlyMap<string, number>,
  ): Generator<[number, number]> {
    const from = this.lengths[state]!;
    const end = this.textsEnd[state]!;
    for (let text = this.text[state]!; text < end; ) {
      const next = this.texts[text]!.slice(from, from + size);
      const appendix = next.length === size ? appended.get(next) : undefined;
      if (appendix !== undefined) yield [appendix, this.narrowed(text, end, from, next)];
      text = bisect(text + 1, end, index => this.texts[index]!.startsWith(next, from));
    }
  }

  /** States of texts, each after those that begin it, and these after all that begin no more of it. */
  inTextOrder(): number[] {
    const states = [...this.text.keys()].filter(state => this.text[state] !== NONE);
    return states.sort(
      (left, right) =>
        this.text[left]! - this.text[right]! || this.lengths[left]! - this.lengths[right]! || left - right,
    );
  }

  private located(text: string): number {
    return this.narrowed(0, this.texts.length, 0, text);
  }

  /** The state of those among a range of texts, all equal up to a place, that go on from there as told. */
  private narrowed(first: number, end: number, from: number, next: string): number {
    const to = from + next.length;
    const begin = bisect(first, end, index => this.texts[index]!.slice(from, to) < next);
    const stop = bisect(begin, end, index => this.texts[index]!.startsWith(next, from));
    if (begin === stop) return UNSEEN;
    const place = begin * LONGEST + to;
    let state = this.places.get(place);
    if (state === undefined) {
      state = this.newState(begin, stop, to);
      this.places.set(place, state);
    }
    return state;
  }

  private newState(text: number, textsEnd: number, length: number): number {
    this.text.push(text);
    this.textsEnd.push(textsEnd);
    this.lengths.push(length);
    return this.text.length - 1;
  }
}

const NONE = -1;
const LONGEST = 0x40000000; // a text that V8 can hold is shorter

/** The first index from which on the condition, which holds up to some point, does not hold. */
function bisect(from: number, to: number, holds: (index: number) => boolean): number {
  let [least, most] = [from, to];
  while (least < most) {
    const middle = (least + most) >>> 1;
    if (holds(middle)) least = middle + 1;
    else most = middle;
  }
  return least;
}
