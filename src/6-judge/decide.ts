/** One flow against one policy: which promises it exercises and which it breaks. */
import type { Flow } from '../core/flow.ts';
import type { Disclosure, FlowRule, Level, Policy } from '../core/policy.ts';
import { type Activity, type DataCategory, isWithin } from '../core/privacy.ts';
import { contradictionOf, undisclosedBy } from './disclosure.ts';
import { fulfils, type Match, matchesData, matchFlow } from './match.ts';
import { narrower } from './specificity.ts';

export interface Decision {
  readonly breaches: readonly Breach[];
  /** Ids of the rules that surely speak about the flow, whatever came of it. */
  readonly exercised: readonly string[];
}

/** What a flow does wrong: it breaks a rule, or (`rule: null`) nothing discloses it. */
export interface Breach {
  readonly rule: FlowRule | null;
  readonly id: string;
  readonly clauses: readonly string[];
  /** Ids of the rules broken by the same stroke, whose clauses are among `clauses`. */
  readonly also: readonly string[];
  readonly level: Level;
  readonly data: readonly DataCategory[];
  /** Absent when the policy simply denies the flow. */
  readonly disclosure: Disclosure | null;
}

interface Candidate {
  readonly rule: FlowRule;
  readonly match: Match;
}

/** The context of one category's judgement. */
interface Question {
  readonly policy: Policy;
  readonly flow: Flow;
  readonly category: DataCategory;
}

/** Judges a flow category by category and gathers the answers by rule. */
export function decide(policy: Policy, flow: Flow): Decision {
  const candidates = policy.rules
    .filter((rule) => rule.verb !== 'require')
    .map((rule) => ({ rule, match: matchFlow(rule, flow) }))
    .filter(({ match }) => match !== 'no');
  const breaches = new Map<string, Breach>();
  const exercised = new Set<string>();
  for (const category of flow.data) {
    const speaking = candidates.filter(({ rule }) => matchesData(rule, category));
    for (const { rule, match } of speaking) if (match === 'yes') exercised.add(rule.id);
    for (const breach of decideCategory({ policy, flow, category }, speaking)) {
      const earlier = breaches.get(breach.id);
      breaches.set(breach.id, earlier ? merge(earlier, breach) : breach);
    }
  }
  return { breaches: [...breaches.values()], exercised: [...exercised] };
}

/**
 * Prohibitions are checked each by itself; a narrower `allow` that surely matches and holds is an exception. Where none
 * is broken, the narrowest disclosure must hold; where no rule speaks, the default of the activity decides.
 */
function decideCategory(question: Question, speaking: readonly Candidate[]): readonly Breach[] {
  const { flow, category } = question;
  const sure = speaking.filter(({ match }) => match === 'yes').map(({ rule }) => rule);
  const forbidding = sure.filter((rule) => rule.verb === 'forbid');
  const disclosing = sure.filter((rule) => rule.verb === 'allow');
  const holding = disclosing.filter((rule) => discloses(rule, question));
  const failing = disclosing.filter((rule) => !discloses(rule, question));

  const broken = forbidding.filter(
    (rule) => !excused(rule, flow) && !holding.some((exception) => isException(exception, rule, flow, category)),
  );
  if (broken.length > 0) {
    return narrowestOf(broken, question).map((rule) => {
      const wider = broken.filter((other) => narrower(rule, other, flow, category));
      const unmet = failing.filter((exception) => isException(exception, rule, flow, category));
      return breachOf(rule, question, [...wider, ...unmet], holding);
    });
  }

  const permitting = speaking
    .map(({ rule }) => rule)
    .filter((rule) => rule.verb === 'allow' && discloses(rule, question));
  const unmet = failing.filter(
    (rule) =>
      permitting.every((other) => narrower(rule, other, flow, category)) &&
      !forbidding.some((other) => narrower(other, rule, flow, category)),
  );
  const [narrowest, ...others] = narrowestOf(unmet, question);
  if (narrowest) return [breachOf(narrowest, question, others)];
  return permitting.length + forbidding.length > 0 ? [] : undisclosed(question);
}

/** A flow that breaks a rule and a wider one is reported once, under the narrower, with the clauses of both. */
function narrowestOf(rules: readonly FlowRule[], { flow, category }: Question): readonly FlowRule[] {
  return rules.filter((rule) => !rules.some((other) => narrower(other, rule, flow, category)));
}

/** By its place, since it is narrower, or because the policy says so. */
function isException(exception: FlowRule, rule: FlowRule, flow: Flow, category: DataCategory): boolean {
  return exception.overrides?.includes(rule.id) || narrower(exception, rule, flow, category);
}

export function excused(rule: FlowRule, flow: Flow): boolean {
  return rule.unless !== null && fulfils(flow, rule.unless);
}

export function discloses(rule: FlowRule, { flow, category }: Pick<Question, 'flow' | 'category'>): boolean {
  if (rule.only !== null && !rule.only.some((allowed) => isWithin(category, allowed))) return false;
  return rule.if === null || fulfils(flow, rule.if);
}

/**
 * `also` are the rules broken by the same stroke: the wider prohibitions, and the disclosures that would have permitted
 * the flow, had their terms been met. Their clauses are broken too. `permitting` are disclosures that contradict the rule.
 */
function breachOf(
  rule: FlowRule,
  { flow, category }: Question,
  also: readonly FlowRule[],
  permitting: readonly FlowRule[] = [],
): Breach {
  const broken = [rule, ...also];
  const level = broken.map((each) => each.level).reduce(severer);
  return {
    rule,
    id: rule.id,
    clauses: [...new Set(broken.flatMap((each) => each.clauses))],
    also: also.map(({ id }) => id),
    level: lowered(level, flow),
    data: [category],
    disclosure: contradictionOf(permitting),
  };
}

/**
 * The default of the activity. Never for what stays with ourselves, and at most a warning when only a general category
 * is known (`user`) and a part of it is disclosed.
 */
function undisclosed({ policy, flow, category }: Question): readonly Breach[] {
  const level = policy.defaults[flow.activity];
  if (level === 'allow' || (flow.activity === 'share' && flow.recipient?.class === 'self')) return [];
  const disclosure = undisclosedBy(policy, flow, category);
  const known = disclosure.kind === 'vague' && level === 'error' ? 'warning' : level;
  const id = defaultRule(policy, flow.activity);
  const clauses = policy.defaultClauses?.[flow.activity] ?? [];
  return [{ rule: null, id, clauses, also: [], level: lowered(known, flow), data: [category], disclosure }];
}

/** The id under which a default is reported. */
export function defaultRule(policy: Policy, activity: Activity): string {
  return `${policy.id}/undisclosed-${activity}`;
}

/** A flow we are not sure of gates no merge; nor one whose recipient could not be read from the code. */
function lowered(level: Level, flow: Flow): Level {
  const unsure = flow.confidence === 'low' || (flow.activity === 'share' && flow.recipient === null);
  return level === 'error' && unsure ? 'warning' : level;
}

const SEVERITY: Readonly<Record<Level, number>> = { note: 0, warning: 1, error: 2 };

/** The more severe of two levels. */
export function severer(a: Level, b: Level): Level {
  return SEVERITY[a] >= SEVERITY[b] ? a : b;
}

function merge(a: Breach, b: Breach): Breach {
  return {
    ...a,
    clauses: [...new Set([...a.clauses, ...b.clauses])],
    also: [...new Set([...a.also, ...b.also])],
    level: severer(a.level, b.level),
    data: [...new Set([...a.data, ...b.data])],
  };
}
