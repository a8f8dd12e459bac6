/** How many findings there are, by data category and level. */
import { compareText } from '../../core/location.ts';
import type { Level } from '../../core/policy.ts';
import { display } from '../display.ts';
import { type Finding, isAboutSuppression } from '../findings.ts';
import type { Palette } from './palette.ts';

const LONGEST_NAME = 60;
const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** What a finding counts for. */
interface Counted {
  readonly level: Level;
  readonly data: ReadonlySet<string>;
  readonly aboutSuppression: boolean;
}

/** The table, line by line; nothing when there is nothing to count. A finding counts once in each of its categories. */
export function summaryTable(findings: readonly Finding[], palette: Palette): string[] {
  if (findings.length === 0) return [];
  const counted = findings.map((finding): Counted => {
    const data = new Set(finding.flows.flatMap((flow) => flow.data));
    return { level: finding.level, data, aboutSuppression: isAboutSuppression(finding) };
  });
  const categories = [...new Set(counted.flatMap(({ data }) => [...data]))].sort(compareText);
  const rows = [
    ...categories.map((category) =>
      row(
        category,
        counted.filter(({ data }) => data.has(category)),
      ),
    ),
    row(
      'missing obligations',
      counted.filter(({ data, aboutSuppression }) => data.size === 0 && !aboutSuppression),
    ),
    row(
      'suppressions',
      counted.filter(({ aboutSuppression }) => aboutSuppression),
    ),
    row('all findings', counted),
  ].filter(({ counts }) => counts.some((number) => number > 0));
  const width = Math.max(...rows.map(({ name }) => name.length));
  const print = (name: string, cells: readonly (string | number)[]) => {
    return `  ${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  };
  const heading = palette.strong('Summary') + print('', LEVELS).slice('Summary'.length);
  return [heading, ...rows.map(({ name, counts }) => print(name, counts))];
}

function row(name: string, counted: readonly Counted[]): { name: string; counts: number[] } {
  const counts = LEVELS.map((level) => counted.filter((finding) => finding.level === level).length);
  return { name: display(name, LONGEST_NAME), counts };
}
