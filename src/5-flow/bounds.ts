/**
 * How large a value in a summary may be. Objects of real programs stay far below; code that builds trees out of trees
 * would make them grow with every call, and every call copies what a summary holds.
 */

import { rekey } from './data.ts';
import { join } from './join.ts';
import { type Atom, type DataAtom, dataIn, type Value } from './value.ts';

/** Atoms and fields of one value, all levels together. */
const MOST_WEIGHT = 500;
/** Of what an object keeps for whoever asks: every part that grows is seen by all of them again. */
const MOST_KEPT_WEIGHT = 200;
const DEEPEST_KEPT = 3;

/** How many levels of a value may keep their shape; none is cut. */
export const EVERY_LEVEL = DEEPEST_KEPT + 1;

const WEIGHTS = new WeakMap<Value, number>();

/** A value as it is, or with its deepest levels made flat: all their data is kept, but not under which key it was. */
export function bounded(value: Value): Value {
  if (!value.fields || weightOf(value) <= MOST_WEIGHT) return value;
  for (let depth = DEEPEST_KEPT; depth > 0; depth--) {
    const flat = flatBelow(value, depth, false);
    if (weightOf(flat) <= MOST_WEIGHT) return flat;
  }
  return flatBelow(value, 0, false);
}

/** Atoms and fields in a value. Values are shared, so remembered; one that holds itself counts once. */
function weightOf(value: Value): number {
  const known = WEIGHTS.get(value);
  if (known !== undefined) return known;
  WEIGHTS.set(value, 0);
  let weight = value.atoms.length;
  for (const field of value.fields?.values() ?? []) weight += 1 + weightOf(field);
  WEIGHTS.set(value, weight);
  return weight;
}

/**
 * What an object keeps, joined with more: the value, and how many of its levels still have their shape. What many read a
 * little of (a context, a store) is uncertain in each of them once it is flat. Levels made flat stay so, which is why
 * what comes is made flat before it is joined: nearly always it turns out to be known.
 */
export function joinBounded(
  before: Value,
  more: Value,
  levels: number,
): { readonly value: Value; readonly levels: number } {
  let left = levels;
  let value = join(before, left < EVERY_LEVEL ? flatBelow(more, left, true) : more);
  while (value !== before && left > 0 && weightOf(value) > MOST_KEPT_WEIGHT) {
    left--;
    value = flatBelow(value, left, true);
  }
  // Made flat, it may say nothing new after all.
  return { value: left < levels && join(before, value) === before ? before : value, levels: left };
}

function flatBelow(value: Value, depth: number, uncertain: boolean): Value {
  if (!value.fields) return value;
  if (depth === 0)
    return join({ atoms: value.atoms, fields: null }, { atoms: flatAtoms(value, uncertain), fields: null });
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) fields.set(key, flatBelow(field, depth - 1, uncertain));
  return { atoms: value.atoms, fields };
}

function flatAtoms(value: Value, uncertain: boolean): Atom[] {
  return dataIn({ atoms: [], fields: value.fields }).map(
    (atom): DataAtom =>
      atom.derived && (atom.uncertain || !uncertain)
        ? atom
        : rekey({ ...atom, derived: true, uncertain: atom.uncertain || uncertain }),
  );
}
