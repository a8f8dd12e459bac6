import { ts } from '#compiler';
import type { FunctionBody } from './function-body.ts';

/** Declares the `var`s of a function up front, since closures may read them from above. Most files have none. */
export function hoistVars(root: ts.Node, body: FunctionBody): void {
  if (!body.file.mentionsVar) return;
  const pending: ts.Node[] = [];
  const push = (node: ts.Node): void => {
    if (!isNestedFunction(node)) pending.push(node);
  };
  ts.forEachChild(root, push);
  while (pending.length > 0) {
    const node = pending.pop() as ts.Node;
    if (ts.isVariableDeclarationList(node) && isVar(node)) {
      for (const declaration of node.declarations) declareNames(declaration.name, body);
    }
    ts.forEachChild(node, push);
  }
}

/** Declares the names of `let`, `const` and `using` in the current block; those of `var` are the whole function's. */
export function declareBlockNames(list: ts.VariableDeclarationList, body: FunctionBody): void {
  if (isVar(list)) return;
  for (const declaration of list.declarations) declareNames(declaration.name, body);
}

function isVar(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) === 0;
}

/** Declares every name of a binding pattern in the body's current scope. */
export function declareNames(name: ts.BindingName, body: FunctionBody): void {
  eachName(name, (text) => body.scope.declare(text));
}

/** Every name a binding pattern binds: `a` and `c` of `{ a, b: [c] }`. */
export function eachName(name: ts.BindingName, visit: (text: string) => void): void {
  const pending: ts.BindingName[] = [name];
  while (pending.length > 0) {
    const at = pending.pop() as ts.BindingName;
    if (ts.isIdentifier(at)) visit(at.text);
    else for (const element of at.elements) if (!ts.isOmittedExpression(element)) pending.push(element.name);
  }
}

function isNestedFunction(node: ts.Node): boolean {
  return ts.isFunctionLike(node) || ts.isClassLike(node);
}
