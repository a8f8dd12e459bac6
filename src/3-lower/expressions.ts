import { ts } from '#compiler';
import type { Key, Register } from '../core/facts.ts';
import type { Span } from '../core/location.ts';
import { derive, lowerBinary } from './binary.ts';
import { lowerCall, lowerNew, lowerTaggedTemplate } from './calls.ts';
import { lowerClassExpression } from './classes.ts';
import type { Coroutine, Lowered } from './coroutine.ts';
import type { FunctionBody } from './function-body.ts';
import { lowerFunctionExpression } from './functions.ts';
import { lowerElement, lowerFragment, lowerSelfClosingElement } from './jsx.ts';
import { lowerArrayLiteral, lowerObjectLiteral } from './literals.ts';
import { isModuleExports, lowerModuleExport } from './modules.ts';
import { assignPattern } from './patterns.ts';
import { declaredType } from './types.ts';

type ExpressionLowering = (node: never, body: FunctionBody) => Lowered<Register>;

const EXPRESSIONS: Partial<Record<ts.SyntaxKind, ExpressionLowering>> = {
  [ts.SyntaxKind.Identifier]: lowerIdentifier,
  [ts.SyntaxKind.ThisKeyword]: lowerThis,
  [ts.SyntaxKind.SuperKeyword]: lowerThis,
  [ts.SyntaxKind.StringLiteral]: lowerText,
  [ts.SyntaxKind.NoSubstitutionTemplateLiteral]: lowerText,
  [ts.SyntaxKind.NumericLiteral]: (node: ts.NumericLiteral, body) => constant(node, 'number', node.text, body),
  [ts.SyntaxKind.TrueKeyword]: (node: ts.Node, body) => constant(node, 'boolean', 'true', body),
  [ts.SyntaxKind.FalseKeyword]: (node: ts.Node, body) => constant(node, 'boolean', 'false', body),
  [ts.SyntaxKind.RegularExpressionLiteral]: (node: ts.Node, body) => constant(node, 'regexp', undefined, body),
  [ts.SyntaxKind.PropertyAccessExpression]: lowerPropertyAccess,
  [ts.SyntaxKind.ElementAccessExpression]: lowerElementAccess,
  [ts.SyntaxKind.CallExpression]: lowerCall,
  [ts.SyntaxKind.NewExpression]: lowerNew,
  [ts.SyntaxKind.TaggedTemplateExpression]: lowerTaggedTemplate,
  [ts.SyntaxKind.BinaryExpression]: lowerBinary,
  [ts.SyntaxKind.ConditionalExpression]: lowerConditional,
  [ts.SyntaxKind.PrefixUnaryExpression]: lowerUnary,
  [ts.SyntaxKind.PostfixUnaryExpression]: lowerUnary,
  [ts.SyntaxKind.TypeOfExpression]: lowerOperandOnly,
  [ts.SyntaxKind.VoidExpression]: lowerOperandOnly,
  [ts.SyntaxKind.DeleteExpression]: lowerDelete,
  [ts.SyntaxKind.TemplateExpression]: lowerTemplate,
  [ts.SyntaxKind.ObjectLiteralExpression]: lowerObjectLiteral,
  [ts.SyntaxKind.ArrayLiteralExpression]: lowerArrayLiteral,
  [ts.SyntaxKind.ArrowFunction]: lowerFunctionExpression,
  [ts.SyntaxKind.FunctionExpression]: lowerFunctionExpression,
  [ts.SyntaxKind.ClassExpression]: lowerClassExpression,
  [ts.SyntaxKind.AwaitExpression]: (node: ts.AwaitExpression, body) => expression(node.expression, body),
  [ts.SyntaxKind.YieldExpression]: lowerYield,
  [ts.SyntaxKind.SpreadElement]: (node: ts.SpreadElement, body) => expression(node.expression, body),
  [ts.SyntaxKind.AsExpression]: lowerAssertion,
  [ts.SyntaxKind.TypeAssertionExpression]: lowerAssertion,
  [ts.SyntaxKind.SatisfiesExpression]: lowerAssertion,
  [ts.SyntaxKind.MetaProperty]: lowerMetaProperty,
  [ts.SyntaxKind.JsxElement]: lowerElement,
  [ts.SyntaxKind.JsxSelfClosingElement]: lowerSelfClosingElement,
  [ts.SyntaxKind.JsxFragment]: lowerFragment,
  [ts.SyntaxKind.JsxExpression]: (node: ts.JsxExpression, body) =>
    node.expression ? expression(node.expression, body) : body.nothing(body.file.span(node)),
};

/** Lowers an expression to the register of its value. Kinds without an entry (`null`) hold no data. */
export function expression(node: ts.Expression, body: FunctionBody): Lowered<Register> {
  const inner = unwrap(node);
  const lowering = EXPRESSIONS[inner.kind] as ((node: ts.Node, body: FunctionBody) => Lowered<Register>) | undefined;
  return lowering ? lowering(inner, body) : body.nothing(body.file.span(inner));
}

/** `import.meta`: the property of something global. */
function lowerMetaProperty(node: ts.MetaProperty, body: FunctionBody): Register {
  const span = body.file.span(node);
  if (node.keywordToken !== ts.SyntaxKind.ImportKeyword) return body.nothing(span);
  const from = body.register();
  body.emit({ kind: 'global', into: from, name: 'import', span });
  const into = body.register();
  body.emit({ kind: 'get', into, from, key: node.name.text, span });
  return into;
}

/** `(x)`, `x!`: the same value. */
export function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
  return at;
}

export function constant(
  node: ts.Node,
  type: 'string' | 'number' | 'boolean' | 'regexp',
  text: string | undefined,
  body: FunctionBody,
): Register {
  const into = body.register();
  const span = body.file.span(node);
  body.emit({ kind: 'constant', into, type, ...(text === undefined ? {} : { text }), span });
  return into;
}

function lowerText(node: ts.StringLiteralLike, body: FunctionBody): Register {
  return constant(node, 'string', node.text, body);
}

function lowerIdentifier(node: ts.Identifier, body: FunctionBody): Register {
  const span = body.file.span(node);
  if (node.text === 'undefined') return body.nothing(span);
  const variable = body.scope.resolve(node.text);
  if (variable) return body.read(variable, span);
  const into = body.register();
  body.emit({ kind: 'global', into, name: node.text, span });
  return into;
}

function lowerThis(node: ts.Node, body: FunctionBody): Register {
  const span = body.file.span(node);
  const variable = body.scope.resolve('this');
  return variable ? body.read(variable, span) : body.nothing(span);
}

/** `a.b.c`, from the innermost out; the chain is walked here so that its length costs no stack. */
function* lowerPropertyAccess(node: ts.PropertyAccessExpression, body: FunctionBody): Coroutine<Register> {
  const from: Register = yield expression(node.expression, body);
  return get(from, memberKey(node), body.file.span(node), body);
}

/** The name of a property; `super.line` is the base class's, whatever the object's own class says. */
export function memberKey({ expression: object, name }: ts.PropertyAccessExpression): string {
  return object.kind === ts.SyntaxKind.SuperKeyword ? `super.${name.text}` : name.text;
}

function* lowerElementAccess(node: ts.ElementAccessExpression, body: FunctionBody): Coroutine<Register> {
  const from: Register = yield expression(node.expression, body);
  const key: Key = yield elementKey(node.argumentExpression, body);
  return get(from, key, body.file.span(node), body);
}

/** Reads a property. */
export function get(from: Register, key: Key, span: Span, body: FunctionBody): Register {
  const into = body.register();
  body.emit({ kind: 'get', into, from, key, span });
  return into;
}

/** The key of `a[key]`: a literal's text, or the register of its value. */
export function elementKey(node: ts.Expression, body: FunctionBody): Lowered<Key> {
  const inner = unwrap(node);
  if (ts.isStringLiteralLike(inner) || ts.isNumericLiteral(inner)) return inner.text;
  return (function* () {
    const computed: Register = yield expression(inner, body);
    return { computed };
  })();
}

function* lowerConditional(node: ts.ConditionalExpression, body: FunctionBody): Coroutine<Register> {
  const { guard } = body;
  const test: Register = yield expression(node.condition, body);
  const mark = body.mark();
  body.assume(test, true);
  const guards = [body.guard];
  const whenTrue: Register = yield expression(node.whenTrue, body);
  const trueChanges = body.rollback(mark);
  body.guard = guard;
  body.assume(test, false);
  guards.push(body.guard);
  const whenFalse: Register = yield expression(node.whenFalse, body);
  const falseChanges = body.rollback(mark);
  body.guard = guard;
  body.merge([trueChanges, falseChanges]);
  return body.phi([whenTrue, whenFalse], guards);
}

function* lowerUnary(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  body: FunctionBody,
): Coroutine<Register> {
  const operand: Register = yield expression(node.operand, body);
  const span = body.file.span(node);
  if (node.operator === ts.SyntaxKind.ExclamationToken) {
    const into = body.register();
    body.emit({ kind: 'test', into, operator: '!', operands: [operand], span });
    body.logical.set(into, { operator: '!', operands: [operand] });
    return into;
  }
  if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken) {
    yield assignTo(node.operand, operand, body);
    return operand;
  }
  return derive([operand], 'arithmetic', span, body);
}

function* lowerOperandOnly(node: ts.TypeOfExpression | ts.VoidExpression, body: FunctionBody): Coroutine<Register> {
  const operand: Register = yield expression(node.expression, body);
  const into = body.register();
  body.emit({ kind: 'test', into, operator: 'typeof', operands: [operand], span: body.file.span(node) });
  if (ts.isTypeOfExpression(node)) body.narrowings.noteTypeof(into, operand);
  return into;
}

function* lowerDelete(node: ts.DeleteExpression, body: FunctionBody): Coroutine<Register> {
  const target = unwrap(node.expression);
  const span = body.file.span(node);
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    const base: Register = yield expression(target.expression, body);
    const key: Key = ts.isPropertyAccessExpression(target)
      ? target.name.text
      : yield elementKey(target.argumentExpression, body);
    remove(base, key, span, body);
  }
  return body.nothing(span);
}

/** `delete base[key]`. */
export function remove(base: Register, key: Key, span: Span, body: FunctionBody): void {
  const into = body.register();
  body.emit({ kind: 'delete', into, base, key });
  body.replace(base, into, span);
}

function* lowerTemplate(node: ts.TemplateExpression, body: FunctionBody): Coroutine<Register> {
  const from: Register[] = [constant(node.head, 'string', node.head.text, body)];
  for (const { expression: inner, literal } of node.templateSpans) {
    from.push(yield expression(inner, body));
    if (literal.text) from.push(constant(literal, 'string', literal.text, body));
  }
  return derive(from, 'template', body.file.span(node), body);
}

function* lowerYield(node: ts.YieldExpression, body: FunctionBody): Coroutine<Register> {
  const span = body.file.span(node);
  if (node.expression) {
    const from: Register = yield expression(node.expression, body);
    const element = node.asteriskToken === undefined;
    body.emit({ kind: 'return', from, element, guard: body.guard, effects: [], span });
  }
  return body.nothing(span);
}

function* lowerAssertion(
  node: ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression,
  body: FunctionBody,
): Coroutine<Register> {
  const from: Register = yield expression(node.expression, body);
  const { type } = declaredType(node.type, body.file);
  if (!type || type.kind === 'primitive') return from;
  const into = body.register();
  body.emit({ kind: 'bind', into, from, name: '', type, span: body.file.span(node) });
  return into;
}

/** Assigns to anything that can stand left of `=`. */
export function* assignTo(target: ts.Expression, value: Register, body: FunctionBody): Coroutine<void> {
  const left = unwrap(target);
  const span = body.file.span(left);
  if (ts.isIdentifier(left)) {
    const variable = body.scope.resolve(left.text);
    if (variable) body.assign(variable, value);
    else assignGlobal(left, value, body);
    return;
  }
  if (isModuleExports(left, body)) {
    lowerModuleExport(left, value, body);
    return;
  }
  if (ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left)) {
    const base: Register = yield expression(left.expression, body);
    const key: Key = ts.isPropertyAccessExpression(left)
      ? left.name.text
      : yield elementKey(left.argumentExpression, body);
    const into = body.register();
    body.emit({ kind: 'set', into, base, key, from: value, guard: body.guard, span });
    body.replace(base, into, span);
    return;
  }
  yield assignPattern(left, value, body);
}

/** `location = url` without `window.`: a property of the global object. */
function assignGlobal(left: ts.Identifier, value: Register, body: FunctionBody): void {
  const span = body.file.span(left);
  const base = body.register();
  body.emit({ kind: 'global', into: base, name: 'globalThis', span });
  body.emit({ kind: 'set', into: body.register(), base, key: left.text, from: value, guard: body.guard, span });
}
