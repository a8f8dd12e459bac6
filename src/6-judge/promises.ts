/** The promise table: what became of every clause that a policy turns into a rule or declares not checkable. */
import { compareText } from '../core/location.ts';
import type { Policy, PolicyRule, PromiseVerdict, Violation } from '../core/policy.ts';
import { ACTIVITIES } from '../core/privacy.ts';
import { defaultRule } from './decide.ts';
import type { ObligationVerdict } from './obligations/obligations.ts';

/** Given when a clause (also) demands a code path: a verdict without it would claim more than was checked. */
const OBLIGATIONS_UNCHECKED = 'obligations are not checked yet';
/** Given when the policy lists a clause and says nothing more of it. */
const WITHOUT_PLACE = 'the policy neither has a rule for it nor says why there is none';

/** A rule, or the default of an activity as one. */
type Ruling = Pick<PolicyRule, 'id' | 'verb'>;

interface Clause {
  readonly rules: Ruling[];
  readonly reasons: string[];
}

/** One verdict per clause, sorted by clause. `exercised` are the ids of rules that some flow was judged by. */
export function promisesOf(
  policy: Policy,
  violations: readonly Violation[],
  exercised: ReadonlySet<string>,
  obliged: ReadonlyMap<string, ObligationVerdict> | null = null,
): PromiseVerdict[] {
  const findings = findingsByClause(violations.filter((violation) => violation.policy === policy.id));
  return [...clausesOf(policy)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([clause, { rules, reasons }]) => ({
      clause,
      policy: policy.id,
      rules: rules.map((rule) => rule.id).sort(compareText),
      findings: [...(findings.get(clause) ?? [])].sort(compareText),
      ...verdictOf({ rules, reasons }, findings.has(clause), exercised, obliged),
    }));
}

function verdictOf(
  { rules, reasons }: Clause,
  broken: boolean,
  exercised: ReadonlySet<string>,
  obliged: ReadonlyMap<string, ObligationVerdict> | null,
): Pick<PromiseVerdict, 'verdict' | 'reason'> {
  if (broken) return { verdict: 'broken' };
  const required = rules.filter((rule) => rule.verb === 'require');
  if (required.length > 0 && obliged === null) return { verdict: 'not-decidable', reason: OBLIGATIONS_UNCHECKED };
  const verdicts = required.flatMap((rule) => obliged?.get(rule.id) ?? []);
  if (verdicts.some(({ status }) => status === 'missing')) return { verdict: 'broken' };
  const undecided = verdicts.find(({ status }) => status === 'undecided');
  if (undecided) return { verdict: 'not-decidable', reason: undecided.reason ?? OBLIGATIONS_UNCHECKED };
  if (rules.length === 0) return { verdict: 'not-decidable', reason: reasons.join(' ') || WITHOUT_PLACE };
  const kept = verdicts.some(({ status }) => status === 'met') || rules.some((rule) => exercised.has(rule.id));
  return { verdict: kept ? 'kept' : 'not-exercised' };
}

function clausesOf(policy: Policy): ReadonlyMap<string, Clause> {
  const clauses = new Map<string, Clause>();
  const entry = (clause: string): Clause => {
    const known = clauses.get(clause) ?? { rules: [], reasons: [] };
    clauses.set(clause, known);
    return known;
  };
  for (const clause of policy.clauses ?? []) entry(clause);
  for (const activity of ACTIVITIES) {
    const rule: Ruling = { id: defaultRule(policy, activity), verb: 'forbid' };
    for (const clause of policy.defaultClauses?.[activity] ?? []) entry(clause).rules.push(rule);
  }
  for (const rule of policy.rules) for (const clause of new Set(rule.clauses)) entry(clause).rules.push(rule);
  for (const { clauses: named, why } of policy.notCheckable)
    for (const clause of named) entry(clause).reasons.push(why);
  return clauses;
}

function findingsByClause(violations: readonly Violation[]): ReadonlyMap<string, ReadonlySet<string>> {
  const findings = new Map<string, Set<string>>();
  for (const { clauses, fingerprint } of violations) {
    for (const clause of clauses) findings.set(clause, (findings.get(clause) ?? new Set()).add(fingerprint));
  }
  return findings;
}
