/**
 * Conditions in the filters of queries: `where: { marketingOptIn: true }` gives rows of people who opted in, and so do
 * `where(eq(users.marketingOptIn, true))`, `where('marketing_opt_in', true)` and SQL that says the same.
 */
import type { ColumnTest, ConditionModel } from '../core/catalogue.ts';
import type { Analysis } from './analysis.ts';
import { isIndex } from './data.ts';
import { type GuardEntry, withHolder } from './guards.ts';
import { libraryPath } from './library-path.ts';
import { conditionsOfFilter, type SqlCondition } from './sql-conditions.ts';
import { type Atom, constant, isNothing, type LibraryAtom, NOTHING, type Place, textsOf, type Value } from './value.ts';

const DEEPEST = 4;

/** Keys under which each of several conditions must hold. */
const ALL_OF = /^(?:AND|and|\$and|every|some|is)$/;
const EQUALS = /^(?:equals|eq|\$eq|in|\$in)$/;
const DIFFERS = /^(?:not|ne|\$ne|notIn|\$nin)$/;

/** What a filter, an object of fields and values or a condition that a call made, says of every row it lets through. */
export function predicateGuards(filter: Value, place: Place, analysis: Analysis, depth = DEEPEST): GuardEntry[] {
  if (depth === 0) return [];
  const entries: GuardEntry[] = [];
  const made = onlyMade(filter);
  if (made) entries.push(...conditionGuards(made, place, analysis, depth));
  for (const [key, value] of filter.fields ?? []) {
    if (ALL_OF.test(key) || isIndex(key)) {
      entries.push(...predicateGuards(value, place, analysis, depth - 1));
      continue;
    }
    const entry = fieldGuard(key, truthAskedFor(value), place, analysis);
    if (entry) entries.push(entry);
    else if (value.fields) entries.push(...heldGuards(key, value, place, analysis));
  }
  return entries;
}

/** `where('marketing_opt_in', true)`, `where('marketing_opt_in', '=', true)`, `where('user.optedIn = :yes', { yes: true })` */
export function writtenGuards(filter: Value, others: readonly Value[], place: Place, analysis: Analysis): GuardEntry[] {
  const [text, ...more] = textsOf(filter);
  if (text === undefined || more.length > 0) return predicateGuards(filter, place, analysis);
  if (!/^[\p{L}\p{N}_.]+$/u.test(text) || others.length === 0)
    return sqlGuards(conditionsOfFilter(text), others, place, analysis);
  const [operator = NOTHING, value] = others;
  if (!value) return columnGuards(text.split('.'), truthAskedFor(operator), place, analysis);
  const truth = truthAskedFor(value);
  const [word] = textsOf(operator);
  if (word === '=' || word === '==' || word === 'is') return columnGuards(text.split('.'), truth, place, analysis);
  const differs = word === '!=' || word === '<>' || word === 'is not';
  return differs ? columnGuards(text.split('.'), turned(truth), place, analysis) : [];
}

/** What SQL conditions say, with their parameters filled in. */
export function sqlGuards(
  conditions: readonly SqlCondition[],
  parameters: readonly Value[],
  place: Place,
  analysis: Analysis,
): GuardEntry[] {
  return conditions.flatMap(({ column, value, negated }) => {
    const truth = typeof value === 'boolean' ? value : truthAskedFor(parameterOf(value, parameters));
    return columnGuards(column, negated ? turned(truth) : truth, place, analysis);
  });
}

/** `$2`, `:wanted`, `?`: in a list or an object beside the text, or the arguments after it. */
function parameterOf({ parameter, position }: { parameter: string; position: number }, given: readonly Value[]): Value {
  const name = parameter.slice(1);
  const at = /^\$\d+$/.test(parameter) ? Number(name) - 1 : position;
  const [first] = given;
  const inside = first?.fields?.get(name) ?? first?.fields?.get(String(at));
  const field = inside ?? (first?.fields ? undefined : given[at]);
  return field ?? UNKNOWN;
}

/** Holds neither a truth nor nothing. */
const UNKNOWN: Value = { atoms: [], fields: new Map() };

/** What a column at a port has to be. */
export function testGuards(
  column: Value,
  is: ColumnTest,
  value: Value | null,
  place: Place,
  analysis: Analysis,
): GuardEntry[] {
  const name = columnName(column);
  return name === null ? [] : columnGuards(name, truthOf(is, value), place, analysis);
}

function truthOf(is: ColumnTest, value: Value | null): boolean | undefined {
  if (is === 'nothing' || is === 'something') return is === 'something';
  const truth = value === null ? undefined : truthAskedFor(value);
  return is === 'unequal' ? turned(truth) : truth;
}

/** `wanted ? eq(users.optedIn, true) : undefined` asks nothing on one of its ways. */
export function isSometimesAsked(ways: readonly Value[], analysis: Analysis): boolean {
  return ways.some(isNothing) && ways.some(({ atoms }) => atoms.some((atom) => isCondition(atom, analysis)));
}

/** Beside a condition: it may be left out. */
export const SOMETIMES = constant('nothing', '', false);

function isCondition(atom: Atom, analysis: Analysis): boolean {
  return atom.kind === 'library' && conditionsOf(atom, analysis).length > 0;
}

/** What the model of the call that made a value says it asks. */
function conditionsOf({ api, package: name }: LibraryAtom, analysis: Analysis): readonly ConditionModel[] {
  if (api.steps.at(-1) !== '()') return [];
  return analysis.models.match(libraryPath(name, api.steps.slice(0, -1))).conditions;
}

/** What a library's call made, where it can be nothing else: what the call itself may hold does not count. */
function onlyMade({ atoms }: Value): LibraryAtom | null {
  const made = atoms.filter((atom): atom is LibraryAtom => atom.kind === 'library');
  return made.length === 1 && atoms.every(({ kind }) => kind === 'library' || kind === 'data')
    ? (made[0] ?? null)
    : null;
}

/** A condition made by a library's call, `and(eq(users.optedIn, true), …)`, by its model. */
function conditionGuards(made: LibraryAtom, place: Place, analysis: Analysis, depth: number): GuardEntry[] {
  return conditionsOf(made, analysis).flatMap(({ column, is = 'equal', value, all }) => {
    if (all !== undefined)
      return argumentsAt(all, made).flatMap((one) => predicateGuards(one, place, analysis, depth - 1));
    const [of] = argumentsAt(column, made);
    return of ? testGuards(of, is, argumentsAt(value, made)[0] ?? null, place, analysis) : [];
  });
}

/** `argument[0]`, `argument[*]` of the call that made a value. */
function argumentsAt(port: string | undefined, { arguments: given }: LibraryAtom): readonly Value[] {
  if (port === 'argument[*]') return given ?? [];
  const index = /^argument\[(\d)\]$/.exec(port ?? '')?.[1];
  return index === undefined ? [] : (given ?? []).slice(Number(index), Number(index) + 1);
}

/** How a column is called: by its name, or as a property of its table. */
function columnName(column: Value): readonly string[] | null {
  const [text, ...more] = textsOf(column);
  if (text !== undefined) return more.length > 0 ? null : text.split('.');
  const names = new Set(column.atoms.map(propertyName));
  const [name] = names;
  return name === undefined || names.size > 1 ? null : [name];
}

function propertyName(atom: Atom): string | undefined {
  if (atom.kind === 'data') return atom.path.at(-1);
  const last = atom.kind === 'library' ? atom.path.at(-1) : undefined;
  return last?.startsWith('.') ? last.slice(1) : undefined;
}

/** `{ consents: { marketing: true } }` */
function heldGuards(holder: string, value: Value, place: Place, analysis: Analysis): GuardEntry[] {
  return [...(value.fields ?? [])].flatMap(([key, field]) => {
    const name = withHolder(key, holder, analysis);
    const entry = name === null ? null : fieldGuard(name, truthAskedFor(field), place, analysis);
    return entry ? [entry] : [];
  });
}

/** `users.marketing_opt_in`, `consents.marketing` */
function columnGuards(
  column: readonly string[],
  truth: boolean | undefined,
  place: Place,
  analysis: Analysis,
): GuardEntry[] {
  const [name = '', holder = ''] = column.toReversed();
  const held = withHolder(name, holder, analysis);
  const entry =
    fieldGuard(name, truth, place, analysis) ?? (held === null ? null : fieldGuard(held, truth, place, analysis));
  return entry ? [entry] : [];
}

function fieldGuard(name: string, truth: boolean | undefined, place: Place, analysis: Analysis): GuardEntry | null {
  const reading = analysis.guardWords.classify(name);
  if (!reading || truth === undefined || reading.negated === truth) return null;
  const { kind, purpose } = reading;
  return { kind, purpose, subject: null, own: true, place };
}

function turned(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

/** Whether a field must be truthy or falsy to pass: `true`, `null`, `{ not: null }`. */
function truthAskedFor(value: Value): boolean | undefined {
  if (isNothing(value)) return false;
  if (value.fields) {
    const [only, ...more] = [...value.fields];
    if (!only || more.length > 0 || value.atoms.length > 0) return undefined;
    const [key, field] = only;
    if (isIndex(key) || EQUALS.test(key)) return truthAskedFor(field);
    return DIFFERS.test(key) ? turned(truthAskedFor(field)) : undefined;
  }
  const [atom] = value.atoms;
  if (value.atoms.length !== 1 || atom?.kind !== 'constant' || !atom.whole) return undefined;
  return !/^(?:false|0|denied|declined|revoked|withdrawn|no|off|)$/i.test(atom.text);
}
