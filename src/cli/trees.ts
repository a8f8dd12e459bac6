/** What git has stored → text in memory, or a copy in a temporary folder that a scan can read. */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { UsageError } from '../core/usage-error.ts';
import { missingObjects, readGit, records } from './git.ts';

/** A regular file of a tree or of the index. */
export interface StoredFile {
  /** Relative to the folder that was asked about, `/` separators. */
  readonly path: string;
  /** The path as stored: not all are valid UTF-8. */
  readonly bytes: Buffer;
  /** The id of its content. */
  readonly id: string;
}

const REGULAR = /^100\d{3} /u;
const BATCH = 32 * 2 ** 20;

/** The files of a commit that lie in `folder`. Links and submodules are left out. */
export function listCommit(folder: string, commit: string): StoredFile[] {
  return records(readGit(folder, ['ls-tree', '-r', '-z', commit])).flatMap((record) => {
    const [head, bytes] = split(record);
    const [mode, , id] = head.split(' ');
    return REGULAR.test(`${mode} `) ? [stored(bytes, id ?? '')] : [];
  });
}

/** The files that would be committed now and lie in `folder`. */
export function listIndex(folder: string): StoredFile[] {
  return records(readGit(folder, ['ls-files', '--stage', '-z'])).flatMap((record) => {
    const [head, bytes] = split(record);
    const [mode, id, stage] = head.split(' ');
    if (stage !== '0') throw new UsageError(`--staged: '${bytes}' has a merge conflict. Resolve it and 'git add' it.`);
    return REGULAR.test(`${mode} `) ? [stored(bytes, id ?? '')] : [];
  });
}

/** New path → old path, of what moved in `folder` between a commit and the index. */
export function movedFiles(folder: string, commit: string): Map<string, string> {
  const diff = ['diff-index', '--cached', '-z', '-M', '--name-status', '--diff-filter=R', '--relative'];
  const parts = records(readGit(folder, [...diff, '--no-ext-diff', '--no-textconv', commit])).map(String);
  const moved = new Map<string, string>();
  for (let at = 0; at + 2 < parts.length; at += 3) moved.set(parts[at + 2] ?? '', parts[at + 1] ?? '');
  return moved;
}

/** Path → content, as UTF-8. */
export function textsOf(folder: string, files: readonly StoredFile[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, content } of contents(folder, files)) texts.set(file.path, content.toString());
  return texts;
}

/**
 * Runs `use` on a copy of the files, and removes the copy whatever happens. The copy lies in the
 * system's temporary folder; files over `maxFileSize` bytes are as long there as they were, but empty.
 */
export async function withCopy<T>(
  folder: string,
  files: readonly StoredFile[],
  maxFileSize: number,
  use: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'troth-')));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    writeCopy(folder, files, maxFileSize, copy);
    return await use(copy);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function writeCopy(folder: string, files: readonly StoredFile[], maxFileSize: number, copy: string): void {
  const unsafe = files.find(({ path }) => !isSafe(path));
  if (unsafe) throw new UsageError(`The repository holds a path that no folder can: ${JSON.stringify(unsafe.path)}`);
  const sizes = sizesOf(folder, files);
  const isLarge = ({ id }: StoredFile) => (sizes.get(id) ?? 0) > maxFileSize;
  for (const file of files.filter(isLarge)) writeHollow(place(copy, file), sizes.get(file.id) ?? 0);
  for (const { file, content } of contents(
    folder,
    files.filter((each) => !isLarge(each)),
    sizes,
  )) {
    writeFileSync(place(copy, file), content, { flag: 'wx' });
  }
}

/** Trees can be made by hand: nothing may be written outside of the copy, or over what is no file. */
function isSafe(path: string): boolean {
  return path.split('/').every((part) => {
    return !['', '.', '..'].includes(part) && part.toLowerCase() !== '.git' && !(sep === '\\' && /[\\:]/u.test(part));
  });
}

function place(copy: string, { bytes }: StoredFile): Buffer {
  const path = Buffer.concat([Buffer.from(`${copy}/`), bytes]);
  mkdirSync(path.subarray(0, path.lastIndexOf('/')), { recursive: true });
  return path;
}

function writeHollow(path: Buffer, size: number): void {
  const file = openSync(path, 'wx');
  try {
    ftruncateSync(file, size);
  } finally {
    closeSync(file);
  }
}

/** Id → bytes. */
function sizesOf(folder: string, files: readonly StoredFile[]): Map<string, number> {
  const answers = readGit(folder, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], idsOf(files)).toString();
  const sizes = new Map<string, number>();
  for (const line of answers.split('\n').filter(Boolean)) {
    const [id = '', size] = line.split(' ');
    if (!/^\d+$/u.test(size ?? '')) throw missingObjects();
    sizes.set(id, Number(size));
  }
  return sizes;
}

/** Reads contents in portions, so that memory stays bounded. */
function* contents(
  folder: string,
  files: readonly StoredFile[],
  sizes = sizesOf(folder, files),
): Generator<{ file: StoredFile; content: Buffer }> {
  for (const portion of portions(files, sizes)) {
    const output = readGit(folder, ['cat-file', '--batch=%(objectname) %(objectsize)'], idsOf(portion));
    let at = 0;
    for (const file of portion) {
      const start = output.indexOf('\n', at) + 1;
      const [id, size] = output.toString('latin1', at, start - 1).split(' ');
      if (id !== file.id || !/^\d+$/u.test(size ?? '')) throw missingObjects();
      yield { file, content: output.subarray(start, start + Number(size)) };
      at = start + Number(size) + 1;
    }
  }
}

function* portions(files: readonly StoredFile[], sizes: ReadonlyMap<string, number>): Generator<StoredFile[]> {
  let portion: StoredFile[] = [];
  let size = 0;
  for (const file of files) {
    portion.push(file);
    size += sizes.get(file.id) ?? 0;
    if (size < BATCH) continue;
    yield portion;
    [portion, size] = [[], 0];
  }
  if (portion.length > 0) yield portion;
}

function idsOf(files: readonly StoredFile[]): string {
  return files.map(({ id }) => `${id}\n`).join('');
}

/** `100644 blob 3b18e…\tsrc/a.ts` → what stands before and after the tab. */
function split(record: Buffer): [head: string, path: Buffer] {
  const tab = record.indexOf('\t');
  return [record.toString('latin1', 0, tab), record.subarray(tab + 1)];
}

function stored(bytes: Buffer, id: string): StoredFile {
  return { path: bytes.toString(), bytes, id };
}
