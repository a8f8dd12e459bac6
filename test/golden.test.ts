import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { render } from '../src/7-report/report.ts';
import type { Format } from '../src/core/report-format.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { loadConfiguration } from '../src/rules/configuration.ts';
import { loadPolicies } from '../src/rules/policies.ts';
import { scan } from '../src/scan.ts';
import { breachesOf } from './support/sarif-contract.ts';

const ROOT = new URL('../fixtures/apps/pharmacy', import.meta.url).pathname;
const readSource = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What a person sees of the demo application, word for word: `vitest -u` after a change one has read. */
test.each<[Format, string]>([
  ['text', 'report.txt'],
  ['json', 'report.json'],
  ['sarif', 'report.sarif'],
])('the pharmacy under the 1mg policy as %s', async (format, file) => {
  const catalogue = loadCatalogue({ root: ROOT, configuration: loadConfiguration(ROOT, null), packages: null });
  const policies = loadPolicies(['1mg'], { root: ROOT });
  const options = { command: 'scan', root: ROOT, paths: [], catalogue, policies, includeTests: false } as const;
  const result = await scan({ ...options, confidence: 'medium' });
  const report = render(format, result, { color: false, readSource });
  await expect(report).toMatchFileSnapshot(`${ROOT}/expected/${file}`);
  if (format === 'sarif') expect(breachesOf(JSON.parse(report), readSource)).toEqual([]);
});
