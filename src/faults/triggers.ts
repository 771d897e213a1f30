/** Faults that wait for something to happen: each strikes once. */
import type { Fact, NodeId } from "#protocol";
import { leaderOf } from "./casting.ts";
import type { When } from "./fault.ts";
import type { FaultTarget } from "./target.ts";

export type Trigger = Extract<When, { readonly on: "fact" | "alone" }>;

interface Armed {
  readonly when: Trigger;
  readonly strike: () => void;
  seen: number;
  waiting: boolean; // alone: the delay is running
}

export class Triggers {
  private readonly target: FaultTarget;
  private armed: Armed[] = [];
  private readonly held: number[]; // by node: the highest position it has an entry at

  constructor(target: FaultTarget) {
    this.target = target;
    this.held = target.replicas.map(() => 0);
  }

  arm(when: Trigger, strike: () => void): void {
    this.armed.push({ when, strike, seen: 0, waiting: false });
  }

  /** A replica is in the middle of something: whatever strikes does so afterwards. */
  onFact(nowNs: number, node: NodeId, fact: Fact, position: number): void {
    this.follow(node, fact, position);
    for (const trigger of this.armed) {
      const { when } = trigger;
      if (nowNs < when.startNs) continue;
      if (when.on === "fact") {
        if (fact === when.fact && ++trigger.seen === when.count) this.fireLater(trigger);
      } else if (fact === "accepted" && !trigger.waiting && this.isAhead(node)) {
        trigger.waiting = true;
        this.target.at(nowNs + when.delayNs, () => this.fireIfAlone(trigger));
      }
    }
  }

  private follow(node: NodeId, fact: Fact, position: number): void {
    if (fact === "accepted" || fact === "snapshot") {
      this.held[node] = Math.max(this.held[node]!, position);
    } else if (fact === "withdrew") {
      this.held[node] = Math.min(this.held[node]!, position - 1);
    }
  }

  private isAhead(node: NodeId): boolean {
    return this.held.every((position, other) => other === node || position < this.held[node]!);
  }

  private fireIfAlone(trigger: Armed): void {
    trigger.waiting = false;
    const leader = leaderOf(this.target);
    if (leader !== undefined && this.isAhead(leader)) this.fire(trigger);
  }

  private fireLater(trigger: Armed): void {
    this.target.at(this.target.nowNs() + trigger.when.delayNs, () => this.fire(trigger));
  }

  private fire(trigger: Armed): void {
    if (!this.armed.includes(trigger)) return;
    this.armed = this.armed.filter(other => other !== trigger);
    trigger.strike();
  }
}
