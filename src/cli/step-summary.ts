/** The page that GitHub Actions shows for a job: troth adds its report when nobody asked for it elsewhere. */
import { appendFileSync } from 'node:fs';
import type { Destination } from './destinations.ts';
import { systemCode } from './write.ts';

/**
 * The file of the summary: in a step of GitHub Actions, when what is printed is for people, and no markdown report is
 * written elsewhere.
 */
export function stepSummary(
  destinations: readonly Destination[],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const printed = destinations.find(({ path }) => path === undefined)?.format;
  const forPeople = printed === 'text' || printed === 'compact' || printed === 'github';
  if (!forPeople || destinations.some(({ format }) => format === 'markdown')) return undefined;
  return environment['GITHUB_STEP_SUMMARY'] || undefined;
}

/** Adds to what other commands of the step wrote. A page that cannot be written is a pity, no failure. */
export function appendSummary(path: string, text: string): void {
  try {
    appendFileSync(path, `${text}\n`);
  } catch (error) {
    process.stderr.write(`warning: the step summary cannot be written (${systemCode(error)}).\n`);
  }
}
