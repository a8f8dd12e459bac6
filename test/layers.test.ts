import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));
const layers = createRequire(import.meta.url)('./layers.cjs') as { forbidden: readonly { name: string }[] };

/** Rule → files that break it, one of which the rule must name (of a cycle it names either end). */
const plants: Readonly<Record<string, readonly (readonly [file: string, code: string])[]>> = {
  'core-imports-nothing': [['src/core/planted.ts', "import 'yaml';"]],
  'phases-do-not-see-each-other': [
    // A type-only import is one, too.
    [
      'src/5-flow/planted.ts',
      "import type { planted } from '../4-link/planted.ts';\nexport type Planted = typeof planted;",
    ],
    ['src/4-link/planted.ts', "import type { Flow } from '../core/flow.ts';\nexport const planted: Flow[] = [];"],
  ],
  'phases-see-only-core': [
    ['src/6-judge/planted.ts', "import type { scan } from '../scan.ts';\nexport type Scan = typeof scan;"],
  ],
  'rules-see-only-core': [
    ['src/rules/planted.ts', "import type { scan } from '../scan.ts';\nexport type Scan = typeof scan;"],
  ],
  'only-files-in-src-join-phases': [
    ['src/cli/planted.ts', "import type { scan } from '../scan.ts';\nexport type Scan = typeof scan;"],
  ],
  'command-line-loads-the-engine-late': [
    ['src/cli.ts', "import { scan } from './scan.ts';\nexport const main = scan;"],
  ],
  'only-parse-and-lower-know-the-compiler': [
    ['src/7-report/planted.ts', "import type { Node } from '#compiler';\nexport type Planted = Node;"],
  ],
  'the-compiler-is-loaded-once': [
    ['src/3-lower/planted-too.ts', "import type { Node } from 'ts-morph';\nexport type Planted = Node;"],
  ],
  'only-the-edges-do-io': [
    ['src/3-lower/planted.ts', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;"],
  ],
  'no-cycles': [
    ['src/1-discover/planted.ts', "import { b } from './planted-too.ts';\nexport const a = (): number => b();"],
    ['src/1-discover/planted-too.ts', "import { a } from './planted.ts';\nexport const b = (): number => a();"],
  ],
  'no-orphans': [['src/2-parse/planted.ts', 'export const alone = true;']],
  'no-unresolved-imports': [['src/1-discover/planted-unresolved.ts', "import './nowhere.ts';"]],
};

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

describe('layers', () => {
  const copy = mkdtempSync(join(tmpdir(), 'troth-layers-'));
  let violations: Report['summary']['violations'] = [];

  beforeAll(() => {
    for (const part of ['src', 'dist/compiler.js', 'tsconfig.json', 'package.json', 'test/layers.cjs']) {
      cpSync(join(project, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
    for (const [file, code] of Object.values(plants).flat()) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), code);
    }
    const depcruise = join(project, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const run = spawnSync(
      process.execPath,
      [depcruise, '--config', 'test/layers.cjs', '--output-type', 'json', 'src'],
      {
        cwd: copy,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    violations = (JSON.parse(run.stdout) as Report).summary.violations;
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('every rule has a planted violation', () => {
    expect(layers.forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(plants).sort());
  });

  test.each(Object.keys(plants))('%s: a planted violation fails', (rule) => {
    const planted = new Set((plants[rule] ?? []).map(([file]) => file));
    const caught = violations.filter((violation) => violation.rule.name === rule && planted.has(violation.from));
    expect(caught).not.toEqual([]);
  });
});
