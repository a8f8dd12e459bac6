/** Places as SARIF physical locations: relative URIs, regions whose four numbers are always there. */
import type { PhysicalLocation, Region } from 'sarif';
import type { Location } from '../../core/location.ts';
import { display } from '../display.ts';

/** What every URI is relative to: GitHub knows where it is, nobody else needs to. */
export const SOURCE_ROOT = '%SRCROOT%';

/** A place in a scanned file; `root` is the scanned folder as seen from the repository's root. */
export function physicalLocation(at: Location, root: string): PhysicalLocation {
  return { artifactLocation: { uri: uriOf(at.file, root), uriBaseId: SOURCE_ROOT }, region: regionOf(at) };
}

/** `src/a b.ts` → `src/a%20b.ts`. Halves of surrogate pairs, which a URI cannot hold, become U+FFFD. */
export function uriOf(file: string, root: string): string {
  const segments: string[] = [];
  for (const segment of `${root}/${file}`.split('/')) {
    // A project file may lie above the scanned folder.
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.map((segment) => encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'))).join('/');
}

/** Text that cannot be taken for an embedded link (SARIF §3.11.6). */
export function plainMessage(text: string): string {
  return display(text, 2000).replaceAll('](', '\\](');
}

/** An embedded link to a related location of the same result. */
export function linkTo(id: number, text: string): string {
  return `[${display(text).replace(/[[\]\\]/g, '\\$&')}](${id})`;
}

function regionOf({ line, column, endLine, endColumn }: Location): Region {
  const startLine = Math.max(1, line);
  const startColumn = Math.max(1, column);
  const lastLine = Math.max(startLine, endLine);
  return {
    startLine,
    startColumn,
    endLine: lastLine,
    endColumn: lastLine > startLine ? endColumn : Math.max(startColumn, endColumn),
  };
}
