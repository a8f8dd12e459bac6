/** Every flag is a variable, too: each is set once, and has to show. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { FLAG_GROUPS, optionsOf } from '../src/cli/flags.ts';
import { policyAt } from './support/policies.ts';
import { type Ended, once, terminal, troth } from './support/process.ts';
import { repositoryWith } from './support/repository.ts';

const ESC = '\u001b';
const RULE = 'test/nothing-personal-in-logs';
const WHY = 'the log is kept for an hour';
const log = (field: string) => `import express from 'express';
express().post('/${field}', (req) => {
  console.log(req.body.${field});
});
`;
const FILES = {
  'policy.yaml': policyAt('error'),
  'troth.config.yaml': 'policies: [./policy.yaml]\n',
  'package.json': '{}',
  'src/a.ts': log('email'),
  'src/a.test.ts': log('phone'),
  'src/guessed.ts': 'export const print = (person) => console.log(person.email);\n',
  'src/hidden.ts': log('birthday').replace(
    '  console',
    `  // troth-ignore-next-line ${RULE} -- ${WHY} (until 2099-12-31)\n  console`,
  ),
  'src/unused.ts': `// troth-ignore-next-line ${RULE} -- ${WHY}\nexport const a = 1;\n`,
  'src/large.ts': `// ${'x'.repeat(3000)}\n`,
  'src/broken.ts': 'export const = 1;\n',
};

interface Case {
  /** Also written, so that the variable can show. */
  readonly words?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** Holds with the variable, and not without it. */
  readonly shows: (ended: Ended, cwd: string) => boolean;
}

const code = (expected: number) => (ended: Ended) => ended.code === expected;
const out = (pattern: RegExp) => (ended: Ended) => pattern.test(ended.stdout);
const notOut = (pattern: RegExp) => (ended: Ended) => !pattern.test(ended.stdout);
const said = (pattern: RegExp) => (ended: Ended) => pattern.test(ended.stderr);

/** Variables and values that show side by side in one run → how each shows. */
const TOGETHER: readonly Readonly<Record<string, Case>>[] = [
  {
    'TROTH_OUTPUT=json=r.json': { shows: (_, cwd) => existsSync(join(cwd, 'r.json')) },
    'TROTH_TODAY=2100-01-01': { shows: out(/expired-suppression/u) },
    'TROTH_INCLUDE_TESTS=1': { shows: out(/src\/a\.test\.ts/u) },
    'TROTH_VERBOSE=1': { shows: said(/^project file: troth\.config\.yaml$/mu) },
    'TROTH_TIMING=1': { shows: said(/^scan +\d/mu) },
    'TROTH_COLOR=always': { shows: (ended) => ended.stdout.includes(ESC) },
  },
  {
    'TROTH_FORMAT=compact': { shows: out(/^src\/a\.ts:3:3: error/mu) },
    'TROTH_FAIL_ON=none': { shows: code(0) },
    'TROTH_REPORT_UNUSED_SUPPRESSIONS=off': { shows: notOut(/unused-suppression/u) },
    'TROTH_CONFIDENCE=high': { shows: notOut(/src\/guessed\.ts/u) },
    'TROTH_QUIET=1': { shows: (ended) => ended.stderr === '' },
  },
  {
    'TROTH_SARIF_CATEGORY=backend': { words: ['-f', 'sarif'], shows: out(/"id": "backend\//u) },
    'TROTH_SARIF_SUPPRESSED=include': { words: ['-f', 'sarif'], shows: out(/"suppressions": \[/u) },
  },
];

/** Variable and value → how it shows alone. */
const SHARED: Readonly<Record<string, Case>> = {
  'TROTH_POLICY=1mg': { shows: out(/ {2}1mg: /u) },
  'TROTH_ALLOW_INCOMPLETE=1': { words: ['--max-file-size', '2', '--fail-on', 'none'], shows: code(0) },
  'TROTH_STRICT=1': { words: ['--fail-on', 'none'], shows: code(3) },
  'TROTH_BASELINE=gone.json': { shows: said(/gone\.json/u) },
  'TROTH_NO_BASELINE=1': { files: { '.troth/baseline.json': '{' }, shows: code(1) },
  'TROTH_CONFIG=gone.yaml': { shows: said(/gone\.yaml/u) },
  'TROTH_NO_CONFIG=true': { shows: out(/baseline: \d+ promises/u) },
  'TROTH_INCLUDE=src/{unused,large}.ts': { shows: said(/✔ 2 files/u) },
  'TROTH_EXCLUDE=src/a.ts, src/g*.ts': { shows: notOut(/src\/(?:a|guessed)\.ts/u) },
  'TROTH_MAX_FILE_SIZE=2': { shows: code(3) },
  'TROTH_SINCE=HEAD': { shows: said(/findings filtered out/u) },
  'TROTH_STAGED=1': { shows: said(/what is staged/u) },
};

/** The same, of one command alone. */
const OWN: readonly Readonly<Record<string, Case>>[] = [
  {
    'TROTH_EXPIRED=1': { words: ['suppressions', 'list'], shows: notOut(/src\/unused\.ts/u) },
    'TROTH_JSON=1': { words: ['suppressions', 'list'], shows: out(/^\[|^\{/u) },
  },
  {
    'TROTH_CI=github': {
      words: ['init'],
      shows: (_, cwd) => existsSync(join(cwd, '.github/workflows/troth.yml')),
    },
    'TROTH_WITH_BASELINE=1': { words: ['init'], shows: (_, cwd) => existsSync(join(cwd, '.troth/baseline.json')) },
  },
  {
    'TROTH_DOCUMENT=gone.txt': { words: ['policy', 'check', 'policy.yaml'], shows: said(/names no .document./u) },
  },
];

/** Each is a run with all its variables. */
const RUNS: readonly Readonly<Record<string, Case>>[] = [
  ...TOGETHER,
  ...Object.entries(SHARED).map(([setting, each]) => ({ [setting]: each })),
  ...OWN,
];

function environmentOf(settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(settings.map((setting) => [nameIn(setting), setting.slice(setting.indexOf('=') + 1)]));
}

describe('a variable for each flag', { timeout: 120_000 }, () => {
  /** What comes without the variables; the folder goes away with the first test that asks. */
  const plainly = once(async ({ words = [], files = {} }: Pick<Case, 'words' | 'files'>) => {
    const cwd = repositoryWith({ ...FILES, ...files });
    return { ended: await troth(words, { cwd }), cwd };
  });

  test.each(RUNS.map((run) => [Object.keys(run).join(' '), run] as const))('%s', async (_, run) => {
    const [first] = Object.values(run);
    const { words = [], files = {} } = first ?? {};
    const cwd = repositoryWith({ ...FILES, ...files });
    const ended = await troth(words, { cwd, environment: environmentOf(Object.keys(run)) });
    const plain = await plainly({ words, files });
    for (const [setting, { shows }] of Object.entries(run)) {
      expect({ setting, with: shows(ended, cwd), without: shows(plain.ended, plain.cwd) }).toEqual({
        setting,
        with: true,
        without: false,
      });
    }
  });

  test.each<[string, Readonly<Record<string, RegExp>>]>([
    ['troth', { 'TROTH_NO_PROGRESS=1': /following data/u, 'TROTH_NO_COLOR=1': new RegExp(`${ESC}\\[3\\dm`, 'u') }],
    ['troth init', { 'TROTH_YES=1': /Built-in policies to hold/u }],
  ])('on a terminal: %s', async (line, patterns) => {
    const { 'troth.config.yaml': _, ...files } = FILES;
    const typing = [['[baseline]', '\u0004']] as const;
    const [ended, other] = [
      await terminal(line, { cwd: repositoryWith(files), environment: environmentOf(Object.keys(patterns)) }),
      await terminal(line, { cwd: repositoryWith(files), ...(line.endsWith('init') && { typing }) }),
    ];
    for (const [setting, pattern] of Object.entries(patterns)) {
      expect({ setting, with: pattern.test(ended.stdout), without: pattern.test(other.stdout) }).toEqual({
        setting,
        with: false,
        without: true,
      });
    }
  });

  test('none is left out', () => {
    const tested = new Set(RUNS.flatMap((run) => Object.keys(run).map(nameIn)));
    for (const seen of ['TROTH_NO_PROGRESS', 'TROTH_NO_COLOR', 'TROTH_YES']) tested.add(seen);
    const own = COMMANDS.flatMap((command) => [command, ...(command.subcommands ?? [])]).flatMap(
      ({ options }) => options?.() ?? [],
    );
    const flags = [...optionsOf(FLAG_GROUPS), ...own];
    const variables = flags.map(({ long }) => `TROTH_${long?.slice(2).replaceAll('-', '_').toUpperCase()}`);
    expect([...new Set(variables)].filter((name) => !tested.has(name))).toEqual([]);
  });
});

function nameIn(setting: string): string {
  return setting.slice(0, setting.indexOf('='));
}
