import type { ts } from '#compiler';
import type { ComponentSource } from '../core/location.ts';

/** A file's syntax tree and where the parser had to recover. Parent links and JSDoc are left out: they cost a third more. */
export interface ParsedFile {
  readonly file: string;
  /** What the tree was parsed from. */
  readonly text: string;
  readonly tree: ts.SourceFile;
  /** Offsets of syntax errors. */
  readonly syntaxErrors: readonly number[];
  /** Of a single-file component, whose text here is not the file's: what is, and where each offset stands in it. */
  readonly component?: ComponentSource;
}

/** The parser keeps its diagnostics on the tree under a name that its types leave out. */
export function syntaxErrorsOf(tree: ts.SourceFile): number[] {
  const { parseDiagnostics = [] } = tree as ts.SourceFile & { parseDiagnostics?: readonly { start?: number }[] };
  return parseDiagnostics.map((diagnostic) => diagnostic.start ?? 0);
}
