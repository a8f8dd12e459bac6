/**
 * `troth doctor`: what a scan would go by here, and what is in its way. Writes nothing, and scans only to say (with
 * `--timing`) which rules are slow.
 */
import { basename } from 'node:path';
import { Option } from 'commander';
import { UsageError } from '../../core/usage-error.ts';
import type { Workspace } from '../../core/workspace.ts';
import { type Clock, startClock } from '../clock.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { askGit } from '../git.ts';
import { type Rules, readRules } from '../read-rules.ts';
import { resolveTargets } from '../targets.ts';
import { count, printable } from '../terminal.ts';
import { writeStream } from '../write.ts';
import { scanTargets } from './scan.ts';

export const doctorCommand: CliCommand = {
  name: 'doctor',
  description: 'say what a scan would go by here, and what is in its way',
  argument: ['[folder]', 'the folder to look at; the working directory when none is given'],
  flags: ['policy', 'config', 'withoutConfig', 'globs', 'files', 'timing', 'terminal'],
  options: () => [new Option('--json', 'as JSON').default(false)],
  examples: `
    troth doctor
    troth doctor packages/api
    troth doctor --timing                      which rules are slow, too
    troth doctor --json > troth-doctor.json    for a bug report`,
  run: runDoctor,
};

interface Check {
  readonly name: string;
  /** `notice`: a scan runs, but sees less than it could. */
  readonly state: 'ok' | 'notice' | 'broken';
  readonly says: string;
}

const MARKS: Readonly<Record<Check['state'], string>> = { ok: '✔', notice: '!', broken: '✖' };
const MOST_LISTED = 12;

async function runDoctor([folder = '.']: readonly string[], invocation: Invocation): Promise<number> {
  const clock = startClock();
  const { root, paths } = resolveTargets([folder], process.cwd(), invocation.commands);
  if (paths.length > 0) throw new UsageError(`'${folder}' is no folder. 'troth doctor' looks at a whole one.`);
  const rules = await rulesOrProblem(root, invocation);
  clock.lap('rules');
  const checks = [...toolChecks(invocation.version), gitCheck(root)];
  if (rules instanceof UsageError) checks.push({ name: 'settings', state: 'broken', says: rules.message });
  else checks.push(...settingChecks(rules, root), ...(await workspaceChecks(root, rules, invocation)));
  clock.lap('walk');
  if (invocation.flags.timing && !(rules instanceof UsageError) && !checks.some(({ state }) => state === 'broken')) {
    checks.push(await slowestRules(root, rules, invocation, clock));
  }
  const text =
    invocation.own['json'] === true ? `${JSON.stringify({ schemaVersion: 1, checks }, null, 2)}\n` : print(checks);
  await writeStream(process.stdout, text);
  if (invocation.flags.timing) process.stderr.write(`${clock.laps().join('\n')}\n`);
  return checks.some(({ state }) => state === 'broken') ? EXIT_CODES.usage : EXIT_CODES.passed;
}

/** What is wrong with the settings is a finding here, not a failure. */
async function rulesOrProblem(root: string, { flags }: Invocation): Promise<Rules | UsageError> {
  try {
    return await readRules(root, flags);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function toolChecks(version: string): Check[] {
  const { version: node, platform, arch } = process;
  return [
    { name: 'troth', state: 'ok', says: version },
    { name: 'node', state: 'ok', says: `${node} on ${platform} ${arch}` },
  ];
}

function gitCheck(root: string): Check {
  try {
    const shallow = askGit(root, ['rev-parse', '--is-shallow-repository']);
    if (!shallow.ok)
      return { name: 'git', state: 'notice', says: 'no repository: --since and --staged have no meaning' };
    if (shallow.output.toString().trim() === 'true') {
      const says = 'shallow clone: --since needs history (fetch-depth: 0 in GitHub, GIT_DEPTH: 0 in GitLab)';
      return { name: 'git', state: 'notice', says };
    }
    const commits = askGit(root, ['rev-list', '--count', 'HEAD']).output.toString().trim();
    return { name: 'git', state: 'ok', says: commits === '' ? 'no commit yet' : count(Number(commits), 'commit') };
  } catch (error) {
    if (error instanceof UsageError) return { name: 'git', state: 'notice', says: error.message };
    throw error;
  }
}

function settingChecks({ catalogue, policies }: Rules, root: string): Check[] {
  const { file } = catalogue.configuration;
  const project: Check =
    file === undefined
      ? { name: 'project file', state: 'notice', says: `none for '${basename(root)}': 'troth init' writes one` }
      : { name: 'project file', state: 'ok', says: file };
  const named = policies.map(({ id, rules }) => `${id} (${rules.length} rules)`).join(', ');
  return [project, { name: 'policies', state: 'ok', says: named }];
}

async function workspaceChecks(root: string, { catalogue }: Rules, { flags }: Invocation): Promise<Check[]> {
  const { discover } = await import('../../1-discover/discover.ts');
  const { include, exclude } = catalogue.configuration;
  const maxFileSize = flags.maxFileSize === undefined ? {} : { maxFileSize: flags.maxFileSize * 1024 };
  const workspace = discover({ root, paths: [], include, exclude, includeTests: flags.includeTests, ...maxFileSize });
  const members = workspace.packages.filter(({ workspaceMember }) => workspaceMember).length;
  return [
    fileCheck(workspace),
    {
      name: 'packages',
      state: workspace.packages.length === 0 ? 'notice' : 'ok',
      says: `${workspace.packages.length} package.json${members > 0 ? `, ${members} of them in a workspace` : ''}`,
    },
    { name: 'tsconfigs', state: 'ok', says: `${workspace.tsconfigs.length} with paths or baseUrl` },
    await modelCheck(workspace),
    ...workspace.notifications.map(({ level, file, message }): Check => {
      return { name: file ?? 'folder', state: level === 'error' ? 'broken' : 'notice', says: message };
    }),
  ];
}

function fileCheck({ files, schemas }: Workspace): Check {
  const numbers = new Map<string, number>();
  for (const file of [...files, ...schemas.map((schema) => schema.file)]) {
    const extension = file.slice(file.lastIndexOf('.'));
    numbers.set(extension, (numbers.get(extension) ?? 0) + 1);
  }
  const byNumber = [...numbers].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const says = byNumber.map(([extension, number]) => `${number} ${extension}`).join(', ');
  return files.length > 0
    ? { name: 'files', state: 'ok', says }
    : { name: 'files', state: 'broken', says: 'nothing to scan: no TypeScript or JavaScript that is not left out' };
}

/** Which of the libraries that the packages depend on have a model. */
async function modelCheck({ packages }: Workspace): Promise<Check> {
  const { loadLibraries } = await import('../../rules/libraries.ts');
  const dependencies = new Set(packages.flatMap((manifest) => Object.keys(manifest.dependencies)));
  const modelled = loadLibraries(dependencies)
    .filter((model) => [model.package, ...model.aliases].some((name) => dependencies.has(name)))
    .map((model) => model.package);
  const listed = modelled.slice(0, MOST_LISTED).join(', ');
  const more = modelled.length > MOST_LISTED ? `, ${modelled.length - MOST_LISTED} more` : '';
  const says = `${modelled.length} of ${dependencies.size} dependencies have a model${listed && `: ${listed}${more}`}`;
  return { name: 'models', state: 'ok', says };
}

const MOST_SLOW_RULES = 5;

async function slowestRules(root: string, rules: Rules, { flags }: Invocation, clock: Clock): Promise<Check> {
  let slowest: string[] = [];
  await scanTargets(
    'scan',
    { root, paths: [] },
    rules,
    { ...flags, confidence: 'medium' },
    {
      clock,
      onRuleTimes: (times) => {
        const ordered = [...times].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, MOST_SLOW_RULES);
        slowest = ordered.map(({ rule, milliseconds }) => `${rule} ${milliseconds.toFixed(1)} ms`);
      },
    },
  );
  return { name: 'slowest rules', state: 'ok', says: slowest.join(', ') || 'no rules' };
}

function print(checks: readonly Check[]): string {
  const width = Math.min(24, Math.max(...checks.map(({ name }) => name.length)));
  const indent = ' '.repeat(width + 4);
  const lines = checks.map(({ name, state, says }) => {
    return `${MARKS[state]} ${name.padEnd(width)}  ${says.replaceAll('\n', `\n${indent}`)}`;
  });
  return `${printable(lines.join('\n'))}\n`;
}
