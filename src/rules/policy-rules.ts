/** The rules of a policy file: one verb each, and only the fields that go with it. */
import type { PolicyRule } from '../core/policy.ts';
import type { Activity } from '../core/privacy.ts';
import type { RuleWritten } from './policy-schema.ts';
import { readCondition, readData, readRecipients, readTests, type Terms } from './policy-terms.ts';
import { checkSubject, checkUse } from './references.ts';
import type { DataPath, Issue } from './yaml.ts';

type Verb = 'forbid' | 'allow' | 'require';
const VERBS = ['forbid', 'allow', 'require'] as const;

/** Fields that do not go with a verb, and what to write instead. */
const MISFITS: Readonly<Record<Verb, Partial<Record<keyof RuleWritten, string>>>> = {
  forbid: {
    only: '`only` narrows what `allow` discloses; with `forbid`, name what is forbidden in `data`',
    if: '`if` belongs to `allow`; with `forbid`, write the exception as `unless`',
    of: '`of` belongs to `require`; with `forbid`, write `data`',
    parameters: '`parameters` belongs to `require`',
  },
  allow: {
    unless: '`unless` belongs to `forbid`; with `allow`, write what must hold as `if`',
    of: '`of` belongs to `require`; with `allow`, write `data`',
    parameters: '`parameters` belongs to `require`',
  },
  require: {
    data: '`data` belongs to `forbid` and `allow`; with `require`, write `of`',
    ...Object.fromEntries(
      (['subject', 'to', 'purpose', 'in', 'where', 'only', 'unless', 'if'] as const).map((field) => [
        field,
        `\`${field}\` narrows flows; it belongs to \`forbid\` and \`allow\`, not to \`require\``,
      ]),
    ),
  },
};

/** One rule at `path` in its file; what is wrong with it goes to `terms.issues`. */
export function readRule(
  written: RuleWritten,
  policy: string,
  path: DataPath,
  line: number,
  terms: Terms,
): PolicyRule | null {
  const verb = readVerb(written, path, terms.issues);
  if (verb === null) return null;
  for (const [field, message] of Object.entries(MISFITS[verb])) {
    if (Object.hasOwn(written, field)) terms.issues.push({ path: [...path, field], message, part: 'key' });
  }
  const { clauses, level, fix, examples } = written;
  const shared = {
    id: `${policy}/${written.id}`,
    promise: written.promise ?? asSentence(written.id),
    clauses,
    level,
    ...(fix === undefined ? {} : { fix }),
    ...(examples === undefined ? {} : { examples }),
    line,
  };
  if (verb !== 'require') return { ...shared, verb, ...readFlowFields(written, written[verb] ?? [], path, terms) };
  return {
    ...shared,
    verb,
    obligation: written.require ?? '',
    data: readData(written.of, [...path, 'of'], terms),
    parameters: Object.assign(Object.create(null) as Record<string, string | number>, written.parameters),
  };
}

function readVerb(written: RuleWritten, path: DataPath, issues: Issue[]): Verb | null {
  const used = VERBS.filter((verb) => written[verb] !== undefined);
  const [verb, second] = used;
  if (verb === undefined) issues.push({ path, message: 'a rule needs a verb: `forbid`, `allow` or `require`' });
  if (second !== undefined) {
    const message = `a rule has one verb, this one has ${used.map((word) => `\`${word}\``).join(' and ')}; make it two rules`;
    issues.push({ path: [...path, second], message, part: 'key' });
    return null;
  }
  return verb ?? null;
}

function readFlowFields(written: RuleWritten, activities: readonly Activity[], path: DataPath, terms: Terms) {
  const { subject = [], purpose = [], only } = written;
  const unknown = [
    ...subject.map((key, index) => checkSubject(key, terms.taxonomy, [...path, 'subject', index])),
    ...purpose.map((key, index) => checkUse(key, terms.taxonomy, [...path, 'purpose', index])),
  ];
  terms.issues.push(...unknown.filter((issue) => issue !== null));
  return {
    activities: [...new Set(activities)],
    data: readData(written.data, [...path, 'data'], terms),
    subject,
    to: readRecipients(written.to, [...path, 'to'], terms),
    purpose,
    in: written.in ?? [],
    where: readTests(written.where, [...path, 'where'], terms),
    only: only === undefined ? null : readData(only, [...path, 'only'], terms),
    unless: readCondition(written.unless, [...path, 'unless'], terms),
    if: readCondition(written.if, [...path, 'if'], terms),
  };
}

/** The promise of a rule that states none: `account-deletion` → `Account deletion.` */
function asSentence(id: string): string {
  const words = id.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
