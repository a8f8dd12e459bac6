/** Which values are ages: by what data they hold, else by the words of their names. */
import type { DataCategory } from '../core/privacy.ts';
import type { Analysis } from './analysis.ts';
import { classify } from './classify.ts';
import { splitWords } from './names-words.ts';
import { dataIn, type Value } from './value.ts';

const AGES: ReadonlySet<DataCategory> = new Set(['user.demographic.age_range', 'user.demographic.date_of_birth']);
const WORDS: ReadonlySet<string> = new Set(['age', 'dob', 'birth', 'birthday', 'birthdate', 'birthyear']);

/** `calculateAge`, `dateOfBirth`; `page`, `message` and `agent` are other words. */
export function isAgeName(name: string): boolean {
  return splitWords(name).some((word) => WORDS.has(word));
}

/** Whether a value holds somebody's age, or was computed from when somebody was born. */
export function holdsAge(value: Value | undefined, analysis: Analysis): boolean {
  return dataIn(value ?? { atoms: [], fields: null }).some((atom) =>
    classify(atom, analysis).some(({ category }) => AGES.has(category)),
  );
}
