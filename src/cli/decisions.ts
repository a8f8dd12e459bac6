/** What people decided about findings before this run: which baseline holds, which day it is. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Baseline } from '../core/baseline.ts';
import type { Decisions, UnusedLevel } from '../core/decisions.ts';
import { UsageError } from '../core/usage-error.ts';
import type { Flags, UnusedReport } from './flags.ts';

const LEVELS: Readonly<Record<UnusedReport, UnusedLevel>> = { off: 'off', warn: 'warning', error: 'error' };

/** The options of a scan that say what is known. Nothing is read from the clock that the flags or the environment say. */
export async function readDecisions(
  root: string,
  flags: Pick<Flags, 'baseline' | 'reportUnusedSuppressions' | 'today'>,
): Promise<Decisions> {
  const { policyPacks } = await import('../rules/policies.ts');
  const baseline = await readBaselineOf(root, flags);
  return {
    today: todayOf(flags.today, process.env),
    unused: LEVELS[flags.reportUnusedSuppressions],
    packs: policyPacks(),
    ...(baseline && { baseline }),
  };
}

/** The baseline that is named, which must be there; else the usual one, when it is there. */
async function readBaselineOf(root: string, { baseline }: Pick<Flags, 'baseline'>): Promise<Baseline | undefined> {
  if (baseline === false) return undefined;
  const { readBaseline } = await import('../rules/baseline.ts');
  const { path, name } = await baselinePath(root, baseline);
  if (baseline === undefined && !existsSync(path)) return undefined;
  return readBaseline(path, name);
}

/** Where the baseline of a scan of `root` is, and how messages call it. */
export async function baselinePath(
  root: string,
  named: string | false | undefined,
): Promise<{ path: string; name: string }> {
  const { BASELINE_FILE } = await import('../rules/baseline.ts');
  return named ? { path: resolve(named), name: named } : { path: join(root, BASELINE_FILE), name: BASELINE_FILE };
}

/** A day in UTC, so that it is the same one for everybody: the flag, then SOURCE_DATE_EPOCH, then the clock. */
function todayOf(flag: string | undefined, environment: Readonly<Record<string, string | undefined>>): string {
  if (flag !== undefined) return flag;
  const { SOURCE_DATE_EPOCH: epoch } = environment;
  if (epoch === undefined || epoch === '') return new Date().toISOString().slice(0, 10);
  if (!/^\d{1,11}$/u.test(epoch)) throw new UsageError(`SOURCE_DATE_EPOCH '${epoch}' is no number of seconds.`);
  return new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
}
