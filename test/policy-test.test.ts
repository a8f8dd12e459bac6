import { describe, expect, it } from 'vitest';
import { testPolicy } from '../src/policy-test.ts';
import { loadCatalogue } from '../src/rules/catalogue.ts';
import { checked } from '../src/rules/checked.ts';
import { NO_CONFIGURATION } from '../src/rules/configuration.ts';
import { filesOfExample } from '../src/rules/examples.ts';
import { readPolicy } from '../src/rules/policies.ts';
import { policyFile } from '../src/rules/policy-schema.ts';
import { parseDataFile } from '../src/rules/yaml.ts';
import { folderWith, troth } from './support/process.ts';

const catalogue = loadCatalogue({ root: '/', configuration: NO_CONFIGURATION, packages: null });

interface Draft {
  readonly rule: string;
  readonly broken: string;
  readonly kept: string;
  readonly head?: string;
}

function policyText({ rule, broken, kept, head = '' }: Draft): string {
  const block = (code: string) => code.trim().replace(/^/gm, '        ');
  return `policy: p\ntitle: P\n${head}rules:\n  - id: r\n    ${rule}\n    examples:\n      broken: |\n${block(broken)}\n      kept: |\n${block(kept)}\n`;
}

async function problemsOf(draft: Draft): Promise<string[]> {
  const source = parseDataFile(policyText(draft), 'p.yaml');
  const policy = readPolicy(checked(policyFile, source), catalogue.taxonomy, new Set());
  return (await testPolicy(policy, catalogue)).problems.map(({ rule, problem }) => `${rule} ${problem}`);
}

describe('examples as files', () => {
  it('splits at marks, names the rest, and keeps paths inside', () => {
    expect(filesOfExample("import a from 'a';\n// file: src/b.ts\nb();\n# file: ../../c.yaml\nc: 1")).toEqual([
      { file: 'example.ts', text: "import a from 'a';" },
      { file: 'src/b.ts', text: 'b();' },
      { file: 'c.yaml', text: 'c: 1' },
    ]);
  });

  it('gives the prelude to code that imports nothing, and to no other', () => {
    const [bare] = filesOfExample('logger.info(user.email);');
    expect(bare?.text).toContain('const logger = pino();');
    expect(filesOfExample("import x from 'x';\nx();")[0]?.text).toBe("import x from 'x';\nx();");
    expect(filesOfExample('const x = require("x");')[0]?.text).toBe('const x = require("x");');
  });
});

describe('policy test', () => {
  const logs = { rule: 'forbid: log\n    data: user.contact' };

  it('accepts examples that show what they should, as short as two lines', async () => {
    expect(await problemsOf({ ...logs, broken: 'logger.info(user.email);', kept: 'logger.info(user.id);' })).toEqual(
      [],
    );
  });

  it.each([
    ['broken that breaks nothing', 'logger.info(user.id);', '', ['p/r is not broken by its broken example']],
    ['kept that breaks', 'logger.info(user.email);', 'logger.info(user.email);', ['p/r is broken by its kept example']],
    [
      'code with errors',
      'logger.info(user.email;',
      'logger.info(',
      [
        'p/r has a broken example that has a syntax error in example.ts',
        'p/r has a kept example that has a syntax error in example.ts',
      ],
    ],
  ])('reports %s', async (_, broken, kept, expected) => {
    expect(await problemsOf({ ...logs, broken, kept: kept || '// nothing' })).toEqual(expected);
  });

  it('follows data through the files of an example', async () => {
    const broken = `
// file: src/people.ts
import { tell } from './tell';
interface Member { id: string; email: string; }
export function greet(member: Member) { tell(member.email); }
// file: src/tell.ts
export function tell(text: string) { console.log(text); }`;
    expect(await problemsOf({ ...logs, broken, kept: broken.replace('member.email)', 'member.id)') })).toEqual([]);
  });

  it('reads the project file of an example', async () => {
    const code = (name: string) => `
// file: src/mail.ts
import axios from 'axios';
interface Member { id: string; email: string; }
export function mail(member: Member) { return axios.post('https://mail.example/send', { to: member.email }); }
# file: troth.config.yaml
recipients: [{ id: mail, name: Mail, class: ${name}, hosts: [mail.example] }]`;
    const rule = 'forbid: share\n    data: user.contact\n    to: advertising';
    expect(await problemsOf({ rule, broken: code('advertising'), kept: code('mailing-agent') })).toEqual([]);
  });

  it('takes an undisclosed flow for the broken example of a plain allow', async () => {
    const draft = {
      head: 'defaults: { log: error }\n',
      rule: 'allow: log\n    data: user.unique_id',
      broken: 'logger.info(user.email);',
      kept: 'logger.info(user.id);',
    };
    expect(await problemsOf(draft)).toEqual([]);
  });

  it('takes a wider rule for broken when the narrower one is reported', async () => {
    const draft = {
      head: '',
      rule: 'forbid: log\n    data: user',
      broken: 'logger.info(user.email);',
      kept: 'logger.info(1);',
    };
    const text = `${policyText(draft)}  - { id: narrow, forbid: log, data: user.contact.email }\n`;
    const policy = readPolicy(checked(policyFile, parseDataFile(text, 'p.yaml')), catalogue.taxonomy, new Set());
    expect((await testPolicy(policy, catalogue)).problems).toEqual([]);
  });

  it('exits with 1 and says which rule and where; with 0 when all hold', async () => {
    const draft = { ...logs, broken: 'logger.info(user.id);', kept: 'logger.info(user.id);' };
    const cwd = folderWith({
      'bad.yaml': policyText(draft),
      'good.yaml': policyText({ ...draft, broken: 'logger.info(user.email);' }),
    });
    const bad = await troth(['policy', 'test', './bad.yaml'], { cwd });
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('bad.yaml:4: p/r is not broken by its broken example');
    const good = await troth(['policy', 'test', './good.yaml'], { cwd });
    expect([good.code, good.stdout]).toEqual([0, '✔ p: 1 of 1 rules have examples; all 2 hold\n']);
    expect((await troth(['policy', 'test', './none.yaml'], { cwd })).code).toBe(2);
  });
});
