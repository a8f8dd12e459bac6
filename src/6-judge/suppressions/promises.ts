import { compareText } from '../../core/location.ts';
import type { PromiseVerdict, Violation } from '../../core/policy.ts';
import type { Judgement } from '../judge.ts';

/**
 * A promise that only suppressed findings break is neither broken nor kept: people have decided, and the code has not
 * changed. What breaks it beside them still does.
 */
export function withSuppressed(
  { promises, violations, obligations }: Judgement,
  live: readonly Violation[],
  isLive: (finding: object) => boolean,
): PromiseVerdict[] {
  const hidden = [...violations, ...obligations].filter((finding) => !isLive(finding));
  if (hidden.length === 0) return [...promises];
  return promises.map((promise) => {
    const speaks = ({ policy, clauses }: { readonly policy: string; readonly clauses: readonly string[] }) =>
      policy === promise.policy && clauses.includes(promise.clause);
    const suppressed = hidden.filter(speaks).length;
    if (promise.verdict !== 'broken' || suppressed === 0) return promise;
    const findings = live.filter(speaks).map(({ fingerprint }) => fingerprint);
    const missing = obligations.filter(
      (obligation) => obligation.status === 'missing' && isLive(obligation) && speaks(obligation),
    ).length;
    if (findings.length + missing > 0) return { ...promise, findings: findings.sort(compareText) };
    const reason = suppressed === 1 ? '1 finding is suppressed' : `${suppressed} findings are suppressed`;
    return { ...promise, verdict: 'not-decidable', findings: [], reason };
  });
}
