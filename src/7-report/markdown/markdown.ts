/**
 * Markdown for a job's summary and for a comment on a pull request. GitHub refuses comments of more than 65,536 characters
 * and summaries of more than 1 MiB: what does not fit is counted, and the promises and what was not analysed always fit.
 */
import type { Notification } from '../../core/notification.ts';
import type { ScanResult } from '../../core/result.ts';
import { count, display } from '../display.ts';
import { type Finding, mostSevere, newFindingsOf } from '../findings.ts';
import type { RenderOptions } from '../options.ts';
import { repositoryPath } from '../places.ts';
import { type PromisedRule, promisedRules } from '../promises.ts';
import { byUrgency, isIncomplete, outcome, type PolicySummary, policySummaries } from '../summary.ts';
import { codeSpan, plainText, table } from './escape.ts';
import { flowTable } from './flow-table.ts';

/** In characters, with room for what GitHub counts differently. */
const LONGEST = 60_000;
/** Lets a workflow find its own comment again. */
const MARK = '<!-- troth -->';
const NOTIFICATIONS_SHOWN = 30;
const CLAUSES_SHOWN = 40;
const STEPS_SHOWN = 15;
const EMBLEMS = { error: '🔴', warning: '🟠', note: '🔵' } as const;

/** The outcome; what was not analysed; findings or flows, most severe first; the promises. */
export function renderMarkdown(result: ScanResult, options: RenderOptions, longest = LONGEST): string {
  const findings = newFindingsOf(result);
  const frame = (body: readonly string[]) =>
    [headingLines(findings, result), warningLines(result), body, promiseLines(result), noticeLines(result)]
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n');
  const room = longest - frame([]).length - 200;
  const body =
    result.command === 'inventory'
      ? flowTable(result.flows, room, options)
      : findingLines(findings, result, room, options);
  return `${frame(body)}\n`;
}

function headingLines(findings: readonly Finding[], result: ScanResult): string[] {
  const title = result.command === 'inventory' ? 'Personal data in this code' : 'Privacy promises';
  const broken = findings.length > 0 && result.command === 'scan';
  const emblem = isIncomplete(result) ? '⛔' : broken ? '❌' : '✅';
  return [MARK, `## ${title}`, '', `${emblem} ${outcome(findings, result)}`];
}

function warningLines(result: ScanResult): string[] {
  if (!isIncomplete(result)) return [];
  const errors = result.notifications.filter(({ level }) => level === 'error');
  return [
    '> [!CAUTION]',
    '> **This scan is incomplete**: what follows may not be all.',
    ...notificationLines(errors).map((line) => `> ${line}`),
  ];
}

function noticeLines(result: ScanResult): string[] {
  const notices = byUrgency(result.notifications).filter(({ level }) => level !== 'error');
  return notices.length > 0 ? ['### About this scan', '', ...notificationLines(notices)] : [];
}

function notificationLines(notifications: readonly Notification[]): string[] {
  const lines = notifications.slice(0, NOTIFICATIONS_SHOWN).map(({ file, line, message, code }) => {
    const place = file === undefined ? '' : `${codeSpan(line === undefined ? file : `${file}:${line}`)} `;
    return `- ${place}${plainText(message)} (${codeSpan(code)})`;
  });
  const hidden = notifications.length - lines.length;
  return hidden > 0 ? [...lines, `- … ${hidden} more`] : lines;
}

/** A row per finding, then each way of the data, folded; as many of both as there is room for. */
function findingLines(
  findings: readonly Finding[],
  result: ScanResult,
  room: number,
  options: RenderOptions,
): string[] {
  if (findings.length === 0) return [];
  const rules = new Map(promisedRules(result.policies).map((rule) => [rule.id, rule]));
  const entries = findings.map((finding) => {
    const row = findingRow(finding, options);
    const details = detailLines(finding, rules.get(finding.rule), options);
    return { finding, row, details, size: row.join(' | ').length + details.join('\n').length + 8 };
  });
  const shown = fitting(entries, room);
  const hidden = findings.length - shown.length;
  if (hidden > 0)
    options.notify?.(`${count(hidden, 'finding')} left out of the markdown report, which has a size limit.`);
  return [
    ...table(
      ['', 'Where', 'What', 'Promise'],
      shown.map(({ row }) => row),
    ),
    ...(hidden > 0 ? ['', `… ${count(hidden, 'more finding')}: the formats json and text have all.`] : []),
    '',
    '<details><summary>How the data gets there, and what keeps the promise</summary>',
    '',
    ...shown.flatMap(({ details }) => details),
    '</details>',
  ];
}

interface Entry {
  readonly finding: Finding;
  readonly row: readonly string[];
  readonly details: readonly string[];
  /** In characters. */
  readonly size: number;
}

/** The most severe entries that have room, in their order. */
function fitting(entries: readonly Entry[], room: number): readonly Entry[] {
  const findings = entries.map(({ finding }) => finding);
  for (let number = findings.length; number > 0; number = Math.floor(number * 0.9)) {
    const kept = new Set(mostSevere(findings, number));
    const shown = entries.filter(({ finding }) => kept.has(finding));
    if (shown.reduce((sum, { size }) => sum + size, 0) <= room) return shown;
  }
  return [];
}

function findingRow({ level, file, line, message, rule, clauses }: Finding, options: RenderOptions): string[] {
  const place = codeSpan(`${repositoryPath(file, options)}:${line}`);
  return [`${EMBLEMS[level]} ${level}`, place, plainText(message), [rule, ...clauses].map(codeSpan).join(' ')];
}

function detailLines(finding: Finding, rule: PromisedRule | undefined, options: RenderOptions): string[] {
  const steps = finding.flows[0]?.steps ?? [];
  const hidden = steps.length - STEPS_SHOWN;
  const place = ({ file, line }: { file: string; line: number }) =>
    codeSpan(`${repositoryPath(file, options)}:${line}`);
  return [
    `**${place(finding)}** ${codeSpan(finding.rule)}`,
    ...(steps.length > 0 ? [''] : []),
    ...steps.slice(0, STEPS_SHOWN).map((step) => `1. ${place(step)} ${plainText(step.message, 200)}`),
    ...(hidden > 0 ? [`1. … ${hidden} more`] : []),
    ...(rule ? ['', `Promise: ${plainText(rule.promise)}`] : []),
    ...(rule?.fix === undefined ? [] : ['', `To keep it: ${plainText(rule.fix)}`]),
    '',
  ];
}

function promiseLines(result: ScanResult): string[] {
  const rows = policySummaries(result).map(promiseRow);
  const header = ['Policy', 'Kept', 'Broken', 'Not exercised', 'Not decidable'];
  return rows.length > 0 ? ['### Promises', '', ...table(header, rows)] : [];
}

function promiseRow({ policy, kept, broken, notExercised, notDecidable }: PolicySummary): string[] {
  const numbers = [notExercised, notDecidable].map((promises) => String(promises.length));
  return [codeSpan(policy), String(kept.length), brokenCell(broken.map(({ clause }) => clause)), ...numbers];
}

function brokenCell(clauses: readonly string[]): string {
  const shown = clauses.slice(0, CLAUSES_SHOWN).map((clause) => codeSpan(display(clause, 60)));
  const more = clauses.length > shown.length ? ' …' : '';
  return clauses.length === 0 ? '0' : `${clauses.length}: ${shown.join(' ')}${more}`;
}
