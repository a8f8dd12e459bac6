import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { testPolicy } from '../src/policy-test.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { RULES_DIRECTORY } from '../src/rules/files.ts';
import { loadPolicies, policyPacks } from '../src/rules/policies.ts';
import { scan } from '../src/scan.ts';
import { folderWith } from './support/process.ts';

const catalogue = loadCatalogue({ root: '/', configuration: NO_CONFIGURATION, packages: null });

/** How many clauses the text of each policy has, and how their ids are written. */
const CLAUSES: Readonly<Record<string, { readonly count: number; readonly digits: number }>> = {
  '1mg': { count: 145, digits: 3 },
  indiamart: { count: 47, digits: 2 },
  mmed: { count: 144, digits: 3 },
  numo: { count: 36, digits: 2 },
  retailer: { count: 83, digits: 2 },
};

/** The contradictions and gaps that a reading of each text found, by code. */
const CONFLICTS: Readonly<Record<string, string>> = {
  '1mg':
    'absolute-vs-permission 4, catch-all 1, discretion-override 1, duplicate-clause 1, implied-consent 1, missing-parameter 1, notice-conflict 1, required-vs-voluntary 1, retention-vs-erasure 1, scope-gap 1, text-quality 1, undefined-term 3',
  indiamart:
    'absolute-vs-permission 4, consent-mode-conflict 3, discretion-override 1, hedge 1, notice-conflict 1, retention-vs-erasure 1, scope-gap 1, undeclared-category 1, undefined-term 1',
  mmed: 'absolute-vs-permission 5, catch-all 1, consent-mode-conflict 2, dangling-reference 1, duplicate-clause 1, missing-parameter 1, notice-conflict 1, retention-vs-erasure 1, scope-gap 2, undeclared-category 1, undefined-recipient 1, undefined-term 1',
  numo: 'absolute-vs-permission 2, anonymity-conflict 1, catch-all 1, consent-mode-conflict 1, hedge 2, required-vs-voluntary 1, retention-vs-erasure 1, scope-gap 2, undeclared-category 1, undefined-recipient 1',
  retailer:
    'absolute-vs-permission 4, consent-mode-conflict 2, duplicate-clause 1, hedge 1, notice-conflict 1, only-vs-other-purpose 2, retention-vs-erasure 1, scope-gap 1, text-quality 1, undeclared-category 1, undefined-recipient 1, undefined-term 2',
};

function pack(name: string) {
  const [policy] = loadPolicies([name], { root: '/' });
  if (policy === undefined) throw new Error(`there is no pack ${name}`);
  return policy;
}

describe.each(Object.entries(CLAUSES))('%s', (name, { count, digits }) => {
  const policy = pack(name);
  const ids = Array.from({ length: count }, (_, index) => `${name}-${String(index + 1).padStart(digits, '0')}`);
  const byDefault = Object.values(policy.defaultClauses ?? {}).flat();
  const decided = new Set([...policy.rules.flatMap(({ clauses }) => clauses), ...byDefault]);
  const leftOut = policy.notCheckable.flatMap(({ clauses }) => clauses);

  it('gives every clause a place', () => {
    expect(ids.filter((id) => !decided.has(id) && !leftOut.includes(id))).toEqual([]);
    expect(policy.clauses).toEqual(ids);
  });

  it('gives no clause two kinds of places', () => {
    expect(leftOut.filter((id) => decided.has(id))).toEqual([]);
    expect(leftOut.length).toBe(new Set(leftOut).size);
  });

  it('declares the contradictions of its text, with the reading taken', () => {
    const counts = new Map<string, number>();
    for (const { code, reading, why } of policy.known ?? []) {
      expect(`${reading}${why}`.length).toBeGreaterThan(20);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const written = [...counts].sort().map(([code, count]) => `${code} ${count}`);
    expect(written.join(', ')).toBe(CONFLICTS[name]);
  });

  it('gives every group of undecidable clauses a reason of its own', () => {
    const reasons = policy.notCheckable.map(({ why }) => why);
    expect(reasons.length).toBe(new Set(reasons).size);
  });
});

describe.each(policyPacks())('%s', (name) => {
  it('has rules with a promise, a fix, clauses and examples', () => {
    const written = parse(readFileSync(join(RULES_DIRECTORY, 'policies', `${name}.yaml`), 'utf8'));
    for (const rule of written.rules as Record<string, unknown>[]) {
      for (const key of ['promise', 'clauses', 'fix', 'examples']) expect(rule, `${rule['id']}`).toHaveProperty(key);
    }
  });

  it('has examples that break and keep their rules', { timeout: 120_000 }, async () => {
    const { problems } = await testPolicy(pack(name), catalogue);
    const wrong = problems.filter(({ minor }) => !minor);
    expect(wrong.map(({ rule, problem }) => `${rule} ${problem}`)).toEqual([]);
  });
});

async function judged(code: string, name: string) {
  const root = folderWith({ 'main.ts': code });
  const policies = [pack(name)];
  return scan({ command: 'scan', root, paths: [], catalogue, policies, includeTests: true, confidence: 'medium' });
}

describe('one line under several policies', () => {
  const phone =
    'interface User { id: string; phone: string }\nexport function seen(user: User) {\n  console.log(user.phone);\n}';

  it.each([
    ['numo', []],
    ['1mg', ['error']],
    ['retailer', ['warning']],
  ])('a logged number under %s', async (name, levels) => {
    const { violations } = await judged(phone, name);
    expect(violations.map(({ level }) => level)).toEqual(levels);
  });

  const gate =
    "import express from 'express';\nimport { PrismaClient } from '@prisma/client';\nconst app = express();\nconst prisma = new PrismaClient();\napp.post('/register', async (req, res) => {\n  if (req.body.age < 13) return res.sendStatus(403);\n  await prisma.user.create({ data: { email: req.body.email, age: req.body.age } });\n  return res.sendStatus(201);\n});";

  it.each([
    ['retailer', 'adults-only', 'missing'],
    ['mmed', 'nobody-under-ten', 'met'],
  ])('a gate at thirteen under %s', async (name, rule, status) => {
    const { obligations } = await judged(gate, name);
    expect(obligations.filter((each) => each.rule === `${name}/${rule}`).map((each) => each.status)).toEqual([status]);
  });

  const card =
    "import { createCipheriv } from 'node:crypto';\nimport express from 'express';\nimport { PrismaClient } from '@prisma/client';\nconst app = express();\nconst prisma = new PrismaClient();\ndeclare const key: Buffer;\ndeclare const iv: Buffer;\napp.post('/cards', async (req, res) => {\n  const cipher = createCipheriv('aes-256-gcm', key, iv);\n  await prisma.wallet.create({ data: { cardNumber: cipher.update(req.body.cardNumber, 'utf8', 'hex') } });\n  res.sendStatus(201);\n});";

  it.each([
    ['1mg', 'cards-not-stored-in-clear', false],
    ['mmed', 'cards-never-reach-us', true],
  ])('an encrypted card under %s', async (name, rule, broken) => {
    const { violations } = await judged(card, name);
    expect(violations.some((each) => each.rule === `${name}/${rule}`)).toBe(broken);
  });
});
