import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { describe, expect, test, vi } from 'vitest';
import { resolveDestinations } from '../src/cli/destinations.ts';
import { startTime } from '../src/cli/start-time.ts';
import { FORMATS, type Format, showsFlows } from '../src/core/report-format.ts';
import { codeQualityFaults, readCommands, readJunit, sastFaults } from './support/consumers.ts';
import { policyAt } from './support/policies.ts';
import { folderWith, once, repository, shell, troth } from './support/process.ts';
import { breachesOf } from './support/sarif-contract.ts';
import { validate } from './support/sarif-multitool.ts';

/** Some tests run the process several times. */
vi.setConfig({ testTimeout: 90_000 });

const POLICY = policyAt('error');

/** `number` routes in one file, each of which breaks the policy beside it. */
function project(number = 1, folder = 'src'): string {
  const routes = Array.from({ length: number }, (_, index) => {
    return `app.post('/people/${index}', (req, res) => {\n  console.log(req.body.email);\n  res.sendStatus(204);\n});\n`;
  });
  const source = `import express from 'express';\nconst app = express();\n${routes.join('')}`;
  return folderWith({ 'policy.yaml': POLICY, [`${folder}/routes.ts`]: source });
}

/** In most formats more than a pipe holds: few findings, whose file has a long name. */
function largeProject(): string {
  return project(120, 'src/a-folder-with-a-long-name/'.repeat(20));
}

const WITH_POLICY = ['--policy', 'policy.yaml'];
/** A pipe holds 64 KiB. */
const PIPE = 64 * 1024;
/** The formats whose own limits keep them smaller. */
const SMALL: readonly Format[] = ['text', 'github', 'markdown'];

describe('standard output', () => {
  test('gives a slow reader every byte, the same as a file, and nothing else', { timeout: 180_000 }, async () => {
    const cwd = largeProject();
    const outputs = FORMATS.map((format) => `-o ${format}=out/${format}`).join(' ');
    const run = 'troth -p policy.yaml --fail-on none --timing';
    const pipes = FORMATS.map((format) => `${run} -f ${format} | (sleep 3; cat) > ${format}.piped &`).join('\n');
    const { stdout } = await shell(`${run} ${outputs}\n${pipes}\nwait`, { cwd });
    expect(stdout).toBe('');
    for (const format of FORMATS) {
      const piped = readFileSync(join(cwd, `${format}.piped`), 'utf8');
      expect([format, piped === readFileSync(join(cwd, 'out', format), 'utf8')]).toEqual([format, true]);
      if (!SMALL.includes(format)) expect([format, piped.length > PIPE]).toEqual([format, true]);
    }
  });

  test.each(['compact', 'junit', 'csv'])('a reader that leaves is no error: %s', async (format) => {
    const line = `troth -p policy.yaml --fail-on none -q -f ${format} | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await shell(line, { cwd: largeProject() });
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(1)).toEqual(['0', '']);
  });

  test('a limit is a notice on standard error, even a quiet one', async () => {
    const { stderr } = await troth([...WITH_POLICY, '-q', '-f', 'github'], { cwd: project(12) });
    expect(stderr).toBe('notice: 2 more findings not annotated: GitHub shows 10 of a kind per step.\n');
  });
});

describe('one run', () => {
  const writeAll = async () => {
    const cwd = project(3);
    const outputs = FORMATS.flatMap((format) => ['-o', `${format}=out/${format}`]);
    const ended = await troth([...WITH_POLICY, ...outputs], { cwd });
    const files = readdirSync(join(cwd, 'out')).sort();
    return { ended, files: new Map(files.map((file) => [file, readFileSync(join(cwd, 'out', file), 'utf8')])) };
  };
  const first = once(writeAll);

  test('writes every format, whole, and each reader takes it', async () => {
    const {
      ended: { stdout, code },
      files,
    } = await first();
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect([...files.keys()]).toEqual([...FORMATS].sort());
    const read = (format: Format) => files.get(format) ?? '';
    expect(JSON.parse(read('json')).violations).toHaveLength(3);
    expect((JSON.parse(read('sarif')) as Log).runs[0]?.results).toHaveLength(3);
    expect(readCommands(read('github')).filter(({ kind }) => kind === 'error')).toHaveLength(3);
    expect(JSON.parse(read('gitlab'))).toHaveLength(4);
    expect(codeQualityFaults(JSON.parse(read('gitlab')))).toEqual([]);
    expect(sastFaults(JSON.parse(read('gitlab-sast')))).toEqual([]);
    const { faults, cases } = readJunit(read('junit'));
    expect(faults).toEqual([]);
    expect(cases.filter(({ classname }) => classname === 'test/nothing-personal-in-logs')).toHaveLength(3);
    expect(read('markdown').match(/^\| 🔴/gm)).toHaveLength(3);
    expect(read('csv').match(/^flow,log,/gm)).toHaveLength(3);
    expect(read('compact').match(/: error: /g)).toHaveLength(3);
    expect(read('agent').match(/ error test\/nothing-personal-in-logs \| /g)).toHaveLength(3);
  });

  test('a second one writes the same bytes, whatever the format, the time and the folder', async () => {
    const { files } = await first();
    // The times that a format may demand are to the second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await writeAll()).files).toEqual(files);
  });

  test('that could not see everything says so in every format', async () => {
    const cwd = project();
    writeFileSync(join(cwd, 'src/large.ts'), `export const a = 1; // ${'x'.repeat(3000)}\n`);
    const outputs = FORMATS.flatMap((format) => ['-o', `${format}=out/${format}`]);
    const { code } = await troth([...WITH_POLICY, '--max-file-size', '2', ...outputs], { cwd });
    expect(code).toBe(3);
    for (const format of FORMATS) {
      const text = readFileSync(join(cwd, 'out', format), 'utf8');
      expect([format, text.includes('src/large.ts')]).toEqual([format, true]);
      expect([format, /not analysed|incomplete|file-too-large/i.test(text)]).toEqual([format, true]);
    }
  });
});

describe('the format of a file', () => {
  test.each<[string, string[], string[], object[]]>([
    ['JUnit by extension', ['text'], ['a.xml'], [{ format: 'junit', path: 'a.xml' }, { format: 'text' }]],
    ['markdown by extension', ['text'], ['a.md'], [{ format: 'markdown', path: 'a.md' }, { format: 'text' }]],
    ['a table by extension', ['text'], ['A.CSV'], [{ format: 'csv', path: 'A.CSV' }, { format: 'text' }]],
    ['one named format and an extension it goes by', ['gitlab'], ['a.json'], [{ format: 'gitlab', path: 'a.json' }]],
    [
      'one named format and another extension',
      ['json'],
      ['a.xml'],
      [{ format: 'junit', path: 'a.xml' }, { format: 'json' }],
    ],
    ['one named format and no extension', ['agent'], ['a'], [{ format: 'agent', path: 'a' }]],
    [
      "GitLab's own names",
      [],
      ['x/gl-code-quality-report.json', 'gl-sast-report.json'],
      [
        { format: 'gitlab', path: 'x/gl-code-quality-report.json' },
        { format: 'gitlab-sast', path: 'gl-sast-report.json' },
        { format: 'text' },
      ],
    ],
  ])('%s', (_, formats, outputs, expected) => {
    expect(resolveDestinations(formats, outputs)).toEqual(expected);
  });
});

describe('an inventory', () => {
  test.each(FORMATS.filter((format) => !showsFlows(format)))(
    'has no %s form: refused before anything is read',
    async (format) => {
      const cwd = project();
      const { code, stdout, stderr } = await troth(['inventory', '-o', `${format}=report`], { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(`error: An inventory has no ${format} form.`);
      expect(existsSync(join(cwd, 'report'))).toBe(false);
    },
  );

  test('is a row per flow', async () => {
    const { code, stdout } = await troth(['inventory', '-f', 'csv'], { cwd: project(2) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^record,activity,data,/);
    expect(stdout.match(/^flow,log,user\.contact\.email,/gm)).toHaveLength(2);
    expect(stdout.match(/^promise,/gm)).toBeNull();
  });
});

describe('in a step of GitHub Actions', () => {
  const run = (cwd: string, ...flags: string[]) => {
    return troth([...WITH_POLICY, ...flags], { cwd, environment: { GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') } });
  };

  test.each(['text', 'github', 'compact'])('%s comes with a summary, after what others wrote', async (format) => {
    const cwd = project();
    appendFileSync(join(cwd, 'summary.md'), 'before\n');
    const { code, stdout } = await run(cwd, '-f', format);
    expect(code).toBe(1);
    expect(stdout).not.toContain('## Privacy promises');
    expect(readFileSync(join(cwd, 'summary.md'), 'utf8')).toMatch(/^before\n<!-- troth -->\n## Privacy promises\n/);
  });

  test('there is none beside a format for programs, nor when a markdown report is written', async () => {
    const cwd = project();
    await run(cwd, '-f', 'json');
    await run(cwd, '-o', 'report.md');
    expect(existsSync(join(cwd, 'summary.md'))).toBe(false);
    expect(existsSync(join(cwd, 'report.md'))).toBe(true);
  });

  test('one that cannot be written is a warning', async () => {
    const cwd = project();
    mkdirSync(join(cwd, 'summary.md'));
    const { code, stderr } = await run(cwd);
    expect(stderr).toMatch(/^warning: the step summary cannot be written \(EISDIR\)\.\n/);
    expect(code).toBe(1);
  });
});

describe('SARIF', () => {
  test('of the sample repository keeps the contract and satisfies the multitool', async () => {
    const root = join(repository, 'fixtures/apps/pharmacy');
    const { stdout } = await troth(['fixtures/apps/pharmacy', '--policy', '1mg', '--fail-on', 'none', '-f', 'sarif']);
    const log = JSON.parse(stdout) as Log;
    const below = (path: string) => path.replace(/^fixtures\/apps\/pharmacy\//, '');
    expect(log.runs[0]?.results?.length).toBeGreaterThan(5);
    expect(breachesOf(log, (path) => readFileSync(join(root, below(path)), 'utf8'))).toEqual([]);
    expect(validate(stdout).filter(({ level }) => level !== 'note')).toEqual([]);
    expect(stdout).not.toContain(repository);
  });

  const runOf = once(async (...flags: readonly string[]) => {
    const { stdout } = await troth([...WITH_POLICY, '-f', 'sarif', ...flags], { cwd: project() });
    return (JSON.parse(stdout) as Log).runs[0];
  });
  const SLASHED = ['--sarif-category', 'shop/', '--fail-on', 'none'];

  test('has a category only when told', async () => {
    const category = async (...flags: string[]) => (await runOf(...flags))?.automationDetails?.id;
    expect(await category()).toBeUndefined();
    expect(await category('--sarif-category', 'shop/backend')).toBe('shop/backend/');
    expect(await category(...SLASHED)).toBe('shop/');
    const { code, stderr } = await troth([...WITH_POLICY, '--sarif-category', '/'], { cwd: project() });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Expected a name') });
  });

  test('names the commit and where it is from, without the password', async () => {
    const cwd = project();
    const repositoryOf = async (folder: string) => {
      const { stdout } = await troth([folder, ...WITH_POLICY, '-f', 'sarif'], { cwd });
      expect(stdout).not.toContain('secret');
      return (JSON.parse(stdout) as Log).runs[0]?.versionControlProvenance?.[0];
    };
    expect(await repositoryOf('.')).toBeUndefined();
    const as = 'git -c user.name=x -c user.email=x@example.com';
    await shell(`git init -q -b main; git add -A; ${as} commit -qm x`, { cwd });
    expect(await repositoryOf('.')).toBeUndefined();
    await shell('git remote add origin https://me:secret@git.example/acme/shop.git', { cwd });
    const { stdout: revision } = await shell('git rev-parse HEAD', { cwd });
    const expected = { revisionId: revision.trim(), branch: 'main', mappedTo: { uriBaseId: '%SRCROOT%' } };
    const repositoryUri = 'https://git.example/acme/shop.git';
    expect(await repositoryOf('src')).toEqual({ ...expected, repositoryUri });
    await shell('git remote set-url origin git@git.example:acme/shop.git', { cwd });
    expect(await repositoryOf('.')).toEqual({ ...expected, repositoryUri });
  });

  test('says how the run ended; a failed gate is no failed run', async () => {
    const ended = async (...flags: string[]) => {
      const [invocation] = (await runOf(...flags))?.invocations ?? [];
      return [invocation?.exitCode, invocation?.executionSuccessful];
    };
    expect(await ended()).toEqual([1, true]);
    expect(await ended(...SLASHED)).toEqual([0, true]);
  });

  test('fingerprints outlive edits elsewhere, new lines above, and other names for the neighbours', async () => {
    // GitHub's hash is of the 100 characters from the line's start on.
    const cwd = project(1);
    const file = join(cwd, 'src/routes.ts');
    appendFileSync(file, `// ${'-'.repeat(100)}\n`);
    const prints = async () => {
      const { stdout } = await troth([...WITH_POLICY, '-f', 'sarif'], { cwd });
      return (JSON.parse(stdout) as Log).runs[0]?.results?.map(({ partialFingerprints, locations }) => ({
        ...partialFingerprints,
        line: locations?.[0]?.physicalLocation?.region?.startLine,
      }));
    };
    const before = await prints();
    const edited = readFileSync(file, 'utf8')
      .replaceAll('app', 'server')
      .replace(/^/, '// A comment.\n\nconst limit = 3;\n');
    writeFileSync(file, `${edited}\nexport function neighbour() {\n  return limit;\n}\n`);
    writeFileSync(join(cwd, 'src/other.ts'), 'export const other = 1;\n');
    const after = await prints();
    expect(before).toHaveLength(1);
    expect(after).toEqual(before?.map((print) => ({ ...print, line: 7 })));
  });
});

describe('the time of a scan', () => {
  test.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ SOURCE_DATE_EPOCH: '1700000000' }, '2023-11-14T22:13:20'],
    [{ CI_JOB_STARTED_AT: '2026-02-03T04:05:06Z' }, '2026-02-03T04:05:06'],
    [{ CI_JOB_STARTED_AT: '2026-02-03T04:05:06+02:00' }, '2026-02-03T02:05:06'],
    [{ SOURCE_DATE_EPOCH: '0', CI_JOB_STARTED_AT: '2026-02-03T04:05:06Z' }, '1970-01-01T00:00:00'],
    [{ SOURCE_DATE_EPOCH: 'now', CI_JOB_STARTED_AT: 'today' }, undefined],
  ])('%j is %s', (environment, time) => {
    expect(startTime(environment)).toBe(time);
  });

  test('is what the job says', async () => {
    const environment = { CI_JOB_STARTED_AT: '2026-02-03T04:05:06Z' };
    const { stdout } = await troth([...WITH_POLICY, '-f', 'gitlab-sast'], { cwd: project(), environment });
    expect(JSON.parse(stdout).scan.start_time).toBe('2026-02-03T04:05:06');
  });
});
