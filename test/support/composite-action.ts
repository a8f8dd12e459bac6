/** Runs a composite action as GitHub's runner does: its inputs, conditions, environment, outputs and steps. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runProcess } from './process.ts';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export interface ActionRun {
  /** Whether every step passed. */
  readonly passed: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** The steps that use another action, with what they were given; those left out by their condition are not there. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
  readonly log: string;
  readonly summary: string;
}

export function readAction(folder: string): Action {
  return parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as Action;
}

/** `workspace` is the checked out repository, `temporary` a folder for the runner's own files. */
export async function runAction(
  folder: string,
  {
    workspace,
    temporary,
    inputs,
    fork = false,
  }: {
    readonly workspace: string;
    readonly temporary: string;
    readonly inputs: Readonly<Record<string, string>>;
    readonly fork?: boolean;
  },
): Promise<ActionRun> {
  const action = readAction(folder);
  const unknown = Object.keys(inputs).filter((name) => !Object.hasOwn(action.inputs, name));
  if (unknown.length > 0) throw new Error(`The action has no input ${unknown}`);
  const context = new Map<string, string>([['github.event.pull_request.head.repo.fork', String(fork)]]);
  for (const [name, { default: value = '' }] of Object.entries(action.inputs)) {
    context.set(`inputs.${name}`, inputs[name] ?? value);
  }
  mkdirSync(temporary, { recursive: true });
  const used: { uses: string; with: Record<string, string> }[] = [];
  let [log, passed] = ['', true];
  const summary = join(temporary, 'summary.md');
  writeFileSync(summary, '');
  for (const step of action.runs.steps) {
    if (!passed || !holds(step.if, context)) continue;
    if (step.uses !== undefined) {
      used.push({ uses: step.uses, with: expandAll(step.with, context) });
      continue;
    }
    const output = join(temporary, 'output');
    writeFileSync(output, '');
    if (step.shell !== 'bash' || step.run === undefined || step.run.includes('${{')) {
      throw new Error('A step needs a shell, and its script may hold no expression');
    }
    const { code, stdout, stderr } = await runProcess(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
      {
        cwd: join(workspace, expand(step['working-directory'] ?? '.', context)),
        environment: {
          ...expandAll(step.env, context),
          GITHUB_ACTION_PATH: folder,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
          RUNNER_TEMP: temporary,
        },
      },
    );
    log += stdout + stderr;
    passed = code === 0;
    for (const line of readFileSync(output, 'utf8').split('\n').filter(Boolean)) {
      const [name = '', ...value] = line.split('=');
      context.set(`steps.${step.id}.outputs.${name}`, value.join('='));
    }
  }
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, expand(value, context)]);
  return { passed, used, log, outputs: Object.fromEntries(outputs), summary: readFileSync(summary, 'utf8') };
}

type Context = ReadonlyMap<string, string>;

function expandAll(values: Readonly<Record<string, string>> = {}, context: Context): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, expand(String(value), context)]));
}

function expand(text: string, context: Context): string {
  return text.replace(/\$\{\{ *([\w.-]+) *\}\}/gu, (_, name: string) => {
    if (name.startsWith('inputs.') && !context.has(name)) throw new Error(`There is no ${name}`);
    return context.get(name) ?? '';
  });
}

/** Conditions of the form `a == 'x' && b != 'y'`. */
function holds(condition: string | undefined, context: Context): boolean {
  if (condition === undefined) return true;
  const terms = condition.replace(/^\s*\$\{\{|\}\}\s*$/gu, '').split('&&');
  return terms.every((term) => {
    const [, name = '', operator, expected] = /^\s*([\w.-]+) (==|!=) (?:'([^']*)'|true)\s*$/u.exec(term) ?? [];
    if (operator === undefined) throw new Error(`A condition that the test cannot read: ${term}`);
    return ((context.get(name) ?? '') === (expected ?? 'true')) === (operator === '==');
  });
}
