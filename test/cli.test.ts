import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wantsColor } from '../src/cli/color.ts';
import { resolveDestinations } from '../src/cli/destinations.ts';
import { type ExitRules, exitCodeOf } from '../src/cli/exit-code.ts';
import { resolveTargets } from '../src/cli/targets.ts';
import { closingLine, printable } from '../src/cli/terminal.ts';
import type { Notification } from '../src/core/notification.ts';
import type { Level, Obligation, Violation } from '../src/core/policy.ts';
import type { ScanResult } from '../src/core/result.ts';
import { UsageError } from '../src/core/usage-error.ts';
import { policyAt } from './support/policies.ts';
import { emptyFolder, executable, folderWith, shell, troth } from './support/process.ts';

const ESC = '\u001b';

function routeThatLogs(field: string): string {
  return `import express from 'express';
const app = express();
app.post('/people', (req, res) => {
  console.log(req.body.${field});
  res.sendStatus(204);
});
`;
}

const CLEAN = 'export const answer = 42;\n';

/** A project that breaks the policy beside it once. */
function brokenProject(level: Level = 'error'): string {
  return folderWith({ 'policy.yaml': policyAt(level), 'app/src/a.ts': routeThatLogs('email') });
}

const withPolicy = ['--policy', 'policy.yaml'];

describe('exit codes as a decision', () => {
  const violation: Violation = {
    rule: 'p/r',
    policy: 'p',
    clauses: [],
    level: 'warning',
    flows: [0],
    message: '.',
    fingerprint: 'f',
  };
  const obligation: Obligation = {
    rule: 'p/o',
    policy: 'p',
    clauses: [],
    level: 'error',
    status: 'missing',
    file: 'a.ts',
    line: 1,
    message: '.',
  };
  const unread: Notification = { level: 'error', code: 'file-not-read', message: '.', file: 'b.ts' };
  const recovered: Notification = { level: 'warning', code: 'syntax-error', message: '.', file: 'c.ts' };
  const ignored: Notification = {
    level: 'warning',
    code: 'configuration-ignored',
    message: '.',
    file: 'tsconfig.json',
  };
  const gate: ExitRules = { failOn: 'error', allowIncomplete: 0, strict: false };

  function result(parts: Partial<ScanResult>): ScanResult {
    return {
      command: 'scan',
      version: '0',
      policies: [],
      statistics: { files: 1, functions: 1, incomplete: 0 },
      flows: [],
      violations: [],
      obligations: [],
      promises: [],
      suppressed: [],
      notifications: [],
      ...parts,
    };
  }

  const warned = result({ violations: [violation] });
  const broken = result({ violations: [{ ...violation, level: 'error' }] });
  const incomplete = result({ statistics: { files: 1, functions: 1, incomplete: 1 }, notifications: [unread] });

  test.each<[string, ScanResult, Partial<ExitRules>, number]>([
    ['nothing found', result({}), {}, 0],
    ['below the gate', warned, {}, 0],
    ['at the gate', warned, { failOn: 'warning' }, 1],
    ['above the gate', broken, { failOn: 'note' }, 1],
    ['no gate', broken, { failOn: 'none' }, 0],
    ['a missing obligation', result({ obligations: [obligation] }), {}, 1],
    ['a met obligation', result({ obligations: [{ ...obligation, status: 'met' }] }), {}, 0],
    ['suppressed', result({ suppressed: [{ ...violation, level: 'error' }] }), {}, 0],
    ['an inventory has no gate', { ...broken, command: 'inventory' }, {}, 0],
    ['an unread file', incomplete, {}, 3],
    ['an unread file and violations', { ...incomplete, violations: broken.violations }, {}, 3],
    ['an unread file, without a gate', incomplete, { failOn: 'none' }, 3],
    ['an unread file, allowed', incomplete, { allowIncomplete: 1 }, 0],
    [
      'an unread file, allowed, and violations',
      { ...incomplete, violations: broken.violations },
      { allowIncomplete: 1 },
      1,
    ],
    ['more than allowed', { ...incomplete, notifications: [unread, unread] }, { allowIncomplete: 1 }, 3],
    ['a partly analysed file', result({ notifications: [recovered] }), {}, 0],
    ['a partly analysed file, strictly', result({ notifications: [recovered] }), { strict: true }, 3],
    ['an ignored setting, strictly', result({ notifications: [ignored] }), { strict: true }, 0],
  ])('%s', (_, outcome, rules, code) => {
    expect(exitCodeOf(outcome, { ...gate, ...rules })).toBe(code);
  });

  test('the closing line counts, and says when not to trust', () => {
    expect(closingLine(result({}), gate, 2.06)).toBe('✔ 1 file, 1 function, 0 flows; no violations (2.1 s)');
    expect(closingLine(broken, gate, 0)).toBe('✖ 1 file, 1 function, 0 flows; 1 violation (1 error) (0.0 s)');
    expect(closingLine(incomplete, gate, 0)).toMatch(/^! incomplete: .*; 1 file not analysed \(/u);
    expect(closingLine(incomplete, { ...gate, allowIncomplete: 1 }, 0)).toMatch(
      /^✔ .*; 1 file not analysed \(allowed\)/u,
    );
  });
});

describe('where reports go', () => {
  test.each<[string, string[], string[], object[]]>([
    ['nothing said', [], [], [{ format: 'text' }]],
    ['a format', ['json'], [], [{ format: 'json' }]],
    ['the same twice', ['json', 'json'], [], [{ format: 'json' }]],
    ['a file by extension', [], ['a.sarif'], [{ format: 'sarif', path: 'a.sarif' }, { format: 'text' }]],
    ['a format in a file', ['sarif'], ['out'], [{ format: 'sarif', path: 'out' }]],
    ['a format and its extension', ['sarif'], ['out.sarif'], [{ format: 'sarif', path: 'out.sarif' }]],
    ['format=path', [], ['json=x.sarif'], [{ format: 'json', path: 'x.sarif' }, { format: 'text' }]],
    ['text in a file', [], ['a.txt'], [{ format: 'text', path: 'a.txt' }]],
    [
      'two, one on standard output',
      ['text', 'sarif'],
      ['a.sarif'],
      [{ format: 'sarif', path: 'a.sarif' }, { format: 'text' }],
    ],
    ['standard output by name', [], ['json=-'], [{ format: 'json' }]],
    [
      'one format in two files',
      [],
      ['a.json', 'b.json'],
      [{ format: 'json', path: 'a.json' }, { format: 'json', path: 'b.json' }, { format: 'text' }],
    ],
  ])('%s', (_, formats, outputs, expected) => {
    expect(resolveDestinations(formats, outputs)).toEqual(expected);
  });

  test.each<[string, string[], string[], RegExp]>([
    ['two on standard output', ['json', 'sarif'], [], /Only one format can go to standard output.*-o sarif=<path>/u],
    ['an unknown format', ['sarff'], [], /Unknown format 'sarff'; did you mean `sarif`/u],
    ['an unknown prefix', [], ['jsn=x'], /Unknown format 'jsn'; did you mean `json`/u],
    ['no format at all', [], ['report'], /does not say its format/u],
    ['two formats to choose from', ['json', 'sarif'], ['report'], /does not say its format/u],
    ['no file', [], ['json='], /names no file/u],
    ['one file twice', [], ['json=a', 'sarif=a'], /names 'a' twice/u],
  ])('refused: %s', (_, formats, outputs, message) => {
    expect(() => resolveDestinations(formats, outputs)).toThrow(message);
  });
});

describe('what is scanned', () => {
  const commands = ['scan', 'inventory'];

  test('one folder is the root', () => {
    const folder = folderWith({ 'a/b.ts': '' });
    expect(resolveTargets(['a'], folder, commands)).toEqual({ root: join(folder, 'a'), paths: [] });
    expect(resolveTargets([], folder, commands)).toEqual({ root: folder, paths: [] });
  });

  test('files and several folders are below the working directory', () => {
    const folder = folderWith({ 'a/b.ts': '', 'c/d.ts': '' });
    expect(resolveTargets(['a/b.ts'], folder, commands)).toEqual({ root: folder, paths: ['a/b.ts'] });
    expect(resolveTargets(['a', 'c', './a/'], folder, commands)).toEqual({ root: folder, paths: ['a', 'c'] });
    expect(resolveTargets(['a', '.'], folder, commands)).toEqual({ root: folder, paths: [] });
    expect(resolveTargets([join(folder, 'a/b.ts')], folder, commands)).toEqual({ root: folder, paths: ['a/b.ts'] });
  });

  test('outside of the working directory their common folder is the root', () => {
    const folder = folderWith({ 'x/a/b.ts': '', 'x/c/d.ts': '', 'here/e.ts': '' });
    const here = join(folder, 'here');
    expect(resolveTargets(['../x/a', '../x/c/d.ts'], here, commands)).toEqual({
      root: join(folder, 'x'),
      paths: ['a', 'c/d.ts'],
    });
    expect(() => resolveTargets(['.', '/proc/version'], here, commands)).toThrow(/no folder in common/u);
  });

  test('a link to a folder is the folder', () => {
    const folder = folderWith({ 'real/b.ts': '' });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(resolveTargets(['link'], folder, commands)).toEqual({ root: join(folder, 'real'), paths: [] });
  });

  test('what is not there, or no file, is refused', () => {
    const folder = folderWith({ 'a.ts': '' });
    expect(() => resolveTargets(['nowhere'], folder, commands)).toThrow(UsageError);
    expect(() => resolveTargets(['a.ts/b'], folder, commands)).toThrow(UsageError);
    expect(() => resolveTargets(['/dev/null'], folder, commands)).toThrow(/neither a folder nor a regular file/u);
  });
});

describe('colour', () => {
  const terminal = { isTTY: true };
  test.each<[string, boolean | undefined, Record<string, string>, object, boolean]>([
    ['a terminal', undefined, {}, terminal, true],
    ['no terminal', undefined, {}, {}, false],
    ['--color beats all', true, { NO_COLOR: '1', FORCE_COLOR: '0' }, {}, true],
    ['--no-color beats all', false, { FORCE_COLOR: '1' }, terminal, false],
    ['FORCE_COLOR beats NO_COLOR', undefined, { FORCE_COLOR: '1', NO_COLOR: '1' }, {}, true],
    ['FORCE_COLOR=0', undefined, { FORCE_COLOR: '0' }, terminal, false],
    ['NO_COLOR', undefined, { NO_COLOR: '1' }, terminal, false],
    ['an empty NO_COLOR', undefined, { NO_COLOR: '' }, terminal, true],
    ['a dumb terminal', undefined, { TERM: 'dumb' }, terminal, false],
  ])('%s', (_, flag, environment, stream, expected) => {
    expect(wantsColor(flag, environment, stream)).toBe(expected);
  });

  test('what a terminal would obey is shown, not sent', () => {
    expect(printable(`a${ESC}[2Jb\r\u202ec\nd`)).toBe('a\\u{1b}[2Jb\\u{d}\\u{202e}c\nd');
  });
});

describe('help and version', () => {
  test('help shows commands, flags, examples and exit codes', async () => {
    for (const flag of ['--help', '-h']) {
      const { code, stdout, stderr } = await troth([flag]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const part of ['scan [paths', 'inventory [paths', '--fail-on', 'Examples:', 'Exit codes:', '143']) {
        expect(stdout).toContain(part);
      }
      expect(stdout).not.toContain(ESC);
    }
  });

  test('a command has its own help', async () => {
    const { code, stdout } = await troth(['inventory', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: troth inventory');
    expect(stdout).toContain('--format');
  });

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    for (const flag of ['--version', '-V']) {
      expect(await troth([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  test.each([
    ['help', ['--help']],
    ['version', ['--version']],
    ['a bad flag', ['--polcy', '1mg']],
    ['a bad format', ['--format', 'xml']],
    ['a missing path', ['nowhere-to-be-found']],
    ['an unknown policy', ['--policy', '1mgg', 'src']],
  ])('%s does not wait for the compiler', async (_, arguments_) => {
    expect(await loadedBy(arguments_)).toBe(false);
  });

  /** Scans load it in their workers, which are not asked. */
  test('a check of models does load it', async () => {
    expect(await loadedBy(['models', 'check', 'rules/libraries/pino.yaml'])).toBe(true);
  });

  /** Whether a run loads the compiler, by the packages that Node knows at its end. */
  async function loadedBy(arguments_: readonly string[]): Promise<boolean> {
    const file = join(emptyFolder(), 'loaded');
    const ask = `import { createRequire } from 'node:module'; import { writeFileSync } from 'node:fs';
      const { cache } = createRequire('file:///');
      process.once('exit', () => writeFileSync(${JSON.stringify(file)}, Object.keys(cache).join()));`;
    const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(ask)}` };
    await troth(arguments_, { environment });
    const loaded = readFileSync(file, 'utf8');
    expect(loaded).toContain('node_modules/commander/');
    return loaded.includes('node_modules/ts-morph/') || loaded.includes('node_modules/typescript/');
  }
});

describe('usage errors exit with 2, say why on standard error, and write nothing', () => {
  test.each<[string, string[], RegExp]>([
    ['unknown flag', ['--polcy', '1mg'], /unknown option '--polcy'\n.*Did you mean --policy\?/u],
    ['unknown flag of a command', ['inventory', '--formt', 'json'], /Did you mean --format\?/u],
    ['flag without its value', ['--policy'], /argument missing/u],
    ['unknown level', ['--fail-on', 'eror'], /one of error, warning, note, none; did you mean `error`/u],
    ['unknown confidence', ['--confidence', 'sure'], /one of high, medium, low/u],
    ['unknown format', ['--format', 'jsno'], /did you mean `json`/u],
    ['two formats on standard output', ['-f', 'json', '-f', 'text'], /Only one format/u],
    ['not a number', ['--allow-incomplete', 'all'], /whole number/u],
    ['negative number', ['--allow-incomplete', '-1'], /whole number/u],
    ['no size at all', ['--max-file-size', '0'], /whole number from 1 on/u],
    ['missing path', ['nowhere'], /No such file or folder: 'nowhere'/u],
    ['misspelt command', ['inventroy'], /did you mean `inventory`/u],
    ['command after flags', ['--quiet', 'app', 'scan'], /No such file or folder: 'scan'.*write it first/u],
    ['unknown policy', ['--policy', '1mgg'], /1mgg.*did you mean `1mg`/u],
    ['missing policy file', ['--policy', './nowhere.yaml'], /nowhere\.yaml/u],
    ['invalid policy', ['--policy', 'broken.yaml'], /broken\.yaml/u],
    ['missing project file', ['--config', 'nowhere.yaml'], /nowhere\.yaml/u],
    ['output to a folder', ['-o', 'json=app'], /'app' is a folder/u],
    ['output below a file', ['-o', 'json=policy.yaml/report'], /cannot be written \(ENOTDIR\)/u],
  ])('%s', async (_, arguments_, message) => {
    const cwd = folderWith({
      'policy.yaml': policyAt('error'),
      'broken.yaml': 'policy: broken\nrulez: []\n',
      'app/src/a.ts': routeThatLogs('email'),
    });
    const before = readdirSync(cwd).sort();
    const output = arguments_.some((argument) => ['-o', '-f'].includes(argument)) ? [] : ['-o', 'report.sarif'];
    const { code, stdout, stderr } = await troth([...output, ...arguments_], { cwd });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: /u);
    expect(stderr).not.toContain('    at ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(cwd).sort()).toEqual(before);
  });

  test.each([
    ['an empty folder', {}],
    ['no source', { 'README.md': '# x\n' }],
    ['only what is left out', { 'node_modules/x/index.js': CLEAN, 'src/a.d.ts': 'export {};\n' }],
  ])('nothing to scan: %s', async (_, files) => {
    const cwd = folderWith(files);
    const { code, stdout, stderr } = await troth(['-o', 'report.sarif'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: Nothing to scan/u);
    expect(existsSync(join(cwd, 'report.sarif'))).toBe(false);
  });
});

describe('a scan', () => {
  test('fails at or above the gate, and says what was scanned on standard error', async () => {
    const cwd = brokenProject();
    const { code, stdout, stderr } = await troth(['scan', 'app', ...withPolicy], { cwd });
    expect(stdout).toContain('src/a.ts');
    expect(stderr).toMatch(
      /^test: 0 promises kept, 1 broken, 0 not exercised, 0 not decidable\n✖ 1 file, \d+ functions?, \d+ flows?; 1 violation \(1 error\) \(\d+\.\d s\)\n$/u,
    );
    expect(code).toBe(1);
  });

  test('is the default command, wherever its flags stand', async () => {
    const cwd = brokenProject();
    const expected = (await troth(['scan', 'app', ...withPolicy, '-f', 'json'], { cwd })).stdout;
    expect(expected).toContain('"violations"');
    for (const line of [
      ['app', '-f', 'json', ...withPolicy],
      ['-f', 'json', ...withPolicy, 'app'],
      ['-f', 'json', ...withPolicy, 'scan', 'app'],
    ]) {
      expect((await troth(line, { cwd })).stdout).toBe(expected);
    }
  });

  test('passes below the gate and without one', async () => {
    const cwd = brokenProject('warning');
    expect((await troth(['app', ...withPolicy], { cwd })).code).toBe(0);
    expect((await troth(['app', ...withPolicy, '--fail-on', 'warning'], { cwd })).code).toBe(1);
    expect((await troth(['app', ...withPolicy, '--fail-on', 'none'], { cwd })).code).toBe(0);
  });

  test('of code that keeps the policy passes', async () => {
    const cwd = folderWith({ 'policy.yaml': policyAt('error'), 'src/a.ts': CLEAN });
    const { code, stderr } = await troth(withPolicy, { cwd });
    expect(stderr).toContain('✔ 1 file');
    expect(code).toBe(0);
  });

  test('quietly says nothing on standard error', async () => {
    const cwd = brokenProject();
    expect(await troth(['app', ...withPolicy, '--quiet'], { cwd })).toMatchObject({ code: 1, stderr: '' });
  });

  test('verbosely says what was read, with timing how long it took', async () => {
    const cwd = brokenProject();
    const { stderr } = await troth(['app', ...withPolicy, '--verbose', '--timing'], { cwd });
    expect(stderr).toContain('project file: none\npolicies: test\n');
    expect(stderr).toMatch(/^scan +\d+\.\d{3} s$/mu);
  });

  test('an inventory lists flows and has no gate', async () => {
    const { code, stdout } = await troth(['inventory', 'app', '-f', 'json', ...withPolicy], { cwd: brokenProject() });
    const { flows } = JSON.parse(stdout) as { flows: { activity: string }[] };
    expect(flows.map(({ activity }) => activity)).toContain('log');
    expect(code).toBe(0);
  });

  test('takes the project file, a named one, or none', async () => {
    const cwd = folderWith({
      'app/troth.config.yaml': 'policies: [../policy.yaml]\n',
      'other.yaml': 'policies: [1mg]\n',
      'policy.yaml': policyAt('error'),
      'app/src/a.ts': routeThatLogs('email'),
      // The project, outside of which a project file names nothing.
      '.git/HEAD': '',
    });
    const policies = async (...flags: string[]) =>
      (JSON.parse((await troth(['app', '-f', 'json', ...flags], { cwd })).stdout) as { policies: string[] }).policies;
    expect(await policies()).toEqual(['test']);
    expect(await policies('--config', 'other.yaml')).toEqual(['1mg']);
    expect(await policies('--no-config')).toEqual(['baseline']);
    expect(await policies('--policy', 'indiamart', '-p', '1mg')).toEqual(['indiamart', '1mg']);
  });

  test('scans only what --include and --exclude leave', async () => {
    const cwd = folderWith({
      'policy.yaml': policyAt('error'),
      'src/a.ts': routeThatLogs('email'),
      'src/b.ts': CLEAN,
      'test/c.test.ts': routeThatLogs('email'),
    });
    const files = async (...flags: string[]) =>
      (
        JSON.parse((await troth([...withPolicy, '-f', 'json', ...flags], { cwd })).stdout) as {
          summary: { files: number };
        }
      ).summary.files;
    expect(await files()).toBe(2);
    expect(await files('--include', 'src/b.ts')).toBe(1);
    expect(await files('--include', 'src/b.ts', '--include', 'src/a.ts')).toBe(2);
    expect(await files('--exclude', '**/a.ts')).toBe(1);
    expect(await files('--include-tests')).toBe(3);
    expect(await files('src/b.ts')).toBe(1);
  });
});

describe('incomplete', () => {
  function halfReadable(): string {
    return folderWith({
      'policy.yaml': policyAt('error'),
      'src/a.ts': CLEAN,
      'src/large.ts': `${CLEAN}// ${'x'.repeat(3000)}\n`,
    });
  }

  test('a file that was not analysed means 3, whatever the gate, and is named', async () => {
    const cwd = halfReadable();
    const flags = [...withPolicy, '--max-file-size', '2', '--fail-on', 'none'];
    const { code, stdout, stderr } = await troth([...flags, '-f', 'json'], { cwd });
    const { notifications } = JSON.parse(stdout) as { notifications: { file: string }[] };
    expect(notifications.map(({ file }) => file)).toEqual(['src/large.ts']);
    expect(stderr).toMatch(/^! incomplete: .*1 file not analysed/mu);
    expect(code).toBe(3);
    expect((await troth([...flags, '-o', 'r.sarif'], { cwd })).code).toBe(3);
    expect(readFileSync(join(cwd, 'r.sarif'), 'utf8')).toContain('src/large.ts');
  });

  test('is never silent', async () => {
    const { stderr } = await troth([...withPolicy, '--max-file-size', '2', '--quiet'], { cwd: halfReadable() });
    expect(stderr).toContain('1 file not analysed');
  });

  test('can be allowed', async () => {
    const cwd = halfReadable();
    const { code, stderr } = await troth([...withPolicy, '--max-file-size', '2', '--allow-incomplete', '1'], { cwd });
    expect(stderr).toMatch(/^✔ .*1 file not analysed \(allowed\)/mu);
    expect(code).toBe(0);
  });

  test('a recovered syntax error is said, and counts only strictly', async () => {
    const cwd = folderWith({ 'policy.yaml': policyAt('error'), 'src/a.ts': `${CLEAN}const = ;\n` });
    const { code, stderr } = await troth(withPolicy, { cwd });
    expect(stderr).toContain('1 file partly analysed');
    expect(code).toBe(0);
    expect((await troth([...withPolicy, '--strict'], { cwd })).code).toBe(3);
  });
});

describe('streams', () => {
  /** More than 64 KiB of JSON, more than a pipe holds. */
  function largeProject(): string {
    const files = Array.from({ length: 90 }, (_, index) => [`src/route-${index}.ts`, routeThatLogs('email')]);
    return folderWith({ 'policy.yaml': policyAt('error'), ...Object.fromEntries(files) });
  }
  const line = 'troth --policy policy.yaml --fail-on none';

  test('a pipe and a file get every byte', async () => {
    const cwd = largeProject();
    const { stdout } = await shell(`${line} -f json > out.json; ${line} -f json | (sleep 2; cat)`, { cwd });
    expect(stdout.length).toBeGreaterThan(2 * 64 * 1024);
    expect((JSON.parse(stdout) as { summary: { files: number } }).summary.files).toBe(90);
    expect(readFileSync(join(cwd, 'out.json'), 'utf8')).toBe(stdout);
  });

  test('a reader that leaves is no error', async () => {
    const { stdout, stderr } = await shell(`${line} -f json -q | head -n 1; echo "\${PIPESTATUS[0]}"`, {
      cwd: largeProject(),
    });
    expect(stdout).toBe('{\n0\n');
    expect(stderr).toBe('');
  });

  test('a full disk is an error', async () => {
    const { stderr, code } = await shell(`${line} -f json > /dev/full`, { cwd: largeProject() });
    expect(stderr).toContain('ENOSPC');
    expect(code).toBe(2);
  });

  test('machine formats have standard output for themselves', async () => {
    const cwd = brokenProject();
    for (const format of ['json', 'sarif']) {
      const { stdout } = await troth(['app', ...withPolicy, '-f', format, '-v', '--timing'], { cwd });
      expect(() => JSON.parse(stdout)).not.toThrow();
    }
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the run with %d', async (signal, expected) => {
    // A pipe that is full: the run waits in the middle of its report.
    const cwd = largeProject();
    spawnSync('mkfifo', [join(cwd, 'pipe')]);
    const pipe = await open(join(cwd, 'pipe'), 'r+');
    const child = spawn(process.execPath, [executable, ...withPolicy, '-f', 'json'], {
      cwd,
      stdio: ['ignore', pipe.fd, 'ignore'],
    });
    const ended = new Promise((resolve) => child.once('exit', (code, killedBy) => resolve(code ?? killedBy)));
    await pipe.read(Buffer.alloc(1));
    child.kill(signal);
    expect(await ended).toBe(expected);
    await pipe.close();
  });

  test('colour only where it is wanted', async () => {
    const cwd = brokenProject();
    const said = async (words: string[], environment: Record<string, string> = {}) =>
      (await troth([...words, ...withPolicy], { cwd, environment })).stdout;
    expect(await said(['app'])).not.toContain(ESC);
    expect(await said(['app'], { FORCE_COLOR: '1' })).toContain(ESC);
    expect(await said(['app', '-f', 'json'], { FORCE_COLOR: '1' })).not.toContain(ESC);
    expect(await said(['rules', '--color'])).toContain(ESC);
    expect(await said(['rules', '--no-color'], { FORCE_COLOR: '1' })).not.toContain(ESC);
    expect(await said(['rules'], { NO_COLOR: '1' })).not.toContain(ESC);
  });
});

describe('a crash is never taken for a failed gate', () => {
  test.each([
    ['an exception', 'scan', "throw new Error('planted')"],
    ['a later exception', 'rules', "setTimeout(() => { throw new Error('planted'); })"],
    ['a later rejection', 'rules', "void Promise.reject(new Error('planted'))"],
  ])('%s', async (_, command, failure) => {
    const cwd = folderWith({ 'policy.yaml': policyAt('error'), 'src/a.ts': CLEAN });
    // Loaded before troth: its report meets a broken standard output.
    const preload = `data:text/javascript,${encodeURIComponent(`process.stdout.write = () => { ${failure}; };`)}`;
    const environment = { NODE_OPTIONS: `--import=${preload}` };
    const { code, stderr } = await troth([command, ...withPolicy], { cwd, environment });
    expect(stderr).toMatch(/^error: troth failed; please report this bug\.\nError: planted\n/u);
    expect(code).toBe(2);
  });
});

describe('report files', () => {
  test('several at once, beside the text', async () => {
    const cwd = brokenProject();
    const { stdout, code } = await troth(
      ['app', ...withPolicy, '--color', '-o', 'r.sarif', '-o', 'json=deep/er/r', '-o', 'r.txt', '-f', 'text'],
      { cwd },
    );
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(JSON.parse(readFileSync(join(cwd, 'r.sarif'), 'utf8'))).toHaveProperty('runs');
    expect(JSON.parse(readFileSync(join(cwd, 'deep/er/r'), 'utf8'))).toHaveProperty('schemaVersion', 1);
    expect(readFileSync(join(cwd, 'r.txt'), 'utf8')).not.toContain(ESC);
  });

  test('replace what was there, whole, and leave nothing else behind', async () => {
    const cwd = brokenProject();
    writeFileSync(join(cwd, 'r.json'), 'x'.repeat(1 << 20));
    await troth(['app', ...withPolicy, '-o', 'r.json'], { cwd });
    expect(() => JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'))).not.toThrow();
    expect(readdirSync(cwd).sort()).toEqual(['app', 'policy.yaml', 'r.json']);
  });

  test('a link is replaced, what it points to is not touched', async () => {
    const cwd = brokenProject();
    writeFileSync(join(cwd, 'precious'), 'precious');
    symlinkSync('precious', join(cwd, 'r.json'));
    await troth(['app', ...withPolicy, '-o', 'r.json'], { cwd });
    expect(readFileSync(join(cwd, 'precious'), 'utf8')).toBe('precious');
    expect(readFileSync(join(cwd, 'r.json'), 'utf8')).toContain('schemaVersion');
  });

  test('a device is written to, not replaced', async () => {
    const { stdout } = await shell('troth app -p policy.yaml -q -o json=/dev/stderr 2>&1 >/dev/null | cat', {
      cwd: brokenProject(),
    });
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  test('one that cannot be written is a usage error', async () => {
    const cwd = brokenProject();
    mkdirSync(join(cwd, 'full'));
    const { code, stderr } = await troth(['app', ...withPolicy, '-o', `json=full/${'x'.repeat(300)}`], { cwd });
    expect(stderr).toMatch(/cannot be written \(ENAMETOOLONG\)/u);
    expect(code).toBe(2);
  });

  test('paths are relative to the scanned folder, in SARIF to the top of the repository', async () => {
    const cwd = brokenProject();
    mkdirSync(join(cwd, '.git'));
    await troth(['app', ...withPolicy, '-o', 'r.json', '-o', 'r.sarif'], { cwd });
    const json = readFileSync(join(cwd, 'r.json'), 'utf8');
    const sarif = readFileSync(join(cwd, 'r.sarif'), 'utf8');
    expect(json).toContain('"src/a.ts"');
    expect(sarif).toContain('"app/src/a.ts"');
    for (const text of [json, sarif]) expect(text).not.toContain(basename(cwd));
  });
});
