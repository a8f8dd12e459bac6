import { ts } from '#compiler';
import { type Standing, suppressionComments } from '../core/comments.ts';
import type { SuppressionComment } from '../core/suppression.ts';
import { skipTrivia } from './file-lowering.ts';

/**
 * The comments to troth in a script. What a string, a template literal or a regular expression holds is no comment. Of a
 * component, `code` is what `tree` was parsed from: blank where the file is no script.
 */
export function commentsOf(file: string, text: string, tree: ts.SourceFile, code = text): SuppressionComment[] {
  return suppressionComments(file, text, (offset) =>
    code[offset] === text[offset] ? standingAt(tree, code, offset) : 'comment',
  );
}

const LITERALS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
  ts.SyntaxKind.RegularExpressionLiteral,
]);

/** Walks down to the innermost node around the offset: the text of a comment belongs to no token. */
function standingAt(tree: ts.SourceFile, text: string, offset: number): Standing {
  let node: ts.Node = tree;
  for (;;) {
    const inner = ts.forEachChild(node, (child) => (child.pos <= offset && offset < child.end ? child : undefined));
    if (inner === undefined) break;
    node = inner;
  }
  if (node.kind === ts.SyntaxKind.JsxText) return 'text';
  return LITERALS.has(node.kind) && skipTrivia(text, node.pos) <= offset ? 'code' : 'comment';
}
