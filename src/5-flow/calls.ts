import type { GuardIndex } from '../core/facts.ts';
import type { CellId, LinkedFunction } from '../core/program.ts';
import { type Analysis, inputKey } from './analysis.ts';
import { guardsHere } from './assurances.ts';
import { bounded } from './bounds.ts';
import { namingResult } from './classify.ts';
import { close } from './close.ts';
import { construct, constructByFunction, noteServices } from './construct.ts';
import { isIndex, protectionBit } from './data.ts';
import { askToShow } from './elements.ts';
import type { Frame } from './frame.ts';
import { join, joinAll } from './join.ts';
import { liftKept } from './kept.ts';
import { libraryAt } from './libraries.ts';
import { applyLibrary } from './library-calls.ts';
import { libraryPath } from './library-path.ts';
import { published } from './published.ts';
import { liftSink } from './sinks.ts';
import { type Bindings, freshMemo, substitute } from './substitute.ts';
import type { Answer, Summary } from './summary.ts';
import { withTrace } from './trace.ts';
import type { TypeRef } from './types.ts';
import { applyUnresolved } from './unresolved-calls.ts';
import {
  type Atom,
  type DataAtom,
  derive,
  ELEMENT,
  type FunctionAtom,
  isClosed,
  isNothing,
  type LibraryAtom,
  mapData,
  NOTHING,
  type Place,
  type Value,
  valueWith,
  withField,
} from './value.ts';

/** A call with its values, whoever the callee is. */
export interface Call {
  readonly receiver: Value | null;
  readonly arguments: readonly Value[];
  readonly name: string;
  /** Null for calls that no line of code shows: getters, entry points. */
  readonly place: Place | null;
  readonly guard: GuardIndex;
  readonly new: boolean;
  /** What the caller looks at afterwards; all of it when absent. */
  readonly wanted?: Wanted;
  /** What comes back is looked at as an element: see `elements.ts`. */
  readonly shows?: boolean;
  /** Each `return` is looked at by itself: the callee is a handler, and what it returns is sent. */
  readonly answers?: boolean;
  /** A hook's: what it reads of what it is handed came in before. */
  readonly hook?: boolean;
  /** Arguments after a spread have unknown positions: this value may be any of them. */
  readonly spread?: Value;
}

export interface Wanted {
  readonly result: boolean;
  readonly effects: boolean;
}
export const NOTHING_WANTED: Wanted = { result: false, effects: false };
export const ALL_WANTED: Wanted = { result: true, effects: true };

export interface Outcome {
  readonly result: Value;
  readonly thrown: Value;
  /** New versions of the receiver (-1) and arguments. */
  readonly effects: ReadonlyMap<number, Value>;
  /** What each `return` gave, where the call asked for it. */
  readonly answers?: readonly Answer[];
}

export const NO_OUTCOME: Outcome = { result: NOTHING, thrown: NOTHING, effects: new Map() };
const MOST_NESTED = 3;
const MOST_TARGETS = 8;

/** Calls everything the callee may be. */
export function apply(callee: Value, call: Call, frame: Frame, analysis: Analysis): Outcome {
  const outcomes: Outcome[] = [];
  const unresolved: DataAtom[] = [];
  for (const atom of callee.atoms) {
    if (outcomes.length >= MOST_TARGETS) break;
    if (atom.kind === 'function')
      outcomes.push((call.new ? constructByFunction : applyFunction)(atom, call, frame, analysis));
    else if (atom.kind === 'class') outcomes.push(construct(atom, call, frame, analysis));
    else if (atom.kind === 'library') outcomes.push(applyLibrary(atom, call, frame, analysis));
    else if (atom.kind === 'data') unresolved.push(atom);
  }
  if (outcomes.length > 0) return joinOutcomes(outcomes);
  return applyUnresolved(unresolved, call, frame, analysis);
}

function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  const [only] = outcomes;
  if (outcomes.length === 1 && only) return only;
  const effects = new Map<number, Value>();
  for (const outcome of outcomes) {
    for (const [argument, value] of outcome.effects)
      effects.set(argument, join(effects.get(argument) ?? NOTHING, value));
  }
  return {
    result: joinAll(outcomes.map(({ result }) => result)),
    thrown: joinAll(outcomes.map(({ thrown }) => thrown)),
    effects,
    answers: outcomes.flatMap(({ answers = [] }) => answers),
  };
}

// ── our own functions ──────────────────────────────────────────────────────────────────────────────────────────────

/** Applies a function's summary to a call. */
export function applyFunction(atom: FunctionAtom, call: Call, frame: Frame, analysis: Analysis): Outcome {
  const linked = analysis.program.functions[atom.function] as LinkedFunction;
  frame.budget -= 10;
  if (frame.budget <= 0) {
    analysis.limited.add(frame.id);
    return NO_OUTCOME;
  }
  const args = [...atom.bound, ...call.arguments];
  if (atom.curried && !call.spread && args.length < linked.facts.parameters.length) {
    return { ...NO_OUTCOME, result: valueWith({ ...atom, bound: args }) };
  }
  const receiver = atom.receiver ?? call.receiver;
  noteBound(linked, args, call, analysis);
  // Before the summary is asked for: it is often made by this call.
  for (const [index, value] of args.entries()) analysis.bindParameter(linked.id, index, codeOf(value));
  if (receiver) bindReceiver(receiver, linked, analysis);
  askToShow(atom.function, linked.facts.name, call, frame, analysis);
  const wanted = call.wanted ?? ALL_WANTED;
  const summary = analysis.summaryOf(atom.function, frame.id, wanted.result || call.answers === true);
  const results = new Map<string, Value>();
  const bindings: Bindings = {
    function: linked.id,
    input: (index) => (index === -1 ? (receiver ?? NOTHING) : argumentValue(linked, index, args, call)),
    given: (index) => index < args.length || call.spread !== undefined || call.place === null,
    cell: (cell) => (analysis.program.cells[cell]?.owner === frame.id ? ownCell(cell, frame) : atom.captured.get(cell)),
    results,
    reads: !call.hook,
    step: stepInto(linked, call),
    ...freshMemo(),
  };
  if (call.place)
    analysis.noteEntered(linked.id, call.place, {
      caller: frame.id,
      guards: guardsHere(call.guard, frame, analysis),
      router: frame.router,
    });
  runDeferred(summary, results, bindings, call, frame, analysis);
  for (const entry of summary.sinks.values()) liftSink(entry, bindings, call.guard, frame, analysis);
  // Only what reaches a sink needs its steps told; copying everything that is passed would cost most of the time.
  const back: Bindings = { ...bindings, step: null, memo: new Map() };
  applyCellWrites(summary, back, frame, analysis);
  for (const kept of summary.kept.values()) liftKept(kept, back, frame, analysis);
  const effects = new Map<number, Value>();
  if (wanted.effects) {
    for (const [argument, value] of summary.effects)
      effects.set(argument - (argument < 0 ? 0 : atom.bound.length), substitute(value, back, frame, analysis));
  }
  const given = (returned: Value): Value => resultOf(returned, linked, back, call, frame, analysis);
  return {
    ...(call.answers && {
      answers: [...summary.answers.values()].map(({ place, value }) => ({ place, value: given(value) })),
    }),
    result: wanted.result ? given(summary.returns) : NOTHING,
    thrown: isNothing(summary.thrown) ? NOTHING : substitute(summary.thrown, back, frame, analysis),
    effects,
  };
}

function resultOf(
  value: Value,
  linked: LinkedFunction,
  bindings: Bindings,
  call: Call,
  frame: Frame,
  analysis: Analysis,
): Value {
  const returned = substitute(value, bindings, frame, analysis);
  // `clientAt('https://…')`: only now is it known what the object's services were made with.
  if (returned !== value) noteServices(returned, frame, analysis);
  const typed = withReturnType(returned, linked, analysis);
  const name = linked.facts.name;
  const told = namingResult(typed, name.slice(name.lastIndexOf('.') + 1), call.place, analysis);
  return declareProtected(traceReturn(told, linked, call), linked, analysis);
}

/** What a function declares to return is what its unknown result is. */
function withReturnType(value: Value, linked: LinkedFunction, analysis: Analysis): Value {
  const { returnType } = linked.facts;
  if (!returnType) return value;
  const type: TypeRef = { kind: 'declared', file: linked.file, type: returnType };
  if (!analysis.types.isTelling(type)) return value;
  let changed = false;
  const atoms = value.atoms.map((atom) => {
    if (atom.kind !== 'data' || atom.type || atom.derived || atom.uncertain || atom.naming) return atom;
    changed = true;
    return { ...atom, type };
  });
  return changed ? { atoms, fields: value.fields } : value;
}

/** The project file may say that a function protects: `protections: [{ kind: encrypted, functions: [seal] }]`. */
function declareProtected(value: Value, linked: LinkedFunction, analysis: Analysis): Value {
  const { protections } = analysis.catalogue.configuration;
  if (protections.length === 0) return value;
  const names = [linked.facts.name, `${analysis.program.files[linked.file]?.file ?? ''}#${linked.facts.name}`];
  const declared = protections.find(({ functions }) => functions.some((name) => names.includes(name)));
  return declared ? derive([value], { protections: protectionBit(declared.kind) }) : value;
}

function argumentValue(linked: LinkedFunction, index: number, args: readonly Value[], call: Call): Value {
  const parameter = linked.facts.parameters[index];
  if (parameter?.rest) {
    let rest = NOTHING;
    for (const [position, value] of args.slice(index).entries()) rest = withField(rest, String(position), value);
    return call.spread ? withField(rest, ELEMENT, call.spread) : rest;
  }
  const own = args[index] ?? NOTHING;
  return call.spread && index >= args.length ? join(own, call.spread) : own;
}

/** Remembers whether callers pass data or only literals: a parameter called `email` that only gets literals is none. */
function noteBound(linked: LinkedFunction, args: readonly Value[], call: Call, analysis: Analysis): void {
  for (let index = 0; index < args.length; index++) {
    const key = inputKey(linked.id, index);
    const known = analysis.boundInputs.get(key);
    if (known === 'data') continue;
    const now = !call.spread && isLiteralOrCode(args[index] as Value) ? 'constant' : 'data';
    if (now !== known) analysis.boundInputs.set(key, now);
  }
}

function isLiteralOrCode({ atoms, fields }: Value): boolean {
  return atoms.length > 0 && !fields && atoms.every(({ kind }) => kind === 'constant' || kind === 'function');
}

function stepInto(linked: LinkedFunction, call: Call): Bindings['step'] {
  const { place } = call;
  if (!place) return null;
  return ({ root }) => {
    if (root.kind !== 'input') return null;
    const into = calledAs(linked, call);
    if (root.index === -1) return { place, message: `it is on the object whose ${into} is called` };
    const parameter = linked.facts.parameters[root.index]?.name;
    return { place, message: parameter ? `passed to ${into} as ${parameter}` : `passed to ${into}` };
  };
}

function calledAs(linked: LinkedFunction, call: Call): string {
  const name = linked.facts.name || call.name;
  return name ? `${name}()` : 'a callback';
}

function traceReturn(value: Value, linked: LinkedFunction, call: Call): Value {
  const { place } = call;
  if (!place || isNothing(value)) return value;
  const message = `returned by ${calledAs(linked, call)}`;
  return mapData(value, (atom) => withTrace(atom, place, message, true), DEEPEST_RETURNED);
}

/** Rows of rows: as deep as what comes back is told where it was. */
const DEEPEST_RETURNED = 3;

/** Calls of the callee's own parameters, now that the caller says what they are. */
function runDeferred(
  summary: Summary,
  results: Map<string, Value>,
  bindings: Bindings,
  call: Call,
  frame: Frame,
  analysis: Analysis,
): void {
  if (summary.calls.size === 0 || frame.depth >= MOST_NESTED) return;
  frame.depth++;
  for (const deferred of summary.calls.values()) {
    const fresh: Bindings = { ...bindings, step: null, ...freshMemo() };
    const callee = substitute(deferred.callee, fresh, frame, analysis);
    const receiver = deferred.receiver && substitute(deferred.receiver, fresh, frame, analysis);
    const args = deferred.arguments.map((value) => substitute(value, fresh, frame, analysis));
    const inner: Call = {
      receiver,
      arguments: args,
      name: deferred.name,
      place: deferred.place,
      guard: call.guard,
      new: deferred.new,
    };
    results.set(deferred.key, applyMethod(callee, inner, frame, analysis).result);
    bindings.memo.clear();
    bindings.paths.clear();
    bindings.flat.clear();
  }
  frame.depth--;
}

/** Variables of enclosing functions that the callee assigned. */
function applyCellWrites(summary: Summary, bindings: Bindings, frame: Frame, analysis: Analysis): void {
  for (const [cell, value] of summary.cellWrites)
    writeCell(cell, substitute(value, bindings, frame, analysis), frame, analysis);
}

/** Assigns a cell: the program's, this function's own, or one further out. */
export function writeCell(cell: CellId, value: Value, frame: Frame, analysis: Analysis): void {
  const { owner, global } = analysis.program.cells[cell] as Analysis['program']['cells'][number];
  if (global) analysis.writeGlobal(cell, published(close(value, frame, analysis), analysis));
  // What a caller passes is known only there.
  if (global && (owner === frame.id || isClosed(value))) return;
  const map = owner === frame.id ? frame.cells : frame.summary.cellWrites;
  const before = map.get(cell) ?? NOTHING;
  const after = bounded(join(before, owner === frame.id ? value : close(value, frame, analysis)));
  if (after === before) return;
  map.set(cell, after);
  if (!global) {
    analysis.bindCell(cell, after.atoms.filter(isCode));
    analysis.noteCellType(cell, after);
  }
  if (owner === frame.id && frame.readCells.has(cell)) frame.changed = true;
}

/** What a variable of the function being evaluated holds so far. */
export function ownCell(cell: CellId, frame: Frame): Value {
  frame.readCells.add(cell);
  return frame.cells.get(cell) ?? NOTHING;
}

/** Library values and objects of our classes in an argument: what an undeclared parameter may be taken for. */
function codeOf(value: Value): readonly Atom[] {
  return value.atoms.some(isObject) ? value.atoms.filter(isObject) : NO_ATOMS;
}

const NO_ATOMS: readonly Atom[] = [];

/** `{ client, send(to) { this.client.post(to) } }`: what the object of a method holds of code is known in the method. */
function bindReceiver({ atoms, fields }: Value, { id, class: owner, facts }: LinkedFunction, analysis: Analysis): void {
  if (owner !== undefined || facts.receiver === undefined) return;
  // `schema.statics.byEmail = function () { this.findOne(…) }`: `User.byEmail()` says which model `this` is.
  if (atoms.some(isObject) && analysis.selfOf(id)) analysis.bindSelf(id, atoms.filter(isObject), null);
  if (!fields) return;
  for (const [key, field] of fields) {
    const code = published({ atoms: field.atoms.filter(isHeld), fields: null }, analysis).atoms;
    if (code.length > 0) analysis.bindReceiver(id, key, code);
  }
}

function isHeld(atom: Atom): boolean {
  return atom.kind === 'function' || isObject(atom);
}

function isObject(atom: Atom): boolean {
  return atom.kind === 'instance' || (atom.kind === 'library' && atom.path[0]?.startsWith('<') === true);
}

export function isCode(atom: Atom): boolean {
  return (
    atom.kind === 'function' ||
    atom.kind === 'library' ||
    atom.kind === 'instance' ||
    atom.kind === 'class' ||
    atom.kind === 'module'
  );
}

// ── calls that are not resolved ────────────────────────────────────────────────────────────────────────────────────

/** A call by name on a value: methods of functions and of the language first, then whatever the callee is. */
export function applyMethod(callee: Value, call: Call, frame: Frame, analysis: Analysis): Outcome {
  const known = callee.atoms.filter((atom) => atom.kind !== 'library' || call.new || isModelled(atom, analysis));
  if (call.receiver && known.every((atom) => isPlainData(atom, analysis))) {
    const onFunction = FUNCTION_METHODS[call.name];
    const functions = call.receiver.atoms.filter(({ kind }) => kind === 'function' || kind === 'library');
    if (onFunction && functions.length > 0)
      return onFunction({ atoms: functions, fields: null }, call, frame, analysis);
    const method = libraryAt(ANY_METHOD.member(call.name));
    if (analysis.models.match(method.api).model) {
      return applyLibrary(method, call, frame, analysis);
    }
  }
  // A library's value often goes by several paths; those that no model knows add nothing to one that a model does.
  const resolved = known.some(({ kind }) => kind !== 'data' && kind !== 'constant');
  return apply(resolved ? { atoms: known, fields: callee.fields } : callee, call, frame, analysis);
}

/** Data that no declared method is known for: what is called on it may be the language's. */
function isPlainData(atom: Atom, analysis: Analysis): boolean {
  return atom.kind === 'constant' || (atom.kind === 'data' && analysis.types.returned(atom.type) === null);
}

function isModelled(atom: LibraryAtom, analysis: Analysis): boolean {
  return analysis.models.match(atom.api).model !== null;
}

/** What the language calls on any value. */
const ANY_METHOD = libraryPath('javascript', ['<any>']);

type FunctionMethod = (target: Value, call: Call, frame: Frame, analysis: Analysis) => Outcome;

/** `f.call(self, a)`, `f.apply(self, [a])`, `f.bind(self, a)`. */
const FUNCTION_METHODS: Record<string, FunctionMethod | undefined> = Object.assign(Object.create(null), {
  call: (target: Value, call: Call, frame: Frame, analysis: Analysis) =>
    apply(
      target,
      { ...call, receiver: call.arguments[0] ?? null, arguments: call.arguments.slice(1) },
      frame,
      analysis,
    ),
  apply: (target: Value, call: Call, frame: Frame, analysis: Analysis) => {
    const list = call.arguments[1] ?? NOTHING;
    const args = [...(list.fields ?? [])].filter(([key]) => isIndex(key)).map(([, value]) => value);
    const spread = elementsOf(list);
    return apply(
      target,
      { ...call, receiver: call.arguments[0] ?? null, arguments: args, ...(spread ? { spread } : {}) },
      frame,
      analysis,
    );
  },
  bind: (target: Value, call: Call) => ({
    ...NO_OUTCOME,
    result: {
      atoms: target.atoms.map((atom) =>
        atom.kind === 'function'
          ? { ...atom, receiver: call.arguments[0] ?? null, bound: [...atom.bound, ...call.arguments.slice(1)] }
          : atom,
      ),
      fields: null,
    },
  }),
});

/** The elements of a list, where they are not known one by one. */
function elementsOf(list: Value): Value | undefined {
  const own = list.fields?.get(ELEMENT);
  const rest = list.atoms.filter((atom): atom is DataAtom => atom.kind === 'data');
  if (rest.length === 0) return own;
  return join(own ?? NOTHING, { atoms: rest, fields: null });
}

export function isSymbolic(atom: Atom): boolean {
  return (
    atom.kind === 'data' && (atom.root.kind === 'input' || atom.root.kind === 'cell' || atom.root.kind === 'result')
  );
}
