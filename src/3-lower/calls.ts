import { ts } from '#compiler';
import type { CallOperation, Key, Register, TypeFacts } from '../core/facts.ts';
import type { Coroutine } from './coroutine.ts';
import { constant, elementKey, expression, get, memberKey, remove, unwrap } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';
import { dottedName, lowerType } from './types.ts';

type Arguments = CallOperation['arguments'];

export function* lowerCall(node: ts.CallExpression, body: FunctionBody): Coroutine<Register> {
  const specifier = requiredModule(node, body);
  if (specifier !== undefined) {
    const into = body.register();
    body.emit({ kind: 'require', into, specifier, span: body.file.span(node) });
    return into;
  }
  const { callee, receiver }: Callee = yield lowerCallee(node.expression, body);
  const list: Arguments = yield lowerArguments(node.arguments, body);
  const [from, key] = node.arguments;
  const [base] = list;
  // `Reflect.deleteProperty(user, 'password')`
  if (from && key && base && dottedName(node.expression) === 'Reflect.deleteProperty')
    remove(base.value, yield elementKey(key, body), body.file.span(node), body);
  return call({ node, callee, receiver, list, typeArguments: node.typeArguments, isNew: false }, body);
}

interface Callee {
  readonly callee: Register;
  readonly receiver?: Register;
}

/** `a.b()` keeps `a` as the receiver. */
function* lowerCallee(node: ts.Expression, body: FunctionBody): Coroutine<Callee> {
  const inner = unwrap(node);
  if (ts.isPropertyAccessExpression(inner)) {
    const receiver: Register = yield expression(inner.expression, body);
    return { callee: get(receiver, memberKey(inner), body.file.span(inner), body), receiver };
  }
  if (ts.isElementAccessExpression(inner)) {
    const receiver: Register = yield expression(inner.expression, body);
    const key: Key = yield elementKey(inner.argumentExpression, body);
    return { callee: get(receiver, key, body.file.span(inner), body), receiver };
  }
  const callee: Register = yield expression(inner, body);
  if (inner.kind === ts.SyntaxKind.SuperKeyword)
    return { callee: superConstructor(callee, inner, body), receiver: callee };
  return { callee };
}

/** `super()` runs the base class's constructor on the same object; `super` as a key is what the engine knows it by. */
function superConstructor(receiver: Register, node: ts.Node, body: FunctionBody): Register {
  return get(receiver, 'super', body.file.span(node), body);
}

export function* lowerNew(node: ts.NewExpression, body: FunctionBody): Coroutine<Register> {
  const callee: Register = yield expression(node.expression, body);
  const list: Arguments = yield lowerArguments(node.arguments ?? [], body);
  return call({ node, callee, receiver: undefined, list, typeArguments: node.typeArguments, isNew: true }, body);
}

/** `` tag`a ${b}` `` calls `tag(strings, b)`. */
export function* lowerTaggedTemplate(node: ts.TaggedTemplateExpression, body: FunctionBody): Coroutine<Register> {
  const { callee, receiver }: Callee = yield lowerCallee(node.tag, body);
  const head = ts.isTemplateExpression(node.template) ? node.template.head : node.template;
  const list: { value: Register; spread: boolean }[] = [
    { value: constant(head, 'string', textOf(node.template), body), spread: false },
  ];
  if (ts.isTemplateExpression(node.template)) {
    for (const { expression: inner } of node.template.templateSpans) {
      list.push({ value: yield expression(inner, body), spread: false });
    }
  }
  return call({ node, callee, receiver, list, typeArguments: node.typeArguments, isNew: false }, body);
}

/** The pieces of a template with a mark where values stand, as statements of databases have them. */
function textOf(template: ts.TemplateLiteral): string {
  if (!ts.isTemplateExpression(template)) return template.text;
  return [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)].join('?');
}

function* lowerArguments(nodes: readonly ts.Expression[], body: FunctionBody): Coroutine<Arguments> {
  const list: { value: Register; spread: boolean }[] = [];
  for (const node of nodes) list.push({ value: yield expression(node, body), spread: ts.isSpreadElement(node) });
  return list;
}

interface Call {
  readonly node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;
  readonly callee: Register;
  readonly receiver: Register | undefined;
  readonly list: Arguments;
  readonly typeArguments: readonly ts.TypeNode[] | undefined;
  readonly isNew: boolean;
}

function call({ node, callee, receiver, list, typeArguments, isNew }: Call, body: FunctionBody): Register {
  const into = body.register();
  const span = body.file.span(node);
  const types: TypeFacts[] = (typeArguments ?? []).map((argument) => lowerType(argument, body.file));
  body.emit({
    kind: 'call',
    into,
    callee,
    ...(receiver === undefined ? {} : { receiver }),
    arguments: list,
    new: isNew,
    name: calledName(node),
    ...(types.length > 0 ? { typeArguments: types } : {}),
    guard: body.guard,
    span,
  });
  body.tryBlock?.calls.push(into);
  const [only] = list;
  if (only && isListTest(node)) {
    body.narrowings.note(into, { subject: only.value, as: { is: 'list' }, positive: true });
  } else {
    noteWrites(into, receiver, list, span, body);
  }
  return into;
}

/** `Array.isArray(x)`, which writes to nothing. */
function isListTest(node: Call['node']): boolean {
  return ts.isCallExpression(node) && dottedName(node.expression) === 'Array.isArray';
}

/** The call may have written to its receiver and arguments: whoever reads them later sees them after the call. */
function noteWrites(
  callRegister: Register,
  receiver: Register | undefined,
  list: Arguments,
  span: CallOperation['span'],
  body: FunctionBody,
): void {
  const written: [Register, number][] = list.map(({ value }, index) => [value, index]);
  if (receiver !== undefined) written.unshift([receiver, -1]);
  for (const [from, argument] of written) {
    if (!body.isReachable(from)) continue;
    const into = body.register();
    body.emit({ kind: 'after', into, from, call: callRegister, argument });
    body.replace(from, into, span);
  }
}

function calledName(node: Call['node']): string {
  const inner = unwrap(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression);
  if (ts.isIdentifier(inner)) return inner.text;
  if (ts.isPropertyAccessExpression(inner)) return inner.name.text;
  return '';
}

/** The literal specifier of `require('x')` or `import('x')`. */
function requiredModule(node: ts.CallExpression, body: FunctionBody): string | undefined {
  const [first] = node.arguments;
  if (!first || !ts.isStringLiteralLike(first)) return undefined;
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return first.text;
  const isRequire =
    ts.isIdentifier(node.expression) && node.expression.text === 'require' && !body.scope.resolve('require');
  return isRequire ? first.text : undefined;
}
