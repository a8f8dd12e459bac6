import type { BaselineComparison } from './baseline.ts';
import type { Flow } from './flow.ts';
import type { Notification } from './notification.ts';
import type { Observations } from './observations.ts';
import type { Obligation, Policy, PromiseVerdict, Violation } from './policy.ts';
import type { SuppressionReport } from './suppression.ts';

/** Everything a scan found: what `6-judge` returns and the formats of `7-report` print. */
export interface ScanResult {
  readonly command: 'scan' | 'inventory';
  readonly version: string;
  readonly policies: readonly Policy[];
  readonly statistics: Statistics;
  /** Sorted by sink location. */
  readonly flows: readonly Flow[];
  /** Sorted by sink location, then rule. */
  readonly violations: readonly Violation[];
  readonly obligations: readonly Obligation[];
  readonly promises: readonly PromiseVerdict[];
  /** Violations that count no more, each with the suppression it rests on. */
  readonly suppressed: readonly Violation[];
  /** Present when only a part of the findings was asked for: the program was analysed as a whole all the same. */
  readonly filtered?: Filtered;
  /** Absent from an inventory, which judges nothing. */
  readonly suppressions?: SuppressionReport;
  /** Absent without a baseline. */
  readonly baseline?: BaselineComparison;
  readonly notifications: readonly Notification[];
  /** Present when a question was asked: `explain`. */
  readonly observations?: Observations;
}

/** What `--since`, `--staged` or file arguments left out. */
export interface Filtered {
  /** Violations and missing obligations left out; flows, for an inventory. */
  readonly findings: number;
  /** What is shown instead of all, as a part of a sentence: `what changed since main`. */
  readonly shown: string;
}

export interface Statistics {
  /** Files analysed. */
  readonly files: number;
  readonly functions: number;
  /** Files listed but not analysed; each has a notification of level `error`. */
  readonly incomplete: number;
}
