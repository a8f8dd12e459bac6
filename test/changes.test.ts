import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedLines, touchesLines } from '../src/6-judge/changed-lines.ts';
import { resolveTargets } from '../src/cli/targets.ts';
import { emptyFolder, executable, folderWith, troth } from './support/process.ts';
import { commit, git, repositoryWith, write } from './support/repository.ts';

const POLICY = `policy: test
title: The policy of the tests
defaults: { collect: allow, log: allow, share: allow, store: allow, expose: allow }
rules:
  - id: nothing-personal-in-logs
    promise: Logs hold nothing about people without their consent.
    clauses: [test-01]
    forbid: log
    data: user
    unless: [consent]
    level: error
    fix: Log the id of the account instead.
    examples:
      broken: |
        console.log(req.body.email);
      kept: |
        console.log('signed up');
`;

/** A route that logs a field; the third line does. */
function route(path: string, field: string): string {
  return `import express from 'express';
express().post('/${path}', (req, res) => {
  console.log(req.body.${field});
  res.sendStatus(204);
});
`;
}

/** A program with one finding, in `src/old.ts`, and a helper that does nothing yet. */
const PROGRAM = {
  'package.json': '{ "name": "shop" }\n',
  'troth.config.yaml': 'policies: [./policy.yaml]\n',
  'policy.yaml': POLICY,
  'src/old.ts': route('old', 'email'),
  'src/audit.ts': 'export function audit(entry: unknown) {\n  return entry;\n}\n',
  'src/login.ts': `import express from 'express';
import { audit } from './audit';
express().post('/login', (req, res) => {
  audit(req.body.password);
  res.sendStatus(204);
});
`,
};

const ERASURE = `${POLICY}  - id: erasure
    promise: People can have their account deleted.
    clauses: [test-02]
    require: erasure
    of: user
`;

/** Keeps users in a database. */
function server(more: string): string {
  return `import express from 'express';
import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const app = express();
app.post('/users', async (req, res) => {
  await prisma.user.create({ data: { email: req.body.email } });
  res.sendStatus(204);
});
${more}`;
}

const LOGGING_AUDIT = 'export function audit(entry: unknown) {\n  console.log(entry);\n}\n';

interface Report {
  readonly code: number | null;
  readonly stderr: string;
  /** `file:line` of each violation. */
  readonly violations: readonly string[];
  readonly notifications: readonly { code: string; message: string }[];
}

async function report(cwd: string, ...flags: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await troth(['-f', 'json', ...flags], { cwd });
  if (stdout === '') return { code, stderr, violations: [], notifications: [] };
  const { violations, notifications } = JSON.parse(stdout) as {
    violations: { file: string; line: number }[];
    notifications: Report['notifications'];
  };
  return { code, stderr, notifications, violations: violations.map(({ file, line }) => `${file}:${line}`) };
}

describe('changed lines', () => {
  test.each<[string, string, string, readonly (readonly [number, number])[]]>([
    ['nothing', 'a\nb', 'a\nb', []],
    ['a line replaced', 'a\nb\nc', 'a\nB\nc', [[2, 2]]],
    ['a line added', 'a\nc', 'a\nb\nc', [[2, 2]]],
    ['a line added at the end', 'a\n', 'a\nb\n', [[2, 2]]],
    ['a line removed: its neighbours', 'a\nb\nc', 'a\nc', [[1, 2]]],
    ['the first line removed', 'a\nb\nc', 'b\nc', [[1, 1]]],
    ['everything removed', 'a\nb', '', [[1, 1]]],
    ['everything new', '', 'a\nb', [[1, 2]]],
    [
      'two places',
      'a\nb\nc\nd\ne',
      'a\nB\nc\nd\nE',
      [
        [2, 2],
        [5, 5],
      ],
    ],
    ['how lines end', 'a\r\nb\rc', 'a\nb\nc', []],
    ['a byte order mark', 'a\nb', '\uFEFFa\nb', [[1, 1]]],
  ])('%s', (_, before, after, expected) => {
    expect(changedLines(before, after)).toEqual(expected);
  });

  test('the other lines were there before, in the same order', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changed = changedLines(before.join('\n'), after.join('\n'));
        let at = 0;
        const kept = after.filter((_, index) => !touchesLines(changed, index + 1, index + 1));
        for (const line of kept) {
          at = before.indexOf(line, at) + 1;
          expect(at).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('the shortest edit: one line more changes one line', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), fc.nat(), (before, at) => {
        const place = at % (before.length + 1);
        const after = [...before.slice(0, place), 'new', ...before.slice(place)];
        expect(changedLines(before.join('\n'), after.join('\n'))).toEqual([[place + 1, place + 1]]);
      }),
    );
  });

  test('a text that was rewritten takes no time to speak of', () => {
    const text = (letter: string) => Array.from({ length: 50_000 }, (_, line) => `${letter}${line}`).join('\n');
    const start = performance.now();
    expect(changedLines(text('a'), text('b'))).toEqual([[1, 50_000]]);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('--since', () => {
  test('shows what touches a changed line, follows the data through what did not change, counts the rest; SARIF has all', async () => {
    const cwd = repositoryWith(PROGRAM);
    git(cwd, 'checkout', '--quiet', '-b', 'feature');
    commit(cwd, { 'src/audit.ts': LOGGING_AUDIT });
    const { code, violations, stderr, notifications } = await report(cwd, '--since', 'main', '-o', 'all.sarif');
    const sarif = JSON.parse(readFileSync(join(cwd, 'all.sarif'), 'utf8')) as { runs: [{ results: unknown[] }] };
    // Code scanning takes a missing finding for a mended one.
    expect(sarif.runs[0].results).toHaveLength(2);
    expect(violations).toEqual(['src/audit.ts:2']);
    expect(stderr).toMatch(
      /^✖ .*; 1 violation \(1 error\); 1 finding filtered out \(shown: what changed since main\)/mu,
    );
    expect(notifications).toEqual([expect.objectContaining({ code: 'findings-filtered', level: 'note' })]);
    expect(code).toBe(1);
    expect((await report(cwd)).violations).toEqual(['src/audit.ts:2', 'src/old.ts:3']);
  });

  test('passes when only what was there before is broken, and says what it left out', async () => {
    const cwd = repositoryWith(PROGRAM);
    commit(cwd, { 'src/new.ts': 'export const answer = 42;\n' });
    const { code, stdout, stderr } = await troth(['--since', 'HEAD~1'], { cwd });
    expect(stdout).toContain('1 finding is not shown');
    expect(stdout).toMatch(/^✔ No violations among \d+ flows, 1 filtered out in 4 files\.$/mu);
    expect(stderr).toContain('no violations; 1 finding filtered out (shown: what changed since HEAD~1)');
    expect(code).toBe(0);
    expect((await report(cwd)).code).toBe(1);
  });

  test('compares with where the branches parted, not with what main became', async () => {
    const cwd = repositoryWith(PROGRAM);
    git(cwd, 'checkout', '--quiet', '-b', 'feature');
    commit(cwd, { 'src/new.ts': route('new', 'email') });
    git(cwd, 'checkout', '--quiet', 'main');
    commit(cwd, { 'src/old.ts': `${route('old', 'email')}// main went on\n` });
    git(cwd, 'checkout', '--quiet', 'feature');
    expect((await report(cwd, '--since', 'main')).violations).toEqual(['src/new.ts:3']);
  });

  test('what is not committed counts, and what git does not know yet', async () => {
    const cwd = repositoryWith(PROGRAM);
    write(cwd, { 'src/audit.ts': LOGGING_AUDIT, 'src/untracked.ts': route('untracked', 'email') });
    expect((await report(cwd, '--since', 'HEAD')).violations).toEqual(['src/audit.ts:2', 'src/untracked.ts:3']);
  });

  test('a removed consent check is the change, though no line on the way of the data changed', async () => {
    const guarded = `import express from 'express';
express().post('/news', (req, res) => {
  if (!req.body.consent) return res.sendStatus(403);
  const unrelated = 1;
  const more = unrelated + 1;
  console.log(req.body.email);
  res.sendStatus(204 + more);
});
`;
    const cwd = repositoryWith({ ...PROGRAM, 'src/guarded.ts': guarded });
    expect((await report(cwd)).violations).toEqual(['src/old.ts:3']);
    write(cwd, { 'src/guarded.ts': guarded.replace(/ {2}if .*\n/u, '') });
    const { violations, code } = await report(cwd, '--since', 'HEAD');
    expect(violations).toEqual(['src/guarded.ts:5']);
    expect(code).toBe(1);
  });

  test('a file that only moved brings no findings of old; one that moved and grew brings the new one', async () => {
    const cwd = repositoryWith(PROGRAM);
    mkdirSync(join(cwd, 'src/routes'));
    renameSync(join(cwd, 'src/old.ts'), join(cwd, 'src/routes/moved.ts'));
    commit(cwd);
    expect((await report(cwd, '--since', 'HEAD~1')).violations).toEqual([]);
    const grown = route('old', 'email').replace('  res', '  console.log(req.body.phone);\n  res');
    commit(cwd, { 'src/routes/moved.ts': grown });
    expect((await report(cwd, '--since', 'HEAD~2')).violations).toEqual(['src/routes/moved.ts:4']);
  });

  test('works from a package of the repository, whose files it shows', async () => {
    const cwd = repositoryWith(
      Object.fromEntries(Object.entries(PROGRAM).map(([path, text]) => [`packages/shop/${path}`, text])),
    );
    commit(cwd, { 'packages/shop/src/audit.ts': LOGGING_AUDIT, 'other/src/a.ts': route('other', 'email') });
    expect((await report(join(cwd, 'packages/shop'), '--since', 'HEAD~1')).violations).toEqual(['src/audit.ts:2']);
    expect((await report(cwd, 'packages/shop', '--since', 'HEAD~1')).violations).toEqual(['src/audit.ts:2']);
  });

  test('suppressions: those that the change wrote are looked at, and one that it removed lets the finding through', async () => {
    const suppressed = route('old', 'email').replace(
      '  console',
      '  // troth-ignore-next-line test/nothing-personal-in-logs -- told to the people\n  console',
    );
    const unused = '// troth-ignore-next-line test/nothing-personal-in-logs -- nothing to hide here\nexport {};\n';
    const cwd = repositoryWith({ ...PROGRAM, 'src/old.ts': suppressed, 'src/unused.ts': unused });
    const findings = async () => (await troth(['--since', 'HEAD', '-f', 'compact', '-q'], { cwd })).stdout;
    expect((await troth(['-f', 'compact', '-q'], { cwd })).stdout).toContain('troth/unused-suppression');
    expect(await findings()).not.toContain('troth/unused-suppression');
    write(cwd, { 'src/other.ts': unused, 'src/old.ts': route('old', 'email') });
    const found = await findings();
    expect(found).toMatch(/src\/other\.ts:1:.*troth\/unused-suppression/u);
    expect(found).not.toMatch(/src\/unused\.ts:/u);
    expect(found).toMatch(/src\/old\.ts:3:.*test\/nothing-personal-in-logs/u);
  });

  test('a deletion path that is gone is the change', async () => {
    const erasing = `app.delete('/users/me', async (req, res) => {
  await prisma.user.delete({ where: { id: req.user.id } });
  res.sendStatus(204);
});
`;
    const cwd = repositoryWith({ ...PROGRAM, 'policy.yaml': ERASURE, 'src/server.ts': server(erasing) });
    const missing = async () => {
      const { stdout } = await troth(['--since', 'HEAD', '-f', 'json', '-q'], { cwd });
      const { obligations } = JSON.parse(stdout) as { obligations: { rule: string; status: string }[] };
      return obligations.filter(({ status }) => status === 'missing').map(({ rule }) => rule);
    };
    expect(await missing()).toEqual([]);
    write(cwd, { 'src/server.ts': server('') });
    expect(await missing()).toEqual(['test/erasure']);
  });

  test('an inventory shows the flows of the change', async () => {
    const cwd = repositoryWith(PROGRAM);
    commit(cwd, { 'src/new.ts': route('new', 'phone') });
    const { stdout, stderr } = await troth(['inventory', '--since', 'HEAD~1', '-f', 'json'], { cwd });
    const { flows } = JSON.parse(stdout) as { flows: { sink: { file: string } }[] };
    expect([...new Set(flows.map(({ sink }) => sink.file))]).toEqual(['src/new.ts']);
    expect(stderr).toMatch(/\d flows? filtered out/u);
  });
});

describe('when git cannot tell the change: exit 2, with what to do', () => {
  test.each<[string, string[], RegExp]>([
    ['misspelt', ['--since', 'mian'], /no commit 'mian' here; did you mean `main`\?/u],
    [
      'unknown',
      ['--since', 'release/9'],
      /git fetch origin \+refs\/heads\/release\/9:refs\/remotes\/origin\/release\/9/u,
    ],
    ['a flag', ['--since=--output=stolen'], /names no commit/u],
    ['a range', ['--since', 'main..HEAD'], /no commit 'main\.\.HEAD'/u],
    ['nothing', ['--since', ''], /names no commit/u],
    ['both', ['--since', 'main', '--staged'], /exclude each other/u],
  ])('%s', async (_, flags, message) => {
    const cwd = repositoryWith(PROGRAM);
    const { code, stdout, stderr } = await troth(['-o', 'report.json', ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: /u);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(join(cwd, 'report.json')) || existsSync(join(cwd, 'stolen'))).toBe(false);
  });

  test('no repository', async () => {
    for (const flags of [['--since', 'main'], ['--staged']]) {
      expect(await report(folderWith(PROGRAM), ...flags)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('needs a git repository'),
      });
    }
  });

  test('no git', async () => {
    const cwd = repositoryWith(PROGRAM);
    const environment = { PATH: emptyFolder() };
    const { code, stderr } = await troth(['--staged'], { cwd, environment });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('It has to be installed') });
  });

  test('branches without a common commit', async () => {
    const cwd = repositoryWith(PROGRAM);
    git(cwd, 'checkout', '--quiet', '--orphan', 'other');
    commit(cwd, { 'src/new.ts': 'export const answer = 42;\n' });
    expect((await report(cwd, '--since', 'main')).stderr).toContain('have no commit in common');
  });

  test('a branch that only the remote has', async () => {
    const origin = repositoryWith(PROGRAM);
    git(origin, 'branch', 'release');
    const cwd = join(emptyFolder(), 'clone');
    git(origin, 'clone', '--quiet', origin, cwd);
    const { code, stderr } = await report(cwd, '--since', 'release');
    expect(stderr).toContain('did you mean `origin/release`?');
    expect(code).toBe(2);
  });

  /** A clone as CI makes it: one commit deep, of the feature branch. */
  function shallowClone(...flags: readonly string[]): string {
    const origin = repositoryWith(PROGRAM);
    git(origin, 'checkout', '--quiet', '-b', 'feature');
    commit(origin, { 'src/audit.ts': LOGGING_AUDIT });
    const cwd = join(emptyFolder(), 'clone');
    git(origin, 'clone', '--quiet', '--depth', '1', ...flags, `file://${origin}`, cwd);
    return cwd;
  }

  test.each([
    ['without the branch', ['--branch', 'feature'], 'main'],
    ['without the branch of the remote', ['--branch', 'feature'], 'origin/main'],
    ['without the commit where they part', ['--branch', 'feature', '--no-single-branch'], 'origin/main'],
  ])('a shallow clone %s: the command it names mends it', async (_, flags, ref) => {
    const cwd = shallowClone(...flags);
    const { code, stderr } = await report(cwd, '--since', ref);
    expect(code).toBe(2);
    expect(stderr).toContain('this clone is shallow');
    expect(stderr).toContain('fetch-depth: 0');
    const [, command = '', then = ''] =
      /: git (fetch --unshallow [^,]+), then compare with '([^']+)'/u.exec(stderr) ?? [];
    git(cwd, ...command.split(' '));
    expect(await report(cwd, '--since', then)).toMatchObject({ code: 1, violations: ['src/audit.ts:2'] });
  });

  test('a partial clone without the files: no connection is opened', async () => {
    const origin = repositoryWith(PROGRAM);
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    commit(origin, { 'src/old.ts': `// more\n${route('old', 'email')}` });
    const cwd = join(emptyFolder(), 'clone');
    git(origin, 'clone', '--quiet', '--filter=blob:none', `file://${origin}`, cwd);
    const { code, stderr } = await report(cwd, '--since', 'HEAD~1');
    expect(stderr).toContain('partial clone');
    expect(code).toBe(2);
    git(cwd, 'fetch', '--quiet', '--refetch', '--no-filter', 'origin');
    expect((await report(cwd, '--since', 'HEAD~1')).violations).toEqual([]);
  });
});

describe('--staged', () => {
  test('scans what would be committed, not what lies in the folder', async () => {
    const cwd = repositoryWith(PROGRAM);
    write(cwd, { 'src/audit.ts': LOGGING_AUDIT });
    git(cwd, 'add', 'src/audit.ts');
    write(cwd, { 'src/audit.ts': PROGRAM['src/audit.ts'], 'src/later.ts': route('later', 'email') });
    const { violations, stderr, code } = await report(cwd, '--staged');
    expect(violations).toEqual(['src/audit.ts:2']);
    expect(stderr).toContain('1 finding filtered out (shown: what is staged)');
    expect(code).toBe(1);
  });

  test('with nothing staged passes', async () => {
    const cwd = repositoryWith(PROGRAM);
    write(cwd, { 'src/audit.ts': LOGGING_AUDIT });
    expect(await report(cwd, '--staged')).toMatchObject({ code: 0, violations: [] });
  });

  test('before the first commit everything staged is new', async () => {
    const cwd = folderWith(PROGRAM);
    git(cwd, 'init', '--quiet');
    git(cwd, 'add', '--all');
    expect((await report(cwd, '--staged')).violations).toEqual(['src/old.ts:3']);
  });

  test('a conflict is refused', async () => {
    const cwd = repositoryWith(PROGRAM);
    git(cwd, 'checkout', '--quiet', '-b', 'feature');
    commit(cwd, { 'src/old.ts': route('feature', 'email') });
    git(cwd, 'checkout', '--quiet', 'main');
    commit(cwd, { 'src/old.ts': route('main', 'email') });
    expect(() => git(cwd, 'merge', 'feature')).toThrow();
    expect(await report(cwd, '--staged')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'src/old.ts' has a merge conflict"),
    });
  });

  test('as a hook stops the commit, also of a part and in a linked work tree', async () => {
    const cwd = repositoryWith(PROGRAM);
    const hook = join(cwd, '.git/hooks/pre-commit');
    writeFileSync(hook, `#!/bin/sh\ncd src && exec "${process.execPath}" "${executable}" --staged --quiet ..\n`);
    chmodSync(hook, 0o755);
    const linked = join(emptyFolder(), 'linked');
    git(cwd, 'worktree', 'add', '--quiet', linked);
    for (const folder of [cwd, linked]) {
      write(folder, { 'src/audit.ts': LOGGING_AUDIT, 'src/fine.ts': 'export const x = 1;\n' });
      git(folder, 'add', '--all');
      expect(() => git(folder, 'commit', '-m', 'all')).toThrow(/nothing-personal-in-logs/u);
      git(folder, 'commit', '-m', 'a part', '--', 'src/fine.ts');
      expect(git(folder, 'show', '--name-only', '--format=')).toBe('src/fine.ts\n');
    }
  });

  test('links and submodules are left out, large files are named, ignored files stay ignored', async () => {
    const cwd = repositoryWith({ ...PROGRAM, '.gitignore': 'generated/\n' });
    write(cwd, {
      'src/large.ts': `// ${'x'.repeat(5000)}\n${route('large', 'email')}`,
      'generated/a.ts': route('a', 'email'),
    });
    symlinkSync('/etc/passwd', join(cwd, 'src/link.ts'));
    git(cwd, 'add', '--all');
    git(cwd, 'add', '--force', 'generated/a.ts');
    const { violations, code, notifications } = await report(cwd, '--staged', '--max-file-size', '4');
    expect(violations).toEqual([]);
    expect(notifications).toContainEqual(expect.objectContaining({ code: 'file-too-large', file: 'src/large.ts' }));
    expect(code).toBe(3);
  });
});

describe('files of a package', () => {
  test('are shown as parts of the whole program', async () => {
    const cwd = repositoryWith({ ...PROGRAM, 'src/audit.ts': LOGGING_AUDIT });
    expect(await report(cwd, 'src/login.ts')).toMatchObject({
      code: 1,
      violations: ['src/audit.ts:2'],
      stderr: expect.stringContaining('1 finding filtered out (shown: what touches the named files)'),
    });
    expect((await report(cwd, 'src/audit.ts', join(cwd, 'src/old.ts'))).violations).toHaveLength(2);
  });

  test('together with a change: both have to hold', async () => {
    const cwd = repositoryWith(PROGRAM);
    write(cwd, { 'src/audit.ts': LOGGING_AUDIT, 'src/new.ts': route('new', 'email') });
    expect((await report(cwd, 'src/login.ts', '--since', 'HEAD')).violations).toEqual(['src/audit.ts:2']);
    expect((await report(cwd, 'src/old.ts', '--since', 'HEAD')).violations).toEqual([]);
  });

  test('so is a schema, for what its models lack', async () => {
    const cwd = repositoryWith({
      ...PROGRAM,
      'policy.yaml': ERASURE,
      'src/server.ts': server(''),
      'prisma/schema.prisma': 'model User {\n  id String @id\n  email String\n}\n',
    });
    const { code, stdout, stderr } = await troth(['prisma/schema.prisma', '-f', 'compact'], { cwd });
    expect(stdout).toMatch(/^prisma\/schema\.prisma:1:1: error: .*\[test\/erasure\]\n(?!src)/u);
    expect(stderr).toContain('(shown: what touches the named files)');
    expect(code).toBe(1);
  });

  test('a test that is named is shown, the other tests stay left out', async () => {
    const cwd = repositoryWith({
      ...PROGRAM,
      'src/a.test.ts': route('a', 'email'),
      'src/b.test.ts': route('b', 'email'),
    });
    expect((await report(cwd, 'src/a.test.ts')).violations).toEqual(['src/a.test.ts:3']);
  });

  test('the program is the working directory in a package, else the packages of the files', () => {
    const folder = folderWith({
      '.git/HEAD': '',
      'a/package.json': '{}',
      'a/src/x.ts': '',
      'b/package.json': '{}',
      'b/y.ts': '',
      'z.ts': '',
    });
    const target = (paths: string[], at = folder) => resolveTargets(paths, at, []);
    expect(target(['src/x.ts'], join(folder, 'a'))).toEqual({
      root: join(folder, 'a'),
      paths: ['src/x.ts'],
      wholeProgram: true,
    });
    expect(target(['a/src/x.ts'])).toEqual({ root: join(folder, 'a'), paths: ['src/x.ts'], wholeProgram: true });
    expect(target(['a/src/x.ts', 'b/y.ts'])).toEqual({
      root: folder,
      paths: ['a/src/x.ts', 'b/y.ts'],
      wholeProgram: true,
    });
    expect(target(['z.ts'])).toEqual({ root: folder, paths: ['z.ts'] });
    expect(target(['a/src', 'b/y.ts'])).toEqual({ root: folder, paths: ['a/src', 'b/y.ts'] });
  });
});

describe('a repository cannot make a scan run anything or leave anything', () => {
  test.each([[['--since', 'HEAD~1']], [['--staged']]])('%s', async (flags) => {
    const cwd = repositoryWith({ ...PROGRAM, '.gitattributes': '*.ts filter=evil diff=evil\n' });
    commit(cwd, { 'src/audit.ts': LOGGING_AUDIT });
    const trap = join(emptyFolder(), 'trap');
    const script = join(cwd, '.git/evil.sh');
    writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> '${trap}'\ncat\n`);
    chmodSync(script, 0o755);
    const hooks = ['post-index-change', 'post-checkout', 'pre-commit', 'reference-transaction', 'fsmonitor-watchman'];
    for (const hook of hooks) symlinkSync(script, join(cwd, '.git/hooks', hook));
    const keys = [
      'core.fsmonitor',
      'core.pager',
      'core.editor',
      'core.sshCommand',
      'core.alternateRefsCommand',
      'diff.external',
    ];
    const drivers = [
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'diff.evil.command',
      'diff.evil.textconv',
    ];
    for (const key of [...keys, ...drivers]) git(cwd, 'config', key, script);
    git(cwd, 'config', 'remote.origin.url', `ext::${script}`);
    git(cwd, 'config', 'remote.origin.promisor', 'true');
    git(cwd, 'config', 'protocol.ext.allow', 'always');
    writeFileSync(join(cwd, 'src/old.ts'), `// touched\n${route('old', 'email')}`);
    const temporary = emptyFolder();
    const { code, stderr } = await troth([...flags], {
      cwd,
      environment: { TMPDIR: temporary, GIT_EXTERNAL_DIFF: script },
    });
    expect(stderr).toMatch(/^[✔✖] /mu);
    expect(code).toBe(flags.includes('--since') ? 1 : 0);
    expect(existsSync(trap)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('a copy goes away when the scan is terminated', async () => {
    const cwd = repositoryWith(PROGRAM);
    const temporary = emptyFolder();
    const child = spawn(process.execPath, [executable, '--staged'], {
      cwd,
      env: { ...process.env, TMPDIR: temporary },
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await expect.poll(() => readdirSync(temporary).length, { timeout: 20_000, interval: 5 }).toBe(1);
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('a missing object is not fetched by the command that the repository names', async () => {
    const cwd = repositoryWith(PROGRAM);
    commit(cwd, { 'src/old.ts': `// more\n${route('old', 'email')}` });
    const trap = join(emptyFolder(), 'trap');
    const id = git(cwd, 'rev-parse', 'HEAD~1:src/old.ts').trim();
    git(cwd, 'config', 'extensions.partialClone', 'origin');
    git(cwd, 'config', 'core.repositoryFormatVersion', '1');
    git(cwd, 'config', 'remote.origin.url', `ext::sh -c "touch ${trap}"`);
    git(cwd, 'config', 'remote.origin.promisor', 'true');
    git(cwd, 'config', 'protocol.ext.allow', 'always');
    renameSync(join(cwd, '.git/objects', id.slice(0, 2), id.slice(2)), join(cwd, '.git/gone'));
    const { code } = await report(cwd, '--since', 'HEAD~1');
    expect(code).toBe(2);
    expect(existsSync(trap)).toBe(false);
  });

  test('a tree made by hand writes nothing outside of the copy', async () => {
    const cwd = repositoryWith(PROGRAM);
    const blob = git(cwd, 'rev-parse', 'HEAD:src/old.ts').trim();
    const outer = tree(cwd, `040000 tree ${tree(cwd, `100644 blob ${blob}\tescaped.ts\n`)}\t..\n`);
    const made = git(cwd, 'commit-tree', '-m', 'made', outer, '-p', 'HEAD').trim();
    git(cwd, 'update-ref', 'refs/heads/made', made);
    const head = git(cwd, 'commit-tree', '-m', 'after', 'HEAD^{tree}', '-p', made).trim();
    git(cwd, 'reset', '--quiet', head);
    write(cwd, { 'src/audit.ts': LOGGING_AUDIT });
    const temporary = join(emptyFolder(), 'a/b');
    mkdirSync(temporary, { recursive: true });
    const { stderr } = await troth(['--since', 'made', 'src'], { cwd, environment: { TMPDIR: temporary } });
    expect(stderr).toMatch(/^(?:error: The repository holds a path that no folder can|✖)/mu);
    expect(existsSync(join(temporary, 'escaped.ts')) || existsSync(join(temporary, '../escaped.ts'))).toBe(false);
  });

  /** `git mktree` with names it should refuse. */
  function tree(cwd: string, entries: string): string {
    const file = join(emptyFolder(), 'entries');
    const [head = '', name = ''] = entries.trim().split('\t');
    const [mode = '', , id = ''] = head.split(' ');
    writeFileSync(file, Buffer.concat([Buffer.from(`${Number(mode)} ${name}\0`), Buffer.from(id, 'hex')]));
    return git(cwd, 'hash-object', '-t', 'tree', '-w', '--literally', file).trim();
  }
});
