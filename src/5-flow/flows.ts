import { createHash } from 'node:crypto';
import type { Evidence, Flow, FlowRecipient, FlowSource } from '../core/flow.ts';
import { matchesGlob } from '../core/glob.ts';
import { compareLocations, compareText, type Location, locate } from '../core/location.ts';
import type { Confidence, SourceKind } from '../core/privacy.ts';
import { withoutAlternatives } from './alternatives.ts';
import { type Analysis, inputKey } from './analysis.ts';
import { type Classified, classify } from './classify.ts';
import { collectFlows } from './collected-flows.ts';
import { protectionsOf } from './data.ts';
import { guardsOf } from './flow-guards.ts';
import { groups, preferReal } from './gathering.ts';
import { areSet } from './leaks.ts';
import { withoutPart } from './masks.ts';
import { provenanceOf, wordOnLine } from './provenance.ts';
import { recipientsOf, siteOf } from './recipients.ts';
import { attributeValues, schemeOf } from './sink-facts.ts';
import type { Emission } from './sinks.ts';
import { stepsOf } from './steps.ts';
import type { DataAtom, Place } from './value.ts';
import { weaknessesOf } from './weaknesses.ts';

/** One category of data from one source at one sink: what flows are gathered from. */
export interface Piece {
  readonly emission: Emission;
  readonly classified: Classified;
  readonly source: { readonly place: Place; readonly kind: SourceKind; readonly expression: string };
  readonly recipient: FlowRecipient | null;
  /** A source that a library or schema vouches for, not only a name. */
  readonly real: boolean;
}

/** All flows of the program, sorted by sink. */
export function flowsOf(analysis: Analysis): Flow[] {
  const pieces = [...emissions(analysis)].flatMap((emission) => piecesOf(emission, analysis));
  const flows = withoutAlternatives(groups(preferReal(pieces, analysis), analysis), analysis).map((group) =>
    flowOf(group, analysis),
  );
  const all = [...flows, ...collectFlows(pieces, analysis)];
  all.sort(
    (a, b) => compareLocations(a.sink, b.sink) || compareLocations(a.source, b.source) || compareText(a.id, b.id),
  );
  return withOrdinals(all);
}

/** Data with a known source, and inputs of functions that no caller of ours explains. */
function* emissions(analysis: Analysis): Generator<Emission> {
  for (const [id, map] of analysis.emissions.entries()) {
    for (const emission of map?.values() ?? []) {
      const { root } = emission.atom;
      if (root.kind === 'opaque' && root.input !== undefined && isLiteral(root.input, analysis)) continue;
      yield { ...emission, atom: withoutPart(emission.atom), within: id };
    }
  }
  for (const [id, summary] of analysis.summaries.entries()) {
    for (const entry of summary?.sinks.values() ?? []) {
      const { root } = entry.atom;
      // What callers decide, by a setting or a literal, is told of where they are.
      const isDecided = entry.settings !== undefined || entry.atom.condition?.texts !== undefined;
      if (root.kind === 'cell' || (isDecided && analysis.callersOf(id) > 0)) continue;
      if (root.kind === 'input' && isLiteral(inputKey(root.function, root.index), analysis)) continue;
      yield { ...entry, atom: withoutPart(entry.atom) };
    }
  }
}

/** Whether callers pass nothing but literals there. */
function isLiteral(input: number, analysis: Analysis): boolean {
  return analysis.boundInputs.get(input) === 'constant';
}

function piecesOf(emission: Emission, analysis: Analysis): Piece[] {
  const { root } = emission.atom;
  const set = emission.settings ? areSet(emission.settings) : true;
  if (set === false) return [];
  const real = root.kind === 'source';
  const recipients = recipientsOf(emission, analysis);
  return classify(emission.atom, analysis).flatMap((classified) => {
    const source = sourceOf(emission.atom, classified, analysis);
    const known = { ...classified, confidence: confidenceAt(emission, classified) };
    return recipients.map(({ recipient, url }) => ({
      emission: url === emission.url ? emission : { ...emission, url },
      classified: known,
      source,
      recipient,
      real,
    }));
  });
}

/** The weakest link: a call that nobody knows on the way, a method that nobody modelled at its end. */
function confidenceAt({ atom, site, settings }: Emission, { confidence }: Classified): Confidence {
  if (atom.uncertain || (settings && areSet(settings) === null)) return 'low';
  return site.model.assumed && confidence === 'high' ? 'medium' : confidence;
}

export function sourceOf(atom: DataAtom, classified: Classified, analysis: Analysis): Piece['source'] {
  const { root } = atom;
  const path = atom.path.filter((name) => !name.startsWith('$'));
  if (root.kind === 'source') {
    const entered = root.source.kind !== 'database' && atom.read && atom.path.length > 0;
    return {
      place: entered && atom.read ? atom.read : root.source.place,
      kind: root.source.kind,
      expression: written([root.source.expression, ...path]),
    };
  }
  const kind: SourceKind = classified.evidence === 'name' ? 'name' : 'declaration';
  const name = 'name' in root ? root.name : '';
  return { place: atom.read ?? placeOfRoot(atom, analysis), kind, expression: written([name, ...path]) };
}

function placeOfRoot({ root }: DataAtom, analysis: Analysis): Place {
  if (root.kind === 'opaque' || root.kind === 'result') return root.place;
  if (root.kind === 'input') {
    const linked = analysis.program.functions[root.function];
    const span = linked?.facts.parameters[root.index]?.span ?? linked?.facts.span ?? [0, 0];
    return { file: linked?.file ?? 0, span };
  }
  return { file: 0, span: [0, 0] };
}

/** `req.body.email`, `users[].name`. */
function written(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part, index) => (index === 0 || part === '[]' ? part : `.${part}`))
    .join('');
}

// ── gathering ──────────────────────────────────────────────────────────────────────────────────────────────────────

function flowOf(pieces: readonly Piece[], analysis: Analysis): Flow {
  const byCategory = new Map<string, Piece>();
  for (const piece of pieces) {
    const known = byCategory.get(piece.classified.category);
    if (!known || better(piece, known)) byCategory.set(piece.classified.category, piece);
  }
  const ordered = [...byCategory.entries()].sort(([a], [b]) => compareText(a, b)).map(([, piece]) => piece);
  const main = ordered.reduce((best, piece) => (better(piece, best) ? piece : best));
  const { site, attributes } = main.emission;
  const source = flowSource(main, analysis);
  const sinkLocation = location(site.place, analysis);
  const provenance = provenanceOf(
    ordered.map(({ emission, classified, source: { place } }) => ({
      atom: emission.atom,
      place,
      category: classified.category,
    })),
    analysis,
  );
  const flow: Omit<Flow, 'id'> = {
    activity: site.model.activity,
    data: ordered.map(({ classified }) => classified.category),
    subject: ordered.map(({ classified }) => classified.subject).find((subject) => subject !== null) ?? null,
    recipient: main.recipient,
    ...(provenance && { provenance }),
    purpose: purposeOf(main, analysis),
    source,
    sink: {
      ...sinkLocation,
      model: `${site.library}: ${site.model.api}`,
      expression: site.expression,
      symbol: analysis.program.functions[site.function]?.facts.name ?? '',
      attributes: {
        ...schemeOf(main.emission.url),
        ...(site.model.activity === 'expose' ? siteOf(main.emission.url, analysis) : {}),
        ...weaknessesOf(main.emission.atom.protections),
        ...attributeValues(site, attributes),
      },
    },
    protections: protectionsOf(main.emission.atom.protections),
    guards: guardsOf(pieces, main, analysis),
    confidence: main.classified.confidence,
    steps: stepsOf(main.emission, main.classified, source, sinkLocation, main.recipient, analysis),
    evidence: ordered.map(
      ({ classified }): Evidence => ({
        category: classified.category,
        kind: classified.evidence,
        reason: classified.reason,
      }),
    ),
  };
  return { id: flowId(flow), ...flow };
}

export function higher(a: Confidence, b: Confidence): Confidence {
  return a === 'high' || b === 'low' ? a : b;
}

function better(a: Piece, b: Piece): boolean {
  const order: Record<Confidence, number> = { high: 0, medium: 1, low: 2 };
  const confidence = order[a.classified.confidence] - order[b.classified.confidence];
  if (confidence !== 0) return confidence < 0;
  const guards = a.emission.guards.length - b.emission.guards.length;
  if (guards !== 0) return guards < 0;
  return (a.emission.atom.trace?.length ?? 0) < (b.emission.atom.trace?.length ?? 0);
}

export function location(place: Place, analysis: Analysis): Location {
  const facts = analysis.program.files[place.file];
  return locate(facts?.file ?? '', facts?.lineStarts ?? [0], place.span);
}

function flowSource(piece: Piece, analysis: Analysis): FlowSource {
  const { place, kind, expression } = piece.source;
  return { ...location(place, analysis), kind, expression };
}

function purposeOf(piece: Piece, analysis: Analysis): string | null {
  const { site } = piece.emission;
  const around = analysis.program.functions[site.function]?.facts.span[0];
  const marked = wordOnLine('purpose', site.place, analysis, around);
  if (marked !== null && analysis.catalogue.taxonomy.uses.includes(marked)) return marked;
  const file = analysis.program.files[site.place.file]?.file ?? '';
  const declared = analysis.catalogue.configuration.purposes.find(({ modules }) =>
    modules.some((glob) => matchesGlob(glob, file)),
  );
  if (declared) return declared.purpose;
  if (site.model.purpose) return site.model.purpose;
  return analysis.catalogue.recipients.find(({ id }) => id === piece.recipient?.id)?.purpose ?? null;
}

// ── identity ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Stable across moved lines: made of names, never of positions. */
export function flowId(flow: Omit<Flow, 'id'>): string {
  const { activity, data, recipient, source, sink, protections } = flow;
  const parts = [
    activity,
    ...data,
    recipient?.id ?? '',
    source.file,
    source.expression,
    sink.file,
    sink.symbol,
    sink.expression,
    sink.model,
    ...protections,
  ];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** Equal flows in one function get a number, in order. */
function withOrdinals(flows: readonly Flow[]): Flow[] {
  const seen = new Map<string, number>();
  return flows.map((flow) => {
    const count = (seen.get(flow.id) ?? 0) + 1;
    seen.set(flow.id, count);
    return count === 1 ? flow : { ...flow, id: `${flow.id}-${count}` };
  });
}
