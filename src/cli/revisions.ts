/** What the user calls a commit → its id, or an error that says which command makes it known. */
import { UsageError } from '../core/usage-error.ts';
import { didYouMean } from '../rules/closest.ts';
import { askGit, readGit } from './git.ts';

const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u;
/** What may be printed for copying into a shell. */
const PLAIN_REF = /^\w[\w./-]*$/u;

/** Throws unless `folder` lies in the work tree of a repository. `flag` asked for it. */
export function requireRepository(folder: string, flag: string): void {
  const { ok, output, said } = askGit(folder, ['rev-parse', '--is-inside-work-tree']);
  if (ok && output.toString().trim() === 'true') return;
  if (said.includes('dubious ownership')) {
    throw new UsageError(
      `${flag}: git does not trust this repository, as it belongs to another user. If you do: ` +
        'git config --global --add safe.directory "$(pwd)" (at its top)',
    );
  }
  throw new UsageError(`${flag} needs a git repository, and the scanned folder is in none.`);
}

/** The newest commit that `ref` and HEAD have in common: where the change begins. */
export function forkPoint(folder: string, ref: string, flag: string): string {
  const commit = commitOf(folder, ref, flag);
  const head = lookUp(folder, 'HEAD');
  if (head === null) throw new UsageError(`${flag}: there is no commit yet to compare '${ref}' with.`);
  const common = askGit(folder, ['merge-base', commit, head]).output.toString().trim();
  if (OBJECT_ID.test(common)) return common;
  if (isShallow(folder)) {
    throw new UsageError(
      `${flag}: this clone is shallow, and the commit where '${ref}' and HEAD part is not in it. ${unshallow(ref)}`,
    );
  }
  throw new UsageError(`${flag}: '${ref}' and HEAD have no commit in common.`);
}

/** The commit that is checked out; null before the first one. */
export function headCommit(folder: string): string | null {
  return lookUp(folder, 'HEAD');
}

function commitOf(folder: string, ref: string, flag: string): string {
  if (ref === '' || /^-|[\s\p{Cc}]/u.test(ref)) {
    throw new UsageError(`${flag}: '${ref}' names no commit. Write a branch, a tag or a commit: --since origin/main`);
  }
  const commit = lookUp(folder, ref);
  if (commit !== null) return commit;
  const names = refNames(folder);
  const remote = names.find((name) => name.endsWith(`/${ref}`));
  if (remote !== undefined) throw new UsageError(`${flag}: there is no '${ref}' here; did you mean \`${remote}\`?`);
  if (isShallow(folder)) {
    throw new UsageError(`${flag}: this clone is shallow, and '${ref}' is not in it. ${unshallow(ref)}`);
  }
  throw new UsageError(`${flag}: there is no commit '${ref}' here${didYouMean(ref, names) || fetching(ref)}`);
}

function lookUp(folder: string, ref: string): string | null {
  const { output } = askGit(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  const id = output.toString().trim();
  return OBJECT_ID.test(id) ? id : null;
}

function isShallow(folder: string): boolean {
  return readGit(folder, ['rev-parse', '--is-shallow-repository']).toString().trim() === 'true';
}

function refNames(folder: string): string[] {
  return readGit(folder, ['for-each-ref', '--format=%(refname:short)']).toString().split('\n').filter(Boolean);
}

/** `origin/main` and `main` → `origin`, `main`. */
function branchOf(ref: string): { remote: string; branch: string } | null {
  if (!PLAIN_REF.test(ref) || /^[0-9a-f]{7,}$/u.test(ref) || ref === 'HEAD') return null;
  const [, remote = 'origin', branch = ref] = /^(origin|upstream)\/(.+)$/u.exec(ref) ?? [];
  return { remote, branch };
}

function fetchCommand(ref: string, flags: string): string | null {
  const found = branchOf(ref);
  if (found === null) return null;
  const { remote, branch } = found;
  return `git fetch ${flags}${remote} +refs/heads/${branch}:refs/remotes/${remote}/${branch}`;
}

function unshallow(ref: string): string {
  const found = branchOf(ref);
  const command = fetchCommand(ref, '--unshallow ') ?? 'git fetch --unshallow';
  const then = found === null ? '' : `, then compare with '${found.remote}/${found.branch}'`;
  return `Fetch what is missing: ${command}${then}. With actions/checkout, set fetch-depth: 0; in GitLab, GIT_DEPTH: 0.`;
}

function fetching(ref: string): string {
  const command = fetchCommand(ref, '');
  return command === null ? '.' : `. A branch of a remote has to be fetched first: ${command}`;
}
