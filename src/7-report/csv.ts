/**
 * The data map as a table (RFC 4180): one row per flow, with the rules it breaks. Rows of other records follow, told by
 * the first column: obligations, promises, and what must be known about the scan, above all what was not analysed.
 */
import { type Flow, printGuard } from '../core/flow.ts';
import { compareText } from '../core/location.ts';
import type { Obligation, Violation } from '../core/policy.ts';
import type { ScanResult } from '../core/result.ts';
import { display } from './display.ts';
import { byUrgency, policySummaries } from './summary.ts';

const COLUMNS = [
  'record',
  'activity',
  'data',
  'subject',
  'recipient',
  'recipient class',
  'recipient country',
  'purpose',
  'protections',
  'guards',
  'confidence',
  'source kind',
  'source',
  'source file',
  'source line',
  'sink',
  'sink model',
  'file',
  'line',
  'verdict',
  'rules',
  'clauses',
  'message',
  'id',
] as const;
type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | undefined | null>>>;

/** The table with its header, lines ending with CR LF. */
export function renderCsv(result: ScanResult): string {
  const rows: Row[] = [
    ...flowRows(result),
    ...(result.command === 'scan' ? result.obligations.map(obligationRow) : []),
    ...promiseRows(result),
    ...byUrgency(result.notifications).map(({ level, code, message, file, line }): Row => {
      const record = level === 'error' ? 'not analysed' : 'notice';
      return { record, file, line, verdict: level, message, id: code };
    }),
  ];
  const lines = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))];
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function flowRows(result: ScanResult): Row[] {
  const violations = byFlow(result.violations);
  const suppressed = byFlow(result.suppressed);
  return result.flows.map((flow, index) => {
    const row = flowRow(flow);
    if (result.command === 'inventory') return row;
    const broken = violations.get(index) ?? [];
    const aside = suppressed.get(index) ?? [];
    return { ...row, ...(broken.length > 0 ? verdictCells(broken) : { ...verdictCells(aside), ...idle(aside) }) };
  });
}

function byFlow(violations: readonly Violation[]): ReadonlyMap<number, readonly Violation[]> {
  const found = new Map<number, Violation[]>();
  for (const violation of violations) {
    for (const index of violation.flows) found.set(index, [...(found.get(index) ?? []), violation]);
  }
  return found;
}

function flowRow(flow: Flow): Row {
  const { recipient, source, sink } = flow;
  return {
    record: 'flow',
    activity: flow.activity,
    data: listed(flow.data),
    subject: flow.subject,
    recipient: recipient?.name,
    'recipient class': recipient?.class,
    'recipient country': recipient?.country,
    purpose: flow.purpose,
    protections: listed(flow.protections),
    guards: listed(flow.guards.map(printGuard)),
    confidence: flow.confidence,
    'source kind': source.kind,
    source: source.expression,
    'source file': source.file,
    'source line': source.line,
    sink: sink.expression,
    'sink model': sink.model,
    file: sink.file,
    line: sink.line,
    id: flow.id,
  };
}

/** The rules that a flow breaks, and the most severe of their levels. */
function verdictCells(violations: readonly Violation[]): Row {
  const levels = violations.map(({ level }) => level);
  return {
    verdict: (['error', 'warning', 'note'] as const).find((level) => levels.includes(level)),
    rules: listed(violations.map(({ rule }) => rule)),
    clauses: listed(violations.flatMap(({ clauses }) => clauses)),
  };
}

/** Of a flow that breaks nothing, or nothing that counts. */
function idle(suppressed: readonly Violation[]): Row {
  return { verdict: suppressed.length > 0 ? 'suppressed' : 'no violation' };
}

function obligationRow({ rule, clauses, status, file, line, message }: Obligation): Row {
  return { record: 'obligation', file, line, verdict: status, rules: rule, clauses: listed(clauses), message };
}

function promiseRows(result: ScanResult): Row[] {
  return policySummaries(result).flatMap(({ kept, broken, notExercised, notDecidable }) =>
    [...broken, ...kept, ...notExercised, ...notDecidable].map(({ clause, verdict, rules, reason, policy }): Row => {
      return { record: 'promise', verdict, rules: listed(rules), clauses: clause, message: reason, id: policy };
    }),
  );
}

function listed(values: readonly string[]): string {
  return [...new Set(values)].sort(compareText).join('; ');
}

/** A spreadsheet takes text that starts with `=`, `+`, `-` or `@` for a formula and runs it: an apostrophe prevents that. */
function cell(value: string | number | undefined | null): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  const shown = display(value, 1000).replace(/^(?=\s*[=+\-@＝＋－＠])/u, "'");
  return /[",;]/u.test(shown) || shown !== shown.trim() ? `"${shown.replaceAll('"', '""')}"` : shown;
}
