/** Which commit of which repository was scanned: for audits, in SARIF. */
import { UsageError } from '../core/usage-error.ts';
import { askGit } from './git.ts';

export interface Provenance {
  /** The remote `origin`; may hold a password, which is for the writer to leave out. */
  readonly uri: string;
  readonly revision: string;
  readonly branch?: string;
}

/** `folder` is `prefix` in its repository. Undefined without git, a commit or a remote: a report needs none of them. */
export function provenanceOf(folder: string, prefix: string): Provenance | undefined {
  const head = ask(folder, ['rev-parse', '--show-prefix', 'HEAD'])?.split('\n');
  const remote = ask(folder, ['config', '--get', 'remote.origin.url']);
  // Above what only looks like a repository, git finds another one.
  if (!head || !remote || head[0] !== (prefix === '' ? '' : `${prefix}/`)) return undefined;
  const branch = ask(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  return { uri: addressOf(remote), revision: head[1] ?? '', ...(branch && { branch }) };
}

/** `git@example.com:acme/shop.git` → `https://example.com/acme/shop.git`. */
function addressOf(remote: string): string {
  return remote.replace(/^(?:[^@:/]+@)?([^@:/]+):(?!\/)/u, 'https://$1/');
}

function ask(folder: string, arguments_: readonly string[]): string | undefined {
  try {
    const { ok, output } = askGit(folder, arguments_);
    return ok ? output.toString().replace(/\n$/u, '') : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
