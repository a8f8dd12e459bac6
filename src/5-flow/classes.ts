import type { CellId, ClassId, Program } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { applyFunction, type Call } from './calls.ts';
import type { Frame } from './frame.ts';
import { join, joinAll } from './join.ts';
import { library, readLibrary, typedInput } from './libraries.ts';
import type { TypeRef } from './types.ts';
import {
  type ClassAtom,
  type DataAtom,
  type InstanceAtom,
  isNothing,
  type LibraryAtom,
  NOTHING,
  type Value,
  valueWith,
} from './value.ts';

/** No class stands below more than these; a cycle ends here. */
const MOST_ANCESTORS = 20;

/** A class and the ones of ours above it, nearest first. */
export function* ancestors(id: ClassId, program: Pick<Program, 'parent'>): Generator<ClassId> {
  let at: ClassId | undefined = id;
  for (let steps = 0; at !== undefined && steps < MOST_ANCESTORS; steps++) {
    yield at;
    at = program.parent(at);
  }
}

export function classField(id: ClassId, key: string, frame: Frame, analysis: Analysis): Value {
  let found = NOTHING;
  for (const at of ancestors(id, analysis.program)) {
    const own = analysis.classField(at, key, frame.id);
    if (own) found = join(found, own);
  }
  return found;
}

const MOST_IMPLEMENTATIONS = 8;

/** Methods `key` of a class or interface: the one it has or inherits, and those of the classes below it. */
export function methodsOf(
  owner: ClassId | string,
  key: string,
  receiver: DataAtom,
  frame: Frame,
  analysis: Analysis,
): Value {
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
  for (const at of ancestors(id, analysis.program)) {
    const own = ownMember(at, key, valueWith(receiver), frame, analysis);
    if (!isNothing(own)) return own;
  }
  return NOTHING;
}

/** A method as a value, or what a getter returns. */
function ownMember(id: ClassId, key: string, receiver: Value, frame: Frame, analysis: Analysis): Value {
  const { file, members } = analysis.program.classes[id] as Analysis['program']['classes'][number];
  const member = members
    .get(key)
    ?.find((candidate) => !candidate.static && candidate.function !== undefined && candidate.kind !== 'setter');
  if (member?.function === undefined) return NOTHING;
  const base = analysis.program.bases[file]?.functions ?? 0;
  const method = functionValue(base + member.function, new Map());
  return member.kind === 'getter' ? gotten(method, key, receiver, frame, analysis) : method;
}

/** What a getter returns. */
export function gotten({ atoms }: Value, key: string, receiver: Value, frame: Frame, analysis: Analysis): Value {
  const [atom] = atoms;
  if (atom?.kind !== 'function' || frame.getters >= MOST_GETTERS) return NOTHING;
  frame.getters++;
  const call: Call = { receiver, arguments: [], name: key, place: null, guard: -1, new: false };
  const { result } = applyFunction(atom, call, frame, analysis);
  frame.getters--;
  return result;
}

/** A getter that reads itself on what it gives (`get root() { return this.parent.root; }`) ends here. */
const MOST_GETTERS = 6;

export function functionValue(id: number, captured: ReadonlyMap<CellId, Value>): Value {
  return valueWith({ kind: 'function', key: `f${id}`, function: id, captured, receiver: null, bound: [] });
}

export function readInstance(atom: InstanceAtom, key: string, whole: Value, frame: Frame, analysis: Analysis): Value {
  for (const at of ancestors(atom.class, analysis.program)) {
    const own = ownMember(at, key, whole, frame, analysis);
    if (!isNothing(own)) return own;
  }
  const field = classField(atom.class, key, frame, analysis);
  const inherited = libraryParent(atom.parent);
  // `declare email: string` in a model says that the name is not the library's.
  const declared = inherited && analysis.types.property({ kind: 'class', class: atom.class }, key);
  return inherited && !declared ? join(field, readLibraryInstance(inherited, key, frame, analysis)) : field;
}

/** An object of a library's class is of the type that the class is named by, or that its model gives to `new` of it. */
function readLibraryInstance(parent: LibraryAtom, key: string, frame: Frame, analysis: Analysis): Value {
  const name = parent.path.at(-1)?.replace(/^\./, '') ?? '';
  const made = analysis.models.match(parent.api.next('new()')).types.map(({ model }) => model.type);
  const names = new Set(made.length > 0 ? made : [name]);
  return joinAll(
    [...names].map((type) => {
      const typed = library(parent.package, [`<${type}>`], parent.arguments, parent.typeArguments, null);
      return readLibrary(typed, key, NOTHING, frame, analysis, null);
    }),
  );
}

/** The library's class that a class extends, itself or through others of ours. */
export function libraryParent(parent: Value | null): LibraryAtom | undefined {
  let above = parent;
  for (let steps = 0; above && steps < MOST_ANCESTORS; steps++) {
    const found = above.atoms.find((atom): atom is LibraryAtom => atom.kind === 'library');
    if (found) return found;
    above = above.atoms.find((atom): atom is ClassAtom => atom.kind === 'class')?.parent ?? null;
  }
  return undefined;
}

export function readClass(atom: ClassAtom, key: string, whole: Value, frame: Frame, analysis: Analysis): Value {
  const { program } = analysis;
  for (const at of ancestors(atom.class, analysis.program)) {
    const { file, members } = program.classes[at] as (typeof program.classes)[number];
    const member = members
      .get(key)
      ?.find((candidate) => candidate.static && candidate.function !== undefined && candidate.kind !== 'setter');
    if (member?.function !== undefined) {
      const method = functionValue((program.bases[file]?.functions ?? 0) + member.function, atom.captured);
      return member.kind === 'getter' ? gotten(method, key, whole, frame, analysis) : method;
    }
  }
  const declared = staticField(atom.class, key, analysis);
  const parent = libraryParent(atom.parent);
  if (!parent || !isNothing(declared)) return declared;
  // `class User extends Model` and then `User.findOne()`: the library's method, on this class.
  const typed = library(parent.package, parent.path, parent.arguments, [{ kind: 'class', class: atom.class }], null);
  return readLibrary(typed, key, NOTHING, frame, analysis, null);
}

/** `static instance: Provider | null = null`: what it is declared to be. */
function staticField(id: ClassId, key: string, analysis: Analysis): Value {
  for (const at of ancestors(id, analysis.program)) {
    const { file, members } = analysis.program.classes[at] as (typeof analysis.program.classes)[number];
    const member = members.get(key)?.find(({ kind, static: own }) => own && kind === 'field');
    if (!member?.type) continue;
    const type: TypeRef = { kind: 'declared', file, type: member.type };
    if (!analysis.types.isTelling(type)) return NOTHING;
    const { span } = member;
    const name = `O${file}:${span[0]}-${span[1]}`;
    return typedInput({ kind: 'opaque', key: name, name: key, nameable: true, place: { file, span } }, type, analysis);
  }
  return NOTHING;
}

/** `super(…)`: the constructor of the class above the one this function is a member of. */
export function parentConstructor(frame: Frame, analysis: Analysis): Value {
  const { program } = analysis;
  const own = frame.linked.class;
  const parent = own === undefined ? undefined : program.parent(own);
  if (parent === undefined) return NOTHING;
  const found = constructorOf(parent, analysis);
  return found === undefined ? NOTHING : functionValue(found, new Map());
}

/** `super.save`: the method that the class above has or inherits; of a library's class, the library's. */
export function parentMember(receiver: DataAtom, key: string, frame: Frame, analysis: Analysis): Value {
  const own = frame.linked.class;
  const parent = own === undefined ? undefined : analysis.program.parent(own);
  if (parent !== undefined) return memberOf(parent, key, receiver, frame, analysis);
  const above = own === undefined ? undefined : libraryParent(analysis.classValue(own, frame.id)?.parent ?? null);
  return above ? readLibraryInstance(above, key, frame, analysis) : NOTHING;
}

/** The constructor a class has or inherits. */
export function constructorOf(id: ClassId, analysis: Analysis): number | undefined {
  const { program } = analysis;
  for (const at of ancestors(id, analysis.program)) {
    const { file, facts } = program.classes[at] as (typeof program.classes)[number];
    const member = facts.members.find(({ kind, function: index }) => kind === 'constructor' && index !== undefined);
    if (member?.function !== undefined) return (program.bases[file]?.functions ?? 0) + member.function;
  }
  return undefined;
}
