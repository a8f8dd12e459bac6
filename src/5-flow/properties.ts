import type { CellId, ClassId, FileIndex, ModuleReference } from '../core/program.ts';
import type { Analysis, Frame } from './analysis.ts';
import { applyFunction } from './calls.ts';
import { sourceValue } from './sources.ts';
import type { TypeField, TypeRef } from './types.ts';
import {
  ANY,
  type Atom,
  below,
  type ClassAtom,
  type DataAtom,
  data,
  derive,
  ELEMENT,
  type InstanceAtom,
  isIndex,
  isNothing,
  join,
  type LibraryAtom,
  NOTHING,
  type Place,
  type Value,
  valueWith,
} from './value.ts';

type Reader = (atom: never, key: string, whole: Value, frame: Frame, analysis: Analysis, place: Place | null) => Value;

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

/** `value.key`: what was set there, else what each atom holds there. */
export function property(value: Value, key: string, frame: Frame, analysis: Analysis, place: Place | null): Value {
  const field = value.fields?.get(key);
  if (field && key !== ELEMENT) return field;
  let found = field ?? NOTHING;
  if (isSilent(key, analysis)) return field ?? NOTHING;
  // An object whose keys were computed may hold anything under this one.
  if (value.fields && !field && !key.startsWith('$')) found = value.fields.get(ANY) ?? NOTHING;
  if (value.fields && (key === ELEMENT || isIndex(key))) found = join(found, elements(value, key));
  for (const atom of value.atoms) {
    const read = READERS[atom.kind] as (atom: Atom, ...rest: [string, Value, Frame, Analysis, Place | null]) => Value;
    found = join(found, read(atom, key, value, frame, analysis, place));
  }
  return found;
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
  _whole: Value,
  frame: Frame,
  analysis: Analysis,
  place: Place | null,
): Value {
  if (key === 'super' && atom.root.kind === 'input' && atom.root.index === -1)
    return parentConstructor(frame, analysis);
  if (key === ELEMENT && atom.type && isPlainObject(atom.type, analysis)) {
    // A query's rows are typed by the row; any property of one object is a part of it.
    const row = atom.root.kind === 'source' ? below(atom, key, atom.type, place) : undefined;
    return row ? valueWith(row) : derive([valueWith(atom)]);
  }
  const declared = atom.type ? declaredMember(atom, atom.type, key, frame, analysis) : null;
  if (declared?.value && !declared.data) return declared.value;
  if (!atom.derived && key !== ELEMENT) analysis.observe(atom, key);
  const deeper = below(atom, key, declared?.type ?? null, place, declared?.field ?? null);
  if (deeper && place) analysis.collect(deeper, place);
  // `$keys` and the like are places that models made up; data from outside has none.
  const rest = deeper && !key.startsWith('$') ? valueWith(deeper) : NOTHING;
  return declared?.value ? join(declared.value, rest) : rest;
}

/** `length`, `size`: what the language's model says holds nothing of the value. */
function isSilent(key: string, analysis: Analysis): boolean {
  if (key !== 'length' && key !== 'size' && key !== 'byteLength') return false;
  const { propagators } = analysis.models.match('javascript', ['<any>', `.${key}`]);
  return propagators.some(({ model }) => model.from === 'nothing');
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

/** A library's value, when the declared type is a library's: `repo: Repository<User>`. */
export function libraryOfType(type: TypeRef, analysis: Analysis): Value {
  let value = NOTHING;
  for (const found of analysis.types.libraries(type)) {
    value = join(
      value,
      typedLibrary(library(found.package, [`<${found.name}>`], null, found.arguments, null), analysis),
    );
  }
  return value;
}

/** A value of a library's type, and of the types that a model says it is as well: a `RequestHandler`'s request. */
export function typedLibrary(atom: LibraryAtom, analysis: Analysis): Value {
  const match = analysis.models.match(atom.package, atom.path, atom.api);
  let value = valueWith(atom);
  for (const { model } of match.types) {
    if (model.port === 'property')
      value = join(
        value,
        valueWith(library(atom.package, [`<${model.type}>`], atom.arguments, atom.typeArguments, null)),
      );
  }
  return value;
}

function classField(id: ClassId, key: string, frame: Frame, analysis: Analysis): Value {
  let found = NOTHING;
  for (
    let at: ClassId | undefined = id, steps = 0;
    at !== undefined && steps < 20;
    at = analysis.program.parent(at), steps++
  ) {
    const own = analysis.classField(at, frame.id).fields?.get(key);
    if (own) found = join(found, own);
  }
  return found;
}

const MOST_IMPLEMENTATIONS = 8;

/** Methods `key` of a class or interface: the one it has or inherits, and those of the classes below it. */
function methodsOf(owner: ClassId | string, key: string, receiver: DataAtom, frame: Frame, analysis: Analysis): Value {
  const { program } = analysis;
  let found = typeof owner === 'number' ? memberOf(owner, key, receiver, frame, analysis) : NOTHING;
  const pending = [...program.children(owner)];
  for (let steps = 0; pending.length > 0 && steps < MOST_IMPLEMENTATIONS; steps++) {
    const child = pending.shift() as ClassId;
    pending.push(...program.children(child));
    found = join(found, ownMember(child, key, valueWith(receiver), frame, analysis));
  }
  return found;
}

function memberOf(id: ClassId, key: string, receiver: DataAtom, frame: Frame, analysis: Analysis): Value {
  for (
    let at: ClassId | undefined = id, steps = 0;
    at !== undefined && steps < 20;
    at = analysis.program.parent(at), steps++
  ) {
    const own = ownMember(at, key, valueWith(receiver), frame, analysis);
    if (!isNothing(own)) return own;
  }
  return NOTHING;
}

/** A method as a value, or what a getter returns. */
function ownMember(id: ClassId, key: string, receiver: Value, frame: Frame, analysis: Analysis): Value {
  const { file, facts } = analysis.program.classes[id] as Analysis['program']['classes'][number];
  const member = facts.members.find(
    (candidate) =>
      candidate.name === key && !candidate.static && candidate.function !== undefined && candidate.kind !== 'setter',
  );
  if (member?.function === undefined) return NOTHING;
  const base = analysis.program.bases[file]?.functions ?? 0;
  const method = functionValue(base + member.function, new Map());
  if (member.kind !== 'getter') return method;
  const [atom] = method.atoms;
  if (atom?.kind !== 'function') return NOTHING;
  return applyFunction(
    atom,
    { receiver, arguments: [], name: key, place: null, guard: -1, new: false },
    frame,
    analysis,
  ).result;
}

export function functionValue(id: number, captured: ReadonlyMap<CellId, Value>): Value {
  return valueWith({ kind: 'function', key: `f${id}`, function: id, captured, receiver: null, bound: [] });
}

// ── classes ────────────────────────────────────────────────────────────────────────────────────────────────────────

function readInstance(atom: InstanceAtom, key: string, whole: Value, frame: Frame, analysis: Analysis): Value {
  for (
    let at: ClassId | undefined = atom.class, steps = 0;
    at !== undefined && steps < 20;
    at = analysis.program.parent(at), steps++
  ) {
    const own = ownMember(at, key, whole, frame, analysis);
    if (!isNothing(own)) return own;
  }
  const field = classField(atom.class, key, frame, analysis);
  const inherited = libraryParent(atom.parent);
  return inherited ? join(field, readLibraryInstance(inherited, key, frame, analysis)) : field;
}

function readLibraryInstance(parent: LibraryAtom, key: string, frame: Frame, analysis: Analysis): Value {
  const name = parent.path.at(-1)?.replace(/^\./, '') ?? '';
  const typed = library(parent.package, [`<${name}>`], parent.arguments, parent.typeArguments, null);
  return readLibrary(typed, key, NOTHING, frame, analysis, null);
}

function libraryParent(parent: Value | null): LibraryAtom | undefined {
  return parent?.atoms.find((atom): atom is LibraryAtom => atom.kind === 'library');
}

function readClass(atom: ClassAtom, key: string, _whole: Value, frame: Frame, analysis: Analysis): Value {
  const { program } = analysis;
  for (
    let at: ClassId | undefined = atom.class, steps = 0;
    at !== undefined && steps < 20;
    at = program.parent(at), steps++
  ) {
    const { file, facts } = program.classes[at] as (typeof program.classes)[number];
    const member = facts.members.find(
      (candidate) => candidate.name === key && candidate.static && candidate.function !== undefined,
    );
    if (member?.function !== undefined)
      return functionValue((program.bases[file]?.functions ?? 0) + member.function, atom.captured);
  }
  const parent = libraryParent(atom.parent);
  if (!parent) return NOTHING;
  // `class User extends Model` and then `User.findOne()`: the library's method, on this class.
  const typed = library(parent.package, parent.path, parent.arguments, [{ kind: 'class', class: atom.class }], null);
  return readLibrary(typed, key, NOTHING, frame, analysis, null);
}

/** `super(…)`: the constructor of the class above the one this function is a member of. */
function parentConstructor(frame: Frame, analysis: Analysis): Value {
  const { program } = analysis;
  const own = frame.linked.class;
  const parent = own === undefined ? undefined : program.parent(own);
  if (parent === undefined) return NOTHING;
  const found = constructorOf(parent, analysis);
  return found === undefined ? NOTHING : functionValue(found, new Map());
}

/** The constructor a class has or inherits. */
export function constructorOf(id: ClassId, analysis: Analysis): number | undefined {
  const { program } = analysis;
  for (let at: ClassId | undefined = id, steps = 0; at !== undefined && steps < 20; at = program.parent(at), steps++) {
    const { file, facts } = program.classes[at] as (typeof program.classes)[number];
    const member = facts.members.find(({ kind, function: index }) => kind === 'constructor' && index !== undefined);
    if (member?.function !== undefined) return (program.bases[file]?.functions ?? 0) + member.function;
  }
  return undefined;
}

// ── libraries and modules ──────────────────────────────────────────────────────────────────────────────────────────

export function library(
  name: string,
  path: readonly string[],
  args: readonly Value[] | null,
  typeArguments: readonly TypeRef[],
  place: Place | null,
  api = path.join(''),
): LibraryAtom {
  const types = typeArguments.length > 0 ? `<${typeArguments.map(typeKey).join()}>` : '';
  const key = `L${name}:${api}${types}`;
  return { kind: 'library', key, package: name, path, api, arguments: args, typeArguments, place };
}

function typeKey(type: TypeRef): string {
  if (type.kind === 'class') return `c${type.class}`;
  if (type.kind === 'entity') return type.entity.name;
  return type.type.kind === 'reference' ? `${type.file}#${type.type.name}` : type.type.kind;
}

/** Paths longer than any model's are cut, so that recursion through builders ends. */
const LONGEST_API = 24;

export function extend(atom: LibraryAtom, step: string): LibraryAtom {
  if (atom.path.length >= LONGEST_API) return atom;
  return library(atom.package, [...atom.path, step], atom.arguments, atom.typeArguments, atom.place, atom.api + step);
}

function readLibrary(
  atom: LibraryAtom,
  key: string,
  _whole: Value,
  _frame: Frame,
  analysis: Analysis,
  place: Place | null,
): Value {
  if (key === 'default' && atom.path.length === 0) return valueWith(atom);
  const next = extend(atom, key === ELEMENT || isIndex(key) ? '.[]' : `.${key}`);
  const match = analysis.models.match(next.package, next.path, next.api);
  let found = valueWith(next);
  for (const { model } of match.types) {
    if (model.port === 'property')
      found = valueWith(library(next.package, [`<${model.type}>`], next.arguments, next.typeArguments, null));
  }
  for (const { model } of match.sources) {
    if (model.port === undefined && place)
      found = join(found, sourceValue(model, match, next, [], place, key, analysis));
  }
  return found;
}

/** A name of a module: a variable of one of our files, or a member of a package. */
export function exportedValue(file: FileIndex, name: string, frame: Frame, analysis: Analysis): Value {
  const { program } = analysis;
  const binding = program.exported(file, name);
  const assigned = analysis.exportsOf(file, frame.id);
  if (!binding) {
    const field = assigned.fields?.get(name);
    if (field) return field;
    if (name === 'default' || name === '*') return assigned.fields?.get('*') ?? assigned;
    const whole = assigned.fields?.get('*');
    return whole ? property(whole, name, frame, analysis, null) : NOTHING;
  }
  if (binding.kind === 'cell') return analysis.global(binding.cell, frame.id);
  if (binding.kind === 'module') return moduleValue(binding.module, '*', frame, analysis);
  return moduleValue(binding.module, binding.name, frame, analysis);
}

/** What `import name from module` gives; `*` for the module itself. */
export function moduleValue(module: ModuleReference, name: string, frame: Frame, analysis: Analysis): Value {
  if (module.kind === 'unknown') return NOTHING;
  if (module.kind === 'package') return valueWith(packageMember(module, name, analysis));
  if (name !== '*') return exportedValue(module.file, name, frame, analysis);
  const namespace: Value = valueWith({ kind: 'module', key: `m${module.file}`, file: module.file });
  // `require` of a CommonJS module is whatever it assigned.
  const whole = analysis.exportsOf(module.file, frame.id).fields?.get('*');
  return whole ? join(whole, namespace) : namespace;
}

/** A model may be written for a subpath (`next/headers`); otherwise the subpath is members of the package. */
function packageMember(module: ModuleReference & { kind: 'package' }, name: string, analysis: Analysis): LibraryAtom {
  const full = [module.package, ...module.subpath].join('/');
  const own = module.subpath.length > 0 && analysis.models.knows(full);
  const path = own ? [] : module.subpath.map((part) => `.${part}`);
  if (name !== '*' && name !== 'default') path.push(`.${name}`);
  return library(own ? full : module.package, path, null, [], null);
}

/** A placeholder with its declared type, and the library value that the type stands for. */
export function typedInput(root: DataAtom['root'], type: TypeRef | null, analysis: Analysis): Value {
  const value = valueWith(data(root, type));
  return type ? join(value, libraryOfType(type, analysis)) : value;
}
