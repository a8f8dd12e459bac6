import type { ParameterFacts } from '../core/facts.ts';
import type { FunctionId, LinkedFunction } from '../core/program.ts';
import { type Analysis, about } from './analysis.ts';
import { assurancesOf, memberGuards, noEnds, sameAssurances } from './assurances.ts';
import { recordFunction } from './behaviour/functions.ts';
import { codeFields } from './construct.ts';
import { below, data } from './data.ts';
import { runEntries } from './entries.ts';
import type { Frame } from './frame.ts';
import { join } from './join.ts';
import { typedInput } from './libraries.ts';
import { evaluateOperation, grewAround } from './operations.ts';
import { emptySummary, type Summary } from './summary.ts';
import type { TypeRef } from './types.ts';
import { type Atom, type DataAtom, dataIn, type Value, valueWith } from './value.ts';

/** Passes over a body whose loops or closures still teach it something. */
const MOST_PASSES = 4;

/** Steps of applying other functions' summaries per visit; hand-written functions need some thousand. */
const BUDGET = 8_000;

/** Works out one function's summary and tells those who used the last one if it has changed. */
export function evaluateFunction(id: FunctionId, analysis: Analysis): void {
  const linked = analysis.program.functions[id] as LinkedFunction;
  const before = analysis.summaries[id];
  const frame = openFrame(linked, before, analysis);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    frame.changed = false;
    frame.emissions.clear();
    frame.guardEntries.clear();
    frame.standing.length = 0;
    frame.standing.push(...memberGuards(linked, frame, analysis));
    frame.mounted.length = 0;
    frame.ends = noEnds();
    for (const operation of linked.facts.operations) evaluateOperation(operation, frame, analysis);
    if (!frame.changed && !frame.loops.some((phi) => grewAround(phi, frame, analysis))) break;
  }
  if (linked.facts === analysis.program.files[linked.file]?.functions[0]) runEntries(frame, analysis);
  recordFunction(frame, analysis);
  frame.summary.assures = assurancesOf(frame, analysis);
  analysis.summaries[id] = frame.summary;
  analysis.emissions[id] = frame.emissions;
  noteClassFields(linked, frame.summary, analysis);
  if (!before) {
    analysis.summarised(id);
    return;
  }
  if (!sameResult(before, frame.summary)) analysis.changed(about('returned', id));
  if (!sameSummary(before, frame.summary)) analysis.changed(about('function', id));
}

function openFrame(linked: LinkedFunction, before: Summary | undefined, analysis: Analysis): Frame {
  const frame: Frame = {
    id: linked.id,
    linked,
    values: [],
    shape: analysis.shapeAt(linked.id),
    cells: new Map(),
    readCells: new Set(),
    summary: emptySummary(),
    emissions: new Map(),
    callEffects: new Map(),
    thrownBy: new Map(),
    guardEntries: new Map(),
    standing: [],
    made: new Map(),
    mounted: [],
    router: undefined,
    ends: noEnds(),
    unchanged: new Set(),
    loops: [],
    changed: false,
    shown: analysis.shownAt(linked.id),
    depth: 0,
    getters: 0,
    budget: BUDGET,
  };
  // What was returned before stays returned: summaries only grow, so that the fixpoint ends.
  if (before) {
    frame.summary.returns = before.returns;
    frame.summary.thrown = before.thrown;
  }
  fillInputs(frame, analysis);
  return frame;
}

function fillInputs(frame: Frame, analysis: Analysis): void {
  const { linked } = frame;
  const { parameters, receiver } = linked.facts;
  for (const [index, parameter] of parameters.entries()) {
    frame.values[parameter.register] = parameterValue(index, parameter, frame, analysis);
  }
  if (receiver === undefined) return;
  const type: TypeRef | null = linked.class === undefined ? null : { kind: 'class', class: linked.class };
  const root = { kind: 'input', key: `I${linked.id}:-1`, index: -1, function: linked.id, name: 'this' } as const;
  const statics =
    linked.class !== undefined && isStatic(linked, analysis) ? analysis.classValue(linked.class, frame.id) : undefined;
  frame.values[receiver] = statics ? valueWith(statics, data(root)) : ownObject(data(root, type), frame, analysis);
}

/** `this` of a method, with what the object of one that is in no class was seen to hold of code. */
function ownObject(self: DataAtom, { linked }: Frame, analysis: Analysis): Value {
  const held = linked.class === undefined ? analysis.receiverFields(linked.id) : NO_FIELDS;
  const given = analysis.selfOf(linked.id);
  if (given) return valueWith(...given.atoms, given.type ? { ...self, type: given.type } : self);
  if (held.size === 0) return valueWith(self);
  const fields = [...held].map(([key, atoms]): [string, Value] => {
    const rest = below(self, key, null, null);
    return [key, { atoms: rest ? [...atoms, rest] : atoms, fields: null }];
  });
  return { atoms: [self], fields: new Map(fields) };
}

const NO_FIELDS: ReadonlyMap<string, readonly Atom[]> = new Map();

/** In a static method `this` is the class. */
function isStatic(linked: LinkedFunction, analysis: Analysis): boolean {
  const { facts, file } = analysis.program.classes[linked.class as number] as Analysis['program']['classes'][number];
  const base = analysis.program.bases[file]?.functions ?? 0;
  return facts.members.some(
    (member) => member.static && member.function !== undefined && base + member.function === linked.id,
  );
}

function parameterValue(index: number, parameter: ParameterFacts, frame: Frame, analysis: Analysis): Value {
  const { linked } = frame;
  const type: TypeRef | null = parameter.type ? { kind: 'declared', file: linked.file, type: parameter.type } : null;
  const root = {
    kind: 'input',
    key: `I${linked.id}:${index}`,
    index,
    function: linked.id,
    name: parameter.name,
  } as const;
  const typed = typedInput(root, type, analysis);
  const bound = analysis.parameterAtoms(linked.id, index);
  const same = bound.filter(({ key }) => typed.atoms.some((atom) => atom.key === key));
  // What a call passes is known better than what any other did: it stands first.
  const value = analysis.types.leavesOpen(linked.file, parameter.type)
    ? join(typed, { atoms: bound, fields: null })
    : join({ atoms: same, fields: null }, typed);
  const decorated = decoratedParameter(index, frame, analysis);
  if (!decorated) return value;
  const place = { file: linked.file, span: parameter.span };
  const atoms = decorated.atoms.map((atom) => (atom.kind === 'data' && type ? { ...atom, type, read: place } : atom));
  for (const atom of dataIn({ atoms, fields: null })) analysis.collect(atom, place);
  return join({ atoms, fields: decorated.fields }, value);
}

/** `@Body() dto`: what a decorator brings in. */
function decoratedParameter(index: number, frame: Frame, analysis: Analysis): Value | null {
  const { linked } = frame;
  if (linked.class === undefined) return null;
  const { facts, file } = analysis.program.classes[linked.class] as Analysis['program']['classes'][number];
  const base = analysis.program.bases[file]?.functions ?? 0;
  const member = facts.members.find(
    (candidate) => candidate.function !== undefined && base + candidate.function === linked.id,
  );
  if (!member) return null;
  const value = analysis.decoratedValue(`${linked.class}.${member.name}.${index}`, frame.id);
  return value.atoms.length > 0 ? value : null;
}

/** Constructors and field initialisers tell what services objects of the class hold, even if nobody is seen to make one. */
function noteClassFields(linked: LinkedFunction, summary: Summary, analysis: Analysis): void {
  if (linked.class === undefined || !linked.facts.name.endsWith('.constructor')) return;
  const after = summary.effects.get(-1);
  if (after) analysis.writeClassFields(linked.class, codeFields(after));
}

function sameResult(a: Summary, b: Summary): boolean {
  return a.returns === b.returns || join(a.returns, b.returns) === a.returns;
}

/** Whether all but what it returns is the same. */
function sameSummary(a: Summary, b: Summary): boolean {
  if (a.thrown !== b.thrown && join(a.thrown, b.thrown) !== a.thrown) return false;
  if (!sameAssurances(a.assures, b.assures)) return false;
  if (!sameKeys(a.sinks, b.sinks) || !sameKeys(a.calls, b.calls)) return false;
  return sameValues(a.effects, b.effects) && sameValues(a.cellWrites, b.cellWrites) && sameKept(a.kept, b.kept);
}

function sameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const key of b.keys()) if (!a.has(key)) return false;
  return true;
}

function sameKept(a: Summary['kept'], b: Summary['kept']): boolean {
  if (!sameKeys(a, b)) return false;
  for (const [key, { value }] of b) {
    const known = a.get(key)?.value;
    if (!known || join(known, value) !== known) return false;
  }
  return true;
}

function sameValues<K>(a: ReadonlyMap<K, Value>, b: ReadonlyMap<K, Value>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of b) {
    const known = a.get(key);
    if (!known || join(known, value) !== known) return false;
  }
  return true;
}
