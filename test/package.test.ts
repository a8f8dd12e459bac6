import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository, runProcess } from './support/process.ts';

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

describe('the package', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'troth-package-')));
  const installed = join(folder, 'installed');
  let packed: Packed;

  beforeAll(() => {
    // The build has run: `npm test` begins with it.
    packed = (
      JSON.parse(npm(repository, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder)) as Packed[]
    )[0] as Packed;
    mkdirSync(installed);
    const tarball = join(folder, packed.filename);
    const install = ['install', '--no-audit', '--no-fund', '--omit=dev', tarball];
    try {
      npm(installed, ...install, '--offline');
    } catch {
      npm(installed, ...install, '--prefer-offline');
    }
    mkdirSync(join(installed, 'src'));
    writeFileSync(
      join(installed, 'src/login.ts'),
      `import express from 'express';
const app = express();
app.post('/login', (req, res) => {
  console.log('login', req.body.password);
  res.sendStatus(204);
});
`,
    );
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what it needs to run, and nothing else', () => {
    const files = packed.files.map(({ path }) => path);
    const wanted =
      /^(?:package\.json|README\.md|LICENSE|action\.yml|\.github\/action\/\w+\.sh|bin\/troth\.js|(?:dist|rules|schema)\/.+)$/u;
    expect(files.filter((file) => !wanted.test(file))).toEqual([]);
    for (const file of [
      'LICENSE',
      'README.md',
      'action.yml',
      '.github/action/scan.sh',
      'dist/cli.js',
      'rules/policies/1mg.yaml',
      'rules/policies/baseline.yaml',
    ]) {
      expect(files).toContain(file);
    }
    expect(files.filter((file) => file.startsWith('rules/schema/'))).not.toEqual([]);
  });

  test('runs no script of its own on installation', () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, 'node_modules/troth/package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:pre|post)?install$/u)]),
    );
  });

  test('installed into an empty folder, scans that folder', async () => {
    const { code, stdout, stderr } = await runProcess('npx', ['--no-install', 'troth', '-f', 'json'], {
      cwd: installed,
    });
    expect(stderr).toMatch(/^✖ 1 file,/mu);
    const report = JSON.parse(stdout) as { policies: string[]; violations: { file: string; line: number }[] };
    expect(report.policies).toEqual(['baseline']);
    expect(report.violations).toContainEqual(expect.objectContaining({ file: 'src/login.ts', line: 4 }));
    expect(code).toBe(1);
  });

  test('installed, knows every built-in policy', async () => {
    const packs = readdirSync(join(repository, 'rules/policies'))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.replace(/\.yaml$/u, ''));
    const flags = packs.flatMap((pack) => ['--policy', pack]);
    const { stdout } = await runProcess('npx', ['--no-install', 'troth', '-f', 'json', ...flags], { cwd: installed });
    expect((JSON.parse(stdout) as { policies: string[] }).policies).toEqual(packs);
  });

  test('the demonstration finds violations, and succeeds; the README shows what it says', async () => {
    const { code, stdout, stderr } = await runProcess('npm', ['run', 'demo'], { cwd: repository });
    expect(stdout).toContain('1mg/');
    expect(code).toBe(0);
    const [, excerpt = ''] =
      /<!-- excerpt: .*?\$ npm run demo\n(.*?)```/su.exec(readFileSync(join(repository, 'README.md'), 'utf8')) ?? [];
    // How long it took, and how many flows there are, change with every improvement.
    const lasting = (text: string) => text.replace(/\d+ flows; | \(\d+\.\d s\)/gu, '');
    const lines = lasting(excerpt)
      .split('\n')
      .flatMap((line) => line.replace(/…$/u, '').trimEnd() || []);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => !lasting(stdout + stderr).includes(line))).toEqual([]);
  });
});

function npm(cwd: string, ...arguments_: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', arguments_, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`npm ${arguments_.join(' ')}\n${stderr}`);
  return stdout;
}
