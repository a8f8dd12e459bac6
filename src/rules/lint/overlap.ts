/**
 * What two rules have in common, whatever a program does: do they speak about a flow together, and does one speak about
 * all that the other does? Each field answers for itself; a field left out means anything.
 */
import type { AnyAttribute, AttributeTest, FlowRule, RecipientMatch, RecipientTerm } from '../../core/policy.ts';
import { isMeant, isWithin, type RecipientClass } from '../../core/privacy.ts';

/** Recipient ids with their classes: a rule on `stripe` and one on payment processors meet. */
export type ClassOf = ReadonlyMap<string, RecipientClass>;

interface Field {
  /** Some flow is within both. */
  meets(a: FlowRule, b: FlowRule, classOf: ClassOf): boolean;
  /** Every flow of `inner` is within `outer`. */
  contains(outer: FlowRule, inner: FlowRule, classOf: ClassOf): boolean;
}

/** Whether some flow is within both rules. */
export function overlap(a: FlowRule, b: FlowRule, classOf: ClassOf): boolean {
  return FIELDS.every((field) => field.meets(a, b, classOf));
}

/** Whether every flow that `inner` is about is one that `outer` is about. */
export function contains(outer: FlowRule, inner: FlowRule, classOf: ClassOf): boolean {
  return FIELDS.every((field) => field.contains(outer, inner, classOf));
}

/** Whether `inner` is about a part of what `outer` is about, and not the other way round. */
export function isWithinRule(inner: FlowRule, outer: FlowRule, classOf: ClassOf): boolean {
  return contains(outer, inner, classOf) && !contains(inner, outer, classOf);
}

/** Whether the data of two rules have a category in common. */
function dataMeets(a: Pick<FlowRule, 'data' | 'except'>, b: Pick<FlowRule, 'data' | 'except'>): boolean {
  return rootsOf(a.data).some((one) =>
    rootsOf(b.data).some((other) => {
      const both = isWithin(one, other) ? one : isWithin(other, one) ? other : null;
      return both !== null && isMeant(both, a.data, a.except) && isMeant(both, b.data, b.except);
    }),
  );
}

const EVERYTHING = ['user', 'system'];

function rootsOf(data: readonly string[]): readonly string[] {
  return data.length === 0 ? EVERYTHING : data;
}

const data: Field = {
  meets: dataMeets,
  contains: (outer, inner) =>
    rootsOf(inner.data).every((key) => isMeant(key, outer.data, outer.except)) &&
    (outer.except ?? []).every((key) => !isMeant(key, inner.data, inner.except)),
};

/** Words of a list, or any but those of another. */
interface Choice {
  readonly of: readonly string[];
  readonly not: readonly string[];
}

function related(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

function choice(read: (rule: FlowRule) => Choice): Field {
  return {
    meets(a, b) {
      const [one, other] = [read(a), read(b)];
      if (one.of.length > 0 && other.of.length > 0)
        return one.of.some((key) => other.of.some((key2) => related(key, key2)));
      return [[one, other] as const, [other, one] as const].every(
        ([{ of }, { not }]) => of.length === 0 || of.some((key) => !not.some((left) => isWithin(key, left))),
      );
    },
    contains(outer, inner) {
      const [wide, narrow] = [read(outer), read(inner)];
      if (
        wide.of.length > 0 &&
        (narrow.of.length === 0 || !narrow.of.every((key) => wide.of.some((root) => isWithin(key, root))))
      )
        return false;
      if (narrow.of.length > 0) return narrow.of.every((key) => !wide.not.some((left) => related(key, left)));
      return wide.not.every((left) => narrow.not.some((key) => isWithin(left, key)));
    },
  };
}

/** Globs are compared by the folders they begin with. */
function folderOf(glob: string): string {
  return `${glob
    .replace(/[*?[{].*$/, '')
    .replace(/\/$/, '')
    .replaceAll('/', '.')}`;
}

function folders(globs: readonly string[] | undefined): readonly string[] {
  return (globs ?? []).map(folderOf).filter((folder) => folder !== '');
}

// ── recipients ─────────────────────────────────────────────────────────────────────────────────────────────────────

function classIn(term: RecipientTerm, classOf: ClassOf): RecipientClass | undefined {
  return term.class ?? (term.id === undefined ? undefined : classOf.get(term.id));
}

function termsMeet(a: RecipientTerm, b: RecipientTerm, classOf: ClassOf): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  const [one, other] = [classIn(a, classOf), classIn(b, classOf)];
  return one === undefined || other === undefined || one === other;
}

/** Whether everybody whom `inner` means is meant by `outer`. */
function termContains(outer: RecipientTerm, inner: RecipientTerm, classOf: ClassOf): boolean {
  if (outer.id !== undefined && outer.id !== inner.id) return false;
  if (outer.class !== undefined && outer.class !== classIn(inner, classOf)) return false;
  if (outer.country !== undefined || outer.outside !== undefined) return false;
  return outer.attributes.every((attribute) => inner.attributes.includes(attribute));
}

/** `{ not: … }` never means ourselves. */
function leaves(terms: readonly RecipientTerm[], others: readonly RecipientTerm[], classOf: ClassOf): boolean {
  return terms.some((term) => term.class !== 'self' && !others.some((other) => termContains(other, term, classOf)));
}

function recipientsMeet(a: RecipientMatch | null, b: RecipientMatch | null, classOf: ClassOf): boolean {
  if (a === null || b === null || (a.not && b.not)) return true;
  if (!a.not && !b.not) return a.any.some((term) => b.any.some((other) => termsMeet(term, other, classOf)));
  return a.not ? leaves(b.any, a.any, classOf) : leaves(a.any, b.any, classOf);
}

function recipientsContain(outer: RecipientMatch | null, inner: RecipientMatch | null, classOf: ClassOf): boolean {
  if (outer === null) return true;
  if (inner === null) return false;
  const covers = (terms: readonly RecipientTerm[], term: RecipientTerm) =>
    terms.some((wide) => termContains(wide, term, classOf));
  if (!outer.not) return !inner.not && inner.any.every((term) => covers(outer.any, term));
  if (inner.not) return outer.any.every((term) => covers(inner.any, term));
  return inner.any.every(
    (term) => term.class !== 'self' && !outer.any.some((other) => termsMeet(other, term, classOf)),
  );
}

// ── facts about the call ───────────────────────────────────────────────────────────────────────────────────────────

function testsMeet(a: AttributeTest | AnyAttribute, b: AttributeTest | AnyAttribute): boolean {
  if ('any' in a || 'any' in b || a.attribute !== b.attribute) return true;
  if (a.is && b.is) return a.is.some((value) => b.is?.includes(value));
  if (a.is && b.not) return a.is.some((value) => !b.not?.includes(value));
  if (a.not && b.is) return testsMeet(b, a);
  if (a.above !== undefined && b.below !== undefined) return a.above < b.below;
  if (a.below !== undefined && b.above !== undefined) return testsMeet(b, a);
  return a.present === undefined || b.present === undefined || a.present === b.present;
}

/** Whether one rule can never be fulfilled: two of its own tests exclude each other. */
export function excludesItself({ where }: FlowRule): boolean {
  return where.some((test, index) => where.slice(index + 1).some((other) => !testsMeet(test, other)));
}

const FIELDS: readonly Field[] = [
  choice(({ activities }) => ({ of: activities, not: [] })),
  data,
  choice(({ subject, notSubject = [] }) => ({ of: subject, not: notSubject })),
  choice(({ purpose, notPurpose = [] }) => ({ of: purpose, not: notPurpose })),
  choice(({ provenance = [] }) => ({ of: provenance, not: [] })),
  choice(({ source = [] }) => ({ of: source, not: [] })),
  choice((rule) => ({ of: folders(rule.in), not: folders(rule.notIn) })),
  {
    meets: (a, b, classOf) => recipientsMeet(a.to, b.to, classOf),
    contains: (outer, inner, classOf) => recipientsContain(outer.to, inner.to, classOf),
  },
  {
    meets: (a, b) => a.where.every((test) => b.where.every((other) => testsMeet(test, other))),
    contains: (outer, inner) => {
      const tests = new Set(inner.where.map((test) => JSON.stringify(test)));
      return outer.where.every((test) => tests.has(JSON.stringify(test)));
    },
  },
];
