/**
 * Module globs such as `src/campaigns/**`, and `route.{ts,tsx}`. `*` and `?` stay inside one path segment, `**` spans any number.
 * Matched in time proportional to pattern × path, never with a regular expression: policies are untrusted input.
 */
export function matchesGlob(glob: string, path: string): boolean {
  return alternatives(glob).some((one) => matchesOne(one, path));
}

const MOST_ALTERNATIVES = 100;

/** `{a,b}` written out. */
function alternatives(glob: string): string[] {
  const done: string[] = [];
  const pending = [glob];
  while (pending.length > 0 && done.length + pending.length <= MOST_ALTERNATIVES) {
    const text = pending.pop() as string;
    const open = text.indexOf('{');
    const close = text.indexOf('}', open);
    if (open < 0 || close < 0) done.push(text);
    else
      for (const part of text.slice(open + 1, close).split(','))
        pending.push(text.slice(0, open) + part + text.slice(close + 1));
  }
  return done;
}

function matchesOne(glob: string, path: string): boolean {
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
