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
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        cell(previous, column) + 1,
        cell(current, column - 1) + 1,
        cell(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, cell(beforePrevious, column - 2) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(cell(previous, b.length), limit);
}

const LONGEST = 100;

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
