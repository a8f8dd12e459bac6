/** Places as CI systems want them: paths from the top of the repository, regions on one line. */
import type { Flow } from '../core/flow.ts';
import type { RenderOptions } from './options.ts';

/** The path of a scanned file as seen from the top of the repository: `packages/api/src/a.ts`. */
export function repositoryPath(file: string, { rootInRepository = '' }: RenderOptions): string {
  return rootInRepository === '' ? file : `${rootInRepository}/${file}`;
}

/** The way data takes, on one line; the middle of a long one is left out: `a.ts:3 → a.ts:9 → b.ts:4`. */
export function wayOf({ steps }: Flow, mostPlaces = 12): string {
  const places: string[] = [];
  for (const { file, line } of steps) {
    const place = `${file}:${line}`;
    if (places.at(-1) !== place) places.push(place);
  }
  if (places.length <= mostPlaces) return places.join(' → ');
  const half = Math.floor(mostPlaces / 2);
  return [...places.slice(0, half), `… ${places.length - 2 * half} more …`, ...places.slice(-half)].join(' → ');
}
