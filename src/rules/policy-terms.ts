/** The terms a policy rule is made of: data, recipients, conditions, attribute tests. */
import type { Taxonomy } from '../core/catalogue.ts';
import type { AnyAttribute, AttributeTest, Condition, RecipientMatch, RecipientTerm } from '../core/policy.ts';
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
import type {
  AttributeTestWritten,
  ConditionFields,
  ConditionWritten,
  RecipientsWritten,
  RecipientTermWritten,
  RuleWritten,
} from './policy-schema.ts';
import { type DataPath, type Issue, inline } from './yaml.ts';

/** What terms may name, and where problems go. */
export interface Terms {
  readonly taxonomy: Taxonomy;
  /** Ids of known recipients. */
  readonly recipients: ReadonlySet<string>;
  /** Named sets with their members; filled while the policy is read. */
  readonly sets: Map<string, readonly DataCategory[]>;
  /** What sets exempt, by their names. */
  readonly exemptions: Map<string, readonly DataCategory[]>;
  /** Numbers that rules call by `$name`. */
  readonly parameters: ReadonlyMap<string, number>;
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

/** What the sets among these words exempt, and the words of `except`. */
export function readExemptions(
  data: readonly string[] | undefined,
  except: readonly string[] | undefined,
  path: DataPath,
  terms: Terms,
): DataCategory[] {
  const ofSets = (data ?? []).flatMap((word) => terms.exemptions.get(word) ?? []);
  return [...new Set([...ofSets, ...readData(except, path, terms)])];
}

/** A number, or the parameter that `$name` stands for. */
export function readAmount(written: number | string, path: DataPath, { parameters, issues }: Terms): number {
  if (typeof written === 'number') return written;
  const name = written.slice(1);
  const value = parameters.get(name);
  if (value === undefined) {
    const declare = parameters.size === 0 ? `; declare it: \`parameters: { ${inline(name)}: 18 }\`` : '';
    const meant = didYouMean(name, parameters.keys());
    issues.push({ path, message: `there is no parameter \`${inline(name)}\`${meant || declare}` });
  }
  return value ?? Number.NaN;
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
    if (Object.keys(written).length === 0)
      issues.push({ path, message: 'needs an `id`, a `class`, `attributes`, `country` or `outside`' });
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
  if (typeof written === 'string') return readGuardOrProtection(written, path, terms);
  if (Array.isArray(written)) return combine('any', written, path, terms);
  const { all, any, guard, ...details } = written;
  const used = [all, any, guard].filter((part) => part !== undefined).length;
  const detail = Object.keys(details)[0];
  if (used !== 1) terms.issues.push({ path, message: 'needs one of `guard`, `all` and `any`' });
  else if (guard === undefined && detail !== undefined)
    terms.issues.push({ path: [...path, detail], message: `\`${detail}\` belongs to a \`guard\``, part: 'key' });
  if (used !== 1) return null;
  if (guard !== undefined) return readGuard({ ...details, guard }, path, terms);
  if (all !== undefined) return combine('all', all, [...path, 'all'], terms);
  return combine('any', any ?? [], [...path, 'any'], terms);
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

function readGuardOrProtection(written: string, path: DataPath, terms: Terms): Condition | null {
  if (PROTECTION_WORDS.has(written)) return { kind: 'protection', protection: written as Protection };
  const [guard = '', detail, ...more] = written.split(':');
  if (!GUARDS.has(guard)) {
    const meant = didYouMean(guard, [...GUARDS, ...PROTECTION_WORDS]);
    terms.issues.push({
      path,
      message: `\`${inline(written)}\` is neither a guard nor a protection${meant} (${knownConditions()})`,
    });
    return null;
  }
  if (more.length > 0 || detail === '') {
    terms.issues.push({
      path,
      message: `\`${inline(written)}\` must be a guard, or a guard and a purpose: \`consent:marketing\``,
    });
    return null;
  }
  const kind = guard as GuardKind;
  if (detail === undefined) return { kind: 'guard', guard: kind };
  if (kind !== 'age') return readGuard({ guard: kind, purpose: detail }, path, terms);
  if (/^\d{1,3}$/.test(detail)) return readGuard({ guard: kind, atLeast: Number(detail) }, path, terms);
  if (detail.startsWith('$')) return readGuard({ guard: kind, atLeast: detail }, path, terms);
  terms.issues.push({ path, message: `\`${inline(written)}\` must name an age: \`age:18\` or \`age:$adult-age\`` });
  return null;
}

/** `channel: same` is the channel of the sink; any other channel is a purpose, as guards in code name one word. */
function readGuard(written: ConditionFields & { guard: GuardKind }, path: DataPath, terms: Terms): Condition {
  const { guard, purpose, channel, atLeast, startsAs } = written;
  if (purpose !== undefined && channel !== undefined && channel !== 'same') {
    terms.issues.push({ path, message: 'has both a `purpose` and a `channel`; write two guards under `all`' });
  }
  if (atLeast !== undefined && guard !== 'age') {
    terms.issues.push({ path: [...path, 'atLeast'], message: '`atLeast` belongs to the guard `age`', part: 'key' });
  }
  const word = purpose ?? (channel === 'same' ? undefined : channel);
  return {
    kind: 'guard',
    guard,
    ...(word === undefined ? {} : { purpose: word }),
    ...(channel === 'same' ? { sameChannel: true } : {}),
    ...(atLeast === undefined ? {} : { atLeast: readAmount(atLeast, [...path, 'atLeast'], terms) }),
    ...(startsAs === undefined ? {} : { startsAs }),
  };
}

function knownConditions(): string {
  return `guards: ${GUARD_KINDS.join(', ')}; protections: ${PROTECTIONS.join(', ')}`;
}

const TESTS = ['is', 'not', 'above', 'below', 'present'] as const;

/** `where`: each entry has exactly one test. */
export function readTests(
  written: RuleWritten['where'],
  path: DataPath,
  terms: Terms,
): (AttributeTest | AnyAttribute)[] {
  return (written ?? []).map((entry, index) => {
    const place = [...path, index];
    const { any, attribute, ...tests } = entry;
    if (any !== undefined) {
      if (attribute !== undefined || Object.keys(tests).length > 0)
        terms.issues.push({ path: place, message: '`any` stands alone; put the other test into an entry of its own' });
      return { any: any.map((test, position) => readTest(test, [...place, 'any', position], terms)) };
    }
    if (attribute === undefined) terms.issues.push({ path: place, message: 'needs an `attribute`, or `any`' });
    return readTest({ attribute: attribute ?? '', ...tests }, place, terms);
  });
}

function readTest(written: AttributeTestWritten, path: DataPath, terms: Terms): AttributeTest {
  const used = TESTS.filter((name) => written[name] !== undefined);
  if (used.length !== 1) {
    const found = used.length === 0 ? 'none' : used.map((name) => `\`${name}\``).join(' and ');
    terms.issues.push({ path, message: `needs exactly one test (${TESTS.join(', ')}), found ${found}` });
  }
  const { above, below, ...test } = written;
  return {
    ...test,
    ...(above === undefined ? {} : { above: readAmount(above, [...path, 'above'], terms) }),
    ...(below === undefined ? {} : { below: readAmount(below, [...path, 'below'], terms) }),
  };
}
