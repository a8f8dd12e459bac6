import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFolder } from '../src/2-parse/declarations/declarations.ts';
import { checkModel } from '../src/check-model.ts';
import { checked } from '../src/rules/checked.ts';
import { libraryFile } from '../src/rules/library-schema.ts';
import { parseDataFile } from '../src/rules/yaml.ts';
import { troth } from './support/process.ts';

const DECLARATIONS = `
export interface Message { to: string; text?: string; data: Record<string, unknown> }
export interface Options { host: string; onSent?(message: Message, at: Date): void }
export declare class Mailer {
  constructor(options: Options);
  readonly outbox: { post(message: Message): Promise<{ id: string }> };
  send(message: Message, ...more: Message[]): this;
  loose: any;
}
export declare function createMailer(options?: Options): Mailer;
declare const mailer: Mailer;
export default mailer;
`;

const FILES = {
  'package.json':
    '{ "name": "shop", "dependencies": { "post-office": "1", "send-analytics": "1", "left-pad": "1", "eslint-plugin-email": "1", "winston": "3" } }',
  'node_modules/post-office/package.json':
    '{ "name": "post-office", "version": "1.2.0", "types": "index.d.ts", "keywords": ["e-mail", "Email"] }',
  'node_modules/post-office/index.d.ts': DECLARATIONS,
  'good.yaml': `package: post-office
docs: d
types:
  - { type: Mailer, api: [createMailer, new Mailer] }
sinks:
  - { api: <Mailer>.send, port: 'argument[*].{to,text}', activity: share }
  - { api: [send, <Mailer>.outbox.post], port: 'argument[0].data.anything', activity: share }
  - { api: <Mailer>.loose.whatever, port: 'argument[0]', activity: share }
sources:
  - { api: createMailer, port: 'argument[0].onSent.parameter[0].to', kind: message }
  - { api: <Mailer>.outbox.post, port: return.id, kind: message }
`,
  'bad.yaml': `package: post-office
docs: d
types:
  - { type: Mailer, api: createMailler }
sinks:
  - { api: new Mailer().sned, port: 'argument[0]', activity: share }
  - { api: send, port: 'argument[0].txt', activity: share, url: 'this.argument[0].host' }
  - { api: new Mailer().outbox.post, port: 'argument[1]', activity: share }
  - { api: new Mailer().outbox, port: 'argument[0]', activity: share }
`,
  'malformed.yaml': 'package: post-office\ndocs: d\nsinks:\n  - { api: send, port: "argument[0]", activity: shar }\n',
  'elsewhere.yaml':
    'package: not-installed\ndocs: d\nsinks:\n  - { api: send, port: "argument[0]", activity: share }\n',
  'troth.config.yaml': 'models: [good.yaml]\n',
};

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'troth-models-')));
beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('troth models check', () => {
  test('finds what the declarations have, and says what they leave open', async () => {
    const { code, stdout } = await troth(['models', 'check'], { cwd: folder });
    expect(stdout).toBe(
      '✔ good.yaml: 12 paths and ports found in the declarations of post-office, 3 cannot be checked\n',
    );
    expect(code).toBe(0);
  });

  test('names each wrong path with its place and the nearest right one', async () => {
    const { code, stdout } = await troth(['models', 'check', 'bad.yaml'], { cwd: folder });
    expect(stdout.split('\n').slice(1, -1)).toEqual([
      "  bad.yaml:4:26: types[0].api[0]: `createMailler`: the package's declarations have no `createMailler`; did you mean `createMailer`?",
      "  bad.yaml:6:12: sinks[0].api[0]: `new Mailer().sned`: the package's declarations have no `sned`; did you mean `new Mailer().send`?",
      "  bad.yaml:7:24: sinks[1].port[0]: `argument[0].txt of send`: the package's declarations have no `txt`; did you mean `argument[0].text`?",
      "  bad.yaml:8:44: sinks[2].port[0]: `argument[1] of new Mailer().outbox.post`: the package's declarations have no argument 1",
      "  bad.yaml:9:39: sinks[3].port[0]: `argument[0] of new Mailer().outbox`: the package's declarations have no argument 0",
    ]);
    expect(code).toBe(1);
  });

  test('refuses what a scan would refuse, and says what it could not check', async () => {
    const refused = await troth(['models', 'check', 'malformed.yaml'], { cwd: folder });
    expect(refused.stderr).toContain(
      'malformed.yaml:4:49: sinks[0].activity: `shar` is not allowed here; did you mean `share`?',
    );
    expect(refused.code).toBe(2);
    const { code, stdout } = await troth(['models', 'check', 'elsewhere.yaml'], { cwd: folder });
    expect(stdout).toBe(
      '✔ elsewhere.yaml: well-formed; paths not checked, as not-installed is not installed here or has no types\n',
    );
    expect(code).toBe(0);
  });
});

describe('troth models list', () => {
  test('says what applies, and which dependencies look like processors without a model', async () => {
    const { stdout } = await troth(['models', 'list'], { cwd: folder });
    expect(stdout).toContain('2 models apply to the 5 dependencies of this project:\n');
    expect(stdout).toMatch(/^ {2}post-office {2}share, source {2}\(good\.yaml\)$/mu);
    expect(stdout).toMatch(/^ {2}winston {6}log$/mu);
    expect(stdout).toMatch(/have no model:\n {2}send-analytics \(analytics\)\n/u);
    expect(stdout).not.toContain('left-pad');
    expect(stdout).not.toContain('eslint-plugin-email');
  });

  test('asks an installed package for its keywords', async () => {
    const { stdout } = await troth(['models', 'list', '--no-config'], { cwd: folder });
    expect(stdout).toContain('  post-office (email)\n');
  });
});

test('what works although it is not declared is excused, until it is declared', () => {
  const text =
    'package: post-office\ndocs: d\nsinks:\n  - { api: "{send,legacy}", port: "argument[0]", activity: share }\n';
  const model = checked(libraryFile, parseDataFile(text, 'own.yaml'));
  const source = { folder: openFolder(folder), additions: [] };
  expect(checkModel(model, { ...source, undeclared: ['legacy'] })).toMatchObject({
    open: ['legacy'],
    issues: [],
    needless: [],
  });
  expect(checkModel(model, { ...source, undeclared: ['{legacy,send}'] }).needless).toEqual(['send']);
});
