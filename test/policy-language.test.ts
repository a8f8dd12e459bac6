/** The policy language as its authors use it: text in, judgement of a flow out. */
import { describe, expect, it } from 'vitest';
import { judge } from '../src/6-judge/judge.ts';
import type { Flow, FlowGuard } from '../src/core/flow.ts';
import { OBLIGATIONS } from '../src/core/obligations.ts';
import type { Policy, Violation } from '../src/core/policy.ts';
import { UsageError } from '../src/core/usage-error.ts';
import { checked } from '../src/rules/checked.ts';
import { readPolicy } from '../src/rules/policies.ts';
import { policyFile } from '../src/rules/policy-schema.ts';
import { loadTaxonomy } from '../src/rules/taxonomy.ts';
import { parseDataFile } from '../src/rules/yaml.ts';

const taxonomy = loadTaxonomy();

function policyOf(text: string): Policy {
  const source = parseDataFile(`policy: p\ntitle: P\n${text}`, 'p.yaml');
  return readPolicy(checked(policyFile, source), taxonomy, new Set(['stripe']));
}

/** One rule, its fields as flow style YAML. */
function oneRule(fields: string, head = ''): Policy {
  return policyOf(`${head}rules: [{ id: r, clauses: [p-01], ${fields} }]`);
}

function complaintsOf(text: string): string[] {
  try {
    policyOf(text);
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const PLACE = { file: 'src/send.ts', line: 9, column: 1, endLine: 9, endColumn: 9 };

type Draft = Partial<Omit<Flow, 'sink' | 'source'>> & {
  sink?: Partial<Flow['sink']>;
  source?: Partial<Flow['source']>;
};

function flow({ sink, source, ...rest }: Draft = {}): Flow {
  return {
    id: 'f',
    activity: 'share',
    data: ['user.contact.email'],
    subject: 'customer',
    recipient: { id: 'acme', name: 'Acme', class: 'business-partner', country: 'US', attributes: [] },
    purpose: null,
    source: { ...PLACE, kind: 'request-body', expression: 'req.body.email', ...source },
    sink: { ...PLACE, model: 'm', expression: 'post', symbol: 'send', attributes: {}, ...sink },
    protections: [],
    guards: [],
    confidence: 'high',
    steps: [],
    evidence: [],
    ...rest,
  };
}

function violations(policy: Policy, draft: Draft = {}): Violation[] {
  return judge([flow(draft)], [policy], { confidence: 'low' }).violations;
}

function breaks(policy: Policy, draft: Draft = {}): boolean {
  return violations(policy, draft).some(({ rule }) => rule === 'p/r');
}

function guard(kind: FlowGuard['kind'], more: Partial<FlowGuard> = {}): Draft {
  return { guards: [{ kind, subject: 'same', location: PLACE, ...more }] };
}

describe('data', () => {
  const sets =
    'sets: { personal: { of: user, except: [user.content, user.device] }, wide: [personal, user.device.ip_address] }\n';

  it.each([
    ['a set', 'data: personal', 'user.contact.email', true],
    ['what a set exempts', 'data: personal', 'user.device.cookie', false],
    ['what is named again, deeper', 'data: [personal, user.content.private]', 'user.content.private', true],
    ['its neighbour', 'data: [personal, user.content.private]', 'user.content.public', false],
    ['a set of sets keeps exemptions', 'data: wide', 'user.content.public', false],
    ['and adds to them', 'data: wide', 'user.device.ip_address', true],
    ['an exemption of the rule', 'data: user, except: user.contact.email', 'user.contact.email', false],
    ['an exemption from everything', 'except: user.contact', 'user.contact.email', false],
    ['all else', 'except: user.contact', 'user.name', true],
  ])('%s: %s', (_, fields, category, broken) => {
    expect(breaks(oneRule(`forbid: share, ${fields}`, sets), { data: [category] })).toBe(broken);
  });

  it('a payload subset takes no set with exemptions', () => {
    expect(complaintsOf(`${sets}rules: [{ id: r, allow: share, only: personal }]`)).toEqual([
      'p.yaml:4:38: rules[0].only[0]: `personal` exempts categories; `only` takes categories and sets without `except`',
    ]);
  });
});

describe('who, why, where', () => {
  it.each<[string, string, Draft, boolean]>([
    ['another subject', 'subject: { not: employee }', { subject: 'customer' }, true],
    ['the subject left out', 'subject: { not: employee }', { subject: 'employee' }, false],
    ['a subject nobody knows', 'subject: { not: employee }', { subject: null }, false],
    ['another purpose', 'purpose: { not: essential.service }', { purpose: 'marketing' }, true],
    ['the only purpose', 'purpose: { not: essential.service }', { purpose: 'essential.service.operations' }, false],
    ['a purpose nobody knows', 'purpose: { not: essential.service }', { purpose: null }, false],
    ['another place', 'in: { not: src/checkout/** }', {}, true],
    ['the only place', 'in: { not: src/checkout/** }', { sink: { file: 'src/checkout/pay.ts' } }, false],
    ['a provenance', 'provenance: [survey, contest]', { provenance: ['contest'] }, true],
    ['another provenance', 'provenance: survey', { provenance: ['log'] }, false],
    ['no provenance', 'provenance: survey', {}, false],
    ['a kind of source', 'source: [form, request-body]', {}, true],
    ['another kind of source', 'source: device', {}, false],
    ['a country', 'to: { country: [US, CA] }', {}, true],
    ['another country', 'to: { country: IN }', {}, false],
    ['outside of countries', 'to: { outside: IN }', {}, true],
    ['inside of them', 'to: { outside: [IN, US] }', {}, false],
    [
      'a country nobody knows',
      'to: { outside: IN }',
      { recipient: { id: 'x', name: 'X', class: 'unknown', attributes: [] } },
      false,
    ],
  ])('%s: %s', (_, fields, draft, broken) => {
    expect(breaks(oneRule(`forbid: share, ${fields}`), draft)).toBe(broken);
  });
});

describe('where', () => {
  const cookie = (attributes: Flow['sink']['attributes']): Draft => ({ activity: 'store', sink: { attributes } });

  it('any of several tests is enough', () => {
    const rule = oneRule(
      'forbid: store, where: { any: [{ attribute: secure, not: true }, { attribute: httpOnly, not: true }] }',
    );
    expect(breaks(rule, cookie({ secure: true }))).toBe(true);
    expect(breaks(rule, cookie({ secure: true, httpOnly: true }))).toBe(false);
    expect(breaks(rule, cookie({ secure: null, httpOnly: true }))).toBe(false);
  });

  it('a number may be a parameter', () => {
    const rule = oneRule(
      'forbid: store, where: [{ attribute: maxAge, above: $session }]',
      'parameters: { session: 60 }\n',
    );
    expect(breaks(rule, cookie({ maxAge: 61 }))).toBe(true);
    expect(breaks(rule, cookie({ maxAge: 60 }))).toBe(false);
  });
});

describe('guards', () => {
  it.each<[string, string, Draft, boolean]>([
    ['the age the policy names', 'age:18', guard('age', { atLeast: 18 }), false],
    ['a lower one', 'age:18', guard('age', { atLeast: 13 }), true],
    ['a higher one', 'age:10', guard('age', { atLeast: 13 }), false],
    ['an age the code does not show', 'age:18', guard('age'), false],
    ['an age by parameter', 'age:$adult', guard('age', { atLeast: 17 }), true],
    ['an age in full', '{ guard: age, atLeast: $adult }', guard('age', { atLeast: 18 }), false],
    ['no age at all', 'age', {}, true],
    [
      'an opt-in that starts as false',
      '{ guard: consent, startsAs: false }',
      guard('consent', { startsAs: false }),
      false,
    ],
    ['one that starts as true', '{ guard: consent, startsAs: false }', guard('consent', { startsAs: true }), true],
    ['one that no schema shows', '{ guard: consent, startsAs: false }', guard('consent'), false],
    ['a channel', '{ guard: consent, channel: sms }', guard('consent', { purpose: 'sms' }), false],
    ['another channel', '{ guard: consent, channel: sms }', guard('consent', { purpose: 'email' }), true],
    ['someone else’s consent', 'consent', guard('consent', { subject: 'other' }), true],
    ['all of two', '{ all: [consent, hashed] }', guard('consent'), true],
  ])('%s: %s', (_, condition, draft, broken) => {
    const rule = oneRule(
      `forbid: share, unless: ${condition.startsWith('{') ? condition : `"${condition}"`}`,
      'parameters: { adult: 18 }\n',
    );
    expect(breaks(rule, draft)).toBe(broken);
  });

  it('the channel of the guard is that of the message', () => {
    const rule = oneRule('forbid: share, unless: { guard: consent, channel: same }');
    const sms = { sink: { attributes: { channel: 'sms' } } };
    expect(breaks(rule, { ...guard('consent', { purpose: 'sms' }), ...sms })).toBe(false);
    expect(breaks(rule, { ...guard('consent', { purpose: 'email' }), ...sms })).toBe(true);
  });
});

describe('levels and exceptions', () => {
  it('a hedge makes a warning of an error, and leaves a note alone', () => {
    expect(violations(oneRule('forbid: share, hedge: usually'))[0]?.level).toBe('warning');
    expect(violations(oneRule('forbid: share, hedge: usually, level: note'))[0]?.level).toBe('note');
    expect(violations(oneRule('forbid: share'))[0]?.level).toBe('error');
  });

  it('`overrides` makes an exception of a rule that is no narrower', () => {
    const rules = (more: string) =>
      policyOf(
        `rules: [{ id: r, forbid: share, data: user.contact.email }, { id: x, allow: share, to: business-partner${more} }]`,
      );
    expect(breaks(rules(''))).toBe(true);
    expect(breaks(rules(', overrides: r'))).toBe(false);
    expect(breaks(rules(', overrides: r, if: consent'))).toBe(true);
  });
});

describe('undisclosed flows', () => {
  const under = (rule: string) => policyOf(`defaults: { share: { level: error, clauses: [p-09] } }\nrules: [${rule}]`);

  it.each<[string, string, Draft, object]>([
    ['nothing near', '{ id: r, allow: log }', {}, { kind: 'omitted', clauses: [], differs: [] }],
    [
      'another recipient',
      '{ id: r, clauses: [p-01], allow: share, data: user, to: seller }',
      {},
      { kind: 'omitted', nearest: 'p/r', clauses: ['p-01'], differs: ['recipient'] },
    ],
    [
      'another purpose',
      '{ id: r, allow: share, purpose: essential.service }',
      { purpose: 'marketing' },
      { kind: 'omitted', nearest: 'p/r', clauses: [], differs: ['purpose'] },
    ],
    [
      'related data',
      '{ id: r, allow: share, data: user.contact.phone_number }',
      {},
      { kind: 'omitted', nearest: 'p/r', clauses: [], differs: ['data'] },
    ],
    ['unrelated data', '{ id: r, allow: share, data: user.device }', {}, { kind: 'omitted', clauses: [], differs: [] }],
    [
      'a part of what is known only in general',
      '{ id: x, allow: share, data: user, to: seller }, { id: r, allow: share, data: user.contact }',
      { data: ['user'] },
      { kind: 'vague', nearest: 'p/r', clauses: [], differs: ['data'] },
    ],
  ])('%s', (_, rules, draft, expected) => {
    const [violation] = violations(under(rules), draft);
    expect(violation).toMatchObject({ rule: 'p/undisclosed-share', clauses: ['p-09'] });
    expect(violation?.disclosure).toEqual(expected);
  });

  it('say which clause comes nearest, and how it misses', () => {
    const [violation] = violations(under('{ id: r, clauses: [p-01], allow: share, data: user, to: seller }'));
    expect(violation?.message).toContain(
      "no rule of the policy 'p' says that it may be shared; nearest is p-01 (p/r), which allows it to another recipient.",
    );
  });

  it('are ambiguous where rules deny and permit at once, and no disclosure where they only deny', () => {
    const contradicting =
      '{ id: r, forbid: share, data: user.contact.email }, { id: x, allow: share, to: business-partner }';
    expect(violations(under(contradicting))[0]?.disclosure).toMatchObject({ kind: 'ambiguous', nearest: 'p/x' });
    expect(violations(under('{ id: r, forbid: share }'))[0]).not.toHaveProperty('disclosure');
  });

  it('break the clause of the default, which other flows of the activity keep', () => {
    const policy = under('{ id: r, clauses: [p-01], allow: share, to: business-partner }');
    const verdict = (draft: Draft) =>
      judge([flow(draft)], [policy], { confidence: 'low' }).promises.find(({ clause }) => clause === 'p-09')?.verdict;
    const seller = { id: 's', name: 'S', class: 'seller', attributes: [] } as const;
    expect(verdict({ recipient: seller })).toBe('broken');
    expect(verdict({})).toBe('kept');
    expect(verdict({ activity: 'log' })).toBe('not-exercised');
  });
});

describe('clauses', () => {
  it('are listed as ranges, and each gets a verdict', () => {
    const policy = policyOf(
      'clauses: [{ from: p-08, to: p-11 }, extra]\nnot-checkable: [{ clauses: [extra], why: Motive. }]',
    );
    expect(policy.clauses).toEqual(['p-08', 'p-09', 'p-10', 'p-11', 'extra']);
    const { promises } = judge([], [policy], { confidence: 'low' });
    expect(promises.map(({ clause, verdict, reason }) => [clause, verdict, reason])).toEqual([
      ['extra', 'not-decidable', 'Motive.'],
      ...['p-08', 'p-09', 'p-10', 'p-11'].map((clause) => [
        clause,
        'not-decidable',
        'the policy neither has a rule for it nor says why there is none',
      ]),
    ]);
  });
});

describe('what is wrong is said exactly', () => {
  const rule = (fields: string) => `rules: [{ id: r, ${fields} }]`;

  it.each([
    [
      'no clause of the list',
      'clauses: { from: p-01, to: p-09 }\nrules: [{ id: r, forbid: log, clauses: [p-10] }]',
      '4:41: rules[0].clauses[0]: `p-10` is no clause of this policy; did you mean `p-01`?',
    ],
    [
      'no range',
      'clauses: { from: p-09, to: q-10 }',
      '3:10: clauses: from `p-09` to `q-10` is no range: two ids that differ in their number, such as `acme-01` and `acme-36`',
    ],
    ['a clause twice', 'clauses: [p-01, p-01]', '3:10: clauses: `p-01` is listed twice'],
    [
      'a parameter nobody declared',
      rule('forbid: log, unless: "age:$adult"'),
      '3:39: rules[0].unless.atLeast: there is no parameter `adult`; declare it: `parameters: { adult: 18 }`',
    ],
    [
      'a parameter misspelt',
      `parameters: { adult: 18 }\n${rule('forbid: log, unless: "age:$adlt"')}`,
      '4:39: rules[0].unless.atLeast: there is no parameter `adlt`; did you mean `adult`?',
    ],
    [
      'an age that is none',
      rule('forbid: log, unless: "age:adult"'),
      '3:39: rules[0].unless: `age:adult` must name an age: `age:18` or `age:$adult-age`',
    ],
    [
      'an age of consent',
      rule('forbid: log, unless: { guard: consent, atLeast: 18 }'),
      '3:57: rules[0].unless.atLeast: `atLeast` belongs to the guard `age`',
    ],
    [
      'a guard twice',
      rule('forbid: log, unless: { guard: consent, any: [age] }'),
      '3:39: rules[0].unless: needs one of `guard`, `all` and `any`',
    ],
    [
      'details of nothing',
      rule('forbid: log, unless: { any: [age], channel: sms }'),
      '3:53: rules[0].unless.channel: `channel` belongs to a `guard`',
    ],
    [
      'no obligation',
      rule('require: erasures'),
      '3:27: rules[0].require: `erasures` is no obligation; did you mean `erasure`?',
    ],
    [
      'no parameter of it',
      rule('require: erasure, parameters: { day: 30 }'),
      '3:50: rules[0].parameters.day: `erasure` has no such parameter; did you mean `days`? (it takes days)',
    ],
    [
      'text for a number',
      rule('require: erasure, parameters: { days: soon }'),
      '3:56: rules[0].parameters.days: expected a number, or `$` and the name of a parameter, found text',
    ],
    [
      'no rule to override',
      rule('allow: log, overrides: [s]'),
      '3:42: rules[0].overrides[0]: there is no rule `s` in this policy',
    ],
    [
      'no country',
      rule('forbid: share, to: { country: India }'),
      '3:48: rules[0].to.country: must be a country as two capital letters (ISO 3166): `IN`',
    ],
    [
      'no provenance',
      rule('forbid: share, provenance: servey'),
      '3:45: rules[0].provenance: `servey` is not allowed here; did you mean `survey`?',
    ],
    [
      'no lint code',
      'known: [{ code: conflict, clauses: [a], reading: x, why: y }]',
      '3:17: known[0].code: `conflict` is not allowed here',
    ],
    [
      'an attribute missing',
      rule('forbid: store, where: [{ above: 1 }]'),
      '3:41: rules[0].where[0]: needs an `attribute`, or `any`',
    ],
  ])('%s', (_, text, expected) => {
    const [first = '', ...more] = complaintsOf(text);
    expect([first.slice(0, 'p.yaml:'.length + expected.length), more]).toEqual([`p.yaml:${expected}`, []]);
  });

  it('every obligation and its parameters can be written', () => {
    for (const [name, { parameters }] of Object.entries(OBLIGATIONS)) {
      const written = Object.entries(parameters).map(([key, kind]) => `${key}: ${kind === 'number' ? 30 : 'word'}`);
      expect(complaintsOf(rule(`require: ${name}, parameters: { ${written.join(', ')} }`))).toEqual([]);
    }
  });
});
