/** Findings that people have decided to live with: why, until when, and what is wrong with the decision. */
import type { Level, Obligation } from './policy.ts';

/** A comment that begins with `troth-…`, as written; `6-judge` reads it. */
export interface SuppressionComment {
  /** 1-based place of its first word. */
  readonly line: number;
  readonly column: number;
  /** From its first word to the end of the comment, on one line. */
  readonly text: string;
  /** The line of the first code after the comment; null at the end of the file. */
  readonly nextLine: number | null;
  /** It stands in the text of a JSX element, where it is no comment but shown to users. */
  readonly inText: boolean;
}

/** The comments of one file, relative to the scanned root. */
export interface CommentedFile {
  readonly file: string;
  readonly comments: readonly SuppressionComment[];
}

/** An entry of `suppressions` in the project file. */
export interface ConfiguredSuppression {
  readonly rule: string;
  /** Glob on the file of the finding, relative to the scanned root. */
  readonly path: string;
  readonly reason: string;
  /** The last day it holds: `2027-03-31`. */
  readonly expires?: string;
  readonly ticket?: string;
  readonly approvedBy?: string;
  /** 1-based, in the project file. */
  readonly line: number;
}

/** The decision a suppressed finding rests on. */
export interface AppliedSuppression {
  readonly kind: 'comment' | 'configuration';
  readonly reason: string;
  readonly until?: string;
  /** Where it is written. */
  readonly file: string;
  readonly line: number;
}

/** `other-policy`: the policy of its rule takes no part in this scan, so nothing is said about it. */
export const SUPPRESSION_STATES = [
  'active',
  'expiring',
  'expired',
  'unused',
  'malformed',
  'unknown-rule',
  'other-policy',
] as const;
export type SuppressionState = (typeof SUPPRESSION_STATES)[number];

/** One decision about one rule: a comment that names two rules is two of them. */
export interface ListedSuppression extends AppliedSuppression {
  /** Empty when a malformed comment names none. */
  readonly rule: string;
  readonly scope: 'line' | 'next-line' | 'file' | 'path';
  readonly state: SuppressionState;
  /** The date has passed, whatever else is the matter. */
  readonly expired: boolean;
  /** How many findings it covers. */
  readonly findings: number;
  readonly ticket?: string;
  readonly approvedBy?: string;
}

/** Something wrong with a suppression. It has no flow: it stands where the suppression is written. */
export interface SuppressionFinding {
  readonly rule: SuppressionRule;
  readonly level: Level;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly fingerprint: string;
}

/** What a scan says about suppressions, beside the violations it leaves out. */
export interface SuppressionReport {
  /** Every suppression of the project, by place. */
  readonly listed: readonly ListedSuppression[];
  /** By place, then rule. */
  readonly findings: readonly SuppressionFinding[];
  /** Missing obligations that are suppressed. */
  readonly obligations: readonly Obligation[];
}

/** The rules about suppressions themselves: no policy has them, and no suppression reaches them. */
export const SUPPRESSION_RULES = [
  {
    id: 'troth/expired-suppression',
    promise: 'A suppression holds until the day it names.',
    level: 'error',
    fix: 'Mend what the suppression hides, or decide again and write a new date.',
  },
  {
    id: 'troth/expiring-suppression',
    promise: 'A suppression that ends soon is looked at in time.',
    level: 'note',
    fix: 'Mend what the suppression hides, or decide again and write a new date.',
  },
  {
    id: 'troth/malformed-suppression',
    promise: 'A suppression names the rule and says why: troth-ignore-next-line <rule> -- <reason>.',
    level: 'error',
    fix: 'Write the suppression as: troth-ignore-next-line <rule> -- <reason> (until YYYY-MM-DD).',
  },
  {
    id: 'troth/unknown-suppressed-rule',
    promise: 'A suppression names a rule that there is.',
    level: 'error',
    fix: 'Write the id of the rule as the finding shows it.',
  },
  {
    id: 'troth/unused-suppression',
    promise: 'A suppression goes when what it hid has gone.',
    level: 'warning',
    fix: 'Remove the suppression.',
  },
] as const satisfies readonly {
  readonly id: `troth/${string}`;
  readonly promise: string;
  readonly level: Level;
  readonly fix: string;
}[];
export type SuppressionRule = (typeof SUPPRESSION_RULES)[number]['id'];

const SHORTEST_REASON = 10;
/** What stands for a reason without being one. */
const PLACEHOLDER =
  /^(?:<.*>|\[.*\]|[^\p{L}\p{N}]*|(?:todo|fixme|tbd|xxx)\b.{0,30}|(?:the )?(?:reason|explanation)(?:, in a few words)?\.?)$/iu;

/** Why this is no reason; undefined when it is one. Also holds for the project file. */
export function reasonProblem(reason: string): string | undefined {
  if (PLACEHOLDER.test(reason)) return reason === '' ? 'it gives no reason' : 'its reason only stands for one';
  // A sign of Chinese says as much as several letters.
  return reason.replace(/\P{ASCII}/gu, '..').length < SHORTEST_REASON
    ? `its reason is too short to be understood (at least ${SHORTEST_REASON} characters)`
    : undefined;
}

/** Whether there is such a day: `2027-02-30` is none. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
