/** Every rule a finding can name: those of the policies in use, and one per activity whose flows have to be disclosed. */
import { compareText } from '../core/location.ts';
import type { Level, Policy, PolicyRule } from '../core/policy.ts';
import { ACTIVITIES, type Activity, type DataCategory } from '../core/privacy.ts';
import { SUPPRESSION_RULES } from '../core/suppression.ts';

export interface PromisedRule {
  readonly id: string;
  readonly policy: string;
  readonly kind: 'flow' | 'obligation' | 'undisclosed' | 'suppression';
  /** The promise in one sentence, ending with a period. */
  readonly promise: string;
  readonly clauses: readonly string[];
  readonly level: Level;
  readonly activities: readonly Activity[];
  readonly data: readonly DataCategory[];
  readonly fix?: string;
  readonly examples?: { readonly broken: string; readonly kept: string };
}

const DONE: Readonly<Record<Activity, string>> = {
  collect: 'collected',
  log: 'logged',
  share: 'shared',
  store: 'stored',
  expose: 'exposed',
};

/** The rules of these policies and those about suppressions, sorted by id, whether or not a finding names them. */
export function promisedRules(policies: readonly Policy[]): PromisedRule[] {
  return [
    ...policies.flatMap((policy) => [...policy.rules.map((rule) => ofRule(rule, policy)), ...undisclosedRules(policy)]),
    ...SUPPRESSION_RULES.map(ofSuppressionRule),
  ].sort((a, b) => compareText(a.id, b.id));
}

function ofSuppressionRule({ id, promise, level, fix }: (typeof SUPPRESSION_RULES)[number]): PromisedRule {
  return { id, policy: 'troth', kind: 'suppression', promise, clauses: [], level, activities: [], data: [], fix };
}

function ofRule(rule: PolicyRule, policy: Policy): PromisedRule {
  const flow = rule.verb !== 'require';
  return {
    id: rule.id,
    policy: policy.id,
    kind: flow ? 'flow' : 'obligation',
    promise: sentence(rule.promise),
    clauses: rule.clauses,
    level: rule.level,
    activities: flow ? rule.activities : [],
    data: rule.data,
    ...(rule.fix !== undefined && { fix: sentence(rule.fix) }),
    ...(rule.examples && { examples: rule.examples }),
  };
}

function undisclosedRules(policy: Policy): PromisedRule[] {
  return ACTIVITIES.flatMap((activity) => {
    const level = policy.defaults[activity];
    if (level === 'allow') return [];
    return {
      id: `${policy.id}/undisclosed-${activity}`,
      policy: policy.id,
      kind: 'undisclosed',
      promise: `Personal data is ${DONE[activity]} only as the policy says.`,
      clauses: [],
      level,
      activities: [activity],
      data: [],
      fix: `Remove the flow, or disclose it in the policy with an 'allow: ${activity}' rule.`,
    };
  });
}

/** Closes the sentence when its author did not. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
