/** Library models: those of `rules/libraries` that a project needs, and the project's own. */
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type {
  LeakModel,
  LibraryModel,
  PropagatorModel,
  SanitizerModel,
  SinkModel,
  SourceModel,
  TypeModel,
} from '../core/catalogue.ts';
import { type Checked, checked, checkText } from './checked.ts';
import { dataFilesAt, listDataFiles, nameOf, RULES_DIRECTORY } from './files.ts';
import { libraryFile } from './library-schema.ts';
import { checkReferences, type Known } from './references.ts';
import { issuesError, readDataFile, readText } from './yaml.ts';

const LIBRARIES = join(RULES_DIRECTORY, 'libraries');
/** Models of what is there without an import. */
const PLATFORMS: ReadonlySet<string> = new Set(['browser', 'javascript', 'node']);

/**
 * The built-in models of `packages` (names that are imported or declared as dependencies; null for all). A file is
 * read when its path is such a name (`@prisma/client.yaml`), when it says so itself (`aliases`), and when no import is
 * needed to use it (the platforms, and files with `globals`).
 */
export function loadLibraries(packages: ReadonlySet<string> | null): LibraryModel[] {
  const models: LibraryModel[] = [];
  for (const file of listDataFiles(LIBRARIES)) {
    const name = file.replace(/\.[a-z]+$/, '');
    const byName = packages === null || isNeeded(name, packages);
    const text = readText(join(LIBRARIES, file), `rules/libraries/${file}`);
    if (byName || isNeededByContent(text, packages))
      models.push(readLibrary(checkText(text, `rules/libraries/${file}`, libraryFile)));
  }
  return models;
}

/** Every built-in model as its file says it, with the places of what it says. */
export function readLibraryFiles(): Checked<LibraryFile>[] {
  return listDataFiles(LIBRARIES).map((file) =>
    checkText(readText(join(LIBRARIES, file), `rules/libraries/${file}`), `rules/libraries/${file}`, libraryFile),
  );
}

/** The models in files and folders of a project, relative to `root`; what they refer to is checked against `known`. */
export function loadOwnModels(paths: readonly string[], root: string, known: Known): LibraryModel[] {
  return paths
    .flatMap((path) => dataFilesAt(resolve(root, path), path))
    .map((file) => readLibrary(checked(libraryFile, readDataFile(file, nameOf(file, root))), known));
}

/** One model from its file. */
export function readLibrary({ data: library, file, source }: Checked<LibraryFile>, known?: Known): LibraryModel {
  const issues = known === undefined ? [] : checkReferences(library, known);
  if (issues.length > 0) throw issuesError(source(), issues);
  const { $schema: _, ...head } = library;
  return {
    ...head,
    types: library.types.flatMap(expandType),
    sources: library.sources.flatMap(expandSource),
    sinks: library.sinks.flatMap(expandSink),
    propagators: library.propagators.flatMap(expandPropagator),
    sanitizers: library.sanitizers.flatMap(expandSanitizer),
    guards: library.guards.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    fields: library.fields.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    schemas: library.schemas.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    leaks: library.leaks.flatMap(expandLeak),
    functions: library.functions.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    methods: library.methods.flatMap(({ api, port, ...rest }) =>
      pairs(api, port).map(([api, port]) => ({ ...rest, api, port })),
    ),
    folders: library.folders.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    operations: library.operations.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    conditions: library.conditions.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    routes: library.routes.flatMap(({ api, ...rest }) => api.map((one) => ({ ...rest, api: one }))),
    file,
  };
}

/** `api` and the ports may be lists: one model for each combination. */
export type LibraryFile = z.output<typeof libraryFile>;
type Item<Section extends 'types' | 'sources' | 'sinks' | 'leaks' | 'propagators' | 'sanitizers'> =
  LibraryFile[Section][number];

function expandType({ api, port, ...rest }: Item<'types'>): TypeModel[] {
  return pairs(api, port).map(([api, port]) => ({ ...rest, api, port }));
}

function expandSource({ api, port, ...rest }: Item<'sources'>): SourceModel[] {
  if (port === undefined) return api.map((api) => ({ ...rest, api }));
  return pairs(api, port).map(([api, port]) => ({ ...rest, api, port }));
}

function expandSink({ api, port, ...rest }: Item<'sinks'>): SinkModel[] {
  const attributes = Object.assign(Object.create(null) as Record<string, string>, rest.attributes);
  return pairs(api, port).map(([api, port]) => ({ ...rest, api, port, attributes }));
}

function expandLeak({ api, ...rest }: Item<'leaks'>): LeakModel[] {
  const when = Object.assign(Object.create(null) as Record<string, readonly string[]>, rest.when);
  return api.map((api) => ({ ...rest, api, when }));
}

function expandPropagator({ api, from, to, ...rest }: Item<'propagators'>): PropagatorModel[] {
  return pairs(api, from).flatMap(([api, from]) => to.map((to) => ({ ...rest, api, from, to })));
}

function expandSanitizer({ api, from, to, ...rest }: Item<'sanitizers'>): SanitizerModel[] {
  return pairs(api, from).flatMap(([api, from]) => to.map((to) => ({ ...rest, api, from, to })));
}

function pairs(left: readonly string[], right: readonly string[]): [string, string][] {
  return left.flatMap((first) => right.map((second): [string, string] => [first, second]));
}

function isNeeded(name: string, packages: ReadonlySet<string>): boolean {
  const parts = name.split('/');
  if (PLATFORMS.has(parts[0] ?? '')) return true;
  const packageName = parts.slice(0, name.startsWith('@') ? 2 : 1).join('/');
  return packages.has(name) || packages.has(packageName);
}

/** Looks at the head of the text alone: parsing every file to learn that it is not needed would cost the most. */
function isNeededByContent(text: string, packages: ReadonlySet<string> | null): boolean {
  if (listAt(text, 'globals').length > 0) return true;
  return listAt(text, 'aliases').some((alias) => packages?.has(alias));
}

/** A top-level list of plain words, `key: [a, b]` or one `- a` a line. */
function listAt(text: string, key: 'aliases' | 'globals'): string[] {
  const start = new RegExp(`^${key}:`, 'm').exec(text);
  if (start === null) return [];
  const rest = text.slice(start.index + start[0].length);
  const flow = /^\s*\[([^\]]*)\]/.exec(rest);
  const entries = flow ? (flow[1] ?? '').split(',') : rest.split(/\r?\n(?=[^\s#-])/, 1)[0]?.split(/\r?\n\s*-/);
  return (entries ?? [])
    .map((entry) =>
      entry
        .replace(/#.*$/m, '')
        .trim()
        .replace(/^(['"])(.*)\1$/, '$2'),
    )
    .filter(Boolean);
}
