/**
 * Masks that code builds itself: a part of a text beside mask characters.
 *
 *     '*'.repeat(12) + card.slice(-4)        masked
 *     `${name[0]}***`                        masked
 *     '***' + card                           not masked: all of it is there
 */

import { PART_OF_TEXT as PART, protectionBit, rekey } from './data.ts';
import { mergeNames } from './join.ts';
import { type Atom, type DataAtom, dataIn, derive, mapData, type Value, withField } from './value.ts';

const MASKED = protectionBit('masked');

/** The same value, as a part of the text it was. */
export function asPart(value: Value): Value {
  return mapData(value, (atom) =>
    atom.protections & PART ? atom : rekey({ ...atom, protections: atom.protections | PART }),
  );
}

export function hasPart(value: Value): boolean {
  return dataIn(value).some(({ protections }) => (protections & PART) !== 0);
}

/** The atom as reports know it. */
export function withoutPart(atom: DataAtom): DataAtom {
  return atom.protections & PART ? rekey({ ...atom, protections: atom.protections & ~PART }) : atom;
}

/** `****`, `•••• `, `@***`, `Card ****`: at least one mask character that is no punctuation, or three letters of one kind. */
const MASK = /[*•·▪█]|[xX]{3,}/u;

/** A text of these parts: the parts of texts among them are masked when a literal beside them is a mask. */
export function besideMask(text: Value, parts: readonly Value[]): Value {
  const isMasking = parts.some(({ atoms }) => atoms.some(isMaskLiteral) && !atoms.some(({ kind }) => kind === 'data'));
  return isMasking ? masked(text) : text;
}

function isMaskLiteral(atom: Atom): boolean {
  return atom.kind === 'constant' && MASK.test(atom.text);
}

/** Parts of texts, now masked; whole texts stay as they are. */
function masked(value: Value): Value {
  return mapData(value, (atom) =>
    atom.protections & PART ? rekey({ ...atom, protections: (atom.protections & ~PART) | MASKED }) : atom,
  );
}

/** What stands in the place of what was there: mask characters, a word for it, and what was kept of it (`$1`). */
const REPLACEMENT = /^(?:\$(?:\d|<\w{1,30}>)|[*xX•#·▪█]|[\s@.()-]){1,60}$/u;
const WORD = /^[[<({*]{0,3}(?:redacted|removed|masked|hidden|filtered|scrubbed|email|phone)[\])}>*]{0,3}$/i;

export function isMask(text: string): boolean {
  return (REPLACEMENT.test(text) && /[*xX•#·▪█]/u.test(text)) || WORD.test(text);
}

const MOST_PATHS = 60;

/** What is handed over after the paths in it were masked: `['password', 'user.email', '*.phone']`. */
export function redacted(value: Value, paths: readonly string[]): Value {
  return paths.slice(0, MOST_PATHS).reduce((after, path) => redactedAt(after, stepsOf(path)), value);
}

/** `req.headers["x-key"]` → `req`, `headers`, `x-key`; `[*]` is `*`. */
function stepsOf(path: string): string[] {
  return path
    .split(/[.[\]]/)
    .map((step) => step.replace(/["']/g, ''))
    .filter((step) => step !== '')
    .slice(0, 8);
}

function redactedAt(value: Value, [step, ...rest]: readonly string[]): Value {
  if (step === undefined) return derive([value], { protections: MASKED });
  const keys = step === '*' ? [...(value.fields?.keys() ?? [])] : value.fields?.has(step) ? [step] : [];
  const written = keys.reduce<Value>((after, key) => {
    const field = value.fields?.get(key) as Value;
    return withField({ atoms: after.atoms, fields: without(after, key) }, key, redactedAt(field, rest));
  }, value);
  return redactedAtoms(written, step, rest);
}

function without({ fields }: Value, key: string): Value['fields'] {
  return fields && new Map([...fields].filter(([name]) => name !== key));
}

/** Whole objects lose the property that is masked: what stands in its place is no longer theirs. */
function redactedAtoms(value: Value, step: string, rest: readonly string[]): Value {
  if (rest.length > 0) return value;
  const atoms = value.atoms.map((atom) => {
    if (atom.kind !== 'data' || atom.derived) return atom;
    if (step === '*') return rekey({ ...atom, protections: atom.protections | MASKED });
    return rekey({ ...atom, without: mergeNames(atom.without, [step]) });
  });
  return { atoms, fields: value.fields };
}
