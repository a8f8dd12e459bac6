/**
 * The scan of a change: the pipeline over the whole program, then which of the findings the change is answerable for.
 * What git has stored is copied to a temporary folder and scanned there; the project file stays the one of today.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { roleOf } from './1-discover/exclusions.ts';
import { IGNORE_FILES } from './1-discover/ignore-files.ts';
import { type ChangedLines, changedLines, touchesLines } from './6-judge/changed-lines.ts';
import { identities, type Narrowing, narrow, type Place } from './6-judge/narrow.ts';
import type { Change } from './cli/change.ts';
import { listCommit, listIndex, movedFiles, type StoredFile, textsOf, withCopy } from './cli/trees.ts';
import type { ScanResult } from './core/result.ts';
import { MAX_FILE_SIZE } from './core/workspace.ts';
import { type ScanOptions, scan } from './scan.ts';

/** All findings, and those to show. */
export interface Narrowed {
  readonly all: ScanResult;
  readonly shown: ScanResult;
}

/** Runs `use` on the folder with the files to scan: what is staged, or the work tree itself. */
export function withScannedFolder<T>(
  folder: string,
  change: Change | null,
  maxFileSize: number | undefined,
  use: (scanned: string) => Promise<T>,
): Promise<T> {
  if (!change?.staged) return use(folder);
  return withCopy(folder, listIndex(folder).filter(isOfInterest), maxFileSize ?? MAX_FILE_SIZE, use);
}

/**
 * The findings of `all`, the result of `options`, that touch the change and the named files. When some do not, the
 * program before the change is scanned, too: what it did not have is new, and shown wherever it is.
 */
export async function narrowed(
  all: ScanResult,
  folder: string,
  change: Change | null,
  options: ScanOptions,
): Promise<Narrowed> {
  const files = options.wholeProgram ? new Set(options.paths) : null;
  if (change === null && files === null) return { all, shown: all };
  const inFiles = ({ file }: Place) => files === null || files.has(file);
  if (change === null) return { all, shown: narrow(all, { touches: inFiles, shown: 'what touches the named files' }) };
  const narrowing = narrowingOf(all, folder, change, options.root);
  const shown = files === null ? narrowing.shown : `${narrowing.shown} in the named files`;
  const result = narrow(all, { ...narrowing, shown, within: inFiles });
  if (change.base === null || result.filtered?.findings === 0) return { all, shown: result };
  const before = await findingsBefore(folder, change.base, options);
  return { all, shown: narrow(all, { ...narrowing, shown, within: inFiles, before }) };
}

/** Whether a scan, or what it goes by, reads the file. */
function isOfInterest({ path }: StoredFile): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (roleOf(name) !== null || IGNORE_FILES.includes(name)) && !path.split('/').includes('node_modules');
}

async function findingsBefore(folder: string, base: string, options: ScanOptions): Promise<Map<string, number>> {
  const moved = new Map([...movedFiles(folder, base)].map(([now, then]) => [then, now]));
  const before = await scanCommit(folder, base, options);
  return before === null ? new Map() : identities(before, moved);
}

/** The same scan of what `folder` held at a commit; null when nothing that was asked for was there. */
export async function scanCommit(folder: string, commit: string, options: ScanOptions): Promise<ScanResult | null> {
  const files = listCommit(folder, commit).filter(isOfInterest);
  const paths = options.paths.filter((path) => files.some((file) => `${file.path}/`.startsWith(`${path}/`)));
  if (paths.length === 0 && options.paths.length > 0 && !options.wholeProgram) return null;
  return withCopy(folder, files, options.maxFileSize ?? MAX_FILE_SIZE, (root) => scan({ ...options, root, paths }));
}

function narrowingOf(result: ScanResult, folder: string, change: Change, scanned: string): Narrowing {
  const changed = change.base === null ? new Map() : changesOf(result, folder, change.base, scanned);
  const touches = ({ file, line, endLine }: Place) => touchesLines(changed.get(file) ?? 'all', line, endLine);
  return { touches, shown: change.shown };
}

/** File → changed lines, for the files findings lie in. What was not there before is not among them. */
function changesOf(result: ScanResult, folder: string, base: string, scanned: string): Map<string, ChangedLines> {
  const moved = movedFiles(folder, base);
  const stored = new Map(listCommit(folder, base).map((file) => [file.path, file]));
  const origins = new Map(filesOf(result).map((file) => [file, moved.get(file) ?? file]));
  const texts = textsOf(
    folder,
    [...new Set(origins.values())].flatMap((path) => stored.get(path) ?? []),
  );
  const changes = new Map<string, ChangedLines>();
  for (const [file, origin] of origins) {
    const before = texts.get(origin);
    // The project file is not copied: it is that of the work tree.
    const after = readText(join(scanned, file)) ?? readText(join(folder, file));
    if (before !== undefined && after !== null) changes.set(file, changedLines(before, after));
  }
  return changes;
}

function filesOf({ flows, obligations, suppressions }: ScanResult): string[] {
  const places = flows.flatMap(({ source, sink, steps }) => [source, sink, ...steps]);
  return [...new Set([...places, ...obligations, ...(suppressions?.findings ?? [])].map(({ file }) => file))];
}

/** Null when the file has gone meanwhile. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
