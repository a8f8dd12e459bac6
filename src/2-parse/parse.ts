import { ts } from 'ts-morph';

/** A file's syntax tree and where the parser had to recover. Parent links and JSDoc are left out: they cost a third more. */
export interface ParsedFile {
  readonly file: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  /** Offsets of syntax errors. */
  readonly syntaxErrors: readonly number[];
}

/** Parses a file by its extension; JavaScript is parsed with JSX, as it is often used without saying so. */
export function parse(file: string, text: string): ParsedFile {
  const options: ts.CreateSourceFileOptions = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  const tree = ts.createSourceFile(file, text, options, false, scriptKind(file));
  return { file, text, tree, syntaxErrors: syntaxErrorsOf(tree) };
}

function scriptKind(file: string): ts.ScriptKind {
  if (/\.[cm]?ts$/.test(file)) return ts.ScriptKind.TS;
  return file.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.JSX;
}

/** The parser keeps its diagnostics on the tree under a name that its types leave out. */
function syntaxErrorsOf(tree: ts.SourceFile): number[] {
  const { parseDiagnostics = [] } = tree as ts.SourceFile & { parseDiagnostics?: readonly { start?: number }[] };
  return parseDiagnostics.map((diagnostic) => diagnostic.start ?? 0);
}
