import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completeColor, followsLinks } from '../src/cli/color.ts';
import { startProgress } from '../src/cli/progress.ts';
import { folderWith, once, terminal, troth } from './support/process.ts';

const ESC = '\u001b';
const CLEAR = `\r${ESC}[2K`;
const LINK = `${ESC}]8;;`;

const POLICY = `policy: test
title: The policy of the tests
defaults: { collect: allow, log: error, share: allow, store: allow, expose: allow }
rules: []
`;
const ROUTE = `import express from 'express';
express().post('/people', (req) => console.log(req.body.email));
`;

function project(): string {
  return folderWith({ 'policy.yaml': POLICY, 'troth.config.yaml': 'policies: [./policy.yaml]\n', 'src/a.ts': ROUTE });
}

type Environment = Readonly<Record<string, string>>;

/** The screen after a command line. */
const screenAfter = once(async (line: string, environment: Environment = {}): Promise<string> => {
  return (await terminal(line, { cwd: project(), environment })).stdout;
});

/** Without a terminal. */
const piped = once((words: readonly string[], environment: Environment = {}) => {
  return troth(words, { cwd: project(), environment });
});

describe('progress', () => {
  const quietTerminal = () => {
    const written: string[] = [];
    return { written, isTTY: true, columns: 20, write: (text: string) => written.push(text) };
  };

  test('is one line that is gone at the end', () => {
    const screen = quietTerminal();
    const progress = startProgress(true, { TERM: 'xterm' }, screen);
    progress.show('reading files', 1, 9000);
    progress.show('reading files', 2, 9000);
    progress.show('linking');
    progress.clear();
    progress.clear();
    // The second count came at once: ten a second are enough.
    expect(screen.written).toEqual([`${CLEAR}reading files 1/900`, `${CLEAR}linking …`, CLEAR]);
  });

  test.each<[string, boolean, Record<string, string>, boolean]>([
    ['not wanted', false, {}, true],
    ['no terminal', true, {}, false],
    ['a CI job', true, { CI: 'true' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, true],
  ])('is not shown: %s', (_, wanted, environment, isTTY) => {
    const screen = { ...quietTerminal(), isTTY };
    const progress = startProgress(wanted, environment, screen);
    progress.show('linking');
    progress.clear();
    expect(screen.written).toEqual([]);
  });

  test('is seen on a terminal, cleared before the report, and nowhere else', async () => {
    const shown = await screenAfter('troth');
    expect(shown).toContain('following data');
    expect(shown.lastIndexOf(CLEAR)).toBeGreaterThan(shown.indexOf('following data'));
    expect(shown.lastIndexOf(CLEAR)).toBeLessThan(shown.indexOf('src/a.ts'));
    for (const hidden of ['troth --no-progress', 'troth --quiet']) {
      expect(await screenAfter(hidden)).not.toContain('following data');
    }
    expect(await screenAfter('troth', { CI: '1' })).not.toContain(CLEAR);
    expect((await piped([])).stderr).not.toContain(ESC);
  });

  test('goes to standard error: the report in a file has none of it', async () => {
    const stdout = await screenAfter('troth -f json > out.json; cat out.json');
    expect(stdout).toContain('following data');
    const json = stdout.slice(stdout.indexOf('{'));
    expect(json).not.toContain(ESC);
    expect(JSON.parse(json)).toMatchObject({ summary: { files: 1 } });
  });
});

describe('the closing line', () => {
  test('is said once on a terminal', async () => {
    const stdout = await screenAfter('troth');
    expect(stdout.match(/[✖✔]/gu)).toHaveLength(1);
    expect(stdout).toMatch(/✖ 1 file, \d+ functions?, \d+ flows?; 1 violation \(1 error\) \(\d+\.\d s\)\r\n$/u);
  });

  test('stands in the report itself where that is read alone', async () => {
    expect((await piped([])).stdout).toContain('✖ 1 error in 1 file.');
    expect(await screenAfter('troth --quiet')).toContain('✖ 1 error in 1 file.');
  });
});

describe('colours and links', () => {
  test('a terminal has colours, unless somebody objects', async () => {
    const COLOR = `${ESC}[1m`;
    expect(await screenAfter('troth')).toContain(COLOR);
    expect(await screenAfter('troth --no-color')).not.toContain(COLOR);
    expect(await screenAfter('troth --color=never')).not.toContain(COLOR);
    expect(await screenAfter('troth', { NO_COLOR: '1' })).not.toContain(COLOR);
    expect(await screenAfter('troth', { FORCE_COLOR: '0' })).not.toContain(COLOR);
  });

  test('--color says when, alone always', async () => {
    for (const words of [
      ['--color', '.'],
      ['rules', '--color'],
      ['rules', '--color=always'],
      ['rules', '--color', 'always'],
    ]) {
      expect((await piped(words)).stdout).toContain(ESC);
    }
    expect((await piped(['rules', '--color=auto'])).stdout).not.toContain(ESC);
    expect(await piped(['--color=alwys'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/did you mean `always`/u),
    });
    expect(completeColor(['--color', 'a', '--', '--color'])).toEqual(['--color=always', 'a', '--', '--color']);
  });

  test('places are links where the terminal follows them', async () => {
    const cwd = project();
    const target = `${LINK}file://${cwd}/src/a.ts#L2${ESC}\\`;
    const kitty = { KITTY_WINDOW_ID: '1' };
    expect((await terminal('troth', { cwd, environment: kitty })).stdout).toContain(target);
    expect(await screenAfter('troth')).not.toContain(LINK);
    expect((await piped([], kitty)).stdout).not.toContain(LINK);
    const forced = await troth(['-f', 'text', '-o', 'csv=flows.csv'], { cwd, environment: { FORCE_HYPERLINK: '1' } });
    expect(forced.stdout).toContain(target);
    expect(readFileSync(join(cwd, 'flows.csv'), 'utf8')).not.toContain(LINK);
  });

  test.each<[Record<string, string>, boolean, boolean]>([
    [{ TERM_PROGRAM: 'iTerm.app' }, true, true],
    [{ TERM_PROGRAM: 'Apple_Terminal' }, true, false],
    [{ VTE_VERSION: '6003' }, true, true],
    [{ VTE_VERSION: '4601' }, true, false],
    [{ TERM: 'xterm-kitty' }, true, true],
    [{ TERM: 'dumb', WT_SESSION: 'x' }, true, false],
    [{ WT_SESSION: 'x', CI: '1' }, true, false],
    [{ WT_SESSION: 'x' }, false, false],
    [{ WT_SESSION: 'x', FORCE_HYPERLINK: '0' }, true, false],
    [{ FORCE_HYPERLINK: '1' }, false, true],
  ])('%j on a terminal: %s → %s', (environment, isTTY, expected) => {
    expect(followsLinks(environment, { isTTY })).toBe(expected);
  });
});

describe('flags from the environment', () => {
  test('mean what they mean on the command line, which wins', async () => {
    const code = async (environment: Environment, ...words: string[]) => (await piped(words, environment)).code;
    expect(await code({})).toBe(1);
    expect(await code({ TROTH_FAIL_ON: 'none' })).toBe(0);
    expect(await code({ TROTH_FAIL_ON: 'none' }, '--fail-on', 'error')).toBe(1);
    expect(await code({ TROTH_FAIL_ON: '' })).toBe(1);
    expect(await code({ TROTH_NO_CONFIG: '1' })).toBe(0);
    expect(await code({ TROTH_NO_CONFIG: '0' })).toBe(1);
    expect(await code({ TROTH_EXCLUDE: '**/*.{js,ts}' })).toBe(2);
  });

  test('lists are divided at commas', async () => {
    const { stdout } = await troth([], {
      cwd: project(),
      environment: { TROTH_POLICY: '1mg, ./policy.yaml', TROTH_FORMAT: 'json', TROTH_QUIET: 'true' },
    });
    expect(JSON.parse(stdout)).toMatchObject({ policies: ['1mg', 'test'] });
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ TROTH_FAIL_ON: 'eror' }, /^error: TROTH_FAIL_ON='eror': It is one of .*did you mean `error`/u],
    [{ TROTH_STRICT: 'perhaps' }, /^error: TROTH_STRICT='perhaps': It is one of 1, true, 0, false/u],
    [{ TROTH_ALLOW_INCOMPLETE: '-1' }, /^error: TROTH_ALLOW_INCOMPLETE='-1': Expected a whole number/u],
  ])('%j is refused', async (environment, message) => {
    const { code, stdout, stderr } = await troth([], { cwd: project(), environment });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('a misspelt one is said, others are not ours', async () => {
    const environment = { TROTH_FIAL_ON: 'note', TROTH_HOMEPAGE: 'x' };
    const { code, stderr } = await troth([], { cwd: project(), environment });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^warning: the environment has TROTH_FIAL_ON; did you mean TROTH_FAIL_ON\?\n✖/u);
  });
});
