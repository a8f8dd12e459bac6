/** The pipeline as a whole: what holds for every scan, whatever it finds. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Confidence } from '../src/core/privacy.ts';
import type { ScanResult } from '../src/core/result.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { loadConfiguration } from '../src/rules/configuration.ts';
import { loadPolicies } from '../src/rules/policies.ts';
import { loadTaxonomy } from '../src/rules/taxonomy.ts';
import { type ScanOptions, scan } from '../src/scan.ts';
import { emptyFolder, folderWith, once, repository, troth } from './support/process.ts';

const PHARMACY = join(repository, 'fixtures/apps/pharmacy');

/** A scan in this process, on one thread. */
const scanHere = once(async (root: string, options: Partial<ScanOptions> = {}): Promise<ScanResult> => {
  const taxonomy = loadTaxonomy();
  const configuration = loadConfiguration(root, null, taxonomy);
  const catalogue = loadCatalogue({ root, configuration, packages: null, taxonomy });
  const policies = loadPolicies(['1mg'], { root, taxonomy, recipients: catalogue.recipients });
  const defaults = {
    command: 'scan',
    root,
    paths: [],
    catalogue,
    policies,
    includeTests: false,
    confidence: 'medium',
  } as const;
  return scan({ ...defaults, ...options });
});

const FORMATS = ['json', 'sarif', 'text'] as const;

/** The reports of the built command line, on a folder seen from the folder it is in. */
async function reportsOf(folder: string): Promise<Record<(typeof FORMATS)[number], string>> {
  const out = emptyFolder();
  const outputs = FORMATS.flatMap((format) => ['-o', `${format}=${join(out, format)}`]);
  const { stdout, code } = await troth(['scan', '.', ...outputs], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const read = (format: string) => readFileSync(join(out, format), 'utf8');
  return { json: read('json'), sarif: read('sarif'), text: read('text') };
}

/** The same folder at the same place in another repository, its files written in the opposite order. */
function copyOf(folder: string): string {
  const top = emptyFolder();
  mkdirSync(join(top, '.git'));
  const copy = join(top, 'fixtures/apps/pharmacy');
  for (const file of filesBelow(folder).reverse()) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(folder, file), join(copy, file));
  }
  return copy;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

describe('same input, same bytes', () => {
  test('run after run, and in another folder, of which nothing says where on the machine it is', async () => {
    const first = await reportsOf(PHARMACY);
    for (const format of FORMATS) expect(first[format].length).toBeGreaterThan(1000);
    expect(await reportsOf(PHARMACY)).toEqual(first);
    const copy = copyOf(PHARMACY);
    const others = await reportsOf(copy);
    expect(others).toEqual(first);
    for (const format of FORMATS) expect(others[format]).not.toContain(dirname(copy));
  });

  test('whether files are lowered here or by workers', async () => {
    const { flows, violations, promises, statistics } = await scanHere(PHARMACY);
    const report = JSON.parse((await troth(['scan', PHARMACY, '--policy', '1mg', '--format', 'json'])).stdout);
    expect(report.flows.map(({ id }: { id: string }) => id)).toEqual(flows.map(({ id }) => id));
    expect(report.violations.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).toEqual(
      violations.map(({ fingerprint }) => fingerprint),
    );
    expect(report.promises).toHaveLength(promises.length);
    expect(report.summary).toMatchObject({ files: statistics.files, functions: statistics.functions });
  });
});

describe('every scan', () => {
  test('analyses or names each file it lists', async () => {
    const root = folderWith({
      'a.ts': 'export const a = 1;\n',
      'broken.ts': 'const = ;\n',
      'large.ts': `export const large = '${'x'.repeat(5000)}';\n`,
      'readme.md': '# no source\n',
    });
    writeFileSync(join(root, 'binary.ts'), Buffer.alloc(2000));
    const { statistics, notifications } = await scanHere(root, { maxFileSize: 4000 });
    const failed = notifications.filter(({ level }) => level === 'error').map(({ file }) => file);
    expect(failed).toContain('large.ts');
    expect(statistics.incomplete).toBe(failed.length);
    expect(statistics.files + statistics.incomplete).toBe(4);
    expect(notifications.filter(({ code }) => code === 'syntax-error').map(({ file }) => file)).toContain('broken.ts');
  });

  test('reports more the less sure it may be', async () => {
    const idsAt = async (confidence: Confidence): Promise<string[]> =>
      (await scanHere(PHARMACY, { confidence })).flows.map(({ id }) => id);
    const [low, medium, high] = [await idsAt('low'), await idsAt('medium'), await idsAt('high')];
    expect(low).toEqual(expect.arrayContaining(medium));
    expect(medium).toEqual(expect.arrayContaining(high));
    expect(high.length).toBeGreaterThan(0);
  });

  test('gives each flow an id of its own, and steps from its source to its sink', async () => {
    const { flows } = await scanHere(PHARMACY);
    expect(new Set(flows.map(({ id }) => id)).size).toBe(flows.length);
    const lines = new Map(
      filesBelow(PHARMACY).map((file) => [file, readFileSync(join(PHARMACY, file), 'utf8').split('\n').length]),
    );
    for (const { source, sink, steps } of flows) {
      for (const { file, line, column } of [source, sink, ...steps]) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(lines.get(file) ?? 0);
      }
    }
  });

  test('looks only where it is told to', async () => {
    const { flows, statistics } = await scanHere(PHARMACY, { paths: ['src/web'] });
    expect(statistics.files).toBe(filesBelow(join(PHARMACY, 'src/web')).length);
    expect(flows.filter(({ sink }) => !JSON.stringify(sink).includes('src/web/'))).toEqual([]);
  });

  test('judges only when it is asked to', async () => {
    const inventory = await scanHere(PHARMACY, { command: 'inventory' });
    const judged = await scanHere(PHARMACY);
    expect(inventory.flows).toEqual(judged.flows);
    expect([inventory.violations, inventory.promises]).toEqual([[], []]);
    expect(judged.violations.length).toBeGreaterThan(0);
    for (const { flows } of judged.violations) {
      for (const index of flows) expect(judged.flows[index]).toBeDefined();
    }
  });

  test('of nothing finds nothing', async () => {
    const { flows, statistics, notifications } = await scanHere(emptyFolder());
    expect({ flows, statistics, notifications }).toEqual({
      flows: [],
      statistics: { files: 0, functions: 0, incomplete: 0 },
      notifications: [],
    });
  });
});

describe('flows that say the same', () => {
  test('the address of one client, from whichever header, is told once for each place it goes to', async () => {
    const { flows } = await scanHere(join(repository, 'fixtures/flows/alternative-headers'), { command: 'inventory' });
    expect(flows.filter(({ activity }) => activity === 'log')).toHaveLength(1);
  });
});
