import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { loadLibraries } from '../src/rules/libraries.ts';
import { loadRecipients } from '../src/rules/recipients.ts';
import { scan } from '../src/scan.ts';

interface Ecosystem {
  readonly recipients: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, readonly string[]>>;
}

const FILE = new URL('models/ecosystem.yaml', import.meta.url);
const { recipients, packages } = parse(readFileSync(FILE, 'utf8')) as Ecosystem;
const known = loadRecipients();
const models = loadLibraries(null);

describe('what a user expects to be known', () => {
  test('recipients, each with a page it was read from', () => {
    const ids = new Set(known.map(({ id }) => id));
    expect(Object.entries(recipients).filter(([, id]) => !ids.has(id))).toEqual([]);
    const unfounded = known.filter(({ source }) => source === undefined);
    expect(unfounded.map(({ id }) => id)).toEqual([]);
  });

  test('a host leads to one recipient, and a package to one', () => {
    const hosts = known.flatMap((recipient) => recipient.hosts);
    expect(hosts.filter((host, index) => hosts.indexOf(host) !== index)).toEqual([]);
    const names = known.flatMap((recipient) => recipient.packages);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test.each(Object.entries(packages))('packages: %s', (_, names) => {
    const modelled = new Set(models.flatMap((model) => [model.package, ...model.aliases]));
    expect(names.filter((name) => !modelled.has(name))).toEqual([]);
  });
});

describe('what asks for permission guards what follows', () => {
  test.each([
    ['cookiebot', 'consent:marketing'],
    ['didomi', 'consent:marketing'],
    ['klaro', 'consent:marketing'],
    ['vanilla-cookieconsent', 'consent:marketing'],
    ['@c15t/react', 'consent:marketing'],
    ['react-cookie-consent', 'consent:'],
    ['usercentrics', 'consent:'],
    ['@iabtcf/core', 'consent:1'],
    ['@casl/ability', 'permission:read'],
  ])('%s', async (name, guard) => {
    const root = new URL(`../fixtures/libraries/${name}`, import.meta.url).pathname;
    const catalogue = loadCatalogue({ root, configuration: NO_CONFIGURATION, packages: null });
    const options = { command: 'inventory', root, paths: [], catalogue, policies: [] } as const;
    const { flows } = await scan({ ...options, includeTests: true, confidence: 'medium' });
    const guards = flows
      .filter(({ activity }) => activity !== 'collect')
      .flatMap((flow) => flow.guards.map(({ kind, purpose = '' }) => `${kind}:${purpose}`));
    expect([...new Set(guards)]).toEqual([guard]);
  });
});
