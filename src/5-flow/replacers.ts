/**
 * Callbacks that are asked for each key and value of an object, and what they leave out:
 *
 *     JSON.stringify(user, (key, value) => (HIDDEN.includes(key) ? undefined : value))
 *
 * The callback's summary says of the value it returns under which literals of the key it does.
 */
import type { Analysis } from './analysis.ts';
import { onlyFunction } from './assurances.ts';
import { rekey } from './data.ts';
import type { Frame } from './frame.ts';
import { mergeNames } from './join.ts';
import { type DataAtom, dataIn, type Value } from './value.ts';

/** The keys whose values come through, and those whose values do not; null where nothing is known. */
export interface Left {
  readonly only: readonly string[] | null;
  readonly without: readonly string[] | null;
}

/** What a callback of a key and a value lets through; null when it is no function of ours, or lets everything through. */
export function leftBy(callback: Value, frame: Frame, analysis: Analysis): Left | null {
  const atom = onlyFunction(callback);
  if (!atom) return null;
  const { returns } = analysis.summaryOf(atom.function, frame.id);
  const values = dataIn(returns).filter(({ root }) => root.kind === 'input' && root.index === 1);
  // What is left of a value, hashed or masked, is not told apart from nothing.
  const whole = values.filter(({ protections }) => protections === 0);
  if (whole.length === 0 || !whole.every(isByKey)) return null;
  const kept = whole.map(({ condition }) => condition as { holds: boolean; texts: readonly string[] });
  const only = kept.every(({ holds }) => holds) ? [...new Set(kept.flatMap(({ texts }) => texts))] : null;
  const without = kept.every(({ holds }) => !holds)
    ? kept.reduce<readonly string[]>(
        (left, { texts }) => left.filter((text) => texts.includes(text)),
        kept[0]?.texts ?? [],
      )
    : null;
  return only || without?.length ? { only, without } : null;
}

function isByKey({ condition, root }: DataAtom): boolean {
  return (
    root.kind === 'input' && condition?.index === 0 && condition.path.length === 0 && condition.texts !== undefined
  );
}

/** Objects inside objects, as deep as they are looked into. */
const DEEPEST = 4;

/** A value without what is left out, in all of its objects. */
export function leave(value: Value, left: Left, depth = DEEPEST): Value {
  const { only, without } = left;
  const atoms = value.atoms.map((atom) => {
    if (atom.kind !== 'data' || atom.derived) return atom;
    const kept = only ? (atom.only ? only.filter((name) => atom.only?.includes(name)) : [...only].sort()) : atom.only;
    return rekey({ ...atom, only: kept, without: without ? mergeNames(atom.without, without) : atom.without });
  });
  if (!value.fields || depth === 0) return { atoms, fields: value.fields };
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) {
    const isIn = (!only || only.includes(key) || key === '[]' || /^\d+$/.test(key)) && !without?.includes(key);
    if (isIn) fields.set(key, leave(field, left, depth - 1));
  }
  return { atoms, fields: fields.size > 0 ? fields : null };
}
