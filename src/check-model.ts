/**
 * Are the API paths and ports of a library model real? They are looked up in the type declarations of the package, so
 * that a typo, a renamed method or a new major version shows.
 */
import {
  type DeclarationFolder,
  type Declarations,
  type DeclaredModule,
  openDeclarations,
} from './2-parse/declarations/declarations.ts';
import { DeclaredPaths, type TypeOrigin, type Verdict } from './2-parse/declarations/paths.ts';
import { type ApiToken, type PortPath, parseApiPath, parsePort, printApiPath, printPort } from './core/api-path.ts';
import type { Checked } from './rules/checked.ts';
import { closest } from './rules/closest.ts';
import type { LibraryFile } from './rules/libraries.ts';
import type { DataPath, Issue } from './rules/yaml.ts';

/** Where the declarations are, and what a person knows of them. */
export interface DeclarationSource {
  readonly folder: DeclarationFolder;
  /** Packages that add members to the library's types. */
  readonly additions: readonly string[];
  /** Paths and ports that work although the declarations lack them. */
  readonly undeclared: readonly string[];
}

export interface ModelCheck {
  /** Whether there are any declarations. */
  readonly declared: boolean;
  /** How many paths and ports the declarations have. */
  readonly found: number;
  /** Those on which the declarations say nothing. */
  readonly open: readonly string[];
  readonly issues: readonly Issue[];
  /** Entries of `undeclared` that nothing needs any more. */
  readonly needless: readonly string[];
}

/** Packages that need no import have no module. */
const PLATFORMS: ReadonlySet<string> = new Set(['browser', 'javascript']);

/** Looks up everything that a model names. */
export function checkModel({ data: library }: Checked<LibraryFile>, source: DeclarationSource): ModelCheck {
  const isPlatform = PLATFORMS.has(library.package);
  const declarations = openDeclarations(source.folder, {
    additions: source.additions,
    specifiers: isPlatform ? [] : [library.package, ...library.aliases],
    globals: library.globals,
  });
  const declared = isPlatform || saysAnything(declarations, library);
  const given = library.entries.map(({ type }) => type);
  const paths = new DeclaredPaths(declarations, originsOf(library), new Set(given));
  const lookups = usesOf(library).flatMap((use) => lookUp(use, declared ? paths : null));
  const wrong = lookups.filter(({ verdict }) => verdict.kind === 'missing');
  const known = new Set(source.undeclared.flatMap(alternativesOf));
  const excused = wrong.filter(({ name }) => known.has(name));
  return {
    declared,
    found: lookups.filter(({ verdict }) => verdict.kind === 'found').length,
    open: [...lookups.filter(({ verdict }) => verdict.kind === 'open'), ...excused].map(({ name }) => name),
    issues: wrong.filter((lookup) => !known.has(lookup.name)).map(issueOf),
    needless: [...known].filter((name) => !excused.some((lookup) => lookup.name === name)),
  };
}

/** An entry of `undeclared` may stand for several paths, as in models; of ports each is written out. */
function alternativesOf(entry: string): string[] {
  return entry.includes(' of ') ? [entry] : parseApiPath(entry).map(printApiPath);
}

function saysAnything({ modules, global }: Declarations, { globals }: LibraryFile): boolean {
  const isTyped = ({ values }: DeclaredModule): boolean => values.length > 0;
  return modules.some(isTyped) || globals.some((name) => global(name) !== undefined);
}

/** The paths of one item, and the ports that belong to them. */
interface Use {
  readonly apis: readonly Written[];
  readonly ports: readonly Written[];
}

interface Written {
  readonly path: DataPath;
  readonly text: string;
}

interface Lookup {
  readonly path: DataPath;
  /** As an entry of `undeclared`: `createLogger().info`, or `argument[0].to of send`. */
  readonly name: string;
  readonly verdict: Verdict;
  /** What would be right. */
  readonly nearest: string | null;
}

/** The fields that hold ports. Of attributes, those that are no literals. */
const PORT_FIELDS = [
  'port',
  'url',
  'from',
  'to',
  'select',
  'omit',
  'purposeFrom',
  'fields',
  'name',
  'entity',
  'named',
  'takes',
  'folder',
] as const;
const SECTIONS = [
  'types',
  'sources',
  'sinks',
  'propagators',
  'sanitizers',
  'guards',
  'schemas',
  'fields',
  'leaks',
  'functions',
  'methods',
  'folders',
] as const;
const IS_PORT = /^(?:argument|this|return|property)\b/;

function usesOf(library: LibraryFile): Use[] {
  return SECTIONS.flatMap((section) =>
    library[section].map((item: Readonly<Record<string, unknown>>, index) => {
      const ports = PORT_FIELDS.flatMap((field) => written([section, index, field], item[field]));
      const attributes = Object.entries((item['attributes'] ?? {}) as Record<string, string>);
      const literal = attributes.flatMap(([key, text]) => written([section, index, 'attributes', key], text));
      const settings = Object.keys((item['when'] ?? {}) as Record<string, unknown>);
      const when = settings.flatMap((port) => written([section, index, 'when', port], port));
      return {
        apis: written([section, index, 'api'], item['api']),
        ports: [...ports, ...literal, ...when].filter(({ text }) => IS_PORT.test(text)),
      };
    }),
  );
}

function written(path: DataPath, value: unknown): Written[] {
  if (typeof value === 'string') return [{ path, text: value }];
  return Array.isArray(value) ? value.map((text: string, index) => ({ path: [...path, index], text })) : [];
}

function originsOf(library: LibraryFile): TypeOrigin[] {
  return library.types.flatMap(({ type, api, port }) =>
    api
      .flatMap(parseApiPath)
      .flatMap((tokens) => port.flatMap(parsePort).map((parsed) => ({ type, tokens, port: parsed }))),
  );
}

const OPEN: Verdict = { kind: 'open' };

function lookUp({ apis, ports }: Use, paths: DeclaredPaths | null): Lookup[] {
  const alternatives = apis.flatMap(({ path, text }) => parseApiPath(text).map((tokens) => ({ path, tokens })));
  const checked = alternatives.map(({ path, tokens }) => {
    const verdict = paths?.checkPath(tokens) ?? OPEN;
    return { path, tokens, name: printApiPath(tokens), verdict, nearest: nearestPath(tokens, verdict) };
  });
  const real = checked.filter(({ verdict }) => verdict.kind !== 'missing').map(({ tokens }) => tokens);
  if (real.length === 0) return checked;
  const first = printApiPath(real[0] ?? []);
  return [
    ...checked,
    ...ports.flatMap(({ path, text }) =>
      parsePort(text).map((port) => {
        const verdict = best(real.map((tokens) => paths?.checkPort(tokens, port) ?? OPEN));
        return { path, name: `${printPort(port)} of ${first}`, verdict, nearest: nearestPort(port, verdict) };
      }),
    ),
  ];
}

/** A port need not exist in each alternative of the item's paths. */
function best(verdicts: readonly Verdict[]): Verdict {
  const [first = OPEN] = verdicts;
  return verdicts.find(({ kind }) => kind === 'found') ?? verdicts.find(({ kind }) => kind === 'open') ?? first;
}

function nearestPath(tokens: readonly ApiToken[], verdict: Verdict): string | null {
  if (verdict.kind !== 'missing') return null;
  const wrong = tokens[verdict.at];
  if (wrong === undefined || !('name' in wrong)) return null;
  const name = closest(wrong.name, verdict.names);
  return name === null ? null : printApiPath(tokens.with(verdict.at, { ...wrong, name }));
}

function nearestPort(port: PortPath, verdict: Verdict): string | null {
  if (verdict.kind !== 'missing') return null;
  const wrong = port.steps[verdict.at];
  if (wrong?.kind !== 'property') return null;
  const name = closest(wrong.name, verdict.names);
  return name === null ? null : printPort({ ...port, steps: port.steps.with(verdict.at, { ...wrong, name }) });
}

function issueOf({ path, name, verdict, nearest }: Lookup): Issue {
  const what = verdict.kind === 'missing' ? verdict.what : '';
  const hint = nearest === null ? '' : `; did you mean \`${nearest}\`?`;
  return { path, message: `\`${name}\`: the package's declarations have no ${what}${hint}` };
}
