/**
 * Findings × suppressions → what still counts, what is suppressed, and what is wrong with the suppressions.
 *
 * A suppression that has expired or is malformed hides nothing: what it stood for is reported again, and so is the
 * suppression. One that hides nothing although it could is unused; nobody says so when the scan did not see everything,
 * or where only the surer flows were judged and a less sure one is what it hides.
 */
import type { Decisions } from '../../core/decisions.ts';
import type { Flow } from '../../core/flow.ts';
import { matchesGlob } from '../../core/glob.ts';
import type { Obligation, Policy, Violation } from '../../core/policy.ts';
import type {
  AppliedSuppression,
  ListedSuppression,
  SuppressionReport,
  SuppressionState,
} from '../../core/suppression.ts';
import type { Judgement } from '../judge.ts';
import {
  type Declarations,
  type DeclaredSuppression,
  declaredSuppressions,
  knownRules,
  ruleProblem,
} from './declared.ts';
import { type Assessed, findingsAbout } from './findings.ts';
import { withSuppressed } from './promises.ts';

export interface SuppressionOptions extends Declarations, Omit<Decisions, 'baseline'> {
  readonly policies: readonly Policy[];
  /** Whether everything was analysed: only then is a suppression known to be unused. */
  readonly complete: boolean;
  /** Violations among the flows too unsure to be reported; asked for when a suppression seems unused. */
  readonly suspected: () => readonly Place[];
}

/** Where a rule is broken. */
export interface Place {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
}

export interface Suppressed extends Judgement {
  readonly suppressed: readonly Violation[];
  readonly suppressions: SuppressionReport;
}

/** Takes the suppressed findings out of a judgement. */
export function suppress(judgement: Judgement, flows: readonly Flow[], options: SuppressionOptions): Suppressed {
  const declared = declaredSuppressions(options);
  const places = placesOf(judgement, flows);
  const assessed = assess(declared, [...places.values()], options);
  const holding = assessed.filter(({ holds }) => holds).map(({ declared: each }) => each);
  const applied = new Map<object, AppliedSuppression>();
  for (const [finding, place] of places) {
    const suppression = holding.find((each) => covers(each, place));
    if (suppression) applied.set(finding, appliedOf(suppression));
  }
  const isLive = (finding: object) => !applied.has(finding);
  const violations = judgement.violations.filter(isLive);
  return {
    ...judgement,
    violations,
    obligations: judgement.obligations.filter(isLive),
    promises: withSuppressed(judgement, violations, isLive),
    suppressed: marked(judgement.violations, applied),
    suppressions: {
      listed: assessed.map(({ listed }) => listed),
      findings: findingsAbout(assessed, options),
      obligations: marked(judgement.obligations, applied),
    },
  };
}

/** What a suppression can reach, with its place. */
export function placesOf(
  { violations, obligations }: Judgement,
  flows: readonly Flow[],
): Map<Violation | Obligation, Place> {
  const places = new Map<Violation | Obligation, Place>();
  for (const violation of violations) {
    const sink = flows[violation.flows[0] ?? -1]?.sink;
    if (sink) places.set(violation, { rule: violation.rule, file: sink.file, line: sink.line });
  }
  for (const obligation of obligations) if (obligation.status === 'missing') places.set(obligation, obligation);
  return places;
}

function marked<Finding extends object>(
  findings: readonly Finding[],
  applied: ReadonlyMap<object, AppliedSuppression>,
): (Finding & { suppression: AppliedSuppression })[] {
  return findings.flatMap((finding) => {
    const suppression = applied.get(finding);
    return suppression ? [{ ...finding, suppression }] : [];
  });
}

function covers({ rule, path, on, kind }: DeclaredSuppression, place: Place): boolean {
  if (rule !== place.rule || (on !== null && on !== place.line)) return false;
  return kind === 'comment' ? path === place.file : matchesGlob(path, place.file);
}

function appliedOf({ kind, reason, until, file, line }: DeclaredSuppression): AppliedSuppression {
  return { kind, reason, ...(until !== undefined && { until }), file, line };
}

const DAYS_BEFORE = 14;

/** The state of each suppression, given the places where something is broken. */
function assess(declared: readonly DeclaredSuppression[], places: readonly Place[], options: SuppressionOptions) {
  const known = knownRules(options.policies, options.packs);
  let suspected: readonly Place[] | undefined;
  return declared.map((each): Assessed => {
    const findings = places.filter((place) => covers(each, place)).length;
    const expired = each.until !== undefined && each.until < options.today;
    const problem = each.problem === undefined ? ruleProblem(each.rule, known, options.guess) : undefined;
    const isUnused = (): boolean => {
      if (findings > 0 || !options.complete) return false;
      suspected ??= options.suspected();
      return !suspected.some((place) => covers(each, place));
    };
    const state = ((): SuppressionState => {
      if (each.problem !== undefined) return 'malformed';
      if (problem !== undefined) return problem === null ? 'other-policy' : 'unknown-rule';
      if (isUnused()) return 'unused';
      if (expired) return 'expired';
      return each.until !== undefined && each.until <= daysAfter(options.today, DAYS_BEFORE) ? 'expiring' : 'active';
    })();
    const holds = findings > 0 && (state === 'active' || state === 'expiring');
    return { declared: each, listed: listedOf(each, state, expired, findings), holds, problem: problem ?? null };
  });
}

function listedOf(
  each: DeclaredSuppression,
  state: SuppressionState,
  expired: boolean,
  findings: number,
): ListedSuppression {
  const { rule, scope, ticket, approvedBy } = each;
  return {
    ...appliedOf(each),
    rule,
    scope,
    state,
    expired,
    findings,
    ...(ticket !== undefined && { ticket }),
    ...(approvedBy !== undefined && { approvedBy }),
  };
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
