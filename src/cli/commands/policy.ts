/** `troth policy`: is a policy consistent and complete, and do its examples hold? */
import type { Policy } from '../../core/policy.ts';
import type { PolicyTest } from '../../policy-test.ts';
import { startClock } from '../clock.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { printable } from '../terminal.ts';
import { writeStream } from '../write.ts';
import { policyCheckCommand } from './policy-check.ts';
import { POLICIES_ARGUMENT, readPolicies } from './policy-names.ts';
import { policyPassageCommand } from './policy-passage.ts';

const testCommand: CliCommand = {
  name: 'test',
  description: "run each rule's broken and kept example",
  argument: POLICIES_ARGUMENT,
  flags: ['config', 'withoutConfig', 'terminal'],
  examples: `
    troth policy test                        the policies of the project file, else every built-in pack
    troth policy test privacy/policy.yaml    a policy of your own`,
  run: runTest,
};

export const policyCommand: CliCommand = {
  name: 'policy',
  description: 'whether a policy is consistent and complete (check), and its examples hold (test)',
  flags: [],
  examples: `
    troth policy check privacy.yaml    contradictions, gaps, rules without effect
    troth policy test privacy.yaml     the examples of its rules`,
  subcommands: [policyCheckCommand, testCommand, policyPassageCommand],
};

async function runTest(names: readonly string[], invocation: Invocation): Promise<number> {
  const clock = startClock();
  const { catalogue, policies } = (await readPolicies(names, invocation)).rules;
  const { testPolicy } = await import('../../policy-test.ts');
  const tests: PolicyTest[] = [];
  for (const policy of policies) tests.push(await testPolicy(policy, catalogue));
  await print(tests.flatMap(linesOfTest));
  if (!invocation.flags.quiet) process.stderr.write(`${closingLine(tests, clock.seconds())}\n`);
  return tests.some(fails) ? EXIT_CODES.failed : EXIT_CODES.passed;
}

function linesOfTest({ policy, examples, problems, untested }: PolicyTest): string[] {
  const failures = problems.filter(({ minor }) => !minor).length;
  const rules = `${policy.rules.length - untested.length} of ${policy.rules.length} rules have examples`;
  const outcome = failures === 0 ? `all ${examples} hold` : `${failures} of ${examples} do not hold`;
  return [
    `${failures === 0 ? '✔' : '✖'} ${policy.id}: ${rules}; ${outcome}`,
    ...problems.map(({ rule, line, problem, minor }) => {
      return `  ${policy.file}:${line}: ${minor ? 'note: ' : ''}${rule} ${problem}`;
    }),
  ];
}

function closingLine(tests: readonly PolicyTest[], seconds: number): string {
  const examples = tests.reduce((sum, test) => sum + test.examples, 0);
  const rules = tests.flatMap(({ policy }: { policy: Policy }) => policy.rules).length;
  return `${tests.some(fails) ? '✖' : '✔'} ${examples} examples of ${rules} rules (${seconds.toFixed(1)} s)`;
}

function fails({ problems }: PolicyTest): boolean {
  return problems.some(({ minor }) => !minor);
}

async function print(lines: readonly string[]): Promise<void> {
  await writeStream(process.stdout, `${lines.map(printable).join('\n')}\n`);
}
