import { ts } from '#compiler';
import type { Key, ObjectEntry, Register, TypeFacts } from '../core/facts.ts';
import type { Span } from '../core/location.ts';
import type { Coroutine } from './coroutine.ts';
import { assignTo, elementKey, expression, get, unwrap } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';
import { propertyName } from './types.ts';

/** Names a declared variable's value, unless the value speaks for itself (functions, classes, literals). */
export function declaredValue(
  declaration: ts.VariableDeclaration,
  value: Register,
  type: TypeFacts | undefined,
  body: FunctionBody,
): Register {
  const initializer = declaration.initializer && unwrap(declaration.initializer);
  if (!type && initializer && (ts.isFunctionLike(initializer) || ts.isLiteralExpression(initializer))) return value;
  const name = ts.isIdentifier(declaration.name) ? declaration.name.text : '';
  if (!name && !type) return value;
  return bind(value, name, type, declaration.name, body);
}

function bind(from: Register, name: string, type: TypeFacts | undefined, node: ts.Node, body: FunctionBody): Register {
  const into = body.register();
  body.emit({ kind: 'bind', into, from, name, ...(type ? { type } : {}), span: body.file.span(node) });
  // `const allowed = a && b` says as much of a and b as the condition itself.
  const parts = body.logical.get(from);
  if (parts) body.logical.set(into, parts);
  return into;
}

/** Spreads a value over the names of a binding pattern: `const { email, ...rest } = user`. */
export function* bindPattern(name: ts.BindingName, value: Register, body: FunctionBody): Coroutine<void> {
  if (ts.isIdentifier(name)) {
    const variable = body.scope.resolve(name.text) ?? body.scope.declare(name.text);
    body.assign(variable, value);
    return;
  }
  if (ts.isObjectBindingPattern(name)) {
    const taken: string[] = [];
    for (const element of name.elements) yield bindProperty(element, value, taken, body);
    return;
  }
  for (const [index, element] of name.elements.entries()) {
    if (ts.isOmittedExpression(element)) continue;
    const span = body.file.span(element);
    const part = element.dotDotDotToken ? restOfArray(value, span, body) : get(value, String(index), span, body);
    yield bindElement(element, part, body);
  }
}

function* bindProperty(
  element: ts.BindingElement,
  from: Register,
  taken: string[],
  body: FunctionBody,
): Coroutine<void> {
  const span = body.file.span(element);
  if (element.dotDotDotToken) {
    yield bindElement(element, rest(from, taken, element, body), body);
    return;
  }
  let key: Key | undefined;
  if (!element.propertyName) key = ts.isIdentifier(element.name) ? element.name.text : undefined;
  else if (ts.isComputedPropertyName(element.propertyName))
    key = yield elementKey(element.propertyName.expression, body);
  else key = propertyName(element.propertyName);
  if (key === undefined) return;
  if (typeof key === 'string') taken.push(key);
  yield bindElement(element, get(from, key, span, body), body);
}

function* bindElement(element: ts.BindingElement, value: Register, body: FunctionBody): Coroutine<void> {
  let part = value;
  if (element.initializer) {
    const fallback: Register = yield expression(element.initializer, body);
    part = body.orElse(value, fallback);
  }
  // `{ email: to }`: the local name is one more hint at what the value is.
  if (element.propertyName && ts.isIdentifier(element.name))
    part = bind(part, element.name.text, undefined, element, body);
  yield bindPattern(element.name, part, body);
}

function rest(from: Register, taken: readonly string[], node: ts.Node, body: FunctionBody): Register {
  const into = body.register();
  const entries: ObjectEntry[] = [{ spread: from, omit: [...taken] }];
  body.emit({ kind: 'object', into, entries, span: body.file.span(node) });
  return into;
}

/** What `...rest` takes of an array: any of its elements, at places of its own. */
function restOfArray(from: Register, span: Span, body: FunctionBody): Register {
  const into = body.register();
  body.emit({ kind: 'array', into, elements: [{ value: from, spread: true }], span });
  return into;
}

/** `({ a, b: c.d } = value)` and `[a, b] = value`: patterns made of expressions. */
export function* assignPattern(left: ts.Expression, value: Register, body: FunctionBody): Coroutine<void> {
  if (ts.isObjectLiteralExpression(left)) {
    const taken: string[] = [];
    for (const property of left.properties) yield assignProperty(property, value, taken, body);
  } else if (ts.isArrayLiteralExpression(left)) {
    for (const [index, element] of left.elements.entries()) {
      if (ts.isOmittedExpression(element)) continue;
      const span = body.file.span(element);
      if (ts.isSpreadElement(element)) yield assignTo(element.expression, restOfArray(value, span, body), body);
      else yield assignWithDefault(element, get(value, String(index), span, body), body);
    }
  } else if (ts.isBinaryExpression(left)) {
    yield assignWithDefault(left, value, body);
  }
}

function* assignProperty(
  property: ts.ObjectLiteralElementLike,
  from: Register,
  taken: string[],
  body: FunctionBody,
): Coroutine<void> {
  const span = body.file.span(property);
  if (ts.isSpreadAssignment(property)) {
    yield assignTo(property.expression, rest(from, taken, property, body), body);
  } else if (ts.isShorthandPropertyAssignment(property)) {
    taken.push(property.name.text);
    yield assignTo(property.name, get(from, property.name.text, span, body), body);
  } else if (ts.isPropertyAssignment(property)) {
    const key = propertyName(property.name);
    if (key === undefined) return;
    taken.push(key);
    yield assignWithDefault(property.initializer, get(from, key, span, body), body);
  }
}

function* assignWithDefault(target: ts.Expression, value: Register, body: FunctionBody): Coroutine<void> {
  const left = unwrap(target);
  if (ts.isBinaryExpression(left) && left.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const fallback: Register = yield expression(left.right, body);
    yield assignTo(left.left, body.orElse(value, fallback), body);
  } else {
    yield assignTo(left, value, body);
  }
}
