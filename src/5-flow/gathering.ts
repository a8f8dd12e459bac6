/** What of the data at a sink is worth telling, and which of it is one flow. */
import type { Analysis } from './analysis.ts';
import { guardsOfOne } from './flow-guards.ts';
import type { Piece } from './flows.ts';
import { settingsOf } from './sink-facts.ts';

/**
 * Where a sink's data has a source that a library or schema vouches for, the same data known only by a parameter's name
 * says nothing new. Nor does what a function knows of its own parameter, where its callers tell.
 */
export function preferReal(pieces: readonly Piece[], analysis: Analysis): Piece[] {
  const best = new Map<string, Piece[]>();
  const told = new Set(pieces.filter((piece) => !isToldByCallers(piece, analysis)).map(toldOf));
  for (const piece of pieces) {
    if (isToldByCallers(piece, analysis) && told.has(toldOf(piece))) continue;
    const key = `${piece.emission.site.key}|${piece.recipient?.id ?? ''}|${piece.classified.category}|${piece.emission.atom.protections}`;
    const list = best.get(key);
    if (list) list.push(piece);
    else best.set(key, [piece]);
  }
  return [...best.values()].flatMap((list) => {
    const real = list.filter((piece) => piece.real);
    return real.length > 0 ? real : oncePerWay(list, analysis);
  });
}

/** Not how it is protected: a parameter's declared type does not show that all callers hash what they pass. */
function toldOf({ emission, classified }: Piece): string {
  return `${emission.site.key}|${classified.category}`;
}

/** Among names the one farthest from the sink explains most, for each way that asks, or sets, something else. */
function oncePerWay(pieces: readonly Piece[], analysis: Analysis): readonly Piece[] {
  if (pieces.length === 1) return pieces;
  const ordered = [...pieces].sort((a, b) => rank(a) - rank(b));
  const ways = new Map<string, Piece>();
  for (const piece of ordered) {
    const guards = [...guardsOfOne(piece, analysis)].map(([key, { subject }]) => `${key}:${subject}`).sort();
    const way = `${guards}|${settingsOf(piece.emission)}`;
    if (!ways.has(way)) ways.set(way, piece);
  }
  return [...ways.values()];
}

/** Whether a function says it of its own parameter, though callers of ours say what is handed to it. */
function isToldByCallers({ emission }: Piece, analysis: Analysis): boolean {
  const { root } = emission.atom;
  return root.kind === 'input' && analysis.callersOf(root.function) > 0;
}

function rank(piece: Piece): number {
  const evidence = ['declared', 'schema', 'framework', 'type', 'name'].indexOf(piece.classified.evidence);
  const uncertain = piece.emission.atom.uncertain ? 1000 : 0;
  return uncertain + evidence * 100 - Math.min(piece.emission.atom.trace?.length ?? 0, 12);
}

const MOST_SOURCES = 6;

/** One flow per sink, its settings, recipient, source line and protection; at most six sources per sink are told. */
export function groups(pieces: readonly Piece[], analysis: Analysis): Map<string, Piece[]> {
  const grouped = new Map<string, Piece[]>();
  const sources = new Map<string, Set<string>>();
  for (const piece of pieces) {
    const { site, atom } = piece.emission;
    // What is only suspected must not drag down what is known: it makes a flow of its own.
    const suspected = piece.classified.confidence === 'low';
    const sink = `${site.key}|${piece.recipient?.id ?? ''}|${atom.protections}|${suspected}|${settingsOf(piece.emission)}`;
    const { place, kind } = piece.source;
    const source = `${place.file}:${analysis.lineOf(place.file, place.span[0])}:${kind}`;
    const seen = sources.get(sink) ?? new Set();
    sources.set(sink, seen);
    if (!seen.has(source) && seen.size >= MOST_SOURCES) continue;
    seen.add(source);
    const key = `${sink}|${source}`;
    const list = grouped.get(key);
    if (list) list.push(piece);
    else grouped.set(key, [piece]);
  }
  return grouped;
}
