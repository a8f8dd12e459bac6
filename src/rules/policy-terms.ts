/** The terms a policy rule is made of: data, recipients, conditions, attribute tests. */
import type { Taxonomy } from '../core/catalogue.ts';
import type { AttributeTest, Condition, RecipientMatch, RecipientTerm } from '../core/policy.ts';
import {
  type DataCategory,
  GUARD_KINDS,
  type GuardKind,
  PROTECTIONS,
  type Protection,
  RECIPIENT_CLASSES,
  type RecipientClass,
} from '../core/privacy.ts';
import { didYouMean } from './closest.ts';
import type { ConditionWritten, RecipientsWritten, RecipientTermWritten, RuleWritten } from './policy-schema.ts';
import { type DataPath, type Issue, inline } from './yaml.ts';

/** What terms may name, and where problems go. */
export interface Terms {
  readonly taxonomy: Taxonomy;
  /** Ids of known recipients. */
  readonly recipients: ReadonlySet<string>;
  /** Named sets with their members; filled while the policy is read. */
  readonly sets: Map<string, readonly DataCategory[]>;
  readonly issues: Issue[];
}

const CLASSES: ReadonlySet<string> = new Set(RECIPIENT_CLASSES);
const GUARDS: ReadonlySet<string> = new Set(GUARD_KINDS);
const PROTECTION_WORDS: ReadonlySet<string> = new Set(PROTECTIONS);

/** Set names and categories as categories, sorted as written, each once. */
export function readData(written: readonly string[] | undefined, path: DataPath, terms: Terms): DataCategory[] {
  const { taxonomy, sets, issues } = terms;
  const data = (written ?? []).flatMap((word, index) => {
    const members = sets.get(word);
    if (members !== undefined) return members;
    if (taxonomy.categories.has(word)) return [word];
    const meant = didYouMean(word, [...sets.keys(), ...taxonomy.categories.keys()]);
    issues.push({
      path: [...path, index],
      message: `\`${inline(word)}\` is neither a set of this policy nor a data category${meant}`,
    });
    return [];
  });
  return [...new Set(data)];
}

/** `to`. */
export function readRecipients(
  written: RecipientsWritten | undefined,
  path: DataPath,
  terms: Terms,
): RecipientMatch | null {
  if (written === undefined) return null;
  if (typeof written === 'string') return { any: [readRecipient(written, path, terms)], not: false };
  if (Array.isArray(written)) {
    return { any: written.map((term, index) => readRecipient(term, [...path, index], terms)), not: false };
  }
  const { not, ...term } = written;
  if (not === undefined) return { any: [readRecipient(term, path, terms)], not: false };
  if (Object.keys(term).length > 0) {
    terms.issues.push({
      path,
      message: '`not` stands alone: `to: { not: [self, { class: seller, attributes: [vetted] }] }`',
    });
  }
  return { any: not.map((one, index) => readRecipient(one, [...path, 'not', index], terms)), not: true };
}

function readRecipient(written: RecipientTermWritten, path: DataPath, { recipients, issues }: Terms): RecipientTerm {
  if (typeof written !== 'string') {
    if (Object.keys(written).length === 0) issues.push({ path, message: 'needs an `id`, a `class` or `attributes`' });
    return { ...written, attributes: written.attributes ?? [] };
  }
  if (CLASSES.has(written)) return { class: written as RecipientClass, attributes: [] };
  if (!recipients.has(written)) {
    const meant = didYouMean(written, [...CLASSES, ...recipients]);
    const hint = meant === '' ? `; for one that is not declared write \`{ id: ${inline(written)} }\`` : meant;
    issues.push({ path, message: `\`${inline(written)}\` is neither a recipient class nor a known recipient${hint}` });
  }
  return { id: written, attributes: [] };
}

/** `unless` and `if`. */
export function readCondition(written: ConditionWritten | undefined, path: DataPath, terms: Terms): Condition | null {
  if (written === undefined) return null;
  if (typeof written === 'string') return readGuardOrProtection(written, path, terms.issues);
  if (Array.isArray(written)) return combine('any', written, path, terms);
  const { all, any } = written;
  if (all !== undefined && any === undefined) return combine('all', all, [...path, 'all'], terms);
  if (any !== undefined && all === undefined) return combine('any', any, [...path, 'any'], terms);
  terms.issues.push({ path, message: 'needs either `all` or `any`' });
  return null;
}

function combine(
  kind: 'any' | 'all',
  written: readonly ConditionWritten[],
  path: DataPath,
  terms: Terms,
): Condition | null {
  const parts = written.map((part, index) => readCondition(part, [...path, index], terms));
  const of = parts.filter((part) => part !== null);
  return of.length === 1 ? (of[0] ?? null) : { kind, of };
}

function readGuardOrProtection(written: string, path: DataPath, issues: Issue[]): Condition | null {
  if (PROTECTION_WORDS.has(written)) return { kind: 'protection', protection: written as Protection };
  const [guard = '', purpose, ...more] = written.split(':');
  if (!GUARDS.has(guard)) {
    const meant = didYouMean(guard, [...GUARDS, ...PROTECTION_WORDS]);
    issues.push({
      path,
      message: `\`${inline(written)}\` is neither a guard nor a protection${meant} (${knownConditions()})`,
    });
    return null;
  }
  if (more.length > 0 || purpose === '') {
    issues.push({
      path,
      message: `\`${inline(written)}\` must be a guard, or a guard and a purpose: \`consent:marketing\``,
    });
    return null;
  }
  return { kind: 'guard', guard: guard as GuardKind, ...(purpose === undefined ? {} : { purpose }) };
}

function knownConditions(): string {
  return `guards: ${GUARD_KINDS.join(', ')}; protections: ${PROTECTIONS.join(', ')}`;
}

const TESTS = ['is', 'not', 'above', 'below', 'present'] as const;

/** `where`: each entry has exactly one test. */
export function readTests(written: RuleWritten['where'], path: DataPath, { issues }: Terms): AttributeTest[] {
  for (const [index, test] of (written ?? []).entries()) {
    const used = TESTS.filter((name) => test[name] !== undefined);
    if (used.length === 1) continue;
    const found = used.length === 0 ? 'none' : used.map((name) => `\`${name}\``).join(' and ');
    issues.push({ path: [...path, index], message: `needs exactly one test (${TESTS.join(', ')}), found ${found}` });
  }
  return written ?? [];
}
