/**
 * JUnit XML, as Jenkins' strictest schema (xunit-plugin, junit-10.xsd) and GitLab's reader take it: a policy is a test
 * suite. A promise is a test that is kept, broken or skipped; so is every finding a failed one. What was not analysed is
 * an error. No times: the same input gives the same bytes.
 *
 * GitLab takes cases of one name and class for one, so names are unique; it has no place for a file but the name.
 */
import type { PromiseVerdict } from '../../core/policy.ts';
import type { ScanResult } from '../../core/result.ts';
import { type Finding, newFindingsOf } from '../findings.ts';
import { wayOf } from '../places.ts';
import { type PromisedRule, promisedRules } from '../promises.ts';
import { byUrgency, countPromisesNaming, isIncomplete, outcome, policySummaries } from '../summary.ts';
import { type Element, printXml } from './xml.ts';

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message?: string;
  /** A single word: readers act on some, such as `file` and `yaml`. */
  readonly type?: string;
  readonly lines?: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly properties: Readonly<Record<string, string>>;
}

/** One suite for the analysis, and one per policy. */
export function renderJunit(result: ScanResult): string {
  const suites = [analysisSuite(result), ...policySuites(result)];
  const attributes = { name: 'troth', ...totals(suites.flatMap(({ cases }) => cases)) };
  return printXml({ name: 'testsuites', attributes, content: suites.map(suiteElement) });
}

function analysisSuite(result: ScanResult): Suite {
  const classname = 'troth.analysis';
  const notifications = byUrgency(result.notifications).map(({ level, code, file, line, message }): Case => {
    const place = file === undefined ? '' : ` ${file}${line === undefined ? '' : `:${line}`}`;
    const name = `${code}${place}`;
    return { name, classname, outcome: level === 'error' ? 'error' : 'skipped', message, type: code };
  });
  const complete: Case = { name: 'everything was analysed', classname, outcome: 'passed' };
  const incomplete: Case = {
    ...complete,
    outcome: 'error',
    type: 'incomplete',
    message: 'Not everything was analysed.',
  };
  return {
    name: 'troth analysis',
    cases: unique([isIncomplete(result) ? incomplete : complete, ...notifications]),
    properties: { outcome: outcome(newFindingsOf(result), result) },
  };
}

function policySuites(result: ScanResult): Suite[] {
  const findings = newFindingsOf(result);
  const rules = new Map(promisedRules(result.policies).map((rule) => [rule.id, rule]));
  const summaries = new Map(policySummaries(result).map((summary) => [summary.policy, summary]));
  const policies = new Set([...result.policies.map(({ id }) => id), ...findings.map(({ rule }) => policyOf(rule))]);
  return [...policies].map((id): Suite => {
    const summary = summaries.get(id);
    const promises = result.promises.filter(({ policy }) => policy === id).map(promiseCase);
    const own = findings.filter(({ rule }) => policyOf(rule) === id);
    return {
      name: `troth ${id}`,
      cases: unique([...promises, ...own.map((finding) => findingCase(finding, rules.get(finding.rule)))]),
      properties: summary === undefined ? {} : { promises: countPromisesNaming(summary) },
    };
  });
}

/** `acme/no-health-data-in-logs` → `acme`. */
function policyOf(rule: string): string {
  return rule.split('/')[0] ?? rule;
}

function promiseCase({ clause, policy, verdict, rules, findings, reason }: PromiseVerdict): Case {
  const test = { name: clause, classname: `${policy}.promises` };
  if (verdict === 'kept') return { ...test, outcome: 'passed' };
  if (verdict === 'broken') {
    const message = `Broken by ${findings.length === 1 ? '1 finding' : `${findings.length} findings`}: ${rules.join(', ')}.`;
    return { ...test, outcome: 'failure', message, type: verdict };
  }
  const message =
    reason ?? (verdict === 'not-exercised' ? 'No flow exercises this promise.' : 'Not decidable from code.');
  return { ...test, outcome: 'skipped', message, type: verdict };
}

function findingCase(finding: Finding, rule: PromisedRule | undefined): Case {
  const { file, line, column, level, message, clauses } = finding;
  const sink = finding.flows[0]?.sink;
  return {
    // Without the line, which would make every moved finding a new one.
    name: `${file}${sink ? ` ${sink.expression}` : ''}`,
    classname: finding.rule,
    outcome: 'failure',
    message,
    type: level,
    lines: [
      `${file}:${line}:${column}: ${level}: ${message}`,
      ...finding.flows.slice(0, 5).map((flow) => `flow: ${wayOf(flow)}`),
      ...(clauses.length > 0 ? [`clauses: ${clauses.join(', ')}`] : []),
      ...(rule?.fix === undefined ? [] : [`to keep it: ${rule.fix}`]),
    ],
  };
}

function unique(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((test) => {
    const key = JSON.stringify([test.classname, test.name]);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return number === 1 ? test : { ...test, name: `${test.name} (${number})` };
  });
}

function suiteElement({ name, cases, properties }: Suite): Element {
  const written = Object.entries(properties).map(([key, value]): Element => {
    return { name: 'property', attributes: { name: key, value }, content: [] };
  });
  const skipped = cases.filter(({ outcome: end }) => end === 'skipped').length;
  return {
    name: 'testsuite',
    attributes: { name, ...totals(cases), skipped },
    content: [
      ...(written.length > 0 ? [{ name: 'properties', attributes: {}, content: written }] : []),
      ...cases.map(caseElement),
    ],
  };
}

function caseElement({ name, classname, outcome: end, message = '', type = '', lines = [] }: Case): Element {
  const content = end === 'passed' ? [] : [{ name: end, attributes: { message, type }, content: lines }];
  return { name: 'testcase', attributes: { name, classname }, content };
}

function totals(cases: readonly Case[]): Record<'tests' | 'failures' | 'errors', number> {
  const of = (end: Case['outcome']) => cases.filter(({ outcome: each }) => each === end).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error') };
}
