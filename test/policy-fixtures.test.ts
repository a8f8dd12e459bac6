/**
 * Programs of several files: `fixtures/policies/<pack>/<rule>/{broken,kept}`, the kept one a near miss, and for
 * obligations, which packs share, `fixtures/policies/obligations/<obligation>/{met,missing}`, which obligations.test.ts runs.
 * Further programs are called `broken-…`. A broken program that is known not to be found is `missed`, a kept one that is known to be found `accused`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { obligationKind } from '../src/core/obligations.ts';
import type { Policy, PolicyRule } from '../src/core/policy.ts';
import { breaks } from '../src/policy-test.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { loadConfiguration, NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { loadPolicies } from '../src/rules/policies.ts';
import { scan } from '../src/scan.ts';

const FIXTURES = new URL('../fixtures/policies', import.meta.url).pathname;
const OBLIGATIONS = join(FIXTURES, 'obligations');

/** Numbers of the clauses of each pack that code can break for certain. */
const decidable: Record<string, { flow: number[]; obligation: number[] }> = parse(
  readFileSync(join(FIXTURES, 'decidable.yaml'), 'utf8'),
);
const packs = new Map(
  Object.keys(decidable).map((pack): [string, Policy] => [pack, loadPolicies([pack], { root: '/' })[0] as Policy]),
);
const shared = loadCatalogue({ root: FIXTURES, configuration: NO_CONFIGURATION, packages: null });

function catalogueOf(root: string) {
  if (!existsSync(join(root, 'troth.config.yaml'))) return shared;
  return loadCatalogue({ root, configuration: loadConfiguration(root, null), packages: null });
}

async function brokenIn(root: string, policy: Policy): Promise<string[]> {
  const { violations } = await scan({
    command: 'scan',
    root,
    paths: [],
    catalogue: catalogueOf(root),
    policies: [policy],
    includeTests: true,
    confidence: 'medium',
  });
  return violations.flatMap(({ rule, also = [] }) => [rule, ...also]);
}

function programsOf(pack: string): string[] {
  return existsSync(join(FIXTURES, pack)) ? readdirSync(join(FIXTURES, pack)).sort() : [];
}

describe.each([...packs])('%s', (pack, policy) => {
  const { flow, obligation } = decidable[pack] as { flow: number[]; obligation: number[] };
  const clauses = new Set([...flow, ...obligation].map((number) => policy.clauses?.[number - 1]));
  const deciding = policy.rules.filter((rule) => rule.clauses.some((clause) => clauses.has(clause)));

  it('decides every clause that can be decided', () => {
    const decided = new Set(deciding.flatMap((rule) => rule.clauses));
    expect([...clauses].filter((clause) => clause === undefined || !decided.has(clause))).toEqual([]);
  });

  it('has programs for every rule that decides one', () => {
    const without = deciding.filter((rule) => !hasPrograms(rule, pack)).map(({ id }) => id);
    expect(without).toEqual([]);
  });

  it.each(programsOf(pack))('%s', async (name) => {
    const rule = policy.rules.find(({ id }) => id === `${pack}/${name}`) as PolicyRule;
    for (const kind of readdirSync(join(FIXTURES, pack, name))) {
      const broken = await brokenIn(join(FIXTURES, pack, name, kind), policy);
      if (/^(?:broken|accused)/.test(kind))
        expect(breaks(rule, broken, policy), `${kind} breaks ${broken.join(', ') || 'nothing'}`).toBe(true);
      else expect(broken, kind).toEqual([]);
    }
  });
});

function hasPrograms(rule: PolicyRule, pack: string): boolean {
  if (rule.verb !== 'require') return isPair(join(FIXTURES, pack, rule.id.slice(pack.length + 1)), 'kept', 'broken');
  return readdirSync(OBLIGATIONS).some(
    (name) => obligationKind(name) === rule.obligation && isPair(join(OBLIGATIONS, name), 'met', 'missing'),
  );
}

function isPair(folder: string, ...kinds: string[]): boolean {
  return kinds.every((kind) => existsSync(join(folder, kind)) && sourcesIn(join(folder, kind)) > 1);
}

function sourcesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.(?:tsx?|prisma)$/.test(file)).length;
}
