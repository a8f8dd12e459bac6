/** Which lines of a text a change touched: what `--since` and `--staged` narrow findings to. */

/** Line numbers count from 1. `all` for a file that was not there before. */
export type ChangedLines = 'all' | readonly LineRange[];

/** Both ends included. */
export type LineRange = readonly [first: number, last: number];

/** Beyond this many insertions and deletions a text counts as rewritten: the search for the shortest edit is quadratic. */
const MOST_EDITS = 1000;

/**
 * The lines of `after` that are not lines of `before`. Where lines were only removed, the two that now meet count as
 * changed. How lines end makes no difference, so a checkout with CRLF equals what was committed with LF.
 *
 *     changedLines('a\nb\nc', 'a\nB\nc')   →   [[2, 2]]
 *     changedLines('a\nb\nc', 'a\nc')      →   [[1, 2]]
 */
export function changedLines(before: string, after: string): readonly LineRange[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  const start = commonPrefix(old, young);
  const end = commonSuffix(old, young, start);
  const [oldMiddle, youngMiddle] = [old.slice(start, old.length - end), young.slice(start, young.length - end)];
  if (oldMiddle.length === 0 && youngMiddle.length === 0) return [];
  const edits = hunks(oldMiddle, youngMiddle) ?? [[0, youngMiddle.length]];
  return edits.map(([from, length]) => rangeOf(start + from, length, young.length));
}

/** Whether any of the lines from `first` to `last` changed. */
export function touchesLines(changed: ChangedLines, first: number, last: number): boolean {
  return changed === 'all' || changed.some(([from, to]) => from <= last && first <= to);
}

/** The same ends of lines as in `lineStartsOf`. */
function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

function commonPrefix(old: readonly string[], young: readonly string[]): number {
  const most = Math.min(old.length, young.length);
  let length = 0;
  while (length < most && old[length] === young[length]) length++;
  return length;
}

function commonSuffix(old: readonly string[], young: readonly string[], prefix: number): number {
  const most = Math.min(old.length, young.length) - prefix;
  let length = 0;
  while (length < most && old[old.length - 1 - length] === young[young.length - 1 - length]) length++;
  return length;
}

/** `length` lines from the 0-based `from` on; for none, the neighbours of the gap. */
function rangeOf(from: number, length: number, lines: number): LineRange {
  if (length > 0) return [from + 1, from + length];
  return [Math.max(1, from), Math.min(Math.max(1, lines), from + 1)];
}

/** Where in `young` something was inserted, replaced or (length 0) removed: 0-based start and length. Null: too many. */
type Hunk = readonly [from: number, length: number];

/** The shortest edit, by Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations, 1986). */
function hunks(old: readonly string[], young: readonly string[]): Hunk[] | null {
  const rows = furthestRows(old, young);
  return rows === null ? null : gather(backtrack(rows, old.length, young.length), young.length);
}

/** For each number of edits, how far in `old` each diagonal gets: the last one reaches the ends of both. */
function furthestRows(old: readonly string[], young: readonly string[]): Map<number, number>[] | null {
  const rows: Map<number, number>[] = [];
  let previous = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(old.length + young.length, MOST_EDITS); edits++) {
    const row = new Map<number, number>();
    rows.push(row);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = enter(previous, diagonal, edits);
      while (x < old.length && x - diagonal < young.length && old[x] === young[x - diagonal]) x++;
      row.set(diagonal, x);
      if (x >= old.length && x - diagonal >= young.length) return rows;
    }
    previous = row;
  }
  return null;
}

/** Where a diagonal is entered: from above (an insertion) or from the left (a deletion). */
function enter(previous: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const inserted = previous.get(diagonal + 1) ?? -1;
  const deleted = previous.get(diagonal - 1) ?? -1;
  return diagonal === -edits || (diagonal !== edits && deleted < inserted) ? inserted : deleted + 1;
}

/** The lines of `young` that were inserted, and where in it lines were removed, from the end backwards. */
function backtrack(rows: readonly ReadonlyMap<number, number>[], oldLength: number, youngLength: number): Hunk[] {
  const edits: Hunk[] = [];
  let [x, y] = [oldLength, youngLength];
  for (let count = rows.length - 1; count > 0; count--) {
    const previous = rows[count - 1] as ReadonlyMap<number, number>;
    const diagonal = x - y;
    const inserted = previous.get(diagonal + 1) ?? -1;
    const deleted = previous.get(diagonal - 1) ?? -1;
    const isInsertion = diagonal === -count || (diagonal !== count && deleted < inserted);
    x = isInsertion ? inserted : deleted;
    y = isInsertion ? x - diagonal - 1 : x - diagonal + 1;
    edits.push([y, isInsertion ? 1 : 0]);
  }
  return edits;
}

/** Neighbouring edits become one hunk; a removal beside an insertion is a replacement. */
function gather(edits: readonly Hunk[], length: number): Hunk[] {
  const inserted = new Set<number>();
  for (const [at, count] of edits) if (count === 1) inserted.add(at);
  const gaps = edits.filter(([at, count]) => count === 0 && !inserted.has(at) && !inserted.has(at - 1));
  const found: Hunk[] = [...new Set(gaps.map(([at]) => at))].map((at) => [at, 0]);
  for (let at = 0; at < length; at++) {
    if (!inserted.has(at)) continue;
    const from = at;
    while (inserted.has(at)) at++;
    found.push([from, at - from]);
  }
  return found.sort(([a], [b]) => a - b);
}
