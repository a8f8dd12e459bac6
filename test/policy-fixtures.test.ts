/** `fixtures/policies/<pack>/<rule>/{broken,kept}`: whole programs of several files; the kept one is a near miss. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { loadConfiguration } from '../src/rules/configuration.ts';
import { loadPolicies, policyPacks } from '../src/rules/policies.ts';
import { scan } from '../src/scan.ts';

const FIXTURES = new URL('../fixtures/policies', import.meta.url).pathname;

const programs = readdirSync(FIXTURES)
  .filter((pack) => policyPacks().includes(pack))
  .flatMap((pack) => readdirSync(join(FIXTURES, pack)).map((rule) => [pack, rule] as const));

async function brokenRules(pack: string, rule: string, kind: string): Promise<string[]> {
  const root = join(FIXTURES, pack, rule, kind);
  const catalogue = loadCatalogue({ root, configuration: loadConfiguration(root, null), packages: null });
  const { violations, obligations } = await scan({
    command: 'scan',
    root,
    paths: [],
    catalogue,
    policies: loadPolicies([pack], { root }),
    includeTests: true,
    confidence: 'medium',
  });
  const missing = obligations.filter(({ status }) => status === 'missing').map(({ rule: id }) => id);
  return [...violations.map(({ rule: id }) => id), ...missing];
}

describe.each(programs)('%s/%s', (pack, rule) => {
  it('is broken by the broken program', async () => {
    expect(await brokenRules(pack, rule, 'broken')).toContain(`${pack}/${rule}`);
  });

  it('is kept by its near miss', async () => {
    expect(await brokenRules(pack, rule, 'kept')).not.toContain(`${pack}/${rule}`);
  });
});
