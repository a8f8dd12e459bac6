/** Joining values: everything either may be. Joining equal values gives the same object back, which ends the fixpoint. */
import { below, rekey } from './data.ts';
import type { GuardEntry } from './guards.ts';
import { type Atom, type DataAtom, isNothing, NOTHING, type Value } from './value.ts';

export const MOST_ATOMS = 24;

export const MOST_FIELDS = 120;

/** Objects inside objects that joins keep apart: trees that code builds of themselves would double with each level. */
const DEEPEST_JOIN = 3;

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
  if (a.kind === 'library' && b.kind === 'library') {
    const args = joinArguments(a.arguments, b.arguments, depth - 1);
    return args === a.arguments ? a : { ...a, arguments: args };
  }
  return a;
}

/** Clients that were made with different addresses are, together, one that may have any of them. */
function joinArguments(a: readonly Value[] | null, b: readonly Value[] | null, depth: number): readonly Value[] | null {
  if (!a || !b || a === b) return a ?? b;
  const joined = a.map((value, index) => join(value, b[index] ?? NOTHING, depth));
  return joined.every((value, index) => value === a[index]) && b.length <= a.length
    ? a
    : [...joined, ...b.slice(a.length)];
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
  const joined = new Map<string, Value>();
  let same = a.fields !== null;
  for (const [key, field] of a.fields ?? []) {
    const value = join(field, fieldOrData(b, key), depth - 1);
    if (value !== field) same = false;
    if (joined.size < MOST_FIELDS) joined.set(key, value);
  }
  for (const [key, field] of b.fields ?? []) {
    if (a.fields?.has(key)) continue;
    same = false;
    if (joined.size < MOST_FIELDS) joined.set(key, join(fieldOrData(a, key), field, depth - 1));
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

const MOST_CHOICES = 6;

export function joinChosen(
  known: readonly GuardEntry[] | null,
  added: readonly GuardEntry[] | null,
): readonly GuardEntry[] | null {
  if (!known || !added) return known ?? added;
  const fresh = added.filter(({ kind, purpose }) => !known.some((one) => one.kind === kind && one.purpose === purpose));
  return fresh.length === 0 ? known : [...known, ...fresh].slice(0, MOST_CHOICES);
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
    for (const [key, value] of fields)
      if (!isSettled(value, open)) fields.set(key, join(value, fieldOrData({ atoms: open, fields: null }, key)));
  }
  for (const [key, value] of from.fields ?? []) if (!omit.includes(key)) fields.set(key, value);
  return { atoms: joinAtoms(base.atoms, atoms), fields: fields.size > 0 ? fields : null };
}

/** Whether a text that the code writes down stays, as far as one can tell: `{ 'user-agent': 'Acme', ...extraHeaders() }`. */
function isSettled({ atoms: [only, ...others], fields }: Value, open: readonly DataAtom[]): boolean {
  const isText = only?.kind === 'constant' && only.type === 'string' && only.whole && only.text !== '';
  return isText && others.length === 0 && !fields && open.every(({ root, type }) => root.kind === 'opaque' && !type);
}

/** The names of both, sorted, each once. */
export function mergeNames(a: readonly string[] | null, b: readonly string[]): readonly string[] {
  return [...new Set([...(a ?? []), ...b])].sort();
}
