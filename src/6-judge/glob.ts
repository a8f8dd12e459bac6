/**
 * Module globs of a rule's `in`: `src/campaigns/**`. `*` and `?` stay inside one path segment, `**` spans any number.
 * Matched in time proportional to pattern × path, never with a regular expression: policies are untrusted input.
 */
export function matchesGlob(glob: string, path: string): boolean {
  return matchSequence(glob.split('/'), path.split('/'), '**', (pattern, segment) =>
    matchSequence([...pattern], [...segment], '*', (wanted, unit) => wanted === '?' || wanted === unit),
  );
}

/** Two pointers and one remembered wildcard: the newest wildcard can always take over from the ones before it. */
function matchSequence(
  pattern: readonly string[],
  items: readonly string[],
  wildcard: string,
  matches: (wanted: string, item: string) => boolean,
): boolean {
  let next = 0;
  let item = 0;
  let wildcardAt = -1;
  let retryFrom = 0;
  while (item < items.length) {
    const wanted = pattern[next];
    if (wanted === wildcard) {
      wildcardAt = next++;
      retryFrom = item;
    } else if (wanted !== undefined && matches(wanted, items[item] as string)) {
      next++;
      item++;
    } else if (wildcardAt >= 0) {
      next = wildcardAt + 1;
      item = ++retryFrom;
    } else {
      return false;
    }
  }
  while (pattern[next] === wildcard) next++;
  return next === pattern.length;
}
