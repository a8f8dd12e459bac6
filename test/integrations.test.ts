import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readAction, runAction } from './support/composite-action.ts';
import { emptyFolder, executable, repository, runProcess } from './support/process.ts';
import { commit, git, repositoryWith, write } from './support/repository.ts';

/** Logs a password: broken by the built-in policy. */
function leak(name: string): string {
  return `import express from 'express';
express().post('/${name}', (req, res) => {
  console.log(req.body.password);
  res.sendStatus(204);
});
`;
}

const CLEAN = 'export const answer = 42;\n';
const PROJECT = { 'package.json': '{ "name": "shop" }\n', '.gitignore': 'node_modules/\n', 'src/old.ts': leak('old') };

/** A project with troth, and other tools, among its development dependencies. */
function projectWith(...tools: readonly string[]): string {
  const cwd = repositoryWith(PROJECT);
  mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
  symlinkSync(executable, join(cwd, 'node_modules/.bin/troth'));
  for (const tool of tools)
    symlinkSync(join(repository, 'node_modules/.bin', tool), join(cwd, 'node_modules/.bin', tool));
  return cwd;
}

/** `git commit` with the hooks of the repository; the exit code and all that was said. */
async function commitWithHooks(cwd: string): Promise<{ code: number | null; said: string }> {
  git(cwd, 'add', '--all');
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  const { code, stdout, stderr } = await runProcess('git', [...identity, 'commit', '--message', 'change'], { cwd });
  return { code, said: stdout + stderr };
}

function hook(cwd: string, line: string): void {
  const path = join(cwd, '.git/hooks/pre-commit');
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}

/** The hook lets what was broken before pass, and stops what is new. */
async function expectGate(cwd: string): Promise<void> {
  write(cwd, { 'src/fine.ts': CLEAN });
  const fine = await commitWithHooks(cwd);
  expect(fine.said).toContain('1 finding filtered out (shown: what is staged)');
  expect(fine.code).toBe(0);
  write(cwd, { 'src/new.ts': leak('new') });
  const broken = await commitWithHooks(cwd);
  expect(broken.said).toContain('src/new.ts');
  expect(broken.said).not.toContain('src/old.ts:');
  expect(broken.code).not.toBe(0);
  expect(git(cwd, 'log', '--format=%s', '--', 'src/new.ts')).toBe('');
}

const STAGED = 'npx --no-install troth --staged';

describe('hooks, tried for real', { timeout: 180_000 }, () => {
  // lefthook itself is no dependency of ours: its installation writes hooks into the repository it is installed in.
  test('git alone, and the command of lefthook', async () => {
    const config = parse(readFileSync(join(repository, '.ci/lefthook.yml'), 'utf8')) as {
      'pre-commit': { commands: Record<string, { glob: string; run: string }> };
    };
    const [command, ...others] = Object.values(config['pre-commit'].commands);
    expect(others).toEqual([]);
    expect(command?.glob).toBe('*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,vue,svelte,prisma}');
    expect(command?.run).toBe(STAGED);
    const cwd = projectWith();
    hook(cwd, STAGED);
    await expectGate(cwd);
  });

  test('lint-staged: also when only a part of a file is staged', async () => {
    const cwd = projectWith('lint-staged');
    copyFileSync(join(repository, '.ci/lint-staged.config.cjs'), join(cwd, 'lint-staged.config.cjs'));
    commit(cwd);
    hook(cwd, 'npx --no-install lint-staged --verbose');
    await expectGate(cwd);
    git(cwd, 'rm', '--quiet', '--cached', 'src/new.ts');
    write(cwd, { 'src/new.ts': CLEAN });
    git(cwd, 'add', 'src/new.ts');
    write(cwd, { 'src/new.ts': leak('new') });
    const { code } = await runProcess('npx', ['--no-install', 'lint-staged'], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'src/new.ts'), 'utf8')).toBe(leak('new'));
  });
});

describe('.pre-commit-hooks.yaml', () => {
  const hooks = parse(readFileSync(join(repository, '.pre-commit-hooks.yaml'), 'utf8')) as Record<string, unknown>[];

  test('has what pre-commit asks for, and nothing it does not know', () => {
    const known = [
      ...['id', 'name', 'description', 'entry', 'language', 'files', 'require_serial', 'pass_filenames', 'stages'],
    ];
    for (const each of hooks) {
      expect(Object.keys(each).filter((key) => !known.includes(key))).toEqual([]);
      expect(each).toMatchObject({ id: expect.any(String), name: expect.any(String), language: 'system' });
    }
  });

  test('troth-staged is the command that stops a commit', () => {
    const [staged] = hooks.filter((each) => each['pass_filenames'] === false);
    expect(staged).toMatchObject({ id: 'troth-staged', entry: STAGED });
  });

  test('troth stops a commit by the files it is handed', async () => {
    const [handed] = hooks.filter((each) => each['pass_filenames'] !== false);
    const cwd = projectWith();
    write(cwd, { 'src/new.ts': leak('new'), 'src/fine.ts': CLEAN });
    const run = (...files: readonly string[]) => {
      const [program = '', ...flags] = String(handed?.['entry']).split(' ');
      return runProcess(program, [...flags, ...files], { cwd });
    };
    const broken = await run('src/new.ts', 'src/fine.ts');
    expect(broken.stdout).toContain('src/new.ts');
    expect(broken.stdout).not.toContain('src/old.ts');
    expect(broken.code).toBe(1);
    expect((await run('src/fine.ts')).code).toBe(0);
  });
});

describe('the action', { timeout: 120_000 }, () => {
  const action = readAction(repository);

  beforeAll(() => {
    // The build has run: `npm test` begins with it.
    expect(existsSync(join(repository, 'dist/cli.js'))).toBe(true);
  });

  function run(workspace: string, inputs: Readonly<Record<string, string>> = {}, fork = false) {
    return runAction(repository, { workspace, temporary: emptyFolder(), inputs, fork });
  }

  test('describes every input and output', () => {
    expect(action.runs.using).toBe('composite');
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      expect(description).toMatch(/[.]$/u);
    }
  });

  test('uploads the report before the gate fails', async () => {
    const workspace = repositoryWith(PROJECT);
    const { passed, outputs, used, log } = await run(workspace);
    expect(outputs).toMatchObject({ findings: '1', 'exit-code': '1', sarif: join(workspace, 'troth.sarif') });
    expect(used).toEqual([
      {
        uses: expect.stringMatching(/^github\/codeql-action\/upload-sarif@v\d+$/u),
        with: { sarif_file: outputs['sarif'], category: 'troth' },
      },
    ]);
    expect(JSON.parse(readFileSync(outputs['sarif'] ?? '', 'utf8'))).toHaveProperty('version', '2.1.0');
    expect(log).toContain('::error title=troth::The code breaks promises');
    expect(passed).toBe(false);
  });

  test('passes where nothing is broken, and uploads that', async () => {
    const { passed, outputs, used } = await run(repositoryWith({ 'src/a.ts': CLEAN }));
    expect(outputs).toMatchObject({ findings: '0', 'exit-code': '0' });
    expect(used).toHaveLength(1);
    expect(passed).toBe(true);
  });

  test('gates what a pull request changes, uploads everything, writes the data map', async () => {
    const workspace = repositoryWith(PROJECT);
    commit(workspace, { 'src/fine.ts': CLEAN });
    const old = await run(workspace, { since: 'HEAD~1', 'data-map': 'true' });
    expect(old).toMatchObject({ passed: true, outputs: { findings: '0', 'exit-code': '0' } });
    const { runs } = JSON.parse(readFileSync(old.outputs['sarif'] ?? '', 'utf8')) as { runs: { results: unknown[] }[] };
    expect(runs[0]?.results).toHaveLength(1);
    expect(old.summary).toContain('The data map is the same');
    commit(workspace, { 'src/new.ts': leak('new') });
    const broken = await run(workspace, { since: 'HEAD~1', 'data-map': 'true' });
    expect(broken).toMatchObject({ passed: false, outputs: { findings: '1' } });
    expect(readFileSync(broken.outputs['data-map-change'] ?? '', 'utf8')).toContain('## Changes to the data map');
  });

  test('does not upload from forks, when told not to, or what is incomplete', async () => {
    const workspace = repositoryWith({ ...PROJECT, 'src/large.ts': `// ${'x'.repeat(11 * 2 ** 20)}\n` });
    expect(await run(workspace)).toMatchObject({ passed: false, used: [], outputs: { 'exit-code': '3' } });
    const broken = repositoryWith(PROJECT);
    expect((await run(broken, {}, true)).used).toEqual([]);
    expect((await run(broken, { upload: 'false' })).used).toEqual([]);
  });

  test('a mistake fails, uploads nothing, and leaves no report of an earlier run', async () => {
    const workspace = repositoryWith({ 'src/a.ts': CLEAN, 'troth.sarif': '{}' });
    const { passed, outputs, used, log } = await run(workspace, { policy: '1mgg' });
    expect(outputs).toMatchObject({ 'exit-code': '2', sarif: '', findings: '' });
    expect(log).toContain('did you mean `1mg`');
    expect({ passed, used }).toEqual({ passed: false, used: [] });
    expect(existsSync(join(workspace, 'troth.sarif'))).toBe(false);
  });

  test('takes several policies and paths, and nothing in them as a command', async () => {
    const workspace = repositoryWith({ ...PROJECT, 'other dir/a.ts': CLEAN, 'third/b.ts': CLEAN });
    const { outputs } = await run(workspace, { policy: 'baseline\nindiamart\n', paths: 'other dir\nthird\n' });
    const { policies, summary } = JSON.parse(readFileSync(outputs['json'] ?? '', 'utf8')) as {
      policies: string[];
      summary: { files: number };
    };
    expect({ policies, files: summary.files }).toEqual({ policies: ['baseline', 'indiamart'], files: 2 });
    const hostile = await run(workspace, { since: '$(touch stolen)', paths: '--output=json=stolen\n`touch stolen`' });
    expect(hostile.passed).toBe(false);
    expect(existsSync(join(workspace, 'stolen'))).toBe(false);
    expect(await run(workspace, { version: 'file:../evil' })).toMatchObject({
      passed: false,
      outputs: { 'exit-code': '' },
    });
  });

  test('the workflow that init writes uses the one of the installed package', async () => {
    const workspace = repositoryWith(PROJECT);
    mkdirSync(join(workspace, 'node_modules'));
    symlinkSync(repository, join(workspace, 'node_modules/troth'));
    const written = await runProcess(process.execPath, [executable, 'init', '--ci', 'github'], { cwd: workspace });
    expect(written.stdout).toContain('✔ wrote .github/workflows/troth.yml');
    const workflow = parse(readFileSync(join(workspace, '.github/workflows/troth.yml'), 'utf8')) as {
      permissions: object;
      jobs: Record<string, { steps: { uses?: string; with: Record<string, string> }[] }>;
    };
    expect(workflow.permissions).toEqual({ contents: 'read', 'security-events': 'write' });
    const ours = workflow.jobs['privacy']?.steps.find(({ uses }) => uses?.startsWith('./'));
    expect(ours?.with['since']).toBe('${{ github.event.pull_request.base.sha }}');
    commit(workspace, { 'src/new.ts': leak('new') });
    const inputs = { ...ours?.with, since: 'HEAD~1' };
    const ran = await runAction(join(workspace, ours?.uses ?? ''), { workspace, temporary: emptyFolder(), inputs });
    expect(ran).toMatchObject({ passed: false, outputs: { 'exit-code': '1', findings: '1' } });
    expect(ran.used).toHaveLength(1);
    expect(ran.summary).toContain('Changes to the data map');
  });

  test('our own workflow uses it, with inputs it has', () => {
    const workflow = parse(readFileSync(join(repository, '.github/workflows/privacy.yml'), 'utf8')) as {
      permissions: object;
      jobs: Record<string, { steps: { uses?: string; with?: object }[] }>;
    };
    expect(workflow.permissions).toEqual({ contents: 'read', 'security-events': 'write' });
    const steps = workflow.jobs['troth']?.steps ?? [];
    const ours = steps.find(({ uses }) => uses === './');
    expect(Object.keys(ours?.with ?? {})).not.toEqual([]);
    expect(Object.keys(ours?.with ?? {}).filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([]);
    expect(steps.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with).toEqual({ 'fetch-depth': 0 });
  });
});

describe('the GitLab template', () => {
  const { troth } = parse(readFileSync(join(repository, '.ci/gitlab.yml'), 'utf8')) as {
    troth: {
      script: string[];
      variables: Record<string, string>;
      artifacts: { when: string; reports: Record<string, string> };
    };
  };

  test('has the whole history, and keeps the reports of a failed job', () => {
    expect(troth.variables).toEqual({ GIT_DEPTH: '0' });
    expect(troth.artifacts.when).toBe('always');
  });

  test.each<[string, string, number]>([
    ['a merge request that breaks nothing', 'HEAD~1', 0],
    ['a branch', '', 1],
  ])('%s', async (_, base, code) => {
    const cwd = projectWith();
    commit(cwd, { 'src/fine.ts': CLEAN });
    const ended = await runProcess('bash', ['-eo', 'pipefail', '-c', troth.script.join('\n')], {
      cwd,
      environment: base === '' ? {} : { CI_MERGE_REQUEST_DIFF_BASE_SHA: git(cwd, 'rev-parse', base).trim() },
    });
    expect(ended.code).toBe(code);
    for (const report of Object.values(troth.artifacts.reports)) {
      expect(readFileSync(join(cwd, report), 'utf8')).toContain('src/old.ts');
    }
  });
});
