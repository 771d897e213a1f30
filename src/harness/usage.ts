/** A mistake in what was asked for. The message says what, where and how to mend it, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
