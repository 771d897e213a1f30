/** What lines and marks mean, as far as the runs in the page have them. */
import { html, type Markup, trusted } from "../markup.ts";
import type { Model } from "./model.ts";

interface Item {
  readonly says: string;
  readonly drawing: string; // in a box of 26 by 16
  readonly isIn: (model: Model) => boolean;
}

const sent =
  (cause: string) =>
  ({ arrows }: Model): boolean =>
    arrows.some(arrow => arrow.cause === cause);
const marked =
  (kind: string) =>
  ({ marks }: Model): boolean =>
    marks.some(mark => mark.kind === kind);
const always = () => true;

const line = (cause: string) => `<g class="d-arrow d-${cause}"><path d="M1 13L23 4M17 3.5L23 4L19.5 9"/></g>`;

const causes = ["ordering", "election", "heartbeat", "read", "recovery", "checkpoint", "retransmission"];

const items: readonly Item[] = [
  {
    says: "leader, in the colour of its term",
    drawing: '<rect class="d-leader e1" y="1" width="26" height="14" rx="2"/>',
    isIn: always,
  },
  {
    says: "follower",
    drawing: '<rect class="d-follower e1" y="5" width="26" height="7" rx="2"/>',
    isIn: always,
  },
  {
    says: "candidate",
    drawing: '<rect class="d-candidate e2" x="1" y="1" width="24" height="14" rx="2"/>',
    isIn: ({ standings }) => standings.some(own => own.some(({ role }) => role === "candidate")),
  },
  {
    says: "down",
    drawing: '<rect class="d-down" x="1" y="4" width="24" height="8" rx="2"/>',
    isIn: ({ standings }) => standings.some(own => own.some(({ role }) => role === "down")),
  },
  ...causes.map(cause => ({ says: cause, drawing: line(cause), isIn: sent(cause) })),
  { says: "from and to clients", drawing: line("client"), isIn: sent("client") },
  {
    says: "lost, or nobody there",
    drawing:
      '<g class="d-arrow d-ordering"><path d="M1 13L17 6"/><path class="d-cross" d="M13.5 2.5l7 7M20.5 2.5l-7 7"/></g>',
    isIn: ({ arrows }) => arrows.some(({ arrives, down }) => arrives === null || down),
  },
  {
    says: "committed",
    drawing: '<g class="d-at-commit"><circle cx="13" cy="8" r="4"/></g>',
    isIn: marked("commit"),
  },
  {
    says: "writes to its disk",
    drawing: '<g class="d-at-disk"><rect x="2" y="7" width="22" height="3"/></g>',
    isIn: marked("disk"),
  },
  {
    says: "becomes leader",
    drawing:
      '<g class="d-at-leads"><path d="M13 1l2 5h5l-4 3.4l1.6 5.1l-4.6 -3.2l-4.6 3.2l1.6 -5.1l-4 -3.4h5z"/></g>',
    isIn: marked("leads"),
  },
  {
    says: "votes",
    drawing: '<g class="d-at-voted"><path d="M13 3l5 5l-5 5l-5 -5z"/></g>',
    isIn: marked("voted"),
  },
  {
    says: "timer runs out",
    drawing: '<g class="d-at-timer"><path d="M13 13l-5 -10h10z"/></g>',
    isIn: marked("timer"),
  },
  {
    says: "arrives again, or late",
    drawing: '<g class="d-at-late"><path d="M13 3l5 5l-5 5l-5 -5z"/></g>',
    isIn: marked("late"),
  },
];

export function legendMarkup(models: readonly Model[]): Markup {
  const shown = items
    .filter(({ isIn }) => models.some(isIn))
    .map(
      ({ says, drawing }) =>
        html`<li><svg width="26" height="16" aria-hidden="true">${trusted(drawing)}</svg> ${says}</li>`,
    );
  return html`<ul class="legend">${shown}</ul>`;
}
