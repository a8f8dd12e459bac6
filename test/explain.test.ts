import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder, folderWith, once, terminal, troth } from './support/process.ts';

const POLICY = `policy: test
title: The policy of the tests
defaults: { collect: allow, log: error, share: warning, store: allow, expose: allow }
rules:
  - id: no-plain-mail
    promise: Newsletters go only to people who agreed.
    clauses: [test-01]
    forbid: share
    data: user.contact
    unless: ['consent:marketing']
    level: error
    fix: Ask first.
    examples:
      broken: |
        await mail(user.email);
      kept: |
        if (user.marketingConsent) await mail(user.email);
  - id: hashed-logs
    promise: Logs may hold hashes.
    clauses: [test-02]
    allow: log
    data: user.contact
    if: hashed
    level: error
not-checkable:
  - { clauses: [test-09], why: Says hello. }
`;

const CODE = `import { createHash } from 'node:crypto';
import express from 'express';
import axios from 'axios';
import { publish } from 'unheard-of';
const app = express();
const maskEmail = (email: string) => email;
function record(value: unknown) {
  console.log(value);
}
app.post('/people', async (req, res) => {
  const user = req.body;
  console.log('a literal');
  console.log(user.plan);
  console.log(createHash('sha256').update(user.email).digest('hex'));
  console.log(maskEmail(user.email));
  publish(user.email);
  record('started');
  if (user.isActive && user.analyticsConsent && !user.marketingConsent) {
    await axios.post('https://news.example.org/a', { email: user.email });
  }
  if (user.marketingConsent) await axios.post('https://news.example.org/b', { email: user.email });
  const answer = 42;
  await axios.post('https://sales.example.com/b', { iban: user.iban });
  res.sendStatus(answer);
});
`;

function project(): string {
  return folderWith({
    'policy.yaml': POLICY,
    'troth.config.yaml': 'policies: [./policy.yaml]\n',
    'src/a.ts': CODE,
    'src/a.test.ts': 'export const a = 1;\n',
  });
}

/** The 1-based line that starts like this. */
function lineOf(start: string): number {
  return CODE.split('\n').findIndex((line) => line.trim().startsWith(start)) + 1;
}

interface Report {
  readonly flows: readonly {
    readonly id: string;
    readonly activity: string;
    readonly sink: { readonly line: number };
  }[];
  readonly violations: readonly { readonly fingerprint: string; readonly line: number; readonly rule: string }[];
}

/** What a scan of the project says, as JSON and as text. */
const scanned = once(async (): Promise<{ report: Report; text: string }> => {
  const cwd = project();
  const { stdout } = await troth(['-f', 'text', '-o', 'report.json', '--fail-on', 'none'], { cwd });
  return { report: JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')) as Report, text: stdout };
});

describe('troth explain <file:line>', () => {
  async function answer(start: string, ...flags: string[]): Promise<string> {
    const place = `src/a.ts:${lineOf(start)}`;
    const { code, stdout, stderr } = await troth(['explain', place, ...flags], { cwd: project() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${place}\n`);
    return stdout;
  }

  test('a sink that only gets literals', async () => {
    const text = await answer("console.log('a literal')");
    expect(text).toContain('log: no personal data reaches this sink (node:console: console.');
    expect(text).toContain('only literals, or nothing at all, are handed to it');
    expect(text).not.toContain('a literal');
  });

  test('a sink that gets data which nothing says is personal', async () => {
    expect(await answer('console.log(user.plan)')).toMatch(/body\.plan: .*neither a schema, a type nor its name/u);
  });

  test('a sink whose callers pass nothing personal', async () => {
    expect(await answer('console.log(value)')).toContain('value: whatever callers pass, and none that was seen');
  });

  test('a permitted flow: by which rule, and given what', async () => {
    const text = await answer('console.log(createHash');
    expect(text).toContain('Not reported: no policy forbids it.');
    expect(text).toContain('✔ hashed');
    expect(text).toContain('test/hashed-logs permits it: given hashed');
  });

  test('an excused flow: by which guard', async () => {
    const text = await answer('if (user.marketingConsent)');
    expect(text).toMatch(/✔ consent:marketing \(src\/a\.ts:\d+\), about the same person/u);
    expect(text).toContain('test/no-plain-mail would forbid it, and is excused: consent:marketing');
  });

  test('a library that no model knows, and a function of the project', async () => {
    expect(await answer('publish(')).toContain('publish(): no model says what unheard-of: publish does');
    expect(await answer("record('")).toContain('record(): a function of the project (record)');
  });

  test('a library whose model says that it is no sink', async () => {
    expect(await answer('res.sendStatus')).toMatch(/sendStatus\(\): express: <Response>\.sendStatus has a model/u);
  });

  test('a line that does nothing, though a call goes on around it', async () => {
    expect(await answer('const answer')).toContain('Nothing is called here, and no sink was seen');
  });

  test('a flow that is not sure enough', async () => {
    const text = await answer('const user');
    expect(text).not.toContain('Not reported: its confidence');
    const strict = await answer('console.log(maskEmail', '--confidence', 'high');
    expect(strict).toMatch(/Reported, by|Not reported: its confidence is (?:medium|low), and --confidence is high/u);
  });

  test('a reported line says by which rule, and why its mask is none', async () => {
    const text = await answer('console.log(maskEmail');
    expect(text).toContain('Reported, by test/hashed-logs.');
    expect(text).toMatch(/✖ maskEmail\(\) \(src\/a\.ts:\d+\) does not count: only its name says so/u);
    expect(text).toContain('test/hashed-logs would permit it, and its terms are not met: it asks for hashed');
  });

  test('an undisclosed flow: no rule speaks about it', async () => {
    const text = await answer("await axios.post('https://sales");
    expect(text).toContain('Reported, by test/undisclosed-share.');
    expect(text).toContain('✖ no rule speaks about it; the default is: warning');
  });

  test.each<[string, RegExp]>([
    ['src/a.test.ts:1', /'src\/a\.test\.ts' is not analysed: it is left out \(tests unless --include-tests/u],
    ['src/nowhere.ts:1', /No such file: 'src\/nowhere\.ts'/u],
    ['src/a.ts:9999', /'src\/a\.ts' has \d+ lines; there is no line 9999/u],
  ])('%s is refused', async (place, message) => {
    const { code, stdout, stderr } = await troth(['explain', place], { cwd: project() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('of another folder, whichever way the path is written', async () => {
    const cwd = folderWith({ 'app/policy.yaml': POLICY, 'app/src/a.ts': CODE });
    const line = lineOf('console.log(maskEmail');
    for (const file of ['src/a.ts', 'app/src/a.ts']) {
      const { stdout } = await troth(['explain', `${file}:${line}`, 'app', '-p', 'app/policy.yaml'], { cwd });
      expect(stdout).toContain('Reported, by test/hashed-logs.');
    }
  });
});

describe('troth explain <id>', () => {
  test('tells the whole story of a finding', async () => {
    const cwd = project();
    const { violations } = (await scanned()).report;
    const found = violations.find(({ rule }) => rule === 'test/no-plain-mail');
    expect(found?.line).toBe(lineOf("await axios.post('https://news.example.org/a'"));
    const { code, stdout } = await troth(['explain', found?.fingerprint ?? ''], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('Newsletters go only to people who agreed');
    expect(stdout).toMatch(/flow +1 +src\/a\.ts:\d+ /u);
    expect(stdout).toMatch(/Why it is personal\n {2}user\.contact\.email {2}framework: name email/u);
    expect(stdout).toContain('Protections on the way\n  none was seen');
    expect(stdout).toMatch(
      /· isActive is true \(src\/a\.ts:\d+\) does not count: its name says nothing about consent/u,
    );
    expect(stdout).toMatch(
      /· marketingConsent is \w+ \(src\/a\.ts:\d+\) does not count: it holds the other way round/u,
    );
    expect(stdout).toMatch(
      /test\/no-plain-mail forbids it: unless consent:marketing\n +consent:analytics \(line \d+\) is for analytics, not marketing/u,
    );
    expect(stdout).not.toContain('news.example.org/a');
  });

  test('takes what the report shows, and the id of a flow that breaks nothing', async () => {
    const cwd = project();
    const { report, text } = await scanned();
    const shown = /why +troth explain ([0-9a-f]{12})$/mu.exec(text)?.[1] ?? '';
    expect((await troth(['explain', shown], { cwd })).stdout).toContain('What decided');
    const kept = report.flows.find(
      ({ activity, sink }) => activity === 'log' && sink.line === lineOf('console.log(createHash'),
    );
    const { stdout } = await troth(['explain', kept?.id ?? ''], { cwd });
    expect(stdout).toMatch(/^src\/a\.ts:\d+ {2}log {2}user\.contact\.email\n/u);
    expect(stdout).toContain('test/hashed-logs permits it');
  });

  test('an id that is nobody’s, or several’s, is refused', async () => {
    const cwd = project();
    const { code, stderr } = await troth(['explain', 'ffffffffffff'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("No finding or flow here has an id that starts with 'ffffffffffff'");
    const [first] = (await scanned()).report.violations;
    // Another policy is another finding.
    const other = await troth(['explain', first?.fingerprint ?? '', '-p', 'baseline'], { cwd });
    expect(other.code).toBe(2);
  });
});

describe('what people decided', () => {
  test('a suppressed finding says where and why, a known one that the baseline has it', async () => {
    const line = lineOf('console.log(maskEmail');
    const reason = '// troth-ignore-next-line test/hashed-logs -- agreed with the privacy office';
    const lines = CODE.split('\n').toSpliced(line - 1, 0, reason);
    const cwd = folderWith({ 'policy.yaml': POLICY, 'src/a.ts': lines.join('\n') });
    const flags = ['-p', 'policy.yaml'];
    const { stdout } = await troth(['explain', `src/a.ts:${line + 1}`, ...flags], { cwd });
    expect(stdout).toContain(`Suppressed by src/a.ts:${line}: agreed with the privacy office (test/hashed-logs)`);
    const id = /troth explain ([0-9a-f]{12})/u.exec(stdout)?.[1] ?? '';
    expect((await troth(['explain', id, ...flags], { cwd })).stdout).toContain('Suppressed by src/a.ts:');
    await troth(['baseline', 'create', ...flags], { cwd });
    const place = `src/a.ts:${lineOf("await axios.post('https://news.example.org/a'") + 1}`;
    expect((await troth(['explain', place, ...flags], { cwd })).stdout).toContain('Known from the baseline');
    expect((await troth(['explain', place, '--no-baseline', ...flags], { cwd })).stdout).toContain(
      'Reported, by test/',
    );
  });
});

describe('troth explain <rule or clause>', () => {
  test('a rule, by its full or its own name', async () => {
    const cwd = project();
    const { code, stdout } = await troth(['explain', 'test/no-plain-mail'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^test\/no-plain-mail {2}error {2}share, user\.contact\n\nNewsletters go only/u);
    expect(stdout).toContain('Breaks it\n  await mail(user.email);');
    expect(stdout).toContain('Keeps it\n  if (user.marketingConsent)');
    expect(stdout).toContain('troth-ignore-next-line test/no-plain-mail');
    expect((await troth(['explain', 'no-plain-mail'], { cwd })).stdout).toBe(stdout);
    expect((await troth(['explain', 'test/undisclosed-log'], { cwd })).stdout).toContain('only as the policy says');
  });

  test('a rule and a clause of a pack that is not in use', async () => {
    const cwd = emptyFolder();
    const rule = await troth(['explain', '1mg/no-personal-data-to-advertisers'], { cwd });
    expect(rule.stdout).toContain('Breaks it');
    const clause = await troth(['explain', '1mg-093'], { cwd });
    expect(clause.stdout).toContain('1mg/no-personal-data-to-advertisers  (forbid share, error)');
  });

  test('a clause that no code decides', async () => {
    expect((await troth(['explain', 'test-09'], { cwd: project() })).stdout).toContain(
      'Not decided by any code: Says hello.',
    );
  });

  test('does not load the compiler, and says what was meant', async () => {
    const { code, stdout, stderr } = await troth(['explain', 'test/no-plane-mail'], { cwd: project() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('did you mean `test/no-plain-mail`');
    expect(await troth(['explain'], { cwd: project() })).toMatchObject({ code: 2, stdout: '' });
  });

  test('in colour on a terminal', async () => {
    const cwd = project();
    expect((await terminal('troth explain test-09', { cwd })).stdout).toContain('\u001b[1m');
    expect((await terminal('troth explain test-09 --no-color', { cwd })).stdout).not.toContain('\u001b[1m');
  });
});
