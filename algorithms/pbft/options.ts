/** What can be set: `--set pbft.authentication=signature`. */
import type { Option } from "#protocol";

export type PbftOptions = {
  readonly authentication: "mac" | "signature";
  readonly viewChangeMs: number;
  readonly statusMs: number;
  readonly checkpointEvery: number;
  readonly logSize: number;
  readonly execution: "committed" | "tentative";
  readonly commits: "separate" | "piggyback";
  readonly commitDelayMs: number;
  readonly primaryPrepares: boolean;
  readonly requests: "primary" | "all";
  readonly replies: "whole" | "digest";
};

export const pbftOptions: { readonly [Name in keyof PbftOptions]: Option<PbftOptions[Name]> } = {
  authentication: {
    default: "mac",
    choices: ["mac", "signature"],
    help: "messages of the normal case carry a MAC for each receiver, or a signature (5.2)",
  },
  viewChangeMs: {
    default: 500,
    minimum: 1,
    explore: [20, 100],
    help: "a backup that has waited so many milliseconds suspects the primary; twice as many after a view in vain",
  },
  statusMs: {
    default: 150,
    minimum: 1,
    help: "how often a replica that is behind, or hears f others at most, tells the others how far it is, in ms",
  },
  checkpointEvery: {
    default: 128,
    minimum: 1,
    whole: true,
    help: "positions between two checkpoints: K (4.3)",
    explore: [2, 16],
  },
  logSize: {
    default: 256,
    minimum: 1,
    whole: true,
    help: "positions between the water marks: L (4.3); at least K",
    explore: [4, 32],
  },
  execution: {
    default: "committed",
    choices: ["committed", "tentative"],
    help: "tentative: answer what is prepared and follows what is committed (5.1); clients need a quorum",
  },
  commits: {
    default: "separate",
    choices: ["separate", "piggyback"],
    help: "Commits are messages of their own, or travel with the next PrePrepare or Prepare",
  },
  commitDelayMs: {
    default: 10,
    minimum: 0.001,
    help: "… for which they wait so many milliseconds at most",
  },
  primaryPrepares: {
    default: false,
    help: "the primary multicasts a Prepare as well, though its PrePrepare says the same and nobody counts it",
  },
  requests: {
    default: "primary",
    choices: ["primary", "all"],
    help: "clients ask the primary, or send requests to all replicas, and only their digests travel in PrePrepares",
  },
  replies: {
    default: "whole",
    choices: ["whole", "digest"],
    help: "all replicas send the result, or one does and the others its digest (5.1)",
  },
};
