import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { scan } from '../src/scan.ts';
import { sourceFiles } from './support/expectations.ts';

const ROOT = new URL('../fixtures/collection', import.meta.url).pathname;

/** `// collects: user.contact.email required`: where data enters, and which; `file:line category` for each. */
function marks(): string[] {
  return sourceFiles(ROOT).flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const categories = /(?:\/\/|\/\*) collects: ([\w., ]+)/.exec(line)?.[1]?.trim().split(', ') ?? [];
        return categories.map((category) => `${file}:${index + 1} ${category}`);
      }),
  );
}

test('data is collected where it enters, and nowhere else', async () => {
  const catalogue = loadCatalogue({ root: ROOT, configuration: NO_CONFIGURATION, packages: null });
  const { flows } = await scan({
    command: 'inventory',
    root: ROOT,
    paths: [],
    catalogue,
    policies: [],
    includeTests: true,
    confidence: 'medium',
  });
  const collected = flows.filter(({ activity }) => activity === 'collect');
  const found = collected.flatMap(({ data, sink }) => {
    const { required } = sink.attributes;
    const asked = required === undefined ? '' : required ? ' required' : ' optional';
    return data.map((category) => `${sink.file}:${sink.line} ${category}${asked}`);
  });
  expect(found.sort()).toEqual(marks().sort());
});
