/** Where the rules are, and paths that configuration files name. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareText } from '../core/location.ts';
import { UsageError } from '../core/usage-error.ts';
import { inline } from './yaml.ts';

/** The package's `rules/` folder: two levels up, from `dist/rules` as from `src/rules`. */
export const RULES_DIRECTORY = fileURLToPath(new URL('../../rules/', import.meta.url));

const MOST_FILES = 10_000;

/** The YAML and JSON files below a folder, relative to it with `/`, sorted. */
export function listDataFiles(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  if (names.length > MOST_FILES) throw new UsageError(`more than ${MOST_FILES} files in a folder of rules`);
  return names.filter(isDataFile).map(withSlashes).sort(compareText);
}

/** The data files that a path means: itself, or those below a folder. Absolute. */
export function dataFilesAt(path: string, name: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`${inline(name)}: there is no such file or folder`);
  return stats.isDirectory() ? listDataFiles(path).map((file) => join(path, file)) : [path];
}

export function isDataFile(path: string): boolean {
  return /\.(?:yaml|yml|json)$/.test(path);
}

/** How messages call a file: relative to `root`, with `/`. */
export function nameOf(path: string, root: string): string {
  return withSlashes(relative(root, path)) || '.';
}

/** Whether the absolute `path` is `directory` or below it, links followed. */
export function isInside(path: string, directory: string): boolean {
  const way = relative(realPath(directory), realPath(path));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

function withSlashes(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
