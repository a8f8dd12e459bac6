/**
 * Settings that make a library send or log personal data by itself: `init({ sendDefaultPii: true })`. Nobody passes the
 * data, so the source of the flow is the setting, and whether there is a flow is decided by what the setting is.
 */
import type { PortPath } from '../core/api-path.ts';
import type { ObjectEntry } from '../core/facts.ts';
import type { Analysis } from './analysis.ts';
import { guardsHere } from './assurances.ts';
import { data } from './data.ts';
import type { Frame } from './frame.ts';
import type { LibraryCall } from './library-calls/ports.ts';
import type { CompiledLeak, Matched } from './patterns.ts';
import { expressionOf, isWritten, note, type SinkSite, UNKNOWN } from './sinks.ts';
import {
  type Atom,
  type ConstantAtom,
  type DataAtom,
  ELEMENT,
  isNothing,
  type LibraryAtom,
  type Place,
  type Source,
  type Value,
} from './value.ts';

/** What was found at the places of a setting, of which one must be as expected. */
export interface Setting {
  readonly values: readonly Value[];
  readonly expected: readonly string[];
}

/** Notes what a call makes the library send, unless its settings rule it out. */
export function recordLeak(
  { model, settings, sink }: CompiledLeak,
  match: Matched,
  callee: LibraryAtom,
  call: LibraryCall,
  frame: Frame,
  analysis: Analysis,
): void {
  const { place, guard, name } = call.call;
  if (!place) return;
  const found = settings.map(({ ports, expected }): Setting => {
    return { values: ports.flatMap((port) => valuesAt(port, call)), expected };
  });
  if (areSet(found) === false) return;
  const site: SinkSite = {
    key: `${place.file}:${place.span[0]}-${place.span[1]}:${model.activity}:${match.model?.package ?? ''}`,
    place,
    function: frame.id,
    model: sink,
    rows: null,
    library: callee.package,
    recipient: model.recipient ?? match.model?.recipient,
    expression: expressionOf(callee, name),
  };
  const option = optionOf(settings);
  const entry = option === null ? null : entryOf(option, place, frame);
  const source: Omit<Source, 'data'> = {
    kind: 'declaration',
    place: entry ?? place,
    expression: option ?? site.expression,
    model: `${callee.package}: ${model.api}`,
    does: model.message,
    ...(model.confidence && { confidence: model.confidence }),
  };
  const atoms = model.data.map((category): DataAtom => {
    const key = `K${place.file}:${place.span[0]}-${place.span[1]}:${model.message}:${category}`;
    return data({ kind: 'source', key, source: { ...source, data: category } });
  });
  analysis.watch?.sink(sink, callee.package, { atoms, fields: null }, call.call, frame, analysis);
  const guards = guardsHere(guard, frame, analysis);
  for (const atom of atoms) {
    const key = `${site.key}|${atom.key}`;
    note({ key, site, atom, whole: true, url: null, attributes: new Map(), said: '', guards, settings: found }, frame);
  }
}

/** What is at a port: each element apart, and a mark where something is written that nobody can tell. */
function valuesAt(port: PortPath, call: LibraryCall): Value[] {
  const { spread } = call.call;
  const last = port.steps.at(-1);
  if (last?.kind === 'element') {
    const list = call.read({ root: port.root, steps: port.steps.slice(0, -1) });
    const elements = [...(list.fields ?? [])].map(([, element]) => element);
    return list.atoms.length > 0 || list.fields?.has(ELEMENT) ? [...elements, SOMETHING] : elements;
  }
  const value = call.read(port);
  if (!isNothing(value)) return [value];
  if (spread || isWritten(port, call) || isPassed(port, call)) return [SOMETHING];
  return [value];
}

const SOMETHING: Value = UNKNOWN;

/** Whether an argument is there, although nothing is known of it. */
function isPassed({ root, steps }: PortPath, { call }: LibraryCall): boolean {
  if (root.kind !== 'argument' || steps.length > 0) {
    const index = root.kind === 'argument' ? indexOf(root.index, call.arguments.length) : -1;
    const argument = call.arguments[index];
    return argument !== undefined && isNothing(argument);
  }
  return indexOf(root.index, call.arguments.length) in call.arguments;
}

function indexOf(index: (PortPath['root'] & { kind: 'argument' })['index'], length: number): number {
  if (typeof index === 'number') return index;
  if (index === 'all') return 0;
  return 'from' in index ? index.from : length - index.last;
}

/** Whether all settings are as expected; null when that cannot be told. */
export function areSet(settings: readonly Setting[]): boolean | null {
  const verdicts = settings.map(isSet);
  if (verdicts.includes(false)) return false;
  return verdicts.includes(null) ? null : true;
}

function isSet({ values, expected }: Setting): boolean | null {
  const candidates: readonly Value[] = values.length === 0 ? [ABSENT] : values;
  const verdicts = candidates.map((value) => isAsExpected(value, expected));
  if (verdicts.includes(true)) return true;
  return verdicts.includes(null) ? null : false;
}

const ABSENT: Value = { atoms: [], fields: null };

/** Whether a value is one of what a model's words say: `=true`, `!false`, `~text`, `on`, `absent`. */
function isAsExpected(value: Value, expected: readonly string[]): boolean | null {
  if (isNothing(value)) return expected.some((word) => word === 'absent' || word.startsWith('!'));
  if (value.atoms.some((atom) => atom.kind === 'data' || (isConstant(atom) && !isLiteral(atom)))) return null;
  const literals = value.atoms.filter(isConstant);
  // An object or a function is no literal.
  if (literals.length === 0) return expected.some((word) => word === 'on' || word.startsWith('!'));
  const verdicts = new Set(literals.map(({ text }) => expected.some((word) => holds(word, text))));
  const [only = null] = verdicts;
  return verdicts.size === 1 ? only : null;
}

function holds(word: string, text: string): boolean {
  if (word === 'on') return !FALSY.has(text);
  if (word.startsWith('=')) return text === word.slice(1);
  if (word.startsWith('!')) return text !== word.slice(1);
  return word.startsWith('~') && holdsPart(text, word.slice(1));
}

const FALSY: ReadonlySet<string> = new Set(['', '0', 'false']);

/** Whether a text holds another that no letter or dash continues: `:req` is not in `:request`. */
function holdsPart(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (!/[\w-]/.test(text[at + part.length] ?? '')) return true;
  }
  return false;
}

function isConstant(atom: Atom): atom is ConstantAtom {
  return atom.kind === 'constant';
}

function isLiteral({ type, whole }: ConstantAtom): boolean {
  return whole && type !== 'nothing';
}

/** The option that a leak is about: `sendDefaultPii`. */
function optionOf(settings: CompiledLeak['settings']): string | null {
  for (const { ports } of settings) {
    const step = ports[0]?.steps.findLast(({ kind }) => kind === 'property');
    if (step?.kind === 'property') return step.name;
  }
  return null;
}

/** Where the option is written inside the call. */
function entryOf(option: string, { file, span }: Place, frame: Frame): Place | null {
  for (const operation of frame.linked.facts.operations) {
    const entries: readonly ObjectEntry[] =
      operation.kind === 'object' ? operation.entries : operation.kind === 'element' ? operation.attributes : [];
    for (const entry of entries) {
      if (!('key' in entry) || entry.key !== option) continue;
      if (entry.span[0] >= span[0] && entry.span[1] <= span[1]) return { file, span: entry.span };
    }
  }
  return null;
}
