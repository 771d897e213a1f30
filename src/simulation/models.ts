/** The numbers a simulated world is made of. All times are whole nanoseconds, all sizes bytes. */

/** How long something takes. Drawn values are rounded up to whole nanoseconds and are never below `minNs`. */
export type Delay =
  | { readonly distribution: "constant"; readonly meanNs: number }
  | { readonly distribution: "uniform"; readonly minNs: number; readonly maxNs: number }
  | {
      readonly distribution: "normal";
      readonly meanNs: number;
      readonly sdNs: number;
      readonly minNs: number;
    }
  | { readonly distribution: "exponential"; readonly meanNs: number; readonly minNs: number } // min + Exp(mean)
  | {
      readonly distribution: "lognormal";
      readonly medianNs: number;
      readonly sigma: number;
      readonly minNs: number;
    };

export interface LinkModel {
  readonly latency: Delay; // one way
  readonly loss: number; // probability that a message never arrives
  readonly duplication: number; // probability that it arrives twice
  readonly reordering: number; // probability that it may overtake, or be overtaken
  readonly bandwidthBitsPerSecond?: number | undefined; // of this link alone
}

export interface NetworkModel {
  /** The link from one place to another. Nodes are 0 … n-1; the clients' are `CLIENTS`, and `CLIENTS` - 1, … */
  link(from: number, to: number): LinkModel;
  readonly bandwidthBitsPerSecond: number; // a node's egress; Infinity: unlimited
  readonly clientPlaces?: number; // client c is at the place `CLIENTS` - c % clientPlaces; 1 if left out
}

/** Where clients sit, as a `from` or `to` of a link. */
export const CLIENTS = -1;

export interface CostModel {
  readonly cpu: {
    readonly receiveNs: number; // a message
    readonly sendNs: number; // a message
    readonly byteNs: number; // a byte sent or received; may be fractional
    readonly macNs: number; // making or checking one MAC
    readonly signNs: number;
    readonly verifyNs: number; // checking one signature
    readonly digestNs: number; // a digest
  };
  readonly disk: {
    readonly sync: Delay; // one group commit, however many records it carries
    readonly byteNs: number; // a byte written; may be fractional
  };
}

/** A replica's clock: it runs `rate` times as fast as the simulated time, and started `offsetNs` ahead. */
export interface ClockModel {
  readonly rate: number;
  readonly offsetNs: number;
  readonly jitterNs?: number | undefined; // timers fire late by a uniform time up to this
}
