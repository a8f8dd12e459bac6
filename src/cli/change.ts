/** The meaning of `--since` and `--staged`: a change, from one state of the repository to another. */
import { UsageError } from '../core/usage-error.ts';
import type { Flags } from './flags.ts';
import { forkPoint, headCommit, requireRepository } from './revisions.ts';

export interface Change {
  /** The commit before the change; null before the first one. */
  readonly base: string | null;
  /** The change ends with what is staged; else with the files as they are. */
  readonly staged: boolean;
  /** What it is, as a part of a sentence: `what changed since main`. */
  readonly shown: string;
}

/** Null when neither flag was written. Throws a UsageError that says what to do when git cannot tell the change. */
export function openChange(folder: string, { since, staged }: Pick<Flags, 'since' | 'staged'>): Change | null {
  if (since !== undefined && staged)
    throw new UsageError('--since and --staged exclude each other. Write one of them.');
  if (since !== undefined) {
    requireRepository(folder, '--since');
    return { base: forkPoint(folder, since, '--since'), staged, shown: `what changed since ${since}` };
  }
  if (!staged) return null;
  requireRepository(folder, '--staged');
  return { base: headCommit(folder), staged, shown: 'what is staged' };
}
