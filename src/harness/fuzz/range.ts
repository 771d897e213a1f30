/** What a thread does for a campaign: some cases in a row, or making one of them smaller. */
import type { AnyProtocol } from "#protocol";
import { loadProtocol } from "../protocols.ts";
import type { Campaign, Case } from "./case.ts";
import { drawCase } from "./draw-case.ts";
import { type Alarm, perform } from "./finding.ts";
import { type Shrunk, shrink } from "./shrink.ts";
import { nothing, sum, type Tally } from "./tally.ts";

export interface Range {
  readonly campaign: Campaign;
  readonly from: number; // index of the first case
  readonly count: number;
}

export interface Failure {
  readonly index: number;
  readonly alarm: Alarm;
}

export interface RangeResult {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

const protocols = new Map<string, AnyProtocol>();

async function protocolFor(algo: string): Promise<AnyProtocol> {
  const known = protocols.get(algo) ?? (await loadProtocol(algo, "/")).protocol;
  protocols.set(algo, known);
  return known;
}

export async function runRange({ campaign, from, count }: Range): Promise<RangeResult> {
  const protocol = await protocolFor(campaign.algo);
  const failures: Failure[] = [];
  let tally = nothing;
  for (let index = from; index < from + count; index++) {
    const finding = perform(drawCase(campaign, protocol, index), protocol);
    tally = sum(tally, finding.tally);
    if (finding.alarm !== undefined) failures.push({ index, alarm: finding.alarm });
  }
  return { tally, failures };
}

export interface Suspect {
  readonly campaign: Campaign;
  readonly failure: Failure;
}

export async function shrinkFailure({
  campaign,
  failure,
}: Suspect): Promise<Shrunk & { readonly drawn: Case }> {
  const protocol = await protocolFor(campaign.algo);
  const drawn = drawCase(campaign, protocol, failure.index);
  return { drawn, ...shrink(drawn, failure.alarm, protocol) };
}
