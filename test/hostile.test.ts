/** Code that was written, or generated, to break a scanner. Each scan runs as a user would run it, and has to end. */
import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder, executable, folderWith, runProcess, troth } from './support/process.ts';

const SECONDS = 30;
const DEEP = 20_000;

interface Report {
  readonly summary: { readonly files: number; readonly incomplete: number };
  readonly flows: readonly {
    readonly activity: string;
    readonly sink: { readonly file: string; readonly line: number };
  }[];
  readonly violations: readonly { readonly file: string; readonly line: number }[];
  readonly notifications: readonly { readonly level: string; readonly code: string; readonly file?: string }[];
}

interface Scanned {
  readonly code: number;
  readonly report: Report;
}

/** The JSON report on a folder. A scan that crashes, or takes longer than {@link SECONDS}, fails the test. */
function scanned(folder: string, arguments_: readonly string[] = ['inventory']): Promise<Scanned> {
  const words = [executable, ...arguments_, folder, '--format', 'json', '--no-config'];
  const options = { timeout: SECONDS * 1000, killSignal: 'SIGKILL', maxBuffer: 2 ** 30 } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, words, options, (error, stdout, stderr) => {
      if (child.signalCode !== null) reject(new Error(`ended by ${child.signalCode} after ${SECONDS} s`));
      else if (stdout === '') reject(error ?? new Error(stderr));
      else resolve({ code: child.exitCode ?? -1, report: JSON.parse(stdout) });
    });
  });
}

/** A handler with the e-mail of a request in `email`. */
function handler(body: string): string {
  return `import express from 'express';
const app = express();
app.post('/people', (req, res) => {
  const email = req.body.email;
${body}
});
`;
}

const LEAK = handler('  console.log(email);');

function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join('');
}

/** `open` and `close` around `inner`, many times. */
function nested(open: string, inner: string, close: string): string {
  return open.repeat(DEEP) + inner + close.repeat(DEEP);
}

/** Files in which personal data is logged. */
function leaking({ flows }: Report): string[] {
  return [...new Set(flows.filter(({ activity }) => activity === 'log').map(({ sink }) => sink.file))].sort();
}

/** Files that the report says were not analysed. */
function named({ notifications }: Report): string[] {
  return notifications.flatMap(({ level, file }) => (level === 'error' && file !== undefined ? [file] : []));
}

describe('nesting 20,000 deep', () => {
  const after = '\n  console.log(email);';
  const cases: readonly [name: string, source: string][] = [
    ['parentheses', handler(`console.log(${nested('(', 'email', ')')});`)],
    ['arrays', handler(`use(${nested('[', 'email', ']')});${after}`)],
    ['objects', handler(`use(${nested('{ a: ', 'email', '}')});${after}`)],
    ['calls', handler(`use(${nested('f(', 'email', ')')});${after}`)],
    ['arrow functions', handler(`const f = ${nested('() => ', 'email', '')}; f();${after}`)],
    ['blocks', handler(nested('{', 'console.log(email);', '}'))],
    ['else if', handler(`if (a) x();${times(DEEP, (i) => ` else if (a === ${i}) x();`)} else console.log(email);`)],
    ['conditional expressions', handler(`console.log(${nested('a ? b : ', 'email', '')});`)],
    ['unary operators', handler(`use(${nested('!', 'email', '')});${after}`)],
    ['templates', handler(`console.log(${nested('`${', 'email', '}`')});`)],
    ['JSX', handler(`const view = ${nested('<b>', '{email}', '</b>')};${after}`)],
    ['properties', handler(`use(email${nested('.b', '', '')});${after}`)],
    ['method chains', handler(`console.log(email${nested('.trim()', '', '')});`)],
    ['sums', handler(`console.log(email${nested(' + 1', '', '')});`)],
    ['conditions', handler(`console.log(a${nested(' && a', '', '')} && email);`)],
    ['types', `type T = ${nested('Array<', 'string', '>')};\ntype U = ${nested('{ a: ', 'string', '}')};\n${LEAK}`],
    ['functions', handler(`${nested('function f() {', 'console.log(email);', '}')}`)],
    [
      'functions that use what is around them',
      handler(`const f = ${times(DEEP, (i) => `(a${i}) => `)}use(email, a0); f();${after}`),
    ],
    ['callbacks', handler(nested('f(() => {', 'console.log(email);', '});'))],
  ];

  // A few in one scan: more would need more than the seconds of one.
  const groups = [0, 1, 2, 3, 4].map((remainder) => cases.filter((_, index) => index % 5 === remainder));

  test.each(groups.map((group) => [group.map(([name]) => name).join(', '), group] as const))(
    '%s',
    {
      timeout: 2 * SECONDS * 1000,
    },
    async (_, group) => {
      const fileOf = (name: string) => `${name.replaceAll(' ', '-')}.${name === 'JSX' ? 'tsx' : 'ts'}`;
      const deep = group.map(([name, source]): [string, string] => [fileOf(name), source]);
      const files: Record<string, string> = { ...Object.fromEntries(deep), 'plain.ts': LEAK };
      const { code, report } = await scanned(folderWith(files));
      expect([...leaking(report), ...named(report)].sort()).toEqual(Object.keys(files).sort());
      expect(leaking(report)).toContain('plain.ts');
      expect(report.summary.files + report.summary.incomplete).toBe(Object.keys(files).length);
      expect(code).toBe(report.summary.incomplete > 0 ? 3 : 0);
    },
  );
});

test('closures in closures, as deep as people may write them, hide nothing', async () => {
  const { report } = await scanned(
    folderWith({
      'called.ts': handler(`const f = ${'() => '.repeat(50)}console.log(email); f${'()'.repeat(50)};`),
      'captured.ts': handler(`const f = ${times(50, (i) => `(a${i}) => `)}console.log(email, a0); f(1);`),
    }),
  );
  expect(leaking(report)).toEqual(['called.ts', 'captured.ts']);
});

test('code in shapes that cost more than they look', { timeout: 2 * SECONDS * 1000 }, async () => {
  const files: Record<string, string> = {
    'keys.ts': `export const table = { ${times(20_000, (i) => `k${i}: ${i}, `)} };\n${LEAK}`,
    'elements.ts': `export const list = [${times(50_000, (i) => `${i}, `)}];\n${LEAK}`,
    'functions.ts': `${times(10_000, (i) => `export const f${i} = (x) => x;\n`)}${LEAK}`,
    'call-chain.ts': `${times(3000, (i) => `function f${i}(x) { return f${i + 1}(x); }\n`)}function f3000(x) { console.log(x); }\n${handler('f0(email);')}`,
    'recursion.ts': `function a(x) { if (x.n) b(x); console.log(x); }
      function b(x) { a({ ...x, y: x }); c(x); }
      function c(x) { return a(b(x)); }
      ${handler('a(email); c({ email });')}`,
    'closures.ts': handler(`let f = () => f; f = () => { f = f(); return () => f(email); };
      const o = {}; o.o = o; o.f = () => o.f(o); o.f();
      const y = (g) => g(g); y(y); y((h) => (v) => h(h)(v));
      console.log(email);`),
    'circles.ts': `class A extends B { m(x) { console.log(x); return super.m(x); } }
      class B extends C { m(x) { return this.n(x); } }
      class C extends A { n(x) { return new A().m(x); } }
      interface I extends J { a: string } interface J extends I { b: string }
      type T = T | { a: T }; type U<X> = U<U<X>>; type P = Pick<P, keyof P>;
      function g(t: T, u: U<string>, i: I, p: P) { use(t.a.a.a, u.b, i.c, p.d); }
      ${handler('new C().m(email); g(req.body, req.body, req.body, req.body);')}`,
    'line.ts': `${times(60_000, (i) => `use(${i}, "abc");`)} ${LEAK.replaceAll('\n', ' ')}`,
    'loop-nest.ts': handler(`${times(60, (i) => `let v${i} = email;`)}
      ${times(60, (i) => `for (let i${i} = 0; i${i} < n; i${i}++) { v${i} = v${(i + 1) % 60};\n`)} console.log(v0); ${'}'.repeat(60)}`),
    'loop-row.ts': handler(`${times(2000, (i) => `for (const a${i} of list) use(a${i});\n`)} console.log(email);`),
    'returns.ts': handler(`${times(3000, (i) => `if (req.body.a${i}) return;\n`)} console.log(email);`),
    'cases.ts': handler(
      `let x = email; switch (k) { ${times(5000, (i) => `case ${i}: x = x + ${i}; ${i % 2 ? 'break;' : ''}\n`)} } console.log(x);`,
    ),
    'doubled-values.ts': handler(
      `const a0 = { email }; ${times(40, (i) => `const a${i + 1} = { l: a${i}, r: a${i} };`)} use(a40); console.log(a1);`,
    ),
    'doubled-text.ts': handler(`let s = email; ${'s = s + s;'.repeat(60)} console.log(s);`),
    'doubled-calls.ts': `${times(30, (i) => `function f${i}(x) { return ${i === 29 ? 'x' : `f${i + 1}(x) + f${i + 1}(x)`}; }\n`)}${handler('console.log(f0(email));')}`,
    'doubled-functions.ts': `const two = (f) => (x) => f(f(x));\n${handler(`use(two(two)(two)(two)((x) => x)(email)); console.log(email);`)}`,
    'names.ts': `const ${'aA'.repeat(30_000)} = 1, ${'a_'.repeat(30_000)} = { ${'email'.repeat(10_000)}: 1 };\n${LEAK}`,
    'comment.ts': `${LEAK}// @personal\n${'/*'.repeat(300_000)}`,
    'url.ts': handler(
      `fetch('https://${'a.'.repeat(50_000)}com/?e=' + email); fetch('${'%'.repeat(50_000)}'); console.log(email);`,
    ),
  };
  const { report } = await scanned(folderWith(files));
  expect(leaking(report)).toEqual(Object.keys(files).sort());
  expect(named(report)).toEqual([]);
});

test('many files: 5,000 small ones, a chain of 3,000 imports, barrels of barrels', {
  timeout: 2 * SECONDS * 1000,
}, async () => {
  const files: Record<string, string> = {
    'chain/3000.ts': 'export function f3000(x) { console.log(x); }\n',
    'start.ts': `import { f0 } from './chain/0';\nimport { missing, end } from './barrel/0';\n${handler('missing(email); end(email); f0(email);')}`,
    'barrel/end.ts': 'export const end = (x) => console.error(x);\n',
  };
  for (let i = 0; i < 5000; i++) files[`small/${i % 50}/${i}.ts`] = `export const v${i} = ${i};\n`;
  for (let i = 0; i < 3000; i++) {
    files[`chain/${i}.ts`] =
      `import { f${i + 1} } from './${i + 1}';\nexport function f${i}(x) { return f${i + 1}(x); }\n`;
  }
  for (let i = 0; i < 60; i++)
    files[`barrel/${i}.ts`] = `${times(60, (j) => `export * from './${j}';\n`)}export * from './end';\n`;
  const { code, report } = await scanned(folderWith(files));
  expect(report.summary).toMatchObject({ files: Object.keys(files).length, incomplete: 0 });
  expect(leaking(report)).toEqual(['barrel/end.ts', 'chain/3000.ts']);
  expect(code).toBe(0);
});

const POLICY = `policy: test
title: The policy of the tests
defaults: { collect: allow, log: error, share: allow, store: allow, expose: allow }
`;

describe('broken code', () => {
  const broken = {
    'conflict.ts': `<<<<<<< HEAD\nconst a = 1;\n=======\nconst a = 2;\n>>>>>>> other\n${LEAK}`,
    'template.ts': `${LEAK}const text = \`never closed\n`,
    'brace.ts': LEAK.replace('});', ''),
    'garbage.ts': '\u0000\u0001 ]]]] @@ ((( <<< %%% "',
  };

  test('is partly analysed, said to be, and hides nothing elsewhere', async () => {
    const folder = folderWith({ ...broken, 'plain.ts': LEAK });
    writeFileSync(join(folder, 'policy.yaml'), POLICY);
    const policy = ['scan', '--policy', join(folder, 'policy.yaml')];
    const { code, report } = await scanned(folder, policy);
    const partly = report.notifications.filter(({ code: kind }) => kind === 'syntax-error').map(({ file }) => file);
    expect(partly).toEqual(Object.keys(broken).sort());
    expect(report.summary).toMatchObject({ files: 5, incomplete: 0 });
    expect(report.violations.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['brace.ts', 'conflict.ts', 'plain.ts', 'template.ts']),
    );
    expect(code).toBe(1);
    expect((await scanned(folder, [...policy, '--strict'])).code).toBe(3);
  });

  test('in UTF-16 it is read, and stands where an editor shows it', async () => {
    const folder = folderWith({ 'plain.ts': LEAK });
    writeFileSync(join(folder, 'little.ts'), Buffer.from(`\ufeff${LEAK}`, 'utf16le'));
    writeFileSync(join(folder, 'big.ts'), Buffer.from(`\ufeff${LEAK}`, 'utf16le').swap16());
    const { report } = await scanned(folder);
    expect(leaking(report)).toEqual(['big.ts', 'little.ts', 'plain.ts']);
    expect(new Set(report.flows.filter(({ activity }) => activity === 'log').map(({ sink }) => sink.line))).toEqual(
      new Set([5]),
    );
  });

  test('a file that is too large is named, and the exit code says so', async () => {
    const folder = folderWith({ 'large.ts': `// ${'x'.repeat(3000)}\n${LEAK}`, 'plain.ts': LEAK });
    const { code, report } = await scanned(folder, ['inventory', '--max-file-size', '2']);
    expect(named(report)).toEqual(['large.ts']);
    expect(leaking(report)).toEqual(['plain.ts']);
    expect(code).toBe(3);
  });
});

test('names that every object has are names like any other', async () => {
  const source = `class constructor { __proto__() { return this.toString; } static prototype = 1; hasOwnProperty = 2; }
interface __proto__ { constructor: string; toString: number }
export const __proto__ = {}; export function toString() {} export { __proto__ as constructor, toString as valueOf };
const o = { __proto__: toString, constructor: 1, ['__proto__']: 2, hasOwnProperty() {} };
o.__proto__.polluted = 1; o['constructor']['prototype'].polluted = 2; o.toString.call(o); o.hasOwnProperty('x');
import { hasOwnProperty, constructor as other, default as __defineGetter__ } from '__proto__';
hasOwnProperty(other, __defineGetter__); require('toString'); toString\`a\`; new constructor().__proto__();
function f(__proto__: __proto__, { constructor, ...valueOf }: { constructor: string }) { use(__proto__.constructor, constructor, valueOf); }
${handler("f(req.body, req.body.constructor); res.json(req.body.__proto__); const toString = req.body['email']; const __proto__ = { constructor: toString }; console.log(__proto__.constructor);")}`;
  const { code, report } = await scanned(
    folderWith({
      'names.ts': source,
      '__proto__.ts': 'export const a = 1;\n',
      'constructor/index.ts': "import { a } from '../__proto__'; export default a;\n",
      'package.json':
        '{"name":"__proto__","dependencies":{"__proto__":"1"},"exports":{"__proto__":"./x","./constructor":"./y.ts"}}',
      'tsconfig.json': '{"compilerOptions":{"paths":{"__proto__":["./constructor"],"constructor/*":["./*"]}}}',
      'schema.prisma':
        'model constructor {\n  id Int @id\n  __proto__ String\n}\nmodel toString {\n  id Int @id\n  valueOf String\n}\n',
    }),
  );
  expect(leaking(report)).toEqual(['names.ts']);
  expect(report.summary).toMatchObject({ files: 3, incomplete: 0 });
  expect(code).toBe(0);
});

describe('nothing of the scanned repository is executed', () => {
  const marker = 'EXECUTED';
  const write = `require('node:fs').writeFileSync(require('node:path').join(__dirname.split('/node_modules')[0], '${marker}'), 'x');`;
  const writeModule = `import { writeFileSync } from 'node:fs'; writeFileSync(new URL('./${marker}', import.meta.url), 'x'); export default {};`;
  const dependency = (name: string): Record<string, string> => ({
    [`node_modules/${name}/package.json`]: `{"name":"${name}","version":"9.9.9","main":"index.js"}`,
    [`node_modules/${name}/index.js`]: `${write} module.exports = {};`,
  });
  const trapped = {
    'src/leak.ts': LEAK,
    'package.json': JSON.stringify({
      name: 'trap',
      type: 'commonjs',
      scripts: { preinstall: 'touch EXECUTED', prepare: 'touch EXECUTED', troth: 'touch EXECUTED' },
      prettier: './.prettierrc.js',
      workspaces: ['packages/*'],
    }),
    'tsconfig.json':
      '{"extends":"./base.js","compilerOptions":{"plugins":[{"name":"./plugin.js"},{"transform":"./plugin.js"}]}}',
    'base.js': write,
    'plugin.js': `${write} module.exports = () => {};`,
    '.eslintrc.cjs': write,
    '.prettierrc.js': write,
    'babel.config.js': write,
    'prisma.config.js': write,
    'troth.config.js': write,
    'troth.config.cjs': write,
    'troth.config.mjs': writeModule,
    'troth.config.ts': writeModule,
    '.trothrc.js': write,
    'index.js': write,
    ...dependency('typescript'),
    ...dependency('ts-morph'),
    ...dependency('prisma'),
    ...dependency('tinypool'),
  };

  test.each(['index.js', 'troth.config.mjs', 'node_modules/typescript/index.js'])(
    'the trap works: %s',
    async (file) => {
      const folder = folderWith(trapped);
      await runProcess(process.execPath, [file], { cwd: folder });
      expect(existsSync(join(folder, marker))).toBe(true);
    },
  );

  test('whether it is named or the working directory', async () => {
    const folder = folderWith(trapped);
    const { report } = await scanned(folder, ['scan']);
    expect(leaking(report)).toContain('src/leak.ts');
    expect((await troth(['inventory', '--quiet'], { cwd: folder })).code).toBe(0);
    expect(existsSync(join(folder, marker))).toBe(false);
  });
});

test('a folder that is read-only is scanned, and left as it was', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'a.ts'), LEAK);
  // Not `ls -a`: what else happens beside the folder changes its parent.
  const listed = () => runProcess('find', [folder, '-printf', '%p %m %s %T@\\n'], {});
  const before = await listed();
  await scanned(folder);
  expect(await listed()).toEqual(before);
  rmSync(join(folder, 'a.ts'));
});
