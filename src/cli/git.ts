/**
 * Runs git, reading only. Only what reads the object database or the index is asked for, and whatever a repository can
 * have git run is switched off: hooks, file system monitors, external differs, filters (no file of the work tree is read
 * through git), and connections, by which git fetches what a partial clone lacks.
 */
import { spawnSync } from 'node:child_process';
import { UsageError } from '../core/usage-error.ts';
import { systemCode } from './write.ts';

const SETTINGS: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.pager': 'cat',
  'diff.external': '',
  'protocol.allow': 'never',
  'safe.bareRepository': 'explicit',
};

const ENVIRONMENT: Readonly<Record<string, string>> = {
  // An empty list of protocols: beats what the repository allows.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/** Hooks are given these; the repository is the one of the scanned folder. `GIT_INDEX_FILE` stays: what is committed. */
const UNWANTED = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_PREFIX',
  'GIT_EXTERNAL_DIFF',
  'GIT_TRACE',
  'GIT_CEILING_DIRECTORIES',
];

const MOST_OUTPUT = 2 ** 30;

export interface Answer {
  readonly ok: boolean;
  readonly output: Buffer;
  /** What git said on standard error. */
  readonly said: string;
}

/** Runs git in `folder`. Arguments from users must have become object ids before, or stand after `--end-of-options`. */
export function askGit(folder: string, arguments_: readonly string[], input = ''): Answer {
  const settings = Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const { error, status, stdout, stderr } = spawnSync('git', ['--no-pager', ...settings, ...arguments_], {
    cwd: folder,
    env: environment(),
    input,
    maxBuffer: MOST_OUTPUT,
    windowsHide: true,
  });
  if (error)
    throw new UsageError(`git could not be run (${systemCode(error)}). It has to be installed and on the PATH.`);
  return { ok: status === 0, output: stdout, said: stderr.toString().trim() };
}

/** The output of a command that has to succeed. */
export function readGit(folder: string, arguments_: readonly string[], input = ''): Buffer {
  const { ok, output, said } = askGit(folder, arguments_, input);
  if (ok) return output;
  if (/lazy fetch|promisor|transport '.*' not allowed/u.test(said)) throw missingObjects();
  throw new UsageError(`git ${arguments_[0]} failed: ${said.split('\n')[0] || 'it did not say why'}`);
}

/** What a partial clone lacks, git would fetch. */
export function missingObjects(): UsageError {
  return new UsageError(
    'This is a partial clone without the files of that commit, and troth opens no connection. ' +
      'Fetch them: git fetch --refetch --no-filter origin',
  );
}

/** What stands between the NULs of a `-z` output. */
export function records(output: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf(0); end !== -1; end = output.indexOf(0, start)) {
    found.push(output.subarray(start, end));
    start = end + 1;
  }
  return found;
}

function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !UNWANTED.includes(name));
  return { ...Object.fromEntries(inherited), ...ENVIRONMENT };
}
