/** Baselines: what a finding survives, what it does not, and the file that knows it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compare, entriesOf, withFingerprints } from '../src/6-judge/baseline.ts';
import type { BaselineEntry } from '../src/core/baseline.ts';
import type { Obligation } from '../src/core/policy.ts';
import type { ScanResult } from '../src/core/result.ts';
import { printBaseline, readBaseline } from '../src/rules/baseline.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { loadPolicies } from '../src/rules/policies.ts';
import { loadTaxonomy } from '../src/rules/taxonomy.ts';
import { scan } from '../src/scan.ts';
import { policyAt } from './support/policies.ts';
import { folderWith, once, troth } from './support/process.ts';

const POLICY = `${policyAt('error')}  - id: nothing-personal-to-others
    promise: Personal data goes to nobody.
    clauses: [test-02]
    forbid: share
    data: user
    to: { not: [self] }
    fix: Send nothing.
    examples:
      broken: |
        await fetch('https://api.mixpanel.com/track', { method: 'POST', body: req.body.email });
      kept: |
        console.log('signed up');
`;

const ROUTES = `import express from 'express';
import { logger } from './logger.ts';
const app = express();

export function signUp(req, res) {
  const { email } = req.body;
  console.log(email);
  console.log(req.body.phone);
  res.sendStatus(204);
}

export function order(req, res) {
  logger.note(req.body.firstName);
  res.sendStatus(204);
}

app.post('/people', signUp);
app.post('/orders', order);
`;
const LOGGER = `export const logger = { note: (line) => console.log(line) };
`;
const FILES = { 'policy.yaml': POLICY, 'src/routes.ts': ROUTES, 'src/logger.ts': LOGGER };

const taxonomy = loadTaxonomy();
const catalogue = loadCatalogue({ root: '/', configuration: NO_CONFIGURATION, packages: null, taxonomy });

/** A scan in this process, known findings aside. */
const scanHere = once(async (files: Readonly<Record<string, string>>): Promise<ScanResult> => {
  const root = folderWith(files);
  const policies = loadPolicies(['./policy.yaml'], { root, taxonomy, recipients: catalogue.recipients });
  return scan({ command: 'scan', root, paths: [], catalogue, policies, includeTests: false, confidence: 'medium' });
});

const scopeOf = ({ policies }: ScanResult) => ({ policies, paths: [], complete: true });

/** What becomes of the findings of `before` when the code is as in `after`: counts by state. */
async function afterEdit(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const old = await scanHere(before);
  const now = await scanHere(after);
  const entries = entriesOf(old, old.flows, '2026-11-25');
  const { violations, baseline } = compare(now, now.flows, { file: 'b', entries }, scopeOf(now));
  const states = violations.map(({ baselineState }) => baselineState);
  const number = (state: string) => states.filter((each) => each === state).length;
  return {
    new: number('new'),
    unchanged: number('unchanged'),
    moved: number('moved'),
    absent: baseline.absent.length,
  };
}

const edited = (edit: (routes: string) => string) => ({ ...FILES, 'src/routes.ts': edit(ROUTES) });

describe('a finding is the same after', () => {
  test.each<[string, Record<string, string>, object]>([
    ['nothing', FILES, { unchanged: 3 }],
    ['lines above it', edited((text) => `// A comment.\n\n${text}`), { unchanged: 1, moved: 2 }],
    ['another indentation', edited((text) => text.replaceAll('\n  ', '\n      ')), { unchanged: 3 }],
    ['CRLF', edited((text) => text.replaceAll('\n', '\r\n')), { unchanged: 3 }],
    ['a neighbour with another name', edited((text) => text.replaceAll('order', 'buy')), { unchanged: 3 }],
    [
      'code before it in its function',
      edited((text) => text.replace('  const {', '  audit();\n  const {')),
      { unchanged: 1, moved: 2 },
    ],
    ['functions in another order', edited(swapFunctions), { unchanged: 1, moved: 2 }],
    ['another file beside it', { ...FILES, 'src/other.ts': 'export const answer = 42;\n' }, { unchanged: 3 }],
    [
      'a destructuring undone',
      edited((text) => text.replace('const { email } = req.body', 'const email = req.body.email')),
      { unchanged: 3 },
    ],
  ])('%s', async (_, after, states) => {
    expect(await afterEdit(FILES, after)).toEqual({ new: 0, unchanged: 0, moved: 0, absent: 0, ...states });
  });

  function swapFunctions(text: string): string {
    const [, first, second] =
      /(export function signUp[^}]*\}[^}]*\n\}\n)\n(export function order[^}]*\n\}\n)/u.exec(text) ?? [];
    expect(second).toBeDefined();
    return text.replace(`${first}\n${second}`, `${second}\n${first}`);
  }
});

describe('nothing takes the place of a finding', () => {
  test.each<[string, Record<string, string>, object]>([
    [
      'other data at the same place',
      edited((text) => text.replace('req.body.phone', 'req.body.passport')),
      { new: 1, unchanged: 2, absent: 1 },
    ],
    [
      'the same data in another function',
      edited((text) =>
        text
          .replace('  console.log(req.body.phone);\n', '')
          .replace('(req, res) {\n  logger', '(req, res) {\n  console.log(req.body.phone);\n  logger'),
      ),
      { new: 1, unchanged: 2, absent: 1 },
    ],
    [
      'the same data in another file',
      {
        ...edited((text) => text.replace('  console.log(email);\n', '')),
        'src/more.ts': ROUTES.replace('  console.log(req.body.phone);\n', '').replace(
          '  logger.note(req.body.firstName);\n',
          '',
        ),
      },
      { new: 1, absent: 1 },
    ],
    ['one that is mended', edited((text) => text.replace('  console.log(email);\n', '')), { new: 0, absent: 1 }],
  ])('%s', async (_, after, states) => {
    expect(await afterEdit(FILES, after)).toMatchObject(states);
  });

  const SHARE = `import express from 'express';
const app = express();
app.post('/people', async (req, res) => {
  await fetch('https://api.mixpanel.com/track', { method: 'POST', body: req.body.email });
  res.sendStatus(204);
});
`;

  test('the same data to somebody else', async () => {
    const before = { 'policy.yaml': POLICY, 'src/a.ts': SHARE };
    const after = { ...before, 'src/a.ts': SHARE.replace('api.mixpanel.com', 'graph.facebook.com') };
    expect(await afterEdit(before, after)).toEqual({ new: 1, unchanged: 0, moved: 0, absent: 1 });
  });
});

/** An entry with only what a case is about. */
function entry(parts: Partial<BaselineEntry>): BaselineEntry {
  const nothing = { data: [], sources: [], recipients: [], protections: [], guards: [] };
  return {
    fingerprint: 'f',
    rule: 'test/r',
    file: 'a.ts',
    line: 1,
    symbol: '',
    sink: 'log',
    ...nothing,
    added: '2026-01-01',
    ...parts,
  };
}

describe('a finding that shrinks is known, one that grows is new', () => {
  const LOGS = (body: string) => ({
    'policy.yaml': POLICY,
    'src/a.ts': `import express from 'express';
const app = express();
app.post('/people', (req, res) => {
  ${body}
  res.sendStatus(204);
});
`,
  });
  const two = LOGS('console.log(req.body.email, req.body.phone);');
  const one = LOGS('console.log(req.body.email);');

  test('half of it mended', async () => {
    expect(await afterEdit(two, one)).toEqual({ new: 0, unchanged: 1, moved: 0, absent: 0 });
  });

  test('more data at the same place', async () => {
    expect(await afterEdit(one, two)).toEqual({ new: 1, unchanged: 0, moved: 0, absent: 1 });
  });

  test('without the protection or the guard it had', async () => {
    const now = await scanHere(one);
    const [is] = entriesOf(now, now.flows, '2026-11-25');
    const stateWith = (parts: Partial<BaselineEntry>) => {
      const entries = [{ ...(is as BaselineEntry), ...parts }];
      return compare(now, now.flows, { file: 'b', entries }, scopeOf(now)).violations[0]?.baselineState;
    };
    expect(stateWith({})).toBe('unchanged');
    expect(stateWith({ line: 40 })).toBe('moved');
    expect(stateWith({ protections: ['hashed'] })).toBe('new');
    expect(stateWith({ guards: ['consent'] })).toBe('new');
    expect(stateWith({ fingerprint: 'other', data: ['user.contact.email', 'user.name'] })).toBe('unchanged');
    expect(stateWith({ fingerprint: 'other', sink: 'logger.info' })).toBe('new');
  });
});

describe('what a scan did not look at is neither there nor gone', () => {
  const nobody = { violations: [], obligations: [] };
  const entries = [
    entry({}),
    entry({ fingerprint: 'g', file: 'b/c.ts' }),
    entry({ fingerprint: 'h', rule: 'other/r' }),
  ];
  const policies = [{ id: 'test' }] as unknown as ScanResult['policies'];
  const absent = (scope: object) =>
    compare(nobody, [], { file: 'x', entries }, { policies, paths: [], complete: true, ...scope }).baseline;

  test.each<[string, object, string[], string[]]>([
    ['everything', {}, ['f', 'g'], ['h']],
    ['a folder', { paths: ['b'] }, ['g'], ['f', 'h']],
    ['a part of the files', { complete: false }, [], ['f', 'g', 'h']],
  ])('%s', (_, scope, gone, unseen) => {
    const found = absent(scope);
    expect(found.absent.map(({ fingerprint }) => fingerprint)).toEqual(gone);
    expect(found.unseen.map(({ fingerprint }) => fingerprint)).toEqual(unseen);
  });
});

test('a missing obligation is known by what it names, wherever it stands', () => {
  const missing = (message: string, line: number): Obligation => ({
    rule: 'test/erasure',
    policy: 'test',
    clauses: [],
    level: 'error',
    status: 'missing',
    file: 'schema.prisma',
    line,
    message,
  });
  const judged = (obligations: Obligation[]) => withFingerprints({ violations: [], obligations, promises: [] });
  const entries = entriesOf(judged([missing('Model User (schema.prisma:4) has no path.', 4)]), [], '2026-11-25');
  const states = (obligation: Obligation) =>
    compare(
      judged([obligation]),
      [],
      { file: 'b', entries },
      { policies: [], paths: [], complete: true },
    ).obligations.map(({ baselineState }) => baselineState);
  expect(states(missing('Model User (schema.prisma:9) has no path.', 9))).toEqual(['moved']);
  expect(states(missing('Model Order (schema.prisma:4) has no path.', 4))).toEqual(['new']);
});

describe('the file', () => {
  const written = printBaseline([
    entry({ fingerprint: '1', data: ['user.contact.email'], sources: ['req.body.email'] }),
    entry({ fingerprint: '2', sink: 'a\u202eb' }),
  ]);

  test('has a line for each finding, with nothing invisible in it, and reads back', () => {
    expect(written).toBe(`{
  "schemaVersion": 1,
  "findings": [
    { "file": "a.ts", "line": 1, "rule": "test/r", "sink": "log", "data": ["user.contact.email"], "sources": ["req.body.email"], "added": "2026-01-01", "fingerprint": "1" },
    { "file": "a.ts", "line": 1, "rule": "test/r", "sink": "a\\u202eb", "added": "2026-01-01", "fingerprint": "2" }
  ]
}
`);
    const folder = folderWith({ 'b.json': written });
    const { entries } = readBaseline(join(folder, 'b.json'), 'b.json');
    expect(printBaseline(entries)).toBe(written);
    expect(printBaseline([])).toBe('{\n  "schemaVersion": 1,\n  "findings": []\n}\n');
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', 'oops', /^b\.json(?::1)?: is not valid JSON/u],
    ['a comma too few', '{ "schemaVersion": 1,\n  "findings": [ {} {} ]\n}', /^b\.json:2: is not valid JSON/u],
    ['a conflict', written.replace('    { ', '<<<<<<< HEAD\n    { '), /^b\.json:4:1: has a conflict of a merge/u],
    ['another version', written.replace('1,', '2,'), /schemaVersion/u],
    [
      'a misspelt key',
      written.replace('"rule"', '"rules"'),
      /^b\.json:4:1: findings\[0\]\.rule: is missing\nb\.json:4:1: .*did you mean `rule`/u,
    ],
    ['no such day', written.replace('2026-01-01', '2026-02-30'), /b\.json:4:1: findings\[0\]\.added: must be a day/u],
    ['a list of something else', '[]', /b\.json:1:1/u],
  ])('refused: %s', (_, text, message) => {
    const folder = folderWith({ 'b.json': text });
    expect(() => readBaseline(join(folder, 'b.json'), 'b.json')).toThrow(message);
  });

  test('is found by both sides of a merge once', () => {
    const [, , , first = ''] = written.split('\n');
    const folder = folderWith({ 'b.json': written.replace(first, `${first}\n${first}`) });
    expect(readBaseline(join(folder, 'b.json'), 'b.json').entries).toHaveLength(2);
  });
});

describe('troth baseline', { timeout: 120_000 }, () => {
  const FILE = '.troth/baseline.json';
  const run = (cwd: string, ...words: string[]) =>
    troth([...words, '-p', 'policy.yaml', '--today', '2026-11-25'], { cwd });
  const edit = (cwd: string, file: string, change: (text: string) => string) => {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    const path = join(cwd, file);
    writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''));
  };

  test('create, scan, check, prune, update', async () => {
    const cwd = folderWith(FILES);
    expect(await run(cwd, 'baseline', 'create')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `✔ ${FILE}: 3 findings written\n`,
    });
    const created = readFileSync(join(cwd, FILE), 'utf8');
    expect(created.match(/"fingerprint"/gu)).toHaveLength(3);
    expect(readdirSync(join(cwd, '.troth'))).toEqual(['baseline.json']);

    const again = await run(cwd, 'baseline', 'create');
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toMatch(/is there already; 'troth baseline update'/u);

    const known = await run(cwd, 'scan');
    expect(known.code).toBe(0);
    expect(known.stdout).toContain('No new violations among');
    expect(known.stderr).toMatch(/no violations; 3 known to the baseline/u);
    expect((await run(cwd, 'scan', '--no-baseline')).code).toBe(1);
    expect(await run(cwd, 'baseline', 'check')).toMatchObject({ code: 0, stdout: '' });

    edit(
      cwd,
      'src/routes.ts',
      (text) => `\n${text.replace('console.log(req.body.phone)', 'console.log(req.body.passport)')}`,
    );
    const checked = await run(cwd, 'baseline', 'check');
    expect(checked.code).toBe(1);
    expect(checked.stdout).toMatch(
      /^new {3}src\/routes\.ts:9:3 {2}test\/nothing-personal-in-logs {2}.*\ngone {2}src\/routes\.ts:8 /u,
    );
    expect(checked.stderr).toMatch(/^✖ .*: 1 new, 2 known \(1 moved\), 1 gone; 'troth baseline prune'/u);

    expect((await run(cwd, 'baseline', 'prune')).stderr).toBe(`✔ ${FILE}: 1 taken out, 2 findings left\n`);
    const pruned = readFileSync(join(cwd, FILE), 'utf8').split('\n');
    expect(pruned.filter((line) => !created.includes(line.replace(/,$/u, '')))).toEqual([]);
    expect(await run(cwd, 'scan')).toMatchObject({ code: 1 });

    const updated = await troth(['baseline', 'update', '-p', 'policy.yaml', '--today', '2027-01-01'], { cwd });
    expect(updated.stderr).toBe(`✔ ${FILE}: 1 added, 0 taken out, 3 findings in all\n`);
    const days = [...readFileSync(join(cwd, FILE), 'utf8').matchAll(/"added": "([^"]+)"/gu)].map(([, day]) => day);
    expect(days.sort()).toEqual(['2026-11-25', '2026-11-25', '2027-01-01']);
    expect((await run(cwd, 'baseline', 'check')).code).toBe(0);
  });

  test('takes another file, and needs it', async () => {
    const cwd = folderWith(FILES);
    expect((await run(cwd, 'baseline', 'create', '--baseline', 'debt.json', 'src')).code).toBe(0);
    expect(existsSync(join(cwd, FILE))).toBe(false);
    expect((await run(cwd, 'src', '--baseline', 'debt.json')).code).toBe(0);
    expect((await run(cwd, 'src')).code).toBe(1);
  });

  test('of a file that is not there is a usage error', async () => {
    const cwd = folderWith(FILES);
    const lines = [
      ['src', '--baseline', 'gone.json'],
      ...['check', 'update', 'prune'].map((word) => ['baseline', word]),
    ];
    for (const { code, stdout, stderr } of await Promise.all(lines.map((words) => run(cwd, ...words)))) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/there is no such baseline; 'troth baseline create' writes one/u);
    }
  });

  test('writes nothing after an incomplete scan', async () => {
    const cwd = folderWith({ ...FILES, 'src/large.ts': `// ${'x'.repeat(3000)}\n` });
    const flags = ['--max-file-size', '2'];
    const { code, stderr } = await run(cwd, 'baseline', 'create', ...flags);
    expect(code).toBe(3);
    expect(stderr).toContain('was not written');
    expect(existsSync(join(cwd, FILE))).toBe(false);
    expect((await run(cwd, 'baseline', 'create', ...flags, '--allow-incomplete', '1')).code).toBe(0);
  });

  test('keeps what another policy knows', async () => {
    const cwd = folderWith({ ...FILES, 'other.yaml': POLICY.replace('policy: test', 'policy: other') });
    await run(cwd, 'baseline', 'create', '-p', 'other.yaml');
    edit(cwd, 'src/routes.ts', () => 'export const nothing = true;\n');
    expect((await run(cwd, 'baseline', 'update')).stderr).toContain('3 taken out, 3 findings in all');
    expect(readFileSync(join(cwd, FILE), 'utf8').match(/"other\//gu)).toHaveLength(3);
  });

  test('refuses files, which are no whole', async () => {
    const { code, stderr } = await run(folderWith(FILES), 'baseline', 'create', 'src/routes.ts');
    expect(code).toBe(2);
    expect(stderr).toContain('A baseline is about a whole folder');
  });

  test('every format tells known from new', async () => {
    const cwd = folderWith(FILES);
    await run(cwd, 'baseline', 'create');
    edit(cwd, 'src/routes.ts', (text) => text.replace('console.log(req.body.phone)', 'console.log(req.body.passport)'));
    const text = (await run(cwd, '-f', 'text', '-o', 'r.json', '-o', 'r.sarif')).stdout;
    const json = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8')) as {
      violations: { baselineState: string }[];
      baseline: { absent: unknown[] };
    };
    expect(json.violations.map(({ baselineState }) => baselineState).sort()).toEqual(['new', 'unchanged', 'unchanged']);
    expect(json.baseline).toMatchObject({ file: FILE, new: 1, unchanged: 2, moved: 0 });
    expect(json.baseline.absent).toHaveLength(1);
    const sarif = JSON.parse(readFileSync(join(cwd, 'r.sarif'), 'utf8')) as {
      runs: [{ results: { baselineState: string }[] }];
    };
    expect(sarif.runs[0].results.map(({ baselineState }) => baselineState).sort()).toEqual([
      'new',
      'unchanged',
      'unchanged',
    ]);
    expect(text).toMatch(/1 error, 2 known to the baseline in 2 files/u);
    expect(text).toContain('Gone since the baseline');
    expect(text.match(/── src/gu)).toHaveLength(1);
  });
});
