/** Conditions in the filters of queries: `where: { marketingOptIn: true }` gives rows of people who opted in. */
import type { Analysis } from './analysis.ts';
import { isIndex } from './data.ts';
import { type GuardEntry, withHolder } from './guards.ts';
import { isNothing, type Place, type Value } from './value.ts';

const DEEPEST = 4;

/** Keys under which each of several conditions must hold. */
const ALL_OF = /^(?:AND|and|\$and|every|some|is)$/;
const EQUALS = /^(?:equals|eq|\$eq|in|\$in)$/;
const DIFFERS = /^(?:not|ne|\$ne|notIn|\$nin)$/;

/** What a filter, an object of fields and values, says of every row that it lets through. */
export function predicateGuards(filter: Value, place: Place, analysis: Analysis, depth = DEEPEST): GuardEntry[] {
  if (depth === 0) return [];
  const entries: GuardEntry[] = [];
  for (const [key, value] of filter.fields ?? []) {
    if (ALL_OF.test(key) || isIndex(key)) {
      entries.push(...predicateGuards(value, place, analysis, depth - 1));
      continue;
    }
    const entry = fieldGuard(key, value, place, analysis);
    if (entry) entries.push(entry);
    else if (value.fields) entries.push(...heldGuards(key, value, place, analysis));
  }
  return entries;
}

/** `{ consents: { marketing: true } }` */
function heldGuards(holder: string, value: Value, place: Place, analysis: Analysis): GuardEntry[] {
  return [...(value.fields ?? [])].flatMap(([key, field]) => {
    const name = withHolder(key, holder, analysis);
    const entry = name === null ? null : fieldGuard(name, field, place, analysis);
    return entry ? [entry] : [];
  });
}

function fieldGuard(name: string, value: Value, place: Place, analysis: Analysis): GuardEntry | null {
  const reading = analysis.guardWords.classify(name);
  const truth = reading && truthAskedFor(value);
  if (!reading || truth === undefined || truth === null || reading.negated === truth) return null;
  const { kind, purpose } = reading;
  return { kind, purpose, subject: null, own: true, place };
}

/** Whether a field must be truthy or falsy to pass: `true`, `null`, `{ not: null }`. */
function truthAskedFor(value: Value): boolean | undefined {
  if (isNothing(value)) return false;
  if (value.fields) {
    const [only, ...more] = [...value.fields];
    if (!only || more.length > 0 || value.atoms.length > 0) return undefined;
    const [key, field] = only;
    if (isIndex(key) || EQUALS.test(key)) return truthAskedFor(field);
    const excluded = DIFFERS.test(key) ? truthAskedFor(field) : undefined;
    return excluded === undefined ? undefined : !excluded;
  }
  const [atom] = value.atoms;
  if (value.atoms.length !== 1 || atom?.kind !== 'constant' || !atom.whole) return undefined;
  return !/^(?:false|0|denied|declined|revoked|withdrawn|no|off|)$/i.test(atom.text);
}
