/** Suppressions: what people write, what it hides, and what is said of those that hide nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from '../src/2-parse/parse.ts';
import { commentsOf } from '../src/3-lower/comments.ts';
import { readComment } from '../src/6-judge/suppressions/read.ts';
import { suppressionComments } from '../src/core/comments.ts';
import { isDay } from '../src/core/suppression.ts';
import { didYouMean } from '../src/rules/closest.ts';
import { policyAt } from './support/policies.ts';
import { folderWith, once, troth } from './support/process.ts';

const RULE = 'test/nothing-personal-in-logs';
const WHY = 'the log is kept for an hour, DPIA-12';
const TODAY = '2026-11-25';

const POLICY = policyAt('error');

/** A route with these lines in its body, the first of them on line 4. */
function route(...lines: readonly string[]): string {
  return `import express from 'express';
const app = express();
app.post('/people', (req, res) => {
${lines.join('\n')}
  res.sendStatus(204);
});
`;
}

interface Report {
  readonly violations: readonly { readonly file: string; readonly line: number; readonly rule: string }[];
  readonly suppressed: readonly { readonly line: number; readonly suppression: object }[];
  readonly promises: readonly { readonly verdict: string; readonly reason?: string; readonly findings: string[] }[];
  readonly suppressionFindings: readonly {
    readonly rule: string;
    readonly level: string;
    readonly file: string;
    readonly line: number;
    readonly message: string;
  }[];
}

async function scanned(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  const cwd = folderWith({ 'policy.yaml': POLICY, ...files });
  const ended = await troth(['-p', 'policy.yaml', '--today', TODAY, '-f', 'json', ...flags], { cwd });
  return { ...ended, report: JSON.parse(ended.stdout) as Report };
}

/** The lines that still break the rule, and what is said of suppressions: `9 warning unused-suppression`. */
async function outcome(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  const { report } = await scanned(files, ...flags);
  return {
    live: report.violations.map(({ line }) => line),
    said: report.suppressionFindings.map(({ line, level, rule }) => `${line} ${level} ${rule.replace('troth/', '')}`),
  };
}

const read = (text: string, inText = false) =>
  readComment({ line: 1, column: 1, text, nextLine: 2, inText }, didYouMean);

describe('what a comment says', () => {
  test('scope, rules, reason and last day', () => {
    expect(read(`troth-ignore-next-line a/b, c/d -- ${WHY} (until 2027-03-31)`)).toEqual({
      scope: 'next-line',
      rules: ['a/b', 'c/d'],
      reason: WHY,
      until: '2027-03-31',
    });
    expect(read(`troth-ignore-line a/b — ${WHY}`)).toEqual({ scope: 'line', rules: ['a/b'], reason: WHY });
    expect(read(`troth-ignore-file a/b -- ${WHY}`)?.scope).toBe('file');
    expect(read('troth-ignore-line a/b -- ログは一時間で消える')?.problem).toBeUndefined();
  });

  test.each<[string, string, RegExp]>([
    ['no rule', `troth-ignore-line -- ${WHY}`, /names no rule/u],
    ['no reason', 'troth-ignore-line a/b', /gives no reason/u],
    ['an empty reason', 'troth-ignore-line a/b -- ', /gives no reason/u],
    ['a short reason', 'troth-ignore-line a/b -- fine', /too short/u],
    ['a placeholder', 'troth-ignore-line a/b -- <explanation>', /only stands for one/u],
    ['a promise to give one', 'troth-ignore-line a/b -- TODO say why this is', /only stands for one/u],
    ['our own example', 'troth-ignore-line a/b -- the reason, in a few words', /only stands for one/u],
    ['no such day', `troth-ignore-line a/b -- ${WHY} (until 2027-02-30)`, /'2027-02-30' is no day/u],
    ['a word for a day', `troth-ignore-line a/b -- ${WHY} (until spring)`, /'spring' is no day/u],
    ['another word for until', `troth-ignore-line a/b -- ${WHY} (expires 2027-03-31)`, /\(until 2027-03-31\)/u],
    ['a misspelt word', `troth-ignore-nextline a/b -- ${WHY}`, /did you mean `troth-ignore-next-line`/u],
    ['swapped letters', `troth-ingore-line a/b -- ${WHY}`, /did you mean `troth-ignore-line`/u],
    ['no scope', `troth-ignore a/b -- ${WHY}`, /no word of ours/u],
    ['another tool’s word', `troth-disable-next-line a/b -- ${WHY}`, /no word of ours/u],
  ])('malformed: %s', (_, text, problem) => {
    expect(read(text)?.problem).toMatch(problem);
  });

  test('text that users see is no comment', () => {
    expect(read(`troth-ignore-line a/b -- ${WHY}`, true)?.problem).toMatch(/text that users see/u);
  });

  test('prose that only begins like one is not for us', () => {
    expect(read('troth-specific handling of dates')).toBeNull();
  });

  test('days that there are', () => {
    expect(['2028-02-29', '2027-02-29', '2027-13-01', '27-01-01', 'today'].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('where comments are', () => {
  const places = (file: string, text: string) =>
    suppressionComments(file, text).map(({ line, nextLine }) => [line, nextLine]);

  test.each<[string, string, string, (number | null)[][]]>([
    ['a YAML comment', 'a.yaml', '# troth-ignore-next-line a/b -- x\n\n# more\nkey: 1\n', [[1, 4]]],
    ['a Prisma comment', 'schema.prisma', '/// troth-ignore-next-line a/b -- x\nmodel A {\n}\n', [[1, 2]]],
    ['after a Prisma field', 'schema.prisma', 'model A {\n  b Int // troth-ignore-line a/b -- x\n}\n', [[2, 3]]],
    ['an SQL comment', 'a.sql', '-- troth-ignore-next-line a/b -- x\nCREATE TABLE a ();\n', [[1, 2]]],
    ['a GraphQL comment', 'a.graphql', '# troth-ignore-next-line a/b -- x\ntype A {}\n', [[1, 2]]],
    ['in a Vue template', 'a.vue', '<template>\n<!-- troth-ignore-next-line a/b -- x -->\n<p/>\n</template>', [[2, 3]]],
    ['in a Vue script', 'a.vue', '<script>\n// troth-ignore-next-line a/b -- x\nlog()\n</script>', [[2, 3]]],
    ['at the end', 'a.ts', '// troth-ignore-file a/b -- x', [[1, null]]],
    ['lines ended by CR', 'a.ts', '// troth-ignore-next-line a/b -- x\rlog();\r', [[1, 2]]],
    ['a mention in prose', 'a.ts', '// see troth-ignore-line in the manual\n', []],
    ['a hash in a script', 'a.ts', '# troth-ignore-line a/b -- x\n', []],
    ['a kind of file without comments', 'a.json', '// troth-ignore-line a/b -- x\n', []],
  ])('%s', (_, file, text, expected) => {
    expect(places(file, text)).toEqual(expected);
  });

  test('in JSX, one after the other, before the element', () => {
    const text = `const a = <div>
  {/* troth-ignore-next-line a/b -- x */}
  {/* troth-ignore-next-line c/d -- x */}
  <p title={mail} />
  // troth-ignore-line a/b -- shown to users
</div>;
/** troth-ignore-next-line a/b,
 * c/d -- over
 * several lines
 */
log(mail);
`;
    const { tree } = parse('a.tsx', text);
    const found = commentsOf('a.tsx', text, tree);
    expect(found.map(({ line, nextLine, inText }) => [line, nextLine, inText])).toEqual([
      [2, 4, false],
      [3, 4, false],
      [5, 6, true],
      [7, 11, false],
    ]);
    expect(found.at(-1)?.text).toBe('troth-ignore-next-line a/b, c/d -- over several lines');
  });

  test('what a literal holds is no comment', () => {
    const text = `const a = "// troth-ignore-line a/b -- x";
const b = \`
// troth-ignore-line a/b -- x \${c} // troth-ignore-line a/b -- y
\`;
const d = /\\/\\/ troth-ignore-line/;
const e = "src/**/*.ts"; // troth-ignore-line a/b -- this one is
`;
    const { tree } = parse('a.ts', text);
    expect(commentsOf('a.ts', text, tree).map(({ line }) => line)).toEqual([6]);
  });

  test('a hostile file costs little', () => {
    const text = '/* troth-ignore-line '.repeat(20_000);
    const start = performance.now();
    expect(suppressionComments('a.vue', text).length).toBeLessThanOrEqual(1000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('what is hidden', { timeout: 120_000 }, () => {
  const jsx = `export function Contact({ customer }: { customer: { email: string } }) {
  return (
    <div>
      {/* troth-ignore-next-line ${RULE} -- ${WHY} */}
      <button onClick={() => console.log(customer.email)} />
    </div>
  );
}
`;
  const vue = `<script setup lang="ts">
import { person } from './person.ts';
const why = '// troth-ignore-file ${RULE} -- the text of a string';
// troth-ignore-next-line ${RULE} -- ${WHY}
console.log(person.email, why);
</script>
<template>
  <!-- troth-ignore-next-line ${RULE} -- ${WHY} -->
  <button @click="console.log(person.email)" />
</template>
`;
  const svelte = `<script>
  import { person } from './person.ts';
  console.log(person.email); // troth-ignore-line ${RULE} -- ${WHY}
</script>
<!-- troth-ignore-next-line ${RULE} -- ${WHY} -->
<button onclick={() => console.log(person.email)}></button>
`;
  const bare = (text: string) => text.replaceAll(/(?:<!--|\/\/|\{\/\*) troth-ignore-(?:next-)?line.*/gu, '');

  /** File → its lines that still break the rule. */
  const CASES: readonly (readonly [what: string, file: string, text: string, live: readonly number[]])[] = [
    [
      'a line and the next line',
      'lines.ts',
      route(
        `  console.log(req.body.email); // troth-ignore-line ${RULE} -- ${WHY}`,
        `  // troth-ignore-next-line ${RULE} -- ${WHY}`,
        '  console.log(req.body.phone);',
        '  console.log(req.body.firstName);',
      ),
      [7],
    ],
    ['a file', 'whole.ts', `/* troth-ignore-file ${RULE} -- ${WHY} */\n${route('  console.log(req.body.email);')}`, []],
    ['in JSX', 'a.tsx', jsx, []],
    ['in JSX, when nothing is written', 'bare.tsx', bare(jsx), [5]],
    ['in the template and in the script of Vue', 'a.vue', vue, []],
    ['in Vue, when nothing is written', 'bare.vue', bare(vue), [5, 9]],
    ['in the markup and in the script of Svelte', 'a.svelte', svelte, []],
    ['in Svelte, when nothing is written', 'bare.svelte', bare(svelte), [3, 6]],
  ];
  const all = once(async () => {
    const person = 'export const person: { email: string } = load();\n';
    const files = Object.fromEntries(CASES.map(([, file, text]) => [file, text]));
    return (await scanned({ ...files, 'person.ts': person })).report;
  });

  test.each(CASES)('%s', async (_, name, __, live) => {
    const { violations, suppressionFindings } = await all();
    expect(violations.filter(({ file }) => file === name).map(({ line }) => line)).toEqual(live);
    expect(suppressionFindings).toEqual([]);
  });

  test('in a schema of Prisma, what it does not have', async () => {
    const policy = `policy: test
title: The policy of the tests
rules:
  - id: erasure
    promise: People can have their account deleted.
    clauses: [test-01]
    require: erasure
    of: user
`;
    const schema = (...lines: string[]) => `datasource db {\n  provider = "postgresql"\n}\n${lines.join('\n')}
model User {
  id    Int    @id
  email String
}
`;
    const server = `import express from 'express';
import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
express().post('/users', async (req, res) => {
  await prisma.user.create({ data: { email: req.body.email } });
  res.sendStatus(204);
});
`;
    const missing = async (...lines: string[]) => {
      const files = { 'policy.yaml': policy, 'src/server.ts': server, 'schema.prisma': schema(...lines) };
      const { report, code } = await scanned(files);
      const { obligations } = report as Report & {
        obligations: { file: string; line: number; suppression?: { line: number } }[];
      };
      return [code, obligations.map(({ file, line, suppression }) => `${file}:${line} by ${suppression?.line}`)];
    };
    expect(await missing()).toEqual([1, ['schema.prisma:5 by undefined']]);
    expect(await missing(`/// troth-ignore-next-line test/erasure -- ${WHY}`)).toEqual([0, ['schema.prisma:5 by 4']]);
  });

  test('in YAML and others that nothing is found in, it hides nothing and is said to', async () => {
    const files = {
      'src/a.ts': route(''),
      'deploy/log.yaml': `# troth-ignore-next-line ${RULE} -- ${WHY}\nlevel: debug\n`,
      'db/schema.sql': `-- troth-ignore-file ${RULE}\nCREATE TABLE a ();\n`,
      'node_modules/a/b.yml': `# troth-ignore-file ${RULE}\n`,
    };
    expect(await outcome(files)).toEqual({
      live: [],
      said: ['1 error malformed-suppression', '1 warning unused-suppression'],
    });
  });

  test('at a path, by the project file, with its ticket', async () => {
    const files = {
      'troth.config.yaml': `suppressions:
  - { rule: ${RULE}, path: 'src/legacy/**', reason: '${WHY}', expires: 2027-03-31, ticket: PRIV-7, approvedBy: dpo }
`,
      'src/legacy/a.ts': route('  console.log(req.body.email);'),
      'src/b.ts': route('  console.log(req.body.email);'),
    };
    const { report } = await scanned(files);
    expect(report.violations.map(({ file }) => file)).toEqual(['src/b.ts']);
    expect(report.suppressed.map(({ suppression }) => suppression)).toEqual([
      { kind: 'configuration', reason: WHY, until: '2027-03-31', file: 'troth.config.yaml', line: 2 },
    ]);
    expect(report.suppressionFindings).toEqual([]);
  });

  test('a promise that only suppressed findings break is neither kept nor broken', async () => {
    const { report, code, stderr } = await scanned({
      'src/a.ts': route(`  console.log(req.body.email); // troth-ignore-line ${RULE} -- ${WHY}`),
    });
    expect(report.promises).toMatchObject([
      { verdict: 'not-decidable', reason: '1 finding is suppressed', findings: [] },
    ]);
    expect(report.suppressed).toMatchObject([
      { line: 4, suppression: { kind: 'comment', reason: WHY, file: 'src/a.ts', line: 4 } },
    ]);
    expect(stderr).toContain('no violations; 1 suppressed');
    expect(code).toBe(0);
  });

  test('an inventory hides nothing and says nothing of suppressions', async () => {
    const cwd = folderWith({ 'src/a.ts': route(`  console.log(req.body.email); // troth-ignore-line ${RULE} -- x`) });
    const { stdout } = await troth(['inventory', '-f', 'json'], { cwd });
    expect(JSON.parse(stdout)).not.toHaveProperty('suppressionFindings');
    expect(stdout).toContain('"activity": "log"');
  });
});

describe('findings about suppressions', { timeout: 120_000 }, () => {
  const log = '  console.log(req.body.email);';

  const CASES: readonly (readonly [string, string, readonly string[], readonly number[]])[] = [
    ['unused', `  // troth-ignore-next-line ${RULE} -- ${WHY}`, ['4 warning unused-suppression'], [6]],
    ['without a reason', `  // troth-ignore-file ${RULE}`, ['4 error malformed-suppression'], [6]],
    [
      'of no rule we know',
      `  // troth-ignore-file test/nothing-in-logs -- ${WHY}`,
      ['4 error unknown-suppressed-rule'],
      [6],
    ],
    [
      'of a rule without its policy',
      `  // troth-ignore-file nothing-personal-in-logs -- ${WHY}`,
      ['4 error unknown-suppressed-rule'],
      [6],
    ],
    [
      'of a policy nobody knows',
      `  // troth-ignore-file acme-privacy/logs -- ${WHY}`,
      ['4 warning unknown-suppressed-rule'],
      [6],
    ],
    ['of a built-in policy that is not in use', `  // troth-ignore-file 1mg/anything -- ${WHY}`, [], [6]],
    ['misspelt', `  // troth-ignore-flie ${RULE} -- ${WHY}`, ['4 error malformed-suppression'], [6]],
    ['expired', `  // troth-ignore-file ${RULE} -- ${WHY} (until 2026-11-24)`, ['4 error expired-suppression'], [6]],
    [
      'on its last day',
      `  // troth-ignore-file ${RULE} -- ${WHY} (until 2026-11-25)`,
      ['4 note expiring-suppression'],
      [],
    ],
    [
      'in its last fortnight',
      `  // troth-ignore-file ${RULE} -- ${WHY} (until 2026-12-09)`,
      ['4 note expiring-suppression'],
      [],
    ],
    ['with time to go', `  // troth-ignore-file ${RULE} -- ${WHY} (until 2026-12-10)`, [], []],
  ];

  test('are as bad as what they mean, file by file', async () => {
    const files = CASES.map(([, comment], index): [string, string] => [
      `src/${String(index).padStart(2, '0')}.ts`,
      route(comment, '  console.log(1);', log),
    ]);
    const { report } = await scanned(Object.fromEntries(files));
    const found = files.map(([file], index) => [
      CASES[index]?.[0],
      report.suppressionFindings
        .filter((finding) => finding.file === file)
        .map(({ line, level, rule }) => `${line} ${level} ${rule.replace('troth/', '')}`),
      report.violations.filter((violation) => violation.file === file).map(({ line }) => line),
    ]);
    expect(found).toEqual(CASES.map(([name, , said, live]) => [name, said, live]));
  });

  test('say what was meant', async () => {
    const { report } = await scanned({
      'src/a.ts': route(`  // troth-ignore-file nothing-personal-in-logs -- ${WHY}`, log),
    });
    expect(report.suppressionFindings.map(({ message }) => message)).toEqual([
      "There is no rule 'nothing-personal-in-logs'; did you mean `test/nothing-personal-in-logs`?",
    ]);
  });

  test('of the project file stand in it', async () => {
    const { report } = await scanned({
      'troth.config.yaml': `suppressions:
  - { rule: ${RULE}, path: 'old/**', reason: '${WHY}' }
  - { rule: test/nothing, path: 'src/**', reason: '${WHY}' }
`,
      'src/a.ts': route(log),
    });
    expect(report.suppressionFindings.map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual([
      'troth.config.yaml:2 troth/unused-suppression',
      'troth.config.yaml:3 troth/unknown-suppressed-rule',
    ]);
  });

  test('fail the gate at their level', async () => {
    const cwd = folderWith({
      'policy.yaml': POLICY,
      'src/a.ts': route(`  console.log(1); // troth-ignore-line ${RULE} -- ${WHY}`),
    });
    const code = async (...flags: string[]) => (await troth(['-p', 'policy.yaml', ...flags], { cwd })).code;
    const codes = await Promise.all([
      code(),
      code('--fail-on', 'warning'),
      code('--report-unused-suppressions', 'error'),
      code('--report-unused-suppressions', 'off', '--fail-on', 'note'),
    ]);
    expect(codes).toEqual([0, 1, 1, 0]);
  });

  test('unused is not said where it cannot be known', async () => {
    const unused = route(`  console.log(1); // troth-ignore-line ${RULE} -- ${WHY}`);
    const large = `${route(log)}// ${'x'.repeat(3000)}\n`;
    const incomplete = await outcome({ 'src/a.ts': unused, 'src/b.ts': large }, '--max-file-size', '2');
    expect(incomplete.said).toEqual([]);
    const part = await outcome({ 'src/a.ts': unused, 'src/b/b.ts': route(log) }, 'src/a.ts', 'src/b');
    expect(part.said).toEqual([]);
  });

  test('the day is that of the flag, or of SOURCE_DATE_EPOCH', async () => {
    const cwd = folderWith({
      'policy.yaml': POLICY,
      'src/a.ts': route(`  console.log(req.body.email); // troth-ignore-line ${RULE} -- ${WHY} (until 2027-03-31)`),
    });
    const run = async (environment: Record<string, string>, ...flags: string[]) =>
      (await troth(['-p', 'policy.yaml', ...flags], { cwd, environment })).code;
    const april = { SOURCE_DATE_EPOCH: String(Date.parse('2027-04-01T00:00:00Z') / 1000) };
    expect(await run(april)).toBe(1);
    expect(await run(april, '--today', '2027-03-31')).toBe(0);
    expect(await run({ SOURCE_DATE_EPOCH: 'now' })).toBe(2);
    expect(await run({}, '--today', '2027-02-30')).toBe(2);
  });
});

describe('reports', { timeout: 120_000 }, () => {
  const files = {
    'policy.yaml': POLICY,
    'src/a.ts': route(
      `  console.log(req.body.email); // troth-ignore-line ${RULE} -- ${WHY}`,
      `  console.log(1); // troth-ignore-line ${RULE} -- ${WHY}`,
    ),
  };
  interface Sarif {
    runs: [
      {
        results: { ruleId: string; suppressions?: { kind: string; status: string; justification: string }[] }[];
        tool: { driver: { rules: { id: string }[] } };
      },
    ];
  }

  const run = once(async (...flags: string[]) => {
    const cwd = folderWith(files);
    const words = ['-p', 'policy.yaml', '--today', TODAY, '-f', 'text', '-o', 'report.sarif', ...flags];
    const { stdout } = await troth(words, { cwd });
    const sarif = JSON.parse(readFileSync(join(cwd, 'report.sarif'), 'utf8')) as Sarif;
    return { stdout, results: sarif.runs[0].results };
  });

  test('text counts what is suppressed and shows what is wrong', async () => {
    const { stdout } = await run();
    expect(stdout).toMatch(/5:\d+ {2}warning {2}troth\/unused-suppression/u);
    expect(stdout).toContain('to keep it  Remove the suppression.');
    expect(stdout).toMatch(/ {2}suppressions +0 +1 +0/u);
    expect(stdout).toContain('1 warning, 1 suppressed in 1 file');
    expect(stdout).not.toContain('missing obligations');
  });

  test('SARIF leaves suppressed findings out, as GitHub would open alerts for them', async () => {
    const { results } = await run();
    expect(results.map(({ ruleId }) => ruleId)).toEqual(['troth/unused-suppression']);
    expect(results.every((result) => !('suppressions' in result))).toBe(true);
  });

  test('SARIF has them when asked, and then says so on every result', async () => {
    const { results } = await run('--sarif-suppressed', 'include');
    expect(results.map(({ ruleId, suppressions }) => [ruleId, suppressions])).toEqual([
      ['troth/unused-suppression', []],
      [RULE, [expect.objectContaining({ kind: 'inSource', status: 'accepted', justification: WHY })]],
    ]);
  });
});

describe('troth suppressions list', { timeout: 120_000 }, () => {
  function project(): string {
    return folderWith({
      'policy.yaml': POLICY,
      'troth.config.yaml': `suppressions:
  - { rule: ${RULE}, path: 'src/legacy/**', reason: '${WHY}', expires: 2026-01-31, ticket: PRIV-7, approvedBy: dpo }
`,
      'src/legacy/a.ts': route('  console.log(req.body.email);', '  console.log(req.body.phone);'),
      'src/b.ts': route(
        `  console.log(req.body.email); // troth-ignore-line ${RULE} -- ${WHY}`,
        `  console.log(1); // troth-ignore-line ${RULE} -- ${WHY}`,
        '  // troth-ignore-file',
      ),
    });
  }
  const list = (cwd: string, ...flags: string[]) =>
    troth(['suppressions', 'list', '-p', 'policy.yaml', '--today', TODAY, ...flags], { cwd });

  test('shows each with its state and reason', async () => {
    const { stdout, stderr, code } = await list(project());
    expect(stdout).toBe(`src/b.ts:4  ${RULE}  active, line: 1 finding
  ${WHY}
src/b.ts:5  ${RULE}  unused, line: 0 findings
  ${WHY}
src/b.ts:6  (no rule)  malformed, file: 0 findings
troth.config.yaml:2  ${RULE}  expired, until 2026-01-31, path: 2 findings, PRIV-7, approved by dpo
  ${WHY}
`);
    expect(stderr).toBe('✔ 4 suppressions: 1 active, 1 expired, 1 unused, 1 malformed\n');
    expect(code).toBe(0);
  });

  test('shows the expired ones alone, and JSON', async () => {
    const cwd = project();
    expect((await list(cwd, '--expired')).stdout).toMatch(/^troth\.config\.yaml:2 .*\n {2}.*\n$/u);
    expect(await list(cwd, '--expired', '--today', '2026-01-31', '--quiet')).toMatchObject({ stdout: '', stderr: '' });
    const { stdout } = await list(cwd, '--json', '--expired');
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      suppressions: [
        {
          kind: 'configuration',
          reason: WHY,
          until: '2026-01-31',
          file: 'troth.config.yaml',
          line: 2,
          rule: RULE,
          scope: 'path',
          state: 'expired',
          expired: true,
          findings: 2,
          ticket: 'PRIV-7',
          approvedBy: 'dpo',
        },
      ],
    });
  });

  test('is not trusted when a file could not be read', async () => {
    const cwd = project();
    writeFileSync(join(cwd, 'src/large.ts'), `// ${'x'.repeat(3000)}\n`);
    const { code, stderr } = await list(cwd, '--max-file-size', '2');
    expect(code).toBe(3);
    expect(stderr).toContain('! incomplete:');
  });
});

describe('a project file that suppresses badly is refused with its place', () => {
  test.each<[string, string, RegExp]>([
    ['no reason', `{ rule: ${RULE}, path: src }`, /troth\.config\.yaml:2:5: suppressions\[0\]\.reason: is missing/u],
    ['a short reason', `{ rule: ${RULE}, path: src, reason: fine }`, /too short/u],
    ['no such day', `{ rule: ${RULE}, path: src, reason: '${WHY}', expires: 2027-02-30 }`, /must be a day such as/u],
    ['a misspelt key', `{ rule: ${RULE}, path: src, reason: '${WHY}', expire: 2027-02-28 }`, /did you mean `expires`/u],
    [
      'a way out of the project',
      `{ rule: ${RULE}, path: '../x', reason: '${WHY}' }`,
      /must be a path inside the project/u,
    ],
  ])('%s', async (_, entry, message) => {
    const cwd = folderWith({ 'troth.config.yaml': `suppressions:\n  - ${entry}\n`, 'src/a.ts': 'export {};\n' });
    const { code, stderr, stdout } = await troth([], { cwd });
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
