/** Variables where a test of what they are came out one way: `typeof user === 'string'`, `event.type === 'created'`. */
import type { Operation, Refinement } from '../../core/facts.ts';
import type { Analysis } from '../analysis.ts';
import { ancestors } from '../classes.ts';
import { isIndex, rekey } from '../data.ts';
import type { Frame } from '../frame.ts';
import { join } from '../join.ts';
import { library } from '../libraries.ts';
import type { DeclaredType, TypeRef } from '../types.ts';
import { type Atom, type DataAtom, ELEMENT, NOTHING, type Value, valueWith, withField } from '../value.ts';
import { read, write } from './registers.ts';

type Refine = (value: Value, as: never, holds: boolean, frame: Frame, analysis: Analysis) => Value;

const REFINEMENTS: Record<Refinement['is'], Refine> = {
  absent: () => NOTHING,
  literal: (value, { text }: Refinement & { is: 'literal' }, holds) => (holds ? onlyLiteral(value, text) : value),
  typeof: byTypeof,
  instance: byClass,
  list: byList,
  owner: (value, { key }: Refinement & { is: 'owner' }, holds, _frame, analysis) =>
    ofMembers(value, (member) => mayOwn(member, key, holds, analysis), analysis),
  variant: (value, as: Refinement & { is: 'variant' }, holds, _frame, analysis) => {
    const left = ofMembers(value, (member) => mayBeVariant(member, as, holds, analysis), analysis);
    return as.texts[0] === 'true' && !holds ? withoutProperty(left, as.key) : left;
  },
};

export function evaluateRefine(operation: Operation & { kind: 'refine' }, frame: Frame, analysis: Analysis): void {
  const value = read(operation.from, frame);
  const { as, holds } = operation;
  write(operation.into, REFINEMENTS[as.is](value, as as never, holds, frame, analysis), frame);
}

/** A property that is falsy holds nothing: after `if (event.user) …`, where there was none. */
function withoutProperty(value: Value, key: string): Value {
  if (value.fields?.has(key)) return withField(value, key, NOTHING);
  const isOpen = value.atoms.some((atom) => atom.kind === 'data' && !atom.derived);
  return isOpen ? withField(value, key, NOTHING) : value;
}

/** What equals a literal is that literal. */
function onlyLiteral(value: Value, text: string): Value {
  const atoms = value.atoms.filter((atom) => atom.kind === 'constant' && atom.text === text);
  return { atoms, fields: null };
}

const SIMPLE: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'bigint', 'symbol', 'undefined']);

/** A text or a number is no object: none of an object's fields are there. */
function byTypeof(value: Value, { name }: Refinement & { is: 'typeof' }, holds: boolean): Value {
  const isSimple = (holds && SIMPLE.has(name)) || (!holds && name === 'object');
  if (!isSimple) return value;
  const atoms = value.atoms.flatMap((atom): Atom[] => {
    if (atom.kind === 'data') return [atom.derived ? atom : rekey({ ...atom, type: null, only: [] })];
    return atom.kind === 'constant' || atom.kind === 'library' ? [atom] : [];
  });
  return { atoms, fields: null };
}

/** A list has elements, and anything else has none. */
function byList(value: Value, _as: Refinement, holds: boolean): Value {
  if (!value.fields) return value;
  const isPart = (key: string) => key === ELEMENT || isIndex(key);
  const fields = new Map([...value.fields].filter(([key]) => isPart(key) === holds));
  const isOne = value.atoms.length > 0 || fields.size > 0;
  return isOne ? { atoms: value.atoms, fields: fields.size > 0 ? fields : null } : value;
}

/** `error instanceof PaymentError`: what the class declares is there. */
function byClass(
  value: Value,
  { of }: Refinement & { is: 'instance' },
  holds: boolean,
  frame: Frame,
  analysis: Analysis,
): Value {
  if (!holds) return value;
  const [only, ...others] = read(of, frame).atoms;
  if (only?.kind === 'library' && others.length === 0) return join(value, typedBy(only, analysis));
  if (only?.kind !== 'class' || others.length > 0) return value;
  const { class: id } = only;
  const isBelow = (other: number) => [...ancestors(other, analysis.program)].includes(id);
  const atoms = value.atoms.flatMap((atom): Atom[] => {
    if (atom.kind === 'instance') return isBelow(atom.class) || isAbove(atom.class, id, analysis) ? [atom] : [];
    if (atom.kind !== 'data' || atom.derived) return [atom];
    const type = atom.type && analysis.types.resolve(atom.type);
    return type?.kind === 'class' && isBelow(type.class) ? [atom] : [{ ...atom, type: { kind: 'class', class: id } }];
  });
  return { atoms, fields: value.fields };
}

function isAbove(other: number, id: number, analysis: Analysis): boolean {
  return [...ancestors(id, analysis.program)].includes(other);
}

/** The value of a library's class, where a model says what its objects hold. */
function typedBy({ package: name, path }: Atom & { kind: 'library' }, { models }: Analysis): Value {
  const type = path.at(-1)?.slice(1) ?? '';
  return models.hasType(name, type) ? valueWith(library(name, [`<${type}>`], null, [], null)) : NOTHING;
}

// ── unions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is declared as one of several is one of those that the test leaves; where it leaves none, it is not there. */
function ofMembers(value: Value, isLeft: (member: DeclaredType) => boolean, analysis: Analysis): Value {
  let changed = false;
  const atoms = value.atoms.flatMap((atom) => {
    if (atom.kind !== 'data' || atom.derived || atom.type?.kind !== 'declared') return [atom];
    const after = ofUnion(atom, atom.type, isLeft, analysis);
    if (after !== atom) changed = true;
    return after ? [after] : [];
  });
  return changed ? { atoms, fields: value.fields } : value;
}

function ofUnion(
  atom: DataAtom,
  union: DeclaredType,
  isLeft: (member: DeclaredType) => boolean,
  analysis: Analysis,
): DataAtom | null {
  const { types } = analysis;
  const members = types.membersOf(union) ?? [union];
  const left = members.filter(isLeft);
  if (left.length === members.length) return atom;
  if (left.length === 0) return null;
  const type = types.unionOf(left);
  if (left.some((member) => types.resolve(member).kind !== 'object')) return { ...atom, type };
  const names = [...new Set(left.flatMap((member) => types.fields(member).map(({ name }) => name)))].sort();
  const only = atom.only ? names.filter((name) => atom.only?.includes(name)) : names;
  return rekey({ ...atom, type, only });
}

/** Whether a member of a union may have, or may lack, a property. */
function mayOwn(member: TypeRef, key: string, has: boolean, { types }: Analysis): boolean {
  if (types.resolve(member).kind !== 'object') return true;
  const field = types.field(member, key);
  return has ? field !== undefined : !field || field.optional === true;
}

/** Whether a member of a union may have one of these literals at a property, or something else. */
function mayBeVariant(
  member: TypeRef,
  { key, texts }: Refinement & { is: 'variant' },
  holds: boolean,
  { types }: Analysis,
): boolean {
  const field = types.resolve(member).kind === 'object' ? types.field(member, key) : undefined;
  const literals = field ? types.literalsOf(field.type) : [];
  if (literals.length === 0 || (field?.optional && !holds)) return true;
  const isOne = (literal: string) => texts.includes(literal);
  return holds ? literals.some(isOne) : !literals.every(isOne);
}
