/** The rules of a policy file: one verb each, and only the fields that go with it. */
import { OBLIGATIONS, type ObligationKind, obligationKind, obligationNamed } from '../core/obligations.ts';
import type { Level, PolicyRule } from '../core/policy.ts';
import type { Activity } from '../core/privacy.ts';
import { didYouMean } from './closest.ts';
import type { RuleWritten } from './policy-schema.ts';
import {
  readAmount,
  readCondition,
  readData,
  readExemptions,
  readRecipients,
  readTests,
  type Terms,
} from './policy-terms.ts';
import { checkSubject, checkUse } from './references.ts';
import { type DataPath, type Issue, inline } from './yaml.ts';

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
      (['to', 'purpose', 'source', 'provenance', 'where', 'only', 'unless', 'if', 'overrides'] as const).map(
        (field) => [field, `\`${field}\` narrows flows; it belongs to \`forbid\` and \`allow\`, not to \`require\``],
      ),
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
  const { clauses, hedge, fix, examples } = written;
  const shared = {
    id: `${policy}/${written.id}`,
    promise: written.promise ?? asSentence(written.id),
    clauses,
    level: readLevel(written),
    ...(hedge === undefined ? {} : { hedge }),
    ...(fix === undefined ? {} : { fix }),
    ...(examples === undefined ? {} : { examples }),
    line,
  };
  if (verb === 'require') return { ...shared, verb, ...readObligationFields(written, path, terms) };
  const overrides = (written.overrides ?? []).map((id) => `${policy}/${id}`);
  return {
    ...shared,
    verb,
    ...readFlowFields(written, written[verb] ?? [], path, terms),
    ...(overrides.length > 0 && { overrides }),
  };
}

/** A hedged promise is a warning at most. */
function readLevel({ level = 'error', hedge }: RuleWritten): Level {
  return hedge !== undefined && level === 'error' ? 'warning' : level;
}

function readObligationFields(written: RuleWritten, path: DataPath, terms: Terms) {
  const { require: name = '', subject, in: scope } = written;
  const specification = obligationNamed(name);
  if (specification === undefined) {
    const known = Object.keys(OBLIGATIONS);
    const message = `\`${inline(name)}\` is no obligation${didYouMean(name, known)} (one of ${known.join(', ')})`;
    terms.issues.push({ path: [...path, 'require'], message });
  }
  const data = readData(written.of, [...path, 'of'], terms);
  const except = readExemptions(written.of, written.except, [...path, 'except'], terms);
  const about = readChoice(subject, [...path, 'subject'], terms, checkSubject);
  const where = readChoice(scope, [...path, 'in'], terms);
  for (const [field, { not }] of [['subject', about] as const, ['in', where] as const]) {
    if (not.length > 0)
      terms.issues.push({
        path: [...path, field, 'not'],
        message: '`not` belongs to `forbid` and `allow`',
        part: 'key',
      });
  }
  return {
    obligation: obligationKind(name) ?? (name as ObligationKind),
    data,
    ...(except.length > 0 && { except }),
    ...(about.of.length > 0 && { subject: about.of }),
    ...(where.of.length > 0 && { in: where.of }),
    parameters: readParameters(written, specification?.parameters ?? {}, [...path, 'parameters'], terms),
  };
}

/** Those the obligation knows, each of its kind. */
function readParameters(
  { require: name = '', parameters = {} }: RuleWritten,
  known: Readonly<Record<string, 'number' | 'text'>>,
  path: DataPath,
  terms: Terms,
): Readonly<Record<string, string | number>> {
  const read = Object.create(null) as Record<string, string | number>;
  for (const [parameter, value] of Object.entries(parameters)) {
    const place = [...path, parameter];
    if (!Object.hasOwn(known, parameter)) {
      if (obligationNamed(name) === undefined) continue;
      const allowed = Object.keys(known);
      const hint = allowed.length === 0 ? 'it takes none' : `it takes ${allowed.join(', ')}`;
      const message = `\`${name}\` has no such parameter${didYouMean(parameter, allowed)} (${hint})`;
      terms.issues.push({ path: place, message, part: 'key' });
    } else if (known[parameter] === 'text') read[parameter] = value;
    else if (typeof value === 'number' || value.startsWith('$')) read[parameter] = readAmount(value, place, terms);
    else
      terms.issues.push({ path: place, message: 'expected a number, or `$` and the name of a parameter, found text' });
  }
  return read;
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
  const subject = readChoice(written.subject, [...path, 'subject'], terms, checkSubject);
  const purpose = readChoice(written.purpose, [...path, 'purpose'], terms, checkUse);
  const scope = readChoice(written.in, [...path, 'in'], terms);
  const except = readExemptions(written.data, written.except, [...path, 'except'], terms);
  const { provenance, source } = written;
  return {
    activities: [...new Set(activities)],
    data: readData(written.data, [...path, 'data'], terms),
    ...(except.length > 0 && { except }),
    subject: subject.of,
    ...(subject.not.length > 0 && { notSubject: subject.not }),
    ...(provenance && { provenance }),
    ...(source && { source }),
    to: readRecipients(written.to, [...path, 'to'], terms),
    purpose: purpose.of,
    ...(purpose.not.length > 0 && { notPurpose: purpose.not }),
    in: scope.of,
    ...(scope.not.length > 0 && { notIn: scope.not }),
    where: readTests(written.where, [...path, 'where'], terms),
    only: readOnly(written.only, [...path, 'only'], terms),
    unless: readCondition(written.unless, [...path, 'unless'], terms),
    if: readCondition(written.if, [...path, 'if'], terms),
  };
}

type Choice = readonly string[] | { readonly not: readonly string[] } | undefined;
type Check = (key: string, taxonomy: Terms['taxonomy'], path: DataPath) => Issue | null;

/** `customer`, `[customer, visitor]` or `{ not: employee }`. */
function readChoice(
  written: Choice,
  path: DataPath,
  { taxonomy, issues }: Terms,
  check: Check = () => null,
): { readonly of: readonly string[]; readonly not: readonly string[] } {
  const choice =
    written !== undefined && 'not' in written ? { of: [], not: written.not } : { of: written ?? [], not: [] };
  const base = choice.not.length > 0 ? [...path, 'not'] : path;
  const found = [...choice.of, ...choice.not].map((key, index) => check(key, taxonomy, [...base, index]));
  issues.push(...found.filter((issue) => issue !== null));
  return choice;
}

function readOnly(written: readonly string[] | undefined, path: DataPath, terms: Terms) {
  if (written === undefined) return null;
  for (const [index, word] of written.entries()) {
    if (!terms.exemptions.has(word)) continue;
    const message = `\`${inline(word)}\` exempts categories; \`only\` takes categories and sets without \`except\``;
    terms.issues.push({ path: [...path, index], message });
  }
  return readData(written, path, terms);
}

/** The promise of a rule that states none: `account-deletion` → `Account deletion.` */
function asSentence(id: string): string {
  const words = id.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
