/** Our own bug, not the user's: fails loudly. */
class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an {@link InvariantError} saying `expectation` when `condition` does not hold. */
export function invariant(condition: unknown, expectation: string): asserts condition {
  if (!condition) throw new InvariantError(`${expectation} (a bug in troth, please report it)`);
}
