import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadLibraries } from '../src/rules/libraries.ts';
import { loadRecipients } from '../src/rules/recipients.ts';

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
