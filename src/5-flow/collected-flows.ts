/** Flows of the activity `collect`: personal data as it enters. */
import type { Evidence, Flow, FlowSource } from '../core/flow.ts';
import { compareText } from '../core/location.ts';
import { operandsOf } from '../core/operands.ts';
import type { SourceKind } from '../core/privacy.ts';
import { type Analysis, isFromOutside } from './analysis.ts';
import { type Classified, classify } from './classify.ts';
import { flowId, higher, location, type Piece, sourceOf } from './flows.ts';
import { provenanceOf } from './provenance.ts';
import type { DataAtom, Place } from './value.ts';

/** One category of data that enters at a place. */
interface Entry {
  readonly atom: DataAtom;
  readonly classified: Classified;
  readonly place: Place;
  readonly line: string;
  /** Handed on as it came in, not read there. */
  readonly whole: boolean;
}

/** Personal data as it enters: source and sink are the same place. What has to be given and what has not are told apart. */
export function collectFlows(pieces: readonly Piece[], analysis: Analysis): Flow[] {
  const read = [...analysis.collected.values()]
    .filter(({ atom, place }) => !isOfDevice(atom) || !isOnlyTested(place, analysis))
    .map((one) => ({ ...one, whole: false }));
  const entries = [...read, ...wholes(pieces)].flatMap(({ atom, place, whole }) =>
    classify(atom, analysis).map((classified): Entry => {
      const suspected = classified.confidence === 'low';
      const kind = atom.root.kind === 'source' ? atom.root.source.kind : '';
      const line = `${suspected}${place.file}:${analysis.lineOf(place.file, place.span[0])}:${kind}`;
      return { atom, classified, place, line, whole };
    }),
  );
  const byPlace = new Map<string, Entry[]>();
  for (const entry of withoutRepeated(entries)) {
    const key = `${entry.line}:${entry.classified.required ?? ''}`;
    const list = byPlace.get(key);
    if (list) list.push(entry);
    else byPlace.set(key, [entry]);
  }
  return [...byPlace.values()].map((group) => collectFlow(group, analysis));
}

function isOfDevice({ root }: DataAtom): boolean {
  return root.kind === 'source' && root.source.kind === 'device';
}

const SEARCHES = /^(?:includes|indexOf|match|search|startsWith|endsWith|test|exec)$/;
const REWRITES = /^(?:toLowerCase|toUpperCase|trim)$/;

/** Whether what is read at a place is only searched (`navigator.userAgent.includes('Mac')`): then nothing of it is kept. */
function isOnlyTested({ file, span }: Place, analysis: Analysis): boolean {
  for (const { operations } of analysis.program.files[file]?.functions ?? []) {
    const read = operations.find((one) => one.kind === 'get' && one.span[0] === span[0] && one.span[1] === span[1]);
    if (read?.kind !== 'get') continue;
    const held = new Set([read.into]);
    for (const operation of operations) {
      if (!operandsOf(operation).some((register) => register !== undefined && held.has(register))) continue;
      if (operation.kind === 'get' || operation.kind === 'test') continue;
      if (
        operation.kind === 'bind' ||
        operation.kind === 'after' ||
        operation.kind === 'refine' ||
        operation.kind === 'phi'
      )
        held.add(operation.into);
      else if (operation.kind === 'call' && REWRITES.test(operation.name)) held.add(operation.into);
      else if (operation.kind !== 'call' || !SEARCHES.test(operation.name)) return false;
    }
    return true;
  }
  return false;
}

/** What is handed on as it came in enters where it came in: `create({ data: schema.parse(req.body) })`. */
function wholes(pieces: readonly Piece[]): Pick<Entry, 'atom' | 'place' | 'whole'>[] {
  const found = new Map<string, Pick<Entry, 'atom' | 'place' | 'whole'>>();
  for (const { emission, source } of pieces) {
    const { atom } = emission;
    const isWhole = isFromOutside(atom) && !atom.derived;
    if (isWhole) found.set(atom.key, { atom, place: source.place, whole: true });
  }
  return [...found.values()];
}

/**
 * A field that is read off a whole enters where it is read, not again where the whole came in; and where one reading of
 * it knows whether it has to be given, those that do not say nothing more.
 */
function withoutRepeated(entries: readonly Entry[]): Entry[] {
  const read = new Set<string>();
  const told = new Set<string>();
  for (const { atom, classified, line, whole } of entries) {
    if (!whole) read.add(`${atom.root.key}:${classified.category}`);
    if (classified.required !== undefined) told.add(`${line}:${classified.category}`);
  }
  return entries.filter(({ atom, classified, line, whole }) => {
    const { category, required } = classified;
    if (required === undefined && told.has(`${line}:${category}`)) return false;
    return !whole || !read.has(`${atom.root.key}:${category}`);
  });
}

function collectFlow(entries: readonly Entry[], analysis: Analysis): Flow {
  const byCategory = new Map(entries.map((entry) => [entry.classified.category, entry.classified]));
  const ordered = [...byCategory.values()].sort((a, b) => compareText(a.category, b.category));
  const { atom, place, classified } = entries[0] as Entry;
  const source: FlowSource = { ...location(place, analysis), ...kindAndExpression(atom, classified, analysis) };
  const message = `${ordered.map(({ category }) => category).join(', ')} enters here`;
  const provenance = provenanceOf(
    entries.map((entry) => ({ atom: entry.atom, place: entry.place, category: entry.classified.category })),
    analysis,
  );
  const flow: Omit<Flow, 'id'> = {
    activity: 'collect',
    data: ordered.map(({ category }) => category),
    subject: ordered.map(({ subject }) => subject).find((subject) => subject !== null) ?? null,
    ...(provenance && { provenance }),
    recipient: null,
    purpose: null,
    source,
    sink: {
      ...location(place, analysis),
      model: atom.root.kind === 'source' ? atom.root.source.model : '',
      expression: source.expression,
      symbol: '',
      attributes: classified.required === undefined ? {} : { required: classified.required },
    },
    protections: [],
    guards: [],
    confidence: ordered.map(({ confidence }) => confidence).reduce(higher),
    steps: [{ ...location(place, analysis), message }],
    evidence: ordered.map(({ category, evidence, reason }): Evidence => ({ category, kind: evidence, reason })),
  };
  return { id: flowId(flow), ...flow };
}

function kindAndExpression(
  atom: DataAtom,
  classified: Classified,
  analysis: Analysis,
): { kind: SourceKind; expression: string } {
  const { kind, expression } = sourceOf(atom, classified, analysis);
  return { kind, expression };
}
