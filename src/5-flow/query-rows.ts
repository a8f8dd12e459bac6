import type { SourceModel } from '../core/catalogue.ts';
import type { Analysis } from './analysis.ts';
import { below, isIndex, rekey } from './data.ts';
import { ANY, type DataAtom, ELEMENT, NOTHING, textsOf, type Value } from './value.ts';

/** Rows of rows, as deep as a query is read. */
const DEEPEST = 3;

/** The words by which a library's queries ask for columns and for the rows that a row refers to. */
export interface QueryWords {
  readonly select: string | null;
  readonly omit: string | null;
  readonly include: string | null;
}

/** The words of a model, and the port of the object they are keys of; null where the model names none. */
export function queryOf({ select, omit, include }: SourceModel): { words: QueryWords; port: string } | null {
  const port = select ?? include ?? omit;
  if (port === undefined) return null;
  // `select({ email: users.email })`: the argument itself is what is asked for.
  if (select?.endsWith(']')) return { words: { select: ITSELF, omit: null, include: null }, port: select };
  const words = { select: lastName(select), omit: lastName(omit), include: lastName(include) };
  return { words, port: port.slice(0, port.lastIndexOf('.')) };
}

/** The word for the whole of a query. */
const ITSELF = '';

function lastName(port: string | undefined): string | null {
  return port === undefined ? null : port.slice(port.lastIndexOf('.') + 1);
}

/**
 * A row as a query asked for it: the chosen columns, and below each reference that was loaded, that row by what was
 * asked of it. References nobody asked for are not there. What the query does not tell stays open.
 */
export function askedRow(row: DataAtom, query: Value, words: QueryWords, analysis: Analysis, depth = DEEPEST): Value {
  const [select, omit, include] = [words.select, words.omit, words.include].map((word) => partOf(query, word));
  const asked = [...switchedOn(select), ...switchedOn(include)];
  const chosen = select?.fields && isKnown(select) ? switchedOn(select).map(([key]) => key) : null;
  // `columns: { password: false }` leaves that one out.
  const only = chosen?.length === 0 && select?.fields?.size !== 0 ? null : chosen;
  const open = only !== null || ![query, select, include].every((part) => isKnown(part as Value));
  const left = open ? [] : referencesOf(row, analysis).filter((name) => !asked.some(([key]) => key === name));
  const omitted = omit && isKnown(omit) ? switchedOn(omit).map(([key]) => key) : [];
  const without = [...omitted, ...(only ? [] : switchedOff(select)), ...left].sort();
  const kept = rekey({ ...row, only, without: without.length > 0 ? without : null });
  const fields = new Map<string, Value>();
  for (const [key, part] of depth > 0 ? asked : []) {
    const referred = referredRow(row, key, part, words, analysis, depth - 1);
    if (referred) fields.set(key, referred);
  }
  for (const [key, part] of depth > 0 ? listed(include, analysis) : []) {
    const model = modelOf(part);
    const at = model && below(row, key, model, row.read);
    if (at) fields.set(key, askedRow(at, part, words, analysis, depth - 1));
  }
  return { atoms: [kept], fields: fields.size > 0 ? fields : null };
}

/** `include: [User, { model: Pet, as: 'pet' }]`: the rows asked for by their classes, under the name they get. */
function listed(include: Value | undefined, { program }: Analysis): [string, Value][] {
  return [...(include?.fields ?? [])].flatMap(([key, part]): [string, Value][] => {
    const model = isIndex(key) ? modelOf(part) : null;
    if (!model) return [];
    const name = textsOf(part.fields?.get('as') ?? NOTHING)[0] ?? program.classes[model.class]?.facts.name;
    return name ? [[name, part]] : [];
  });
}

/** The class of rows in a list of what to include. */
function modelOf({ atoms, fields }: Value): { readonly kind: 'class'; readonly class: number } | null {
  for (const atom of [...atoms, ...(fields?.get('model')?.atoms ?? [])]) {
    if (atom.kind === 'class') return { kind: 'class', class: atom.class };
  }
  return null;
}

/** The row or rows that a reference leads to; null for a plain column. */
function referredRow(
  row: DataAtom,
  key: string,
  part: Value,
  words: QueryWords,
  analysis: Analysis,
  depth: number,
): Value | null {
  const field = row.type ? analysis.types.field(row.type, key) : undefined;
  if (field ? analysis.types.resolve(field.type).kind !== 'entity' : !part.fields) return null;
  const at = below(row, key, field?.type ?? null, row.read, field ?? null);
  if (!at) return null;
  if (!isList(row, key, analysis)) return askedRow(at, part, words, analysis, depth);
  const element = below(at, ELEMENT, at.type, row.read);
  if (!element) return null;
  return { atoms: [], fields: new Map([[ELEMENT, askedRow(element, part, words, analysis, depth)]]) };
}

function referencesOf({ type }: DataAtom, { types }: Analysis): string[] {
  if (!type || types.resolve(type).kind !== 'entity') return [];
  return types.fields(type).flatMap((field) => (types.resolve(field.type).kind === 'entity' ? [field.name] : []));
}

function isList({ type }: DataAtom, key: string, { types }: Analysis): boolean {
  const resolved = type && types.resolve(type);
  return resolved?.kind === 'entity' && resolved.entity.fields.some(({ name, list }) => name === key && list);
}

function partOf(query: Value, word: string | null): Value {
  if (word === ITSELF) return query;
  return (word === null ? undefined : query.fields?.get(word)) ?? NOTHING;
}

/** Whether all of an object is seen: nothing in it comes from elsewhere, or under a computed name. */
function isKnown({ atoms, fields }: Value): boolean {
  return atoms.every(({ kind }) => kind === 'constant') && !fields?.has(ANY);
}

function switchedOff(part: Value | undefined): string[] {
  return [...(part?.fields ?? [])].flatMap(([key, value]) => (textsOf(value).includes('false') ? [key] : []));
}

function switchedOn(part: Value | undefined): [string, Value][] {
  return [...(part?.fields ?? [])].filter(([, value]) => !textsOf(value).includes('false'));
}
