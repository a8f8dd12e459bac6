import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { emptyFolder, folderWith, repository, terminal, troth } from './support/process.ts';

const ROUTE = `import { createHash } from 'node:crypto';
import axios from 'axios';
import express from 'express';
const app = express();
app.post('/people', async (req, res) => {
  console.log(createHash('sha256').update(req.body.email).digest('hex'));
  await axios.post('https://feed.databroker.example.com/people', { email: req.body.email });
  await axios.post('https://api.segment.io/v1/identify', { phone: req.body.phoneNumber });
  res.sendStatus(204);
});
`;
const MANIFEST = JSON.stringify({ name: '@acme/Shop "1"', dependencies: { express: '^4', axios: '^1' } });

function project(files: Readonly<Record<string, string>> = {}): string {
  return folderWith({ 'package.json': MANIFEST, 'src/a.ts': ROUTE, ...files });
}

interface Rule {
  readonly id: string;
  readonly allow: string;
  readonly data: readonly string[];
  readonly to?: string;
  readonly if?: string;
  readonly clauses: readonly string[];
}

function policyOf(cwd: string): { policy: string; title: string; rules: readonly Rule[] } {
  return parse(readFileSync(join(cwd, 'privacy/policy.yaml'), 'utf8')) as ReturnType<typeof policyOf>;
}

describe('troth init without a terminal', () => {
  test('writes a project file and a policy from what the code does, and asks nothing', async () => {
    const cwd = project();
    const { code, stdout, stderr } = await troth(['init'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Libraries: axios, express');
    expect(stdout).toMatch(/^Recipients: .*Segment \(analytics\).*\(unknown\)/mu);
    expect(stdout).toContain('✔ wrote troth.config.yaml\n');
    const { policy, title, rules } = policyOf(cwd);
    expect({ policy, title }).toEqual({ policy: 'acme-shop-1', title: 'Privacy policy of @acme/Shop "1"' });
    const shares = rules.filter(({ allow }) => allow === 'share');
    expect(shares.map(({ to, data }) => [to, ...data])).toEqual([
      ['example', 'user.contact.email'],
      ['segment', 'user.contact.phone_number'],
    ]);
    expect(rules.find(({ allow }) => allow === 'log')).toMatchObject({ data: ['user.contact.email'], if: 'hashed' });
    // Nobody has confirmed anything yet.
    expect(rules.flatMap(({ clauses }) => clauses)).toEqual([]);
    const config = parse(readFileSync(join(cwd, 'troth.config.yaml'), 'utf8')) as object;
    expect(config).toEqual({
      policies: ['./privacy/policy.yaml', 'baseline'],
      recipients: [{ id: 'example', class: 'unknown', hosts: ['*.example.com'] }],
    });
  });

  test('what it wrote is valid, allows what was found, and reports what is struck', async () => {
    const cwd = project();
    await troth(['init', '--quiet'], { cwd });
    expect((await troth(['config', 'validate'], { cwd })).code).toBe(0);
    const undisclosed = async () => {
      const { stdout } = await troth(['-f', 'json', '--fail-on', 'none'], { cwd });
      const { violations } = JSON.parse(stdout) as { violations: { rule: string }[] };
      return violations.map(({ rule }) => rule).filter((rule) => rule.startsWith('acme-shop-1/'));
    };
    expect(await undisclosed()).toEqual([]);
    const file = join(cwd, 'privacy/policy.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/ {2}- id: share-example\n[\s\S]*?to: example\n/u, ''));
    expect(await undisclosed()).toEqual(['acme-shop-1/undisclosed-share']);
  });

  test('what it wrote tells editors of schemas that the package has; what to do next comes last', async () => {
    const cwd = project();
    const { stdout } = await troth(['init', '--ci', 'github'], { cwd });
    for (const file of ['troth.config.yaml', 'privacy/policy.yaml']) {
      const named = /\$schema=(\S+)/u.exec(readFileSync(join(cwd, file), 'utf8'))?.[1] ?? '';
      expect(named).toContain('node_modules/troth/');
      expect(existsSync(join(repository, named.replace(/.*node_modules\/troth\//u, '')))).toBe(true);
    }
    expect(stdout).toMatch(/troth\.yml\. .*\n\nNext: troth {17}.*\n {6}troth policy check.*\n {6}troth baseline.*\n$/u);
  });

  test('is safe to repeat: nothing is overwritten', async () => {
    const cwd = project();
    await troth(['init', '--yes'], { cwd });
    writeFileSync(join(cwd, 'troth.config.yaml'), 'policies: [1mg]\n');
    const before = readFileSync(join(cwd, 'privacy/policy.yaml'), 'utf8');
    const { code, stdout } = await troth(['init', '--yes'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '· troth.config.yaml is there already, and stays as it is\n' });
    expect(readFileSync(join(cwd, 'troth.config.yaml'), 'utf8')).toBe('policies: [1mg]\n');
    expect(readFileSync(join(cwd, 'privacy/policy.yaml'), 'utf8')).toBe(before);
  });

  test('keeps a policy, and a project file of another name', async () => {
    const own = 'policy: own\ntitle: Ours\n';
    const cwd = project({ 'privacy/policy.yaml': own });
    expect((await troth(['init'], { cwd })).stdout).toContain('· privacy/policy.yaml is there already');
    expect(readFileSync(join(cwd, 'privacy/policy.yaml'), 'utf8')).toBe(own);
    const other = project({ 'package.json': JSON.stringify({ troth: { policies: ['1mg'] } }) });
    expect((await troth(['init'], { cwd: other })).stdout).toContain('· package.json is there already');
    expect(readdirSync(other).sort()).toEqual(['package.json', 'src']);
  });

  test('takes packs, a folder, and files for CI', async () => {
    const cwd = folderWith({ 'app/src/a.ts': ROUTE });
    const { code, stdout } = await troth(['init', 'app', '-p', '1mg', '-p', 'indiamart', '--ci', 'github'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('✔ wrote .github/workflows/troth.yml');
    expect(readFileSync(join(cwd, 'app/troth.config.yaml'), 'utf8')).toContain('  - 1mg\n  - indiamart\n');
    const workflow = parse(readFileSync(join(cwd, 'app/.github/workflows/troth.yml'), 'utf8')) as { jobs: object };
    expect(JSON.stringify(workflow.jobs)).toContain('"uses":"./node_modules/troth"');
    const again = await troth(['init', 'app', '--ci', 'gitlab'], { cwd });
    expect(again.stdout).toContain('✔ wrote .gitlab/troth.yml. Include it from .gitlab-ci.yml');
  });

  test.each<[string, string[], RegExp]>([
    ['an unknown pack', ['init', '-p', '1mgg'], /There is no built-in policy '1mgg'; did you mean `1mg`/u],
    [
      'an unknown service',
      ['init', '--ci', 'githb'],
      /--ci 'githb': It is one of github, gitlab; did you mean `github`/u,
    ],
    ['a file', ['init', 'src/a.ts'], /'src\/a\.ts' is no folder/u],
    ['a flag of other commands', ['init', '--fail-on', 'none'], /'troth init' takes no --fail-on/u],
  ])('%s is refused before anything is written', async (_, words, message) => {
    const cwd = project();
    const { code, stdout, stderr } = await troth(words, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readdirSync(cwd).sort()).toEqual(['package.json', 'src']);
  });

  test('nothing to scan, nothing written', async () => {
    const cwd = emptyFolder();
    expect((await troth(['init'], { cwd })).code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('never writes through a link that leads out of the project', async () => {
    const outside = emptyFolder();
    const cwd = project();
    symlinkSync(outside, join(cwd, 'privacy'));
    const { code, stderr } = await troth(['init'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('leads out of the project');
    expect(readdirSync(outside)).toEqual([]);
  });

  test('of code without personal data writes an empty policy', async () => {
    const cwd = folderWith({ 'src/a.ts': 'export const answer = 42;\n' });
    expect((await troth(['init'], { cwd })).code).toBe(0);
    expect(policyOf(cwd).rules).toEqual([]);
    expect((await troth([], { cwd })).code).toBe(0);
  });
});

describe('troth init on a terminal', () => {
  test('asks for packs and the policy, and says what was meant', async () => {
    const cwd = project();
    const { code, stdout } = await terminal('troth init', {
      cwd,
      typing: [
        ['[baseline]', '1mgg\n'],
        ['[baseline]', '1mg\n'],
        ['[Y/n]', 'n\n'],
        ['[y/N]', 'n\n'],
      ],
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/Built-in policies to hold the code against \(1mg, .*\) \[baseline\]/u);
    expect(stdout).toContain('did you mean `1mg`');
    expect(existsSync(join(cwd, 'privacy'))).toBe(false);
    expect(readFileSync(join(cwd, 'troth.config.yaml'), 'utf8')).toMatch(/^policies:\n {2}- 1mg\n$/mu);
  });

  test('asks nothing with --yes, in CI, or when the person leaves', async () => {
    for (const [line, surroundings] of [
      ['troth init --yes', {}],
      ['troth init', { environment: { CI: 'true' } }],
    ] as const) {
      const cwd = project();
      const { stdout } = await terminal(line, { cwd, ...surroundings });
      expect(stdout).not.toContain('Built-in policies');
      expect(existsSync(join(cwd, 'privacy/policy.yaml'))).toBe(true);
    }
    const cwd = project();
    const left = await terminal('troth init', { cwd, typing: [['[baseline]', '\u0004']] });
    expect(left.code).toBe(0);
    expect(existsSync(join(cwd, 'troth.config.yaml'))).toBe(true);
  });

  test('offers a baseline', async () => {
    for (const [line, typing] of [
      ['troth init --yes --with-baseline', []],
      [
        'troth init',
        [
          ['[baseline]', '\n'],
          ['[Y/n]', '\n'],
          ['[y/N]', 'y\n'],
        ],
      ],
    ] as const) {
      const cwd = project();
      const { code, stdout } = await terminal(line, { cwd, typing });
      expect(code).toBe(0);
      expect(stdout).toContain('✔ wrote .troth/baseline.json');
      expect(existsSync(join(cwd, '.troth/baseline.json'))).toBe(true);
      expect((await troth([], { cwd })).code).toBe(0);
    }
  });
});
