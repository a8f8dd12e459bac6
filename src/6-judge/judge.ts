/**
 * Phase 6: flows × policies → violations, obligations and a verdict per promise.
 *
 * In: flows sorted by sink location; policies with their sets resolved. Out: the same for the same input, sorted by
 * location and by code units. Each data category of a flow is judged on its own:
 *
 *   1. Every `forbid` that speaks about it is broken unless its `unless` holds or a narrower `allow` holds.
 *   2. Else the narrowest `allow` that speaks about it must hold (`only`, `if`); rows of equal rank are alternatives.
 *   3. Else, when no rule speaks about it, the `defaults` of its activity decide: `<policy>/undisclosed-<activity>`.
 *
 * Doubt never breaks a promise and never excuses a proven breach: a field the analysis could not see (a purpose, an
 * attribute that is no literal) keeps a `forbid` from matching; an `allow` it leaves open saves from the default, but is
 * no exception to a `forbid`. Handing data to ourselves (`self`) is neither undisclosed nor meant by `to: { not: … }`.
 * A flow of low confidence, or a share whose recipient the code does not show, is at most a warning. Where two broken
 * prohibitions contain each other the narrower is reported, with the clauses of both.
 *
 * Obligations (`require`) are decided from the program's behaviour, see `obligations/`. What cannot be seen there makes
 * a promise not decidable, never kept.
 */
import type { Behaviour } from '../core/behaviour.ts';
import type { Flow } from '../core/flow.ts';
import type { Obligation, Policy, PromiseVerdict, Violation } from '../core/policy.ts';
import { type Confidence, isSure } from '../core/privacy.ts';
import { decide, defaultRule } from './decide.ts';
import { obligationsOf } from './obligations/obligations.ts';
import { promisesOf } from './promises.ts';
import { type Offence, violationsOf } from './violations.ts';

export interface JudgeOptions {
  /** Flows less sure than this are not judged. */
  readonly confidence: Confidence;
  /** Evidence for obligations; without it they are not decidable. */
  readonly behaviour?: Behaviour | null;
}

export interface Judgement {
  readonly violations: Violation[];
  readonly obligations: Obligation[];
  readonly promises: PromiseVerdict[];
}

/** Judges every flow against every policy. */
export function judge(flows: readonly Flow[], policies: readonly Policy[], options: JudgeOptions): Judgement {
  const judged = [...flows.entries()].filter(([, flow]) => isSure(flow.confidence, options.confidence));
  const offences: Offence[] = [];
  const exercised = new Set<string>();
  for (const policy of policies) {
    for (const [index, flow] of judged) {
      const decision = decide(policy, flow);
      for (const rule of [...decision.exercised, defaultRule(policy, flow.activity)]) exercised.add(rule);
      for (const breach of decision.breaches) offences.push({ policy, breach, index, flow });
    }
  }
  const violations = violationsOf(offences);
  const obliged = options.behaviour ? obligationsOf(policies, options.behaviour, flows) : null;
  const promises = policies.flatMap((policy) => promisesOf(policy, violations, exercised, obliged?.verdicts ?? null));
  return { violations, obligations: obliged?.obligations ?? [], promises };
}
