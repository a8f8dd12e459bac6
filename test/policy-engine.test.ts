/** What rules ask for and only the engine can see: ages, defaults of flags, schemes, purposes and provenance. */
import { describe, expect, it } from 'vitest';
import { testPolicy } from '../src/policy-test.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { checked } from '../src/rules/checked.ts';
import { NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { readPolicy } from '../src/rules/policies.ts';
import { policyFile } from '../src/rules/policy-schema.ts';
import { parseDataFile } from '../src/rules/yaml.ts';

const catalogue = loadCatalogue({ root: '/', configuration: NO_CONFIGURATION, packages: null });

/** What `troth policy test` says about one rule with these examples. */
async function problemsOf(rule: string, broken: string, kept: string): Promise<string[]> {
  const block = (code: string) => code.trim().replace(/^/gm, '        ');
  const text = `policy: p\ntitle: P\nrules:\n  - id: r\n    ${rule}\n    examples:\n      broken: |\n${block(broken)}\n      kept: |\n${block(kept)}\n`;
  const policy = readPolicy(checked(policyFile, parseDataFile(text, 'p.yaml')), catalogue.taxonomy, new Set());
  return (await testPolicy(policy, catalogue)).problems.map(({ problem }) => problem);
}

describe('the age that a policy names', () => {
  const rule = 'forbid: log\n    data: user.contact\n    unless: "age:18"';

  it.each([
    ['if (user.age >= 13) logger.info(user.email);', 'if (user.age >= 18) logger.info(user.email);'],
    ['if (user.age > 16) logger.info(user.email);', 'if (user.age > 17) logger.info(user.email);'],
    ['if (user.age < 18) logger.info(user.email);', 'if (!(user.age < 18)) logger.info(user.email);'],
    ['if (13 <= user.age) logger.info(user.email);', 'if (18 <= user.age) logger.info(user.email);'],
    [
      'function tell(user: User) { if (user.age < 13) return; logger.info(user.email); }',
      'function tell(user: User) { if (user.age < 18) return; logger.info(user.email); }',
    ],
    [
      'const LEAST = 13; if (user.age >= LEAST) logger.info(user.email);',
      'const LEAST = 18; if (user.age >= LEAST) logger.info(user.email);',
    ],
  ])('%s', async (broken, kept) => {
    expect(await problemsOf(rule, broken, kept)).toEqual([]);
  });
});

it('an opt-in that starts as true is none', async () => {
  const code = (start: boolean) => `
// file: schema.prisma
model Member {
  id String @id
  email String
  marketingConsent Boolean @default(${start})
}
// file: src/mail.ts
import axios from 'axios';
import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export async function mail(id: string) {
  const member = await prisma.member.findUniqueOrThrow({ where: { id } });
  if (!member.marketingConsent) return;
  await axios.post('https://us1.api.mailchimp.com/3.0/lists/1/members', { email_address: member.email });
}`;
  const rule = 'forbid: share\n    data: user.contact\n    unless: { guard: consent, startsAs: false }';
  expect(await problemsOf(rule, code(true), code(false))).toEqual([]);
});

it('plain http is seen, and this machine is no network', async () => {
  const post = (url: string) => `import axios from 'axios';
interface Member { id: string; email: string; }
export function send(member: Member) { return axios.post('${url}', { email: member.email }); }`;
  const rule = 'forbid: share\n    data: user\n    where: { attribute: scheme, is: [http, ftp] }';
  expect(await problemsOf(rule, post('http://crm.example/people'), post('https://crm.example/people'))).toEqual([]);
  expect(await problemsOf(rule, post('HTTP://crm.example'), post('http://localhost:3000/people'))).toEqual([]);
});

describe('purposes', () => {
  const rule = 'forbid: share\n    data: user\n    purpose: marketing';
  const code = (mark: string) => `import axios from 'axios';
interface Member { id: string; email: string; }
${mark}
export function send(member: Member) { return axios.post('https://crm.example/people', { email: member.email }); }`;

  it('are told by a comment above the function', async () => {
    const kept = code('/** @purpose essential.service */');
    expect(await problemsOf(rule, code('// @purpose marketing.communications'), kept)).toEqual([]);
    expect(await problemsOf(rule, code('// @purpose marketing'), code('// @purpose of-nothing-known'))).toEqual([]);
  });

  it('or above the call', async () => {
    const call = (mark: string) => `${mark}\nawait partner.post('/leads', { email: user.email });`;
    expect(await problemsOf(rule, call('// @purpose marketing'), call('//'))).toEqual([]);
  });
});

describe('provenance', () => {
  const rule = (word: string) => `forbid: share\n    data: user\n    provenance: ${word}`;
  const code = (model: string, more = '') => `
// file: schema.prisma
model ${model} {
  id String @id
  email String
}
// file: src/give.ts
import axios from 'axios';
import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export async function give(id: string) {
  const row = await prisma.${model.charAt(0).toLowerCase() + model.slice(1)}.findUniqueOrThrow({ where: { id } });
  await axios.post('https://sponsor.example/entries', { email: row.email });
}
${more}`;

  it.each([
    ['survey', 'SurveyResponse'],
    ['contest', 'ContestEntry'],
    ['promotion', 'PromotionEntry'],
    ['third-person', 'AddressBookEntry'],
    ['partner', 'PartnerLead'],
  ])('%s is told by the model %s', async (word, model) => {
    expect(await problemsOf(rule(word), code(model), code('Member'))).toEqual([]);
  });

  it('is told by the project file, by model or by folder', async () => {
    const declare = (entry: string) => `# file: troth.config.yaml\nprovenance: [{ provenance: contest, ${entry} }]`;
    const entities = (name: string) => code('Member', declare(`entities: [${name}]`));
    const modules = (glob: string) => code('Member', declare(`modules: ['${glob}']`));
    expect(await problemsOf(rule('contest'), entities('Member'), entities('Other'))).toEqual([]);
    expect(await problemsOf(rule('contest'), modules('src/**'), modules('lib/**'))).toEqual([]);
  });

  it('is told by a comment where the data is read', async () => {
    const read = (mark: string) => `import express from 'express';
import axios from 'axios';
const app = express();
app.post('/win', async (req, res) => {
  ${mark}
  const { email } = req.body;
  await axios.post('https://sponsor.example/entries', { email });
  res.sendStatus(201);
});`;
    expect(await problemsOf(rule('contest'), read('// @provenance contest'), read('// a contest'))).toEqual([]);
  });
});

describe('weak protections', () => {
  const code = (seal: string) => `import express from 'express';
import { PrismaClient } from '@prisma/client';
import { createCipheriv, createHash, hash, randomBytes } from 'node:crypto';
const app = express();
const prisma = new PrismaClient();
app.post('/register', async (req, res) => {
  const password = ${seal};
  await prisma.member.create({ data: { password } });
  res.sendStatus(201);
});`;
  const rule = (test: string) => `forbid: store\n    data: user.authorization\n    where: { attribute: ${test} }`;

  it.each([
    [
      'hash, is: [md5, sha1]',
      "createHash('md5').update(req.body.password).digest('hex')",
      "createHash('sha256').update(req.body.password).digest('hex')",
    ],
    [
      'hash, is: sha1',
      "createHash('RSA-SHA1').update(req.body.password).digest('hex')",
      "createHash('md5').update(req.body.password).digest('hex')",
    ],
    ['hash, is: sha1', "hash('sha1', req.body.password)", "hash('sha512', req.body.password)"],
    [
      'cipher, is: ecb',
      "createCipheriv('aes-128-ecb', process.env.KEY, null).update(req.body.password)",
      "createCipheriv('aes-256-gcm', process.env.KEY, randomBytes(12)).update(req.body.password)",
    ],
    [
      'key, is: literal',
      "createCipheriv('aes-256-gcm', '0123456789abcdef', randomBytes(12)).update(req.body.password)",
      "createCipheriv('aes-256-gcm', process.env.KEY, randomBytes(12)).update(req.body.password)",
    ],
  ])('%s', async (test, broken, kept) => {
    expect(await problemsOf(rule(test), code(broken), code(kept))).toEqual([]);
  });
});

describe('certificate checks', () => {
  const rule = 'forbid: share\n    data: user\n    where: { attribute: certificateCheck, is: false }';
  const member = 'interface Member { id: string; email: string; }\n';

  it.each([
    [
      'axios',
      "import axios from 'axios';\nimport { Agent } from 'node:https';\nconst httpsAgent = new Agent({ rejectUnauthorized: CHECK });\nexport const send = (member: Member) => axios.post('https://crm.example', { email: member.email }, { httpsAgent });",
    ],
    [
      'an axios instance',
      "import axios from 'axios';\nimport https from 'node:https';\nconst crm = axios.create({ baseURL: 'https://crm.example', httpsAgent: new https.Agent({ rejectUnauthorized: CHECK }) });\nexport const send = (member: Member) => crm.post('/people', { email: member.email });",
    ],
    [
      'got',
      "import got from 'got';\nexport const send = (member: Member) => got.post('https://crm.example', { json: { email: member.email }, https: { rejectUnauthorized: CHECK } });",
    ],
    [
      'node:https',
      "import https from 'node:https';\nexport function send(member: Member) { const request = https.request('https://crm.example', { rejectUnauthorized: CHECK }); request.write(member.email); request.end(); }",
    ],
  ])('of %s', async (_, code) => {
    const checking = (check: string) => member + code.replace('CHECK', check);
    expect(await problemsOf(rule, checking('false'), checking('true'))).toEqual([]);
  });
});
