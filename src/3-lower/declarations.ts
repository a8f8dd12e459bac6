/** Enums, namespaces, interfaces and type aliases. */
import { ts } from '#compiler';
import type { Register } from '../core/facts.ts';
import type { Coroutine } from './coroutine.ts';
import { expression } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';
import { noteExported } from './modules.ts';
import { Scope } from './scope.ts';
import { lowerStatements } from './statements.ts';
import { heritage, lowerType, propertiesOf, propertyName } from './types.ts';

export function* lowerEnum(node: ts.EnumDeclaration, body: FunctionBody): Coroutine<void> {
  const span = body.file.span(node);
  const entries = [];
  for (const member of node.members) {
    const key = propertyName(member.name);
    if (key === undefined) continue;
    const value: Register = member.initializer ? yield expression(member.initializer, body) : body.nothing(span);
    entries.push({ key, value, span: body.file.span(member) });
  }
  const into = body.register();
  body.emit({ kind: 'object', into, entries, span });
  body.assign(body.scope.declare(node.name.text), into);
  noteExported(node, body, (add) => add(node.name.text));
}

/** `namespace A { export const b = 1 }` is an object with the exported names. */
export function* lowerNamespace(node: ts.ModuleDeclaration, body: FunctionBody): Coroutine<void> {
  if (!node.body || !ts.isModuleBlock(node.body) || !ts.isIdentifier(node.name)) return;
  const { scope } = body;
  const inner = new Scope(body, scope);
  body.scope = inner;
  const outerExports = body.file.exportedNames.splice(0);
  yield lowerStatements(node.body.statements, body);
  const members = body.file.exportedNames.splice(0);
  body.file.exportedNames.push(...outerExports);
  body.scope = scope;
  const span = body.file.span(node);
  const entries = members.flatMap(({ exported, local }) => {
    const variable = inner.own(local);
    return variable ? [{ key: exported, value: body.read(variable, span), span }] : [];
  });
  const into = body.register();
  body.emit({ kind: 'object', into, entries, span });
  body.assign(body.scope.declare(node.name.text), into);
  noteExported(node, body, (add) => add((node.name as ts.Identifier).text));
}

export function lowerInterface(node: ts.InterfaceDeclaration, body: FunctionBody): void {
  const { file } = body;
  file.types.push({
    name: node.name.text,
    kind: 'interface',
    typeParameters: (node.typeParameters ?? []).map((parameter) => parameter.name.text),
    extends: (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => heritage(type, file))),
    type: { kind: 'object', properties: propertiesOf(node.members, file) },
    span: file.span(node),
  });
  noteExported(node, body, (add) => add(node.name.text));
}

export function lowerTypeAlias(node: ts.TypeAliasDeclaration, body: FunctionBody): void {
  const { file } = body;
  file.types.push({
    name: node.name.text,
    kind: 'alias',
    typeParameters: (node.typeParameters ?? []).map((parameter) => parameter.name.text),
    extends: [],
    type: lowerType(node.type, file),
    span: file.span(node),
  });
  noteExported(node, body, (add) => add(node.name.text));
}
