import type { Analysis } from './analysis.ts';
import { classField, gotten, methodsOf, parentConstructor, parentMember, readClass, readInstance } from './classes.ts';
import { below, isIndex } from './data.ts';
import type { Frame } from './frame.ts';
import { methodOfRows } from './given-methods.ts';
import { exportedValue } from './imports.ts';
import { join } from './join.ts';
import { libraryOfType, readLibrary } from './libraries.ts';
import { libraryPath } from './library-path.ts';
import { type TypeField, type TypeRef, within } from './types.ts';
import {
  ANY,
  type Atom,
  type DataAtom,
  derive,
  ELEMENT,
  isNothing,
  NOTHING,
  type Place,
  type Value,
  valueWith,
} from './value.ts';

type Reader = (
  atom: never,
  key: string,
  whole: Value,
  frame: Frame,
  analysis: Analysis,
  place: Place | null,
  enters: boolean,
) => Value;

const READERS: Record<Atom['kind'], Reader> = {
  data: readData,
  library: readLibrary,
  module: (atom: Atom & { kind: 'module' }, key, _whole, frame, analysis) =>
    exportedValue(atom.file, key, frame, analysis),
  instance: readInstance,
  class: readClass,
  function: () => NOTHING,
  constant: () => NOTHING,
};

/** `value.key`: what was set there, else what each atom holds there. Data that is read `enters` there, unless told. */
export function property(
  value: Value,
  key: string,
  frame: Frame,
  analysis: Analysis,
  place: Place | null,
  enters = true,
): Value {
  const field = value.fields?.get(key);
  if (field && key !== ELEMENT && !isUnset(field, value)) return field;
  let found = field ?? NOTHING;
  if (isSilent(key, analysis)) return field ?? NOTHING;
  // An object whose keys were computed may hold anything under this one.
  if (value.fields && !field && !key.startsWith('$')) found = value.fields.get(ANY) ?? NOTHING;
  if (value.fields && (key === ELEMENT || isIndex(key))) found = join(found, elements(value, key));
  const own = declaresField(value, key, analysis);
  for (const atom of value.atoms) {
    if (own && isTyped(atom)) continue;
    const read = READERS[atom.kind] as (
      atom: Atom,
      ...rest: [string, Value, Frame, Analysis, Place | null, boolean]
    ) => Value;
    found = join(found, read(atom, key, value, frame, analysis, place, enters));
  }
  return found;
}

/**
 * Whether an object's declared type has a field of this name: `declare email: string` in `class User extends Model`.
 * The library value that the same type stands for then has no say in it.
 */
function declaresField({ atoms }: Value, key: string, analysis: Analysis): boolean {
  return (
    atoms.length > 1 &&
    key !== ELEMENT &&
    atoms.some(isTyped) &&
    atoms.some(
      (atom) =>
        atom.kind === 'data' &&
        atom.type !== null &&
        (methodOfRows(atom, key, analysis)?.takes === null || analysis.types.field(atom.type, key)),
    )
  );
}

/** What code gave to a schema's rows under this name: a method, or what a getter gives. */
function given(atom: DataAtom, key: string, whole: Value, frame: Frame, analysis: Analysis): Value | null {
  const method = methodOfRows(atom, key, analysis);
  if (!method || method.takes !== null) return null;
  return method.getter
    ? gotten(valueWith(...method.functions), key, whole, frame, analysis)
    : valueWith(...method.functions);
}

/** A library's value that a declared type stands for: `<Model>`. */
function isTyped(atom: Atom): boolean {
  return atom.kind === 'library' && atom.path.length === 1 && atom.path[0]?.startsWith('<') === true;
}

/** `static instance: Provider | null = null` is filled in later; an object's property that is null is null. */
function isUnset(field: Value, { atoms }: Value): boolean {
  return isNothing(field) && atoms.some(({ kind }) => kind === 'class');
}

/** Elements written by index and by `push` are read alike when the index is not known. */
function elements(value: Value, key: string): Value {
  let found = value.fields?.get(ELEMENT) ?? NOTHING;
  if (key !== ELEMENT) return found;
  for (const [name, field] of value.fields ?? []) if (isIndex(name)) found = join(found, field);
  return found;
}

/** `value[k]` with an unknown `k`: any property. */
export function anyProperty(value: Value, frame: Frame, analysis: Analysis, place: Place | null): Value {
  let found = property(value, ELEMENT, frame, analysis, place);
  for (const [name, field] of value.fields ?? []) if (!name.startsWith('$')) found = join(found, field);
  return found;
}

function readData(
  atom: DataAtom,
  key: string,
  whole: Value,
  frame: Frame,
  analysis: Analysis,
  place: Place | null,
  enters: boolean,
): Value {
  if (key === 'super' && atom.root.kind === 'input' && atom.root.index === -1)
    return parentConstructor(frame, analysis);
  if (key.startsWith('super.') && atom.root.kind === 'input' && atom.root.index === -1)
    return parentMember(atom, key.slice('super.'.length), frame, analysis);
  const method = given(atom, key, whole, frame, analysis);
  if (method) return method;
  if ((key === ELEMENT || isIndex(key)) && atom.type && isPlainObject(atom.type, analysis)) {
    // A query's rows are typed by the row; any property of one object is a part of it.
    const row = isTypedByRow(atom, analysis) ? below(atom, key, atom.type, place) : undefined;
    if (row || key === ELEMENT) return row ? valueWith(row) : derive([valueWith(atom)]);
  }
  const declared = atom.type ? declaredMember(atom, atom.type, key, frame, analysis) : null;
  if (atom.type && !declared?.field && isItself(atom.type, key, analysis)) return valueWith(atom);
  if (declared?.value && !declared.data) return declared.value;
  if (!atom.derived && key !== ELEMENT) analysis.observe(atom, key, frame.linked);
  const deeper = below(atom, key, declared?.type ?? null, place, declared?.field && within(declared.field, atom.field));
  if (deeper && place && enters && isEntering(atom, key)) analysis.collect(deeper, place);
  // `$keys` and the like are places that models made up; data from outside has none.
  const rest = deeper && !key.startsWith('$') ? valueWith(deeper) : NOTHING;
  return declared?.value ? join(declared.value, rest) : rest;
}

/** `user.dataValues`: by a library's model, the row as an object of its own. */
function isItself(type: TypeRef, key: string, { models, types }: Analysis): boolean {
  return types
    .libraries(type)
    .some(({ package: name, name: owner }) =>
      models
        .match(libraryPath(name, [`<${owner}>`, `.${key}`]))
        .propagators.some(
          ({ from, to }) =>
            from.some(({ root, steps }) => root.kind === 'this' && steps.length === 0) &&
            to.some(({ root }) => root.kind === 'property'),
        ),
    );
}

/** Whether a read is where data enters: what was made out of data, and a list's elements, came in with it before. */
function isEntering(atom: DataAtom, key: string): boolean {
  return !atom.derived && (key !== ELEMENT || atom.path.length === 0);
}

/** `length`, `size`: what the language's model says holds nothing of the value. */
function isSilent(key: string, analysis: Analysis): boolean {
  if (key !== 'length' && key !== 'size' && key !== 'byteLength') return false;
  const { propagators } = analysis.models.match(libraryPath('javascript', ['<any>', `.${key}`]));
  return propagators.some(({ model }) => model.from === 'nothing');
}

/**
 * A query's result, or a captured variable that has its type of one: several rows have the type of one, too. So has what
 * is declared as one or a list of them.
 */
function isTypedByRow({ root, type }: DataAtom, analysis: Analysis): boolean {
  if (root.kind === 'source' || (root.kind === 'cell' && !analysis.program.cells[root.cell]?.type)) return true;
  return type !== null && analysis.types.mayBeList(type);
}

/** Any property of a record is a part of it; only lists have elements. */
function isPlainObject(type: TypeRef, analysis: Analysis): boolean {
  const { kind } = analysis.types.resolve(type);
  return kind === 'object' || kind === 'entity' || kind === 'class';
}

interface Declared {
  readonly type: TypeRef | null;
  /** Methods, services and library values that the type says are there. */
  readonly value: Value | null;
  /** Whether the property is data too: a field, not a method. */
  readonly data: boolean;
  readonly field: TypeField | null;
}

function declaredMember(atom: DataAtom, type: TypeRef, key: string, frame: Frame, analysis: Analysis): Declared {
  const { types } = analysis;
  const resolved = types.resolve(type);
  const owner = resolved.kind === 'class' ? resolved.class : resolved.kind === 'object' ? resolved.declaration : null;
  if (owner !== null && key !== ELEMENT) {
    const methods = methodsOf(owner, key, atom, frame, analysis);
    if (!isNothing(methods)) return { type: null, value: methods, data: false, field: null };
  }
  const property = types.property(type, key);
  let value = property ? libraryOfType(property, analysis) : NOTHING;
  if (resolved.kind === 'class') {
    value = join(value, classField(resolved.class, key, frame, analysis));
    // `user.save()` of `class User extends Model`.
    for (const atom of libraryOfType(type, analysis).atoms) {
      if (atom.kind === 'library' && !property)
        value = join(value, readLibrary(atom, key, NOTHING, frame, analysis, null));
    }
  }
  const field = key === ELEMENT ? null : (types.field(type, key) ?? null);
  return { type: property ?? null, value: isNothing(value) ? null : value, data: true, field };
}
