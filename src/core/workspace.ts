import type { Notification } from './notification.ts';

/** In bytes, unless told: larger files are not analysed, and named. */
export const MAX_FILE_SIZE = 10 * 1024 * 1024;

/** What there is to scan: the result of `1-discover`. All paths but `root` are relative to `root`, with `/` separators. */
export interface Workspace {
  /** Absolute real path of the scanned root. Never printed: it can hold a user's name. */
  readonly root: string;
  /** Every file the walk lists for analysis, sorted by code units. Each ends up analysed or in a notification. */
  readonly files: readonly string[];
  readonly packages: readonly PackageManifest[];
  readonly tsconfigs: readonly PathMapping[];
  /** Schema files that are not TypeScript: `schema.prisma` today. */
  readonly schemas: readonly SchemaFile[];
  /** Files that are not analysed, and may hold comments to troth all the same. */
  readonly others: readonly string[];
  readonly notifications: readonly Notification[];
}

/** The parts of a `package.json` that name resolution and model selection need. */
export interface PackageManifest {
  /** The folder that holds it, `''` for the root. */
  readonly directory: string;
  readonly name?: string;
  readonly main?: string;
  /** `exports`, `imports` and `dependencies` as written; checked for depth and size by the reader. */
  readonly exports?: unknown;
  readonly imports?: unknown;
  /** All dependency kinds merged: name → range. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** True when a workspace (npm, pnpm or yarn) of an enclosing manifest lists this folder. */
  readonly workspaceMember: boolean;
}

/** `compilerOptions.paths` and `baseUrl` of one tsconfig/jsconfig, `extends` already applied where it is relative. */
export interface PathMapping {
  /** The folder of the tsconfig: the mapping holds for the files below it (the nearest one wins). */
  readonly directory: string;
  /** Relative to the root. Absent when the tsconfig has none. */
  readonly baseUrl?: string;
  /** Pattern (at most one `*`) → targets relative to the root. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/** A schema that is not code. Its entities are read in `2-parse`. */
export interface SchemaFile {
  readonly file: string;
  readonly kind: 'prisma';
}
