import { ts } from '#compiler';
import type { Key, ObjectEntry, Register } from '../core/facts.ts';
import type { Coroutine } from './coroutine.ts';
import { elementKey, expression, unwrap } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';
import { lowerFunctionExpression } from './functions.ts';
import { propertyName } from './types.ts';

export function* lowerObjectLiteral(node: ts.ObjectLiteralExpression, body: FunctionBody): Coroutine<Register> {
  const entries: ObjectEntry[] = [];
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      entries.push({ spread: yield expression(property.expression, body) });
      continue;
    }
    const span = body.file.span(property);
    const key: Key | undefined = ts.isComputedPropertyName(property.name)
      ? yield elementKey(property.name.expression, body)
      : propertyName(property.name);
    const value: Register = yield propertyValue(property, body);
    if (key !== undefined) entries.push({ key, value, span });
  }
  const into = body.register();
  body.emit({ kind: 'object', into, entries, span: body.file.span(node) });
  return into;
}

function* propertyValue(
  property: Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment>,
  body: FunctionBody,
): Coroutine<Register> {
  if (ts.isPropertyAssignment(property)) {
    body.file.nameFunction(unwrap(property.initializer), propertyName(property.name) ?? '');
    return (yield expression(property.initializer, body)) as Register;
  }
  if (ts.isShorthandPropertyAssignment(property)) return (yield expression(property.name, body)) as Register;
  const value: Register = yield lowerFunctionExpression(property, body);
  if (!ts.isGetAccessorDeclaration(property)) return value;
  // A getter's value is what it returns.
  const into = body.register();
  const span = body.file.span(property);
  body.emit({ kind: 'call', into, callee: value, arguments: [], new: false, name: '', guard: body.guard, span });
  return into;
}

export function* lowerArrayLiteral(node: ts.ArrayLiteralExpression, body: FunctionBody): Coroutine<Register> {
  const elements: { value: Register; spread: boolean }[] = [];
  for (const element of node.elements) {
    elements.push({ value: yield expression(element, body), spread: ts.isSpreadElement(element) });
  }
  const into = body.register();
  body.emit({ kind: 'array', into, elements, span: body.file.span(node) });
  return into;
}
