import { type Confidence, type DataCategory, type DataSubject, isSure } from '../core/privacy.ts';
import type { Analysis } from './analysis.ts';
import { data, rekey } from './data.ts';
import { join } from './join.ts';
import type { NameReading } from './names.ts';
import type { TypeField, TypeRef } from './types.ts';
import { type DataAtom, ELEMENT, type Naming, type Place, type Value, valueWith } from './value.ts';

/** What an atom holds, and why we believe it. */
export interface Classified {
  readonly category: DataCategory;
  readonly subject: DataSubject | null;
  readonly confidence: Confidence;
  readonly evidence: Naming['evidence'];
  readonly reason: string;
  /** Whether it has to be given, where its declaration says. */
  readonly required?: boolean;
}

/** Fields of fields, as far as a whole object is spread out. */
const DEEPEST = 2;

/** The personal data in an atom: one category for a field, several for a whole object, none when it is not personal. */
export function classify(atom: DataAtom, analysis: Analysis): readonly Classified[] {
  if (atom.naming) return [withSubject(atom.naming, atom)];
  const own = classifyItself(atom, analysis);
  if (own !== undefined) return own ? [own] : [];
  return classifyWhole(atom, analysis);
}

function withSubject(naming: Naming, atom: DataAtom): Classified {
  return { ...naming, subject: naming.subject ?? sourceSubject(atom) };
}

function sourceSubject(atom: DataAtom): DataSubject | null {
  return atom.root.kind === 'source' ? (atom.root.source.subject ?? null) : null;
}

/** What the value is by its own declaration or name; null for decidedly not personal, undefined for an object. */
function classifyItself(atom: DataAtom, analysis: Analysis): Classified | null | undefined {
  const { root, field } = atom;
  const declared = root.kind === 'source' ? root.source.data : undefined;
  if (root.kind === 'source' && declared) {
    const { expression, model, does, confidence = 'high' } = root.source;
    const reason = does === undefined ? `${expression} by the model ${model}` : `${expression} ${does}`;
    const asked = root.source.required === undefined ? {} : { required: root.source.required };
    return { category: declared, subject: sourceSubject(atom), confidence, evidence: 'framework', reason, ...asked };
  }
  if (field?.annotation === null) return null;
  if (field?.annotation) return annotated(field, field.annotation, atom);
  if (isSilent(atom.type, analysis)) return null;
  if (hasFields(atom.type, analysis)) return undefined;
  const byField = field && fieldReading(field, atom, analysis);
  if (byField) return byField;
  const named = byName(atom, analysis);
  return named ?? (names(atom).length === 0 || isObject(atom, analysis) ? undefined : null);
}

function annotated(field: TypeField, category: DataCategory, atom: DataAtom): Classified {
  const reason = `field ${field.name} is marked @personal (${field.origin.file}:${field.origin.line})`;
  const subject = sourceSubject(atom);
  return { category, subject, confidence: 'high', evidence: 'declared', reason, ...requiredOf(field) };
}

/** Types whose values hold nothing personal, whatever they are called. */
function isSilent(type: TypeRef | null, analysis: Analysis): boolean {
  if (!type) return false;
  const resolved = analysis.types.resolve(type);
  return resolved.kind === 'primitive' && /^(?:boolean|function)$/i.test(resolved.name);
}

function hasFields(type: TypeRef | null, analysis: Analysis): boolean {
  if (!type) return false;
  const resolved = analysis.types.resolve(type);
  return resolved.kind === 'array' ? hasFields(resolved.of, analysis) : analysis.types.fields(type).length > 0;
}

function isEntity(type: TypeRef, analysis: Analysis): boolean {
  const resolved = analysis.types.resolve(type);
  return resolved.kind === 'array' ? isEntity(resolved.of, analysis) : resolved.kind === 'entity';
}

function isObject(atom: DataAtom, analysis: Analysis): boolean {
  return atom.only !== null || (analysis.observed.get(atom.at)?.size ?? 0) > 0;
}

function fieldReading(field: TypeField, atom: DataAtom, analysis: Analysis): Classified | null {
  const { kind, owner, file, line } = field.origin;
  const reading = analysis.names.classify(field.name, { owner: owner || ownerOf(atom), siblings: field.siblings });
  if (!reading) return null;
  const reason = `field ${field.name}${owner ? ` of ${owner}` : ''} (${file}:${line})`;
  const isSaid = kind === 'schema' || comesIn(atom);
  const confidence: Confidence = isSaid && reading.confidence !== 'low' ? 'high' : reading.confidence;
  return {
    category: reading.category,
    subject: reading.subject ?? sourceSubject(atom),
    confidence,
    evidence: kind,
    reason,
    ...requiredOf(field),
  };
}

function requiredOf({ required }: TypeField): Pick<Classified, 'required'> {
  return required === undefined ? {} : { required };
}

/** The names that lead to a value, from its root on: `user`, `contact`, `email`. */
function names(atom: DataAtom): string[] {
  const path = pathNames(atom);
  const root = ownerOf(atom);
  return root ? [root, ...path] : path;
}

function pathNames(atom: DataAtom): string[] {
  return atom.path.filter((name) => name !== ELEMENT && !name.startsWith('$'));
}

/** A path's reading; what it leaves open may be told by the name of the function that takes it: `setSession(token)`. */
function readingOf(path: readonly string[], atom: DataAtom, analysis: Analysis): NameReading | null {
  const { root } = atom;
  if (root.kind === 'opaque' && atom.path.length === 0 && root.nameable) {
    return analysis.names.classifyResult(root.name) ?? analysis.names.classifyPath(path);
  }
  const own = analysis.names.classifyPath(path);
  const about = functionName(atom, analysis);
  if (own || !about) return own;
  const below = pathNames(atom);
  // `removeMember(user, team)`: the name of the team is nobody's.
  const isOpen = below.length > 0 && !analysis.names.isAboutThing(ownerOf(atom));
  return (
    analysis.names.classifyPath([about, ...path]) ?? (isOpen ? analysis.names.classifyPath([about, ...below]) : null)
  );
}

/** What a parameter is about, judging by its function: `setSession(token)`, `User.constructor(name)`. */
function functionName({ root }: DataAtom, analysis: Analysis): string {
  if (root.kind !== 'input' || root.index < 0) return '';
  const [last = '', owner = ''] = (analysis.program.functions[root.function]?.facts.name ?? '').split('.').reverse();
  return last === 'constructor' ? owner : last;
}

function ownerOf(atom: DataAtom): string {
  const { root } = atom;
  switch (root.kind) {
    case 'source':
      return root.source.owner ?? OWNERS[root.source.kind] ?? '';
    case 'opaque':
      return root.nameable ? root.name : '';
    case 'input':
    case 'cell':
    case 'result':
      return root.name ?? '';
    default:
      return '';
  }
}

/** Whose object a source's fields belong to, where the code gives it no name. */
const OWNERS: Partial<Record<string, string>> = {
  'request-body': 'body',
  'request-query': 'query',
  'request-parameters': 'params',
  'request-headers': 'headers',
  session: 'user',
  'identity-provider': 'profile',
  form: 'form',
};

function byName(atom: DataAtom, analysis: Analysis): Classified | null {
  const path = names(atom);
  if (path.length === 0 || (atom.root.kind === 'source' && atom.path.length === 0)) return null;
  const reading = readingOf(path, atom, analysis);
  return reading && fromReading(reading, path, atom);
}

/** Whether a library says that people hand it in: what a request or a form holds. */
function comesIn({ root }: DataAtom): boolean {
  return root.kind === 'source' && root.source.kind !== 'database' && root.source.kind !== 'storage';
}

function fromReading(reading: NameReading, path: readonly string[], atom: DataAtom): Classified {
  const source = atom.root.kind === 'source' ? atom.root.source : null;
  const framework = comesIn(atom);
  const confidence: Confidence =
    framework && reading.confidence !== 'low' ? 'high' : lower(reading.confidence, 'medium');
  return {
    category: reading.category,
    subject: reading.subject ?? sourceSubject(atom),
    confidence,
    evidence: framework ? 'framework' : 'name',
    reason: source ? `name ${path.at(-1)} in ${source.expression}` : `name ${path.slice(-2).join('.')}`,
  };
}

function lower(a: Confidence, b: Confidence): Confidence {
  return isSure(a, b) ? b : a;
}

/**
 * A whole object stands for the personal fields that its type declares, or that the program was seen to read; where no
 * type says what there is, also for those that a schema or a selection asks for.
 */
function classifyWhole(atom: DataAtom, analysis: Analysis): Classified[] {
  const found = new Map<DataCategory, Classified>();
  const add = (classified: Classified): void => {
    if (!found.has(classified.category)) found.set(classified.category, classified);
  };
  if (atom.type && hasFields(atom.type, analysis)) {
    const optional = atom.field?.required === false ? { required: false } : {};
    for (const classified of typeFields(atom.type, atom, DEEPEST, analysis)) add({ ...classified, ...optional });
    return [...found.values()];
  }
  for (const key of new Set([...(analysis.observed.get(atom.at) ?? []), ...(atom.only ?? [])])) {
    if (!keeps(atom, key)) continue;
    const path = [...names(atom), key];
    const reading = analysis.names.classifyPath(path);
    if (reading) add(fromReading(reading, path, atom));
  }
  return [...found.values()];
}

function keeps(atom: DataAtom, key: string): boolean {
  return (!atom.only || atom.only.includes(key)) && !atom.without?.includes(key);
}

/** A library's type that is no mark on a plain one: `CreationOptional<string>` and `Generated<string>` are texts. */
function isLibraryObject(type: TypeRef, analysis: Analysis): boolean {
  const resolved = analysis.types.resolve(type);
  if (resolved.kind !== 'library') return false;
  const [only] = resolved.arguments;
  if (resolved.arguments.length !== 1 || !only) return true;
  const marked = analysis.types.resolve(only);
  return marked.kind !== 'primitive' || marked.name === 'unknown';
}

/** `user.pets[].owner` is the user again. */
function isOfItself(type: TypeRef, atom: DataAtom, { types }: Analysis): boolean {
  const [own, other] = [atom.type ?? type, type].map((one) => {
    const resolved = types.resolve(one);
    return resolved.kind === 'array' ? types.resolve(resolved.of) : resolved;
  });
  return own?.kind === 'class' && other?.kind === 'class' && own.class === other.class;
}

function typeFields(type: TypeRef, atom: DataAtom, depth: number, analysis: Analysis): Classified[] {
  const resolved = analysis.types.resolve(type);
  if (resolved.kind === 'array') return depth > 0 ? typeFields(resolved.of, atom, depth, analysis) : [];
  return analysis.types.fields(type).flatMap((field): Classified[] => {
    if (depth === DEEPEST && !keeps(atom, field.name)) return [];
    if (field.annotation === null) return [];
    if (field.annotation) return [annotated(field, field.annotation, atom)];
    if (isSilent(field.type, analysis) || isLibraryObject(field.type, analysis)) return [];
    // Rows do not bring the rows they refer to, unless asked; nor do `Omit<Row, 'id'>` and its like.
    const refers = field.origin.kind === 'schema' && isEntity(field.type, analysis);
    const isRow = refers || resolved.kind === 'entity' || analysis.types.libraries(type).length > 0;
    if (hasFields(field.type, analysis)) {
      const inner =
        isRow || depth === 0 || isOfItself(field.type, atom, analysis)
          ? []
          : typeFields(field.type, atom, depth - 1, analysis);
      // What belongs to something that may be left out may be left out.
      return field.required === false ? inner.map((one) => ({ ...one, required: false })) : inner;
    }
    const reading = fieldReading(field, atom, analysis);
    return reading ? [reading] : [];
  });
}

/**
 * A value that nothing tells about takes the category of the name it is bound to: `const email = payload.e`. Results of
 * calls with only literals are labels, settings and translations, and keep their silence.
 */
export function naming(value: Value, name: string, place: Place | null, analysis: Analysis): Value {
  const reading = analysis.names.classify(name);
  if (!reading) return value;
  // `email: \`deleted-${user.id}\`` holds an id, and is no address.
  const knows = value.atoms.some((atom) => atom.kind === 'data' && !atom.naming && classify(atom, analysis).length > 0);
  return knows ? value : named(value, nameSaying(name, reading), place, analysis);
}

/** The same for what a function returns, by the function's name: `getSessionToken()`. */
export function namingResult(value: Value, name: string, place: Place | null, analysis: Analysis): Value {
  if (!value.atoms.some((atom) => atom.kind === 'data')) return value;
  return named(value, nameSaying(name, analysis.names.classifyResult(name)), place, analysis);
}

/** The same for what a browser keeps under a name: a cookie `token` is the session's. */
export function namingKept(value: Value, name: string, place: Place | null, analysis: Analysis): Value {
  if (!value.atoms.some((atom) => atom.kind === 'data')) return value;
  const reading = analysis.names.classify(name) ?? analysis.names.classifyPath(['session', name]);
  return named(value, nameSaying(name, reading), place, analysis);
}

/** The same for what is written to a column of a table whose schema is known: `User.create({ name: body.name })`. */
export function namingColumn(value: Value, column: TypeField, place: Place | null, analysis: Analysis): Value {
  if (column.annotation === null || !value.atoms.some((atom) => atom.kind === 'data')) return value;
  const { name, origin, siblings, type } = column;
  if (isSilent(type, analysis) || hasFields(type, analysis)) return value;
  const { owner, file, line } = origin;
  const reading = analysis.names.classify(name, { owner, siblings });
  if (!reading || reading.confidence === 'low') return value;
  const reason = `column ${name}${owner ? ` of ${owner}` : ''} (${file}:${line})`;
  const confidence = origin.kind === 'schema' ? 'high' : reading.confidence;
  return named(value, { name, naming: { ...reading, confidence, evidence: origin.kind, reason } }, place, analysis);
}

/** A name, and what it says of what is bound to it. */
interface Saying {
  readonly name: string;
  readonly naming: Naming;
}

function nameSaying(name: string, reading: NameReading | null): Saying | null {
  if (!reading) return null;
  const confidence = lower(reading.confidence, 'medium');
  return { name, naming: { ...reading, confidence, evidence: 'name', reason: `name ${name}` } };
}

function named(value: Value, saying: Saying | null, place: Place | null, analysis: Analysis): Value {
  // A text that holds something known is not also what it is called: `profileImage: \`/img/${user.email}\``.
  if (!saying || value.atoms.some((atom) => atom.kind === 'data' && isKnown(atom, analysis))) return value;
  const { name, naming } = saying;
  const nameable = value.atoms.filter((atom): atom is DataAtom => atom.kind === 'data' && isNameable(atom));
  const [first] = nameable;
  if (!first) return value;
  if (place && nameable.some(({ derived }) => derived)) {
    const protections = nameable.reduce((bits, atom) => bits & atom.protections, first.protections);
    return join(value, valueWith(madeHere(name, naming, protections, place)));
  }
  const atoms = value.atoms.map((atom) =>
    atom.kind === 'data' && nameable.includes(atom) ? rekey({ ...atom, naming }) : atom,
  );
  return { atoms, fields: value.fields };
}

/** A token made out of an id, a password out of random bytes: what it was made of is not where it comes from. */
function madeHere(name: string, naming: Naming, protections: number, place: Place): DataAtom {
  const key = `N${place.file}:${place.span[0]}-${place.span[1]}`;
  return rekey({ ...data({ kind: 'opaque', key, name, nameable: true, place }), naming, protections });
}

/** A user's id inside a token does not make the token an id. */
function isKnown(atom: DataAtom, analysis: Analysis): boolean {
  return classify(atom, analysis).some(({ confidence }) => confidence !== 'low' || !atom.derived);
}

function isNameable(atom: DataAtom): boolean {
  if (atom.naming || atom.uncertain) return false;
  // A column is what its schema says it is: `ip: org.id`.
  if (atom.field && atom.root.kind === 'source' && atom.root.source.kind === 'database') return false;
  return atom.root.kind !== 'opaque' || (atom.root.nameable && atom.path.length === 0);
}
