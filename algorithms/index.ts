/** The registry: every protocol the harness knows by name. A new protocol is a folder and a line here. */
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "./multi-paxos/index.ts";
import { paxos } from "./paxos/index.ts";
import { pbft } from "./pbft/index.ts";
import { primaryBackup } from "./primary-backup/index.ts";
import { bully } from "./raft/bully.ts";
import { raft } from "./raft/index.ts";
import { unreplicated } from "./unreplicated/index.ts";

export const algorithms: readonly AnyProtocol[] = [
  unreplicated,
  primaryBackup,
  raft,
  bully,
  paxos,
  multiPaxos,
  pbft,
];
