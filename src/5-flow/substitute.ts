import type { SourceKind } from '../core/privacy.ts';
import type { CellId, FunctionId, LinkedFunction } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { asDefaultOf, decide } from './conditions.ts';
import { rekey } from './data.ts';
import type { Frame } from './frame.ts';
import { join, joinChosen, mergeNames } from './join.ts';
import { property } from './properties.ts';
import { rowsNamed } from './sources.ts';
import { concatTraces, withTrace } from './trace.ts';
import {
  type Atom,
  type ConstantAtom,
  constant,
  type DataAtom,
  dataIn,
  isClosed,
  mapData,
  NOTHING,
  type Place,
  type Value,
  valueWith,
} from './value.ts';

/** What a caller puts in the place of a function's inputs. */
export interface Bindings {
  /** Whose inputs these are. */
  readonly function: FunctionId;
  readonly input: (index: number) => Value;
  /** Whether the call has an argument there at all. */
  readonly given: (index: number) => boolean;
  readonly cell: (cell: CellId) => Value | undefined;
  readonly results: ReadonlyMap<string, Value>;
  /** Whether what the callee reads of its inputs is read there; in hooks it came in before. */
  readonly reads: boolean;
  /** The step from the caller into the function, for traces; null when there is nothing to tell. */
  readonly step: ((atom: DataAtom) => { readonly place: Place; readonly message: string } | null) | null;
  readonly memo: Map<Value, Value>;
  readonly paths: Map<string, Value>;
  readonly flat: Map<Value, readonly DataAtom[]>;
}

/** The look-ups of one call, to start with. */
export function freshMemo(): Pick<Bindings, 'memo' | 'paths' | 'flat'> {
  return { memo: new Map(), paths: new Map(), flat: new Map() };
}

const DEEPEST = 8;

/** A value of a function's summary in the caller's terms. */
export function substitute(value: Value, bindings: Bindings, frame: Frame, analysis: Analysis, depth = DEEPEST): Value {
  if (depth === 0 || isClosed(value)) return value;
  const known = bindings.memo.get(value);
  if (known) return known;
  frame.budget--;
  if (frame.budget <= 0) {
    // Trees that functions build of themselves grow with every turn; what is cut here is named in the report.
    analysis.limited.add(frame.id);
    return NOTHING;
  }
  let result = NOTHING;
  let same = true;
  for (const atom of value.atoms) {
    const replaced = substituteAtom(atom, bindings, frame, analysis, depth);
    if (replaced.atoms.length !== 1 || replaced.atoms[0] !== atom || replaced.fields) same = false;
    result = join(result, replaced);
  }
  if (same) result = { atoms: value.atoms, fields: null };
  if (value.fields) {
    const fields = new Map(result.fields ?? []);
    let changed = result.fields !== null;
    for (const [key, field] of value.fields) {
      const after = substitute(field, bindings, frame, analysis, depth - 1);
      if (after !== field) changed = true;
      fields.set(key, after);
    }
    result = changed || !same ? { atoms: result.atoms, fields } : value;
  } else if (same) {
    result = value;
  }
  bindings.memo.set(value, result);
  return result;
}

function substituteAtom(atom: Atom, bindings: Bindings, frame: Frame, analysis: Analysis, depth: number): Value {
  switch (atom.kind) {
    case 'data':
      return substituteData(atom, bindings, frame, analysis);
    case 'function': {
      if (atom.captured.size === 0 && !atom.receiver && atom.bound.length === 0) return valueWith(atom);
      const captured = substituteMap(atom.captured, bindings, frame, analysis, depth);
      const receiver = atom.receiver && substitute(atom.receiver, bindings, frame, analysis, depth - 1);
      const bound = atom.bound.map((value) => substitute(value, bindings, frame, analysis, depth - 1));
      const same =
        captured === atom.captured &&
        receiver === atom.receiver &&
        bound.every((value, index) => value === atom.bound[index]);
      return valueWith(same ? atom : { ...atom, captured, receiver, bound });
    }
    case 'class':
    case 'instance': {
      if (atom.captured.size === 0) return valueWith(atom);
      const captured = substituteMap(atom.captured, bindings, frame, analysis, depth);
      return valueWith(captured === atom.captured ? atom : { ...atom, captured });
    }
    case 'library': {
      if (!atom.arguments) return valueWith(atom);
      const args = atom.arguments.map((value) => substitute(value, bindings, frame, analysis, depth - 1));
      return valueWith(
        args.every((value, index) => value === atom.arguments?.[index]) ? atom : { ...atom, arguments: args },
      );
    }
    case 'constant':
      return substituteDefault(atom, bindings, frame);
    default:
      return valueWith(atom);
  }
}

/** A default is gone where the call gives something else, and a literal like any other where it does not. */
function substituteDefault(atom: ConstantAtom, bindings: Bindings, frame: Frame): Value {
  if (!atom.unless) return valueWith(atom);
  const { type, text, whole, unless } = atom;
  const own = unless.function === bindings.function;
  const option = own ? decide(unless.option, bindings, frame) : null;
  if (option === 'drop') return NOTHING;
  const literal = constant(type, text, whole);
  return option ? asDefaultOf(literal, option, frame) : literal;
}

function substituteMap(
  map: ReadonlyMap<CellId, Value>,
  bindings: Bindings,
  frame: Frame,
  analysis: Analysis,
  depth: number,
): ReadonlyMap<CellId, Value> {
  let changed = false;
  const after = new Map<CellId, Value>();
  for (const [cell, value] of map) {
    // The function being evaluated owns it: from here on it is looked up there.
    if (analysis.program.cells[cell]?.owner === frame.id) {
      changed = true;
      continue;
    }
    const substituted = substitute(value, bindings, frame, analysis, depth - 1);
    if (substituted !== value) changed = true;
    after.set(cell, substituted);
  }
  return changed ? after : map;
}

/** What the caller has at an atom's root and path, before what the callee did to it; null when it is no placeholder. */
function actualAt(atom: DataAtom, bindings: Bindings, frame: Frame, analysis: Analysis): Value | null {
  const actual = actualValue(atom, bindings, frame, analysis);
  if (!actual) return null;
  if (atom.path.length === 0) return actual;
  const key = atom.at;
  let value = bindings.paths.get(key);
  if (!value) {
    value = actual;
    const last = atom.path.length - 1;
    for (const [index, name] of atom.path.entries()) {
      // The place is the last read's; what lies on the way was read, and came in, elsewhere.
      value = property(value, name, frame, analysis, bindings.reads ? atom.read : null, index === last);
    }
    bindings.paths.set(key, value);
  }
  return value;
}

const MOST_LIFTED = 40;
const MOST_IN_A_TEXT = 24;
/** What copying one piece of data costs, in steps of the budget. */
const COPY = 0.2;

/** The data that reaches a callee's sink from this caller: flat, each with the steps into and through the callee. */
export function substituteAtoms(
  atom: DataAtom,
  bindings: Bindings,
  frame: Frame,
  analysis: Analysis,
): readonly DataAtom[] {
  const kept = settle(atom, bindings, frame);
  if (!kept) return [];
  const actual = actualAt(kept, bindings, frame, analysis);
  if (!actual) return isLost(kept, frame, analysis) ? [] : [kept];
  const step = bindings.step?.(atom) ?? null;
  const arrived = flatData(shown(actual, kept), bindings);
  const known = actual.fields ? arrived : arrived.map((one) => declaredAs(kept, one, analysis));
  return known.map((one) => shape(one, kept, step));
}

/** Texts by themselves, of which no type says more: a header, a cookie, what a model says the meaning of. */
const TEXTS: ReadonlySet<SourceKind> = new Set([
  'request-headers',
  'request-cookies',
  'request-metadata',
  'uploaded-file',
]);

function isLeaf({ root, naming }: DataAtom): boolean {
  return naming !== null || (root.kind === 'source' && (root.source.data !== undefined || TEXTS.has(root.source.kind)));
}

/** What the caller knows no type of is what the callee's parameter declares: `save(req.body)`, `save(member: Member)`. */
function declaredAs({ type, field }: DataAtom, actual: DataAtom, { types }: Analysis): DataAtom {
  if (!(type || field) || actual.type || actual.field || actual.derived || isLeaf(actual)) return actual;
  return type && types.resolve(type).kind === 'primitive' && !field ? actual : { ...actual, type, field };
}

/** The caller's object without the fields that the callee left out: `function add({ password, ...profile })`. */
function shown(value: Value, { only, without }: DataAtom): Value {
  if (!value.fields || !(only || without)) return value;
  const fields = new Map([...value.fields].filter(([key]) => (!only || only.includes(key)) && !without?.includes(key)));
  return fields.size === value.fields.size ? value : { atoms: value.atoms, fields };
}

/** All data in a value of the caller's, without its shape; asked for by every sink and text it reaches. */
function flatData(value: Value, bindings: Bindings): readonly DataAtom[] {
  let flat = bindings.flat.get(value);
  if (!flat) {
    flat = dataIn(value).slice(0, MOST_LIFTED);
    bindings.flat.set(value, flat);
  }
  return flat;
}

/** The atom with its condition decided by this call, or null where the call rules it out. */
function settle(atom: DataAtom, bindings: Bindings, frame: Frame): DataAtom | null {
  if (!atom.condition) return atom;
  const condition = decide(atom.condition, bindings, frame);
  return condition === 'drop' ? null : rekey({ ...atom, condition });
}

function substituteData(held: DataAtom, bindings: Bindings, frame: Frame, analysis: Analysis): Value {
  const atom = settle(held, bindings, frame);
  if (!atom) return NOTHING;
  const value = actualAt(atom, bindings, frame, analysis);
  if (!value) return isLost(atom, frame, analysis) ? NOTHING : valueWith(atom);
  const step = bindings.step?.(atom) ?? null;
  return applyShape(value, atom, step, bindings, frame, analysis);
}

function actualValue(atom: DataAtom, bindings: Bindings, frame: Frame, analysis: Analysis): Value | undefined {
  const { root } = atom;
  if (root.kind === 'source') {
    if (!root.waits) return undefined;
    const table = substitute(root.waits.table, bindings, frame, analysis);
    return table === root.waits.table ? undefined : rowsNamed(atom, table, analysis);
  }
  if (root.kind === 'input') return root.function === bindings.function ? bindings.input(root.index) : undefined;
  if (root.kind === 'cell') return bindings.cell(root.cell);
  return root.kind === 'result' ? bindings.results.get(root.key) : undefined;
}

/**
 * Whether a placeholder that this call does not fill in stays open for good: an input of another function than the one
 * called, the result of a call that was not made here, a variable that no caller of this function owns.
 */
function isLost({ root }: DataAtom, { linked }: Frame, { program }: Analysis): boolean {
  if (root.kind === 'input' || root.kind === 'result') return true;
  if (root.kind !== 'cell') return false;
  const owner = program.functions[program.cells[root.cell]?.owner ?? -1];
  return !owner || !isWithin(linked, owner);
}

function isWithin(inner: LinkedFunction, outer: LinkedFunction): boolean {
  const [start, end] = outer.facts.span;
  return inner.file === outer.file && start <= inner.facts.span[0] && inner.facts.span[1] <= end;
}

/** Gives the caller's value what happened to the placeholder inside the function. */
function applyShape(
  value: Value,
  atom: DataAtom,
  step: { place: Place; message: string } | null,
  bindings: Bindings,
  frame: Frame,
  analysis: Analysis,
): Value {
  if (isPlain(atom) && !atom.trace && !step) return value;
  if (atom.derived) return flatten(value, (actual) => shape(actual, atom, step), bindings);
  const shaped = mapData(value, (actual) => {
    frame.budget -= COPY;
    return shape(value.fields ? actual : declaredAs(atom, actual, analysis), atom, step);
  });
  return shown(shaped, atom);
}

/** One piece of the caller's data after what happened to the placeholder inside the function. */
function shape(actual: DataAtom, atom: DataAtom, step: { place: Place; message: string } | null): DataAtom {
  const passed = step ? withTrace(actual, step.place, step.message) : actual;
  const trace = concatTraces(passed.trace, atom.trace);
  if (isPlain(atom) || hasHappened(passed, atom)) return trace === passed.trace ? passed : { ...passed, trace };
  return rekey({
    ...passed,
    trace,
    derived: passed.derived || atom.derived,
    uncertain: passed.uncertain || atom.uncertain,
    protections: passed.protections | atom.protections,
    naming: passed.naming ?? atom.naming,
    condition: passed.condition ?? atom.condition,
    chosen: joinChosen(passed.chosen, atom.chosen),
    only: atom.only ?? passed.only,
    without: atom.without ? mergeNames(passed.without, atom.without) : passed.without,
  });
}

/** Whether all that happened inside the function had happened to the caller's data before: a text in a text. */
function hasHappened(actual: DataAtom, atom: DataAtom): boolean {
  return (
    (actual.derived || !atom.derived) &&
    (actual.uncertain || !atom.uncertain) &&
    (actual.protections | atom.protections) === actual.protections &&
    (actual.naming !== null || !atom.naming) &&
    (actual.condition !== null || !atom.condition) &&
    !atom.chosen &&
    !atom.only &&
    !atom.without
  );
}

/** Whether nothing happened to a placeholder inside the function. */
function isPlain(atom: DataAtom): boolean {
  return (
    !atom.derived &&
    !atom.uncertain &&
    atom.protections === 0 &&
    !atom.naming &&
    !atom.condition &&
    !atom.chosen &&
    !atom.only &&
    !atom.without
  );
}

/** A text made of an object holds everything in it, without its shape; a literal it starts with stays known. */
function flatten(value: Value, change: (actual: DataAtom) => DataAtom, bindings: Bindings): Value {
  const literals = value.atoms.filter((atom) => atom.kind === 'constant');
  const atoms = new Map<string, DataAtom>();
  for (const actual of flatData(value, bindings)) {
    if (atoms.size >= MOST_IN_A_TEXT) break;
    const changed = change(actual);
    if (!atoms.has(changed.key)) atoms.set(changed.key, changed);
  }
  return join({ atoms: [...atoms.values()], fields: null }, { atoms: literals, fields: null });
}
