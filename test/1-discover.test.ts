import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DiscoverOptions, discover } from '../src/1-discover/discover.ts';
import { walk } from '../src/1-discover/walk.ts';
import type { Workspace } from '../src/core/workspace.ts';

let base: string;
let root: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'discover-')));
  root = join(base, 'root');
  mkdirSync(root);
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(files: Record<string, string>, under = root): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(under, path)), { recursive: true });
    writeFileSync(join(under, path), text);
  }
}

function json(files: Record<string, unknown>): void {
  write(Object.fromEntries(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])));
}

function found(options: Partial<DiscoverOptions> = {}): Workspace {
  return discover({ root, paths: [], include: [], exclude: [], includeTests: false, ...options });
}

/** `level code file` of each notification. */
function told(workspace: Workspace): string[] {
  return workspace.notifications.map(({ level, code, file }) => `${level} ${code} ${file}`);
}

describe('what is source', () => {
  it('lists the extensions of scripts and components, sorted by code units', () => {
    const names = [
      'a.ts',
      'b.tsx',
      'c.mts',
      'd.cts',
      'e.js',
      'f.jsx',
      'g.mjs',
      'h.cjs',
      'i.vue',
      'j.svelte',
      'Z.ts',
      'é.ts',
    ];
    write(Object.fromEntries([...names, 'x.json', 'x.vuex', 'ts', 'x.mtsx', 'x.TS'].map((name) => [name, ''])));
    expect(found().files).toEqual(['Z.ts', ...names.slice(0, 10), 'é.ts']);
  });

  it('leaves out other people’s code, output, declarations and tests', () => {
    write({
      'src/a.ts': '',
      'node_modules/x/index.js': '',
      'packages/p/node_modules/x/index.js': '',
      '.git/hooks/x.js': '',
      '.next/server/x.js': '',
      'dist/x.js': '',
      'packages/p/build/x.js': '',
      'coverage/x.js': '',
      'vendor/x.js': '',
      'src/types.d.ts': '',
      'src/types.d.mts': '',
      'public/lib.min.js': '',
      'src/__tests__/a.ts': '',
      'src/a.test.ts': '',
      'src/a.spec.tsx': '',
      'src/a.stories.tsx': '',
      'cypress/x.cy.ts': '',
      'e2e/x.ts': '',
      'fixtures/x.ts': '',
      'prisma/seed.ts': '',
      'prisma/seed/users.ts': '',
      'src/seeds/x.ts': '',
    });
    expect(found().files).toEqual(['src/a.ts']);
    expect(told(found())).toEqual([]);
    expect(found({ includeTests: true }).files).toEqual([
      'cypress/x.cy.ts',
      'e2e/x.ts',
      'fixtures/x.ts',
      'prisma/seed.ts',
      'prisma/seed/users.ts',
      'src/__tests__/a.ts',
      'src/a.spec.tsx',
      'src/a.stories.tsx',
      'src/a.test.ts',
      'src/a.ts',
      'src/seeds/x.ts',
    ]);
  });

  it('takes words of the business for source below a source folder', () => {
    write({
      'src/coverage/claim.ts': '',
      'src/vendor/payout.ts': '',
      'src/seed/phrase.ts': '',
      'src/node_modules/x.js': '',
      'out/x.js': '',
    });
    expect(found().files).toEqual(['src/coverage/claim.ts', 'src/seed/phrase.ts', 'src/vendor/payout.ts']);
  });

  it('judges names relative to the root', () => {
    write({ 'fixtures/tests/shop/a.ts': '', 'fixtures/tests/shop/tests/b.ts': '' });
    expect(found({ root: join(root, 'fixtures/tests/shop') }).files).toEqual(['a.ts']);
  });
});

describe('named paths', () => {
  it('count even where they would be left out, and only they are analysed', () => {
    write({ '.gitignore': 'generated/\n', 'a.ts': '', 'generated/g.ts': '', 'tests/t.test.ts': '', 'tests/t.ts': '' });
    write({ 'package.json': '{"name":"shop"}', 'dist/b/x.ts': '', 'dist/b/node_modules/x.ts': '' });
    expect(found({ paths: ['generated'] }).files).toEqual(['generated/g.ts']);
    expect(found({ paths: ['tests/t.test.ts', './a.ts', 'a.ts'] }).files).toEqual(['a.ts', 'tests/t.test.ts']);
    expect(found({ paths: ['tests'] }).files).toEqual(['tests/t.ts']);
    expect(found({ paths: ['dist/b'] }).files).toEqual(['dist/b/x.ts']);
    expect(found({ paths: ['a.ts'] }).packages.map(({ name }) => name)).toEqual(['shop']);
    expect(found({ paths: ['.'] }).files).toEqual(['a.ts']);
  });

  it('keep the ignore rules that hold inside them', () => {
    write({ '.gitignore': '*.gen.ts\n', 'src/.gitignore': 'local.ts\n' });
    write({ 'src/in/a.ts': '', 'src/in/a.gen.ts': '', 'src/in/local.ts': '' });
    expect(found({ paths: ['src/in'] }).files).toEqual(['src/in/a.ts']);
  });

  it('are the user’s mistake when missing, outside, or no source', () => {
    write({ 'a.md': '' });
    writeFileSync(join(base, 'b.ts'), '');
    symlinkSync(join(base, 'b.ts'), join(root, 'link.ts'));
    for (const path of ['missing.ts', '../b.ts', 'link.ts', 'a.md', '/etc']) {
      expect(() => found({ paths: [path] }), path).toThrow(expect.objectContaining({ name: 'UsageError' }));
    }
    expect(() => found({ root: join(root, 'none') })).toThrow(/cannot be read \(ENOENT\)/);
    expect(() => found({ root: join(root, 'a.md') })).toThrow(/Not a folder/);
  });
});

describe('patterns', () => {
  beforeEach(() => write({ 'src/a.ts': '', 'src/deep/b.tsx': '', 'lib/c.js': '', '.hidden/d.ts': '' }));

  it.each([
    [['src'], [], ['src/a.ts', 'src/deep/b.tsx']],
    [['src/**'], ['src/deep/'], ['src/a.ts']],
    [['./src/*.ts', 'lib/c.js'], [], ['lib/c.js', 'src/a.ts']],
    [['**/*.{tsx,js}'], [], ['lib/c.js', 'src/deep/b.tsx']],
    [[], ['**/*.ts'], ['lib/c.js', 'src/deep/b.tsx']],
    [[], ['src/a.ts', '.hidden'], ['lib/c.js', 'src/deep/b.tsx']],
    [['nothing'], [], []],
  ])('include %j exclude %j', (include, exclude, files) => {
    expect(found({ include, exclude }).files).toEqual(files);
  });

  it('reach names no pattern can spell', () => {
    write({ 'odd/new\nline.ts': '', 'odd/back\\slash.ts': '' });
    expect(found({ include: ['odd/**'] }).files).toEqual(['odd/back\\slash.ts', 'odd/new\nline.ts'].sort());
  });

  it('decide about problems too', () => {
    truncateSync(join(root, 'lib/c.js'), 11 * 1024 * 1024);
    expect(told(found({ include: ['lib'] }))).toEqual(['error file-too-large lib/c.js']);
    expect(told(found({ exclude: ['lib'] }))).toEqual([]);
    expect(told(found({ include: ['src'] }))).toEqual([]);
  });

  it('that would take for ever are refused', () => {
    expect(() => found({ exclude: ['*a*a*a*a*a*a*b'] })).toThrow(/Too many wildcards/);
    expect(() => found({ include: ['{a,b}'.repeat(20)] })).toThrow(/Too many wildcards/);
  });
});

describe('ignore files', () => {
  it('work without git, nested, with negation, and the deeper one wins', () => {
    write({
      '.gitignore': '# generated\n*.gen.ts\n/only-top.ts\nsecret/\nlogs/*\n!logs/keep.ts\n',
      'src/.gitignore': '!wanted.gen.ts\nunwanted.ts\n',
      'src/.trothignore': 'legacy/\n',
      'a.gen.ts': '',
      'only-top.ts': '',
      'src/only-top.ts': '',
      'src/wanted.gen.ts': '',
      'src/unwanted.ts': '',
      'unwanted.ts': '',
      'src/legacy/x.ts': '',
      'secret/x.ts': '',
      'logs/keep.ts': '',
      'logs/drop.ts': '',
    });
    expect(found().files).toEqual(['logs/keep.ts', 'src/only-top.ts', 'src/wanted.gen.ts', 'unwanted.ts']);
  });

  it('a folder that a deeper file re-includes keeps its contents, as in git', () => {
    write({ '.gitignore': 'api/\n', 'src/.gitignore': '!api/\n', 'src/api/a.ts': '', 'api/b.ts': '' });
    expect(found().files).toEqual(['src/api/a.ts']);
  });

  it('are case-sensitive, never read through a link, and cannot hang the walk', () => {
    write({ '.gitignore': `SRC/\n${'*a'.repeat(40)}b.ts\n`, [`src/${'a'.repeat(200)}.ts`]: '', 'sub/a.ts': '' });
    writeFileSync(join(base, 'outside'), '*.ts\n');
    symlinkSync(join(base, 'outside'), join(root, 'sub/.gitignore'));
    const workspace = found();
    expect(workspace.files).toHaveLength(2);
    expect(told(workspace)).toEqual([
      'warning configuration-ignored .gitignore',
      'warning configuration-ignored sub/.gitignore',
    ]);
  });
});

describe('hostile names', () => {
  it('are kept exactly', () => {
    const names = [
      'new\nline.ts',
      '\u001b[31mred.ts',
      '::error::x.ts',
      'caf\u00e9.ts',
      'cafe\u0301.ts',
      'us\u200ber.ts',
      'user.ts',
      'User.ts',
      'back\\slash.ts',
      'glob[*]?{a}.ts',
      ' .ts',
      '-x.ts',
      'c:x.ts',
      '\ufffd.ts',
      '__proto__.ts',
      `${'n'.repeat(250)}.ts`,
    ];
    write(Object.fromEntries(names.map((name) => [`src/${name}`, ''])));
    write({ 'r[oo]t (1)/a.ts': '', 'folder.ts/b.ts': '' });
    const expected = [...names.map((name) => `src/${name}`), 'r[oo]t (1)/a.ts', 'folder.ts/b.ts'];
    expect(found().files).toEqual(expected.sort());
    expect(told(found())).toEqual([]);
    expect(found({ root: join(root, 'r[oo]t (1)'), include: ['**'] }).files).toEqual(['a.ts']);
  });

  it('that are not UTF-8 are reported by their bytes', () => {
    const at = (name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
    writeFileSync(at('caf\xe9.ts'), '');
    writeFileSync(at('caf\xe9.txt'), '');
    mkdirSync(at('dir\xff'));
    expect(found().files).toEqual([]);
    expect(told(found())).toEqual(['error name-not-readable caf\\xe9.ts', 'error name-not-readable dir\\xff']);
  });

  it('never reach a message', () => {
    write({ 'evil\u001b[2J.ts': '' });
    truncateSync(join(root, 'evil\u001b[2J.ts'), 11 * 1024 * 1024);
    const [notification] = found().notifications;
    expect(notification?.message).toMatch(/^[ -~]+$/);
    expect(notification?.message).not.toContain('evil');
  });
});

describe('what is not a regular file', () => {
  it('links are not followed, and reported when they lead to what is not listed', () => {
    write({ 'src/a.ts': '', 'src/deep/b.ts': '', 'dist/d.ts': '', 'README.md': '' });
    write({ 'o.ts': '', 'folder/p.ts': '', 'notes.md': '' }, base);
    const link = (target: string, path: string) => symlinkSync(target, join(root, path));
    link('a.ts', 'src/inside.ts');
    link('deep', 'src/inside-folder');
    link('.', 'src/loop');
    link('..', 'src/loop2');
    link('self.ts', 'src/self.ts');
    link('../dist/d.ts', 'src/excluded.ts');
    link('../../o.ts', 'src/outside.ts');
    link('../../folder', 'src/outside-folder');
    link('../../notes.md', 'src/notes.md');
    link('nowhere.ts', 'src/dangling.ts');
    link('nowhere', 'src/dangling');
    link('someone@host.1', 'src/.#a.ts');
    link('/dev/zero', 'src/zero.ts');
    link('/proc/self/environ', 'src/environ.ts');
    link('/', 'node_modules');
    const workspace = found();
    expect(workspace.files).toEqual(['src/a.ts', 'src/deep/b.ts']);
    expect(told(workspace)).toEqual([
      'note link-not-followed src/dangling',
      'error link-not-followed src/dangling.ts',
      'error link-not-followed src/environ.ts',
      'error link-not-followed src/excluded.ts',
      'warning link-not-followed src/outside-folder',
      'error link-not-followed src/outside.ts',
      'error link-not-followed src/self.ts',
      'error link-not-followed src/zero.ts',
    ]);
  });

  it('a pipe is reported, also as a configuration', () => {
    for (const name of ['x.ts', 'tsconfig.json', 'package.json', '.gitignore'])
      execFileSync('mkfifo', [join(root, name)]);
    const workspace = found();
    expect(workspace.files).toEqual([]);
    expect(told(workspace)).toEqual([
      'warning configuration-ignored .gitignore',
      'warning configuration-ignored package.json',
      'warning configuration-ignored tsconfig.json',
      'error file-not-regular x.ts',
    ]);
  });

  it('an unreadable folder is reported', () => {
    write({ 'locked/a.ts': '', 'b.ts': '' });
    chmodSync(base, 0o755);
    chmodSync(join(root, 'locked'), 0);
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.(65534);
    try {
      expect(found().files).toEqual(['b.ts']);
      expect(told(found({ include: ['nothing'] }))).toEqual(['error folder-not-read locked']);
      expect(told(found({ exclude: ['locked'] }))).toEqual([]);
    } finally {
      if (user === 0) process.seteuid?.(0);
      chmodSync(join(root, 'locked'), 0o755);
    }
  });

  it('a root that cannot be read is reported whatever the patterns', () => {
    chmodSync(base, 0o755);
    chmodSync(root, 0);
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.(65534);
    try {
      const notifications = found({ include: ['src'], exclude: ['lib'] }).notifications;
      expect(notifications).toMatchObject([{ level: 'error', code: 'folder-not-read' }]);
    } finally {
      if (user === 0) process.seteuid?.(0);
      chmodSync(root, 0o755);
    }
  });

  it('a file over the limit is reported before it is read', () => {
    write({ 'a.ts': '', 'big.ts': '' });
    truncateSync(join(root, 'big.ts'), 3 * 1024 ** 3);
    expect(told(found())).toEqual(['error file-too-large big.ts']);
    expect(found({ maxFileSize: 4 * 1024 ** 3 }).files).toEqual(['a.ts', 'big.ts']);
  });
});

describe('limits', () => {
  const limits = { maxFileSize: 1000, includeTests: false, maxEntries: 1000, maxDepth: 1000 };

  it('deep folders are walked, and the limit of depth is told', () => {
    const deep = `${'d/'.repeat(400)}a.ts`;
    write({ [deep]: '' });
    expect(found().files).toEqual([deep]);
    const listing = walk('', [], { ...limits, root, maxDepth: 2 });
    expect(listing.problems).toMatchObject([{ level: 'error', code: 'limit-reached', file: 'd/d/d' }]);
  });

  it('the limit of entries is told', () => {
    write({ 'a.ts': '', 'b.ts': '', 'c.ts': '' });
    const listing = walk('', [], { ...limits, root, maxEntries: 2 });
    expect(listing.problems).toMatchObject([{ level: 'error', code: 'limit-reached' }]);
    expect(listing.problems[0]?.file).toBeUndefined();
  });
});

describe('listed = analysed + reported', () => {
  const folders = ['src', 'app', 'lib/x', 'node_modules/p', 'tests', 'src/vendor', 'packages/p/dist'];
  const names = ['a.ts', 'b.js', 'c.test.ts', 'd.d.ts', 'e.min.js', 'f.md', 'g\n.ts', 'h.tsx'];
  const kinds = ['file', 'large', 'outside', 'dangling', 'pipe'] as const;
  const entry = fc.record({
    path: fc.tuple(fc.constantFrom(...folders), fc.constantFrom(...names)).map((parts) => parts.join('/')),
    kind: fc.constantFrom(...kinds),
  });
  const leftOut = /(^|\/)(node_modules|tests|dist)\/|\.test\.ts$|\.d\.ts$|\.min\.js$|\.md$/;

  it('holds for any mixture of entries', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 12 }), (entries) => {
        rmSync(root, { recursive: true });
        mkdirSync(root);
        for (const { path, kind } of entries) make(path, kind);
        const { files, notifications } = found({ maxFileSize: 100 });
        const reported = notifications.filter(({ level }) => level === 'error').map(({ file }) => file);
        expect([...files, ...reported].sort()).toEqual(
          entries
            .map(({ path }) => path)
            .filter((path) => !leftOut.test(path))
            .sort(),
        );
        expect(files).toEqual(
          entries
            .filter(({ path, kind }) => kind === 'file' && !leftOut.test(path))
            .map(({ path }) => path)
            .sort(),
        );
      }),
      { numRuns: 60 },
    );
  });

  function make(path: string, kind: (typeof kinds)[number]): void {
    if (kind === 'file' || kind === 'large') write({ [path]: 'x'.repeat(kind === 'large' ? 101 : 100) });
    else mkdirSync(dirname(join(root, path)), { recursive: true });
    if (kind === 'outside') symlinkSync('/etc/hostname', join(root, path));
    if (kind === 'dangling') symlinkSync('nowhere', join(root, path));
    if (kind === 'pipe') execFileSync('mkfifo', [join(root, path)]);
  }
});

describe('packages', () => {
  it('are read wherever the walk goes, with merged dependencies', () => {
    json({
      'package.json': {
        name: 'shop',
        main: 'index.js',
        exports: { '.': './index.js' },
        imports: { '#x': './x.js' },
        devDependencies: { a: '1', b: 'dev' },
        dependencies: { b: '2' },
        peerDependencies: { c: '3', bad: 4 },
        optionalDependencies: { d: '4' },
      },
      'api/package.json': {},
      'node_modules/x/package.json': { name: 'x' },
    });
    expect(found().packages).toEqual([
      { directory: 'api', dependencies: {}, workspaceMember: false },
      {
        directory: '',
        name: 'shop',
        main: 'index.js',
        exports: { '.': './index.js' },
        imports: { '#x': './x.js' },
        dependencies: { a: '1', b: '2', c: '3', d: '4' },
        workspaceMember: false,
      },
    ]);
  });

  it.each([
    ['npm', { 'package.json': '{"workspaces":["packages/*","./apps/**","!**/old"]}' }],
    ['yarn', { 'package.json': '{"workspaces":{"packages":["packages/*","apps/**","!**/old"],"nohoist":["x"]}}' }],
    [
      'pnpm',
      { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - "apps/**"\n  - "!**/old"\n' },
    ],
  ])('know the members of %s workspaces', (_, files) => {
    write(files);
    for (const folder of ['packages/a', 'packages/a/b', 'packages/old', 'apps/x/y', 'tools/t']) {
      json({ [`${folder}/package.json`]: { name: folder } });
    }
    const members = found().packages.filter(({ workspaceMember }) => workspaceMember);
    expect(members.map(({ directory }) => directory)).toEqual(['apps/x/y', 'packages/a']);
  });

  it('find workspaces of a nested root', () => {
    json({ 'web/package.json': { workspaces: ['lib'] }, 'web/lib/package.json': {}, 'lib/package.json': {} });
    const members = found().packages.filter(({ workspaceMember }) => workspaceMember);
    expect(members.map(({ directory }) => directory)).toEqual(['web/lib']);
  });

  it.each([
    ['truncated', '{"name":'],
    ['an array', '[]'],
    ['empty', ''],
    ['too deep to parse', `${'['.repeat(300_000)}`],
    ['a megabyte of quotes', '"\\'.repeat(400_000)],
    ['a megabyte of comments', '/*'.repeat(400_000)],
  ])('one that is %s costs itself only', (_, text) => {
    write({ 'a/package.json': text, 'package.json': '{"name":"shop"}' });
    expect(found().packages.map(({ name }) => name)).toEqual(['shop']);
    expect(told(found())).toEqual(['warning configuration-ignored a/package.json']);
  });

  it('do not pollute prototypes', () => {
    write({
      'package.json':
        '{"name":"x","dependencies":{"__proto__":"1","constructor":"2"},"exports":{"__proto__":{"polluted":1},"a":"b"}}',
    });
    const [manifest] = found().packages;
    expect(Object.keys(manifest?.dependencies ?? {})).toEqual(['constructor']);
    expect((manifest as unknown as { exports: Record<string, unknown> }).exports['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('lose exports that are too deep, with a word', () => {
    write({ 'package.json': `{"name":"x","exports":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}` });
    expect(found().packages).toEqual([{ directory: '', name: 'x', dependencies: {}, workspaceMember: false }]);
    expect(told(found())).toEqual(['warning configuration-ignored package.json']);
  });

  it.each([
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((c, i) => `${c}: &${c} [${`*${'abcdefg'[i]},`.repeat(9)}]`)
        .join('\n')}\npackages: *h\n`,
    ],
    ['too deep', `${'['.repeat(20_000)}`],
    ['broken', 'packages: [\n'],
  ])('a pnpm file that is %s is ignored', (_, text) => {
    write({ 'package.json': '{}', 'pnpm-workspace.yaml': text });
    expect(told(found())).toEqual(['warning configuration-ignored pnpm-workspace.yaml']);
  });
});

describe('path mappings', () => {
  const mapping = () => found().tsconfigs.map((config) => JSON.parse(JSON.stringify(config)));

  it('understand comments, trailing commas, a byte order mark and UTF-16', () => {
    const text =
      '{ // "no"\n /* "paths": 1, */ "compilerOptions": { "baseUrl": "./src", "paths": { "@/*": ["*", "//x",], }, }, }';
    write({ 'a/tsconfig.json': `\uFEFF${text}` });
    mkdirSync(join(root, 'b'));
    writeFileSync(join(root, 'b/jsconfig.json'), Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect(mapping()).toEqual([
      { directory: 'a', baseUrl: 'a/src', paths: { '@/*': ['a/src/*'] } },
      { directory: 'b', baseUrl: 'b/src', paths: { '@/*': ['b/src/*'] } },
    ]);
    expect(told(found())).toEqual([]);
  });

  it('follow relative extends: paths belong to the file that says them, the child’s replace the parent’s', () => {
    json({
      'tsconfig.base.json': { compilerOptions: { paths: { '@lib/*': ['libs/*'], out: ['../x'] } } },
      'other.json': { compilerOptions: { paths: { '#/*': ['other/*'] } } },
      'apps/a/tsconfig.json': { extends: '../../tsconfig.base.json' },
      'apps/b/tsconfig.json': { extends: ['../../tsconfig.base', '../../other'], compilerOptions: { baseUrl: '.' } },
      'apps/c/tsconfig.json': { extends: '../../tsconfig.base', compilerOptions: { paths: { '~/*': ['./src/*'] } } },
      'apps/d/tsconfig.json': { extends: '@tsconfig/node20/tsconfig.json' },
    });
    expect(mapping()).toEqual([
      { directory: 'apps/a', paths: { '@lib/*': ['libs/*'] } },
      { directory: 'apps/b', baseUrl: 'apps/b', paths: { '#/*': ['other/*'] } },
      { directory: 'apps/c', paths: { '~/*': ['apps/c/src/*'] } },
      { directory: 'apps/d', paths: {} },
      { directory: '', paths: { '@lib/*': ['libs/*'] } },
    ]);
    expect(told(found())).toEqual([]);
  });

  it('substitute the folder of the config, and find the config of a solution', () => {
    json({
      'base.json': { compilerOptions: { paths: { '@/*': ['${configDir}/src/*'] } } },
      'web/tsconfig.json': { files: [], references: [{ path: './tsconfig.app.json' }] },
      'web/tsconfig.app.json': { extends: '../base.json' },
      'web/tsconfig.node.json': { compilerOptions: { baseUrl: './node' } },
    });
    expect(mapping()).toEqual([{ directory: 'web', paths: { '@/*': ['web/src/*'] } }]);
  });

  it('survive loops, missing files and invalid ones', () => {
    json({
      'a/tsconfig.json': { extends: './b.json', compilerOptions: { paths: { x: ['y'] } } },
      'a/b.json': { extends: './tsconfig.json' },
      'c/tsconfig.json': { extends: './missing', compilerOptions: { baseUrl: 'src' } },
      'd/tsconfig.json': { compilerOptions: { baseUrl: 3, paths: { '*/*': ['a'], x: 'a', y: [4], z: [] } } },
    });
    write({ 'e/tsconfig.json': '{' });
    expect(mapping()).toEqual([
      { directory: 'a', paths: { x: ['a/y'] } },
      { directory: 'c', baseUrl: 'c/src', paths: {} },
      { directory: 'd', paths: {} },
    ]);
    expect(told(found())).toEqual([
      'warning configuration-ignored a/b.json',
      'warning configuration-ignored c/tsconfig.json',
      'warning configuration-ignored e/tsconfig.json',
    ]);
  });

  it('never look outside', () => {
    const outside = JSON.stringify({ compilerOptions: { paths: { stolen: ['x'] } } });
    write({ 'outside/tsconfig.json': outside }, base);
    symlinkSync('../outside', join(root, 'linked'));
    mkdirSync(join(root, 'f'));
    symlinkSync('../../outside/tsconfig.json', join(root, 'f/tsconfig.json'));
    json({
      'a/tsconfig.json': { extends: '../../outside/tsconfig.json' },
      'b/tsconfig.json': { extends: '../linked/tsconfig.json' },
      'c/tsconfig.json': { compilerOptions: { baseUrl: '../..', paths: { x: ['/etc/*', 'C:/x', '../../x', 'ok'] } } },
      'd/tsconfig.json': { extends: '/etc/passwd' },
      'e/tsconfig.json': { extends: './zero.json' },
    });
    symlinkSync('/dev/zero', join(root, 'e/zero.json'));
    expect(mapping()).toEqual([
      { directory: 'a', paths: {} },
      { directory: 'b', paths: {} },
      { directory: 'c', paths: { x: ['c/ok'] } },
      { directory: 'd', paths: {} },
      { directory: 'e', paths: {} },
    ]);
    expect(told(found()).filter((line) => line.includes('configuration'))).toEqual([
      'warning configuration-ignored a/tsconfig.json',
      'warning configuration-ignored b/tsconfig.json',
      'warning configuration-ignored e/tsconfig.json',
    ]);
  });

  it('do not multiply: forty files, each extending the next one twice', () => {
    for (let index = 0; index < 40; index++) {
      json({ [`n${index}.json`]: { extends: [`./n${index + 1}.json`, `./n${index + 1}.json`] } });
    }
    json({ 'tsconfig.json': { extends: './n0.json' } });
    expect(mapping()).toEqual([{ directory: '', paths: {} }]);
    expect(found().notifications.length).toBeGreaterThan(0);
  });
});

describe('schemas', () => {
  it('are found unless left out', () => {
    write({
      'prisma/schema.prisma': '',
      'db/schema/user.prisma': '',
      'tests/x.prisma': '',
      'node_modules/x.prisma': '',
    });
    expect(found().schemas).toEqual([
      { file: 'db/schema/user.prisma', kind: 'prisma' },
      { file: 'prisma/schema.prisma', kind: 'prisma' },
    ]);
    const { schemas } = found({ include: ['src'], exclude: ['db'] });
    expect(schemas).toEqual([{ file: 'prisma/schema.prisma', kind: 'prisma' }]);
  });
});
