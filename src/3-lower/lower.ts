/**
 * AST → facts.
 *
 * Purpose: turn each function into straight operations on registers, and declarations into plain data.
 * Input: one parsed file, with or without recovered syntax errors.
 * Output: {@link FileFacts}; serialisable; every operation that matters to a reader has a span.
 * Gives up: types nested deeper than 12, `with`, label tricks beyond break and continue.
 * Example: `log(user.email)` → `1 = load log, 2 = get user .email, 3 = call 1 (2)`.
 */
import type { ts } from '#compiler';
import type { ExportFacts, FileFacts } from '../core/facts.ts';
import { type ComponentSource, lineStartsOf } from '../core/location.ts';
import { annotationsOf, marksOf } from './annotations.ts';
import { commentsOf } from './comments.ts';
import { run } from './coroutine.ts';
import { FileLowering } from './file-lowering.ts';
import { FunctionBody } from './function-body.ts';
import { hoistVars } from './hoist.ts';
import { directivesOf, lowerStatements } from './statements.ts';

/** Lowers one file. `text` is what `tree` was parsed from; of a component, that was made of the file's. */
export function lower(
  path: string,
  text: string,
  tree: ts.SourceFile,
  syntaxErrors: readonly number[],
  component?: ComponentSource,
): FileFacts {
  const file = new FileLowering(tree, text, component?.placeOf);
  const source = component?.source ?? text;
  const body = new FunctionBody(file, file.openFunction(), undefined);
  hoistVars(tree, body);
  run(lowerStatements(tree.statements, body));
  const exports = [...file.exports, ...exportedVariables(file, body)];
  file.functions[0] = body.finish('', [0, source.length], undefined);
  for (const settle of file.unsettled) settle();
  const marks = marksOf(text);
  return {
    file: path,
    lineStarts: lineStartsOf(source),
    functions: file.functions,
    classes: file.classes,
    types: file.types,
    cells: file.cells(),
    imports: file.imports,
    exports,
    annotations: annotationsOf(text),
    comments: commentsOf(path, source, tree, text),
    ...(marks.length > 0 && { marks }),
    directives: directivesOf(tree.statements),
    syntaxErrors,
  };
}

/** `export` of names: values get a cell, re-exported imports name their origin, types only a name. */
function exportedVariables(file: FileLowering, body: FunctionBody): ExportFacts[] {
  const names = [...file.exportedNames];
  if (file.defaultExport !== undefined) names.push({ exported: 'default', local: file.defaultExport });
  return names.map(({ exported, local }): ExportFacts => {
    const variable = body.scope.own(local);
    if (variable?.import !== undefined) {
      const { specifier, imported } = file.imports[variable.import] as (typeof file.imports)[number];
      return { exported, from: { specifier, imported } };
    }
    return variable ? { exported, local, cell: file.cellOf(variable) } : { exported, local };
  });
}
