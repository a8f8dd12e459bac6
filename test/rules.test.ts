import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileRules } from '../src/compile-rules.ts';
import { parseApiPath, parsePort } from '../src/core/api-path.ts';
import type { LibraryModel, Recipient } from '../src/core/catalogue.ts';
import type { Policy, PolicyRule } from '../src/core/policy.ts';
import { UsageError } from '../src/core/usage-error.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { checked, checkText } from '../src/rules/checked.ts';
import { closest } from '../src/rules/closest.ts';
import { loadConfiguration, NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { listDataFiles, RULES_DIRECTORY } from '../src/rules/files.ts';
import { loadLibraries, readLibrary } from '../src/rules/libraries.ts';
import { libraryFile } from '../src/rules/library-schema.ts';
import { loadPolicies, policyPacks, readPolicy } from '../src/rules/policies.ts';
import { policyFile } from '../src/rules/policy-schema.ts';
import { rebaseGlob } from '../src/rules/rebase.ts';
import { hostLookup, loadRecipients } from '../src/rules/recipients.ts';
import { loadTaxonomy } from '../src/rules/taxonomy.ts';
import { parseDataFile } from '../src/rules/yaml.ts';
import { jsonSchemas } from '../src/schemas.ts';

const taxonomy = loadTaxonomy();
const recipients = loadRecipients();
const known = { taxonomy, recipients: new Set(recipients.map(({ id }) => id)) };

function readPolicyText(text: string): Policy {
  return readPolicy(checked(policyFile, parseDataFile(text, 'p.yaml')), taxonomy, known.recipients);
}

/** A policy of one rule `r`, whose fields start on line 5. */
function oneRule(fields: string): string {
  return `policy: p\ntitle: P\nrules:\n  - id: r\n    ${fields.trim().replaceAll('\n', '\n    ')}\n`;
}

function readRuleText(fields: string): PolicyRule | undefined {
  return readPolicyText(oneRule(fields)).rules[0];
}

function readLibraryText(text: string): LibraryModel {
  return readLibrary(checked(libraryFile, parseDataFile(`package: x\ndocs: d\n${text}`, 'x.yaml')), known);
}

/** The lines of the usage error that `act` throws. */
function complaints(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n');
    throw error;
  }
  throw new Error('no error');
}

function ruleComplaints(fields: string): string[] {
  return complaints(() => readRuleText(fields));
}

const folders: string[] = [];

/** A folder with these files; `''` makes a folder. */
function project(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'troth-rules-')));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, text);
  }
  return root;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('API paths', () => {
  it.each([
    ['createLogger().info', 'member createLogger, call, member info'],
    ['new X().a', 'member X, new, member a'],
    ['new a.X', 'member a, member X, new'],
    ['new default().a()', 'root, new, member a, call'],
    ['default', 'root'],
    ['a.default', 'member a, member default'],
    ['<Request>.body', 'type Request, member body'],
    ['element:input', 'element input'],
    ['*.**.b[]', 'any-member, any-path, member b, member []'],
    ['send{,Batch}', 'member send | member sendBatch'],
    ['{a,b{c,d}}.e', 'member a, member e | member bc, member e | member bd, member e'],
  ])('reads %s', (path, expected) => {
    const printed = parseApiPath(path).map((tokens) =>
      tokens.map(({ kind, ...rest }) => [kind, ...Object.values(rest)].join(' ')).join(', '),
    );
    expect(printed.join(' | ')).toBe(expected);
  });

  it.each([
    ['a..b', '`a..b` is not understood at `.b`: expected a member name, `*` or `**`'],
    ['a(b)', '`a(b)` is not understood at `(b)`: expected `.member`, `()` or `[]`'],
    ['<X', '`<X` is not understood at the end: expected `>`'],
    ['{a', '`{a` has a `{` without a `}`'],
    ['a}', '`a}` has a `}` without a `{`'],
    ['', '`` is not understood at the end: expected a member name, `*` or `**`'],
    ['{a,b}'.repeat(12), `\`${'{a,b}'.repeat(8)}…\` stands for more than 1000 alternatives`],
  ])('refuses %s', (path, message) => {
    expect(() => parseApiPath(path)).toThrow(message);
  });

  it.each([
    ['argument[0]', { kind: 'argument', index: 0 }, []],
    ['argument[*].a', { kind: 'argument', index: 'all' }, [{ kind: 'property', name: 'a' }]],
    ['argument[1..]', { kind: 'argument', index: { from: 1 } }, []],
    ['argument[-1][]', { kind: 'argument', index: { last: 1 } }, [{ kind: 'element' }]],
    [
      'argument[1].parameter[0].body.*',
      { kind: 'argument', index: 1 },
      [{ kind: 'parameter', index: 0 }, { kind: 'property', name: 'body' }, { kind: 'any-property' }],
    ],
    ['argument[0].return', { kind: 'argument', index: 0 }, [{ kind: 'return' }]],
    ['this.argument[0]', { kind: 'this' }, [{ kind: 'argument', index: 0 }]],
    ['return.parameter', { kind: 'return' }, [{ kind: 'property', name: 'parameter' }]],
    ['decorated', { kind: 'decorated' }, []],
  ])('reads the port %s', (port, root, steps) => {
    expect(parsePort(port)).toEqual([{ root, steps }]);
  });

  it('refuses ports that are none', () => {
    expect(() => parsePort('args[0]')).toThrow(
      '`args[0]` is not understood at `args[0]`: expected `argument[0]`, `this`, `return`, `assigned`, `decorated`, `property`, `package` or `program`',
    );
    expect(() => parsePort('argument.x')).toThrow('an index: `[0]`, `[*]`, `[1..]` or `[-1]`');
    expect(() => parsePort('argument[0].parameter[*]')).toThrow('the number of one parameter: `[0]`');
  });

  it('answers any text, and answers it with as many alternatives as braces say', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab.{},()[]*<>- new'), maxLength: 40 }), (text) => {
        try {
          const ways = parseApiPath(text);
          expect(ways.length).toBeGreaterThanOrEqual(1);
        } catch (error) {
          expect((error as Error).name).toBe('PathSyntaxError');
        }
      }),
    );
  });
});

describe('YAML', () => {
  it.each([
    [
      'a key twice',
      'a: 1\nb: { c: 1, c: 2 }\na: 2',
      ['2:12: the key `c` is written twice', '3:1: the key `a` is written twice'],
    ],
    ['__proto__', 'a:\n  - { "__proto__": { admin: true } }', ['2:7: the key `__proto__` is not allowed']],
    ['tags', 'a: !!js/function "x"', ['1:4: tags (`!…`) are not allowed']],
    ['an alias of nothing', 'a: *x', ['1:4: `*x` stands for nothing: no `&x` before it']],
    ['two documents', 'a: 1\n---\nb: 2', ['2:1: a second document starts here; a file holds one']],
    ['keys that are no text', '? [a]\n: b', ['1:3: a key must be text']],
    ['control characters', '"a\\u001b[31m": 1\n"a\\u001b[31m": 2', ['2:1: the key `a�[31m` is written twice']],
    ['tabs', 'a:\n\tb: 1', ['2:1: Tabs are not allowed as indentation']],
    ['flow nesting', '['.repeat(100_000), ['1:1: is nested more than 40 levels deep']],
    ['block nesting', '- '.repeat(100_000), ['1:1: is nested more than 40 levels deep']],
    ['an anchor in itself', '&a [*a, *a]', ['1:1: is nested more than 40 levels deep']],
  ])('refuses %s', (_, text, expected) => {
    expect(complaints(() => parseDataFile(text, 'f.yaml'))).toEqual(expected.map((message) => `f.yaml:${message}`));
  });

  it('refuses alias bombs and large texts', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(of).join(', ')}]\n`;
    const bomb = level('a', '1') + level('b', '*a') + level('c', '*b') + level('d', '*c');
    const message = 'f.yaml: uses too many aliases (`*name`); write them out';
    expect(complaints(() => parseDataFile(bomb, 'f.yaml'))).toEqual([message]);
    expect(complaints(() => parseDataFile(`[${'*a,'.repeat(99)}]`, 'f.yaml'))).toEqual([message]);
    expect(complaints(() => parseDataFile(' '.repeat(1_000_001), 'f.yaml'))).toEqual(['f.yaml: is larger than 1 MB']);
  });

  it('reads JSON with tabs, aliases, and no merge keys', () => {
    expect(parseDataFile('{\n\t"a": {\n\t\t"b": [1]\n\t}\n}', 'f.json').data).toEqual({ a: { b: [1] } });
    expect(parseDataFile('a: &x [1]\nb: *x\n<<: { c: 1 }', 'f.yaml').data).toEqual({ a: [1], b: [1], '<<': { c: 1 } });
  });

  it('says where things stand, through aliases too', () => {
    const file = parseDataFile('a:\n  - b: &x\n      c: 1\n    d: *x\n', 'f.yaml');
    expect(file.positionOf(['a', 0, 'b', 'c'])).toEqual({ line: 3, column: 10 });
    expect(file.positionOf(['a', 0, 'b', 'c'], 'key')).toEqual({ line: 3, column: 7 });
    expect(file.positionOf(['a', 0, 'd', 'c'])).toEqual({ line: 3, column: 10 });
    expect(file.positionOf(['a', 0, 'missing'])).toEqual({ line: 2, column: 5 });
  });
});

describe('did you mean', () => {
  it.each([
    ['shar', ['share', 'store'], 'share'],
    ['sahre', ['share', 'store'], 'share'],
    ['email', ['user.name', 'user.contact.email'], 'user.contact.email'],
    ['SHARE', ['share'], 'share'],
    ['zzz', ['share', 'store'], null],
    ['x'.repeat(5000), ['share'], null],
  ])('%s', (word, candidates, expected) => {
    expect(closest(word, candidates)).toBe(expected);
  });
});

describe('library models', () => {
  it('expands lists and fills in what is left out', () => {
    const model = readLibraryText(`
types: [{ type: T, api: make }]
sinks:
  - { api: [a, b().c], port: ['argument[0]', this], activity: log, attributes: { channel: =sms, age: 'argument[1].age' } }
propagators: [{ api: p, from: [this, nothing], to: return }]
sanitizers: [{ api: h, protection: hashed }]
sources: [{ api: s, kind: form }]`);
    expect(model.sinks.map(({ api, port }) => `${api} ${port}`)).toEqual([
      'a argument[0]',
      'a this',
      'b().c argument[0]',
      'b().c this',
    ]);
    expect({ ...model.sinks[0]?.attributes }).toEqual({ channel: '=sms', age: 'argument[1].age' });
    expect(model.types).toEqual([{ type: 'T', api: 'make', port: 'return' }]);
    expect(model.propagators).toEqual([
      { api: 'p', from: 'this', to: 'return', keeps: 'value' },
      { api: 'p', from: 'nothing', to: 'return', keeps: 'value' },
    ]);
    expect(model.sanitizers).toEqual([{ api: 'h', from: 'argument[0]', to: 'return', protection: 'hashed' }]);
    expect(model.sources).toEqual([{ api: 's', kind: 'form' }]);
    expect(model).toMatchObject({ aliases: [], globals: [], guards: [], schemas: [], entries: [], file: 'x.yaml' });
  });

  it('says everything that is wrong in a file at once', () => {
    const text = `
sinks:
  - { api: a..b, port: 'args[0]', activity: lgo }
  - { api: [a, 'b('], port: this, activity: log, attributes: { channel: sms } }
sincs: []
globals: fetch
sources: [{ kind: form }]`;
    expect(complaints(() => readLibraryText(text))).toEqual([
      'x.yaml:5:12: sinks[0].api: `a..b` is not understood at `.b`: expected a member name, `*` or `**`',
      'x.yaml:5:24: sinks[0].port: `args[0]` is not understood at `args[0]`: expected `argument[0]`, `this`, `return`, `assigned`, `decorated`, `property`, `package` or `program`',
      'x.yaml:5:45: sinks[0].activity: `lgo` is not allowed here; did you mean `log`? (one of collect, log, share, store, expose)',
      'x.yaml:6:16: sinks[1].api[1]: `b(` is not understood at `(`: expected `.member`, `()` or `[]`',
      'x.yaml:6:73: sinks[1].attributes.channel: `sms` is not understood at `sms`: expected `argument[0]`, `this`, `return`, `assigned`, `decorated`, `property`, `package` or `program`, or `=` and a literal',
      'x.yaml:7:1: sincs: unknown key; did you mean `sinks`? (allowed: package, aliases, docs, recipient, globals, settings, types, sources, sinks, propagators, sanitizers, guards, schemas, fields, entries, leaks, functions, methods, folders, operations, conditions, routes)',
      'x.yaml:8:10: globals: expected a list, found text',
      'x.yaml:9:11: sources[0].api: is missing',
    ]);
  });

  it('knows the categories, uses, subjects and recipients it may name', () => {
    const text = `
recipient: strip
sources: [{ api: a, kind: form, data: user.contact.emial, subject: custmer }]
sinks: [{ api: a, port: this, activity: share, purpose: analitics, recipient: zzzzzzzz }]`;
    expect(complaints(() => readLibraryText(text))).toEqual([
      'x.yaml:4:12: recipient: there is no recipient `strip`; did you mean `stripe`?',
      'x.yaml:5:39: sources[0].data: `user.contact.emial` is no data category; did you mean `user.contact.email`?',
      'x.yaml:5:68: sources[0].subject: `custmer` is no data subject; did you mean `customer`?',
      'x.yaml:6:57: sinks[0].purpose: `analitics` is no data use; did you mean `analytics`?',
      'x.yaml:6:79: sinks[0].recipient: there is no recipient `zzzzzzzz`',
    ]);
  });

  it('reads only what a project can use', () => {
    const names = loadLibraries(new Set(['@prisma/client'])).map((library) => library.package);
    expect(names).toEqual(expect.arrayContaining(['@prisma/client', 'javascript', 'browser', 'node:fs']));
    expect(names).not.toContain('winston');
  });

  it('finds a library by an alias, however the list is written', () => {
    const all = loadLibraries(null);
    const aliased = all.filter(({ aliases, globals }) => aliases.length > 0 && globals.length === 0);
    expect(aliased.length).toBeGreaterThan(0);
    const found = loadLibraries(new Set(aliased.flatMap(({ aliases }) => aliases))).map(({ package: name }) => name);
    expect(found).toEqual(expect.arrayContaining(aliased.map(({ package: name }) => name)));
  });
});

describe('recipients', () => {
  const own: Recipient = {
    id: 'acme-courier',
    name: 'Acme Courier',
    class: 'logistics',
    hosts: ['courier.example', 'api.*.courier.example'],
    packages: [],
    modules: [],
    attributes: ['vetted'],
  };
  const lookup = hostLookup([own, ...recipients], ['*.acme.example']);

  it.each([
    ['courier.example', 'acme-courier logistics'],
    ['API.eu.courier.example.:443', 'acme-courier logistics'],
    ['shop.acme.example', 'self self'],
    ['acme.example', 'self self'],
    ['acme.example.evil.com', 'evil unknown'],
    ['api.segment.io', 'segment analytics'],
    ['feed.databroker.com', 'databroker unknown'],
    ['shop.partner.co.uk', 'partner unknown'],
    ['203.0.113.9', '203.0.113.9 unknown'],
    ['localhost:3000', 'self self'],
    ['10.0.0.4', 'self self'],
    ['redis', 'self self'],
    ['users.internal', 'self self'],
  ])('%s → %s', (host, expected) => {
    const recipient = lookup(host);
    expect(`${recipient?.id} ${recipient?.class}`).toBe(expected);
  });

  it.each(['', 'co.uk', 'no host', '$' + '{host}'])('%j is no host', (host) => {
    expect(lookup(host)).toBeNull();
  });

  it('asks the list of third parties for the class of hosts nobody declared', () => {
    const bare = hostLookup([], []);
    expect(bare('in.hotjar.com')).toMatchObject({ id: 'hotjar', name: 'Hotjar', class: 'analytics' });
    expect(bare('static.criteo.net')).toMatchObject({ id: 'criteo', class: 'advertising' });
  });

  it('gives the other hosts of a known company to it', () => {
    expect(hostLookup([{ ...own, hosts: ['api.courier.example'] }], [])('www.courier.example')?.id).toBe(
      'acme-courier',
    );
    expect(hostLookup([], ['shop.vendor.example'])('api.vendor.example')?.id).toBe('vendor');
  });

  it('lets a project override a built-in one', () => {
    const configuration = { ...NO_CONFIGURATION, recipients: [{ ...own, id: 'segment', hosts: ['api.segment.io'] }] };
    const catalogue = loadCatalogue({ root: '/', configuration, packages: new Set(), taxonomy });
    expect(catalogue.recipients.filter(({ id }) => id === 'segment')).toHaveLength(1);
    expect(catalogue.recipientOfHost('api.segment.io')?.class).toBe('logistics');
  });
});

describe('policies', () => {
  it('reads a whole policy', () => {
    const policy = readPolicyText(`
policy: indiamart
title: IndiaMART privacy policy
document: { file: indiamart.txt, sha256: ${'a'.repeat(64)} }
sets:
  personal: [user]
  offer-payload: [user.name, user.contact.email]
  both: [offer-payload, user.device, user.name]
defaults: { collect: error, share: error, expose: warning }
rules:
  - id: no-sharing-without-permission
    promise: Personal data goes to nobody else without permission.
    clauses: [indiamart-19, indiamart-20]
    forbid: share
    data: personal
    to: { not: [self, { class: service-provider, attributes: [vetted] }] }
    unless: [consent, legal-order, 'consent:marketing', { all: [hashed, age] }]
    level: warning
    fix: Ask first.
    examples: { broken: share(user), kept: nothing() }
  - id: offers
    allow: [share, store]
    data: [both]
    only: offer-payload
    to: [business-partner, stripe, { id: courier }]
    subject: customer
    purpose: marketing
    in: [src/offers/**]
    where: [{ attribute: maxAge, above: 0 }, { attribute: channel, is: [sms, email] }]
    if: consent
  - id: account-deletion
    clauses: [indiamart-34]
    require: erasure
    of: personal
    parameters: { days: 30 }
not-checkable:
  - { clauses: [indiamart-01], why: Addresses the reader. }
`);
    expect(policy).toMatchObject({ id: 'indiamart', file: 'p.yaml', document: { file: 'indiamart.txt' } });
    expect(policy.defaults).toEqual({
      collect: 'error',
      log: 'allow',
      share: 'error',
      store: 'allow',
      expose: 'warning',
    });
    expect(policy.sets.get('both')).toEqual(['user.name', 'user.contact.email', 'user.device']);
    expect(policy.notCheckable).toEqual([{ clauses: ['indiamart-01'], why: 'Addresses the reader.' }]);
    const [forbid, allow, require] = policy.rules;
    expect(forbid).toEqual({
      id: 'indiamart/no-sharing-without-permission',
      promise: 'Personal data goes to nobody else without permission.',
      clauses: ['indiamart-19', 'indiamart-20'],
      level: 'warning',
      fix: 'Ask first.',
      examples: { broken: 'share(user)', kept: 'nothing()' },
      line: 11,
      verb: 'forbid',
      activities: ['share'],
      data: ['user'],
      subject: [],
      to: {
        any: [
          { class: 'self', attributes: [] },
          { class: 'service-provider', attributes: ['vetted'] },
        ],
        not: true,
      },
      purpose: [],
      in: [],
      where: [],
      only: null,
      unless: {
        kind: 'any',
        of: [
          { kind: 'guard', guard: 'consent' },
          { kind: 'guard', guard: 'legal-order' },
          { kind: 'guard', guard: 'consent', purpose: 'marketing' },
          {
            kind: 'all',
            of: [
              { kind: 'protection', protection: 'hashed' },
              { kind: 'guard', guard: 'age' },
            ],
          },
        ],
      },
      if: null,
    });
    expect(allow).toMatchObject({
      promise: 'Offers.',
      activities: ['share', 'store'],
      data: ['user.name', 'user.contact.email', 'user.device'],
      only: ['user.name', 'user.contact.email'],
      to: {
        any: [
          { class: 'business-partner', attributes: [] },
          { id: 'stripe', attributes: [] },
          { id: 'courier', attributes: [] },
        ],
        not: false,
      },
      subject: ['customer'],
      purpose: ['marketing'],
      in: ['src/offers/**'],
      where: [
        { attribute: 'maxAge', above: 0 },
        { attribute: 'channel', is: ['sms', 'email'] },
      ],
      if: { kind: 'guard', guard: 'consent' },
      level: 'error',
    });
    expect(require).toMatchObject({ verb: 'require', obligation: 'erasure', data: ['user'], line: 31 });
    expect({ ...(require as { parameters: object }).parameters }).toEqual({ days: 30 });
  });

  const KEYS =
    'id, promise, clauses, forbid, allow, require, data, except, subject, provenance, source, to, purpose, in, where, only, unless, if, overrides, of, parameters, level, hedge, fix, examples';
  const CONDITIONS =
    'guards: consent, opt-out, age, acceptance, notice, legal-order, abuse-case, verification, role, owner, permission, active-account, user-request, sharing-choice; protections: hashed, encrypted, masked, tokenised, aggregated, anonymised, coarsened';

  it.each([
    [
      'an unknown key',
      'forbid: share\ndta: user',
      [`6:5: rules[0].dta: unknown key; did you mean \`data\`? (allowed: ${KEYS})`],
    ],
    [
      'an unknown activity in a list',
      'forbid: [log, shar]',
      [
        '5:19: rules[0].forbid[1]: `shar` is not allowed here; did you mean `share`? (one of collect, log, share, store, expose)',
      ],
    ],
    [
      'a misspelt category',
      'forbid: log\ndata: [user.contact.emial, email, zzzzz]',
      [
        '6:12: rules[0].data[0]: `user.contact.emial` is neither a set of this policy nor a data category; did you mean `user.contact.email`?',
        '6:32: rules[0].data[1]: `email` is neither a set of this policy nor a data category; did you mean `user.contact.email`?',
        '6:39: rules[0].data[2]: `zzzzz` is neither a set of this policy nor a data category',
      ],
    ],
    [
      'two verbs',
      'forbid: share\nallow: share',
      ['6:5: rules[0].allow: a rule has one verb, this one has `forbid` and `allow`; make it two rules'],
    ],
    ['no verb', 'data: user', ['4:5: rules[0]: a rule needs a verb: `forbid`, `allow` or `require`']],
    [
      'fields of other verbs with forbid',
      'forbid: share\nonly: user\nif: consent\nof: user\nparameters: { a: 1 }',
      [
        '6:5: rules[0].only: `only` narrows what `allow` discloses; with `forbid`, name what is forbidden in `data`',
        '7:5: rules[0].if: `if` belongs to `allow`; with `forbid`, write the exception as `unless`',
        '8:5: rules[0].of: `of` belongs to `require`; with `forbid`, write `data`',
        '9:5: rules[0].parameters: `parameters` belongs to `require`',
      ],
    ],
    [
      'unless with allow',
      'allow: share\nunless: consent',
      ['6:5: rules[0].unless: `unless` belongs to `forbid`; with `allow`, write what must hold as `if`'],
    ],
    [
      'data and to with require',
      'require: erasure\ndata: user\nto: stripe',
      [
        '6:5: rules[0].data: `data` belongs to `forbid` and `allow`; with `require`, write `of`',
        '7:5: rules[0].to: `to` narrows flows; it belongs to `forbid` and `allow`, not to `require`',
      ],
    ],
    [
      'unknown guards',
      'forbid: share\nunless: [consnet, "consent:", { any: [agee] }]',
      [
        `6:14: rules[0].unless[0]: \`consnet\` is neither a guard nor a protection; did you mean \`consent\`? (${CONDITIONS})`,
        '6:23: rules[0].unless[1]: `consent:` must be a guard, or a guard and a purpose: `consent:marketing`',
        `6:43: rules[0].unless[2].any[0]: \`agee\` is neither a guard nor a protection; did you mean \`age\`? (${CONDITIONS})`,
      ],
    ],
    [
      'both all and any',
      'forbid: share\nunless: { all: [consent], any: [age] }',
      ['6:13: rules[0].unless: needs one of `guard`, `all` and `any`'],
    ],
    [
      'unknown recipients',
      'forbid: share\nto: [advertizing, databroker9, {}]',
      [
        '6:10: rules[0].to[0]: `advertizing` is neither a recipient class nor a known recipient; did you mean `advertising`?',
        '6:23: rules[0].to[1]: `databroker9` is neither a recipient class nor a known recipient; for one that is not declared write `{ id: databroker9 }`',
        '6:36: rules[0].to[2]: needs an `id`, a `class`, `attributes`, `country` or `outside`',
      ],
    ],
    [
      'not beside other terms',
      'forbid: share\nto: { not: self, class: seller }',
      ['6:9: rules[0].to: `not` stands alone: `to: { not: [self, { class: seller, attributes: [vetted] }] }`'],
    ],
    [
      'not exactly one attribute test',
      'forbid: store\nwhere: [{ attribute: maxAge, above: 0, below: 3 }, { attribute: x }]',
      [
        '6:13: rules[0].where[0]: needs exactly one test (is, not, above, below, present), found `above` and `below`',
        '6:56: rules[0].where[1]: needs exactly one test (is, not, above, below, present), found none',
      ],
    ],
    [
      'wrong types',
      'forbid: 3\nclauses: x\nexamples: [a]\nto: 3',
      [
        '5:13: rules[0].forbid: expected one of collect, log, share, store, expose or a list, found a number',
        '6:14: rules[0].clauses: expected a list, found text',
        '7:15: rules[0].examples: expected a mapping, found a list',
        '8:9: rules[0].to: expected text or a list or a mapping, found a number',
      ],
    ],
    [
      'scope outside the project, unknown subject and use',
      'forbid: store\npurpose: marketting\nsubject: customr',
      [
        '6:14: rules[0].purpose[0]: `marketting` is no data use; did you mean `marketing`?',
        '7:14: rules[0].subject[0]: `customr` is no data subject; did you mean `customer`?',
      ],
    ],
    [
      'a scope outside the project',
      'forbid: store\nin: [../x/**, /etc]',
      [
        '6:10: rules[0].in[0]: `../x/**` must be a path inside the project, relative and with `/`',
        '6:19: rules[0].in[1]: `/etc` must be a path inside the project, relative and with `/`',
      ],
    ],
  ])('refuses %s', (_, fields, expected) => {
    expect(ruleComplaints(fields)).toEqual(expected.map((message) => `p.yaml:${message}`));
  });

  it('prints no control characters of a file', () => {
    expect(
      ruleComplaints('forbid: store\nin: "/\\u001b[31m"\ndata: "\\u001b[31m"\n"\\u001b[31m": 1').join(),
    ).not.toMatch(/\p{Cc}/u);
    expect(ruleComplaints('forbid: store\nin: "/\\u001b[31m"')).toEqual([
      'p.yaml:6:9: rules[0].in: `/�[31m` must be a path inside the project, relative and with `/`',
    ]);
  });

  it('refuses rules of one name, sets named like categories, and what is missing', () => {
    expect(complaints(() => readPolicyText(`${oneRule('forbid: log')}  - { id: r, forbid: log }\n`))).toEqual([
      'p.yaml:6:11: rules[1].id: another rule is called `r`',
    ]);
    expect(complaints(() => readPolicyText('policy: p\ntitle: P\nsets: { user: [user.name], a: b }'))).toEqual([
      'p.yaml:3:9: sets.user: `user` is a data category; call the set something else',
      'p.yaml:3:31: sets.a[0]: `b` is neither a set of this policy nor a data category',
    ]);
    expect(complaints(() => readPolicyText('title: P'))).toEqual(['p.yaml:1:1: policy: is missing']);
    expect(complaints(() => readPolicyText('# nothing'))).toEqual(['p.yaml: is empty']);
  });

  it('finds packs by name and files by path', () => {
    const root = project({ 'privacy/policy.yaml': oneRule('forbid: log\ndata: user') });
    const context = { root, taxonomy, recipients };
    const [own, pack] = loadPolicies(['./privacy/policy.yaml', 'baseline'], context);
    expect([own?.id, own?.file, own?.rules[0]?.line]).toEqual(['p', 'privacy/policy.yaml', 4]);
    expect([pack?.id, pack?.file]).toEqual(['baseline', 'rules/policies/baseline.yaml']);
    const packs = policyPacks().join(', ');
    expect(complaints(() => loadPolicies(['basline'], context))).toEqual([
      `there is no policy \`basline\`; did you mean \`baseline\`? (built in: ${packs}; a file is named by its path: ./basline.yaml)`,
    ]);
    expect(complaints(() => loadPolicies(['./none.yaml'], context))).toEqual([
      './none.yaml: there is no such policy file',
    ]);
    expect(complaints(() => loadPolicies(['./privacy'], context))).toEqual(['privacy: is not a file']);
    writeFileSync(join(root, 'again.yml'), oneRule('forbid: log'));
    expect(complaints(() => loadPolicies(['again.yml', 'privacy/policy.yaml'], context))).toEqual([
      'privacy/policy.yaml: the policy `p` is already in again.yml',
    ]);
  });
});

describe('project file', () => {
  const load = (root: string, file: string | null = null) => loadConfiguration(root, file, taxonomy);

  it('reads every section', () => {
    const root = project({
      '.git/': '',
      'troth.config.yaml': `
policies: [indiamart, ./privacy/policy.yaml]
firstParty: ['*.acme.example']
recipients:
  - { id: acme-courier, class: logistics, hosts: [courier.example], modules: ['src/clients/courier/**'], attributes: [vetted] }
purposes: [{ purpose: marketing.communications, modules: ['src/campaigns/**'] }]
provenance: [{ provenance: contest, modules: ['src/contests/**'], entities: [Entry] }]
guards: [{ kind: consent, functions: [mayContact, 'src/consent.ts#allows'] }]
protections: [{ kind: encrypted, functions: ['src/crypto.ts#seal'] }]
models: [./privacy/models]
data: [{ category: user.government_id, names: [aadhaar, uan] }, { none: [displayName] }]
exclude: ['legacy/**']
`,
    });
    expect(load(root)).toEqual({
      policies: ['indiamart', 'privacy/policy.yaml'],
      firstParty: ['*.acme.example'],
      recipients: [
        {
          id: 'acme-courier',
          name: 'Acme Courier',
          class: 'logistics',
          hosts: ['courier.example'],
          packages: [],
          modules: ['src/clients/courier/**'],
          attributes: ['vetted'],
        },
      ],
      purposes: [{ purpose: 'marketing.communications', modules: ['src/campaigns/**'] }],
      provenance: [{ provenance: 'contest', modules: ['src/contests/**'], entities: ['Entry'] }],
      guards: [{ kind: 'consent', functions: ['mayContact', 'src/consent.ts#allows'] }],
      protections: [{ kind: 'encrypted', functions: ['src/crypto.ts#seal'] }],
      models: ['privacy/models'],
      data: [
        { category: 'user.government_id', names: ['aadhaar', 'uan'] },
        { category: null, names: ['displayName'] },
      ],
      include: [],
      exclude: ['legacy/**'],
      suppressions: [],
      file: 'troth.config.yaml',
    });
  });

  it('finds it upwards to the git root, and sees its paths from the scanned folder', () => {
    const root = project({
      '.git/': '',
      'troth.config.yaml': `
policies: [./policy.yaml]
models: [packages/api/models]
exclude: ['packages/*/old/**', 'packages/web/**', '**/legacy/**']
guards: [{ kind: consent, functions: [may, 'packages/api/a.ts#b', 'packages/web/a.ts#b'] }]
`,
      'packages/api/package.json': '{ "name": "api" }',
    });
    expect(load(join(root, 'packages/api'))).toMatchObject({
      policies: ['../../policy.yaml'],
      models: ['models'],
      exclude: ['old/**', '**/legacy/**'],
      guards: [{ kind: 'consent', functions: ['may', 'a.ts#b'] }],
      file: '../../troth.config.yaml',
    });
  });

  it('stops at the git root, and outside a repository at the scanned folder', () => {
    const text = 'policies: [baseline]';
    expect(load(join(project({ 'troth.config.yaml': text, 'a/.git/': '', 'a/b/': '' }), 'a/b'))).toBe(NO_CONFIGURATION);
    expect(load(join(project({ 'troth.config.yaml': text, 'a/': '' }), 'a'))).toBe(NO_CONFIGURATION);
    expect(load(project({ 'troth.config.yaml': text })).policies).toEqual(['baseline']);
  });

  it('reads package.json#troth, with places, and leaves other manifests alone', () => {
    const manifest = (troth: string) => project({ 'package.json': `{\n\t"name": "x",\n\t"troth": ${troth}\n}` });
    expect(load(manifest('{ "policies": ["baseline"] }'))).toMatchObject({
      policies: ['baseline'],
      file: 'package.json',
    });
    expect(complaints(() => load(manifest('{ "polices": [] }')))).toEqual([
      'package.json:3:13: polices: unknown key; did you mean `policies`? (allowed: policies, firstParty, recipients, purposes, provenance, guards, protections, models, data, include, exclude, suppressions)',
    ]);
    expect(load(project({ 'package.json': '{ "name": "x", "name": "y" }' }))).toBe(NO_CONFIGURATION);
    expect(load(project({ 'package.json': 'not JSON, troth' }))).toBe(NO_CONFIGURATION);
  });

  it('takes an explicit file and says when there is none', () => {
    const root = project({ 'ci/strict.yml': 'policies: [./p.yaml]', 'troth.config.yaml': 'policies: [baseline]' });
    expect(load(root, join(root, 'ci/strict.yml'))).toMatchObject({ policies: ['ci/p.yaml'], file: 'ci/strict.yml' });
    expect(complaints(() => load(root, 'no-such.yaml'))).toEqual(['no-such.yaml: there is no such configuration file']);
  });

  it('refuses what leads out of the project', () => {
    const outside = project({ 'secret.yaml': 'policies: [baseline]' });
    const root = project({ '.git/': '', 'a.yaml': '' });
    writeFileSync(
      join(root, 'troth.config.yaml'),
      `policies: [../x.yaml, /etc/passwd, ./linked/secret.yaml]\nmodels: [..]\nexclude: ['../**']\n`,
    );
    symlinkSync(outside, join(root, 'linked'));
    expect(complaints(() => load(root))).toEqual([
      'troth.config.yaml:3:11: exclude[0]: `../**` must be a path inside the project, relative and with `/`',
    ]);
    writeFileSync(
      join(root, 'troth.config.yaml'),
      `policies: [../x.yaml, /etc/passwd, ./linked/secret.yaml]\nmodels: [..]\n`,
    );
    expect(complaints(() => load(root))).toEqual([
      'troth.config.yaml:1:12: policies[0]: `../x.yaml` is outside the project',
      'troth.config.yaml:1:23: policies[1]: `/etc/passwd` is outside the project',
      'troth.config.yaml:1:36: policies[2]: `./linked/secret.yaml` is outside the project',
      'troth.config.yaml:2:10: models[0]: `..` is outside the project',
    ]);
    rmSync(join(root, 'troth.config.yaml'));
    symlinkSync(join(outside, 'secret.yaml'), join(root, 'troth.config.yaml'));
    expect(complaints(() => load(root))).toEqual(['troth.config.yaml: is a link that leads out of the project']);
  });

  it('refuses unknown words', () => {
    const root = project({
      'troth.config.yaml': `
purposes: [{ purpose: marketng, modules: [a] }]
guards: [{ kind: consnt, functions: [a] }]
data: [{ category: user.emai }, { none: [x], names: [y] }]
firstParty: ['https://acme.example/']
protections: [{ kind: hashed, functions: ['../a.ts#b', 'a.ts#', src/a.ts] }]
`,
    });
    expect(complaints(() => load(root))).toEqual([
      'troth.config.yaml:3:18: guards[0].kind: `consnt` is not allowed here; did you mean `consent`? (one of consent, opt-out, age, acceptance, notice, legal-order, abuse-case, verification, role, owner, permission, active-account, user-request, sharing-choice)',
      'troth.config.yaml:4:8: data[0]: must have either `category` and `names`, or `none` alone',
      'troth.config.yaml:4:33: data[1]: must have either `category` and `names`, or `none` alone',
      'troth.config.yaml:5:14: firstParty[0]: must be a host (`api.example.com`) or all hosts of a domain (`*.example.com`), without `https://` and path',
      'troth.config.yaml:6:43: protections[0].functions[0]: `../a.ts` must be a path inside the project, relative and with `/`',
      'troth.config.yaml:6:56: protections[0].functions[1]: must be a name (`seal`) or a file and a name (`src/crypto.ts#seal`)',
      'troth.config.yaml:6:65: protections[0].functions[2]: `src/a.ts` names a file but no function: `file#function`',
    ]);
  });

  it("reads the project's own models", () => {
    const root = project({
      'models/sdk.yaml': 'package: "@acme/sdk"\ndocs: x\nsinks: [{ api: send, port: this, activity: log }]\n',
      'models/README.md': 'not a model',
      'broken.yaml': 'package: b\ndocs: x\nrecipient: nobody9\n',
    });
    const load = (models: string[]) =>
      loadCatalogue({ root, configuration: { ...NO_CONFIGURATION, models }, packages: new Set(), taxonomy })
        .libraries[0];
    expect(load(['models'])).toMatchObject({ package: '@acme/sdk', file: 'models/sdk.yaml' });
    expect(complaints(() => load(['broken.yaml']))).toEqual([
      'broken.yaml:3:12: recipient: there is no recipient `nobody9`',
    ]);
    expect(complaints(() => load(['none']))).toEqual(['none: there is no such file or folder']);
  });
});

describe('globs seen from below', () => {
  it.each([
    ['packages/api/src/**', 'src/**'],
    ['./packages/api/src/*.ts', 'src/*.ts'],
    ['packages/*/src/**', 'src/**'],
    ['pack*/a?i/x', 'x'],
    ['packages/api', '**'],
    ['packages', '**'],
    ['**/x', '**/x'],
    ['!packages/api/x', '!x'],
    ['packages/web/**', null],
  ])('%s', (glob, expected) => {
    expect(rebaseGlob(glob, '/repo', '/repo/packages/api')).toBe(expected);
    expect(rebaseGlob(glob, '/repo', '/repo')).toBe(glob);
    expect(rebaseGlob(glob, '/elsewhere/ci', '/repo')).toBe(glob);
  });
});

describe('every file in rules/', () => {
  const files = listDataFiles(RULES_DIRECTORY);
  const text = (file: string) => readFileSync(join(RULES_DIRECTORY, file), 'utf8');

  it.each(files.filter((file) => file.startsWith('libraries/')))('%s', (file) => {
    const library = readLibrary(checkText(text(file), file, libraryFile), known);
    const name = file.replace(/^libraries\//, '').replace(/\.[a-z]+$/, '');
    expect(library.package).toBe(name.replace(/^node\//, 'node:'));
  });

  it.each(policyPacks())('policies/%s', (name) => {
    const [policy] = loadPolicies([name], { root: '/', taxonomy, recipients });
    expect(policy?.id).toBe(name);
    expect(policy?.rules.length).toBeGreaterThan(0);
  });

  it('recipients take their purposes and packages from what there is', () => {
    const uses = new Set(taxonomy.uses);
    expect(recipients.filter(({ purpose }) => purpose !== undefined && !uses.has(purpose)).map(({ id }) => id)).toEqual(
      [],
    );
    expect(recipients.length).toBeGreaterThan(50);
  });

  it('is kept whole by a build', () => {
    // Passages are read by `policy check` alone.
    const scanned = files.filter((file) => !file.startsWith('schema/') && !file.startsWith('documents/'));
    expect(Object.keys(compileRules()).length).toBe(new Set(scanned.map(text)).size);
  });
});

describe('published schemas', () => {
  it('are those of the readers', () => {
    for (const [name, schema] of Object.entries(jsonSchemas())) {
      expect(readFileSync(join(RULES_DIRECTORY, 'schema', name), 'utf8'), `${name}: npm run schemas`).toBe(schema);
    }
  });

  it.each([
    ['policy.schema.json', 'policies/baseline.yaml'],
    ['model.schema.json', 'libraries/javascript.yaml'],
  ])('%s accepts %s and refuses an unknown key', (schema, file) => {
    const validate = new Ajv({ strict: false }).compile(JSON.parse(jsonSchemas()[schema] ?? ''));
    const data = parse(readFileSync(join(RULES_DIRECTORY, file), 'utf8')) as object;
    expect(validate(data)).toBe(true);
    expect(validate({ ...data, extra: 1 })).toBe(false);
  });
});
