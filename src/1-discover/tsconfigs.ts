/**
 * tsconfig and jsconfig files → path mappings for name resolution. They decide nothing else: what is scanned is the
 * walk's business, and a broken one costs its mapping, never the scan.
 */
import { lstatSync } from 'node:fs';
import { join, posix } from 'node:path';
import { compareText } from '../core/location.ts';
import type { Notification } from '../core/notification.ts';
import type { PathMapping } from '../core/workspace.ts';
import { configurationIgnored, isRecord, parseJson, readConfiguration, reasonOf, stringsIn } from './configuration.ts';
import { folderOf } from './packages.ts';

const MAX_EXTENDS = 32;

/** The `compilerOptions` that matter, paths already relative to the root. */
interface ResolutionOptions {
  readonly baseUrl?: string;
  readonly paths?: Readonly<Record<string, readonly string[]>>;
}

interface Reading {
  readonly root: string;
  /** The folder of the tsconfig that applies: what `${configDir}` stands for. */
  readonly directory: string;
  readonly notifications: Notification[];
  /** How many files this tsconfig has extended so far, directly or not. */
  extended: number;
}

/** At most one mapping per folder. */
export function readTsconfigs(root: string, files: readonly string[], notifications: Notification[]): PathMapping[] {
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const folder = folderOf(file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  return [...byFolder].flatMap(([directory, candidates]) => mappingOf(root, directory, candidates, notifications));
}

/**
 * The first candidate that maps anything. `tsconfig.json` comes first, but in a solution it only refers to its
 * siblings (`tsconfig.app.json`), and at the root of a monorepo there may be nothing but `tsconfig.base.json`.
 * A `tsconfig.json` that maps nothing still ends the reach of the mappings above it.
 */
function mappingOf(
  root: string,
  directory: string,
  candidates: readonly string[],
  notifications: Notification[],
): PathMapping[] {
  const ordered = [...candidates].sort((a, b) => rank(a) - rank(b) || compareText(a, b));
  let governing = false;
  for (const file of ordered) {
    const options = readableOptions(file, { root, directory, notifications, extended: 0 });
    if (options === null) continue;
    if (options.baseUrl !== undefined || Object.keys(options.paths ?? {}).length > 0) {
      const { baseUrl, paths = {} } = options;
      return [{ directory, ...(baseUrl !== undefined && { baseUrl }), paths }];
    }
    governing ||= rank(file) < 2;
  }
  return governing ? [{ directory, paths: {} }] : [];
}

function readableOptions(file: string, reading: Reading): ResolutionOptions | null {
  try {
    return optionsOf(file, [], reading);
  } catch (error) {
    reading.notifications.push(configurationIgnored(file, `This file is ignored: ${reasonOf(error)}.`));
    return null;
  }
}

const PREFERENCE = ['tsconfig.json', 'jsconfig.json', 'tsconfig.app.json', 'tsconfig.base.json'];

function rank(file: string): number {
  const index = PREFERENCE.indexOf(posix.basename(file));
  return index < 0 ? PREFERENCE.length : index;
}

/** The options of a file, those it extends applied; throws when it cannot be read. `chain` holds the files that led here. */
function optionsOf(file: string, chain: readonly string[], reading: Reading): ResolutionOptions {
  const json = parseJson(readConfiguration(reading.root, file));
  const inherited: ResolutionOptions = Object.assign(
    {},
    ...extendedFiles(json['extends'], file, reading).map((base) =>
      extendedOptions(base, file, [...chain, file], reading),
    ),
  );
  return { ...inherited, ...ownOptions(json['compilerOptions'], folderOf(file), inherited.baseUrl, reading) };
}

/** Relative `extends` only: others are packages, which a fresh clone does not have. */
function extendedFiles(value: unknown, file: string, { notifications }: Reading): string[] {
  const specifiers = typeof value === 'string' ? [value] : stringsIn(value);
  const relative = specifiers.filter((specifier) => /^\.\.?(?:[/\\]|$)/.test(specifier));
  return relative.flatMap((specifier) => {
    const path = pathBelowRoot(folderOf(file), specifier.replaceAll('\\', '/'));
    if (path !== null) return [path];
    notifications.push(configurationIgnored(file, 'A file it extends is outside the scanned folder and ignored.'));
    return [];
  });
}

function extendedOptions(
  base: string,
  file: string,
  chain: readonly string[],
  reading: Reading,
): ResolutionOptions | null {
  const exact = lstatSync(join(reading.root, base), { throwIfNoEntry: false })?.isFile();
  const found = exact || base.endsWith('.json') ? base : `${base}.json`;
  try {
    if (chain.includes(found)) throw new Error('it extends itself');
    if (++reading.extended > MAX_EXTENDS) throw new Error(`more than ${MAX_EXTENDS} files extend each other`);
    return optionsOf(found, chain, reading);
  } catch (error) {
    reading.notifications.push(configurationIgnored(file, `A file it extends is ignored: ${reasonOf(error)}.`));
    return null;
  }
}

function ownOptions(
  compilerOptions: unknown,
  folder: string,
  inheritedBase: string | undefined,
  reading: Reading,
): ResolutionOptions {
  if (!isRecord(compilerOptions)) return {};
  const { baseUrl: written, paths } = compilerOptions;
  const baseUrl = typeof written === 'string' ? place(written, folder, reading) : null;
  return {
    ...(baseUrl !== null && { baseUrl }),
    ...(isRecord(paths) && { paths: mappedPaths(paths, baseUrl ?? inheritedBase ?? folder, reading) }),
  };
}

function mappedPaths(paths: Record<string, unknown>, base: string, reading: Reading): Record<string, string[]> {
  const mapped: Record<string, string[]> = Object.create(null);
  for (const [pattern, targets] of Object.entries(paths)) {
    if (pattern.split('*').length > 2) continue;
    const places = stringsIn(targets).flatMap((target) => place(target, base, reading) ?? []);
    if (places.length > 0) mapped[pattern] = places;
  }
  return mapped;
}

/** A path as a tsconfig writes it, relative to the root; null when it is outside. */
function place(path: string, base: string, { directory }: Reading): string | null {
  const inConfigDir = /^\$\{configDir\}\/?/;
  const slashed = path.replaceAll('\\', '/');
  return inConfigDir.test(slashed)
    ? pathBelowRoot(directory, slashed.replace(inConfigDir, ''))
    : pathBelowRoot(base, slashed);
}

function pathBelowRoot(base: string, path: string): string | null {
  if (posix.isAbsolute(path) || /^[a-z]:/i.test(path)) return null;
  const joined = posix.join(base, path).replace(/\/$/, '');
  if (joined === '..' || joined.startsWith('../')) return null;
  return joined === '.' ? '' : joined;
}
