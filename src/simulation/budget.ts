/** A run that costs more events than it may. */
export class BudgetSpent extends Error {
  readonly events: number;

  constructor(events: number, tick: number) {
    super(`the run used up its budget of ${events} events at ${tick} ns`);
    this.events = events;
  }
}
