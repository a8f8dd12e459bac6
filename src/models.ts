/** What `troth models` says of a project: which library models apply, which are missing, and whether its own are sound. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { discover } from './1-discover/discover.ts';
import { installedManifest, openFolder } from './2-parse/declarations/declarations.ts';
import { checkModel } from './check-model.ts';
import type { LibraryModel } from './core/catalogue.ts';
import { compareText } from './core/location.ts';
import { UsageError } from './core/usage-error.ts';
import { checked } from './rules/checked.ts';
import { dataFilesAt, nameOf } from './rules/files.ts';
import { loadLibraries, loadOwnModels, readLibrary } from './rules/libraries.ts';
import { libraryFile } from './rules/library-schema.ts';
import { loadProcessorWords } from './rules/processors.ts';
import type { Known } from './rules/references.ts';
import { issuesError, readDataFile } from './rules/yaml.ts';

export interface OwnModelCheck {
  readonly file: string;
  readonly package: string;
  /** Paths and ports that the installed package's declarations have; null when there are none to ask. */
  readonly found: number | null;
  /** Those on which the declarations say nothing. */
  readonly open: number;
  /** One line each: `file:line:column: what is wrong`. */
  readonly problems: readonly string[];
}

/**
 * Checks model files and folders (relative to `root`) against the format, the taxonomy and, of packages installed in
 * `root`, their type declarations. Throws a UsageError with all that a scan would refuse.
 */
export function checkOwnModels(paths: readonly string[], root: string, known: Known): OwnModelCheck[] {
  const files = paths.flatMap((path) => dataFilesAt(resolve(root, path), path));
  const refused: string[] = [];
  const models = files.flatMap((file) => {
    try {
      const model = checked(libraryFile, readDataFile(file, nameOf(file, root)));
      readLibrary(model, known);
      return [model];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      refused.push(error.message);
      return [];
    }
  });
  if (refused.length > 0) throw new UsageError(refused.join('\n'));
  const folder = openFolder(root);
  return models.map((model) => {
    const { declared, found, open, issues } = checkModel(model, { folder, additions: [], undeclared: [] });
    return {
      file: model.file,
      package: model.data.package,
      found: declared ? found : null,
      open: open.length,
      problems: issues.length === 0 ? [] : issuesError(model.source(), issues).message.split('\n'),
    };
  });
}

export interface ModelList {
  /** Models of what the project depends on, its own first; those of the platform are left out. */
  readonly applying: readonly { readonly model: LibraryModel; readonly own: boolean }[];
  /** Dependencies that look like processors of data and have no model, with the word that says so. */
  readonly missing: readonly { readonly name: string; readonly word: string }[];
  /** How many packages the project depends on. */
  readonly dependencies: number;
}

/** Which models a scan of `root` (absolute) would use; `own` are the model files of its configuration. */
export function listModels(root: string, own: readonly string[], known: Known): ModelList {
  const { packages } = discover({ root, paths: [], include: [], exclude: [], includeTests: false });
  const ours = new Set(packages.flatMap(({ name }) => name ?? []));
  const names = new Set(
    packages.flatMap(({ dependencies }) => Object.keys(dependencies)).filter((name) => !ours.has(name)),
  );
  const ownModels = loadOwnModels(own, root, known);
  const builtIn = loadLibraries(names).filter((model) => covers(model).some((name) => names.has(name)));
  const covered = new Set([...ownModels, ...builtIn].flatMap(covers));
  const wordOf = loadProcessorWords();
  const folders = packages.map(({ directory }) => join(root, directory));
  const missing = [...names].sort(compareText).flatMap((name) => {
    if (covered.has(name) || name.startsWith('@types/')) return [];
    const word = wordOf({ name, keywords: keywordsOf(name, folders) });
    return word === null ? [] : [{ name, word }];
  });
  return {
    applying: [...ownModels.map((model) => ({ model, own: true })), ...builtIn.map((model) => ({ model, own: false }))],
    missing,
    dependencies: names.size,
  };
}

/** The npm packages a model is of. */
function covers({ package: name, aliases }: LibraryModel): string[] {
  return [name, ...aliases].map((specifier) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/'),
  );
}

/** What an installed package says of itself; nothing in a fresh clone. */
function keywordsOf(name: string, folders: readonly string[]): string[] {
  const folder = folders.find((one) => existsSync(join(one, 'node_modules', name, 'package.json')));
  const keywords = folder === undefined ? undefined : installedManifest(folder, name)?.['keywords'];
  return Array.isArray(keywords) ? keywords.filter((keyword) => typeof keyword === 'string') : [];
}
