/** Runs the built command line as a user would, and makes the projects it scans. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const executable = join(repository, 'bin/troth.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  /** What the person types, each as soon as these words are on the screen. Without it nothing is there to be read. */
  readonly typing?: readonly (readonly [seen: string, typed: string])[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** `troth …`, with its streams in pipes. */
export function troth(arguments_: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  return runProcess(process.execPath, [executable, ...arguments_], surroundings);
}

/** `troth` as a function of the shell: words that only look like it, such as `troth.config.yaml`, stay what they are. */
const PRELUDE = `troth() { "${process.execPath}" "${executable}" "$@"; }\n`;

/** A shell command line in which `troth` is the one under test. */
export function shell(line: string, surroundings: Surroundings = {}): Promise<Ended> {
  return runProcess('bash', ['-c', PRELUDE + line], surroundings);
}

/**
 * A shell command line on a terminal of its own, which `stdout` is the screen of; standard error is seen there, too.
 */
export function terminal(line: string, surroundings: Surroundings = {}): Promise<Ended> {
  const environment = { TERM: 'xterm', ...surroundings.environment };
  return runProcess('script', ['-qec', PRELUDE + line, '/dev/null'], { ...surroundings, environment });
}

/** Runs a program to its end, in an environment that says nothing about colours, terminals or CI. */
export function runProcess(program: string, arguments_: readonly string[], surroundings: Surroundings): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, arguments_, {
      cwd: surroundings.cwd ?? repository,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...surroundings.environment },
      stdio: [surroundings.typing === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    const typing = [...(surroundings.typing ?? [])];
    let from = 0;
    const type = (screen: string) => {
      for (let next = typing[0]; next && screen.includes(next[0], from); next = typing[0]) {
        from = screen.indexOf(next[0], from) + next[0].length;
        child.stdin?.write(next[1]);
        typing.shift();
      }
    };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        if (stream === 'stdout') type(output.stdout);
      });
    }
    child.on('error', reject).on('close', (code) => resolve({ code, ...output }));
  });
}

/** Runs once for all who ask for the same, and only look at what came of it. */
export function once<Asked extends readonly unknown[], Result>(
  run: (...asked: Asked) => Promise<Result>,
): (...asked: Asked) => Promise<Result> {
  const results = new Map<string, Promise<Result>>();
  return (...asked) => {
    const key = JSON.stringify(asked);
    const result = results.get(key) ?? run(...asked);
    results.set(key, result);
    return result;
  };
}

/** An empty folder that goes away with the test. */
export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'troth-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with these files: path → text. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
