/**
 * Directory → listing. What is scanned is decided here alone: no tsconfig, no git and no glob takes part, so that nobody
 * can hide a file by them. Every entry that looks like source and is not left out on purpose ends up in the listing's
 * files or in its problems.
 *
 * Names are compared as bytes, links are never followed, nothing but regular files is listed.
 *
 *     src/a.ts → files.source      src/fifo.ts → problems      node_modules/ → neither
 */
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Notification, NotificationCode } from '../core/notification.ts';
import { excludesFile, excludesFolder, holdsSource, isEditorLock, type Role, roleOf } from './exclusions.ts';
import { extendRules, IGNORE_FILES, type IgnoreFile, isIgnored, rulesBelow } from './ignore-files.ts';

export interface WalkOptions {
  /** Absolute real path; all listed paths are relative to it. */
  readonly root: string;
  readonly includeTests: boolean;
  /** In bytes. */
  readonly maxFileSize: number;
  readonly maxEntries: number;
  readonly maxDepth: number;
}

export interface Listing {
  readonly files: Readonly<Record<Role, Set<string>>>;
  /** Folders the walk went through. */
  readonly folders: Set<string>;
  /** Links met on the way that are not left out: see `links.ts`. */
  readonly links: string[];
  /** Each is about one entry, named by its `file`; about the root when it has none. */
  readonly problems: Notification[];
  /** About ignore files. */
  readonly warnings: Notification[];
}

export function emptyListing(): Listing {
  return {
    files: {
      source: new Set(),
      manifest: new Set(),
      workspaces: new Set(),
      compiler: new Set(),
      schema: new Set(),
      other: new Set(),
    },
    folders: new Set(),
    links: [],
    problems: [],
    warnings: [],
  };
}

interface Folder {
  readonly path: string;
  readonly depth: number;
  readonly inSource: boolean;
  /** The rules of the folders above. */
  readonly rules: readonly IgnoreFile[];
}

/** Lists what is in `start` and below. `start` itself is listed whatever its name and whoever ignores it. */
export function walk(start: string, rules: readonly IgnoreFile[], options: WalkOptions): Listing {
  const listing = emptyListing();
  const pending: Folder[] = [{ path: start, depth: 0, inSource: false, rules }];
  let seen = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (folder.depth > options.maxDepth) {
      report(listing, 'limit-reached', folder.path, `Not analysed: more than ${options.maxDepth} folders deep.`);
      continue;
    }
    const entries = entriesOf(folder.path, listing, options);
    seen += entries.length;
    if (seen > options.maxEntries) {
      report(
        listing,
        'limit-reached',
        folder.path,
        `Not analysed from here on: more than ${options.maxEntries} entries.`,
      );
      break;
    }
    for (const below of listEntries(folder, entries, listing, options)) pending.push(below);
  }
  return listing;
}

function entriesOf(folder: string, listing: Listing, { root }: WalkOptions): Dirent<Buffer>[] {
  try {
    const entries = readdirSync(join(root, folder), { withFileTypes: true, encoding: 'buffer' });
    listing.folders.add(folder);
    return entries;
  } catch (error) {
    report(listing, 'folder-not-read', folder, `The folder could not be read: ${systemCode(error)}.`);
    return [];
  }
}

/** Lists the files of a folder and returns the folders in it that are to be walked. */
function listEntries(
  folder: Folder,
  entries: readonly Dirent<Buffer>[],
  listing: Listing,
  options: WalkOptions,
): Folder[] {
  const names = entries.map((entry) => entry.name.toString());
  const ignoreFiles = IGNORE_FILES.filter((name) => names.includes(name));
  const rules = extendRules(options.root, folder.path, ignoreFiles, folder.rules, listing.warnings);
  return entries.flatMap((entry, index) => {
    const name = names[index] as string;
    const path = pathIn(folder.path, name);
    const isFolder = entry.isDirectory();
    if (isLeftOut(name, entry, folder, options) || isIgnored(path, isFolder, rules)) return [];
    if (isFolder && isExact(name, entry.name)) {
      const inSource = folder.inSource || holdsSource(name);
      return [{ path, depth: folder.depth + 1, inSource, rules: rulesBelow(path, rules) }];
    }
    listEntry(path, entry, listing, options);
    return [];
  });
}

/** Lists an entry that is no folder to be walked. */
function listEntry(path: string, entry: Dirent<Buffer>, listing: Listing, options: WalkOptions): void {
  const name = entry.name.toString();
  if (!isExact(name, entry.name)) reportName(path, name, entry, listing);
  else if (!entry.isSymbolicLink()) listFile(path, listing, options);
  else if (!isEditorLock(name)) listing.links.push(path);
}

function isLeftOut(name: string, entry: Dirent<Buffer>, folder: Folder, { includeTests }: WalkOptions): boolean {
  const asFolder = () => excludesFolder(name, folder.inSource, includeTests);
  const asFile = () => excludesFile(name, includeTests);
  if (entry.isDirectory()) return asFolder();
  return entry.isSymbolicLink() ? asFolder() || asFile() : asFile();
}

/** Lists one entry that is neither a folder nor a link, if its name says that it is of interest. */
export function listFile(path: string, listing: Listing, options: WalkOptions): void {
  const role = roleOf(path.slice(path.lastIndexOf('/') + 1));
  if (role === null) return;
  if (role !== 'source') {
    listing.files[role].add(path);
    return;
  }
  try {
    const status = lstatSync(join(options.root, path));
    if (!status.isFile()) report(listing, 'file-not-regular', path, 'Not analysed: not a regular file.');
    else if (status.size > options.maxFileSize) report(listing, 'file-too-large', path, tooLarge(status.size, options));
    else listing.files.source.add(path);
  } catch (error) {
    report(listing, 'file-not-read', path, `The file could not be read: ${systemCode(error)}.`);
  }
}

function tooLarge(size: number, { maxFileSize }: WalkOptions): string {
  return `Not analysed: ${size} bytes, and the limit is ${maxFileSize}.`;
}

function isExact(name: string, bytes: Buffer): boolean {
  return !name.includes('\uFFFD') || Buffer.from(name).equals(bytes);
}

/** A name that is not UTF-8 is no string: the entry cannot be opened by it, nor named in a report but by its bytes. */
function reportName(path: string, name: string, entry: Dirent<Buffer>, listing: Listing): void {
  if (!entry.isDirectory() && roleOf(name) !== 'source') return;
  const shown = entry.name.toString('latin1').replace(/[^ -~]/g, escapeByte);
  report(
    listing,
    'name-not-readable',
    path.slice(0, path.length - name.length) + shown,
    'Not analysed: the name is not valid UTF-8.',
  );
}

function escapeByte(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The system's word for what went wrong (`EACCES`), never its message, which holds absolute paths. */
export function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

function report(listing: Listing, code: NotificationCode, file: string, message: string): void {
  listing.problems.push({ level: 'error', code, message, ...(file !== '' && { file }) });
}
