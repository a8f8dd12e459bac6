/** Type declarations of packages, opened to be asked about API paths. Nothing of a package is run. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Project, ts } from '#compiler';
import { TypeWalk } from './types.ts';

/** One package as a program that imports it sees it. */
export interface DeclaredModule {
  readonly specifier: string;
  /** What `import * as` and the default import give; several, as packages export in several ways. */
  readonly values: readonly ts.Type[];
  /** The exported classes, interfaces and type aliases by name, with what namespaces hold as `Namespace.Name`. */
  type(name: string): ts.Type | undefined;
}

export interface Declarations {
  readonly walk: TypeWalk;
  /** Those that have declarations. */
  readonly modules: readonly DeclaredModule[];
  /** The names that the packages say they define without an import. */
  readonly globals: readonly string[];
  /** The value of a global name; of packages only those they say they define. */
  global(name: string): ts.Type | undefined;
  /** The global type of this name. */
  globalType(name: string): ts.Type | undefined;
  /** What a tag makes. */
  element(tag: string): ts.Type | undefined;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
  skipLibCheck: true,
  esModuleInterop: true,
};

/** A folder with `node_modules`. What was read there is kept for the next package. */
export interface DeclarationFolder {
  /** Absolute path. */
  readonly directory: string;
  readonly project: Project;
}

export function openFolder(directory: string): DeclarationFolder {
  const types = existsSync(join(directory, 'node_modules/@types/node')) ? ['node'] : [];
  const compilerOptions = { ...OPTIONS, types };
  return { directory, project: new Project({ compilerOptions, skipFileDependencyResolution: true }) };
}

export interface Wanted {
  /** Names to import; none for what is there without an import. */
  readonly specifiers: readonly string[];
  /** Names that are values without an import. */
  readonly globals: readonly string[];
  /** Packages to import besides, since some add members to the types of others. */
  readonly additions: readonly string[];
}

/**
 * Opens the declarations that a program in the folder sees. Costs a second and more: the compiler reads them all. They
 * are good until the next call for the same folder.
 */
export function openDeclarations(
  { directory, project }: DeclarationFolder,
  { specifiers, globals, additions }: Wanted,
): Declarations {
  const imports = specifiers.flatMap((specifier, index) => [
    `import * as all${index} from ${JSON.stringify(specifier)};`,
    `import default${index} from ${JSON.stringify(specifier)};`,
  ]);
  const text = [...imports, ...additions.map((addition) => `import ${JSON.stringify(addition)};`)].join('\n');
  const file = project.createSourceFile(join(directory, 'troth-models.ts'), text, { overwrite: true });
  const checker = project.getTypeChecker().compilerObject;
  const source = file.compilerNode;
  return {
    walk: new TypeWalk(checker),
    modules: specifiers.flatMap((specifier) => readModule(checker, source, specifier)),
    globals,
    global: (name) =>
      globals.includes(name) || specifiers.length === 0 ? globalValue(checker, source, name) : undefined,
    globalType: (name) => globalType(checker, source, name),
    element: (tag) => elementType(checker, source, tag),
  };
}

/** What an installed package says of itself, or null when it is not there or not readable. */
export function installedManifest(directory: string, packageName: string): Readonly<Record<string, unknown>> | null {
  if (!PACKAGE_NAME.test(packageName)) return null;
  const path = join(directory, 'node_modules', packageName, 'package.json');
  if (!existsSync(path) || statSync(path).size > LARGEST_MANIFEST) return null;
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? (manifest as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The version of an installed package, or null. */
export function installedVersion(directory: string, packageName: string): string | null {
  const version = installedManifest(directory, packageName)?.['version'];
  return typeof version === 'string' ? version : null;
}

/** Names come from a project's manifest, and must not lead out of `node_modules`. */
const PACKAGE_NAME = /^(?:@[\w.-]+\/)?\w[\w.-]*$/;
/** In bytes. */
const LARGEST_MANIFEST = 1_000_000;

function readModule(checker: ts.TypeChecker, source: ts.SourceFile, specifier: string): DeclaredModule[] {
  const declarations = source.statements.filter(
    (statement): statement is ts.ImportDeclaration =>
      ts.isImportDeclaration(statement) &&
      statement.importClause !== undefined &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      statement.moduleSpecifier.text === specifier,
  );
  const [first] = declarations;
  const symbol = first && checker.getSymbolAtLocation(first.moduleSpecifier);
  if (symbol === undefined) return [];
  const values = declarations.flatMap(({ importClause }) => {
    const name = importClause?.name ?? (importClause?.namedBindings as ts.NamespaceImport | undefined)?.name;
    const type = name && checker.getTypeAtLocation(name);
    return type === undefined || isError(type) ? [] : [type];
  });
  return [{ specifier, values, type: (name) => exportedType(checker, symbol, name) }];
}

function exportedType(checker: ts.TypeChecker, module: ts.Symbol, name: string): ts.Type | undefined {
  let scope: ts.Symbol[] = exportsOf(checker, module);
  const parts = name.split('.');
  for (const [index, part] of parts.entries()) {
    const found = scope.find((symbol) => symbol.name === part);
    if (found === undefined) return undefined;
    const symbol = resolved(checker, found);
    if (index === parts.length - 1) return declaredType(checker, symbol);
    scope = exportsOf(checker, symbol);
  }
  return undefined;
}

/** With those of the default export, which may be a namespace or a class with types of its own. */
function exportsOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol[] {
  const exported = checker.getExportsOfModule(symbol);
  const main = exported.find(({ name }) => name === 'default');
  const below = main && resolved(checker, main);
  return below?.exports === undefined ? exported : [...exported, ...checker.getExportsOfModule(below)];
}

function declaredType(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Type | undefined {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  return isError(type) ? undefined : type;
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function globalValue(checker: ts.TypeChecker, source: ts.SourceFile, name: string): ts.Type | undefined {
  const symbol = checker.resolveName(name, source, ts.SymbolFlags.Value, false);
  return symbol && checker.getTypeOfSymbol(symbol);
}

function globalType(checker: ts.TypeChecker, source: ts.SourceFile, name: string): ts.Type | undefined {
  const symbol = checker.resolveName(name, source, ts.SymbolFlags.Type, false);
  return symbol && declaredType(checker, symbol);
}

function elementType(checker: ts.TypeChecker, source: ts.SourceFile, tag: string): ts.Type | undefined {
  const property = globalType(checker, source, 'HTMLElementTagNameMap')?.getProperty(tag);
  return property && checker.getTypeOfSymbol(property);
}

/** The checker's error type is an `any` of its own. */
function isError(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Any) !== 0 && 'intrinsicName' in type && type.intrinsicName === 'error';
}
