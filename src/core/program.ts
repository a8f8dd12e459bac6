/** All files as one program: what `4-link` makes of their facts. Names are resolved; nothing is evaluated yet. */
import type {
  ClassFacts,
  FileFacts,
  FunctionFacts,
  MemberFacts,
  SchemaEntity,
  TypeDeclaration,
  TypeFacts,
} from './facts.ts';

/** Index into {@link Program.functions}: a function of any file. */
export type FunctionId = number;
/** Index over the classes of all files. */
export type ClassId = number;
/** Index over the cells of all files. */
export type CellId = number;
/** Index into {@link Program.files}. */
export type FileIndex = number;

export interface Program {
  readonly files: readonly FileFacts[];
  readonly functions: readonly LinkedFunction[];
  readonly classes: readonly LinkedClass[];
  readonly cells: readonly LinkedCell[];
  readonly entities: readonly SchemaEntity[];
  /** npm names of packages that any file imports. */
  readonly packages: ReadonlySet<string>;
  /** Names in any `package.json`'s dependencies. */
  readonly declared: ReadonlySet<string>;
  /** What the project calls itself: the name of its root package, the scopes of its packages. Lower case, letters and digits. */
  readonly ownNames: ReadonlySet<string>;
  /** First function, class and cell of each file: add a file's own index to get an id. */
  readonly bases: readonly { readonly functions: number; readonly classes: number; readonly cells: number }[];
  /** What an import specifier in a file means. */
  module(file: FileIndex, specifier: string): ModuleReference;
  /** What a name exported by a file is; undefined when no declaration exports it (CommonJS may still assign it). */
  exported(file: FileIndex, name: string): Binding | undefined;
  /** What a type name used in a file means. */
  typeNamed(file: FileIndex, name: string): TypeTarget | undefined;
  /** The nearest ancestor that is a project class, and the classes directly below, by `extends` or `implements`. */
  parent(id: ClassId): ClassId | undefined;
  children(target: ClassId | DeclarationId): readonly ClassId[];
}

export interface LinkedFunction {
  readonly id: FunctionId;
  readonly file: FileIndex;
  readonly facts: FunctionFacts;
  /** Cells of enclosing functions that this one or one inside it reads or writes; never cells of the module. */
  readonly captures: readonly CellId[];
  readonly class?: ClassId;
}

export interface LinkedClass {
  readonly id: ClassId;
  readonly file: FileIndex;
  readonly facts: ClassFacts;
  /** Its own members by name: a getter and its setter share one, static or not. */
  readonly members: ReadonlyMap<string, readonly MemberFacts[]>;
}

export interface LinkedCell {
  readonly id: CellId;
  readonly file: FileIndex;
  readonly name: string;
  readonly owner: FunctionId;
  /** Declared at module level: one value for the whole program. */
  readonly global: boolean;
  readonly type?: TypeFacts;
}

export type ModuleReference =
  | { readonly kind: 'file'; readonly file: FileIndex }
  /** `subpath` holds the parts after the package name: `lodash/pick` → `['pick']`. */
  | { readonly kind: 'package'; readonly package: string; readonly subpath: readonly string[] }
  /** A file that is not part of the scan: an asset, a generated or missing module. */
  | { readonly kind: 'unknown' };

export type Binding =
  | { readonly kind: 'cell'; readonly cell: CellId }
  | { readonly kind: 'module'; readonly module: ModuleReference }
  /** A name of a package: `import { createLogger } from 'winston'`. */
  | { readonly kind: 'member'; readonly module: ModuleReference; readonly name: string };

/** `<file>#<name>`: an interface, alias or enum. */
export type DeclarationId = string;

export type TypeTarget =
  | { readonly kind: 'class'; readonly class: ClassId }
  | {
      readonly kind: 'declaration';
      readonly id: DeclarationId;
      readonly file: FileIndex;
      readonly declaration: TypeDeclaration;
    }
  /** A type of a package: `Request` of `express`. */
  | { readonly kind: 'library'; readonly package: string; readonly name: string };
