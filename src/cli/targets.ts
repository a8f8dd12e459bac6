/** What the user asked to scan → one root and the paths below it. */
import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../core/usage-error.ts';
import { didYouMean } from '../rules/closest.ts';
import { systemCode } from './write.ts';

export interface Targets {
  /** Absolute real path of a folder. */
  readonly root: string;
  /** Relative to `root`, `/` separators; empty for all of it. */
  readonly paths: readonly string[];
  /** All of `root` is analysed, and `paths`, which are files, say which findings are shown. */
  readonly wholeProgram?: boolean;
}

/**
 * One folder is the root itself. Several paths, or files, are looked at below the working directory (or, when one lies
 * outside of it, below their closest common folder), so that their packages and schemas are seen. Files that lie in a
 * package are shown as parts of the program they belong to: a flow seldom begins and ends in one file.
 */
export function resolveTargets(
  paths: readonly string[],
  workingDirectory: string,
  commands: readonly string[],
): Targets {
  const found = (paths.length === 0 ? ['.'] : paths).map((path) => find(path, workingDirectory, commands));
  const [only] = found;
  if (found.length === 1 && only?.folder) return { root: only.path, paths: [] };
  const here = realpathSync(workingDirectory);
  const program = found.some(({ folder }) => folder) ? null : programOf(found, here);
  if (program !== null) return { root: program, paths: below(program, found), wholeProgram: true };
  const root = found.every(({ path }) => isBelow(here, path)) ? here : commonFolder(found);
  const named = below(root, found);
  return { root, paths: named.includes('') ? [] : named };
}

function below(root: string, found: readonly { path: string }[]): string[] {
  return [...new Set(found.map(({ path }) => relative(root, path).split(sep).join('/')))];
}

/** The folder whose files make one program with these: the working directory, when it is in a package; else packages. */
function programOf(files: readonly { path: string }[], here: string): string | null {
  if (files.every(({ path }) => isBelow(here, path)) && packageAround(here) !== null) return here;
  const packages = files.map(({ path }) => packageAround(dirname(path)));
  const found = packages.flatMap((path) => (path === null ? [] : { path, folder: true }));
  return found.length === packages.length ? commonFolder(found) : null;
}

/** The outermost package of the repository that holds the folder; outside of a repository, the nearest one. */
function packageAround(start: string): string | null {
  const packages: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) packages.push(folder);
    if (existsSync(join(folder, '.git'))) return packages.at(-1) ?? null;
    if (folder === dirname(folder)) return packages[0] ?? null;
  }
}

function find(path: string, workingDirectory: string, commands: readonly string[]): { path: string; folder: boolean } {
  const absolute = resolve(workingDirectory, path);
  const stats = look(absolute, path);
  if (!stats) throw new UsageError(missing(path, commands));
  if (stats.isDirectory()) return { path: realpathSync(absolute), folder: true };
  if (!stats.isFile()) throw new UsageError(`'${path}' is neither a folder nor a regular file.`);
  // The folder is resolved, the file is not: whether links are followed is for the walk to decide.
  return { path: resolve(realpathSync(dirname(absolute)), basename(absolute)), folder: false };
}

function look(absolute: string, path: string): Stats | undefined {
  try {
    return statSync(absolute, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`'${path}' cannot be read (${systemCode(error)}).`);
  }
}

function missing(path: string, commands: readonly string[]): string {
  const message = `No such file or folder: '${path}'`;
  if (commands.includes(path)) return `${message}. To run the command '${path}', write it first.`;
  return `${message}${(/^[a-z]+$/u.test(path) && didYouMean(path, commands)) || '.'}`;
}

function commonFolder(found: readonly { path: string; folder: boolean }[]): string {
  const [first, ...others] = found.map(({ path, folder }) => (folder ? path : dirname(path)));
  let common = first ?? sep;
  while (!others.every((path) => isBelow(common, path))) common = dirname(common);
  if (common === dirname(common)) throw new UsageError('The paths have no folder in common. Scan one after the other.');
  return common;
}

function isBelow(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
