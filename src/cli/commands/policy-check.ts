/** `troth policy check`: contradictions and gaps of a policy, and whether its text has changed. */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Catalogue } from '../../core/catalogue.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { LintContext, LintFinding } from '../../rules/lint/finding.ts';
import type { LintReport } from '../../rules/lint/lint.ts';
import type { DocumentCheck } from '../../rules/passages.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { printable } from '../terminal.ts';
import { systemCode, writeStream } from '../write.ts';
import { POLICIES_ARGUMENT, readPolicies } from './policy-names.ts';

export const policyCheckCommand: CliCommand = {
  name: 'check',
  description: 'is the policy consistent and complete, and its text unchanged',
  argument: POLICIES_ARGUMENT,
  flags: ['config', 'withoutConfig', 'terminal'],
  options: () => [new Option('--document <file>', 'the text of the policy as it is today')],
  examples: `
    troth policy check                                   contradictions, gaps, rules without effect
    troth policy check privacy.yaml --document site.txt  has the text changed, and which clauses`,
  run,
};

async function run(words: readonly string[], invocation: Invocation): Promise<number> {
  const { names, rules } = await readPolicies(words, invocation);
  const { lintPolicy } = await import('../../rules/lint/lint.ts');
  const context = await contextOf(rules.catalogue);
  const reports = rules.policies.map((policy) => lintPolicy(policy, context));
  const document = await compareDocument(reports, names, invocation);
  const lines = [...reports.flatMap(linesOf), ...(document ? linesOfDocument(document) : [])];
  await writeStream(process.stdout, `${lines.map(printable).join('\n')}\n`);
  const failed = reports.some(({ conflicts }) => conflicts.length > 0) || (document !== null && !document.check.same);
  return failed ? EXIT_CODES.failed : EXIT_CODES.passed;
}

async function contextOf({ recipients, libraries }: Catalogue): Promise<LintContext> {
  const { ENGINE_ATTRIBUTES } = await import('../../core/attributes.ts');
  const modelled = libraries.flatMap(({ sinks }) => sinks.flatMap(({ attributes }) => Object.keys(attributes)));
  return {
    classOf: new Map(recipients.map((recipient) => [recipient.id, recipient.class])),
    attributes: new Set([...ENGINE_ATTRIBUTES, ...modelled]),
  };
}

interface ComparedDocument {
  readonly policy: LintReport['policy'];
  readonly file: string;
  readonly check: DocumentCheck;
}

async function compareDocument(
  reports: readonly LintReport[],
  names: readonly string[],
  { own }: Invocation,
): Promise<ComparedDocument | null> {
  const file = own['document'];
  if (typeof file !== 'string') return null;
  const [report, second] = reports;
  const [name] = names;
  if (report === undefined || name === undefined || second !== undefined) {
    throw new UsageError('--document belongs to one policy. Name it: troth policy check acme.yaml --document text.txt');
  }
  const { checkDocument, readPassages } = await import('../../rules/passages.ts');
  const { policy } = report;
  if (policy.document === undefined) {
    throw new UsageError(`${policy.file} names no \`document\` (file and sha256) to compare with.`);
  }
  return { policy, file, check: checkDocument(policy, readPassages(policy, name, process.cwd()), readBytes(file)) };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`--document '${file}' cannot be read (${systemCode(error)}).`);
  }
}

function linesOf({ policy, conflicts, notes, known }: LintReport): string[] {
  const said = ({ code, line, message }: LintFinding, word: string) =>
    `  ${word} ${policy.file}:${line}: ${code}: ${message}`;
  return [
    `${conflicts.length === 0 ? '✔' : '✖'} ${policy.id}: ${count(conflicts.length, 'conflict')}, ${count(notes.length, 'note')}, ${known.length} known`,
    ...conflicts.map((finding) => said(finding, 'conflict')),
    ...notes.map((finding) => said(finding, 'note')),
    ...known.map(({ conflict: { code, clauses, reading, why }, derived }) => {
      return `  known ${code}: ${clauses.join(', ')}${derived ? '' : ' (by the text)'}: ${reading} ${why}`;
    }),
  ];
}

function linesOfDocument({ policy, file, check }: ComparedDocument): string[] {
  if (check.same) return [`✔ ${file} is the text that ${policy.id} was written from.`];
  const lost = check.changed.length === 0 ? 'none of' : `${check.changed.length} of`;
  return [
    `✖ ${file} is not the text that ${policy.id} was written from: ${lost} ${check.compared} known passages changed.`,
    ...(check.changed.length > 0 ? [`  changed: ${check.changed.join(', ')}`] : []),
    `  once the rules are right again: document: { sha256: ${check.sha256} }`,
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
