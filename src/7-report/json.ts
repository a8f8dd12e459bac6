/** The JSON format: `rules/schema/report.schema.json`, version 1. Keys stand in a fixed order. */
import type { BaselineState } from '../core/baseline.ts';
import { type Flow, printGuard } from '../core/flow.ts';
import { compareText } from '../core/location.ts';
import type { Notification } from '../core/notification.ts';
import type { Disclosure, Obligation, PromiseVerdict, Violation } from '../core/policy.ts';
import type { ScanResult } from '../core/result.ts';
import { printJson } from './display.ts';
import { findingsOf, firstFlow } from './findings.ts';

/** The result as a JSON document. */
export function renderJson(result: ScanResult): string {
  const { statistics } = result;
  return printJson({
    schemaVersion: 1,
    tool: { name: 'troth', version: result.version },
    policies: result.policies.map((policy) => policy.id),
    summary: {
      files: statistics.files,
      functions: statistics.functions,
      flows: result.flows.length,
      violations: result.violations.length,
      incomplete: statistics.incomplete,
    },
    flows: result.flows.map(printFlow),
    violations: result.violations.map((violation) => printViolation(violation, result.flows)),
    obligations: [...result.obligations, ...(result.suppressions?.obligations ?? [])].map(printObligation),
    promises: result.promises.map(printPromise),
    suppressed: result.suppressed.map((violation) => printViolation(violation, result.flows)),
    ...(result.suppressions && { suppressionFindings: result.suppressions.findings }),
    ...(result.baseline && { baseline: printBaseline(result) }),
    notifications: result.notifications.map(printNotification),
  });
}

function printFlow(flow: Flow): object {
  const { recipient, source, sink } = flow;
  return {
    id: flow.id,
    activity: flow.activity,
    data: flow.data,
    subject: flow.subject,
    recipient: recipient && { id: recipient.id, name: recipient.name, class: recipient.class },
    purpose: flow.purpose,
    source: { file: source.file, line: source.line, column: source.column, kind: source.kind },
    sink: { file: sink.file, line: sink.line, column: sink.column, model: sink.model },
    protections: flow.protections,
    guards: [...new Set(flow.guards.map(printGuard))].sort(compareText),
    confidence: flow.confidence,
    steps: flow.steps.map(({ file, line, column, message }) => ({ file, line, column, message })),
  };
}

/** A violation stands at the sink of its first flow. */
function printViolation(violation: Violation, flows: readonly Flow[]): object {
  const { id, sink } = firstFlow(violation, flows);
  return {
    rule: violation.rule,
    clauses: violation.clauses,
    level: violation.level,
    file: sink.file,
    line: sink.line,
    column: sink.column,
    flow: id,
    message: violation.message,
    fingerprint: violation.fingerprint,
    ...(violation.disclosure && { disclosure: printDisclosure(violation.disclosure) }),
    ...printDecided(violation),
  };
}

function printDisclosure({ kind, nearest, clauses, differs }: Disclosure): object {
  return { kind, nearest: nearest ?? null, clauses, differs };
}

function printObligation(obligation: Obligation): object {
  const { rule, clauses, status, file, line, message, fingerprint } = obligation;
  const named = fingerprint !== undefined && { fingerprint };
  return { rule, clauses, status, file, line, message, ...named, ...printDecided(obligation) };
}

function printDecided({ baselineState, suppression }: Pick<Violation, 'baselineState' | 'suppression'>): object {
  return { ...(baselineState && { baselineState }), ...(suppression && { suppression }) };
}

function printBaseline(result: ScanResult): object {
  const states = findingsOf(result).map(({ baselineState }) => baselineState);
  const number = (state: BaselineState) => states.filter((each) => each === state).length;
  return {
    file: result.baseline?.file,
    new: number('new'),
    unchanged: number('unchanged'),
    moved: number('moved'),
    absent: result.baseline?.absent.map(({ fingerprint, rule, file, line }) => ({ fingerprint, rule, file, line })),
  };
}

function printPromise({ clause, verdict, rules, findings, reason }: PromiseVerdict): object {
  return { clause, verdict, rules, findings, ...(reason !== undefined && { reason }) };
}

function printNotification({ level, code, message, file, line }: Notification): object {
  return { level, code, message, ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
}
