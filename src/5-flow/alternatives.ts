/**
 * Sources that stand for one another: `headers['x-real-ip'] ?? headers['x-forwarded-for']`. Both say the same of the same
 * client, and whoever reads a report wants to know once. Rows and bodies may be of different people, and stay apart.
 */
import type { SourceKind } from '../core/privacy.ts';
import type { FunctionId } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import type { Piece } from './flows.ts';
import type { Place } from './value.ts';

/** Of flows with the same data to the same sink from places in one function, the one that is told in the fewest steps. */
export function withoutAlternatives(groups: ReadonlyMap<string, Piece[]>, analysis: Analysis): Piece[][] {
  const told = new Map<string, Piece[]>();
  for (const [own, group] of groups) {
    const [first] = group;
    const key = first && OF_THE_CLIENT.has(first.source.kind) ? alternativeKey(group, analysis) : own;
    const known = told.get(key);
    if (!known || stepsOf(group) < stepsOf(known)) told.set(key, group);
  }
  return [...told.values()];
}

/** What a request says by itself of the one client that sends it. */
const OF_THE_CLIENT: ReadonlySet<SourceKind> = new Set(['request-headers', 'request-metadata', 'request-cookies']);

/** Equal for groups that stand for one another. */
function alternativeKey(group: readonly Piece[], analysis: Analysis): string {
  const [{ emission, recipient, source, classified }] = group as [Piece];
  const categories = [...new Set(group.map((piece) => piece.classified.category))].sort();
  const around = functionAround(source.place, analysis);
  const suspected = classified.confidence === 'low';
  return [
    emission.site.key,
    recipient?.id ?? '',
    emission.atom.protections,
    suspected,
    source.kind,
    around,
    ...categories,
  ].join('|');
}

function stepsOf(group: readonly Piece[]): number {
  return Math.min(...group.map(({ emission }) => emission.atom.trace?.length ?? 0));
}

/** The function written most closely around a place. */
export function functionAround({ file, span }: Place, { program }: Analysis): FunctionId {
  let found = program.bases[file]?.functions ?? 0;
  // Inner functions have higher numbers than those around them.
  for (let id = found + 1; program.functions[id]?.file === file; id++) {
    const [start, end] = program.functions[id]?.facts.span ?? [0, 0];
    if (start <= span[0] && span[0] < end) found = id;
  }
  return found;
}
