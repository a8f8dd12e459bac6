/**
 * What is left of objects when they are written out: as JSON (`toJSON`), as plain objects (`@Exclude()`), or to a
 * database (`@Column({ transformer })`, `@BeforeInsert()`). What their classes say holds wherever they are inside the
 * value.
 */
import { parsePort } from '../core/api-path.ts';
import type { ClassId } from '../core/program.ts';
import type { Analysis, FieldRule } from './analysis.ts';
import { apply, type Call } from './calls.ts';
import { ancestors } from './classes.ts';
import { isIndex } from './data.ts';
import type { Frame } from './frame.ts';
import { methodOfRows } from './given-methods.ts';
import { join } from './join.ts';
import { property } from './properties.ts';
import { leave } from './replacers.ts';
import { afterFunction } from './through.ts';
import type { TypeRef } from './types.ts';
import { type Atom, type DataAtom, ELEMENT, isNothing, NOTHING, type Value, valueWith, withField } from './value.ts';

/** What an object is of: a class of ours, or a schema, by one of its rows. */
type Owner = ClassId | DataAtom;

/** What becomes of an object; null when its class or schema says nothing. */
type Change = (object: Value, of: Owner, frame: Frame, analysis: Analysis) => Value | null;

/** Objects inside objects, as deep as they are looked into. */
const DEEPEST = 3;

/** A value as JSON: objects with a `toJSON` are what that returns. */
export function asJson(value: Value, frame: Frame, analysis: Analysis): Value {
  return analysis.writesThemselves || analysis.types.hidesFields
    ? throughClasses(value, jsonOf, DEEPEST, frame, analysis)
    : value;
}

function jsonOf(object: Value, id: Owner, frame: Frame, analysis: Analysis): Value | null {
  if (typeof id !== 'number') return rowAsJson(object, id, frame, analysis);
  const isOwn = [...ancestors(id, analysis.program)].some((at) => ownsMember(at, 'toJSON', analysis));
  if (!isOwn) return null;
  const method = property(object, 'toJSON', frame, analysis, null, false);
  const functions = method.atoms.filter(({ kind }) => kind === 'function');
  if (functions.length === 0) return null;
  return apply({ atoms: functions, fields: null }, callOn(object, []), frame, analysis).result;
}

/** A row by what code gave to its schema: a `toJSON` of its own, or a function that changes what it is as JSON. */
function rowAsJson(object: Value, row: DataAtom, frame: Frame, analysis: Analysis): Value | null {
  const hidden = row.type ? analysis.types.leftOut(row.type, 'json') : [];
  const shown = hidden.length > 0 ? leave(object, { only: null, without: hidden }, 0) : object;
  const method = methodOfRows(row, 'toJSON', analysis);
  if (!method) return hidden.length > 0 ? shown : null;
  if (method.takes === null) return apply(valueWith(...method.functions), callOn(shown, []), frame, analysis).result;
  const change = { by: method.takes, takes: method.takes };
  return method.functions.reduce((left, one) => afterFunction(left, one, change, null, frame, analysis), shown);
}

function ownsMember(id: ClassId, name: string, { program }: Analysis): boolean {
  return program.classes[id]?.facts.members.some((member) => member.name === name && !member.static) ?? false;
}

/** A value as plain objects: without the fields that decorators hide. */
export function asPlain(value: Value, frame: Frame, analysis: Analysis): Value {
  if (!analysis.hasFieldRules) return value;
  return throughClasses(value, plainOf, DEEPEST, frame, analysis);
}

function plainOf(object: Value, id: Owner, frame: Frame, analysis: Analysis): Value | null {
  if (typeof id !== 'number') return null;
  const rules = rulesOf(id, frame, analysis);
  const isHidden = rules.some(({ member, field }) => member === null && field.is === 'hidden');
  const hidden = namesOf(rules, 'hidden');
  if (!isHidden && hidden.length === 0) return null;
  return leave(
    object,
    { only: isHidden ? namesOf(rules, 'shown') : null, without: hidden.length > 0 ? hidden : null },
    0,
  );
}

/** What a resolver returns, as the class shows itself that a function names: `@Query(() => [User])`. */
export function asClass(value: Value, naming: Value, frame: Frame, analysis: Analysis): Value {
  const functions = naming.atoms.filter(({ kind }) => kind === 'function');
  const { result } = apply({ atoms: functions, fields: null }, callOn(null, []), frame, analysis);
  const [named] = [result, ...(result.fields?.values() ?? [])].flatMap(({ atoms }) => atoms);
  return named?.kind === 'class' ? shown(value, named.class, DEEPEST, frame, analysis) : value;
}

/**
 * An object, or each of a list, with what its class shows. Of a row only its own columns: the objects it refers to are
 * what their own resolvers return.
 */
function shown(value: Value, id: ClassId, depth: number, frame: Frame, analysis: Analysis): Value {
  const { types } = analysis;
  const rules = rulesOf(id, frame, analysis);
  const isHidden = rules.some(({ member, field }) => member === null && field.is === 'hidden');
  const [hidden, said] = [namesOf(rules, 'hidden'), namesOf(rules, 'shown')];
  const all = types.fields({ kind: 'class', class: id });
  const own = all.filter(({ name }) => (isHidden ? said.includes(name) : !hidden.includes(name)));
  if (own.length === 0) return value;
  const only = own.filter(({ type }) => !isObject(type, types)).map(({ name }) => name);
  const { atoms } = leave({ atoms: value.atoms, fields: null }, { only, without: null }, 0);
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields ?? []) {
    const inner = own.find(({ name }) => name === key);
    const type = inner && types.resolve(inner.type);
    if (key === ELEMENT || isIndex(key)) fields.set(key, shown(field, id, depth, frame, analysis));
    else if (type?.kind === 'class' && depth > 0) fields.set(key, shown(field, type.class, depth - 1, frame, analysis));
    else if (inner) fields.set(key, field);
  }
  return { atoms, fields: fields.size > 0 ? fields : null };
}

function isObject(type: TypeRef, types: Analysis['types']): boolean {
  const resolved = types.resolve(type);
  return types.fields(resolved.kind === 'array' ? resolved.of : type).length > 0;
}

/** The fields of a class that decorators say this of. */
function namesOf(rules: readonly FieldRule[], is: FieldRule['field']['is']): string[] {
  return rules.flatMap(({ member, field }) => (member !== null && field.is === is ? [member] : []));
}

/** A value as it is stored: after its class's hooks, each field as its transformer makes it. */
export function asStored(value: Value, type: TypeRef | null, frame: Frame, analysis: Analysis): Value {
  const entity = type && analysis.types.resolve(type);
  if (entity?.kind !== 'class') return throughClasses(value, storedOf, 1, frame, analysis);
  // `users.save({ email })`: what is stored becomes one of the repository's entities.
  return storedOf(value, entity.class, frame, analysis) ?? value;
}

function storedOf(object: Value, id: Owner, frame: Frame, analysis: Analysis): Value | null {
  if (typeof id !== 'number') return null;
  const rules = rulesOf(id, frame, analysis).filter(({ field }) => field.is === 'stored' || field.is === 'hook');
  if (rules.length === 0) return null;
  const hooked = rules.reduce(
    (at, rule) => (rule.field.is === 'hook' ? afterHook(at, id, rule, frame, analysis) : at),
    object,
  );
  return rules.reduce((at, rule) => (rule.field.is === 'stored' ? transformed(at, rule, frame, analysis) : at), hooked);
}

function afterHook(object: Value, id: ClassId, { member }: FieldRule, frame: Frame, analysis: Analysis): Value {
  const holder = valueWith({ kind: 'instance', key: `i${id}`, class: id, parent: null, captured: new Map() });
  const method = member === null ? NOTHING : property(holder, member, frame, analysis, null, false);
  const functions = method.atoms.filter(({ kind }) => kind === 'function');
  if (functions.length === 0) return object;
  return apply({ atoms: functions, fields: null }, callOn(object, []), frame, analysis).effects.get(-1) ?? object;
}

function transformed(object: Value, { member, field, atom }: FieldRule, frame: Frame, analysis: Analysis): Value {
  const functions = optionOf(field.by, atom.arguments ?? [], frame, analysis).atoms.filter(
    ({ kind }) => kind === 'function',
  );
  if (member === null || functions.length === 0) return object;
  const before = property(object, member, frame, analysis, null, false);
  if (isNothing(before)) return object;
  return withField(
    object,
    member,
    apply({ atoms: functions, fields: null }, callOn(null, [before]), frame, analysis).result,
  );
}

function optionOf(port: string | undefined, args: readonly Value[], frame: Frame, analysis: Analysis): Value {
  return (port === undefined ? [] : parsePort(port)).reduce((found, { root, steps }) => {
    const start = root.kind === 'argument' && typeof root.index === 'number' ? args[root.index] : undefined;
    const end = steps.reduce(
      (at, step) => (step.kind === 'property' ? property(at, step.name, frame, analysis, null, false) : NOTHING),
      start ?? NOTHING,
    );
    return join(found, end);
  }, NOTHING);
}

function callOn(receiver: Value | null, args: readonly Value[]): Call {
  return { receiver, arguments: args, name: '', place: null, guard: -1, new: false };
}

function rulesOf(id: ClassId, frame: Frame, analysis: Analysis): FieldRule[] {
  return [...ancestors(id, analysis.program)].flatMap((at) => analysis.fieldRules(at, frame.id));
}

function throughClasses(value: Value, change: Change, depth: number, frame: Frame, analysis: Analysis): Value {
  let rest: readonly Atom[] = value.atoms;
  let changed = NOTHING;
  for (const atom of value.atoms) {
    const written = writtenAtom(atom, value, change, frame, analysis);
    if (!written) continue;
    rest = rest.filter((other) => other !== atom);
    changed = join(changed, written);
  }
  if (rest.length < value.atoms.length) {
    return rest.length === 0 ? changed : join(changed, { atoms: rest, fields: null });
  }
  if (!value.fields || depth === 0) return value;
  let same = true;
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) {
    const after = throughClasses(field, change, depth - 1, frame, analysis);
    if (after !== field) same = false;
    fields.set(key, after);
  }
  return same ? value : { atoms: value.atoms, fields };
}

/** What becomes of an object that is of a class of ours, or of the elements of a list of them. */
function writtenAtom(atom: Atom, whole: Value, change: Change, frame: Frame, analysis: Analysis): Value | null {
  if (atom.kind === 'instance') return change({ atoms: [atom], fields: whole.fields }, atom.class, frame, analysis);
  if (atom.kind !== 'data' || atom.derived || !atom.type) return null;
  const type = analysis.types.resolve(atom.type);
  if (type.kind === 'class') return change({ atoms: [atom], fields: whole.fields }, type.class, frame, analysis);
  if (type.kind === 'object') return change({ atoms: [atom], fields: whole.fields }, atom, frame, analysis);
  const element = type.kind === 'array' ? analysis.types.resolve(type.of) : null;
  if (element?.kind !== 'class') return null;
  const each = change(property(valueWith(atom), ELEMENT, frame, analysis, null, false), element.class, frame, analysis);
  return each && withField(NOTHING, ELEMENT, each);
}
