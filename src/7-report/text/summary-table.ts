/** How many findings there are, by data category and level. */
import { compareText } from '../../core/location.ts';
import type { Level } from '../../core/policy.ts';
import { display } from '../display.ts';
import type { Finding } from '../findings.ts';
import type { Palette } from './palette.ts';

const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** The table, line by line; nothing when there is nothing to count. A finding counts once in each of its categories. */
export function summaryTable(findings: readonly Finding[], palette: Palette): string[] {
  if (findings.length === 0) return [];
  const rows = [
    ...dataCategories(findings).map((category) => row(category, findings.filter((finding) => dataOf(finding).has(category)))),
    row('missing obligations', findings.filter((finding) => finding.flows.length === 0)),
    row('all findings', findings),
  ].filter(({ counts }) => counts.some((number) => number > 0));
  const width = Math.max(...rows.map(({ name }) => name.length));
  const print = (name: string, cells: readonly (string | number)[]) => {
    return `  ${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  };
  const heading = palette.strong('Summary') + print('', LEVELS).slice('  Summary'.length - 2);
  return [heading, ...rows.map(({ name, counts }) => print(name, counts))];
}

function row(name: string, findings: readonly Finding[]): { name: string; counts: number[] } {
  const counts = LEVELS.map((level) => findings.filter((finding) => finding.level === level).length);
  return { name: display(name), counts };
}

function dataCategories(findings: readonly Finding[]): string[] {
  return [...new Set(findings.flatMap((finding) => [...dataOf(finding)]))].sort(compareText);
}

function dataOf(finding: Finding): Set<string> {
  return new Set(finding.flows.flatMap((flow) => flow.data));
}
