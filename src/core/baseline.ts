/** The findings a project had when it began to look: known debt, which fails no gate until it grows. */

/** One known finding, as the baseline file keeps it: enough for a reader to find it, and to see whether it got worse. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  /** For readers; where the finding was when the file was written. */
  readonly line: number;
  /** The function around it; empty at module level. */
  readonly symbol: string;
  /** What is called there; empty for a missing obligation, as are the lists below. */
  readonly sink: string;
  readonly data: readonly string[];
  readonly sources: readonly string[];
  readonly recipients: readonly string[];
  readonly protections: readonly string[];
  readonly guards: readonly string[];
  /** The day it was first written down: `2026-11-25`. */
  readonly added: string;
}

export interface Baseline {
  /** As messages name it. */
  readonly file: string;
  readonly entries: readonly BaselineEntry[];
}

/** `moved`: known, but on another line. What is known fails no gate. */
export type BaselineState = 'new' | 'unchanged' | 'moved';

/** Whether the baseline has it, wherever it is now. */
export function isKnown(state: BaselineState | undefined): boolean {
  return state === 'unchanged' || state === 'moved';
}

/** What became of the entries of a baseline. The states of the findings stand on the findings. */
export interface BaselineComparison {
  readonly file: string;
  /** Entries whose finding is gone: mended, or changed so much that it is a new one. */
  readonly absent: readonly BaselineEntry[];
  /** Entries about policies or files that this scan did not look at: neither there nor gone. */
  readonly unseen: readonly BaselineEntry[];
}
