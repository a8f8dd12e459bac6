/**
 * Every command is run with every flag that its help lists, all at once. What a flag does is shown where it belongs, and
 * for each in environment.test.ts; here none may be refused, or stand in a help that it has no place in.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { policyAt } from './support/policies.ts';
import { troth } from './support/process.ts';
import { repositoryWith } from './support/repository.ts';

const NOTHING_KNOWN = '{ "schemaVersion": 1, "findings": [] }\n';
const DOCUMENT = 'The text of a policy.\n';
const FILES = {
  'package.json': '{}',
  'troth.config.yaml': 'policies: [./policy.yaml]\n',
  'policy.yaml': policyAt('error'),
  'policy.txt': DOCUMENT,
  'documented.yaml': `${policyAt('error')}document: { file: policy.txt, sha256: ${createHash('sha256').update(DOCUMENT).digest('hex')} }\n`,
  'models/audit.yaml':
    'package: audit\ndocs: https://audit.example\nsinks:\n  - { api: record, port: "argument[0]", activity: log }\n',
  'known.json': NOTHING_KNOWN,
  '.troth/baseline.json': NOTHING_KNOWN,
  'src/a.ts': `import express from 'express';
express().post('/people', (req) => {
  console.log(req.body.email);
});
`,
};

/** What stands behind a command. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  diff: ['HEAD'],
  explain: ['src/a.ts:3'],
  'policy check': ['documented.yaml'],
  'policy passage': ['a', 'few', 'words'],
  'policy test': ['policy.yaml'],
  'models check': ['models'],
  completion: ['bash'],
};

/** What stands behind a flag that has no choices in its help. */
const VALUES: Readonly<Record<string, string>> = {
  '--policy': 'policy.yaml',
  '--output': 'text=report.txt',
  '--sarif-category': 'backend',
  '--allow-incomplete': '1',
  '--baseline': 'known.json',
  '--today': '2026-12-01',
  '--config': 'troth.config.yaml',
  '--include': 'src/**',
  '--exclude': 'legacy/**',
  '--max-file-size': '100',
  '--since': 'HEAD',
  '--color': 'never',
  '--document': 'policy.txt',
  '--format': 'text',
  '--sarif-suppressed': 'include',
  '--fail-on': 'none',
  '--report-unused-suppressions': 'off',
  '--confidence': 'low',
  '--ci': 'github',
};
const OF_ONE_COMMAND: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'baseline create': { '--baseline': 'new.json' },
  'config print': { '--format': 'json' },
  init: { '--policy': '1mg' },
};

/** The two that a run may not have together; of others, such as --config and --no-config, the last one holds. */
const EXCLUSIVE = ['--since', '--staged'];

const paths = COMMANDS.flatMap(({ name, run, subcommands = [] }) => [
  { path: name, runs: run !== undefined },
  ...subcommands.map((subcommand) => ({ path: `${name} ${subcommand.name}`, runs: true })),
]);

test.each(paths)('troth $path has help with examples, and takes every flag in it', async ({ path, runs }) => {
  const help = await helpOf(path);
  if (!runs) return;
  const flags = flagsIn(help);
  const leftOuts = EXCLUSIVE.some((flag) => flags.has(flag)) ? EXCLUSIVE : [''];
  for (const leftOut of leftOuts) {
    const written = [...flags].filter(([flag]) => flag !== leftOut);
    const words = [...path.split(' '), ...(WORDS[path] ?? [])];
    const { code, stderr } = await troth([...words, ...written.flatMap((flag) => spelt(path, flag))], {
      cwd: repositoryWith(FILES),
    });
    expect({ code, refused: /^error: .*/mu.exec(stderr)?.[0] }).toEqual({
      // A check may find something: what it says of it is for other tests.
      code: expect.toBeOneOf([0, 1]),
      refused: undefined,
    });
  }
});

async function helpOf(path: string): Promise<string> {
  const { code, stdout, stderr } = await troth([...path.split(' '), '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`Usage: troth ${path} `);
  expect(stdout).toMatch(/Examples:\n {2}\$ .*troth /u);
  expect(stdout).not.toContain('undefined');
  return stdout;
}

/** Flag → whether a value stands behind it. */
function flagsIn(help: string): ReadonlyMap<string, boolean> {
  const listed = help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)( <\S+>)? {2}/gmu);
  return new Map(
    [...listed].flatMap(([, flag = '', value]) => (flag === '--help' ? [] : [[flag, value !== undefined]])),
  );
}

function spelt(path: string, [flag, takesValue]: readonly [string, boolean]): string[] {
  if (!takesValue) return [flag];
  const value = OF_ONE_COMMAND[path]?.[flag] ?? VALUES[flag];
  if (value === undefined) throw new Error(`A value for ${flag} belongs into this test`);
  return [flag, value];
}
