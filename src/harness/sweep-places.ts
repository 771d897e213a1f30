/** Where a mistake that a point of a sweep has stands in the file. */
import type { LateMistake } from "../workload/load.ts";
import type { Point, Sweep } from "../workload/sweep.ts";

type Place = Pick<LateMistake, "path" | "ofKey">;

/** As one of the values of the sweep, or by itself. */
export function inSweep(place: Place, at: Point["at"], sweep: Sweep | undefined): Place {
  const { path, ofKey } = place;
  const name = `${path.join(".")}.`;
  const axis = sweep?.axes.find(({ field }) => `${field}.`.startsWith(name) || name.startsWith(`${field}.`));
  if (axis === undefined) return place;
  const { field, values } = axis;
  if (field === sweep?.saturation?.field) return { path: ["saturation", "field"], ofKey: false };
  const rest = path.slice(field.split(".").length);
  if (rest.length === 0 && ofKey) return { path: ["sweep", field], ofKey };
  const chosen = values.findIndex(value => JSON.stringify(value) === JSON.stringify(at[field]));
  return { path: ["sweep", field, Math.max(chosen, 0), ...rest], ofKey };
}
