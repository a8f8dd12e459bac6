/**
 * GitLab's SAST report (gitlab-org/security-products/security-report-schemas): alerts on GitLab's security pages.
 *
 * Version 15.0.7 is read by every GitLab from 15.4 on; a newer revision is refused by older servers, and nothing here
 * needs one. A report that breaks the schema is dropped whole.
 */
import type { Flow } from '../core/flow.ts';
import type { ScanResult } from '../core/result.ts';
import { display, displayWithin, printJson } from './display.ts';
import { type Finding, findingsOf, fingerprintsOf } from './findings.ts';
import type { RenderOptions } from './options.ts';
import { repositoryPath } from './places.ts';
import { type PromisedRule, promisedRules, sentence } from './promises.ts';
import { isSensitive } from './severity.ts';
import { byUrgency, countPromisesNaming, isIncomplete, outcome, policySummaries } from './summary.ts';
import { WEAKNESS_NAMES, weaknessesOf } from './weaknesses.ts';

const SCHEMA_VERSION = '15.0.7';
/** The schema demands times; a report that is the same for the same input has none of its own. */
const EPOCH = '1970-01-01T00:00:00';
const LONGEST_NAME = 255;
const LONGEST_SOLUTION = 7000;
const STEPS_SHOWN = 50;
const URL_START = /^https?:\/\/./u;

const SEVERITIES = { error: 'High', warning: 'Medium', note: 'Low' } as const;
const MESSAGE_LEVELS = { error: 'fatal', warning: 'warn', note: 'info' } as const;

/** The findings; what was not analysed and the promises are messages of the scan. */
export function renderGitlabSast(result: ScanResult, options: RenderOptions): string {
  const findings = findingsOf(result);
  const fingerprints = fingerprintsOf(findings);
  const rules = new Map(promisedRules(result.policies).map((rule) => [rule.id, rule]));
  return printJson({
    version: SCHEMA_VERSION,
    scan: scanOf(findings, result, options),
    vulnerabilities: findings.map((finding, index) => {
      return vulnerabilityOf(finding, fingerprints[index] ?? '', rules.get(finding.rule), options);
    }),
  });
}

function scanOf(findings: readonly Finding[], result: ScanResult, options: RenderOptions): object {
  const { homepage } = options;
  const tool = {
    id: 'troth',
    name: 'troth',
    version: result.version,
    vendor: { name: 'troth' },
    ...(homepage !== undefined && URL_START.test(homepage) && { url: homepage }),
  };
  const time = options.startedAt ?? EPOCH;
  return {
    type: 'sast',
    status: isIncomplete(result) && !options.incompleteAllowed ? 'failure' : 'success',
    start_time: time,
    end_time: time,
    analyzer: tool,
    scanner: tool,
    messages: messagesOf(findings, result, options),
  };
}

function messagesOf(findings: readonly Finding[], result: ScanResult, { incompleteAllowed }: RenderOptions): object[] {
  return [
    ...byUrgency(result.notifications).map(({ level, code, file, message }) => {
      const said = level === 'error' ? `Not analysed: ${message}` : message;
      const value = display(`${file === undefined ? '' : `${file}: `}${said} (${code})`, 2000);
      return { level: level === 'error' && incompleteAllowed ? 'warn' : MESSAGE_LEVELS[level], value };
    }),
    ...policySummaries(result).map((summary) => ({
      level: 'info',
      value: display(countPromisesNaming(summary), 2000),
    })),
    { level: 'info', value: outcome(findings, result) },
  ];
}

function vulnerabilityOf(
  finding: Finding,
  fingerprint: string,
  rule: PromisedRule | undefined,
  options: RenderOptions,
): object {
  const file = repositoryPath(finding.file, options);
  const { line, message, clauses } = finding;
  const promised = clauses.length > 0 ? ` Clauses: ${clauses.join(', ')}.` : '';
  const sink = finding.flows[0]?.sink;
  return {
    id: fingerprint,
    name: displayWithin(rule?.promise ?? finding.rule, LONGEST_NAME),
    description: `${display(sentence(message), 2000)}${display(promised)}`,
    severity: finding.level === 'error' && rule && isSensitive(rule) ? 'Critical' : SEVERITIES[finding.level],
    ...(rule?.fix !== undefined && { solution: displayWithin(rule.fix, LONGEST_SOLUTION) }),
    identifiers: identifiersOf(finding, rule),
    location: {
      file,
      start_line: line,
      end_line: line,
      ...(sink && sink.symbol !== '' && { method: display(sink.symbol) }),
    },
    // Keeps the alert when its line moves.
    tracking: {
      type: 'source',
      items: [{ file, start_line: line, end_line: line, signatures: [{ algorithm: 'hash', value: fingerprint }] }],
    },
    ...(finding.flows.length > 0 && { details: detailsOf(finding.flows, options) }),
  };
}

/** The first one tells alerts apart: the rule. */
function identifiersOf({ rule }: Finding, promised: PromisedRule | undefined): object[] {
  return [
    { type: 'troth_rule', name: display(rule), value: rule },
    ...weaknessesOf(promised?.activities ?? []).map((id) => ({
      type: 'cwe',
      name: `CWE-${id}: ${WEAKNESS_NAMES[id]}`,
      value: id,
      url: `https://cwe.mitre.org/data/definitions/${id}.html`,
    })),
  ];
}

/** The way of the first flow as a table: where, and what happens there. */
function detailsOf([flow]: readonly Flow[], options: RenderOptions): object {
  const rows = (flow?.steps ?? []).slice(0, STEPS_SHOWN).map((step) => [
    { type: 'file-location', file_name: repositoryPath(step.file, options), line_start: step.line },
    { type: 'text', value: display(step.message, 1000) },
  ]);
  const header = ['Where', 'What'].map((value) => ({ type: 'text', value }));
  return { flow: { name: 'The way of the data', type: 'table', header, rows } };
}
