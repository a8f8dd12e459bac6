/** Every flag is a variable, too: each is set once, and has to show. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { FLAG_GROUPS, optionsOf } from '../src/cli/flags.ts';
import { policyAt } from './support/policies.ts';
import { type Ended, terminal, troth } from './support/process.ts';
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

/** Variable and value → how it shows. */
const SHARED: Readonly<Record<string, Case>> = {
  'TROTH_POLICY=1mg': { shows: out(/ {2}1mg: /u) },
  'TROTH_FORMAT=compact': { shows: out(/^src\/a\.ts:3:3: error/mu) },
  'TROTH_OUTPUT=json=r.json': { shows: (_, cwd) => existsSync(join(cwd, 'r.json')) },
  'TROTH_SARIF_CATEGORY=backend': { words: ['-f', 'sarif'], shows: out(/"id": "backend\//u) },
  'TROTH_SARIF_SUPPRESSED=include': { words: ['-f', 'sarif'], shows: out(/"suppressions": \[/u) },
  'TROTH_FAIL_ON=none': { shows: code(0) },
  'TROTH_ALLOW_INCOMPLETE=1': { words: ['--max-file-size', '2', '--fail-on', 'none'], shows: code(0) },
  'TROTH_STRICT=1': { words: ['--fail-on', 'none'], shows: code(3) },
  'TROTH_BASELINE=gone.json': { shows: said(/gone\.json/u) },
  'TROTH_NO_BASELINE=1': { files: { '.troth/baseline.json': '{' }, shows: code(1) },
  'TROTH_REPORT_UNUSED_SUPPRESSIONS=off': { shows: notOut(/unused-suppression/u) },
  'TROTH_TODAY=2100-01-01': { shows: out(/expired-suppression/u) },
  'TROTH_CONFIG=gone.yaml': { shows: said(/gone\.yaml/u) },
  'TROTH_NO_CONFIG=true': { shows: out(/baseline: \d+ promises/u) },
  'TROTH_INCLUDE=src/{unused,large}.ts': { shows: said(/✔ 2 files/u) },
  'TROTH_EXCLUDE=src/a.ts, src/g*.ts': { shows: notOut(/src\/(?:a|guessed)\.ts/u) },
  'TROTH_INCLUDE_TESTS=1': { shows: out(/src\/a\.test\.ts/u) },
  'TROTH_MAX_FILE_SIZE=2': { shows: code(3) },
  'TROTH_CONFIDENCE=high': { shows: notOut(/src\/guessed\.ts/u) },
  'TROTH_SINCE=HEAD': { shows: said(/findings filtered out/u) },
  'TROTH_STAGED=1': { shows: said(/what is staged/u) },
  'TROTH_QUIET=1': { shows: (ended) => ended.stderr === '' },
  'TROTH_VERBOSE=1': { shows: said(/^project file: troth\.config\.yaml$/mu) },
  'TROTH_TIMING=1': { shows: said(/^scan +\d/mu) },
  'TROTH_COLOR=always': { shows: (ended) => ended.stdout.includes(ESC) },
};

/** Of one command alone. */
const OWN: Readonly<Record<string, Case>> = {
  'TROTH_EXPIRED=1': { words: ['suppressions', 'list'], shows: notOut(/src\/unused\.ts/u) },
  'TROTH_JSON=1': { words: ['suppressions', 'list'], shows: out(/^\[|^\{/u) },
  'TROTH_CI=github': {
    words: ['init'],
    shows: (_, cwd) => existsSync(join(cwd, '.github/workflows/troth.yml')),
  },
  'TROTH_WITH_BASELINE=1': { words: ['init'], shows: (_, cwd) => existsSync(join(cwd, '.troth/baseline.json')) },
  'TROTH_DOCUMENT=gone.txt': { words: ['policy', 'check', 'policy.yaml'], shows: said(/names no .document./u) },
};

function environmentOf(setting: string): Record<string, string> {
  const equals = setting.indexOf('=');
  return { [setting.slice(0, equals)]: setting.slice(equals + 1) };
}

describe('a variable for each flag', { timeout: 120_000 }, () => {
  /** What comes without the variable, once for all that write the same. */
  const plain = new Map<string, Promise<{ ended: Ended; cwd: string }>>();

  function withoutVariable({ words = [], files = {} }: Case): Promise<{ ended: Ended; cwd: string }> {
    const key = JSON.stringify([words, files]);
    const cwd = plain.has(key) ? '' : repositoryWith({ ...FILES, ...files });
    const known = plain.get(key) ?? troth(words, { cwd }).then((ended) => ({ ended, cwd }));
    plain.set(key, known);
    return known;
  }

  test.each(Object.entries({ ...SHARED, ...OWN }))('%s', async (setting, each) => {
    const cwd = repositoryWith({ ...FILES, ...each.files });
    const ended = await troth(each.words ?? [], { cwd, environment: environmentOf(setting) });
    const plainly = await withoutVariable(each);
    expect({ with: each.shows(ended, cwd), without: each.shows(plainly.ended, plainly.cwd) }).toEqual({
      with: true,
      without: false,
    });
  });

  test.each<[string, string, RegExp]>([
    ['TROTH_NO_PROGRESS=1', 'troth', /following data/u],
    ['TROTH_NO_COLOR=1', 'troth', new RegExp(`${ESC}\\[3\\dm`, 'u')],
    ['TROTH_YES=1', 'troth init', /Built-in policies to hold/u],
  ])('%s, on a terminal', async (setting, line, pattern) => {
    const { 'troth.config.yaml': _, ...files } = FILES;
    const typing = [['[baseline]', '\u0004']] as const;
    const [ended, other] = [
      await terminal(line, { cwd: repositoryWith(files), environment: environmentOf(setting) }),
      await terminal(line, { cwd: repositoryWith(files), ...(line.endsWith('init') && { typing }) }),
    ];
    expect({ with: pattern.test(ended.stdout), without: pattern.test(other.stdout) }).toEqual({
      with: false,
      without: true,
    });
  });

  test('none is left out', () => {
    const tested = new Set([...Object.keys(SHARED), ...Object.keys(OWN)].map(nameIn));
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
