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
import type { Confidence, DataCategory, DataSubject, Protection, SourceKind } from '../core/privacy.ts';
import { PROTECTIONS } from '../core/privacy.ts';
import type { CellId, ClassId, FileIndex, FunctionId } from '../core/program.ts';
import type { GuardEntry } from './guards.ts';
import type { TypeField, TypeRef } from './types.ts';

export interface Place {
  readonly file: FileIndex;
  readonly span: Span;
}

/** How data got here: a step after others, or one way after another. Shared between values, read by `traceSteps`. */
export type Trace =
  | { readonly before: Trace | null; readonly place: Place; readonly message: string; readonly length: number }
  | { readonly before: Trace; readonly after: Trace; readonly length: number };

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
  | { readonly kind: 'source'; readonly key: string; readonly source: Source }
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
  /** What a setting does, where it is the source: a clause with the setting before it. */
  readonly does?: string;
  /** How sure `data` is; `high` unless told. */
  readonly confidence?: Confidence;
}

/** An input that must be truthy (`holds`) or falsy. */
export interface Condition {
  readonly index: number;
  readonly path: readonly string[];
  readonly holds: boolean;
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
  /** The path as one text. */
  readonly api: string;
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

const MOST_ATOMS = 24;
const MOST_FIELDS = 120;
const LONGEST_PATH = 5;
const MOST_SUSPECTS = 6;
/** Objects inside objects, as deep as joins follow. */
const DEEPEST = 5;
/** Objects inside objects that joins keep apart: trees that code builds of themselves would double with each level. */
const DEEPEST_JOIN = 3;

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

/** Everything either may be. A field that only one side has is joined with what the other side's atoms hold there. */
export function join(a: Value, b: Value, depth = DEEPEST_JOIN): Value {
  if (a === b || isNothing(b)) return a;
  if (isNothing(a)) return b;
  const atoms = joinAtoms(a.atoms, b.atoms, depth);
  const fields = joinFields(a, b, depth);
  if (atoms === a.atoms && fields === a.fields) return a;
  if (atoms === b.atoms && fields === b.fields) return b;
  return { atoms, fields };
}

/** What a comparison gives: some truth value, which only runs know. */
export const UNDECIDED = constant('boolean', '?', false);

export function isUndecided(atom: Atom): boolean {
  return atom === UNDECIDED.atoms[0];
}

export function joinAll(values: readonly Value[]): Value {
  return values.reduce((joined, value) => join(joined, value), NOTHING);
}

function joinAtoms(a: readonly Atom[], b: readonly Atom[], depth = DEEPEST_JOIN): readonly Atom[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  let joined: Atom[] | undefined;
  for (const atom of b) {
    const list = joined ?? a;
    const index = list.findIndex((known) => known.key === atom.key);
    if (index < 0) {
      if (list.length >= MOST_ATOMS) continue;
      joined ??= [...a];
      joined.push(atom);
    } else {
      const merged = mergeAtoms(list[index] as Atom, atom, depth);
      if (merged === list[index]) continue;
      joined ??= [...a];
      joined[index] = merged;
    }
  }
  return joined ?? a;
}

/** Atoms of one key differ at most in what they captured or were called with. */
function mergeAtoms(a: Atom, b: Atom, depth: number): Atom {
  if (a === b || depth < 2) return a;
  if (a.kind === 'function' && b.kind === 'function') {
    const captured = joinMaps(a.captured, b.captured, depth - 2);
    const receiver = a.receiver && b.receiver ? join(a.receiver, b.receiver, depth - 2) : (a.receiver ?? b.receiver);
    return captured === a.captured && receiver === a.receiver ? a : { ...a, captured, receiver };
  }
  if ((a.kind === 'class' && b.kind === 'class') || (a.kind === 'instance' && b.kind === 'instance')) {
    const captured = joinMaps(a.captured, b.captured, depth - 2);
    return captured === a.captured ? a : { ...a, captured };
  }
  return a;
}

function joinMaps<K>(a: ReadonlyMap<K, Value>, b: ReadonlyMap<K, Value>, depth: number): ReadonlyMap<K, Value> {
  if (a === b || b.size === 0) return a;
  let joined: Map<K, Value> | undefined;
  for (const [key, value] of b) {
    const before = a.get(key);
    const after = before ? join(before, value, depth) : value;
    if (after === before) continue;
    joined ??= new Map(a);
    joined.set(key, after);
  }
  return joined ?? a;
}

function joinFields(a: Value, b: Value, depth: number): ReadonlyMap<string, Value> | null {
  if (a.fields === b.fields) return a.fields;
  if (depth === 0) return a.fields ?? b.fields;
  const keys = new Set([...(a.fields?.keys() ?? []), ...(b.fields?.keys() ?? [])]);
  let same = a.fields !== null && keys.size === a.fields.size;
  const joined = new Map<string, Value>();
  for (const key of keys) {
    const left = fieldOrData(a, key);
    const value = join(left, fieldOrData(b, key), depth - 1);
    if (value !== a.fields?.get(key)) same = false;
    if (joined.size < MOST_FIELDS) joined.set(key, value);
  }
  return same ? a.fields : joined;
}

/** A property without asking libraries or classes: what was set there, else the data below the atoms. */
function fieldOrData(value: Value, key: string): Value {
  const field = value.fields?.get(key);
  if (field) return field;
  const atoms: DataAtom[] = [];
  for (const atom of value.atoms) {
    const held = atom.kind === 'data' ? below(atom, key, null, null) : undefined;
    if (held) atoms.push(held);
  }
  return atoms.length > 0 ? { atoms, fields: null } : NOTHING;
}

// ── data ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export function data(root: Root, type: TypeRef | null = null): DataAtom {
  return rekey({
    kind: 'data',
    key: '',
    root,
    path: [],
    at: `${root.key}.`,
    derived: false,
    protections: 0,
    uncertain: false,
    naming: null,
    type,
    field: null,
    only: null,
    without: null,
    condition: null,
    chosen: null,
    trace: null,
    read: null,
  });
}

/** What a closure may get from whoever calls it: the closure itself says the same of its parameter. */
export function unknownInput(id: FunctionId, index: number): DataAtom {
  const place: Place = { file: 0, span: [0, 0] };
  return data({ kind: 'opaque', key: `${UNKNOWN_INPUT}${id}:${index}`, name: '', nameable: false, place });
}

export function isUnknownInput({ root }: DataAtom): boolean {
  return root.kind === 'opaque' && root.key.startsWith(UNKNOWN_INPUT);
}

const UNKNOWN_INPUT = 'U';

/** Gives a copy its key: everything that tells two atoms apart. Atoms are made by the million, so it is not copied again. */
export function rekey(copy: DataAtom): DataAtom {
  (copy as { key: string }).key = copy.at + shapeOf(copy);
  return copy;
}

/** What happened to the data, as a text; empty for most. */
function shapeOf({ derived, protections, uncertain, naming, only, without, condition, chosen }: DataAtom): string {
  if (!derived && !uncertain && protections === 0 && !naming && !only && !without && !condition && !chosen) return '';
  const shape = `|${derived ? 'd' : ''}${uncertain ? 'u' : ''}${protections === 0 ? '' : protections}`;
  const kept = only || without ? `+${only?.join(',') ?? ''}-${without?.join(',') ?? ''}` : '';
  const asked = condition ? `?${condition.holds ? '' : '!'}${condition.index}.${condition.path.join('.')}` : '';
  const by = chosen ? `&${chosen.map(({ kind, purpose }) => `${kind}:${purpose ?? ''}`).join()}` : '';
  return `${shape}${naming ? `:${naming.category}` : ''}${kept}${asked}${by}`;
}

/** Whether a key is a position in a list. */
export function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57 && /^\d+$/.test(key);
}

const ADDRESS_PARTS = new Set(['protocol', 'host', 'hostname', 'port', 'origin']);

/** The data at a property of an atom; undefined where `pick` or `omit` took it away. */
export function below(
  atom: DataAtom,
  key: string,
  type: TypeRef | null,
  read: Place | null,
  field: TypeField | null = null,
): DataAtom | undefined {
  // A host says nothing of the data in an address; nor does any other part before the path.
  if (atom.derived) return ADDRESS_PARTS.has(key) ? undefined : atom;
  const name = isIndex(key) ? ELEMENT : key;
  if (name !== ELEMENT) {
    if (atom.only && !atom.only.includes(name)) return undefined;
    if (atom.without?.includes(name)) return undefined;
  }
  const keeps = name === ELEMENT;
  const copy: Mutable<DataAtom> = { ...atom };
  if (atom.path.length < LONGEST_PATH) {
    copy.path = [...atom.path, name];
    copy.at = atom.path.length === 0 ? atom.at + name : `${atom.at}.${name}`;
  } else {
    copy.path = [...atom.path.slice(0, -1), name];
    copy.at = `${atom.root.key}.${copy.path.join('.')}`;
    copy.only = null;
    copy.without = null;
  }
  copy.type = type;
  copy.read = read ?? atom.read;
  if (!keeps) {
    // A property is not the part of its object that was cut out.
    copy.protections = atom.protections & ~PART_OF_TEXT;
    copy.naming = null;
    copy.field = field;
    copy.only = null;
    copy.without = null;
  }
  return rekey(copy);
}

/** See `masks.ts`. */
export const PART_OF_TEXT = 1 << 24;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Recursion would grow a trace for ever; nobody reads the fortieth step. */
const LONGEST_TRACE = 40;

export function withTrace(atom: DataAtom, place: Place, message: string): DataAtom {
  const length = (atom.trace?.length ?? 0) + 1;
  if (length > LONGEST_TRACE) return atom;
  return { ...atom, trace: { before: atom.trace, place, message, length } };
}

/** The steps of `later` after those of `earlier`. */
export function concatTraces(earlier: Trace | null, later: Trace | null): Trace | null {
  if (!earlier || !later) return earlier ?? later;
  const length = earlier.length + later.length;
  return length > LONGEST_TRACE ? earlier : { before: earlier, after: later, length };
}

/** The steps in the order they happened. */
export function traceSteps(trace: Trace | null): { readonly place: Place; readonly message: string }[] {
  const steps: { place: Place; message: string }[] = [];
  const pending: Trace[] = trace ? [trace] : [];
  for (let at = pending.pop(); at; at = pending.pop()) {
    if (at.before) pending.push(at.before);
    if ('after' in at) pending.push(at.after);
    else steps.push({ place: at.place, message: at.message });
  }
  return steps.reverse();
}

export function protectionBit(protection: Protection): number {
  return 1 << PROTECTIONS.indexOf(protection);
}

export function protectionsOf(bits: number): Protection[] {
  return PROTECTIONS.filter((_, index) => bits & (1 << index));
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
      return (atom.root.kind === 'source' || atom.root.kind === 'opaque') && atom.condition === null;
    case 'function':
      return [...atom.captured.values(), ...atom.bound, ...(atom.receiver ? [atom.receiver] : [])].every(isClosed);
    case 'class':
    case 'instance':
      return [...atom.captured.values()].every(isClosed);
    case 'library':
      return (atom.arguments ?? []).every(isClosed);
    default:
      return true;
  }
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

const MOST_CHOICES = 6;

export function joinChosen(
  known: readonly GuardEntry[] | null,
  added: readonly GuardEntry[] | null,
): readonly GuardEntry[] | null {
  if (!known || !added) return known ?? added;
  const fresh = added.filter(({ kind, purpose }) => !known.some((one) => one.kind === kind && one.purpose === purpose));
  return fresh.length === 0 ? known : [...known, ...fresh].slice(0, MOST_CHOICES);
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

/** `{...a}` onto what is there: its fields win over earlier ones, its atoms join. */
export function spread(base: Value, from: Value, omit: readonly string[]): Value {
  const atoms = from.atoms
    .filter(
      (atom) => atom.kind === 'data' || atom.kind === 'instance' || atom.kind === 'library' || atom.kind === 'module',
    )
    .map((atom) =>
      atom.kind === 'data' && omit.length > 0 ? rekey({ ...atom, without: mergeNames(atom.without, omit) }) : atom,
    );
  const fields = new Map(base.fields ?? []);
  // What the spread object's atoms hold at earlier keys may win over them.
  const open = from.atoms.filter((atom): atom is DataAtom => atom.kind === 'data');
  if (open.length > 0) {
    for (const [key, value] of fields) fields.set(key, join(value, fieldOrData({ atoms: open, fields: null }, key)));
  }
  for (const [key, value] of from.fields ?? []) if (!omit.includes(key)) fields.set(key, value);
  return { atoms: joinAtoms(base.atoms, atoms), fields: fields.size > 0 ? fields : null };
}

function mergeNames(a: readonly string[] | null, b: readonly string[]): readonly string[] {
  return [...new Set([...(a ?? []), ...b])].sort();
}

/** The texts a value may be, where it is a literal. */
export function textsOf(value: Value): string[] {
  return value.atoms.flatMap((atom) =>
    atom.kind === 'constant' && atom.whole && atom.type !== 'nothing' ? [atom.text] : [],
  );
}
