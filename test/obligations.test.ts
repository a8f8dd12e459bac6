import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../src/core/catalogue.ts';
import type { ObligationKind } from '../src/core/obligations.ts';
import { obligationKind } from '../src/core/obligations.ts';
import type { ObligationRule, Policy } from '../src/core/policy.ts';
import type { ScanResult } from '../src/core/result.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { scan } from '../src/scan.ts';

/**
 * Each folder is an obligation, each folder in it a program that meets it or misses it. Marks stand on the line that the
 * answer is about (`next line` for the line below) and name words of its message:
 *
 *     model CallLog { // missing: deletes User but not CallLog
 *
 * A line `// parameters: days 30, role support` in any file of the program is what its rule asks for.
 */
const FIXTURES = new URL('../fixtures/policies/obligations', import.meta.url).pathname;
const PARAMETERS: Partial<Record<string, Record<string, number>>> = {
  'age-gate': { age: 18 },
  'minor-account-closing': { age: 18 },
  'rectification-deadline': { days: 30 },
};

interface Mark {
  readonly status: string;
  readonly at: string;
  readonly words: readonly string[];
}

function marksIn(folder: string): Mark[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:tsx?|prisma)$/.test(file))
    .sort()
    .flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .flatMap((text, index): Mark[] => {
          const [, next, status, words] = /\/\/ (next line )?(met|missing): (.*)$/.exec(text) ?? [];
          if (status === undefined) return [];
          return [{ status, at: `${file}:${index + (next ? 2 : 1)}`, words: (words ?? '').split(' ') }];
        }),
    );
}

function parametersIn(folder: string): Record<string, number | string> {
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:tsx?|prisma)$/.test(file))
    .flatMap((file) => /^\/\/ parameters: (.*)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? []);
  const pairs = texts.flatMap((text) => text.split(', ').map((pair) => pair.split(' ') as [string, string]));
  return Object.fromEntries(pairs.map(([key, value]) => [key, /^\d+$/.test(value) ? Number(value) : value]));
}

function policyOf(name: string, parameters: Record<string, number | string>): Policy {
  const rule: ObligationRule = {
    id: `fixture/${name}`,
    promise: 'It is there.',
    clauses: ['fixture-1'],
    level: 'error',
    line: 1,
    verb: 'require',
    obligation: obligationKind(name) as ObligationKind,
    data: ['user'],
    parameters: { ...PARAMETERS[name], ...parameters },
  };
  return {
    id: 'fixture',
    title: 'Fixture',
    sets: new Map(),
    defaults: { collect: 'allow', log: 'allow', share: 'allow', store: 'allow', expose: 'allow' },
    rules: [rule],
    notCheckable: [],
    file: 'fixture.yaml',
  };
}

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = loadCatalogue({ root: FIXTURES, configuration: NO_CONFIGURATION, packages: null });
});

function scanFixture(name: string, program: string): Promise<ScanResult> {
  return scan({
    command: 'scan',
    root: join(FIXTURES, name, program),
    paths: [],
    catalogue,
    policies: [policyOf(name, parametersIn(join(FIXTURES, name, program)))],
    includeTests: true,
    confidence: 'medium',
  });
}

describe.each(readdirSync(FIXTURES))('%s', (name) => {
  test.each(readdirSync(join(FIXTURES, name)))('%s', async (program) => {
    const { obligations, promises } = await scanFixture(name, program);
    const marks = marksIn(join(FIXTURES, name, program));
    const found = obligations.map(({ status, file, line, message }) => ({ status, at: `${file}:${line}`, message }));
    for (const { status, at, words } of marks) {
      const answer = found.find((one) => one.status === status && one.at === at);
      expect(answer, `${status} at ${at} among ${JSON.stringify(found, null, 1)}`).toBeDefined();
      for (const word of words) expect(answer?.message).toContain(word);
    }
    const missing = marks.filter(({ status }) => status === 'missing');
    expect(found.filter(({ status }) => status === 'missing')).toHaveLength(missing.length);
    const [kind] = program.split('-');
    const verdict = { met: 'kept', missing: 'broken', undecided: 'not-decidable' }[kind ?? ''];
    expect(promises.map((promise) => promise.verdict)).toEqual([verdict]);
  });
});

test('every obligation has a program that meets it and one that misses it', () => {
  for (const name of readdirSync(FIXTURES)) {
    const programs = readdirSync(join(FIXTURES, name));
    expect(programs, name).toContain('met');
    expect(programs, name).toContain('missing');
  }
});
