import { ts } from '#compiler';
import { isComponentFile, parseComponent } from './component/component.ts';
import { type ParsedFile, syntaxErrorsOf } from './parsed-file.ts';

/** Parses a file by its extension; JavaScript is parsed with JSX, as it is often used without saying so. */
export function parse(file: string, text: string): ParsedFile {
  if (isComponentFile(file)) return parseComponent(file, text);
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
