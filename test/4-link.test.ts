import { describe, expect, test } from 'vitest';
import { parse } from '../src/2-parse/parse.ts';
import { lower } from '../src/3-lower/lower.ts';
import { link } from '../src/4-link/link.ts';
import { NO_SCHEMAS } from '../src/core/facts.ts';
import { compareText } from '../src/core/location.ts';
import type { Binding, ModuleReference, Program, TypeTarget } from '../src/core/program.ts';
import type { PackageManifest, PathMapping } from '../src/core/workspace.ts';

interface Surroundings {
  readonly packages?: readonly PackageManifest[];
  readonly tsconfigs?: readonly PathMapping[];
}

/** A program of these files: path → text. */
function linked(
  sources: Readonly<Record<string, string>>,
  { packages = [], tsconfigs = [] }: Surroundings = {},
): Program {
  const facts = Object.entries(sources)
    .sort(([a], [b]) => compareText(a, b))
    .map(([file, source]) => {
      const { text, tree, syntaxErrors } = parse(file, source);
      return lower(file, text, tree, syntaxErrors);
    });
  return link(facts, NO_SCHEMAS, { packages, tsconfigs });
}

/** A program of empty files. */
function files(paths: readonly string[], surroundings?: Surroundings): Program {
  return linked(Object.fromEntries(paths.map((path) => [path, ''])), surroundings);
}

function indexOf(program: Program, file: string): number {
  const index = program.files.findIndex((facts) => facts.file === file);
  if (index < 0) throw new Error(`no file ${file}`);
  return index;
}

/** What an import in a file means: a path, `npm <package> <subpath>`, or `unknown`. */
function resolved(program: Program, file: string, specifier: string): string {
  return printModule(program, program.module(indexOf(program, file), specifier));
}

function printModule(program: Program, reference: ModuleReference): string {
  if (reference.kind === 'file') return program.files[reference.file]?.file ?? '';
  return reference.kind === 'package' ? ['npm', reference.package, ...reference.subpath].join(' ') : 'unknown';
}

/** What a file's export is: `<file>#<variable>`, or the module or member of a package it stands for. */
function exported(program: Program, file: string, name: string): string | undefined {
  const binding = program.exported(indexOf(program, file), name);
  return binding && printBinding(program, binding);
}

function printBinding(program: Program, binding: Binding): string {
  if (binding.kind === 'module') return `module ${printModule(program, binding.module)}`;
  if (binding.kind === 'member') return `${printModule(program, binding.module)} . ${binding.name}`;
  const cell = program.cells[binding.cell];
  return `${program.files[cell?.file ?? -1]?.file}#${cell?.name}`;
}

/** What a type's name in a file means. */
function typeOf(program: Program, file: string, name: string): string | undefined {
  const target = program.typeNamed(indexOf(program, file), name);
  return target && printTarget(program, target);
}

function printTarget(program: Program, target: TypeTarget): string {
  if (target.kind === 'library') return `npm ${target.package} ${target.name}`;
  return target.kind === 'declaration' ? target.id : className(program, target.class);
}

function className(program: Program, id: number): string {
  const found = program.classes[id];
  return `class ${program.files[found?.file ?? -1]?.file}#${found?.facts.name}`;
}

function manifest(directory: string, name: string, rest: Partial<PackageManifest> = {}): PackageManifest {
  return { directory, name, dependencies: {}, workspaceMember: true, ...rest };
}

describe('relative modules', () => {
  const program = files([
    'src/a.ts',
    'src/both.js',
    'src/both.ts',
    'src/compiled.ts',
    'src/view.tsx',
    'src/esm.mts',
    'src/cjs.cts',
    'src/script.js',
    'src/folder/index.ts',
    'src/folder.test.ts',
    'src/name.service.ts',
    'index.ts',
    'lib/deep/x.ts',
  ]);

  test.each([
    ['./both', 'src/both.ts'],
    ['./both.js', 'src/both.js'],
    ['./compiled.js', 'src/compiled.ts'],
    ['./view', 'src/view.tsx'],
    ['./view.js', 'src/view.tsx'],
    ['./view.jsx', 'src/view.tsx'],
    ['./esm.mjs', 'src/esm.mts'],
    ['./cjs.cjs', 'src/cjs.cts'],
    ['./script', 'src/script.js'],
    ['./folder', 'src/folder/index.ts'],
    ['./folder/', 'src/folder/index.ts'],
    ['./folder/index.js', 'src/folder/index.ts'],
    ['./name.service', 'src/name.service.ts'],
    ['.', 'unknown'],
    ['..', 'index.ts'],
    ['../lib/./deep/../deep/x', 'lib/deep/x.ts'],
    ['../../outside', 'unknown'],
    ['./missing', 'unknown'],
    ['./style.css', 'unknown'],
    ['/src/view', 'src/view.tsx'],
  ])('%s → %s', (specifier, expected) => {
    expect(resolved(program, 'src/a.ts', specifier)).toBe(expected);
  });
});

describe('packages', () => {
  const program = files(['a.ts']);

  test.each([
    ['winston', 'npm winston'],
    ['lodash/fp/pick', 'npm lodash fp pick'],
    ['@aws-sdk/client-s3', 'npm @aws-sdk/client-s3'],
    ['@scope/name/sub/path.js', 'npm @scope/name sub path.js'],
    ['node:fs', 'npm node:fs'],
    ['node:fs/promises', 'npm node:fs promises'],
    ['constructor', 'npm constructor'],
    ['__proto__', 'npm __proto__'],
    ['', 'unknown'],
  ])('%s → %s', (specifier, expected) => {
    expect(resolved(program, 'a.ts', specifier)).toBe(expected);
  });

  test('those that are imported, required or re-exported are known by name', () => {
    const { packages } = linked({
      'a.ts':
        "import x from 'imported'; export * from 're-exported/sub'; import './b'; import type { T } from 'types';",
      'b.js': "const a = require('required'); async function f() { await import('@dynamic/x/y'); }",
    });
    expect([...packages].sort()).toEqual(['@dynamic/x', 'imported', 're-exported', 'required', 'types']);
  });
});

describe('path mappings', () => {
  const paths = ['src/lib/db.ts', 'src/main.ts', 'apps/web/src/lib/db.ts', 'apps/web/main.ts', 'apps/webapp/main.ts'];
  const tsconfigs: PathMapping[] = [
    { directory: '', baseUrl: 'src', paths: { '~/*': ['src/*'], exact: ['src/lib/db.ts'] } },
    { directory: 'apps/web', paths: { '~/*': ['apps/web/generated/*', 'apps/web/src/*'] } },
  ];
  const program = files(paths, { tsconfigs });

  test.each([
    ['src/main.ts', '~/lib/db', 'src/lib/db.ts'],
    ['src/main.ts', 'exact', 'src/lib/db.ts'],
    ['src/main.ts', 'exact/more', 'npm exact more'],
    ['src/main.ts', 'lib/db', 'src/lib/db.ts'],
    ['apps/web/main.ts', '~/lib/db', 'apps/web/src/lib/db.ts'],
    ['apps/webapp/main.ts', '~/lib/db', 'src/lib/db.ts'],
    ['src/main.ts', 'react', 'npm react'],
  ])('%s imports %s → %s', (file, specifier, expected) => {
    expect(resolved(program, file, specifier)).toBe(expected);
  });

  test('lead to no file outside the root', () => {
    const outside = files(['a.ts', 'x.ts'], { tsconfigs: [{ directory: '', paths: { '@/*': ['../*'] } }] });
    expect(resolved(outside, 'a.ts', '@/x')).toBe('npm @/x');
  });
});

describe('workspace packages', () => {
  const program = files(
    [
      'apps/api/main.ts',
      'packages/main/src/index.ts',
      'packages/plain/index.ts',
      'packages/plain/deep/file.ts',
      'packages/bare/src/index.ts',
      'packages/bare/src/util.ts',
      'packages/map/src/index.ts',
      'packages/map/src/server.ts',
      'packages/map/src/features/login.ts',
      'packages/map/src/private.ts',
      'packages/condition/src/source.ts',
      'packages/condition/src/node.ts',
      'packages/text/src/entry.ts',
      'packages/inner/src/db/client.ts',
      'packages/inner/src/env.ts',
      'packages/inner/nested/file.ts',
    ],
    {
      packages: [
        manifest('packages/main', '@acme/main', { main: './dist/index.js' }),
        manifest('packages/plain', 'plain'),
        manifest('packages/bare', '@acme/bare'),
        manifest('packages/map', '@acme/map', {
          exports: {
            '.': './dist/index.js',
            './server': { import: './dist/esm/server.mjs' },
            './*': './dist/features/*.js',
          },
        }),
        manifest('packages/condition', '@acme/condition', {
          exports: {
            '.': { browser: './dist/missing.js', node: { require: './dist/node.js' } },
            './typed': { types: './dist/source.d.ts', default: './dist/node.js' },
            './listed': [{ nothing: './x' }, './dist/node.js'],
            './none': null,
          },
        }),
        manifest('packages/text', '@acme/text', { exports: './lib/entry.js' }),
        manifest('packages/inner', '@acme/inner', {
          imports: { '#db/*': './src/db/*.ts', '#env': { node: './src/env.ts' }, '#dep': 'lodash' },
        }),
      ],
    },
  );

  test.each([
    ['@acme/main', 'packages/main/src/index.ts'],
    ['plain', 'packages/plain/index.ts'],
    ['plain/deep/file', 'packages/plain/deep/file.ts'],
    ['@acme/bare', 'packages/bare/src/index.ts'],
    ['@acme/bare/util', 'packages/bare/src/util.ts'],
    ['@acme/map', 'packages/map/src/index.ts'],
    ['@acme/map/server', 'packages/map/src/server.ts'],
    ['@acme/map/login', 'packages/map/src/features/login.ts'],
    ['@acme/condition', 'packages/condition/src/node.ts'],
    ['@acme/condition/typed', 'packages/condition/src/source.ts'],
    ['@acme/condition/listed', 'packages/condition/src/node.ts'],
    ['@acme/text', 'packages/text/src/entry.ts'],
    ['@acme/missing', 'npm @acme/missing'],
    ['@acme/bare/missing', 'npm @acme/bare missing'],
  ])('%s → %s', (specifier, expected) => {
    expect(resolved(program, 'apps/api/main.ts', specifier)).toBe(expected);
  });

  test('a package’s own # names are those of the nearest manifest', () => {
    expect(resolved(program, 'packages/inner/nested/file.ts', '#db/client')).toBe('packages/inner/src/db/client.ts');
    expect(resolved(program, 'packages/inner/nested/file.ts', '#env')).toBe('packages/inner/src/env.ts');
    expect(resolved(program, 'packages/plain/index.ts', '#env')).not.toContain('packages/inner');
  });

  test('an endless map of conditions ends', () => {
    const endless: Record<string, unknown> = {};
    endless['node'] = endless;
    const loop = files(['a.ts'], { packages: [manifest('p', 'p', { exports: endless })] });
    expect(resolved(loop, 'a.ts', 'p')).toBe('npm p');
  });
});

describe('exports', () => {
  const program = linked({
    'db.ts': 'export const db = open(); export function find() {} export class Users {} export default db;',
    'names.ts': "const a = 1; export { a as renamed, a as default }; export { db as store } from './db';",
    'barrel.ts':
      "export * from './names'; export * from './more'; export * as all from './db'; export * from 'library';",
    'more.ts':
      "export { default as fallback } from './db'; export { merge } from 'lodash'; import { db } from './db'; export { db };",
    'cycle-a.ts': "export * from './cycle-b'; export const one = 1;",
    'cycle-b.ts': "export * from './cycle-a'; export { two } from './cycle-a'; export const three = 3;",
    'own.ts': "export * from './names'; export const renamed = 2;",
    'module.ts':
      "import * as everything from './db'; export { everything }; import config from 'config'; export default config;",
  });

  test.each([
    ['db.ts', 'db', 'db.ts#db'],
    ['db.ts', 'find', 'db.ts#find'],
    ['db.ts', 'Users', 'db.ts#Users'],
    ['db.ts', 'default', 'db.ts#db'],
    ['db.ts', 'missing', undefined],
    ['db.ts', 'toString', undefined],
    ['db.ts', '__proto__', undefined],
    ['names.ts', 'renamed', 'names.ts#a'],
    ['names.ts', 'a', undefined],
    ['barrel.ts', 'renamed', 'names.ts#a'],
    ['barrel.ts', 'store', 'db.ts#db'],
    ['barrel.ts', 'fallback', 'db.ts#db'],
    ['barrel.ts', 'db', 'db.ts#db'],
    ['barrel.ts', 'merge', 'npm lodash . merge'],
    ['barrel.ts', 'all', 'module db.ts'],
    ['barrel.ts', 'default', undefined],
    ['cycle-a.ts', 'three', 'cycle-b.ts#three'],
    ['cycle-b.ts', 'one', 'cycle-a.ts#one'],
    ['cycle-a.ts', 'two', undefined],
    ['own.ts', 'renamed', 'own.ts#renamed'],
    ['module.ts', 'everything', 'module db.ts'],
    ['module.ts', 'default', 'npm config . default'],
  ])('%s exports %s: %s', (file, name, expected) => {
    expect(exported(program, file, name)).toBe(expected);
  });

  test('a chain of barrels has no depth limit', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`m${index}.ts`, `export * from './m${index + 1}';`]),
    );
    const long = linked({ ...chain, 'm3000.ts': 'export const end = 1;' });
    expect(exported(long, 'm0.ts', 'end')).toBe('m3000.ts#end');
  });
});

describe('types', () => {
  const program = linked({
    'user.ts': 'export interface User {} export class Account {} type Hidden = 1; export default interface Main {}',
    'barrel.ts':
      "export * from './user'; export { User as Person } from './user'; export type { Request } from 'express';",
    'use.ts': `import { User, Person as Someone, Request } from './barrel';
      import type Main from './user';
      import * as users from './user';
      import { Repository as Repo } from 'typeorm';
      import * as express from 'express';
      import Stripe from 'stripe';
      interface Local {} enum Kind { A }`,
    'shadow.ts': "import { User } from './user'; class constructor {}",
  });

  test.each([
    ['use.ts', 'User', 'user.ts#User'],
    ['use.ts', 'Someone', 'user.ts#User'],
    ['use.ts', 'Request', 'npm express Request'],
    ['use.ts', 'users.User', 'user.ts#User'],
    ['use.ts', 'users.Account', 'class user.ts#Account'],
    ['use.ts', 'Repo', 'npm typeorm Repository'],
    ['use.ts', 'express.Request', 'npm express Request'],
    ['use.ts', 'Stripe.Customer', 'npm stripe Customer'],
    ['use.ts', 'Local', 'use.ts#Local'],
    ['use.ts', 'Unheard', undefined],
    ['use.ts', 'toString', undefined],
    ['shadow.ts', 'constructor', 'class shadow.ts#constructor'],
  ])('%s: %s is %s', (file, name, expected) => {
    expect(typeOf(program, file, name)).toBe(expected);
  });

  test('exports that lead in a circle lead nowhere', () => {
    const circle = linked({
      'a.ts': "export * from './b'; export { T } from './b';",
      'b.ts': "export * from './a'; export { T } from './a';",
      'c.ts': "import { T } from './a';",
    });
    expect(typeOf(circle, 'c.ts', 'T')).toBeUndefined();
  });
});

describe('class hierarchy', () => {
  const program = linked({
    'base.ts': 'export abstract class Base {} export interface Port {}',
    'impl.ts': "import { Base as Parent, Port } from './base'; export class Impl extends Parent implements Port {}",
    'leaf.ts':
      "import { Impl } from './impl'; class Leaf extends Impl {} class Other extends Missing {} class Self extends Self {}",
    'library.ts': "import { Repository } from 'typeorm'; class Users extends Repository<User> {}",
  });
  const ids = new Map(program.classes.map(({ id, facts }) => [facts.name, id]));
  const id = (name: string): number => ids.get(name) ?? -1;

  test('parents', () => {
    expect(program.parent(id('Impl'))).toBe(id('Base'));
    expect(program.parent(id('Leaf'))).toBe(id('Impl'));
    for (const name of ['Base', 'Other', 'Self', 'Users']) expect(program.parent(id(name))).toBeUndefined();
  });

  test('children, of classes and interfaces', () => {
    expect(program.children(id('Base'))).toEqual([id('Impl')]);
    expect(program.children(id('Impl'))).toEqual([id('Leaf')]);
    expect(program.children('base.ts#Port')).toEqual([id('Impl')]);
    expect(program.children(id('Leaf'))).toEqual([]);
  });
});

describe('captures', () => {
  /** Each function with the variables of enclosing functions it needs. */
  function captured(source: string): Record<string, string[]> {
    const program = linked({ 'before.ts': 'export const x = 1; class A { f() {} }', 'z.ts': source });
    const own = program.functions.filter(({ file }) => program.files[file]?.file === 'z.ts');
    return Object.fromEntries(
      own.map(({ facts, captures }) => [facts.name, captures.map((cell) => program.cells[cell]?.name ?? '').sort()]),
    );
  }

  test('a function needs what it, or a function in it, reads and writes', () => {
    expect(
      captured(`
        const global = 1;
        function outer(a, b) {
          let c;
          function middle(d) {
            function inner() { return use(a, d, global); }
            c = 1;
          }
          return c;
        }`),
    ).toEqual({ '': [], outer: [], middle: ['a', 'c'], inner: ['a', 'd'] });
  });

  test('methods and initialisers of a class need what is around it', () => {
    expect(captured('function make(db, log) { return class Users { start = log(); find() { return db; } }; }')).toEqual(
      { '': [], make: [], 'Users.find': ['db'], 'Users.constructor': ['log'] },
    );
  });

  test('a function that calls itself needs no more for it', () => {
    expect(captured('function f(n) { const again = function self() { return self() || n; }; }')).toEqual({
      '': [],
      f: [],
      self: ['n'],
    });
  });

  test('variables of the module are nobody’s captures, and are global', () => {
    const program = linked({
      'a.ts': 'export const shared = 1; export function f(own) { return () => [shared, own]; }',
    });
    expect(program.functions.flatMap(({ captures }) => captures.map((cell) => program.cells[cell]?.name))).toEqual([
      'own',
    ]);
    expect(program.cells.map(({ name, global }) => `${name} ${global}`).sort()).toEqual([
      'f true',
      'own false',
      'shared true',
    ]);
  });
});

test('ids count over all files', () => {
  const program = linked({
    'a.ts': 'export const x = 1; export class A { m() {} }',
    'b.ts': 'export const y = 2; export class B { n() {} }',
  });
  expect(program.functions.map(({ id }) => id)).toEqual(program.functions.map((_, index) => index));
  expect(program.cells.map(({ id }) => id)).toEqual(program.cells.map((_, index) => index));
  const [, second] = program.bases;
  expect(program.classes[second?.classes ?? -1]?.facts.name).toBe('B');
  expect(program.functions.filter((fn) => fn.class === 1).map(({ facts }) => facts.name)).toEqual(['B.n']);
  expect(program.cells.filter(({ file }) => file === 1).map(({ name, owner }) => [name, owner])).toEqual([
    ['y', second?.functions],
    ['B', second?.functions],
  ]);
});
