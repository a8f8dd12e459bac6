import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareDataMaps } from '../src/6-judge/data-map.ts';
import { renderDataMapChange } from '../src/7-report/data-map-change/render.ts';
import type { DataMapChange } from '../src/core/data-map.ts';
import type { Flow } from '../src/core/flow.ts';
import { emptyFolder, folderWith, troth } from './support/process.ts';
import { commit, git, repositoryWith, write } from './support/repository.ts';

const MIXPANEL = { id: 'mixpanel', name: 'Mixpanel', class: 'analytics', country: 'US', attributes: [] } as const;

function flow(parts: Partial<Flow>): Flow {
  const place = { file: 'src/a.ts', line: 3, column: 1, endLine: 3, endColumn: 9 };
  return {
    id: 'f',
    activity: 'share',
    data: ['user.contact.email'],
    subject: null,
    recipient: MIXPANEL,
    purpose: null,
    source: { ...place, kind: 'request-body', expression: 'req.body.email' },
    sink: { ...place, line: 9, model: 'mixpanel: track', expression: 'mixpanel.track', symbol: '', attributes: {} },
    protections: [],
    guards: [],
    confidence: 'high',
    steps: [],
    evidence: [],
    ...parts,
  };
}

const log = flow({ activity: 'log', recipient: null, sink: { ...flow({}).sink, model: 'console: log' } });
const store = (library: string) =>
  flow({ activity: 'store', recipient: null, sink: { ...flow({}).sink, model: `${library}: set` } });
const consent = { kind: 'consent', subject: 'same', location: flow({}).sink } as const;

function changeOf(before: readonly Flow[], after: readonly Flow[], parts: Partial<DataMapChange> = {}): DataMapChange {
  return {
    since: 'main',
    ...compareDataMaps(before, after),
    notifications: [],
    files: { before: 1, after: 2 },
    ...parts,
  };
}

/** The lines with a sign, as the text shows them. */
function signed(before: readonly Flow[], after: readonly Flow[]): string[] {
  const text = renderDataMapChange('text', changeOf(before, after), { color: false, prefix: '' });
  return text
    .split('\n')
    .filter((line) => /^ {2}[-+!~] /u.test(line))
    .map((line) => line.trim());
}

describe('what a change does to the data map', () => {
  const phone = flow({ data: ['user.contact.phone_number'] });
  test.each<[string, Flow[], Flow[], string[]]>([
    ['nothing', [flow({})], [flow({})], []],
    ['other lines and more of the same', [flow({})], [flow({ id: 'g', steps: [] }), flow({})], []],
    ['a recipient', [], [flow({})], ['+ new recipient Mixpanel (analytics, US) for user.contact.email']],
    ['a recipient gone', [flow({})], [], ['- recipient Mixpanel (analytics, US) is gone; it got user.contact.email']],
    [
      'a recipient with several categories',
      [],
      [phone, flow({})],
      ['+ new recipient Mixpanel (analytics, US) for user.contact.email, user.contact.phone_number'],
    ],
    [
      'a category to a recipient',
      [flow({})],
      [flow({}), phone],
      ['+ Mixpanel (analytics, US) now also gets user.contact.phone_number'],
    ],
    ['a category less', [flow({}), phone], [phone], ['- Mixpanel (analytics, US) no longer gets user.contact.email']],
    [
      'a recipient that is not known',
      [],
      [flow({ recipient: null })],
      ['+ new recipient someone the code does not show for user.contact.email'],
    ],
    ['a category in logs', [], [log], ['+ new category in logs: user.contact.email']],
    ['the same category by another logger', [log], [{ ...log, sink: { ...log.sink, model: 'pino: info' } }], []],
    ['a store', [store('pg')], [store('pg'), store('ioredis')], ['+ new store ioredis for user.contact.email']],
    ['exposed', [], [{ ...log, activity: 'expose' }], ['+ newly exposed: user.contact.email']],
    ['collected', [], [{ ...log, activity: 'collect' }], ['+ newly collected: user.contact.email']],
    ['no longer collected', [{ ...log, activity: 'collect' }], [], ['- no longer collected: user.contact.email']],
    [
      'a lost protection',
      [flow({ protections: ['hashed'] })],
      [flow({})],
      ['! user.contact.email, shared with Mixpanel (analytics, US): no longer hashed'],
    ],
    [
      'one flow of two that is not protected',
      [flow({ protections: ['hashed'] })],
      [flow({ protections: ['hashed'] }), flow({ id: 'g' })],
      ['! user.contact.email, shared with Mixpanel (analytics, US): no longer hashed'],
    ],
    [
      'a lost guard',
      [flow({ guards: [{ ...consent, purpose: 'marketing' }] })],
      [flow({})],
      ['! user.contact.email, shared with Mixpanel (analytics, US): no longer only with consent:marketing'],
    ],
    [
      'a new guard and purpose',
      [flow({})],
      [flow({ guards: [consent], purpose: 'marketing' })],
      ['~ user.contact.email, shared with Mixpanel (analytics, US): now only with consent; now for marketing'],
    ],
    [
      'the gravest first',
      [],
      [log, store('pg'), flow({})],
      [
        '+ new recipient Mixpanel (analytics, US) for user.contact.email',
        '+ new category in logs: user.contact.email',
        '+ new store pg for user.contact.email',
      ],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(signed(before, after)).toEqual(expected);
  });

  test('text says where to look, and counts', () => {
    const text = renderDataMapChange('text', changeOf([log], [flow({})]), { color: false, prefix: '' });
    expect(text).toBe(`Added
  + new recipient Mixpanel (analytics, US) for user.contact.email
      user.contact.email: req.body.email (src/a.ts:3) → mixpanel.track (src/a.ts:9)

Removed
  - no longer in logs: user.contact.email
      user.contact.email: req.body.email (src/a.ts:3) → mixpanel.track (src/a.ts:9)

The data map since main: 1 added, 1 removed (2 files now, 1 file in main).
`);
  });

  test('markdown has a table per kind, with paths from the top of the repository', () => {
    const text = renderDataMapChange('markdown', changeOf([log], [flow({})]), { color: false, prefix: 'apps/shop' });
    expect(text).toMatch(
      /^<!-- troth diff -->\n## Changes to the data map\n\nSince `main`: \*\*1 added, 1 removed\*\* /u,
    );
    expect(text).toContain('### Added\n\n| Change | From → to |\n| --- | --- |\n');
    expect(text).toContain(
      'new recipient Mixpanel (analytics, US) for `user.contact.email` | `req.body.email` `apps/shop/src/a.ts:3` →',
    );
  });

  test('neither lets names act', () => {
    const recipient = { ...MIXPANEL, name: '[x](https://evil.example)|@everyone <img src=x>\u001b[2J' };
    const source = { ...flow({}).source, expression: 'a|`b`' };
    for (const format of ['text', 'markdown'] as const) {
      const text = renderDataMapChange(format, changeOf([], [flow({ recipient, source })]), {
        color: false,
        prefix: '',
      });
      expect(text).not.toContain('\u001b');
      if (format === 'text') continue;
      expect(text).not.toMatch(/(?<!\\)\[x|@everyone|(?<!\\)<img|(?<!\\)\|@/u);
      const row = text.split('\n').find((line) => line.includes('everyone')) ?? '';
      expect(row.match(/(?<!\\)\|/gu)).toHaveLength(3);
    }
  });

  test('markdown stays below the limit of a comment, and counts what does not fit', () => {
    const many = Array.from({ length: 2000 }, (_, index) => {
      return flow({ recipient: { ...MIXPANEL, id: `r${index}`, name: `Recipient ${index}` } });
    });
    const text = renderDataMapChange('markdown', changeOf([], many), { color: false, prefix: '' });
    expect(text.length).toBeLessThan(65_000);
    expect(text).toMatch(/… and \d+ more/u);
  });

  test('an incomplete comparison never looks like no change', () => {
    const notification = {
      level: 'error',
      code: 'file-too-large',
      message: 'Not analysed.',
      file: 'src/b.ts',
    } as const;
    const change = changeOf([], [], { notifications: [{ state: 'before', notification }] });
    for (const format of ['text', 'markdown'] as const) {
      const text = renderDataMapChange(format, change, { color: false, prefix: '' });
      expect(text).toContain('ncomplete');
      expect(text).toContain('src/b.ts');
      expect(text).not.toContain('✅');
      expect(text).not.toContain('✔');
    }
  });
});

const SIGNUP = `import express from 'express';
import Mixpanel from 'mixpanel';
const mixpanel = Mixpanel.init('token');
express().post('/signup', (req, res) => {
  // here
  res.sendStatus(204);
});
`;
const TRACKING = SIGNUP.replace('// here', "mixpanel.people.set('id', { $email: req.body.email });");

describe('troth diff', () => {
  test('says what the branch adds, from where it parted', async () => {
    const cwd = repositoryWith({ 'src/signup.ts': SIGNUP });
    git(cwd, 'checkout', '--quiet', '-b', 'feature');
    commit(cwd, { 'src/signup.ts': TRACKING });
    git(cwd, 'checkout', '--quiet', 'main');
    commit(cwd, { 'src/log.ts': 'export const log = (req) => console.log(req.body.phone);\n' });
    git(cwd, 'checkout', '--quiet', 'feature');
    const temporary = emptyFolder();
    const { code, stdout, stderr } = await troth(['diff', 'main'], { cwd, environment: { TMPDIR: temporary } });
    expect(stdout).toMatch(/^ {2}\+ new recipient Mixpanel \(analytics, US\) for user\.contact\.email$/mu);
    expect(stdout).not.toContain('phone');
    expect(stderr).toMatch(/^✔ 1 file compared with 1 in main; \d changes? of the data map \(\d+\.\d s\)\n$/u);
    expect(code).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test('the other way round says what is gone; the same, that nothing changed', async () => {
    const cwd = repositoryWith({ 'src/signup.ts': TRACKING });
    write(cwd, { 'src/signup.ts': SIGNUP });
    expect((await troth(['diff', 'HEAD'], { cwd })).stdout).toContain('- recipient Mixpanel (analytics, US) is gone');
    write(cwd, { 'src/signup.ts': TRACKING });
    const { stdout, stderr } = await troth(['diff', 'HEAD'], { cwd });
    expect(stdout).toBe('✔ The data map is the same as in HEAD (1 file now, 1 file in HEAD).\n');
    expect(stderr).toContain('the data map did not change');
  });

  test('what the project file says holds for both states', async () => {
    const cwd = repositoryWith({
      'src/a.ts':
        "export const send = (req) => fetch('https://api.courier.example', { method: 'POST', body: req.body.email });\n",
    });
    write(cwd, {
      'troth.config.yaml':
        'recipients: [{ id: acme-courier, name: Acme Courier, class: logistics, hosts: [courier.example] }]\n',
    });
    expect((await troth(['diff', 'HEAD'], { cwd })).stdout).toContain('The data map is the same');
  });

  test('writes text and markdown at once; has no other format', async () => {
    const cwd = repositoryWith({ 'src/signup.ts': SIGNUP });
    write(cwd, { 'src/signup.ts': TRACKING });
    const { stdout } = await troth(['diff', 'HEAD', '-o', 'markdown=change.md'], { cwd });
    expect(stdout).toContain('+ new recipient Mixpanel');
    expect(readFileSync(join(cwd, 'change.md'), 'utf8')).toContain('## Changes to the data map');
    expect((await troth(['diff', 'HEAD', '-f', 'markdown'], { cwd })).stdout).toContain('### Added');
    const refused = await troth(['diff', 'HEAD', '-o', 'sarif=x.sarif'], { cwd });
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("no format 'sarif'") });
    expect(existsSync(join(cwd, 'x.sarif'))).toBe(false);
  });

  test('of named files: what flows through them, wherever it goes, also when they moved', async () => {
    const log = (field: string) => `export const log = (req) => console.log(req.body.${field});\n`;
    const cwd = repositoryWith({ 'package.json': '{}', 'src/signup.ts': SIGNUP, 'src/a.ts': log('email') });
    git(cwd, 'mv', 'src/a.ts', 'src/b.ts');
    write(cwd, { 'src/signup.ts': TRACKING, 'src/c.ts': log('phone') });
    const said = async (...paths: string[]) => {
      const { code, stdout } = await troth(['diff', 'HEAD', ...paths], { cwd });
      expect(code).toBe(0);
      return ['Mixpanel', 'phone', 'is the same'].filter((word) => stdout.includes(word));
    };
    expect(await said()).toEqual(['Mixpanel', 'phone']);
    expect(await said('src/signup.ts')).toEqual(['Mixpanel']);
    expect(await said('src/c.ts')).toEqual(['phone']);
    expect(await said('src/b.ts')).toEqual(['is the same']);
    expect(await said('src')).toEqual(['Mixpanel', 'phone']);
    // What the rest of the program had before is not new in a file of its own.
    write(cwd, { 'src/d.ts': log('email') });
    expect(await said('src/d.ts')).toEqual(['is the same']);
    expect(await troth(['diff', 'HEAD', 'src/gone.ts'], { cwd })).toMatchObject({ code: 2, stdout: '' });
  });

  test('of a shallow clone: refused, with the fix', async () => {
    const origin = repositoryWith({ 'src/signup.ts': SIGNUP });
    git(origin, 'checkout', '--quiet', '-b', 'feature');
    commit(origin, { 'src/signup.ts': TRACKING });
    const cwd = join(emptyFolder(), 'clone');
    git(origin, 'clone', '--quiet', '--depth', '1', '--branch', 'feature', `file://${origin}`, cwd);
    const { code, stdout, stderr } = await troth(['diff', 'origin/main'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('this clone is shallow');
    expect(stderr).toContain('fetch-depth: 0');
  });

  test('a file that was not analysed, then or now, makes it incomplete', async () => {
    const large = `// ${'x'.repeat(3000)}\n`;
    const cwd = repositoryWith({ 'src/signup.ts': SIGNUP, 'src/large.ts': large });
    write(cwd, { 'src/large.ts': '// small\n' });
    const { code, stdout, stderr } = await troth(['diff', 'HEAD', '--max-file-size', '2', '--quiet'], { cwd });
    expect(stdout).toContain('in HEAD: src/large.ts');
    expect(stderr).toMatch(/^! incomplete:/u);
    expect(code).toBe(3);
  });

  test.each<[string, string[], RegExp]>([
    ['no ref', ['diff'], /missing required argument 'ref'/u],
    ['an unknown ref', ['diff', 'mian'], /troth diff: there is no commit 'mian' here; did you mean `main`\?/u],
    ['a flag', ['diff', '--', '--output=x'], /names no commit/u],
    ['a gate', ['diff', 'main', '--fail-on', 'note'], /takes no --fail-on/u],
  ])('refused: %s', async (_, words, message) => {
    const { code, stdout, stderr } = await troth(words, { cwd: repositoryWith({ 'src/signup.ts': SIGNUP }) });
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('refused: no repository', async () => {
    const { code, stderr } = await troth(['diff', 'main'], { cwd: folderWith({ 'src/signup.ts': SIGNUP }) });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('needs a git repository') });
  });
});
