import { performance } from 'node:perf_hooks';
import type { Flow } from '../core/flow.ts';
import type { Policy } from '../core/policy.ts';
import { type JudgeOptions, judge } from './judge.ts';

/** How long each rule takes when it is all there is to judge by, in milliseconds: what a policy's author can look into. */
export function ruleTimes(
  flows: readonly Flow[],
  policies: readonly Policy[],
  options: JudgeOptions,
): readonly { readonly rule: string; readonly milliseconds: number }[] {
  return policies.flatMap((policy) =>
    policy.rules.map((rule) => {
      const start = performance.now();
      judge(flows, [{ ...policy, rules: [rule] }], options);
      return { rule: rule.id, milliseconds: performance.now() - start };
    }),
  );
}
