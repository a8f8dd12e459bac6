import { ts } from '#compiler';
import type { FunctionIndex, Key, MemberFacts, Register } from '../core/facts.ts';
import type { Coroutine } from './coroutine.ts';
import { elementKey, expression } from './expressions.ts';
import { FunctionBody } from './function-body.ts';
import { declareReceiver, lowerFunction } from './functions.ts';
import { lowerDefaultExport, noteExported } from './modules.ts';
import { Scope } from './scope.ts';
import { lowerStatements } from './statements.ts';
import { declaredType, heritage, lowerType, propertyName } from './types.ts';

export function* lowerClassDeclaration(node: ts.ClassDeclaration, body: FunctionBody): Coroutine<void> {
  const value: Register = yield lowerClass(node, body);
  if (node.name) body.assign(body.scope.declare(node.name.text), value);
  if (!node.name) lowerDefaultExport(value, body);
  noteExported(node, body, (add) => add(node.name?.text ?? 'default'));
}

export function* lowerClassExpression(node: ts.ClassExpression, body: FunctionBody): Coroutine<Register> {
  const value: Register = yield lowerClass(node, body);
  return value;
}

function* lowerClass(node: ts.ClassLikeDeclaration, body: FunctionBody): Coroutine<Register> {
  const { file } = body;
  const index = file.classes.length;
  const name = node.name?.text ?? '';
  const members: MemberFacts[] = [];
  const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const implemented = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
  const facts = {
    name,
    members,
    ...(base ? { extends: heritage(base, file) } : {}),
    implements: (implemented?.types ?? []).map((type) => heritage(type, file)),
    typeParameters: (node.typeParameters ?? []).map((parameter) => parameter.name.text),
    abstract: node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ?? false,
    span: file.span(node),
  };
  file.classes.push(facts);
  const parent: Register | undefined = base ? yield expression(base.expression, body) : undefined;
  const into = body.register();
  body.emit({
    kind: 'class',
    into,
    class: index,
    ...(parent === undefined ? {} : { extends: parent }),
    span: facts.span,
  });
  if (node.name) body.assign(body.scope.declare(node.name.text), into);
  yield lowerDecorators(node, { class: index }, body);
  for (const member of node.members) yield lowerMember(member, { class: index, name }, members, body);
  const initializer: FunctionIndex | undefined = yield lowerInitializers(node, { class: index, name }, body);
  if (initializer !== undefined) file.classes[index] = { ...facts, initializer };
  return yield lowerStatics(node, into, body);
}

interface Owner {
  readonly class: number;
  readonly name: string;
}

function* lowerMember(
  node: ts.ClassElement,
  owner: Owner,
  members: MemberFacts[],
  body: FunctionBody,
): Coroutine<void> {
  const kind = memberKind(node);
  if (!kind) return;
  const name = kind === 'constructor' ? 'constructor' : node.name && propertyName(node.name);
  if (name === undefined) return;
  let index: FunctionIndex | undefined;
  if (!ts.isPropertyDeclaration(node) && (node as ts.MethodDeclaration).body) {
    index = yield lowerFunction(node as ts.MethodDeclaration, body, owner);
  }
  const declared = memberType(node, index !== undefined, body);
  members.push({
    name,
    kind,
    static: isStatic(node),
    ...(index === undefined ? {} : { function: index }),
    ...declared,
    optional: (node as ts.PropertyDeclaration).questionToken !== undefined,
    span: body.file.span(node),
  });
  yield lowerDecorators(node, { class: owner.class, member: name }, body);
  if (ts.isConstructorDeclaration(node)) addParameterProperties(node, members, body);
  yield lowerParameterDecorators(node, owner.class, name, body);
}

/** Of a field or getter its type; of a method that has no body here, what it returns. */
function memberType(node: ts.ClassElement, hasBody: boolean, body: FunctionBody): Pick<MemberFacts, 'type'> {
  if (ts.isPropertyDeclaration(node) || ts.isGetAccessorDeclaration(node)) return declaredType(node.type, body.file);
  if (!ts.isMethodDeclaration(node) || hasBody || !node.type) return {};
  return { type: { kind: 'function', returns: lowerType(node.type, body.file) } };
}

function memberKind(node: ts.ClassElement): MemberFacts['kind'] | undefined {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isMethodDeclaration(node)) return 'method';
  if (ts.isGetAccessorDeclaration(node)) return 'getter';
  if (ts.isSetAccessorDeclaration(node)) return 'setter';
  return ts.isPropertyDeclaration(node) ? 'field' : undefined;
}

/** `constructor(private users: Users)` declares a field too. */
function addParameterProperties(node: ts.ConstructorDeclaration, members: MemberFacts[], body: FunctionBody): void {
  for (const parameter of node.parameters) {
    if (!ts.isParameterPropertyDeclaration(parameter, node) || !ts.isIdentifier(parameter.name)) continue;
    members.push({
      name: parameter.name.text,
      kind: 'field',
      static: false,
      ...declaredType(parameter.type, body.file),
      optional: parameter.questionToken !== undefined,
      span: body.file.span(parameter),
    });
  }
}

function* lowerDecorators(
  node: ts.Node,
  target: { readonly class: number; readonly member?: string; readonly parameter?: number },
  body: FunctionBody,
): Coroutine<void> {
  if (!ts.canHaveDecorators(node)) return;
  for (const decorator of ts.getDecorators(node) ?? []) {
    const register: Register = yield expression(decorator.expression, body);
    body.emit({ kind: 'decorate', ...target, decorator: register, span: body.file.span(decorator) });
  }
}

function* lowerParameterDecorators(
  node: ts.ClassElement,
  owner: number,
  member: string,
  body: FunctionBody,
): Coroutine<void> {
  if (!ts.isMethodDeclaration(node) && !ts.isConstructorDeclaration(node)) return;
  for (const [index, parameter] of node.parameters.entries()) {
    yield lowerDecorators(parameter, { class: owner, member, parameter: index }, body);
  }
}

/** Instance fields with a value run in a function of their own, on `this`. */
function* lowerInitializers(
  node: ts.ClassLikeDeclaration,
  owner: Owner,
  outer: FunctionBody,
): Coroutine<FunctionIndex | undefined> {
  const fields = node.members.filter(
    (member): member is ts.PropertyDeclaration =>
      ts.isPropertyDeclaration(member) && member.initializer !== undefined && !isStatic(member),
  );
  if (fields.length === 0) return undefined;
  const { file } = outer;
  const body = new FunctionBody(file, file.openFunction(), outer.scope);
  body.class = owner.class;
  declareReceiver(body);
  for (const field of fields) yield lowerField(field, body);
  file.functions[body.index] = body.finish(`${owner.name}.constructor`, file.span(node), undefined);
  return body.index;
}

function* lowerField(field: ts.PropertyDeclaration, body: FunctionBody): Coroutine<void> {
  const from: Register = yield expression(field.initializer as ts.Expression, body);
  const key: Key | undefined = ts.isComputedPropertyName(field.name)
    ? yield elementKey(field.name.expression, body)
    : propertyName(field.name);
  if (key === undefined) return;
  const span = body.file.span(field);
  const self = body.scope.resolve('this');
  const base = self ? body.read(self, span) : body.nothing(span);
  const into = body.register();
  body.emit({ kind: 'set', into, base, key, from, guard: body.guard, span });
  body.replace(base, into, span);
}

/** Static fields and blocks run once, on the class itself. */
function* lowerStatics(node: ts.ClassLikeDeclaration, self: Register, body: FunctionBody): Coroutine<Register> {
  const { scope } = body;
  let value = self;
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member) && member.initializer && isStatic(member)) {
      const from: Register = yield expression(member.initializer, body);
      const key = propertyName(member.name);
      if (key === undefined) continue;
      const into = body.register();
      const span = body.file.span(member);
      body.emit({ kind: 'set', into, base: value, key, from, guard: body.guard, span });
      body.replace(value, into, span);
      value = into;
    } else if (ts.isClassStaticBlockDeclaration(member)) {
      body.scope = new Scope(body, scope);
      const receiver = body.scope.declare('this');
      body.assign(receiver, value);
      yield lowerStatements(member.body.statements, body);
      value = body.current(receiver) ?? value;
      body.scope = scope;
    }
  }
  return value;
}

function isStatic(node: ts.ClassElement): boolean {
  return (
    ts.canHaveModifiers(node) && (node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false)
  );
}
