import { ts } from '#compiler';
import type { ImportFacts, Register } from '../core/facts.ts';
import type { Coroutine } from './coroutine.ts';
import { expression, unwrap } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';
import { dottedName } from './types.ts';

/** `import a, { b as c }, * as d from 'x'`. Runs first in its module, so that every later line knows the names. */
export function lowerImport(node: ts.ImportDeclaration, body: FunctionBody): void {
  if (!ts.isStringLiteral(node.moduleSpecifier) || !node.importClause) return;
  const specifier = node.moduleSpecifier.text;
  const clause = node.importClause;
  const typeOnly = clause.isTypeOnly;
  if (clause.name)
    declareImport({ specifier, local: clause.name.text, imported: 'default', typeOnly }, clause.name, body);
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) {
    declareImport({ specifier, local: bindings.name.text, imported: '*', typeOnly }, bindings.name, body);
  }
  if (!bindings || !ts.isNamedImports(bindings)) return;
  for (const element of bindings.elements) {
    const imported = (element.propertyName ?? element.name).text;
    const local = element.name.text;
    declareImport({ specifier, local, imported, typeOnly: typeOnly || element.isTypeOnly }, element, body);
  }
}

function declareImport(facts: Omit<ImportFacts, 'span'>, node: ts.Node, body: FunctionBody): void {
  if (body.scope.own(facts.local)) return;
  body.scope.declare(facts.local, body.file.imports.length);
  body.file.imports.push({ ...facts, span: body.file.span(node) });
}

/** `import a = require('x')` and `import B = A.B`. */
export function lowerImportEquals(node: ts.ImportEqualsDeclaration, body: FunctionBody): void {
  const { moduleReference } = node;
  if (!ts.isExternalModuleReference(moduleReference) || !ts.isStringLiteral(moduleReference.expression)) return;
  const specifier = moduleReference.expression.text;
  declareImport({ specifier, local: node.name.text, imported: '*', typeOnly: node.isTypeOnly }, node, body);
}

export function lowerExportDeclaration(node: ts.ExportDeclaration, body: FunctionBody): void {
  const { exports, exportedNames } = body.file;
  const specifier =
    node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  const clause = node.exportClause;
  if (!clause) {
    if (specifier !== undefined) exports.push({ exported: '*', from: { specifier, imported: '*' } });
  } else if (ts.isNamespaceExport(clause)) {
    if (specifier !== undefined) exports.push({ exported: clause.name.text, from: { specifier, imported: '*' } });
  } else {
    for (const element of clause.elements) {
      const exported = element.name.text;
      const local = (element.propertyName ?? element.name).text;
      if (specifier === undefined) exportedNames.push({ exported, local });
      else exports.push({ exported, from: { specifier, imported: local } });
    }
  }
}

/** `export default value` and `export = value`. */
export function* lowerExportAssignment(node: ts.ExportAssignment, body: FunctionBody): Coroutine<void> {
  const from: Register = yield expression(node.expression, body);
  if (node.isExportEquals) body.emit({ kind: 'export', name: '*', from });
  else lowerDefaultExport(from, body);
  // A default-exported name is a type too: `export default User` for a class or an interface.
  const name = unwrap(node.expression);
  if (ts.isIdentifier(name) && !node.isExportEquals) body.file.defaultExport = name.text;
}

export function lowerDefaultExport(from: Register, body: FunctionBody): void {
  body.emit({ kind: 'export', name: 'default', from });
}

/** Notes the names a declaration with `export` makes visible. */
export function noteExported(node: ts.Node, body: FunctionBody, each: (add: (local: string) => void) => void): void {
  if (!ts.canHaveModifiers(node)) return;
  const kinds = (node.modifiers ?? []).map(({ kind }) => kind);
  if (!kinds.includes(ts.SyntaxKind.ExportKeyword)) return;
  const isDefault = kinds.includes(ts.SyntaxKind.DefaultKeyword);
  each((local) => {
    if (local === 'default') return;
    body.file.exportedNames.push({ exported: isDefault ? 'default' : local, local });
  });
}

/** `module.exports`, `module.exports.name`, `exports.name`, unless the names are declared here. */
export function isModuleExports(node: ts.Expression, body: FunctionBody): node is ts.PropertyAccessExpression {
  if (!ts.isPropertyAccessExpression(node)) return false;
  const path = dottedName(node);
  if (path === undefined || !/^(module\.exports(\.[^.]+)?|exports\.[^.]+)$/.test(path)) return false;
  return body.scope.resolve(path.startsWith('module') ? 'module' : 'exports') === undefined;
}

export function lowerModuleExport(node: ts.PropertyAccessExpression, from: Register, body: FunctionBody): void {
  const path = dottedName(node) ?? '';
  body.emit({ kind: 'export', name: path === 'module.exports' ? '*' : node.name.text, from });
}
