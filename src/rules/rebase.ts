/** Globs of a project file that stands above the scanned folder. */
import { isInside, nameOf } from './files.ts';

// From packages/api, `packages/api/src/**` and `packages/*/src/**` are `src/**`, and `**/campaigns/**` is itself.

/**
 * A glob relative to `directory` as one relative to `root`, null when nothing below `root` can match it. Unchanged when
 * `root` is not below `directory`.
 */
export function rebaseGlob(glob: string, directory: string, root: string): string | null {
  const way = nameOf(root, directory);
  if (way === '.' || !isInside(root, directory)) return glob;
  const negated = glob.startsWith('!');
  const rest = strip(
    glob
      .slice(negated ? 1 : 0)
      .replace(/^\.\//, '')
      .split('/'),
    way.split('/'),
  );
  return rest === null ? null : (negated ? '!' : '') + rest.join('/');
}

function strip(glob: readonly string[], way: readonly string[]): readonly string[] | null {
  const [step, ...deeper] = way;
  if (step === undefined) return glob.length === 0 ? ['**'] : glob;
  const [first, ...rest] = glob;
  if (first === undefined) return ['**'];
  if (first === '**') return glob;
  return matchesSegment(first, step) ? strip(rest, deeper) : null;
}

/** `*` and `?` inside one segment, without a regular expression: the newest `*` can take over from those before it. */
function matchesSegment(pattern: string, segment: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let retryFrom = 0;
  while (at < segment.length) {
    if (pattern[next] === '*') {
      star = next++;
      retryFrom = at;
    } else if (pattern[next] === '?' || pattern[next] === segment[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++retryFrom;
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next++;
  return next === pattern.length;
}
