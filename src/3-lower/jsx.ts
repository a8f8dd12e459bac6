import { ts } from '#compiler';
import type { ObjectEntry, Register } from '../core/facts.ts';
import type { Coroutine } from './coroutine.ts';
import { constant, expression } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';

export function* lowerElement(node: ts.JsxElement, body: FunctionBody): Coroutine<Register> {
  return (yield lowerTag(node, node.openingElement, node.children, body)) as Register;
}

export function* lowerSelfClosingElement(node: ts.JsxSelfClosingElement, body: FunctionBody): Coroutine<Register> {
  return (yield lowerTag(node, node, [], body)) as Register;
}

/** `<>…</>` is its children. */
export function* lowerFragment(node: ts.JsxFragment, body: FunctionBody): Coroutine<Register> {
  const children: Register[] = yield lowerChildren(node.children, body);
  const into = body.register();
  const elements = children.map((value) => ({ value, spread: false }));
  body.emit({ kind: 'array', into, elements, span: body.file.span(node) });
  return into;
}

function* lowerTag(
  node: ts.Node,
  opening: ts.JsxOpeningElement | ts.JsxSelfClosingElement,
  childNodes: readonly ts.JsxChild[],
  body: FunctionBody,
): Coroutine<Register> {
  const tag = intrinsicName(opening.tagName);
  const component: Register | undefined =
    tag === undefined ? yield expression(opening.tagName as ts.Expression, body) : undefined;
  const attributes: ObjectEntry[] = [];
  for (const attribute of opening.attributes.properties) attributes.push(yield lowerAttribute(attribute, body));
  const children: Register[] = yield lowerChildren(childNodes, body);
  const into = body.register();
  body.emit({
    kind: 'element',
    into,
    ...(tag === undefined ? {} : { tag }),
    ...(component === undefined ? {} : { component }),
    attributes,
    children,
    guard: body.guard,
    span: body.file.span(node),
  });
  return into;
}

/** `input` for `<input>`; undefined for components, which start with a capital or have a dot. */
function intrinsicName(name: ts.JsxTagNameExpression): string | undefined {
  if (ts.isIdentifier(name)) return /^[a-z]/.test(name.text) ? name.text : undefined;
  return ts.isJsxNamespacedName(name) ? name.name.text : undefined;
}

function* lowerAttribute(node: ts.JsxAttributeLike, body: FunctionBody): Coroutine<ObjectEntry> {
  if (ts.isJsxSpreadAttribute(node)) return { spread: yield expression(node.expression, body) };
  const span = body.file.span(node);
  const key = ts.isIdentifier(node.name) ? node.name.text : node.name.name.text;
  if (!node.initializer) return { key, value: constant(node, 'boolean', 'true', body), span };
  return { key, value: yield expression(node.initializer as ts.Expression, body), span };
}

function* lowerChildren(nodes: readonly ts.JsxChild[], body: FunctionBody): Coroutine<Register[]> {
  const children: Register[] = [];
  for (const child of nodes) {
    if (ts.isJsxText(child)) continue;
    if (ts.isJsxExpression(child) && !child.expression) continue;
    children.push(yield expression(child as ts.Expression, body));
  }
  return children;
}
