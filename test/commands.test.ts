import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../src/cli/commands.ts';
import { emptyFolder, folderWith, repository, runProcess, troth } from './support/process.ts';

const POLICY = `policy: test
title: The policy of the tests
defaults: { collect: allow, log: error, share: allow, store: allow, expose: allow }
rules:
  - id: no-cards-in-logs
    promise: Logs hold no cards
    clauses: [test-01, test-02]
    forbid: log
    data: user.financial
    level: warning
  - id: erasure
    promise: Who leaves is forgotten.
    clauses: [test-03]
    require: erasure
    of: user
    level: error
not-checkable:
  - { clauses: [test-09], why: Says hello. }
`;
const MANIFEST = JSON.stringify({ name: 'shop', dependencies: { express: '^4', 'left-pad': '^1' } });

function project(files: Readonly<Record<string, string>> = {}): string {
  return folderWith({
    'privacy.yaml': POLICY,
    'troth.config.yaml': 'policies: [./privacy.yaml]\nfirstParty: ["*.shop.example"]\nexclude: [legacy/**]\n',
    'package.json': MANIFEST,
    'src/a.ts': 'export const a = 1;\n',
    'src/b.tsx': 'export const b = 1;\n',
    ...files,
  });
}

describe('every command', () => {
  test.each<[string[], RegExp]>([
    [['rules', '--fail-on', 'none'], /'troth rules' takes no --fail-on\. Run 'troth rules --help'/u],
    [['--output', 'x', 'config', 'schema'], /'troth config schema' takes no --output/u],
    [['config', 'prnt'], /unknown command 'prnt'/u],
    [['config', 'print', '--exclud', 'x'], /Did you mean --exclude\?/u],
    [['doctr'], /did you mean `doctor`/u],
    [['completion'], /missing required argument 'shell'/u],
  ])('%j is a usage error', async (words, message) => {
    const { code, stdout, stderr } = await troth(words, { cwd: emptyFolder() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('troth rules', () => {
  test('lists the promises of the policies in use, and what no rule names', async () => {
    const { code, stdout, stderr } = await troth(['rules'], { cwd: project() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`test: The policy of the tests  2 rules, 1 clause that no code decides
  warning  test/no-cards-in-logs  forbid log
           Logs hold no cards. (test-01, test-02)
  error    test/erasure  require erasure
           Who leaves is forgotten. (test-03)
  what no rule names: log: error
`);
  });

  test('as JSON and markdown', async () => {
    const cwd = project();
    const json = JSON.parse((await troth(['rules', '-f', 'json'], { cwd })).stdout) as {
      policies: { id: string; rules: { id: string; of: string[] }[]; notCheckable: unknown[] }[];
    };
    expect(json).toMatchObject({
      schemaVersion: 1,
      policies: [{ id: 'test', notCheckable: [{ why: 'Says hello.' }] }],
    });
    expect(json.policies[0]?.rules.map(({ id, of }) => [id, ...of])).toEqual([
      ['test/no-cards-in-logs', 'log'],
      ['test/erasure', 'erasure'],
    ]);
    const { stdout } = await troth(['rules', '--format', 'markdown'], { cwd });
    expect(stdout).toContain(
      '| `test/no-cards-in-logs` | warning | forbid log | Logs hold no cards. | test-01, test-02 |',
    );
  });

  test('of a pack, of the flags, in colour', async () => {
    const cwd = project();
    expect((await troth(['rules', '-p', '1mg', '-p', './privacy.yaml'], { cwd })).stdout).toMatch(
      /^1mg: [\s\S]*\ntest: /u,
    );
    expect((await troth(['rules', '--no-config'], { cwd })).stdout).toMatch(/^baseline: /u);
    expect((await troth(['rules', '--color'], { cwd })).stdout).toContain('\u001b[');
    expect(await troth(['rules', '-f', 'jsn'], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('did you mean `json`'),
    });
  });
});

describe('troth config', () => {
  test('print says what holds and where it was said', async () => {
    const cwd = project();
    const { code, stdout } = await troth(['config', 'print', '--exclude', 'old/**'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# project file: troth\.config\.yaml\n# from: troth\.config\.yaml\npolicies:\n/u);
    expect(stdout).toContain('# from: troth.config.yaml, --exclude\nexclude:\n  - legacy/**\n  - old/**\n');
    expect(stdout).toContain('# from: default\ninclude: []\n');
    expect(parse(stdout)).toMatchObject({ policies: ['privacy.yaml'], firstParty: ['*.shop.example'] });
  });

  test('print as JSON, with flags and variables', async () => {
    const environment = { TROTH_INCLUDE: 'src/**' };
    const words = ['config', 'print', '-f', 'json', '-p', '1mg', '--no-config'];
    const { stdout } = await troth(words, { cwd: project(), environment });
    expect(JSON.parse(stdout)).toMatchObject({
      file: null,
      settings: { policies: ['1mg'], include: ['src/**'], firstParty: [] },
      origins: { policies: '--policy', include: 'TROTH_INCLUDE', firstParty: 'default' },
    });
    const { code, stderr } = await troth(['config', 'print', '-f', 'toml'], { cwd: project() });
    expect(code).toBe(2);
    expect(stderr).toContain("prints one of yaml, json, not 'toml'");
  });

  test('validate passes what is right, and says what and where is wrong', async () => {
    const cwd = project();
    expect(await troth(['config', 'validate'], { cwd })).toEqual({
      code: 0,
      stdout: '✔ troth.config.yaml: policies test (2 rules); firstParty 1; exclude 1\n',
      stderr: '',
    });
    writeFileSync(join(cwd, 'troth.config.yaml'), 'policies: [./privacy.yaml]\nfirstPary: []\n');
    const { code, stdout, stderr } = await troth(['config', 'validate'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/troth\.config\.yaml:2:1.*firstPary.*firstParty/u);
    writeFileSync(join(cwd, 'troth.config.yaml'), 'policies: [./privacy.yaml]\n');
    writeFileSync(join(cwd, 'privacy.yaml'), POLICY.replace('forbid: log', 'forbid: lgo'));
    expect((await troth(['config', 'validate'], { cwd })).stderr).toMatch(/privacy\.yaml:8:.*lgo/u);
    expect(await troth(['config', 'validate'], { cwd: emptyFolder() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Run 'troth init'"),
    });
  });

  test.each([['config'], ['policy'], ['model'], ['report']])('schema %s is the published one', async (name) => {
    const published = readFileSync(join(repository, `rules/schema/${name}.schema.json`), 'utf8');
    expect((await troth(['config', 'schema', name])).stdout).toBe(published);
    if (name === 'config') expect((await troth(['config', 'schema'])).stdout).toBe(published);
    expect((await troth(['config', 'schema', `${name}s`])).stderr).toContain(`did you mean \`${name}\``);
  });
});

describe('troth doctor', () => {
  test('says what a scan would go by', async () => {
    const { code, stdout, stderr } = await troth(['doctor'], { cwd: project() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of [
      /^✔ troth +\d+\.\d+\.\d+$/mu,
      /^✔ node +v\d+\.\d+\.\d+ on /mu,
      /^! git +no repository/mu,
      /^✔ project file +troth\.config\.yaml$/mu,
      /^✔ policies +test \(2 rules\)$/mu,
      /^✔ files +1 \.ts, 1 \.tsx$/mu,
      /^✔ models +1 of 2 dependencies have a model: express$/mu,
    ]) {
      expect(stdout).toMatch(line);
    }
  });

  test('counts what is broken, and goes on', async () => {
    const broken = await troth(['doctor'], { cwd: project({ 'troth.config.yaml': 'polices: []\n' }) });
    expect(broken.code).toBe(2);
    expect(broken.stdout).toMatch(/^✖ settings .*polices.*did you mean/mu);
    const empty = await troth(['doctor', '--timing'], { cwd: emptyFolder() });
    expect(empty.code).toBe(2);
    expect(empty.stdout).toMatch(/^✖ files +nothing to scan/mu);
    expect(empty.stderr).toMatch(/^rules +\d/mu);
    const file = await troth(['doctor', 'src/a.ts'], { cwd: project() });
    expect(file).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('is no folder') });
  });

  test('says which rules are slow, when asked how long things take', async () => {
    const { code, stdout, stderr } = await troth(['doctor', '--timing', '-p', 'baseline'], { cwd: project() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✔ slowest rules +(?:baseline\/[\w-]+ \d+\.\d ms(?:, )?){5}$/mu);
    expect(stderr).toMatch(/^scan +\d/mu);
    const json = JSON.parse((await troth(['doctor', '--timing', '--json'], { cwd: project() })).stdout);
    expect(json.checks).toContainEqual({ name: 'slowest rules', state: 'ok', says: expect.stringMatching(/ ms$/u) });
  });

  test('knows the repository, and a shallow clone', async () => {
    const cwd = project();
    const git = (...words: string[]) => {
      const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
      expect(spawnSync('git', [...identity, ...words], { cwd }).status).toBe(0);
    };
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('commit', '-qm', 'two', '--allow-empty');
    expect((await troth(['doctor'], { cwd })).stdout).toMatch(/^✔ git +2 commits$/mu);
    git('clone', '-q', '--depth', '1', `file://${cwd}`, 'shallow');
    const { code, stdout } = await troth(['doctor', 'shallow'], { cwd });
    expect(stdout).toMatch(/^! git +shallow clone.*fetch-depth: 0/mu);
    expect(code).toBe(0);
  });

  test('as JSON, of another folder, with its own settings', async () => {
    const cwd = folderWith({ 'app/src/a.ts': '', 'app/src/b.js': '', 'app/package.json': MANIFEST });
    const { stdout } = await troth(['doctor', 'app', '--json', '--exclude', '**/*.js', '-p', 'indiamart'], { cwd });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; says: string }[] };
    expect(checks).toContainEqual({ name: 'files', state: 'ok', says: '1 .ts' });
    expect(checks.find(({ name }) => name === 'policies')?.says).toMatch(/^indiamart /u);
    expect(stdout).not.toContain(cwd);
  });
});

describe('troth completion', () => {
  /** What bash offers for a line, the last word being typed. */
  async function offered(words: readonly string[]): Promise<string[]> {
    const line = ['troth', ...words].map((word) => `'${word}'`).join(' ');
    const { stdout } = await troth(['completion', 'bash']);
    const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _troth; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const answer = await runProcess('bash', ['-c', `${stdout}\n${ask}`], { cwd: emptyFolder() });
    expect(answer.stderr).toBe('');
    return answer.stdout.trim().split('\n');
  }

  test('bash completes commands, flags and their values', async () => {
    expect(await offered([''])).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => name)));
    expect(await offered(['config', ''])).toEqual(['print', 'validate', 'schema', '-h', '--help']);
    expect(await offered(['inventory', '--conf'])).toEqual(['--config', '--confidence']);
    expect(await offered(['--fail-on', 'w'])).toEqual(['warning']);
    expect(await offered(['config', 'print', '--fail'])).toEqual(['']);
    expect(await offered(['scan', '--quiet', '--strict', '--tim'])).toEqual(['--timing']);
  });

  test.each(['bash', 'zsh', 'fish', 'powershell'])('%s knows every command and flag', async (shell) => {
    const { code, stdout } = await troth(['completion', shell]);
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toContain(name);
    for (const flag of ['fail-on', 'include-tests', 'no-color']) expect(stdout).toContain(flag);
    expect(stdout).not.toContain('undefined');
  });

  test('an unknown shell is refused', async () => {
    expect(await troth(['completion', 'fihs'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('did you mean `fish`'),
    });
  });
});
