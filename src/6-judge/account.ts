/** Why a policy judged a flow as it did: the judgement of `decide.ts`, told rule by rule. */
import type { Account, RuleAccount } from '../core/account.ts';
import { type Flow, type FlowGuard, printGuard } from '../core/flow.ts';
import type { Condition, FlowRule, GuardCondition, Policy } from '../core/policy.ts';
import { type DataCategory, isWithin } from '../core/privacy.ts';
import { decide, discloses, excused } from './decide.ts';
import { doubts, fulfils, matchesData, matchFlow } from './match.ts';
import { categoryWords, conditionWords, listed } from './words.ts';

const MOST_WORDS = 6;
const ORDER: readonly RuleAccount['verdict'][] = ['breaks', 'unmet', 'permits', 'excused', 'overruled', 'open'];

/** One account per category of the flow, in their order. */
export function accountsOf(policy: Policy, flow: Flow): Account[] {
  return flow.data.map((category) => accountOf(policy, { ...flow, data: [category] }, category));
}

function accountOf(policy: Policy, flow: Flow, category: DataCategory): Account {
  const { breaches } = decide(policy, flow);
  const broken = new Set(breaches.flatMap(({ id, also }) => [id, ...also]));
  const rules = policy.rules
    .filter((rule): rule is FlowRule => rule.verb !== 'require' && matchesData(rule, category))
    .map((rule) => ruleAccount(rule, flow, category, broken))
    .filter((account) => account !== null)
    .sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const decided = rules.some(({ verdict }) => verdict !== 'open');
  return { policy: policy.id, category, rules, byDefault: decided ? null : policy.defaults[flow.activity] };
}

function ruleAccount(
  rule: FlowRule,
  flow: Flow,
  category: DataCategory,
  broken: ReadonlySet<string>,
): RuleAccount | null {
  const match = matchFlow(rule, flow);
  if (match === 'no') return null;
  const told = { rule: rule.id, verb: rule.verb, promise: rule.promise, lacking: [] };
  if (rule.verb === 'allow') {
    if (discloses(rule, { flow, category })) return { ...told, verdict: 'permits', terms: termsOf(rule) };
    if (match === 'maybe') return { ...told, verdict: 'open', terms: openWords(rule, flow) };
    const terms = [
      ...(beyond(rule, category) ? [`it covers only ${payloadWords(rule)}`] : []),
      conditionTerms(rule.if),
    ];
    const lacking = rule.if ? lackingOf(rule.if, flow) : [];
    return { ...told, verdict: 'unmet', terms: terms.filter(Boolean).join('; '), lacking };
  }
  if (match === 'maybe') return { ...told, verdict: 'open', terms: openWords(rule, flow) };
  if (broken.has(rule.id)) {
    const lacking = rule.unless ? lackingOf(rule.unless, flow) : [];
    return { ...told, verdict: 'breaks', terms: rule.unless ? `unless ${conditionWords(rule.unless)}` : '', lacking };
  }
  const terms = rule.unless ? conditionWords(rule.unless) : '';
  return excused(rule, flow) ? { ...told, verdict: 'excused', terms } : { ...told, verdict: 'overruled', terms: '' };
}

function beyond({ only }: FlowRule, category: DataCategory): boolean {
  return only !== null && !only.some((allowed) => isWithin(category, allowed));
}

function payloadWords({ only }: FlowRule): string {
  return listed((only ?? []).map(categoryWords), MOST_WORDS);
}

function conditionTerms(condition: Condition | null): string {
  return condition === null ? '' : `it asks for ${conditionWords(condition)}`;
}

function termsOf(rule: FlowRule): string {
  return rule.if === null ? '' : `given ${conditionWords(rule.if)}`;
}

function openWords(rule: FlowRule, flow: Flow): string {
  return `the code does not show the ${listed(doubts(rule, flow), MOST_WORDS)}`;
}

/** Guards of a kind that the condition asks for and that do not fulfil it: `consent:sms (line 12) is for sms, not email`. */
function lackingOf(condition: Condition, flow: Flow): string[] {
  const wanted = guardsIn(condition);
  return flow.guards.flatMap((guard) => {
    const near = wanted.find((each) => each.guard === guard.kind && !fulfils({ ...flow, guards: [guard] }, each));
    return near ? `${printGuard(guard)} (line ${guard.location.line}) ${lacks(guard, near, flow)}` : [];
  });
}

function guardsIn(condition: Condition): GuardCondition[] {
  if (condition.kind === 'guard') return [condition];
  return condition.kind === 'protection' ? [] : condition.of.flatMap(guardsIn);
}

function lacks(guard: FlowGuard, wanted: GuardCondition, flow: Flow): string {
  if (guard.subject === 'other') return 'is about another person than the data';
  if (wanted.purpose !== undefined && guard.purpose !== wanted.purpose) {
    return `is for ${guard.purpose ?? 'no purpose that the code shows'}, not ${wanted.purpose}`;
  }
  if (wanted.sameChannel) return `is not for the channel ${String(flow.sink.attributes['channel'] ?? 'used here')}`;
  if (wanted.atLeast !== undefined) return `lets through an age below ${wanted.atLeast}`;
  return `is not as the rule asks for`;
}
