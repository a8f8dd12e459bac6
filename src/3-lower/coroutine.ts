/**
 * Lowering without recursion. A lowering function is a generator that yields what it needs lowered first and receives
 * the result; the stack of waiting generators is an array. So code may nest as deep as it likes.
 *
 *     function* lowerAwait(node, body) {
 *       const promise: Register = yield expression(node.expression, body);
 *       return promise;
 *     }
 */

/** Work that ends in a `T`. What it yields is other work, or a finished value that comes straight back. */
// biome-ignore lint/suspicious/noExplicitAny: each `yield` returns the result of the work it names, which differs by site
export type Coroutine<T> = Generator<unknown, T, any>;

/** A result, or the work that leads to it. Leaves are results at once, which saves half of the generators. */
export type Lowered<T> = T | Coroutine<T>;

/** Runs work to its end. */
export function run<T>(work: Coroutine<T>): T {
  const waiting: Coroutine<unknown>[] = [work];
  let received: unknown;
  for (;;) {
    const step = (waiting[waiting.length - 1] as Coroutine<unknown>).next(received);
    if (!step.done) {
      if (isCoroutine(step.value)) {
        waiting.push(step.value);
        received = undefined;
      } else {
        received = step.value;
      }
      continue;
    }
    waiting.pop();
    if (waiting.length === 0) return step.value as T;
    received = step.value;
  }
}

function isCoroutine(value: unknown): value is Coroutine<unknown> {
  return typeof value === 'object' && value !== null && 'next' in value;
}
