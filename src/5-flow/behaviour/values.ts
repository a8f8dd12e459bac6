/** Values of the engine in the words of behaviour: where they come from, which fields they write, which rows they choose. */
import type { FilterField, Origin, WrittenField } from '../../core/behaviour.ts';
import type { Analysis } from '../analysis.ts';
import { type DataAtom, dataIn, isNothing, isUndecided, type LibraryAtom, textsOf, type Value } from '../value.ts';
import { readSqlCondition } from './sql.ts';
import { VERSION } from './words.ts';

const MOST_ORIGINS = 6;

/** Where a value may come from; without duplicates. */
export function originsOf(value: Value): Origin[] {
  const origins = new Map<string, Origin>();
  const add = (origin: Origin): void => {
    if (origins.size < MOST_ORIGINS) origins.set(JSON.stringify(origin), origin);
  };
  for (const atom of value.atoms) {
    if (atom.kind === 'constant') add({ kind: 'constant' });
    else if (atom.kind === 'library') add(libraryOrigin(atom));
  }
  for (const atom of dataIn(value, 2)) add(dataOrigin(atom));
  return [...origins.values()];
}

function dataOrigin({ root, path }: DataAtom): Origin {
  switch (root.kind) {
    case 'source':
      return { kind: 'source', source: root.source.kind };
    case 'input':
      return { kind: 'input', function: root.function, index: root.index, path };
    case 'cell':
      return { kind: 'cell', cell: root.cell, path };
    case 'result':
    case 'opaque':
      return root.name ? { kind: 'named', name: root.name } : { kind: 'unknown' };
  }
}

/** `req.userId`: a property of a library's object that its model does not know, put there by a middleware. */
function libraryOrigin({ path }: LibraryAtom): Origin {
  const member = path.findLast((step) => step.startsWith('.'));
  return member && path[0]?.startsWith('<') ? { kind: 'named', name: member.slice(1) } : { kind: 'unknown' };
}

/** The fields that an object writes, and whether there are more than can be seen. */
export function writtenFields(value: Value, analysis: Analysis): { fields: WrittenField[]; open: boolean } {
  const written = new Map<string, WrittenField>();
  let open = false;
  for (const atom of value.atoms) {
    if (atom.kind !== 'data') continue;
    const declared = atom.type ? analysis.types.fields(atom.type) : [];
    if (declared.length === 0) open = true;
    for (const { name } of declared) {
      if (atom.only ? atom.only.includes(name) : !atom.without?.includes(name))
        written.set(name, { name, value: 'data', origins: [dataOrigin(atom)] });
    }
  }
  for (const [key, field] of value.fields ?? []) {
    // Elements of a list of rows, and operators: `{ $set: { email: null } }`, `{ $unset: { email: 1 } }`.
    if (/^(?:\d+|\[\]|\$[a-zA-Z]+)$/.test(key)) {
      const inner = writtenFields(field, analysis);
      for (const one of inner.fields) written.set(one.name, key === '$unset' ? { ...one, value: 'nothing' } : one);
      open ||= inner.open;
    } else if (key === '*') open = true;
    else written.set(key, writtenField(key, field));
  }
  return { fields: [...written.values()], open };
}

function writtenField(name: string, value: Value): WrittenField {
  const kind = writtenKind(value);
  const [text] = kind === 'text' ? textsOf(value) : [];
  const shown = VERSION.test(name) ? /^[\w.-]{1,30}$/ : /^[A-Za-z_-]{1,30}$/;
  const word = text !== undefined && shown.test(text) ? text : undefined;
  return { name, value: kind, origins: originsOf(value), ...(word === undefined ? {} : { text: word }) };
}

function writtenKind(value: Value): WrittenField['value'] {
  if (isNothing(value)) return 'nothing';
  const data = dataIn(value, 3).filter((atom) => !isMade(atom));
  if (data.length > 0) return 'data';
  const constants = value.atoms.filter((atom) => atom.kind === 'constant');
  const [first] = constants;
  if (!first || constants.length < value.atoms.length) return 'made';
  if (constants.some(isUndecided)) return 'data';
  const booleans = new Set(constants.map((atom) => (atom.type === 'boolean' ? atom.text : '')));
  if (booleans.size > 1) return 'data';
  return first.type === 'boolean' ? (first.text === 'true' ? 'true' : 'false') : 'text';
}

/** `deleted-${user.id}`, a random id, today: nothing of the person but a number. */
function isMade(atom: DataAtom): boolean {
  if (atom.root.kind === 'opaque' && atom.path.length === 0) return atom.naming === null && !atom.root.nameable;
  const name = atom.path.at(-1) ?? ('name' in atom.root ? atom.root.name : '');
  return atom.derived && /(?:^_?id|Id|_id|uuid)$/.test(name);
}

const JOINING = /^(?:\$?(?:and|or|nor)|AND|OR|NOT|where|\d+|\[\])$/;
const OPERATORS =
  /^(?:\$?(?:lt|lte|gt|gte|in|nin|not|ne|eq|equals|notIn|is|isNot|some|every|none|contains|startsWith|has|before|after|between)|\*)$/;

/** What chooses the rows. `by` names the field of a bare value; `others` are the call's further arguments. */
export function filterFields(
  value: Value,
  by: string | undefined,
  others: readonly Value[],
): { fields: FilterField[]; open: boolean } {
  const fields: FilterField[] = [];
  const open = addFilters(value, by, others, fields, 4);
  return { fields, open };
}

function addFilters(
  value: Value,
  by: string | undefined,
  others: readonly Value[],
  into: FilterField[],
  depth: number,
): boolean {
  let open = false;
  for (const [key, field] of value.fields ?? []) {
    if (depth > 0 && JOINING.test(key)) open = addFilters(field, undefined, [], into, depth - 1) || open;
    else if (key === '*') open = true;
    else into.push(...objectFilter(key, field));
  }
  if (value.fields) return open || value.atoms.some(({ kind }) => kind === 'data');
  const texts = textsOf(value);
  for (const atom of value.atoms) {
    if (atom.kind === 'library' && depth > 0) open = addCallFilter(atom, into, depth) || open;
  }
  const [text] = texts;
  if (text !== undefined && others.length > 0 && /^[\w.]{1,60}$/.test(text)) {
    into.push({ name: text.split('.').at(-1) ?? text, origins: others.flatMap(originsOf) });
    return open;
  }
  const conditions = text === undefined ? [] : readSqlCondition(text);
  if (conditions.length > 0) {
    const origins = others.flatMap(originsOf);
    into.push(...conditions.map(({ name, operator }) => ({ name, operator, origins })));
    return open;
  }
  const scalar = value.atoms.some(({ kind }) => kind === 'data' || kind === 'constant');
  if (by !== undefined && scalar) into.push({ name: by, origins: originsOf(value) });
  return open || (by === undefined && scalar);
}

function objectFilter(name: string, value: Value): FilterField[] {
  const keys = [...(value.fields ?? [])];
  const operators = keys.filter(([key]) => OPERATORS.test(key));
  if (operators.length > 0)
    return operators.map(([operator, operand]) => ({ name, operator, origins: originsOf(operand) }));
  // `{ user: { id } }`: rows of that user.
  if (keys.length > 0 && keys.every(([key]) => !/^\d+$/.test(key)))
    return keys.map(([key, inner]) => ({ name: `${name}.${key}`, origins: originsOf(inner) }));
  const [text] = textsOf(value);
  const word = text !== undefined && /^[A-Za-z_-]{1,30}$/.test(text) ? text : undefined;
  return [{ name, origins: originsOf(value), ...(word === undefined ? {} : { text: word }) }];
}

/** `and(eq(users.id, id), lt(users.createdAt, cutoff))`: columns are members of a library's value. */
function addCallFilter(atom: LibraryAtom, into: FilterField[], depth: number): boolean {
  const args = atom.arguments ?? [];
  if (atom.path.at(-1) !== '()' || args.length === 0) return false;
  const operator = atom.path.at(-2)?.slice(1) ?? '';
  const column = args.flatMap(columnsIn)[0];
  if (column !== undefined) {
    const operands = args.filter((value) => columnsIn(value).length === 0);
    into.push({ name: column, operator, origins: operands.flatMap(originsOf) });
    return false;
  }
  return args.map((value) => addFilters(value, undefined, [], into, depth - 1)).some(Boolean);
}

function columnsIn(value: Value): string[] {
  return value.atoms.flatMap((atom) => {
    const last = atom.kind === 'library' ? atom.path.at(-1) : undefined;
    return last?.startsWith('.') && atom.kind === 'library' && atom.path.includes('()') ? [last.slice(1)] : [];
  });
}

/** The names that a `select` or `include` says yes to, two levels deep. */
export function includedNames(value: Value, depth = 2): string[] {
  return [...(value.fields ?? [])].flatMap(([key, field]) => {
    if (textsOf(field).includes('false')) return [];
    const inner = depth > 0 ? includedNames(field, depth - 1) : [];
    return [...(/^(?:\d+|\[\]|select|include)$/.test(key) ? textsOf(field) : [key]), ...inner];
  });
}

const DEEPEST_SELECTION = 8;

/** What chooses among the related rows that a read brings along: `include: { users: { where: { newsletter: true } } }`. */
export function innerFilters(value: Value, depth = DEEPEST_SELECTION): FilterField[] {
  if (depth === 0) return [];
  return [...(value.fields ?? [])].flatMap(([key, field]) =>
    key === 'where' ? filterFields(field, undefined, []).fields : innerFilters(field, depth - 1),
  );
}
