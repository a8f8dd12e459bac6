/** `troth suppressions list`: what people decided to live with, why, until when, and whether it still hides anything. */
import type { ListedSuppression } from '../../core/suppression.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { readDecisions } from '../decisions.ts';
import { EXIT_CODES, isComplete } from '../exit-code.ts';
import { SCAN_GROUPS, yes } from '../flags.ts';
import { readRules } from '../read-rules.ts';
import { resolveTargets } from '../targets.ts';
import { printable } from '../terminal.ts';
import { writeStream } from '../write.ts';
import { scanTargets } from './scan.ts';

export const suppressionsCommand: CliCommand = {
  name: 'suppressions',
  description: 'findings that people decided to live with: list',
  flags: [],
  examples: `
    troth suppressions list --expired`,
  subcommands: [
    {
      name: 'list',
      description: 'every suppression, with its reason, its last day and what it hides',
      argument: ['[paths...]', 'folders and files to scan; the working directory when none is given'],
      flags: [...SCAN_GROUPS, 'completeness', 'today'],
      options: () => [yes('--expired', 'only those whose last day has passed'), yes('--json', 'as JSON, for programs')],
      examples: `
        troth suppressions list              of this folder
        troth suppressions list --expired    those to decide again
        troth suppressions list --json       for programs`,
      run: runList,
    },
  ],
};

async function runList(paths: readonly string[], { flags, own, commands }: Invocation): Promise<number> {
  const targets = resolveTargets(paths, process.cwd(), commands);
  const rules = await readRules(targets.root, flags);
  const decisions = await readDecisions(targets.root, flags);
  const result = await scanTargets('scan', targets, { ...rules, decisions }, flags);
  const all = result.suppressions?.listed ?? [];
  const listed = own['expired'] === true ? all.filter(({ expired }) => expired) : all;
  const text = own['json'] === true ? await printJson(listed) : listed.flatMap(linesOf).join('\n');
  if (text !== '') await writeStream(process.stdout, `${text.trimEnd()}\n`);
  const complete = isComplete(result, flags);
  if (!flags.quiet || !complete) process.stderr.write(`${closingLine(all, complete)}\n`);
  return complete ? EXIT_CODES.passed : EXIT_CODES.incomplete;
}

async function printJson(suppressions: readonly ListedSuppression[]): Promise<string> {
  const { printJson: print } = await import('../../7-report/display.ts');
  return print({ schemaVersion: 1, suppressions });
}

const STATES: Readonly<Record<ListedSuppression['state'], string>> = {
  active: 'active',
  expiring: 'ends soon',
  expired: 'expired',
  unused: 'unused',
  malformed: 'malformed',
  'unknown-rule': 'unknown rule',
  'other-policy': 'of a policy not in use',
};

function linesOf(each: ListedSuppression): string[] {
  const { file, line, rule, state, findings, scope, reason, until, ticket, approvedBy } = each;
  const facts = [
    STATES[state],
    ...(until === undefined ? [] : [`until ${until}`]),
    `${scope}: ${findings === 1 ? '1 finding' : `${findings} findings`}`,
    ...(ticket === undefined ? [] : [ticket]),
    ...(approvedBy === undefined ? [] : [`approved by ${approvedBy}`]),
  ];
  const lines = [`${file}:${line}  ${rule || '(no rule)'}  ${facts.join(', ')}`, ...(reason ? [`  ${reason}`] : [])];
  return lines.map((text) => printable(text.replaceAll('\n', ' ')));
}

function closingLine(all: readonly ListedSuppression[], complete: boolean): string {
  const number = (state: ListedSuppression['state']) => all.filter((each) => each.state === state).length;
  const expired = all.filter((each) => each.expired).length;
  const total = all.length === 1 ? '1 suppression' : `${all.length} suppressions`;
  const bad = number('malformed') + number('unknown-rule');
  const said = `${total}: ${number('active') + number('expiring')} active, ${expired} expired, ${number('unused')} unused, ${bad} malformed`;
  return `${complete ? '✔' : '! incomplete:'} ${said}`;
}
