/** How a run ended, as the shell sees it. A gate in CI trusts 0 alone. */
import { isKnown } from '../core/baseline.ts';
import type { NotificationCode } from '../core/notification.ts';
import type { Level } from '../core/policy.ts';
import type { ScanResult } from '../core/result.ts';

export const EXIT_CODES = {
  passed: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
} as const;

export const GATES = ['error', 'warning', 'note', 'none'] as const;
export type Gate = (typeof GATES)[number];

export interface ExitRules {
  readonly failOn: Gate;
  /** How many files may stay unanalysed. */
  readonly allowIncomplete: number;
  /** Partly analysed files make a run incomplete, too. */
  readonly strict: boolean;
}

const RANK: Readonly<Record<Level, number>> = { note: 1, warning: 2, error: 3 };

/** What says that a file was analysed, but not all of it. */
const PARTLY: ReadonlySet<NotificationCode> = new Set(['syntax-error', 'schema-not-read', 'limit-reached']);

/** Incomplete beats failed: of a run that did not see everything, not even the list of violations is to be trusted. */
export function exitCodeOf(result: ScanResult, rules: ExitRules): number {
  if (!isComplete(result, rules)) return EXIT_CODES.incomplete;
  return countAtGate(result, rules.failOn) > 0 ? EXIT_CODES.failed : EXIT_CODES.passed;
}

/** Whether every file was analysed, but for those the user allowed for. */
export function isComplete(result: ScanResult, { allowIncomplete, strict }: ExitRules): boolean {
  if (notAnalysed(result) > allowIncomplete) return false;
  return !(strict && partlyAnalysed(result) > 0);
}

/** How many files, folders or schemas could not be analysed. */
export function notAnalysed({ statistics, notifications }: ScanResult): number {
  return Math.max(statistics.incomplete, notifications.filter((notification) => notification.level === 'error').length);
}

/** How many files were analysed only in part. */
export function partlyAnalysed({ notifications }: ScanResult): number {
  const partly = notifications.filter(({ level, code }) => level !== 'error' && PARTLY.has(code));
  return new Set(partly.map(({ file }) => file)).size;
}

/** How many violations and missing obligations are at or above the gate. An inventory judges nothing. */
export function countAtGate(result: ScanResult, failOn: Gate): number {
  if (failOn === 'none' || result.command === 'inventory') return 0;
  return brokenLevels(result).filter((level) => RANK[level] >= RANK[failOn]).length;
}

/** The level of every violation, missing obligation and bad suppression, but for those the baseline knows. */
export function brokenLevels({ violations, obligations, suppressions }: ScanResult): Level[] {
  const missing = obligations.filter(({ status }) => status === 'missing');
  const findings = [...violations, ...missing].filter(({ baselineState }) => !isKnown(baselineState));
  return [...findings, ...(suppressions?.findings ?? [])].map(({ level }) => level);
}
