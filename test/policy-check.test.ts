import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LintCode, Policy } from '../src/core/policy.ts';
import type { RecipientClass } from '../src/core/privacy.ts';
import { checked } from '../src/rules/checked.ts';
import { lintPolicy } from '../src/rules/lint/lint.ts';
import { printPassage } from '../src/rules/passages.ts';
import { loadPolicies, policyPacks, readPolicy } from '../src/rules/policies.ts';
import { policyFile } from '../src/rules/policy-schema.ts';
import { loadTaxonomy } from '../src/rules/taxonomy.ts';
import { parseDataFile } from '../src/rules/yaml.ts';
import { folderWith, troth } from './support/process.ts';

const taxonomy = loadTaxonomy();
const context = {
  classOf: new Map<string, RecipientClass>([['stripe', 'payment-processor']]),
  attributes: new Set(['maxAge', 'channel', 'required']),
};

function policyOf(text: string): Policy {
  const source = parseDataFile(`policy: p\ntitle: P\n${text}`, 'p.yaml');
  return readPolicy(checked(policyFile, source), taxonomy, new Set(['stripe']));
}

/** Two rules or more, each with a clause of its own unless it says otherwise. */
function rulesOf(rules: readonly string[], more = ''): Policy {
  const written = rules.map((fields, index) => {
    const clauses = fields.includes('clauses:') ? '' : `clauses: [c-${index + 1}], `;
    return `  - { id: r${index + 1}, ${clauses}${fields} }\n`;
  });
  return policyOf(`${more}rules:\n${written.join('')}`);
}

/** Codes of what is found, notes with a star; what nothing speaks about is left out. */
function codes(policy: Policy): string[] {
  const { conflicts, notes } = lintPolicy(policy, context);
  return [...conflicts.map(({ code }) => code as string), ...notes.map(({ code }) => `${code}*`)].filter(
    (code) => code !== 'scope-gap*',
  );
}

describe('a prohibition and a disclosure', () => {
  const share = (more: string) => `forbid: share, data: user.contact, to: advertising${more}`;
  const allowed = 'allow: share, data: user.contact, to: advertising';

  it.each<[string, string[], string[]]>([
    ['equal', [share(''), allowed], ['absolute-vs-permission']],
    ['equal, but for what the prohibition excepts', [share(', unless: consent'), `${allowed}, if: consent`], []],
    ['equal, with other exceptions', [share(', unless: legal-order'), allowed], ['overlap']],
    [
      'an exception to an absolute promise',
      [share(''), 'allow: share, data: user.contact.email, to: advertising'],
      ['absolute-vs-permission'],
    ],
    [
      'an exception to a promise with exceptions',
      [share(', unless: consent'), 'allow: share, data: user.contact.email, to: advertising'],
      [],
    ],
    ['a carve-out of a disclosure', [share(''), 'allow: share, data: user'], ['catch-all*', 'undefined-recipient*']],
    [
      'crossing',
      ['forbid: share, data: user.contact, unless: consent', 'allow: share, data: user, to: seller'],
      ['overlap*'],
    ],
    ['other data', [share(''), 'allow: share, data: user.device, to: advertising'], []],
    [
      'exempt data',
      [share(', except: user.contact.email'), 'allow: share, data: user.contact.email, to: advertising'],
      [],
    ],
    ['other recipients', [share(''), 'allow: share, data: user.contact, to: seller'], []],
    ['a recipient of another class', [share(''), 'allow: share, data: user.contact, to: stripe'], []],
    [
      'whom the prohibition leaves out',
      ['forbid: share, to: { not: [payment-processor] }', 'allow: share, to: stripe'],
      [],
    ],
    ['other activities', [share(''), 'allow: log, data: user.contact'], []],
    ['other places', [`${share('')}, in: src/shop/**`, `${allowed}, in: src/blog/**`], []],
    [
      'other channels',
      [`${share('')}, where: { attribute: channel, is: sms }`, `${allowed}, where: { attribute: channel, is: email }`],
      [],
    ],
    ['of one clause', [`clauses: [c], ${share('')}`, `clauses: [c], ${allowed}`], []],
    ['settled', [share(''), `${allowed}, overrides: r1`], []],
    ['by discretion', [share(''), `${allowed}, hedge: in its sole discretion`], ['discretion-override', 'hedge*']],
    ['anonymous and not', [share(', unless: [anonymised, aggregated]'), allowed], ['anonymity-conflict']],
    [
      'only for another purpose',
      ['forbid: share, purpose: { not: essential.service }', 'allow: share, to: seller, purpose: marketing'],
      ['only-vs-other-purpose'],
    ],
    [
      'only for the same purpose',
      ['forbid: share, purpose: { not: essential.service }', 'allow: share, to: seller, purpose: essential.service'],
      [],
    ],
  ])('%s', (_, rules, expected) => {
    expect(codes(rulesOf(rules))).toEqual(expected);
  });

  it('are both named, with the line of the prohibition', () => {
    const [finding] = lintPolicy(rulesOf([share(''), allowed]), context).conflicts;
    expect(finding).toMatchObject({ line: 4, sides: [['c-1'], ['c-2']] });
    expect(finding?.message).toBe('c-1 (r1) forbids without an exception what c-2 (r2) allows.');
  });

  it('are a known conflict when the policy says so, with a clause of each side', () => {
    const known = (clauses: string) =>
      `known: [{ code: absolute-vs-permission, clauses: [${clauses}], reading: It stands., why: It is first. }]\n`;
    const report = lintPolicy(rulesOf([share(''), allowed], known('c-2, c-1')), context);
    expect(report.conflicts).toEqual([]);
    expect(report.known).toMatchObject([{ conflict: { reading: 'It stands.' }, derived: true }]);
    expect(lintPolicy(rulesOf([share(''), allowed], known('c-1, c-7')), context).conflicts).toHaveLength(1);
  });
});

describe('other findings', () => {
  it.each<[LintCode, string[], string[]]>([
    [
      'consent-mode-conflict',
      ['forbid: share, unless: consent', 'forbid: share, unless: opt-out'],
      ['consent-mode-conflict'],
    ],
    ['consent-mode-conflict', ['forbid: share, unless: consent', 'forbid: log, unless: opt-out'], []],
    ['implied-consent', ['forbid: share, unless: consent', 'forbid: share, unless: acceptance'], ['implied-consent*']],
    [
      'notice-conflict',
      ['allow: share, to: seller, if: consent', 'allow: share, to: seller, if: notice'],
      ['notice-conflict'],
    ],
    [
      'required-vs-voluntary',
      [
        'allow: collect, where: { attribute: required, is: true }',
        'allow: collect, where: { attribute: required, is: false }',
      ],
      ['required-vs-voluntary'],
    ],
    [
      'retention-vs-erasure',
      ['require: erasure, of: user', 'allow: store, purpose: essential.legal_obligation'],
      ['retention-vs-erasure'],
    ],
    ['duplicate-clause', ['forbid: log, data: user', 'forbid: log, data: user, level: note'], ['duplicate-clause*']],
    ['catch-all', ['allow: share, data: user'], ['catch-all*', 'undefined-recipient*']],
    ['catch-all', ['allow: collect, hedge: such as'], ['catch-all*']],
    ['hedge', ['forbid: log, hedge: usually'], ['hedge*']],
    ['undefined-recipient', ['allow: share, to: unknown'], ['undefined-recipient*']],
    ['missing-parameter', ['forbid: collect, unless: age', 'forbid: store, unless: "age:18"'], ['missing-parameter*']],
    ['missing-parameter', ['require: age-gate', 'require: age-gate, parameters: { age: 18 }'], ['missing-parameter*']],
    [
      'dead-rule',
      ['forbid: store, where: [{ attribute: maxAge, above: 9 }, { attribute: maxAge, below: 3 }]'],
      ['dead-rule'],
    ],
    ['dead-rule', ['forbid: log, data: user.contact, except: user'], []],
    ['dead-rule', ['forbid: store, where: { attribute: maxAgee, above: 9 }'], ['dead-rule']],
    ['dead-rule', ['forbid: collect, purpose: marketing'], ['dead-rule']],
    ['dead-rule', ['forbid: log', 'allow: share, to: seller, overrides: r1'], ['dead-rule']],
    [
      'undeclared-category',
      ['allow: collect, data: user.contact', 'allow: log, data: user.device'],
      ['undeclared-category*'],
    ],
    ['undeclared-category', ['allow: collect, data: user.contact', 'allow: log, data: user.contact.email'], []],
  ])('%s: %j', (_, rules, expected) => {
    expect(codes(rulesOf(rules))).toEqual(expected);
  });

  it('name clauses without a place', () => {
    const policy = rulesOf(
      ['forbid: log'],
      'clauses: { from: c-1, to: c-4 }\nnot-checkable: [{ clauses: [c-3], why: x }]\n',
    );
    expect(lintPolicy(policy, context).conflicts.map(({ message }) => message)).toEqual([
      'c-2, c-4 are in no rule and not under `not-checkable`.',
    ]);
  });

  it('name passages of clauses that the policy does not have', () => {
    const policy = rulesOf(
      ['forbid: log'],
      `clauses: [c-1]\ndocument: { file: p.txt, sha256: ${'a'.repeat(64)}, passages: { c-1: '${printPassage('We log nothing')}', c-9: '${printPassage('as said below')}' } }\n`,
    );
    expect(codes(policy)).toContain('dangling-reference');
  });

  it.each(['undefined-term', 'text-quality', 'dangling-reference'])('%s can be declared of the text alone', (code) => {
    const known = `known: [{ code: ${code}, clauses: [c-1], reading: The usual one., why: The text has no other. }]\n`;
    const report = lintPolicy(rulesOf(['forbid: log'], known), context);
    expect(report.conflicts).toEqual([]);
    expect(report.known).toMatchObject([{ conflict: { code }, derived: false }]);
  });

  it('say what nothing speaks about', () => {
    const policy = rulesOf(['forbid: [log, share, store]'], 'defaults: { collect: warning }\n');
    expect(lintPolicy(policy, context).notes.map(({ message }) => message)).toEqual([
      'No rule speaks of `expose`, and the default allows it.',
    ]);
  });
});

describe('the command', () => {
  const TEXT = 'We never sell data. We keep your address for thirty days! Write to us.';
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  const rules = 'rules:\n  - { id: r, clauses: [a-1, a-2], forbid: log, data: user }\n';
  const passages = `{ a-1: '${printPassage('We never sell data')}', a-2: '${printPassage('we KEEP your address for thirty days')}' }`;
  const policy = (more: string) => `policy: a\ntitle: A\n${more}${rules}`;
  const withDocument = (where: string) =>
    policy(`document: { file: text.txt, sha256: ${sha256}, passages: ${where} }\n`);

  it('exits with 1 on a conflict nobody declared, and with 0 on none', async () => {
    const cwd = folderWith({
      'good.yaml': policy(''),
      'bad.yaml': policy('clauses: [a-1, a-2, a-3]\n'),
    });
    const bad = await troth(['policy', 'check', './bad.yaml'], { cwd });
    expect([bad.code, bad.stdout.split('\n')[1]]).toEqual([
      1,
      '  conflict bad.yaml:1: clause-without-place: a-3 is in no rule and not under `not-checkable`.',
    ]);
    expect((await troth(['policy', 'check', './good.yaml'], { cwd })).code).toBe(0);
  });

  it('says whether the text has changed, and which clauses, in any layout', async () => {
    const cwd = folderWith({
      'a.yaml': withDocument(passages),
      'same.txt': TEXT,
      'moved.txt': `Hello.\n\n  WE KEEP your address,\n for thirty days; we never sell data`,
      'new.txt': 'We never sell data. We keep your address for sixty days.',
    });
    const check = (file: string) => troth(['policy', 'check', './a.yaml', '--document', file], { cwd });
    const same = await check('same.txt');
    expect([same.code, same.stdout]).toEqual([
      0,
      expect.stringContaining('✔ same.txt is the text that a was written from.'),
    ]);
    const moved = await check('moved.txt');
    expect([moved.code, moved.stdout]).toEqual([1, expect.stringContaining('none of 2 known passages changed')]);
    const changed = await check('new.txt');
    expect([changed.code, changed.stdout]).toEqual([
      1,
      expect.stringContaining('1 of 2 known passages changed.\n  changed: a-2\n'),
    ]);
    expect((await check('none.txt')).code).toBe(2);
  });

  it('reads passages from a file beside the policy, and from nowhere else', async () => {
    const cwd = folderWith({
      'p/a.yaml': withDocument('passages.yaml'),
      'p/passages.yaml': `passages: ${passages}`,
      'p/out.yaml': withDocument('../../secret.yaml'),
      'p/odd.yaml': withDocument("{ a-1: 'our own words' }"),
      'new.txt': 'Nothing of it.',
    });
    const check = (file: string) => troth(['policy', 'check', file, '--document', 'new.txt'], { cwd });
    expect((await check('p/a.yaml')).stdout).toContain('changed: a-1, a-2');
    expect(await check('p/out.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('outside the project'),
    });
    expect(await check('p/odd.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('document.passages.a-1'),
    });
  });

  it('wants one policy for one text', async () => {
    const cwd = folderWith({ 'a.yaml': policy(''), 'text.txt': TEXT });
    const two = await troth(['policy', 'check', './a.yaml', 'baseline', '--document', 'text.txt'], { cwd });
    expect(two).toMatchObject({ code: 2, stderr: expect.stringContaining('--document belongs to one policy') });
    const none = await troth(['policy', 'check', './a.yaml', '--document', 'text.txt'], { cwd });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('names no `document`') });
  });

  it.each(policyPacks().filter((pack) => loadPolicies([pack], { root: '/' })[0]?.document))(
    'compares a text with every clause of the pack %s',
    async (pack) => {
      const cwd = folderWith({ 'text.txt': 'Nothing of it.' });
      const { code, stdout } = await troth(['policy', 'check', pack, '--document', 'text.txt'], { cwd });
      const [policy] = loadPolicies([pack], { root: '/' });
      const number = policy?.clauses?.length ?? 0;
      expect(code).toBe(1);
      if (number > 0) expect(stdout).toContain(`${number} of ${number} known passages changed`);
      else expect(stdout).toMatch(/(\d+) of \1 known passages changed/);
    },
  );
});
