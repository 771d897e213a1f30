/** The operation that took longest, of those that were kept for their own sake. */
import type { Model } from "./model.ts";

export const slowestOf = ({ header }: Model) => header.operations.find(({ why }) => why === "slowest");
