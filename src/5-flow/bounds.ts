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
export const MOST_KEPT_WEIGHT = 60;
const DEEPEST_KEPT = 3;

const WEIGHTS = new WeakMap<Value, number>();

/**
 * A value as it is, or with its deepest levels made flat: all their data is kept, but not under which key it was. What
 * many read a little of (a context, a store) is then uncertain in each of them.
 */
export function bounded(value: Value, most = MOST_WEIGHT): Value {
  const uncertain = most < MOST_WEIGHT;
  if (!value.fields || weightOf(value) <= most) return value;
  for (let depth = DEEPEST_KEPT; depth > 0; depth--) {
    const flat = flatBelow(value, depth, uncertain);
    if (weightOf(flat) <= most) return flat;
  }
  return flatBelow(value, 0, uncertain);
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
