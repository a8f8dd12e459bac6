/** `package.json` files and workspace declarations → package manifests. */
import { parse as parseYaml } from 'yaml';
import type { Notification } from '../core/notification.ts';
import type { PackageManifest } from '../core/workspace.ts';
import {
  configurationIgnored,
  isModest,
  isRecord,
  parseJson,
  readConfiguration,
  reasonOf,
  stringsIn,
} from './configuration.ts';
import { isCostlyGlob, select } from './patterns.ts';

const DEPENDENCY_KINDS = ['peerDependencies', 'optionalDependencies', 'devDependencies', 'dependencies'];

/** The folders that the file of a workspace root names, as glob patterns relative to its own folder. */
interface WorkspaceRoot {
  readonly file: string;
  readonly directory: string;
  readonly patterns: readonly string[];
}

/** Reads all manifests; one that cannot be read is left out with a notification. */
export function readPackages(
  root: string,
  manifestFiles: readonly string[],
  workspaceFiles: readonly string[],
  notifications: Notification[],
): PackageManifest[] {
  const workspaceRoots: WorkspaceRoot[] = [];
  const packages: Omit<PackageManifest, 'workspaceMember'>[] = [];
  for (const file of manifestFiles) {
    attempt(file, notifications, () => {
      const json = parseJson(readConfiguration(root, file));
      const manifest = manifestOf(file, json, notifications);
      packages.push(manifest);
      workspaceRoots.push({ file, directory: manifest.directory, patterns: workspacesOf(json['workspaces']) });
    });
  }
  for (const file of workspaceFiles) {
    attempt(file, notifications, () => {
      workspaceRoots.push({ file, directory: folderOf(file), patterns: pnpmWorkspaces(readConfiguration(root, file)) });
    });
  }
  const members = new Set(workspaceRoots.flatMap((workspaceRoot) => membersOf(workspaceRoot, packages, notifications)));
  return packages.map((manifest) => ({ ...manifest, workspaceMember: members.has(manifest.directory) }));
}

function attempt(file: string, notifications: Notification[], read: () => void): void {
  try {
    read();
  } catch (error) {
    notifications.push(configurationIgnored(file, `This file is ignored: ${reasonOf(error)}.`));
  }
}

function manifestOf(
  file: string,
  json: Record<string, unknown>,
  notifications: Notification[],
): Omit<PackageManifest, 'workspaceMember'> {
  const modest = (key: string) => {
    if (isModest(json[key])) return json[key];
    notifications.push(configurationIgnored(file, `The ${key} of this package are ignored: too deep or too many.`));
    return undefined;
  };
  const { name, main } = json;
  const exports = modest('exports');
  const imports = modest('imports');
  return {
    directory: folderOf(file),
    ...(typeof name === 'string' && { name }),
    ...(typeof main === 'string' && { main }),
    ...(exports !== undefined && { exports }),
    ...(imports !== undefined && { imports }),
    dependencies: dependenciesOf(json),
  };
}

/** What a package runs with wins over what it is developed with. */
function dependenciesOf(json: Record<string, unknown>): Record<string, string> {
  const dependencies: Record<string, string> = Object.create(null);
  for (const kind of DEPENDENCY_KINDS) {
    const ranges = json[kind];
    if (!isRecord(ranges)) continue;
    for (const [name, range] of Object.entries(ranges)) {
      if (typeof range === 'string') dependencies[name] = range;
    }
  }
  return dependencies;
}

/** `["packages/*"]` as npm writes it, `{ "packages": ["packages/*"] }` as yarn may. */
function workspacesOf(workspaces: unknown): string[] {
  return stringsIn(isRecord(workspaces) ? workspaces['packages'] : workspaces);
}

function pnpmWorkspaces(text: string): string[] {
  const document = plainYaml(text);
  return isRecord(document) ? stringsIn(document['packages']) : [];
}

/** The messages of the YAML reader quote the file, so none of them gets out. */
function plainYaml(text: string): unknown {
  try {
    return parseYaml(text, { schema: 'core', merge: false, maxAliasCount: 50, logLevel: 'error', prettyErrors: false });
  } catch {
    throw new Error('it is not valid YAML');
  }
}

/** The folders of the packages below a workspace root that its patterns name. */
function membersOf(
  { file, directory, patterns }: WorkspaceRoot,
  packages: readonly { readonly directory: string }[],
  notifications: Notification[],
): string[] {
  const usable = patterns.filter((pattern) => !isCostlyGlob(pattern));
  if (usable.length < patterns.length) {
    notifications.push(configurationIgnored(file, 'Workspace patterns with too many wildcards are ignored.'));
  }
  const include = usable.filter((pattern) => !pattern.startsWith('!'));
  if (include.length === 0) return [];
  const prefix = directory === '' ? '' : `${directory}/`;
  const below = packages.map((manifest) => manifest.directory).filter((path) => path !== '' && path.startsWith(prefix));
  const manifests = below.map((path) => `${path.slice(prefix.length)}/package.json`);
  const exclude = usable.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const selected = select(manifests, { include: include.map(manifestIn), exclude: exclude.map(manifestIn) });
  return selected.map((path) => prefix + folderOf(path));
}

function manifestIn(pattern: string): string {
  return `${pattern.replace(/\/+$/, '')}/package.json`;
}

export function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}
