/** Data categories, subjects, uses, and the words that name them: `rules/taxonomy`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { NameRule, Taxonomy } from '../core/catalogue.ts';
import { CONFIDENCES, type DataSubject, GUARD_KINDS, PROVENANCES } from '../core/privacy.ts';
import { type Checked, readRules } from './checked.ts';
import { RULES_DIRECTORY } from './files.ts';
import { checkCategory, checkSubject } from './references.ts';
import { oneOf, oneOrMore, taxonomyKey, word } from './shapes.ts';
import { type Issue, issuesError } from './yaml.ts';

/** `categories.yaml`. */
export const categoriesFile = z.strictObject({
  categories: z.record(taxonomyKey, z.strictObject({ name: word, extends: taxonomyKey.exactOptional() })),
  subjects: z.array(taxonomyKey).min(1),
  uses: z.array(taxonomyKey).min(1),
});

/** Lower-case words with one space between: `phone number`. */
const wordSequence = word.regex(/^[^\s\p{Lu}]+(?: [^\s\p{Lu}]+)*$/u, {
  error: 'must be lower-case words: `phone number`',
});

/** `names.yaml`. */
export const namesFile = z.strictObject({
  rules: z.array(
    z.strictObject({
      category: taxonomyKey,
      names: oneOrMore(wordSequence),
      needsOwner: z.boolean().default(false),
      confidence: oneOf(CONFIDENCES).default('high'),
      unless: z.array(wordSequence).default([]),
    }),
  ),
  people: z.record(wordSequence, taxonomyKey),
  negative: z.array(wordSequence),
  otherOwners: z.array(wordSequence),
});

/** `guards.yaml`. */
export const guardsFile = z.array(
  z.strictObject({ kind: oneOf(GUARD_KINDS), names: oneOrMore(wordSequence), negated: z.boolean().default(false) }),
);

/** `provenance.yaml`. */
export const provenanceFile = z.array(
  z.strictObject({
    provenance: oneOf(PROVENANCES),
    names: z.array(wordSequence).default([]),
    categories: z.array(taxonomyKey).default([]),
  }),
);

/** Reads the files of a taxonomy; the built-in one unless told otherwise. */
export function loadTaxonomy(directory: string = join(RULES_DIRECTORY, 'taxonomy')): Taxonomy {
  const read = <Schema extends z.ZodType>(file: string, schema: Schema) =>
    readRules(join(directory, file), `rules/taxonomy/${file}`, schema);
  const words = read('names.yaml', namesFile);
  const { rules, people, negative, otherOwners } = words.data;
  const taxonomy: Taxonomy = {
    ...readCategories(read('categories.yaml', categoriesFile)),
    names: { rules, people: new Map(Object.entries(people)), negative, otherOwners },
    guards: read('guards.yaml', guardsFile).data,
    provenance: existsSync(join(directory, 'provenance.yaml')) ? read('provenance.yaml', provenanceFile).data : [],
  };
  const issues = checkNames(taxonomy, rules, people);
  if (issues.length > 0) throw issuesError(words.source(), issues);
  return taxonomy;
}

function readCategories({
  data,
  source,
}: Checked<z.output<typeof categoriesFile>>): Omit<Taxonomy, 'names' | 'guards' | 'provenance'> {
  const { categories, subjects, uses } = data;
  const known = new Map(Object.entries(categories));
  const issues: Issue[] = [];
  for (const [key, category] of known) {
    const parent = key.slice(0, Math.max(key.lastIndexOf('.'), 0));
    if (parent !== '' && !known.has(parent)) {
      issues.push({ path: ['categories', key], message: `its parent \`${parent}\` is missing`, part: 'key' });
    }
    if (category.extends !== undefined && !known.has(category.extends)) {
      issues.push({ path: ['categories', key, 'extends'], message: `\`${category.extends}\` is no data category` });
    }
  }
  if (issues.length > 0) throw issuesError(source(), issues);
  return { categories: known, subjects, uses };
}

function checkNames(
  taxonomy: Taxonomy,
  rules: readonly NameRule[],
  people: Readonly<Record<string, DataSubject>>,
): Issue[] {
  return [
    ...rules.map((rule, index) => checkCategory(rule.category, taxonomy, ['rules', index, 'category'])),
    ...Object.entries(people).map(([name, subject]) => checkSubject(subject, taxonomy, ['people', name])),
  ].filter((issue) => issue !== null);
}
