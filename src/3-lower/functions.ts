import { ts } from '#compiler';
import type { FunctionIndex, Register } from '../core/facts.ts';
import type { Span } from '../core/location.ts';
import type { Coroutine } from './coroutine.ts';
import { expression } from './expressions.ts';
import { FunctionBody } from './function-body.ts';
import { declareNames, hoistVars } from './hoist.ts';
import { lowerDefaultExport, noteExported } from './modules.ts';
import { bindPattern } from './patterns.ts';
import type { Variable } from './scope.ts';
import { directivesOf, lowerReturned, lowerStatements } from './statements.ts';
import { declaredType, propertyName } from './types.ts';

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

const PROPERTY_MODIFIERS = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.PublicKeyword,
  ts.SyntaxKind.PrivateKeyword,
  ts.SyntaxKind.ProtectedKeyword,
  ts.SyntaxKind.ReadonlyKeyword,
]);

export function* lowerFunctionDeclaration(node: ts.FunctionDeclaration, body: FunctionBody): Coroutine<void> {
  if (!node.body) {
    body.overload = node;
    return;
  }
  const value: Register = yield lowerFunctionExpression(node, body);
  if (node.name) body.assign(body.scope.declare(node.name.text), value);
  else lowerDefaultExport(value, body);
  noteExported(node, body, (add) => add(node.name?.text ?? 'default'));
}

/** A function becomes a value where it is written; its body becomes facts of its own. */
export function* lowerFunctionExpression(node: FunctionNode, body: FunctionBody): Coroutine<Register> {
  const index: FunctionIndex = yield lowerFunction(node, body, undefined);
  const into = body.register();
  body.emit({ kind: 'function', into, function: index, span: body.file.span(node) });
  return into;
}

/** The last overload before an implementation: `function current(): User; function current() { … }`. */
function overloadOf(node: FunctionNode, { overload }: FunctionBody): ts.FunctionDeclaration | null {
  return ts.isFunctionDeclaration(node) && overload?.name?.text === node.name?.text ? overload : null;
}

/** Lowers a function's parameters and body; `class` is the index of the class it is a member of. */
export function* lowerFunction(
  node: FunctionNode,
  outer: FunctionBody,
  owner: { readonly class: number; readonly name: string } | undefined,
): Coroutine<FunctionIndex> {
  const { file } = outer;
  const body = new FunctionBody(file, file.openFunction(), outer.scope);
  body.class = owner?.class;
  if (!ts.isArrowFunction(node)) declareReceiver(body);
  if (ts.isFunctionExpression(node) && node.name) declareItself(node.name, body);
  yield lowerParameters(node.parameters, body);
  if (node.body && ts.isBlock(node.body)) {
    body.directives.push(...directivesOf(node.body.statements));
    hoistVars(node.body, body);
    yield lowerStatements(node.body.statements, body);
  } else if (node.body) {
    yield lowerReturned(node.body, file.span(node.body), body);
    body.dead = true;
  }
  const { type } = declaredType(node.type ?? overloadOf(node, outer)?.type, file);
  file.functions[body.index] = body.finish(functionName(node, owner) || file.givenName(node), file.span(node), type);
  return body.index;
}

export function declareReceiver(body: FunctionBody): void {
  body.receiver = body.register();
  const receiver = body.scope.declare('this');
  body.assign(receiver, body.receiver);
  noteInput(-1, body.receiver, body, receiver);
}

/** A named function expression can call itself by its name. */
function declareItself(name: ts.Identifier, body: FunctionBody): void {
  const into = body.register();
  body.emit({ kind: 'function', into, function: body.index, span: body.file.span(name) });
  body.assign(body.scope.declare(name.text), into);
}

/** Keeps an input in sight even if the code reassigns its name: writes to the object are visible to the caller. */
function noteInput(argument: number, register: Register, body: FunctionBody, receiver?: Variable): void {
  const variable = body.scope.declare(`#${argument}`);
  body.assign(variable, register);
  body.inputs.push({ argument, variable, register, ...(receiver && { receiver }) });
}

function* lowerParameters(nodes: readonly ts.ParameterDeclaration[], body: FunctionBody): Coroutine<void> {
  const declared: { node: ts.ParameterDeclaration; register: Register }[] = [];
  for (const node of nodes) {
    if (ts.isIdentifier(node.name) && node.name.text === 'this') continue;
    const register = body.register();
    body.parameters.push({
      name: ts.isIdentifier(node.name) ? node.name.text : '',
      register,
      ...declaredType(node.type, body.file),
      rest: node.dotDotDotToken !== undefined,
      span: body.file.span(node.name),
    });
    noteInput(body.parameters.length - 1, register, body);
    declareNames(node.name, body);
    declared.push({ node, register });
  }
  declareArguments(
    declared.map(({ register }) => register),
    body,
  );
  for (const { node, register } of declared) {
    let value = register;
    if (node.initializer) {
      const fallback: Register = yield expression(node.initializer, body);
      value = body.orElse(register, fallback);
    }
    yield bindPattern(node.name, value, body);
    assignParameterProperty(node, value, body);
  }
}

/** `constructor(private users: Users)` is also `this.users = users`. */
function assignParameterProperty(node: ts.ParameterDeclaration, from: Register, body: FunctionBody): void {
  const modified = node.modifiers?.some(({ kind }) => PROPERTY_MODIFIERS.has(kind));
  const self = body.scope.own('this');
  if (!modified || !self || !ts.isIdentifier(node.name)) return;
  const span = body.file.span(node.name);
  const base = body.read(self, span);
  const into = body.register();
  body.emit({ kind: 'set', into, base, key: node.name.text, from, guard: body.guard, span });
  body.replace(base, into, span);
}

/** `arguments` is an array of the parameters; only files that use the word pay for it. */
function declareArguments(registers: readonly Register[], body: FunctionBody): void {
  if (body.receiver === undefined || !body.file.mentionsArguments) return;
  const into = body.register();
  const elements = registers.map((value) => ({ value, spread: false }));
  body.emit({ kind: 'array', into, elements, span: [0, 0] as Span });
  body.assign(body.scope.declare('arguments'), into);
}

function functionName(node: FunctionNode, owner: { readonly name: string } | undefined): string {
  const name = node.name && (ts.isIdentifier(node.name) ? node.name.text : propertyName(node.name));
  if (ts.isConstructorDeclaration(node)) return `${owner?.name ?? ''}.constructor`;
  if (owner) return `${owner.name}.${name ?? ''}`;
  return name ?? '';
}
