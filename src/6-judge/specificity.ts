import type { Flow } from '../core/flow.ts';
import type { FlowRule, RecipientTerm } from '../core/policy.ts';
import { type DataCategory, isWithin } from '../core/privacy.ts';
import { matchesTerm } from './match.ts';

/**
 * Whether `exception` is narrower than `rule` for this flow and category: nowhere wider, and narrower somewhere. So
 * `allow log of user.device` is an exception to `forbid log of user`, while `allow share of user to seller` is none to
 * `forbid share of user.biometric`: each is narrower in one field, which is a conflict, and then `forbid` stands.
 * Conditions and `only` do not count: they say when a rule holds, not what it is about.
 */
export function narrower(exception: FlowRule, rule: FlowRule, flow: Flow, category: DataCategory): boolean {
  const inner = ranks(exception, flow, category);
  const outer = ranks(rule, flow, category);
  return (
    inner.every((rank, field) => rank >= (outer[field] as number)) &&
    inner.some((rank, field) => rank > (outer[field] as number))
  );
}

/** How narrow each field of a matching rule is; 0 where it is left out. */
function ranks(rule: FlowRule, flow: Flow, category: DataCategory): readonly number[] {
  return [
    depth(rule.data, category),
    depth(rule.subject, flow.subject),
    depth(rule.purpose, flow.purpose),
    recipientRank(rule, flow),
    presence(rule.notSubject),
    presence(rule.notPurpose),
    presence(rule.provenance),
    presence(rule.source),
    rule.in.length > 0 || rule.notIn ? 1 : 0,
    rule.where.length,
  ];
}

function presence(field: readonly string[] | undefined): number {
  return field === undefined ? 0 : 1;
}

/** Levels of the deepest key that holds `actual`: 3 for `user.contact.email`. */
function depth(keys: readonly string[], actual: string | null): number {
  const levels = keys.filter((key) => actual === null || isWithin(actual, key)).map((key) => key.split('.').length);
  return Math.max(0, ...levels);
}

/** `to: { not: […] }` < a class < a class with attributes < a recipient's id. */
function recipientRank({ to }: FlowRule, { recipient }: Flow): number {
  if (to === null) return 0;
  if (to.not) return 1;
  const terms = to.any.filter((term) => recipient !== null && matchesTerm(term, recipient));
  return Math.max(2, ...terms.map(termRank));
}

function termRank({ id, attributes, country, outside }: RecipientTerm): number {
  if (id !== undefined) return 4;
  return attributes.length > 0 || country || outside ? 3 : 2;
}
