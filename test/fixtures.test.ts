import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { loadConfiguration, NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { scan } from '../src/scan.ts';
import { expectationsIn, printFlows, sourceFiles } from './support/expectations.ts';

const FIXTURES = new URL('../fixtures', import.meta.url).pathname;

/** Folders that hold fixtures themselves: each is one program. */
function programs(folder: string): string[] {
  const entries = readdirSync(join(FIXTURES, folder), { withFileTypes: true });
  const own = entries.some((entry) => entry.isFile() && /\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(entry.name));
  return own
    ? [folder]
    : entries.filter((entry) => entry.isDirectory()).flatMap((entry) => programs(join(folder, entry.name)));
}

const shared = loadCatalogue({ root: FIXTURES, configuration: NO_CONFIGURATION, packages: null });

async function scanFixture(folder: string): Promise<string[]> {
  const root = join(FIXTURES, folder);
  const own = existsSync(join(root, 'troth.config.yaml'));
  const catalogue = own
    ? loadCatalogue({ root, configuration: loadConfiguration(root, null), packages: null })
    : shared;
  const result = await scan({
    command: 'inventory',
    root,
    paths: [],
    catalogue,
    policies: [],
    includeTests: true,
    confidence: 'medium',
  });
  expect(result.statistics.files).toBe(sourceFiles(root).length);
  return printFlows(result.flows, { guards: folder.startsWith('guards') });
}

/** What a scan reports today: what is right, and what is known to be wrong. */
function expected(folder: string): string[] {
  const marks = [...expectationsIn(folder, 'finds'), ...expectationsIn(folder, 'wrongly finds')];
  return [...new Set(marks)].sort();
}

describe.each(['flows', 'guards', 'libraries'])('%s', (kind) => {
  test.each(programs(kind))('%s', async (folder) => {
    const found = await scanFixture(folder);
    // A line marked `misses:` that is found after all also fails here: mark it `finds:`.
    expect(found).toEqual(expected(join(FIXTURES, folder)));
  });
});

describe('apps', () => {
  test.each(readdirSync(join(FIXTURES, 'apps')))('%s', async (name) => {
    const found = await scanFixture(join('apps', name));
    expect(found).toEqual(expected(join(FIXTURES, 'apps', name)));
  });
});
