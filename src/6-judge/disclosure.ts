/** What a policy says about a flow that it does not permit: the nearest rule, and how it misses. */
import type { Flow } from '../core/flow.ts';
import type { Disclosure, FlowRule, Policy } from '../core/policy.ts';
import { type DataCategory, isWithin } from '../core/privacy.ts';
import { differences, fulfils, matchesData } from './match.ts';

/** A rule that misses in more ways is about something else. */
const MOST_DIFFERENCES = 2;

interface Near {
  readonly rule: FlowRule;
  readonly differs: readonly string[];
  /** Only a general category is known of the flow (`user`), and the rule discloses a part of it. */
  readonly vague: boolean;
}

/**
 * For a flow that no rule speaks about: `vague` when the policy discloses a part of what may be in it, else `omitted`.
 * Nearest is the disclosure that misses in the fewest ways; of equals the first.
 */
export function undisclosedBy(policy: Policy, flow: Flow, category: DataCategory): Disclosure {
  const near = policy.rules.flatMap((rule) => (rule.verb === 'allow' ? (nearnessOf(rule, flow, category) ?? []) : []));
  const [first, ...others] = near;
  if (first === undefined) return { kind: 'omitted', clauses: [], differs: [] };
  const { rule, differs, vague } = others.reduce((best, other) => (nearer(other, best) ? other : best), first);
  return { kind: vague ? 'vague' : 'omitted', nearest: rule.id, clauses: rule.clauses, differs };
}

function nearnessOf(rule: FlowRule, flow: Flow, category: DataCategory): Near | null {
  if (!isAbout(rule, flow) || !isRelated(rule, category)) return null;
  const differs = missesOf(rule, flow, category);
  if (differs.length > MOST_DIFFERENCES) return null;
  return { rule, differs, vague: differs.join() === 'data' && namesPart(rule, category) };
}

function nearer(a: Near, b: Near): boolean {
  return a.vague === b.vague ? a.differs.length < b.differs.length : a.vague;
}

/** For a flow that breaks a rule while others permit it: the policy contradicts itself. Null when it simply denies it. */
export function contradictionOf(permitting: readonly FlowRule[]): Disclosure | null {
  const [first] = permitting;
  return first === undefined ? null : { kind: 'ambiguous', nearest: first.id, clauses: first.clauses, differs: [] };
}

function isAbout(rule: FlowRule, flow: Flow): boolean {
  return rule.activities.length === 0 || rule.activities.includes(flow.activity);
}

function missesOf(rule: FlowRule, flow: Flow, category: DataCategory): string[] {
  const beyond = rule.only !== null && !rule.only.some((allowed) => isWithin(category, allowed));
  return [
    ...(matchesData(rule, category) ? [] : ['data']),
    ...differences(rule, flow),
    ...(beyond ? ['payload'] : []),
    ...(rule.if !== null && !fulfils(flow, rule.if) ? ['condition'] : []),
  ];
}

/** A rule on data of quite another kind is near in nothing: `user.contact.phone_number` is to `…email`, `user.device` not. */
function isRelated(rule: FlowRule, category: DataCategory): boolean {
  if (matchesData(rule, category)) return true;
  const family = category.split('.').slice(0, 2).join('.');
  return rule.data.some((named) => isWithin(named, family) || isWithin(category, named));
}

function namesPart(rule: FlowRule, category: DataCategory): boolean {
  return rule.data.some((named) => named !== category && isWithin(named, category));
}
