/** The format of `troth.config.yaml`. */
import { z } from 'zod';
import { GUARD_KINDS, PROTECTIONS, PROVENANCES } from '../core/privacy.ts';
import { reasonProblem } from '../core/suppression.ts';
import { recipientItem } from './recipients.ts';
import { editorSchema, hostGlob, moduleGlob, oneOf, prose, taxonomyKey, word } from './shapes.ts';

const moduleGlobs = z.array(moduleGlob).min(1);

/** `mayContact`, or `src/consent.ts#allows`. */
const functionName = word.superRefine((written, context) => {
  const [file, name, ...more] = written.split('#');
  if (more.length > 0 || name === '')
    context.addIssue('must be a name (`seal`) or a file and a name (`src/crypto.ts#seal`)');
  else if (name !== undefined) {
    const problem = moduleGlob.safeParse(file).error?.issues[0];
    if (problem) context.addIssue(problem.message);
  } else if (/[/\\]/.test(written)) context.addIssue(`\`${written}\` names a file but no function: \`file#function\``);
});

const functionNames = z.array(functionName).min(1);

/** `{ category, names }` for names that hold it, `{ none }` for names that hold nothing personal. */
const dataItem = z
  .strictObject({
    category: taxonomyKey.exactOptional(),
    names: z.array(word).min(1).exactOptional(),
    none: z.array(word).min(1).exactOptional(),
  })
  .superRefine(({ category, names, none }, context) => {
    const complete = none === undefined ? category !== undefined && names !== undefined : !category && !names;
    if (!complete) context.addIssue('must have either `category` and `names`, or `none` alone');
  });

/** A day that there is: `2027-03-31`. */
const day = z.iso.date({ error: 'must be a day such as `2027-03-31`' });

/** What a comment could say in the file itself, for many files or for files that hold no comments. */
const suppressionItem = z.strictObject({
  rule: word,
  path: moduleGlob,
  reason: prose.superRefine((reason, context) => {
    const problem = reasonProblem(reason.trim());
    if (problem !== undefined) context.addIssue(problem);
  }),
  expires: day.exactOptional(),
  ticket: word.exactOptional(),
  approvedBy: word.exactOptional(),
});

/** A project file. All keys may be left out. */
export const configurationFile = z.strictObject({
  $schema: editorSchema,
  policies: z.array(word).default([]),
  firstParty: z.array(hostGlob).default([]),
  recipients: z.array(recipientItem).default([]),
  purposes: z.array(z.strictObject({ purpose: taxonomyKey, modules: moduleGlobs })).default([]),
  provenance: z
    .array(
      z.strictObject({
        provenance: oneOf(PROVENANCES),
        modules: z.array(moduleGlob).default([]),
        entities: z.array(word).default([]),
      }),
    )
    .default([]),
  guards: z
    .array(z.strictObject({ kind: oneOf(GUARD_KINDS), purpose: word.exactOptional(), functions: functionNames }))
    .default([]),
  protections: z.array(z.strictObject({ kind: oneOf(PROTECTIONS), functions: functionNames })).default([]),
  models: z.array(word).default([]),
  data: z.array(dataItem).default([]),
  include: z.array(moduleGlob).default([]),
  exclude: z.array(moduleGlob).default([]),
  suppressions: z.array(suppressionItem).default([]),
});
