/**
 * Does a rule speak about a flow? Facts the analysis could not see (no purpose, an attribute that is no literal) make
 * the answer `maybe`; the caller decides whom a doubt serves.
 */
import type { Flow, FlowGuard } from '../core/flow.ts';
import { matchesGlob } from '../core/glob.ts';
import type { AttributeTest, Condition, FlowRule, RecipientMatch, RecipientTerm } from '../core/policy.ts';
import { type DataCategory, type GuardKind, isWithin } from '../core/privacy.ts';

export type Match = 'yes' | 'maybe' | 'no';

/** All fields of the rule but `data`, which is judged category by category. A field left out matches any flow. */
export function matchFlow(rule: FlowRule, flow: Flow): Match {
  if (rule.activities.length > 0 && !rule.activities.includes(flow.activity)) return 'no';
  if (rule.in.length > 0 && !rule.in.some((glob) => matchesGlob(glob, flow.sink.file))) return 'no';
  return weakest([
    matchKey(rule.subject, flow.subject),
    matchKey(rule.purpose, flow.purpose),
    matchRecipient(rule.to, flow),
    ...rule.where.map((test) => matchAttribute(test, flow)),
  ]);
}

/**
 * A rule on `user.contact` speaks about `user.contact.email`. A rule on `user.contact.email` says nothing about a flow
 * of which only `user` is known: what it holds is a guess, and a guess is no violation.
 */
export function matchesData(rule: FlowRule, category: DataCategory): boolean {
  return rule.data.length === 0 || rule.data.some((named) => isWithin(category, named));
}

/** Whether guards and protections of the flow fulfil a condition. */
export function fulfils(flow: Flow, condition: Condition): boolean {
  switch (condition.kind) {
    case 'guard':
      return flow.guards.some((guard) => guardCounts(guard, condition));
    case 'protection':
      return flow.protections.includes(condition.protection);
    case 'any':
      return condition.of.some((part) => fulfils(flow, part));
    case 'all':
      return condition.of.every((part) => fulfils(flow, part));
  }
}

/** `consent` takes any consent, `consent:marketing` only that one; somebody else's consent never counts. */
function guardCounts(guard: FlowGuard, wanted: { readonly guard: GuardKind; readonly purpose?: string }): boolean {
  if (guard.kind !== wanted.guard || guard.subject === 'other') return false;
  return wanted.purpose === undefined || guard.purpose === wanted.purpose;
}

function matchKey(wanted: readonly string[], actual: string | null): Match {
  if (wanted.length === 0) return 'yes';
  if (actual === null) return 'maybe';
  return wanted.some((key) => isWithin(actual, key)) ? 'yes' : 'no';
}

/**
 * Handing data to ourselves is no sharing: `to: { not: […] }` never means `self`, whether the list names it or not.
 * A share whose recipient nobody knows goes to class `unknown`: a closed list of recipients does not hold it.
 */
function matchRecipient(wanted: RecipientMatch | null, flow: Flow): Match {
  if (wanted === null) return 'yes';
  const recipient = recipientOf(flow);
  if (recipient === null) return 'maybe';
  const named = wanted.any.some((term) => matchesTerm(term, recipient));
  if (wanted.not) return named || recipient.class === 'self' ? 'no' : 'yes';
  return named ? 'yes' : 'no';
}

const UNKNOWN_RECIPIENT = { id: '', class: 'unknown', attributes: [] } as const;

function recipientOf(flow: Flow): Pick<NonNullable<Flow['recipient']>, 'id' | 'class' | 'attributes'> | null {
  return flow.recipient ?? (flow.activity === 'share' ? UNKNOWN_RECIPIENT : null);
}

/** Whether one entry of `to` means this recipient. */
export function matchesTerm(
  term: RecipientTerm,
  recipient: Pick<NonNullable<Flow['recipient']>, 'id' | 'class' | 'attributes'>,
): boolean {
  if (term.id !== undefined && term.id !== recipient.id) return false;
  if (term.class !== undefined && term.class !== recipient.class) return false;
  return term.attributes.every((attribute) => recipient.attributes.includes(attribute));
}

/**
 * An attribute the sink does not have passes `not` and `present: false` (a cookie without `secure` is not secure) and
 * fails the rest; one that is there but no literal (`null`) leaves all but `present` open.
 */
function matchAttribute(test: AttributeTest, flow: Flow): Match {
  const attributes = flow.sink.attributes;
  const written = Object.hasOwn(attributes, test.attribute);
  if (test.present !== undefined) return answer(written === test.present);
  if (!written) return answer(test.not !== undefined);
  const value = attributes[test.attribute] ?? null;
  if (value === null) return 'maybe';
  if (test.is) return answer(test.is.includes(value));
  if (test.not) return answer(!test.not.includes(value));
  const amount = Number(value);
  if (test.above !== undefined) return answer(amount > test.above);
  return answer(test.below !== undefined && amount < test.below);
}

function answer(holds: boolean): Match {
  return holds ? 'yes' : 'no';
}

function weakest(matches: readonly Match[]): Match {
  if (matches.includes('no')) return 'no';
  return matches.includes('maybe') ? 'maybe' : 'yes';
}
