/** A change of the data map as a comment on a pull request or a job's summary. */
import type { DataMapChange, DataMapEntry } from '../../core/data-map.ts';
import { codeSpan, plainText, table } from '../markdown/escape.ts';
import { isComparisonComplete, noticesOf, scopeOf, sectionsOf, summaryOf } from './sections.ts';
import type { ChangeLine } from './sentences.ts';

/** GitHub refuses comments of more than 65,536 characters. */
const LONGEST = 60_000;
/** Lets a workflow find its own comment again. */
const MARK = '<!-- troth diff -->';

/** A table per kind of change. What does not fit is counted. `prefix`: the scanned folder in the repository. */
export function renderDataMapChangeMarkdown(change: DataMapChange, prefix = ''): string {
  const frame = [MARK, '## Changes to the data map', '', outcome(change), ...noticeLines(change)];
  const lines = [...frame];
  let room = LONGEST - frame.join('\n').length;
  let hidden = 0;
  for (const { title, lines: changes } of sectionsOf(change)) {
    const rows: string[][] = [];
    for (const row of changes.map((line) => rowOf(line, prefix))) {
      room -= row.join(' | ').length + 5;
      if (room > 0) rows.push(row);
      else hidden++;
    }
    if (rows.length > 0) lines.push('', `### ${title}`, '', ...table(['Change', 'From → to'], rows));
  }
  if (hidden > 0) lines.push('', `… and ${hidden} more: run \`troth diff\` for all.`);
  return `${lines.join('\n')}\n`;
}

function outcome(change: DataMapChange): string {
  const scope = plainText(scopeOf(change));
  if (!isComparisonComplete(change)) return `⛔ **Incomplete: some file was not analysed** (${scope}).`;
  const summary = summaryOf(change);
  return summary === ''
    ? `✅ The data map is the same as in ${codeSpan(change.since)} (${scope}).`
    : `Since ${codeSpan(change.since)}: **${summary}** (${scope}).`;
}

function noticeLines(change: DataMapChange): string[] {
  const notices = noticesOf(change);
  return notices.length === 0 ? [] : ['', ...notices.map(({ level, text }) => `- ${level}: ${plainText(text)}`)];
}

function rowOf({ lead, data, rest, entries }: ChangeLine, prefix: string): string[] {
  const words = [plainText(lead), data.map(codeSpan).join(' '), plainText(rest)];
  return [
    words
      .filter((part) => part !== '')
      .join(' ')
      .trim(),
    entries.map((entry) => placeOf(entry, prefix)).join('<br>'),
  ];
}

function placeOf({ flows }: DataMapEntry, prefix: string): string {
  const [first] = flows;
  if (!first) return '';
  const at = ({ expression, file, line }: { expression: string; file: string; line: number }) =>
    `${codeSpan(expression)} ${codeSpan(`${prefix === '' ? '' : `${prefix}/`}${file}:${line}`)}`;
  return `${at(first.source)} → ${at(first.sink)}${flows.length > 1 ? `, and ${flows.length - 1} more` : ''}`;
}
