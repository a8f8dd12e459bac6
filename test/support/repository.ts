/** Small git repositories, away from the configuration of whoever runs the tests. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { emptyFolder } from './process.ts';

const IDENTITY = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

type Files = Readonly<Record<string, string>>;

/** Runs git and returns what it printed. Throws when it fails. */
export function git(folder: string, ...arguments_: readonly string[]): string {
  const env = { PATH: process.env['PATH'], HOME: folder, ...IDENTITY };
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...arguments_], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Writes files: path → text. */
export function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Writes files and commits everything there is. */
export function commit(folder: string, files: Files = {}): void {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'change', '--no-verify');
}

/** A repository on branch `main`, with one commit. */
export function repositoryWith(files: Files): string {
  const folder = emptyFolder();
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  commit(folder, files);
  return folder;
}
