import type { Baseline } from './baseline.ts';
import type { Level } from './policy.ts';

/** How bad a suppression without use is; `off` says nothing of it. */
export type UnusedLevel = Level | 'off';

/** What people decided about findings before a scan. */
export interface Decisions {
  /** The day that expiry dates are held against: `2026-11-25`. An input, so that reports depend on no clock. */
  readonly today: string;
  readonly unused: UnusedLevel;
  /** The built-in policies, in use or not: of those not in use, no suppression is called unused or misspelt. */
  readonly packs: readonly string[];
  /** What is known already. */
  readonly baseline?: Baseline;
}
