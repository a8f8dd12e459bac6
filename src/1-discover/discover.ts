/**
 * Phase 1: directory → workspace.
 *
 * In:       a folder, what of it to look at, and the limits.
 * Out:      the files to analyse, and what name resolution needs: packages, path mappings, schemas. All sorted by code
 *           units; all paths relative to the root.
 * Promises: every entry that looks like source and is not left out by a default, an ignore file or a pattern is in
 *           `files` or in a notification. Nothing outside the root is read, no link is followed, nothing is executed.
 * Gives up: on a folder, file or setting at a time, with a notification; never on the run.
 *
 *     discover({ root: '.', … })   →   { files: ['src/a.ts', …], packages: [{ directory: '', name: 'shop', … }], … }
 */
import { lstatSync, realpathSync } from 'node:fs';
import { compareText } from '../core/location.ts';
import type { Notification } from '../core/notification.ts';
import { UsageError } from '../core/usage-error.ts';
import { MAX_FILE_SIZE, type Workspace } from '../core/workspace.ts';
import { type Role, roleOf } from './exclusions.ts';
import { unfollowedLinks } from './links.ts';
import { listNamed } from './named.ts';
import { readPackages } from './packages.ts';
import { isCostlyGlob, type Selection, select } from './patterns.ts';
import { readTsconfigs } from './tsconfigs.ts';
import { type Listing, systemCode, type WalkOptions, walk } from './walk.ts';

export interface DiscoverOptions {
  /** The folder to scan. */
  readonly root: string;
  /** Files and folders below `root` to analyse, relative to it, even those left out by default; empty for all. */
  readonly paths: readonly string[];
  /** Everything else below `root`, too. */
  readonly wholeProgram?: boolean;
  /** Globs relative to `root`: only what matches one is analysed. Empty for all. */
  readonly include: readonly string[];
  /** Globs relative to `root`: what matches one is not analysed. */
  readonly exclude: readonly string[];
  /** Tests, fixtures, mocks and stories too. */
  readonly includeTests: boolean;
  /** In bytes; {@link MAX_FILE_SIZE} unless told. */
  readonly maxFileSize?: number;
}

const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 1_000;

/** Finds what there is to scan. Throws a {@link UsageError} when the root or a named path is not there. */
export function discover(options: DiscoverOptions): Workspace {
  const root = realRoot(options.root);
  const walkOptions: WalkOptions = {
    root,
    includeTests: options.includeTests,
    maxFileSize: options.maxFileSize ?? MAX_FILE_SIZE,
    maxEntries: MAX_ENTRIES,
    maxDepth: MAX_DEPTH,
  };
  rejectCostly([...options.include, ...options.exclude]);
  const whole = walk('', [], walkOptions);
  const named = options.paths.map((path) => listNamed(path, walkOptions));
  const listings = options.paths.length === 0 || options.wholeProgram ? [whole, ...named] : named;

  const problems = listings.flatMap((listing) => [...listing.problems, ...unfollowedLinks(root, listing)]);
  const notifications = [...selectProblems(problems, options), ...whole.warnings];
  const filesOf = (role: Role, from: readonly Listing[]) =>
    [...new Set(from.flatMap((listing) => [...listing.files[role]]))].sort(compareText);
  const all = [whole, ...named];
  return {
    root,
    files: select(filesOf('source', listings), options),
    packages: readPackages(root, filesOf('manifest', all), filesOf('workspaces', all), notifications),
    tsconfigs: readTsconfigs(root, filesOf('compiler', all), notifications),
    // A schema says what the selected files handle, so `include` does not take it away.
    schemas: select(filesOf('schema', all), { include: [], exclude: options.exclude }).map((file) => ({
      file,
      kind: 'prisma',
    })),
    others: select(filesOf('other', listings), options),
    notifications: sortedOnce(notifications),
  };
}

function realRoot(root: string): string {
  try {
    const real = realpathSync(root);
    if (lstatSync(real).isDirectory()) return real;
  } catch (error) {
    throw new UsageError(`The folder to scan cannot be read (${systemCode(error)}): ${JSON.stringify(root)}`);
  }
  throw new UsageError(`Not a folder: ${JSON.stringify(root)}`);
}

function rejectCostly(patterns: readonly string[]): void {
  const costly = patterns.find(isCostlyGlob);
  if (costly === undefined) return;
  throw new UsageError(`Too many wildcards in the pattern ${JSON.stringify(costly.slice(0, 100))}`);
}

/** The problems of entries the user's patterns select. A folder's counts unless excluded: what it holds is unknown. */
function selectProblems(problems: readonly Notification[], { include, exclude }: Selection): Notification[] {
  const files = problems.flatMap(({ file }) => file ?? []);
  const isSource = (file: string) => roleOf(file) === 'source';
  const selected = new Set([
    ...select(files.filter(isSource), { include, exclude }),
    ...select(
      files.filter((file) => !isSource(file)),
      { include: [], exclude },
    ),
  ]);
  return problems.filter(({ file }) => file === undefined || selected.has(file));
}

function sortedOnce(notifications: readonly Notification[]): Notification[] {
  const unique = new Map(notifications.map((notification) => [JSON.stringify(notification), notification]));
  return [...unique.values()].sort(
    (a, b) =>
      compareText(a.file ?? '', b.file ?? '') || compareText(a.code, b.code) || compareText(a.message, b.message),
  );
}
