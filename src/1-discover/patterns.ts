/** Glob patterns that users and manifests write, matched by fast-glob against the paths the walk listed. */
import type { Stats } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import fastGlob, { type FileSystemAdapter } from 'fast-glob';

/**
 * Whether matching `pattern` could take more than a moment: patterns come from the scanned repository too, and become
 * regular expressions that try every way to divide a path among their wildcards.
 */
export function isCostly(pattern: string): boolean {
  if (pattern.length > 1000) return true;
  const segments = pattern.split('/');
  const anyDepth = segments.slice(1, -1).filter((segment) => segment === '**').length;
  return anyDepth > 3 || segments.some((segment) => (segment.match(/\*+/g) ?? []).length > 3);
}

/** Braces multiply: `{a,b}{a,b}{a,b}` is eight patterns. */
export function isCostlyGlob(pattern: string): boolean {
  return isCostly(pattern) || (pattern.match(/\{/g) ?? []).length > 6;
}

export interface Selection {
  /** Empty for all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** The paths that are included and not excluded. A pattern that names a folder stands for all that is in it. */
export function select(paths: readonly string[], { include, exclude }: Selection): string[] {
  if (include.length === 0 && exclude.length === 0) return [...paths];
  const matches = fastGlob.sync(include.length === 0 ? ['**'] : include.flatMap(withContents), {
    cwd: ROOT,
    ignore: exclude.flatMap(withContents),
    fs: fileSystemOf(paths),
    dot: true,
    extglob: false,
    followSymbolicLinks: false,
  });
  const matched = new Set(matches);
  return paths.filter((path) => matched.has(matchable(path)));
}

function withContents(pattern: string): string[] {
  const folder = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  return folder.endsWith('**') ? [folder] : [folder, `${folder}/**`];
}

/** `**` stops at a line break and a backslash reads as an escape: neither may take a file out of reach of a pattern. */
function matchable(path: string): string {
  return path.replace(/[\\\p{Cc}\u2028\u2029]/gu, '_');
}

const ROOT = resolve('/');

/** The listed paths as a file system for fast-glob: it matches, the walk alone decides what is read from the disk. */
function fileSystemOf(paths: readonly string[]): Partial<FileSystemAdapter> {
  const folders = foldersOf(paths.map(matchable));
  const listedPath = (path: string) => relative(ROOT, path).split(sep).join('/');
  const entriesIn = (path: string) => [...(folders.get(listedPath(path))?.values() ?? [])];
  const status = (path: string) => {
    const entry = folders.get(listedPath(dirname(path)))?.get(basename(path));
    if (entry === undefined) throw Object.assign(new Error('not listed'), { code: 'ENOENT' });
    return entry as unknown as Stats;
  };
  return { readdirSync: entriesIn as unknown as FileSystemAdapter['readdirSync'], statSync: status, lstatSync: status };
}

/** Folder → name → entry. */
function foldersOf(paths: readonly string[]): Map<string, Map<string, ListedEntry>> {
  const folders = new Map<string, Map<string, ListedEntry>>();
  const add = (path: string, isFolder: boolean): void => {
    const at = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, at));
    const entries = folders.get(folder) ?? new Map<string, ListedEntry>();
    entries.set(path.slice(at + 1), new ListedEntry(path.slice(at + 1), isFolder));
    if (folders.has(folder)) return;
    folders.set(folder, entries);
    if (folder !== '') add(folder, true);
  };
  for (const path of paths) add(path, false);
  return folders;
}

/** A directory entry as far as fast-glob looks at it; also stands for the entry's `Stats`. */
class ListedEntry {
  readonly name: string;
  readonly #folder: boolean;
  constructor(name: string, folder: boolean) {
    this.name = name;
    this.#folder = folder;
  }
  isDirectory = () => this.#folder;
  isFile = () => !this.#folder;
  isSymbolicLink = () => false;
  isBlockDevice = () => false;
  isCharacterDevice = () => false;
  isFIFO = () => false;
  isSocket = () => false;
}
