/**
 * The packages whose declarations models are checked against: which versions (`test/models/declarations.json`, committed), and
 * where they are installed (a cache of the user's, outside the repository). For the scripts of this repository alone: a
 * scan fetches nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareText } from './core/location.ts';
import { UsageError } from './core/usage-error.ts';

/** What is known of one library beside its model. */
export interface LibraryRecord {
  /** Packages that add members to its types. */
  readonly with?: readonly string[];
  /** Paths and ports that work although the declarations lack them, each with the reason. */
  readonly undeclared?: Readonly<Record<string, string>>;
  /** Of so many paths and ports so many were found in the declarations when they were last looked up. */
  readonly found?: number;
  readonly of?: number;
}

export interface DeclarationRecord {
  /** Exact versions by npm name. */
  readonly packages: Readonly<Record<string, string>>;
  /** By the package a model is of. */
  readonly libraries: Readonly<Record<string, LibraryRecord>>;
}

const RECORD = fileURLToPath(new URL('../test/models/declarations.json', import.meta.url));
const NPM = [
  'install',
  '--ignore-scripts',
  '--legacy-peer-deps',
  '--omit=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

export function readRecord(): DeclarationRecord {
  return JSON.parse(readFileSync(RECORD, 'utf8')) as DeclarationRecord;
}

/** Sorted, so that the same knowledge is the same text. */
export function writeRecord({ packages, libraries }: DeclarationRecord): void {
  writeFileSync(RECORD, `${JSON.stringify({ packages: sorted(packages), libraries: sorted(libraries) }, null, 2)}\n`);
}

/** Where the packages are installed. */
export function declarationsDirectory(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'troth', 'declarations');
}

/** Installs what the cache lacks, with npm and without running anything of the packages. Throws when npm refuses. */
export function install(packages: Readonly<Record<string, string>>): void {
  const directory = declarationsDirectory();
  const manifest = join(directory, 'package.json');
  const wanted = JSON.stringify({ private: true, dependencies: sorted(packages) }, null, 2);
  mkdirSync(directory, { recursive: true });
  const isInstalled = existsSync(join(directory, 'node_modules')) && existsSync(manifest);
  if (isInstalled && readFileSync(manifest, 'utf8') === wanted) return;
  writeFileSync(manifest, wanted);
  const { status } = spawnSync('npm', NPM, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  writeFileSync(manifest, '{}');
  throw new UsageError(`npm could not install the packages into ${directory}`);
}

/** `@scope/name` of `@scope/name/sub/path`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Of a package without declarations of its own, the one that has them. */
export function typesPackageOf(packageName: string): string {
  return `@types/${packageName.replace(/^@/, '').replace('/', '__')}`;
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}
