/** "Did you mean": the nearest of the words that would have been right. */

/**
 * The candidate that `word` most likely misspells, or null when none is near. A dotted key also matches by its last
 * part: `email` → `user.contact.email`.
 */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  let byLastPart: string | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
    if (byLastPart === null && candidate.endsWith(`.${wanted}`)) byLastPart = candidate;
  }
  return best ?? byLastPart;
}

/** `; did you mean …?` to append to a message, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = closest(word, candidates);
  return candidate === null ? '' : `; did you mean \`${candidate}\`?`;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; `limit` when it takes that many
 * or more. Long words cost nothing: their lengths differ too much, or they are cut at {@link LONGEST}.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > LONGEST || b.length > LONGEST) return a === b ? 0 : limit;
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = nextRow(a, b, row, previous, beforePrevious);
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(at(previous, b.length), limit);
}

const LONGEST = 100;

/** Distances between the first `row` letters of `a` and every beginning of `b`, from those of the two rows before. */
function nextRow(
  a: string,
  b: string,
  row: number,
  previous: readonly number[],
  beforePrevious: readonly number[],
): readonly number[] {
  const current = [row];
  for (let column = 1; column <= b.length; column++) {
    const replaced = at(previous, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
    const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    const swap = swapped ? at(beforePrevious, column - 2) + 1 : replaced;
    current.push(Math.min(at(previous, column) + 1, at(current, column - 1) + 1, replaced, swap));
  }
  return current;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
