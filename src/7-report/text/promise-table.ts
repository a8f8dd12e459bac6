/** Promise by promise: kept, broken, not exercised by this code, or not decidable from code. */
import { compareText } from '../../core/location.ts';
import type { PromiseVerdict } from '../../core/policy.ts';
import type { ScanResult } from '../../core/result.ts';
import { count, display } from '../display.ts';
import { countPromises, type PolicySummary, policySummaries } from '../summary.ts';
import type { Palette } from './palette.ts';

const WIDTH = 100;
const MARGIN = '    ';
const LABEL_WIDTH = 15;

/** The table of every policy in use. Undecidable clauses are only counted: `--format json` has the reasons. */
export function promiseTable(result: ScanResult, palette: Palette): string[] {
  const tables = policySummaries(result).flatMap((summary) => policyLines(summary, palette));
  return tables.length > 0 ? [palette.strong('Promises'), ...tables] : [];
}

function policyLines(summary: PolicySummary, palette: Palette): string[] {
  return [
    `  ${display(countPromises(summary))}`,
    ...summary.broken.map((promise, index) => {
      const label = (index === 0 ? 'broken' : '').padEnd(LABEL_WIDTH);
      return `${MARGIN}${palette.bad(label)}${display(promise.clause)}  ${brokenBy(promise)}`;
    }),
    ...clauseLines('kept', summary.kept, palette.good),
    ...clauseLines('not exercised', summary.notExercised, palette.faint),
  ];
}

function brokenBy({ rules, findings }: PromiseVerdict): string {
  const names = display([...rules].sort(compareText).join(', '));
  return findings.length > 0 ? `${names} (${count(findings.length, 'finding')})` : names;
}

/** Clause ids, wrapped under their label. */
function clauseLines(label: string, promises: readonly PromiseVerdict[], paint: (text: string) => string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const clause of promises.map((promise) => display(promise.clause))) {
    if (line !== '' && MARGIN.length + LABEL_WIDTH + line.length + 2 + clause.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? clause : `  ${clause}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((text, index) => `${MARGIN}${paint((index === 0 ? label : '').padEnd(LABEL_WIDTH))}${text}`);
}
