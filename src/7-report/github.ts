/**
 * Workflow commands for GitHub Actions: findings as annotations on the lines of a pull request.
 *
 *     ::error file=src/a.ts,line=3,endLine=3,col=3,endColumn=9,title=acme/no-…::Email address …
 *
 * The runner shows 10 errors, 10 warnings and 10 notices of a step (actions/toolkit, docs/problem-matchers.md), the first
 * it reads, and drops the rest in silence: so the most severe come first, and a notice counts what is left out.
 */
import type { ScanResult } from '../core/result.ts';
import { count, display, displayWithin } from './display.ts';
import { type Finding, mostSevere, newFindingsOf } from './findings.ts';
import type { RenderOptions } from './options.ts';
import { repositoryPath, wayOf } from './places.ts';
import { type PromisedRule, promisedRules } from './promises.ts';
import { countPromisesNaming, isIncomplete, outcome, policySummaries } from './summary.ts';

/** Of one kind and step. */
const MOST_ANNOTATIONS = 10;
/** GitHub takes 255 characters of a title and 64 KiB of a message. */
const LONGEST_TITLE = 255;
const FILES_NAMED = 50;

type Kind = 'error' | 'warning' | 'notice';
type Properties = Readonly<Record<string, string | number>>;

interface Annotation {
  readonly kind: Kind;
  readonly title: string;
  readonly properties: Properties;
  readonly lines: readonly string[];
}

const KINDS: Readonly<Record<Finding['level'], Kind>> = { error: 'error', warning: 'warning', note: 'notice' };

/** The annotations, and the outcome in plain text for those who read the log. */
export function renderGithub(result: ScanResult, options: RenderOptions): string {
  const findings = newFindingsOf(result);
  const about = [...incompleteAnnotations(result), ...partlyAnnotations(result), ...promiseAnnotations(result)];
  const room = (kind: Kind) => {
    // The notice that counts what is left out needs a place, too.
    const reserved = about.filter((annotation) => annotation.kind === kind).length + (kind === 'notice' ? 1 : 0);
    return MOST_ANNOTATIONS - reserved;
  };
  const shown = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const ofLevel = findings.filter((finding) => finding.level === level);
    return mostSevere(ofLevel, room(KINDS[level]));
  });
  const rules = new Map(promisedRules(result.policies).map((rule) => [rule.id, rule]));
  const annotations = [
    ...about.filter(({ kind }) => kind === 'error'),
    ...shown.map((finding) => findingAnnotation(finding, rules.get(finding.rule), options)),
    ...about.filter(({ kind }) => kind !== 'error'),
    ...restAnnotations(findings.length - shown.length, options),
  ];
  return `${[...annotations.map(command), `troth: ${outcome(findings, result)}`].join('\n')}\n`;
}

function findingAnnotation(finding: Finding, rule: PromisedRule | undefined, options: RenderOptions): Annotation {
  const [flow] = finding.flows;
  const { line, column } = finding;
  // Columns count only where the line is one.
  const end = flow && flow.sink.endLine === line ? { col: column, endColumn: flow.sink.endColumn } : {};
  return {
    kind: KINDS[finding.level],
    title: finding.rule,
    properties: { file: repositoryPath(finding.file, options), line, endLine: line, ...end },
    lines: [
      finding.message,
      ...(flow ? [`Flow: ${wayOf(flow)}`] : []),
      ...(finding.clauses.length > 0 ? [`Clauses: ${finding.clauses.join(', ')}`] : []),
      ...(rule?.fix === undefined ? [] : [`To keep the promise: ${rule.fix}`]),
    ],
  };
}

function incompleteAnnotations(result: ScanResult): Annotation[] {
  if (!isIncomplete(result)) return [];
  const lines = namedNotifications(result, 'error');
  return [{ kind: 'error', title: 'Incomplete scan: not everything was analysed', properties: {}, lines }];
}

function partlyAnnotations(result: ScanResult): Annotation[] {
  return (['warning', 'note'] as const).flatMap((level): Annotation[] => {
    const lines = namedNotifications(result, level);
    return lines.length > 0 ? [{ kind: KINDS[level], title: 'About this scan', properties: {}, lines }] : [];
  });
}

function namedNotifications({ notifications }: ScanResult, level: Finding['level']): string[] {
  const lines = notifications
    .filter((notification) => notification.level === level)
    .map(({ file, message, code }) => `${file === undefined ? '' : `${file}: `}${message} (${code})`);
  const hidden = lines.length - FILES_NAMED;
  return hidden > 0 ? [...lines.slice(0, FILES_NAMED), `… ${hidden} more`] : lines;
}

function promiseAnnotations(result: ScanResult): Annotation[] {
  const lines = policySummaries(result).map(countPromisesNaming);
  return lines.length > 0 ? [{ kind: 'notice', title: 'Promises', properties: {}, lines }] : [];
}

function restAnnotations(hidden: number, { notify }: RenderOptions): Annotation[] {
  if (hidden <= 0) return [];
  const said = `${count(hidden, 'more finding')} not annotated: GitHub shows ${MOST_ANNOTATIONS} of a kind per step.`;
  notify?.(said);
  return [{ kind: 'notice', title: 'More findings', properties: {}, lines: [`${said} Other formats have them.`] }];
}

function command({ kind, title, properties, lines }: Annotation): string {
  const written = Object.entries({ ...properties, title: displayWithin(title, LONGEST_TITLE) })
    .map(([name, value]) => `${name}=${property(typeof value === 'string' ? display(value) : String(value))}`)
    .join(',');
  return `::${kind} ${written}::${data(lines.map((line) => display(line, 1000)).join('\n'))}`;
}

/** The escapes of actions/toolkit's own command writer. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
