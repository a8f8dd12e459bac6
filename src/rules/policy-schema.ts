/** The format of `rules/policies` and of users' policies. Which fields fit which verb: `policy-rules.ts`. */
import { z } from 'zod';
import { LINT_CODES } from '../core/policy.ts';
import {
  ACTIVITIES,
  GUARD_KINDS,
  type GuardKind,
  PROVENANCES,
  RECIPIENT_CLASSES,
  SOURCE_KINDS,
} from '../core/privacy.ts';
import { editorSchema, identifier, moduleGlob, oneOf, oneOrMore, prose, taxonomyKey, word } from './shapes.ts';

const LEVELS = ['error', 'warning', 'note'] as const;
const DEFAULTS = ['allow', ...LEVELS] as const;

const activities = oneOrMore(oneOf(ACTIVITIES));
const clauses = z.array(word).default([]);

/** A set name or a data category. */
const dataTerms = oneOrMore(word);

/** What is meant, one or a list, or `{ not: … }` for anything else. */
function orNot<Item extends z.ZodType>(item: Item) {
  const choice = z.union([item, z.array(item).min(1), z.strictObject({ not: oneOrMore(item) })]);
  return choice.transform((value): ChoiceWritten<z.output<Item>> => {
    if (typeof value === 'object' && value !== null && 'not' in value) return value as { not: z.output<Item>[] };
    return (Array.isArray(value) ? value : [value]) as z.output<Item>[];
  });
}

type ChoiceWritten<Word> = Word[] | { not: Word[] };

const country = word.regex(/^[A-Z]{2}$/, { error: 'must be a country as two capital letters (ISO 3166): `IN`' });

const recipientFields = {
  id: word.exactOptional(),
  class: oneOf(RECIPIENT_CLASSES).exactOptional(),
  attributes: z.array(word).min(1).exactOptional(),
  country: oneOrMore(country).exactOptional(),
  outside: oneOrMore(country).exactOptional(),
};

/** `stripe`, `advertising`, or `{ class, attributes }`. */
const recipientTerm = z.union([word, z.strictObject(recipientFields)]);

/** One recipient, a list of them, or `{ not: … }`. */
const recipients = z.union([
  word,
  z.array(recipientTerm).min(1),
  z.strictObject({ ...recipientFields, not: oneOrMore(recipientTerm).exactOptional() }),
]);

export type RecipientTermWritten = z.output<typeof recipientTerm>;
export type RecipientsWritten = z.output<typeof recipients>;

const literals = oneOrMore(z.union([z.string(), z.number(), z.boolean()]));

/** `$adult` stands for a number of the policy's `parameters`. */
const parameterName = word.regex(/^\$[a-z0-9]+(?:-[a-z0-9]+)*$/, {
  error: 'must be a number, or `$` and the name of a parameter: `$adult-age`',
});
const amount = z.union([z.number(), parameterName]);

const attributeFields = {
  attribute: word,
  is: literals.exactOptional(),
  not: literals.exactOptional(),
  above: amount.exactOptional(),
  below: amount.exactOptional(),
  present: z.boolean().exactOptional(),
};
const attributeTest = z.strictObject(attributeFields);

export type AttributeTestWritten = z.output<typeof attributeTest>;

/** One test, a list that holds as a whole, or `{ any: … }` of which one is enough. */
const attributeTests = oneOrMore(
  z.strictObject({
    ...attributeFields,
    attribute: word.exactOptional(),
    any: z.array(attributeTest).min(1).exactOptional(),
  }),
);

/** `consent`, `consent:marketing`, `age:18`, `hashed`; a list is `any`; a guard in full, or a combination. */
export type ConditionWritten = string | ConditionWritten[] | ConditionFields;

export interface ConditionFields {
  all?: ConditionWritten[] | undefined;
  any?: ConditionWritten[] | undefined;
  guard?: GuardKind | undefined;
  purpose?: string | undefined;
  channel?: string | undefined;
  atLeast?: number | string | undefined;
  startsAs?: boolean | undefined;
}

const condition: z.ZodType<ConditionWritten> = z
  .lazy(() =>
    z.union([
      word,
      z.array(condition).min(1),
      z.strictObject({
        all: z.array(condition).min(1).optional(),
        any: z.array(condition).min(1).optional(),
        guard: oneOf(GUARD_KINDS).optional(),
        purpose: word.optional(),
        channel: word.optional(),
        atLeast: amount.optional(),
        startsAs: z.boolean().optional(),
      }),
    ]),
  )
  .meta({ id: 'condition' });

const ruleItem = z.strictObject({
  id: identifier.describe('The name of the rule: `<policy>/<id>` in reports.'),
  promise: prose.exactOptional().describe('The promise in our own words: one sentence.'),
  clauses: clauses.describe('Ids of the clauses it was read from.'),
  forbid: activities.exactOptional().describe('These flows break the promise.'),
  allow: activities.exactOptional().describe('These flows are disclosed.'),
  require: identifier.exactOptional().describe('This code path has to exist.'),
  data: dataTerms.exactOptional().describe('Data categories and sets; all data when left out.'),
  except: dataTerms.exactOptional().describe('Data categories and sets that are not meant.'),
  subject: orNot(taxonomyKey).exactOptional().describe('Whose data: `customer`, `minor`.'),
  provenance: oneOrMore(oneOf(PROVENANCES)).exactOptional().describe('How the data came into our hands.'),
  source: oneOrMore(oneOf(SOURCE_KINDS)).exactOptional().describe('Where the data enters the program.'),
  to: recipients.exactOptional().describe('Recipients: ids, classes, `{ class, attributes }`, or `{ not: … }`.'),
  purpose: orNot(taxonomyKey).exactOptional().describe('Data uses: `marketing.communications`.'),
  in: orNot(moduleGlob).exactOptional().describe('Files of the project: `src/checkout/**`.'),
  where: attributeTests.exactOptional().describe('Facts about the call: a cookie’s `maxAge`, a file’s `acl`.'),
  only: dataTerms.exactOptional().describe('`allow`: the payload holds nothing beyond these.'),
  unless: condition.exactOptional().describe('`forbid`: guards and protections that keep the promise.'),
  if: condition.exactOptional().describe('`allow`: guards and protections that have to hold.'),
  overrides: oneOrMore(identifier).exactOptional().describe('Rules that this one is an exception to.'),
  of: dataTerms.exactOptional().describe('`require`: whose stores, forms and messages.'),
  parameters: z
    .record(word, z.union([z.string(), z.number()]))
    .exactOptional()
    .describe('`require`: `{ days: 30 }`, `{ age: $adult-age }`.'),
  level: oneOf(LEVELS).exactOptional().describe('How bad a breach is; `error` when left out.'),
  hedge: word.exactOptional().describe('The word that weakens the promise; the level is then a warning at most.'),
  fix: prose.exactOptional().describe('What keeps the promise: one sentence.'),
  examples: z
    .strictObject({ broken: prose, kept: prose })
    .exactOptional()
    .describe('Code that breaks and keeps the promise; `troth policy test` runs both.'),
});

export type RuleWritten = z.output<typeof ruleItem>;

/** The level for what no rule names, and the clauses that say so. */
const defaultLevel = z
  .union([
    oneOf(DEFAULTS).transform((level) => ({ level, clauses: [] as string[] })),
    z.strictObject({ level: oneOf(DEFAULTS), clauses: z.array(word).min(1) }),
  ])
  .prefault('allow');

/** Names in order, `{ from: acme-01, to: acme-36 }`, or a list of both. */
const clauseRange = z.strictObject({ from: word, to: word });
const clauseList = z.union([clauseRange, z.array(z.union([word, clauseRange])).min(1)]);

export type ClausesWritten = z.output<typeof clauseList>;

/** `[user.name, user.contact]`, or with exemptions `{ of: user, except: user.content.public }`. */
const dataSet = z
  .union([word, z.array(word).min(1), z.strictObject({ of: dataTerms, except: dataTerms })])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const sha256 = word.regex(/^[0-9a-f]{64}$/, { error: 'must be 64 hexadecimal digits' });

/** One policy. */
export const policyFile = z.strictObject({
  $schema: editorSchema,
  policy: identifier.describe('The short name that its rules are known by.'),
  title: word,
  document: z
    .strictObject({
      file: word,
      sha256,
      passages: z
        .union([word, z.record(word, word)])
        .exactOptional()
        .describe('A file of passage hashes, or clause → `<words>:<hash>`; `policy check --document` compares them.'),
    })
    .exactOptional()
    .describe('The text the promises were read from.'),
  clauses: clauseList.exactOptional().describe('Ids of all clauses: `{ from: acme-01, to: acme-36 }`.'),
  parameters: z
    .record(identifier, z.number())
    .default({})
    .describe('Numbers that rules call by `$name`: `adult-age: 18`.'),
  sets: z.record(identifier, dataSet).default({}).describe('Names for groups of data categories.'),
  defaults: z
    .strictObject({
      collect: defaultLevel,
      log: defaultLevel,
      share: defaultLevel,
      store: defaultLevel,
      expose: defaultLevel,
    })
    .prefault({})
    .describe('What holds for flows that no rule names.'),
  rules: z.array(ruleItem).default([]),
  'not-checkable': z.array(z.strictObject({ clauses: z.array(word).min(1), why: prose })).default([]),
  known: z
    .array(z.strictObject({ code: oneOf(LINT_CODES), clauses: z.array(word).min(1), reading: prose, why: prose }))
    .default([])
    .describe('Contradictions and gaps of the text, with the reading that the rules take and why.'),
});

export type PolicyWritten = z.output<typeof policyFile>;
