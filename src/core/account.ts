/** How a policy judged one category of a flow, rule by rule: what `explain` tells. */
import type { Level } from './policy.ts';
import type { DataCategory } from './privacy.ts';

export interface Account {
  readonly policy: string;
  readonly category: DataCategory;
  /** Rules that speak about it, or might; the one that decided first. */
  readonly rules: readonly RuleAccount[];
  /** What the activity's default says, when it decided. */
  readonly byDefault: Level | 'allow' | null;
}

export interface RuleAccount {
  readonly rule: string;
  readonly verb: 'forbid' | 'allow';
  /**
   * `breaks`: a prohibition that nothing excuses. `excused`: its `unless` holds. `overruled`: a narrower permission holds.
   * `permits`. `unmet`: a permission whose terms do not hold. `open`: the code does not show whether it speaks about this.
   */
  readonly verdict: 'breaks' | 'excused' | 'overruled' | 'permits' | 'unmet' | 'open';
  /** The promise in one sentence. */
  readonly promise: string;
  /** What would have changed, or has decided, the verdict: a part of a sentence; empty when there is nothing to say. */
  readonly terms: string;
  /** Guards on the way that come near the terms, and what they lack. */
  readonly lacking: readonly string[];
}
