import { type PortPath, parsePort } from '../core/api-path.ts';
import type { SourceModel } from '../core/catalogue.ts';
import type { LinkedFunction } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { checkedType } from './checked-requests.ts';
import { data, rekey } from './data.ts';
import type { Matched } from './patterns.ts';
import type { TypeRef } from './types.ts';
import {
  type Atom,
  type DataAtom,
  isClosed,
  isUndecided,
  type LibraryAtom,
  NOTHING,
  type Place,
  type Source,
  textsOf,
  type Value,
  valueWith,
} from './value.ts';

/** Where something is asked for that a model calls a source. */
export interface SourceSite {
  /** Of the call; none for a property. */
  readonly arguments: readonly Value[];
  readonly place: Place;
  /** As one would write it: `req.body`. */
  readonly expression: string;
  /** The function it is in: for a form, the component. */
  readonly within: LinkedFunction;
}

/** The personal data that a model says comes from here. */
export function sourceValue(
  model: SourceModel,
  match: Matched,
  at: LibraryAtom,
  { arguments: args, place, expression, within }: SourceSite,
  analysis: Analysis,
): Value {
  const named = formField(model, args, within.facts.name, at.typeArguments[0], analysis);
  const category = model.data ?? named;
  const source: Source = {
    kind: model.kind,
    place,
    expression,
    model: `${at.package}: ${model.api}`,
    ...(category ? { data: category } : {}),
    ...(model.subject ? { subject: model.subject } : {}),
    ...isRequired(model, args),
  };
  const key = `S${place.file}:${place.span[0]}-${place.span[1]}:${model.kind}:${model.port ?? ''}`;
  const table = model.entity ? portArgument(model.entity, at, args) : undefined;
  const type = ownType(model, match, at, table, analysis) ?? checkedType(model.kind, within.id, analysis);
  if (!type && table) return rowsOfTable(key, source, table, analysis);
  const owner = model.entity === '*' ? match.wildcard : table && textsOf(table)[0];
  const atom = rowsOf(key, source, type, owner ?? undefined);
  // What is personal by itself enters here; of a body, what is read of it does.
  if (category) analysis.collect(atom, place);
  return valueWith(atom);
}

/** Rows that one source may give of several tables: no code chooses among more. */
const MOST_TABLES = 6;

/**
 * The rows of the table that a value names. While part of it is an input of the function (`db.get(table)`), they wait for
 * what callers pass; with a name that nobody can know they are rows of any table.
 */
function rowsOfTable(key: string, source: Source, table: Value, analysis: Analysis): Value {
  const names = textsOf(table).slice(0, MOST_TABLES);
  const atoms = names.map((name) => {
    const own = names.length === 1 && table.atoms.length === 1 ? key : `${key}=${name}`;
    return rowsOf(own, source, analysis.types.rowsOf(name), name);
  });
  for (const atom of table.atoms) {
    const type = schemaOf(atom, analysis);
    if (type) atoms.push(rowsOf(`${key}=${atom.key}`, source, type, undefined));
  }
  const open = table.atoms.filter(
    (atom): atom is DataAtom => atom.kind === 'data' && !atom.derived && !isClosed(valueWith(atom)),
  );
  if (open.length > 0) atoms.push(waitingRows(key, source, valueWith(...open)));
  return atoms.length > 0 ? valueWith(...atoms) : valueWith(rowsOf(key, source, null, undefined));
}

function rowsOf(key: string, source: Source, type: TypeRef | null, owner: string | undefined): DataAtom {
  const known = { ...source, ...(type ? { type } : {}), ...(owner ? { owner } : {}) };
  return data({ kind: 'source', key, source: known }, type);
}

function waitingRows(key: string, source: Source, table: Value): DataAtom {
  const root = { kind: 'source', key: `${key}?${table.atoms.map((atom) => atom.key).join()}`, source } as const;
  return data({ ...root, waits: { key, table } });
}

/** Rows that waited for the name of their table, now that a caller tells more of it. */
export function rowsNamed(atom: DataAtom, table: Value, analysis: Analysis): Value {
  const { root } = atom;
  if (root.kind !== 'source' || !root.waits || table === root.waits.table) return valueWith(atom);
  return rowsOfTable(root.waits.key, root.source, table, analysis);
}

/** Rows that wait for a name nobody will tell any more. */
export function ofAnyTable(atom: DataAtom): DataAtom {
  const { root, path } = atom;
  if (root.kind !== 'source' || !root.waits) return atom;
  const { key } = root.waits;
  return rekey({ ...atom, root: { kind: 'source', key, source: root.source }, at: `${key}.${path.join('.')}` });
}

/** What the rows of a model's entity are: of a source or of a sink. */
export function entityOf(
  model: Pick<SourceModel, 'entity'>,
  match: Matched,
  at: LibraryAtom,
  args: readonly Value[],
  analysis: Analysis,
): TypeRef | null {
  const table = model.entity ? portArgument(model.entity, at, args) : undefined;
  const [name] = table ? textsOf(table) : [];
  return ownType(model, match, at, table, analysis) ?? (name === undefined ? null : analysis.types.rowsOf(name));
}

/** The schema a source's rows follow, where something other than a table's name tells. */
function ownType(
  model: Pick<SourceModel, 'entity'>,
  match: Matched,
  at: LibraryAtom,
  table: Value | undefined,
  analysis: Analysis,
): TypeRef | null {
  if (model.entity === '*' && match.wildcard) {
    const entity = analysis.types.entityNamed(match.wildcard);
    return entity ? { kind: 'entity', entity } : analysis.types.rowsOf(match.wildcard);
  }
  const position = /^type-argument(?:\[(\d+)\])?$/.exec(model.entity ?? '');
  const given = position && at.typeArguments[Number(position[1] ?? 0)];
  if (given) return given;
  // `Repository<User>`, or `getRepository(User)`.
  const named = position ? at.arguments?.[0] : table;
  for (const atom of named?.atoms ?? []) {
    const schema = schemaOf(atom, analysis);
    if (schema) return schema;
  }
  // `sequelize.define('user', { … })`: what the receiver was made with.
  return model.entity && at.place ? analysis.types.schemaAt(at.place) : null;
}

/** The rows of a table that is a class or a schema in code. */
function schemaOf(atom: Atom, analysis: Analysis): TypeRef | null {
  if (atom.kind === 'class') return { kind: 'class', class: atom.class };
  return atom.kind === 'library' && atom.place ? analysis.types.schemaAt(atom.place) : null;
}

/** `argument[0]` of this call, `this.argument[0]` of the one that made the value. */
function portArgument(port: string, at: LibraryAtom, args: readonly Value[]): Value | undefined {
  const own = /^argument\[(\d+)\]$/.exec(port);
  if (own) return args[Number(own[1])];
  const made = /^this\.argument\[(\d+)\]$/.exec(port);
  return made ? at.arguments?.[Number(made[1])] : undefined;
}

/** `<input required>`, `register('email', { required: 'Please tell us' })`; open where attributes are spread in. */
function isRequired({ required }: SourceModel, args: readonly Value[]): Pick<Source, 'required'> {
  if (required === undefined) return {};
  const values = required.flatMap(parsePort).flatMap((path) => valuesAt(path, args));
  // `{ value: true, message: 'Please tell us' }`
  const truths = values.map((value) => truthOf(value.fields?.get('value') ?? value));
  if (truths.includes(true)) return { required: true };
  const open = truths.includes(null) || args.some(({ atoms }) => atoms.some(({ kind }) => kind !== 'constant'));
  return open ? {} : { required: false };
}

/** What stands at a port of the arguments. */
function valuesAt({ root, steps }: PortPath, args: readonly Value[]): Value[] {
  let value = root.kind === 'argument' && typeof root.index === 'number' ? args[root.index] : undefined;
  for (const step of steps) value = step.kind === 'property' ? value?.fields?.get(step.name) : undefined;
  return value === undefined ? [] : [value];
}

/** Whether a value holds; null where only runs know. */
function truthOf({ atoms }: Value): boolean | null {
  const [only] = atoms;
  if (atoms.length !== 1 || only?.kind !== 'constant' || !only.whole || isUndecided(only)) return null;
  return !['', 'false', '0', 'null', 'undefined'].includes(only.text);
}

/** Whether a form's values are about something else: by their type's name, or as nothing a person alone has is among them. */
function isOfThing(type: TypeRef, { types, names }: Analysis): boolean {
  if (type.kind === 'declared' && type.type.kind === 'reference' && names.isAboutThing(type.type.name)) return true;
  const fields = types.fields(type);
  return fields.length > 1 && fields.every(({ name }) => names.classify(name) === null);
}

/** A form control says what is typed into it: `<input name="email">`, `type="tel"`, `autoComplete="bday"`. */
function formField(
  model: SourceModel,
  args: readonly Value[],
  within: string,
  type: TypeRef | undefined,
  analysis: Analysis,
): string | undefined {
  if (model.kind !== 'form') return undefined;
  // What is typed is about the person, unless the form is about something else: `CreateTeamDialog`.
  const person = analysis.names.isAboutThing(within) || (type && isOfThing(type, analysis)) ? '' : 'user';
  if (model.field) {
    const texts = parsePort(model.field).flatMap((path) => valuesAt(path, args).flatMap(textsOf));
    return texts.map((text) => analysis.names.classify(text, { owner: person })?.category).find(Boolean);
  }
  const control = args[0]?.fields;
  // `<input readOnly value={secret}>` shows, and takes nothing.
  if (!control || control.has('readOnly')) return undefined;
  const textsAt = (attribute: string): string[] => textsOf(control.get(attribute) ?? NOTHING);
  // A file may be anything.
  const owner = textsAt('type').includes('file') ? '' : person;
  for (const attribute of ['autoComplete', 'autocomplete', 'name', 'type', 'id']) {
    for (const text of textsAt(attribute)) {
      // Several of what a person has one of (`regions`, `credits`) are a setting's.
      const reading = analysis.names.classify(text, { owner: /[^s]s$/i.test(text) ? '' : owner });
      if (reading) return reading.category;
    }
  }
  return undefined;
}
