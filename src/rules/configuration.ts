/** The project file: `troth.config.yaml` or `package.json#troth`. Data only; nothing of the project is executed. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { z } from 'zod';
import type { Configuration, Taxonomy } from '../core/catalogue.ts';
import { UsageError } from '../core/usage-error.ts';
import { configurationFile } from './configuration-schema.ts';
import { isInside, nameOf } from './files.ts';
import { isPath } from './policies.ts';
import { rebaseGlob } from './rebase.ts';
import { toRecipient } from './recipients.ts';
import { checkCategory, checkUse } from './references.ts';
import { loadTaxonomy } from './taxonomy.ts';
import { validate } from './validate.ts';
import { type DataFile, type Issue, issuesError, parseDataFile, readDataFile, readText } from './yaml.ts';

const NAMES = ['troth.config.yaml', 'troth.config.yml', 'troth.config.json'];

/** What holds without a project file. */
export const NO_CONFIGURATION: Configuration = {
  policies: [],
  firstParty: [],
  recipients: [],
  purposes: [],
  provenance: [],
  guards: [],
  protections: [],
  models: [],
  data: [],
  include: [],
  exclude: [],
  suppressions: [],
};

/**
 * The configuration for a scan of `root` (absolute): `explicitFile` when given, else the nearest project file from
 * `root` up to the git root (outside a repository: in `root` alone). Paths come back relative to `root`.
 */
export function loadConfiguration(root: string, explicitFile: string | null, taxonomy?: Taxonomy): Configuration {
  const found = explicitFile === null ? findProjectFile(root) : explicitProjectFile(root, explicitFile);
  if (found === null) return NO_CONFIGURATION;
  return readConfiguration(found, root, taxonomy ?? loadTaxonomy());
}

/** A project file given as text, for a project that lies at `root` (absolute). */
export function parseConfiguration(text: string, name: string, root: string, taxonomy: Taxonomy): Configuration {
  return readConfiguration({ source: parseDataFile(text, name), directory: root, project: root }, root, taxonomy);
}

interface ProjectFile {
  readonly source: DataFile;
  /** Absolute; the paths in the file are relative to it. */
  readonly directory: string;
  /** The repository: what the file names has to be in it. */
  readonly project: string;
}

function explicitProjectFile(root: string, file: string): ProjectFile {
  const path = resolve(file);
  const directory = dirname(path);
  if (!existsSync(path)) throw new UsageError(`${file}: there is no such configuration file`);
  const project = projectOf(root);
  return {
    source: readDataFile(path, nameOf(path, root)),
    directory,
    project: isInside(directory, project) ? project : directory,
  };
}

function findProjectFile(root: string): ProjectFile | null {
  const project = projectOf(root);
  for (let directory = root; ; directory = dirname(directory)) {
    const source = projectFileIn(directory, root, project);
    if (source !== null) return { source, directory, project };
    if (directory === project || directory === dirname(directory)) return null;
  }
}

/** The git root above `root`, or `root`. */
function projectOf(root: string): string {
  for (let directory = root; directory !== dirname(directory); directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return directory;
  }
  return root;
}

function projectFileIn(directory: string, root: string, project: string): DataFile | null {
  for (const name of NAMES) {
    const path = join(directory, name);
    if (!existsSync(path)) continue;
    if (!isInside(path, project))
      throw new UsageError(`${nameOf(path, root)}: is a link that leads out of the project`);
    return readDataFile(path, nameOf(path, root));
  }
  const manifest = join(directory, 'package.json');
  if (!existsSync(manifest) || !isInside(manifest, project)) return null;
  return sectionOfManifest(manifest, nameOf(manifest, root));
}

/** `package.json#troth`. A manifest without it, or that is no JSON, is not ours to judge. */
function sectionOfManifest(path: string, name: string): DataFile | null {
  const text = readText(path, name);
  if (!mentionsTroth(text)) return null;
  const manifest = parseDataFile(text, name);
  return {
    file: name,
    data: (manifest.data as { troth: unknown }).troth,
    positionOf: (path, part) => manifest.positionOf(['troth', ...path], part),
  };
}

function mentionsTroth(text: string): boolean {
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null && Object.hasOwn(manifest, 'troth');
  } catch {
    return false;
  }
}

type Written = z.output<typeof configurationFile>;

function readConfiguration(
  { source, directory, project }: ProjectFile,
  root: string,
  taxonomy: Taxonomy,
): Configuration {
  const written = validate(configurationFile, source);
  const issues = [...checkNames(written, taxonomy), ...checkPaths(written, directory, project)];
  if (issues.length > 0) throw issuesError(source, issues);
  const toRoot = (path: string) => nameOf(resolve(directory, path), root);
  const globs = (list: readonly string[]) => list.flatMap((glob) => rebaseGlob(glob, directory, root) ?? []);
  return {
    policies: written.policies.map((policy) => (isPath(policy) ? relativePath(toRoot(policy)) : policy)),
    firstParty: written.firstParty,
    recipients: written.recipients.map((item) => toRecipient({ ...item, modules: globs(item.modules) })),
    purposes: written.purposes.map((item) => ({ ...item, modules: globs(item.modules) })),
    provenance: written.provenance.map((item) => ({ ...item, modules: globs(item.modules) })),
    guards: written.guards.map((item) => ({ ...item, functions: item.functions.flatMap(rebaseFunction) })),
    protections: written.protections.map((item) => ({ ...item, functions: item.functions.flatMap(rebaseFunction) })),
    models: written.models.map(toRoot),
    data: written.data.map((item) =>
      item.none === undefined
        ? { category: item.category ?? null, names: item.names ?? [] }
        : { category: null, names: item.none },
    ),
    include: globs(written.include),
    exclude: globs(written.exclude),
    suppressions: written.suppressions.flatMap((item, index) =>
      globs([item.path]).map((path) => ({ ...item, path, line: source.positionOf(['suppressions', index]).line })),
    ),
    file: source.file,
  };

  /** `src/consent.ts#allows`: the file moves with the root, a bare name means that function anywhere. */
  function rebaseFunction(written: string): string[] {
    const [file, name] = written.split('#');
    return name === undefined ? [written] : globs([file ?? '']).map((moved) => `${moved}#${name}`);
  }
}

/** With a `./` when it could be taken for the name of a pack. */
function relativePath(path: string): string {
  return isPath(path) ? path : `./${path}`;
}

function checkNames(written: Written, taxonomy: Taxonomy): Issue[] {
  const issues = [
    ...written.purposes.map(({ purpose }, index) => checkUse(purpose, taxonomy, ['purposes', index, 'purpose'])),
    ...written.recipients.map(({ purpose }, index) => checkUse(purpose, taxonomy, ['recipients', index, 'purpose'])),
    ...written.data.map(({ category }, index) => checkCategory(category, taxonomy, ['data', index, 'category'])),
  ];
  return issues.filter((issue) => issue !== null);
}

/** Files that a project names for reading: in the project, also when links are followed. */
function checkPaths(written: Written, directory: string, project: string): Issue[] {
  const issues: Issue[] = [];
  const check = (path: string, key: 'policies' | 'models', index: number) => {
    if (isAbsolute(path) || !isInside(resolve(directory, path), project)) {
      issues.push({ path: [key, index], message: `\`${path}\` is outside the project` });
    }
  };
  for (const [index, policy] of written.policies.entries()) if (isPath(policy)) check(policy, 'policies', index);
  for (const [index, path] of written.models.entries()) check(path, 'models', index);
  return issues;
}
