/** Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends at once. */
const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * In a terminal, Ctrl-C reaches the program twice: from the terminal, and again from npm, which passes it on. What
 * comes so soon after the first is not a second press.
 */
const samePressMs = 250;

export class Interruption {
  stopped = false;
  private since = 0;
  private readonly onFirst: () => void;
  private readonly onSecond: () => void;

  constructor(onFirst: () => void, onSecond: () => void) {
    this.onFirst = onFirst;
    this.onSecond = onSecond;
    for (const signal of signals) process.on(signal, this.receive);
  }

  release(): void {
    for (const signal of signals) process.off(signal, this.receive);
  }

  private readonly receive = () => {
    if (this.stopped && performance.now() - this.since > samePressMs) return this.onSecond();
    if (this.stopped) return;
    this.stopped = true;
    this.since = performance.now();
    this.onFirst();
  };
}
