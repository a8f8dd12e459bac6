/** What came of a scan, in a few words that every format says: the outcome, the promises, what was not analysed. */
import type { Notification } from '../core/notification.ts';
import type { PromiseVerdict } from '../core/policy.ts';
import type { ScanResult } from '../core/result.ts';
import { count } from './display.ts';
import { type Finding, findingsOf, newFindingsOf } from './findings.ts';

/** The promises of one policy, by verdict. */
export interface PolicySummary {
  readonly policy: string;
  readonly kept: readonly PromiseVerdict[];
  readonly broken: readonly PromiseVerdict[];
  readonly notExercised: readonly PromiseVerdict[];
  readonly notDecidable: readonly PromiseVerdict[];
}

/** One summary per policy in use that has promises. An inventory judges none. */
export function policySummaries({ command, policies, promises }: ScanResult): PolicySummary[] {
  if (command === 'inventory') return [];
  return policies.flatMap(({ id }) => {
    const own = promises.filter((promise) => promise.policy === id);
    const of = (verdict: PromiseVerdict['verdict']) => own.filter((promise) => promise.verdict === verdict);
    const byVerdict = {
      kept: of('kept'),
      broken: of('broken'),
      notExercised: of('not-exercised'),
      notDecidable: of('not-decidable'),
    };
    return own.length > 0 ? [{ policy: id, ...byVerdict }] : [];
  });
}

/** `acme: 1 promise kept, 1 broken, 1 not exercised, 1 not decidable`. */
export function countPromises({ policy, kept, broken, notExercised, notDecidable }: PolicySummary): string {
  const judged = `${count(kept.length, 'promise')} kept, ${broken.length} broken`;
  return `${policy}: ${judged}, ${notExercised.length} not exercised, ${notDecidable.length} not decidable`;
}

/** The counts, with the clauses that are broken: `acme: 1 promise kept, 1 broken (acme-03), …`. */
export function countPromisesNaming(summary: PolicySummary): string {
  const clauses = summary.broken.map(({ clause }) => clause).join(', ');
  const counted = countPromises(summary);
  return clauses === '' ? counted : counted.replace(/ broken,/u, () => ` broken (${clauses}),`);
}

/** `2 errors, 1 warning, 1 suppressed`, or that there are none; of an inventory, how many flows there are. */
function countFindings(findings: readonly Finding[], result: ScanResult): string {
  const { command, flows, filtered } = result;
  if (command === 'inventory') return `${count(flows.length, 'flow')} of personal data`;
  const suppressed = result.suppressed.length + (result.suppressions?.obligations.length ?? 0);
  const known = findingsOf(result).length - newFindingsOf(result).length;
  const left = [
    ...(suppressed > 0 ? [`, ${suppressed} suppressed`] : []),
    ...(known > 0 ? [`, ${known} known to the baseline`] : []),
    ...(filtered?.findings ? [`, ${filtered.findings} filtered out`] : []),
  ].join('');
  if (findings.length === 0)
    return `No ${known > 0 ? 'new ' : ''}violations among ${count(flows.length, 'flow')}${left}`;
  const levels = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const number = findings.filter((finding) => finding.level === level).length;
    return number > 0 ? count(number, level) : [];
  });
  return `${levels.join(', ')}${left}`;
}

/** Whether something was not analysed: then no list of findings, empty or not, is the whole truth. */
export function isIncomplete({ statistics, notifications }: ScanResult): boolean {
  return statistics.incomplete > 0 || notifications.some(({ level }) => level === 'error');
}

/** One sentence: what was found in how many files, and whether that is all. Starts with `Incomplete` when it is not. */
export function outcome(findings: readonly Finding[], result: ScanResult): string {
  const { files, incomplete } = result.statistics;
  const partly = new Set(result.notifications.filter(({ code }) => code === 'syntax-error').map(({ file }) => file));
  const suffix = partly.size > 0 ? ` ${count(partly.size, 'file')} only partly analysed.` : '';
  const scanned = `${countFindings(findings, result)} in ${count(files, 'file')}.${suffix}`;
  if (!isIncomplete(result)) return scanned;
  return `Incomplete (${incomplete > 0 ? `${count(incomplete, 'file')} not analysed` : 'see the notices'}). ${scanned}`;
}

/** Those that make the result incomplete first, then the others, each group in its order. */
export function byUrgency(notifications: readonly Notification[]): Notification[] {
  const errors = notifications.filter(({ level }) => level === 'error');
  return [...errors, ...notifications.filter(({ level }) => level !== 'error')];
}
