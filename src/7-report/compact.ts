/**
 * The compact format: one line per finding, as compilers write them, so that editors, problem matchers and grep read it.
 *
 *     src/lib/track.ts:3:3: error: Email address from … [acme/no-personal-data-to-analytics]
 */
import { type Flow, printGuard } from '../core/flow.ts';
import type { Notification } from '../core/notification.ts';
import type { ScanResult } from '../core/result.ts';
import { display } from './display.ts';
import { newFindingsOf } from './findings.ts';
import { byUrgency, countPromisesNaming, outcome, policySummaries } from './summary.ts';

/** Every finding, or every flow of an inventory; then what was not analysed, the promises and the outcome. */
export function renderCompact(result: ScanResult): string {
  const findings = newFindingsOf(result);
  const lines =
    result.command === 'inventory'
      ? result.flows.map(flowLine)
      : findings.map((finding) => line(finding, finding.level, finding.message, finding.rule));
  return [
    ...lines,
    ...byUrgency(result.notifications).map(notificationLine),
    ...policySummaries(result).map((summary) => `troth: ${display(countPromisesNaming(summary), 2000)}`),
    `troth: ${outcome(findings, result)}`,
    '',
  ].join('\n');
}

/** A flow as a sentence: `share user.contact.email with Segment: a.ts:4 req.body.email → analytics.identify`. */
export function flowSentence({ activity, data, recipient, source, sink, ...flow }: Flow): string {
  const receiver = recipient === null ? '' : ` with ${recipient.name} (${recipient.class})`;
  const notes = [
    ...(flow.purpose === null ? [] : [`for ${flow.purpose}`]),
    ...flow.protections,
    ...new Set(flow.guards.map(printGuard)),
    `${flow.confidence} confidence`,
  ];
  const way = `${source.file}:${source.line} ${source.expression} → ${sink.expression}`;
  return `${activity} ${data.join(', ')}${receiver}: ${way} (${notes.join(', ')})`;
}

function flowLine(flow: Flow): string {
  return line(flow.sink, 'note', flowSentence(flow), flow.activity);
}

function notificationLine({ level, code, message, file, line: at = 1 }: Notification): string {
  const said = level === 'error' ? `not analysed: ${message}` : message;
  return file === undefined
    ? `troth: ${level}: ${display(said, 1000)} [${code}]`
    : line({ file, line: at, column: 1 }, level, said, code);
}

/** A colon at the start of a line would be a command to GitHub's runner. */
function line(at: { file: string; line: number; column: number }, level: string, said: string, rule: string): string {
  const place = `${display(at.file).replace(/^(\s*):/u, '$1\\u{3a}')}:${at.line}:${at.column}`;
  return `${place}: ${level}: ${display(said, 1000)} [${display(rule)}]`;
}
