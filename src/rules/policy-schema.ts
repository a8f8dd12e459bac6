/** The format of `rules/policies` and of users' policies. Which fields fit which verb: `policy-rules.ts`. */
import { z } from 'zod';
import { ACTIVITIES, RECIPIENT_CLASSES } from '../core/privacy.ts';
import { editorSchema, identifier, moduleGlob, oneOf, oneOrMore, prose, taxonomyKey, word } from './shapes.ts';

const LEVELS = ['error', 'warning', 'note'] as const;
const DEFAULTS = ['allow', ...LEVELS] as const;

const activities = oneOrMore(oneOf(ACTIVITIES));
const clauses = z.array(word).default([]);

/** A set name or a data category. */
const dataTerms = oneOrMore(word);

/** `stripe`, `advertising`, or `{ class, attributes }`. */
const recipientTerm = z.union([
  word,
  z.strictObject({
    id: word.exactOptional(),
    class: oneOf(RECIPIENT_CLASSES).exactOptional(),
    attributes: z.array(word).min(1).exactOptional(),
  }),
]);

/** One recipient, a list of them, or `{ not: … }`. */
const recipients = z.union([
  word,
  z.array(recipientTerm).min(1),
  z.strictObject({
    id: word.exactOptional(),
    class: oneOf(RECIPIENT_CLASSES).exactOptional(),
    attributes: z.array(word).min(1).exactOptional(),
    not: oneOrMore(recipientTerm).exactOptional(),
  }),
]);

export type RecipientTermWritten = z.output<typeof recipientTerm>;
export type RecipientsWritten = z.output<typeof recipients>;

const literals = oneOrMore(z.union([z.string(), z.number(), z.boolean()]));

const attributeTest = z.strictObject({
  attribute: word,
  is: literals.exactOptional(),
  not: literals.exactOptional(),
  above: z.number().exactOptional(),
  below: z.number().exactOptional(),
  present: z.boolean().exactOptional(),
});

/** `consent`, `consent:marketing`, `hashed`; a list is `any`. */
export type ConditionWritten =
  | string
  | ConditionWritten[]
  | { all?: ConditionWritten[] | undefined; any?: ConditionWritten[] | undefined };

const condition: z.ZodType<ConditionWritten> = z.lazy(() =>
  z.union([
    word,
    z.array(condition).min(1),
    z.strictObject({ all: z.array(condition).min(1).optional(), any: z.array(condition).min(1).optional() }),
  ]),
);

const ruleItem = z.strictObject({
  id: identifier,
  promise: prose.exactOptional(),
  clauses,
  forbid: activities.exactOptional(),
  allow: activities.exactOptional(),
  require: identifier.exactOptional(),
  data: dataTerms.exactOptional(),
  subject: oneOrMore(taxonomyKey).exactOptional(),
  to: recipients.exactOptional(),
  purpose: oneOrMore(taxonomyKey).exactOptional(),
  in: oneOrMore(moduleGlob).exactOptional(),
  where: oneOrMore(attributeTest).exactOptional(),
  only: dataTerms.exactOptional(),
  unless: condition.exactOptional(),
  if: condition.exactOptional(),
  of: dataTerms.exactOptional(),
  parameters: z.record(word, z.union([z.string(), z.number()])).exactOptional(),
  level: oneOf(LEVELS).default('error'),
  fix: prose.exactOptional(),
  examples: z.strictObject({ broken: prose, kept: prose }).exactOptional(),
});

export type RuleWritten = z.output<typeof ruleItem>;

/** One policy. */
export const policyFile = z.strictObject({
  $schema: editorSchema,
  policy: identifier,
  title: word,
  document: z
    .strictObject({ file: word, sha256: word.regex(/^[0-9a-f]{64}$/, { error: 'must be 64 hexadecimal digits' }) })
    .exactOptional(),
  sets: z.record(identifier, dataTerms).default({}),
  defaults: z
    .strictObject({
      collect: oneOf(DEFAULTS).default('allow'),
      log: oneOf(DEFAULTS).default('allow'),
      share: oneOf(DEFAULTS).default('allow'),
      store: oneOf(DEFAULTS).default('allow'),
      expose: oneOf(DEFAULTS).default('allow'),
    })
    .prefault({}),
  rules: z.array(ruleItem).default([]),
  'not-checkable': z.array(z.strictObject({ clauses: z.array(word).min(1), why: prose })).default([]),
});

export type PolicyWritten = z.output<typeof policyFile>;
