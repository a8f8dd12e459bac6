/**
 * What the engine knows of a value: what it may be as a whole (`atoms`) and what its properties were set to (`fields`).
 *
 *     const a = req.body;              { atoms: [source body] }
 *     const b = { ...a, email: 'x' };  { atoms: [source body], fields: { email: constant } }
 *     b.name                           source body.name     (from the atoms)
 *     b.email                          constant             (a field hides what the atoms hold at its key)
 *
 * Values are immutable and shared; joining equal values gives the same object back, which is how the fixpoint ends.
 */
import type { Span } from '../core/location.ts';
import type { Confidence, DataCategory, DataSubject, SourceKind } from '../core/privacy.ts';
import { PROTECTIONS } from '../core/privacy.ts';
import type { CellId, ClassId, FileIndex, FunctionId } from '../core/program.ts';
import { rekey } from './data.ts';
import type { GuardEntry } from './guards.ts';
import { join, joinChosen, MOST_ATOMS, MOST_FIELDS } from './join.ts';
import type { LibraryPath } from './library-path.ts';
import type { Trace } from './trace.ts';
import type { TypeField, TypeRef } from './types.ts';

export interface Place {
  readonly file: FileIndex;
  readonly span: Span;
}

/** Where data comes from. `input`, `cell` and `result` are placeholders that a caller fills in. */
export type Root =
  /** Parameter `index`, or the receiver (-1). */
  | {
      readonly kind: 'input';
      readonly key: string;
      readonly index: number;
      readonly function: FunctionId;
      readonly name: string;
    }
  /** A variable of an enclosing function. */
  | { readonly kind: 'cell'; readonly key: string; readonly cell: CellId; readonly name: string }
  /** What a call returns whose callee is an input: `callback(x)`. */
  | { readonly kind: 'result'; readonly key: string; readonly name: string; readonly place: Place }
  /** Personal data by a library model: a request's body, a row, a form. */
  | {
      readonly kind: 'source';
      readonly key: string;
      readonly source: Source;
      /** Rows of a table that an input of the function names; with that name they have the other key. */
      readonly waits?: { readonly key: string; readonly table: Value };
    }
  /** The result of something unknown; its name is all there is to judge it by. */
  | {
      readonly kind: 'opaque';
      readonly key: string;
      readonly name: string;
      readonly nameable: boolean;
      readonly place: Place;
      /** The parameter it was before it became known to the whole program: see `published`. */
      readonly input?: number;
    };

export interface Source {
  readonly kind: SourceKind;
  readonly place: Place;
  /** As one would write it: `req.body`. */
  readonly expression: string;
  readonly data?: DataCategory;
  readonly subject?: DataSubject;
  readonly type?: TypeRef;
  /** A name that says whose data it is when no type does: the table `users`. */
  readonly owner?: string;
  readonly model: string;
  /** Of what is asked for: whether it has to be given, where the code shows it. */
  readonly required?: boolean;
  /** What a setting does, where it is the source: a clause with the setting before it. */
  readonly does?: string;
  /** How sure `data` is; `high` unless told. */
  readonly confidence?: Confidence;
}

/** An input that must be truthy (`holds`) or falsy; with `texts`, one of these literals or none of them. */
export interface Condition {
  readonly index: number;
  readonly path: readonly string[];
  readonly holds: boolean;
  readonly texts?: readonly string[];
}

/** A category given by the name or declaration a value was bound to. */
export interface Naming {
  readonly category: DataCategory;
  readonly subject: DataSubject | null;
  readonly confidence: Confidence;
  readonly evidence: 'declared' | 'schema' | 'framework' | 'type' | 'name';
  readonly reason: string;
}

export interface DataAtom {
  readonly kind: 'data';
  readonly key: string;
  readonly root: Root;
  readonly path: readonly string[];
  /** Root and path as one text. */
  readonly at: string;
  /** Made out of the data (a template, a hash): properties read from it are parts of the same text. */
  readonly derived: boolean;
  /** Bits in the order of {@link PROTECTIONS}. */
  readonly protections: number;
  /** Passed through a call nobody knows. */
  readonly uncertain: boolean;
  readonly naming: Naming | null;
  readonly type: TypeRef | null;
  /** The declaration of the field it was last read from. */
  readonly field: TypeField | null;
  /** Fields that `pick`, `omit` and `select` left: null for all. */
  readonly only: readonly string[] | null;
  readonly without: readonly string[] | null;
  /** Only there when a caller's option says so. */
  readonly condition: Condition | null;
  /** What it was chosen by: `users.filter((user) => user.optedIn)`. Null for all. */
  readonly chosen: readonly GuardEntry[] | null;
  readonly trace: Trace | null;
  /** Where the path was read. */
  readonly read: Place | null;
}

export interface FunctionAtom {
  readonly kind: 'function';
  readonly key: string;
  readonly function: FunctionId;
  /**
   * Values of the variables it captured. Those of the function being evaluated are left out: they are looked up there
   * when it is called, since functions that capture each other would otherwise hold each other without end.
   */
  readonly captured: ReadonlyMap<CellId, Value>;
  /** `bind` and methods read off an instance. */
  readonly receiver: Value | null;
  readonly bound: readonly Value[];
  /** Waits for as many arguments as it has parameters. */
  readonly curried?: boolean;
}

export interface ClassAtom {
  readonly kind: 'class';
  readonly key: string;
  readonly class: ClassId;
  readonly parent: Value | null;
  readonly captured: ReadonlyMap<CellId, Value>;
}

/** An object made by `new` of a project class; what its fields hold is in the value's `fields`. */
export interface InstanceAtom {
  readonly kind: 'instance';
  readonly key: string;
  readonly class: ClassId;
  readonly parent: Value | null;
  readonly captured: ReadonlyMap<CellId, Value>;
}

/** A value of a library: `path` is how it was reached from the package, tokens joined. */
export interface LibraryAtom {
  readonly kind: 'library';
  readonly key: string;
  readonly package: string;
  readonly path: readonly string[];
  /** Both as one. */
  readonly api: LibraryPath;
  /** Arguments of the call that made it. */
  readonly arguments: readonly Value[] | null;
  readonly typeArguments: readonly TypeRef[];
  /** The last member name that a `*` could stand for: `user` in `prisma.user.create`. */
  readonly place: Place | null;
}

export interface ModuleAtom {
  readonly kind: 'module';
  readonly key: string;
  readonly file: FileIndex;
}

export interface ConstantAtom {
  readonly kind: 'constant';
  readonly key: string;
  readonly type: 'string' | 'number' | 'boolean' | 'regexp' | 'nothing';
  readonly text: string;
  /** False when `text` is only how the value starts: `https://x.example/${id}`. */
  readonly whole: boolean;
  /** A default: the value only where the option of that function is left out. */
  readonly unless?: { readonly function: FunctionId; readonly option: Condition };
}

export type Atom = DataAtom | FunctionAtom | ClassAtom | InstanceAtom | LibraryAtom | ModuleAtom | ConstantAtom;

export interface Value {
  readonly atoms: readonly Atom[];
  readonly fields: ReadonlyMap<string, Value> | null;
}

export const NOTHING: Value = { atoms: [], fields: null };
/** The key of a collection's elements. */
export const ELEMENT = '[]';
/** The key of what was written under names nobody knows: `out[key] = value`. */
export const ANY = '*';
export const LONGEST_PATH = 5;
const MOST_SUSPECTS = 6;
/** Objects inside objects, as deep as joins follow. */
const DEEPEST = 5;

export function valueWith(...atoms: Atom[]): Value {
  return { atoms, fields: null };
}

export function isNothing(value: Value): boolean {
  return value.atoms.length === 0 && value.fields === null;
}

const CONSTANTS = new Map<string, Value>();

/** Literals are shared: the same text is the same value. */
export function constant(type: ConstantAtom['type'], text: string, whole = true): Value {
  const key = `=${type}:${whole ? '' : '~'}${text.length > 200 ? text.slice(0, 200) : text}`;
  let value = CONSTANTS.get(key);
  if (!value) {
    value = valueWith({ kind: 'constant', key, type, text: text.slice(0, 200), whole: whole && text.length <= 200 });
    if (CONSTANTS.size < 100_000) CONSTANTS.set(key, value);
  }
  return value;
}

/** What a comparison gives: some truth value, which only runs know. */
export const UNDECIDED = constant('boolean', '?', false);

export function isUndecided(atom: Atom): boolean {
  return atom === UNDECIDED.atoms[0];
}

const CLOSED = new WeakMap<Value, boolean>();

/** Whether a value says the same in every function: nothing in it waits for a caller. Asked often, so remembered. */
export function isClosed(value: Value): boolean {
  if (value.atoms.length === 0 && !value.fields) return true;
  let closed = CLOSED.get(value);
  if (closed === undefined) {
    // A value that holds itself through a closure counts as closed where it comes round.
    CLOSED.set(value, true);
    closed = value.atoms.every(isClosedAtom);
    if (closed && value.fields) for (const field of value.fields.values()) closed = closed && isClosed(field);
    CLOSED.set(value, closed);
  }
  return closed;
}

function isClosedAtom(atom: Atom): boolean {
  switch (atom.kind) {
    case 'data':
      return !isPlaceholder(atom.root) && atom.condition === null;
    case 'function':
      return [...atom.captured.values(), ...atom.bound, ...(atom.receiver ? [atom.receiver] : [])].every(isClosed);
    case 'class':
    case 'instance':
      return [...atom.captured.values()].every(isClosed);
    case 'library':
      return (atom.arguments ?? []).every(isClosed);
    case 'constant':
      return atom.unless === undefined;
    default:
      return true;
  }
}

/** Whether a caller knows more of data from there. */
export function isPlaceholder(root: Root): boolean {
  return root.kind === 'source' ? root.waits !== undefined : root.kind !== 'opaque';
}

/** What a call of something unknown may hand on: the data it was given itself, once. Low confidence all the way. */
export function suspect(values: readonly Value[]): Value {
  const atoms = new Map<string, DataAtom>();
  for (const value of values) {
    for (const atom of dataIn(value, 1)) {
      if (atom.uncertain || atoms.size >= MOST_SUSPECTS || !isTelling(atom)) continue;
      const suspected = rekey({ ...atom, derived: true, uncertain: true });
      atoms.set(suspected.key, suspected);
    }
  }
  return atoms.size === 0 ? NOTHING : { atoms: [...atoms.values()], fields: null };
}

/** What nobody named tells nothing once it went through another unknown call. */
function isTelling({ root, naming }: DataAtom): boolean {
  return naming !== null || (root.kind !== 'opaque' && root.kind !== 'result');
}

/** Data that was chosen by a condition: what it says holds of the data from here on. */
export function chosenBy(value: Value, entries: readonly GuardEntry[]): Value {
  if (entries.length === 0) return value;
  return mapData(value, (atom) => rekey({ ...atom, chosen: joinChosen(atom.chosen, entries) }));
}

/** A value made out of the data of others: all data inside them, flat. */
export function derive(values: readonly Value[], change: Partial<Pick<DataAtom, 'protections'>> = {}): Value {
  const atoms = new Map<string, DataAtom>();
  for (const value of values) {
    for (const atom of dataIn(value)) {
      const protections = atom.protections | (change.protections ?? 0);
      const same = atom.derived && protections === atom.protections;
      const derived = same ? atom : rekey({ ...atom, derived: true, protections });
      if (!atoms.has(derived.key) && atoms.size < MOST_ATOMS) atoms.set(derived.key, derived);
    }
  }
  return atoms.size === 0 ? NOTHING : { atoms: [...atoms.values()], fields: null };
}

/** All data a value holds, also in its fields. A field hides the same property of the atoms beside it. */
export function dataIn(value: Value, depth = DEEPEST): DataAtom[] {
  const found: DataAtom[] = [];
  collect(value, depth, found);
  return found;
}

function collect(value: Value, depth: number, found: DataAtom[]): void {
  for (const atom of value.atoms) {
    if (atom.kind !== 'data') continue;
    const hidden = value.fields && !atom.derived ? [...value.fields.keys()] : [];
    const without = hidden.length > 0 ? [...new Set([...(atom.without ?? []), ...hidden])].sort() : null;
    found.push(without ? rekey({ ...atom, without }) : atom);
  }
  if (!value.fields || depth === 0) return;
  for (const field of value.fields.values()) {
    if (found.length > 200) return;
    collect(field, depth - 1, found);
  }
}

/** Applies a change to every data atom, fields included. */
export function mapData(value: Value, change: (atom: DataAtom) => DataAtom, depth = DEEPEST): Value {
  let changed = false;
  const atoms = value.atoms.map((atom) => {
    if (atom.kind !== 'data') return atom;
    const after = change(atom);
    if (after !== atom) changed = true;
    return after;
  });
  if (!value.fields || depth === 0) return changed ? { atoms, fields: value.fields } : value;
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) {
    const after = mapData(field, change, depth - 1);
    if (after !== field) changed = true;
    fields.set(key, after);
  }
  return changed ? { atoms, fields } : value;
}

// ── objects ────────────────────────────────────────────────────────────────────────────────────────────────────────

export function withField(base: Value, key: string, value: Value): Value {
  const fields = new Map(base.fields ?? []);
  // Elements are written one at a time and read all together.
  if (key === ELEMENT || key === ANY) fields.set(key, join(fields.get(key) ?? NOTHING, value));
  else if (fields.size < MOST_FIELDS || fields.has(key)) fields.set(key, value);
  return { atoms: base.atoms, fields };
}

/** The functions of ours that a value may be. */
export function functionsOf({ atoms }: Pick<Value, 'atoms'>): FunctionAtom[] {
  return atoms.filter((atom): atom is FunctionAtom => atom.kind === 'function');
}

/** The texts a value may be, where it is a literal. */
export function textsOf(value: Value): string[] {
  return value.atoms.flatMap((atom) =>
    atom.kind === 'constant' && atom.whole && atom.type !== 'nothing' ? [atom.text] : [],
  );
}
