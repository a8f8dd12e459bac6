/** Expressions with two operands: assignments, logical ones, tests, and what is made of both. */
import { ts } from '#compiler';
import type { DeriveOperation, Register } from '../core/facts.ts';
import type { Span } from '../core/location.ts';
import type { Coroutine } from './coroutine.ts';
import { assignTo, expression, unwrap } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';

type BinaryLowering = (node: ts.BinaryExpression, body: FunctionBody) => Coroutine<Register>;

const TESTS = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.InKeyword,
  ts.SyntaxKind.InstanceOfKeyword,
]);

const BINARY: Partial<Record<ts.SyntaxKind, BinaryLowering>> = {
  [ts.SyntaxKind.EqualsToken]: lowerAssignment,
  [ts.SyntaxKind.AmpersandAmpersandToken]: lowerLogical,
  [ts.SyntaxKind.BarBarToken]: lowerLogical,
  [ts.SyntaxKind.QuestionQuestionToken]: lowerLogical,
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken]: lowerLogicalAssignment,
  [ts.SyntaxKind.BarBarEqualsToken]: lowerLogicalAssignment,
  [ts.SyntaxKind.QuestionQuestionEqualsToken]: lowerLogicalAssignment,
  [ts.SyntaxKind.CommaToken]: lowerComma,
};

export function lowerBinary(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  const operator = node.operatorToken.kind;
  const lowering = BINARY[operator];
  if (lowering) return lowering(node, body);
  if (TESTS.has(operator)) return lowerTest(node, body);
  const assigns = operator >= ts.SyntaxKind.FirstCompoundAssignment && operator <= ts.SyntaxKind.LastCompoundAssignment;
  return assigns ? lowerCompoundAssignment(node, body) : lowerDerivation(node, body);
}

function* lowerAssignment(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  const value: Register = yield expression(node.right, body);
  yield assignTo(node.left, value, body);
  return value;
}

function* lowerCompoundAssignment(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  const left: Register = yield expression(node.left, body);
  const right: Register = yield expression(node.right, body);
  const how = node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken ? 'concatenation' : 'arithmetic';
  const value = derive([left, right], how, body.file.span(node), body);
  yield assignTo(node.left, value, body);
  return value;
}

/** `a && b && c`: each operand runs only when those before it let it, so its assignments may not have happened. */
function* lowerLogical(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  const operator = ts.tokenToString(node.operatorToken.kind) ?? '';
  const { guard } = body;
  const [first, ...others] = leftSpine(node);
  const operands: Register[] = [yield expression(first as ts.Expression, body)];
  const start = body.mark();
  for (const other of others) {
    if (operator !== '??') body.assume(operands.at(-1) as Register, operator === '&&');
    const mark = body.mark();
    operands.push(yield expression(other, body));
    const changes = body.rollback(mark);
    if (changes.size > 0) body.merge([changes, new Map()]);
  }
  const last = body.guard;
  body.guard = guard;
  // What the operands before let the later ones know holds no more.
  if (body.mark() > start) body.merge([body.rollback(start)]);
  return joined(operator, operands, body, last);
}

/** The operands of `a + b + c …`: chains of one operator run to thousands in generated code, so no stack is spent. */
function leftSpine(node: ts.BinaryExpression): ts.Expression[] {
  const operands: ts.Expression[] = [];
  let left: ts.Expression = node;
  while (ts.isBinaryExpression(left) && left.operatorToken.kind === node.operatorToken.kind) {
    operands.push(left.right);
    left = unwrap(left.left);
  }
  operands.push(left);
  return operands.reverse();
}

/** A logical result keeps its own register even when it is a phi of one, since guards ask what it was made of. */
function joined(operator: string, operands: readonly Register[], body: FunctionBody, last = body.guard): Register {
  const into = body.register();
  // `a && b` is b, or something falsy of a, which holds no data worth following.
  const logical = { operator, operands };
  if (operator === '&&') body.emit({ kind: 'phi', into, from: operands.slice(-1), guards: [last], logical });
  else body.emit({ kind: 'phi', into, from: operands, logical });
  body.logical.set(into, logical);
  if (operator === '||') body.narrowings.noteEither(into, operands);
  return into;
}

/** One of several tests came out true. */
export function either(tests: readonly Register[], body: FunctionBody): Register {
  return joined('||', tests, body);
}

function* lowerLogicalAssignment(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  const left: Register = yield expression(node.left, body);
  const right: Register = yield expression(node.right, body);
  const value = body.phi([left, right]);
  yield assignTo(node.left, value, body);
  return value;
}

function* lowerComma(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  yield expression(node.left, body);
  const last: Register = yield expression(node.right, body);
  return last;
}

function* lowerTest(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  const left: Register = yield expression(node.left, body);
  const right: Register = yield expression(node.right, body);
  const into = body.register();
  const operator = ts.tokenToString(node.operatorToken.kind) ?? '';
  body.emit({ kind: 'test', into, operator, operands: [left, right], span: body.file.span(node) });
  const compared = { operator, left: unwrap(node.left), right: unwrap(node.right) };
  body.narrowings.noteComparison(into, compared, [left, right], (register) => body.propertyRead(register));
  return into;
}

function* lowerDerivation(node: ts.BinaryExpression, body: FunctionBody): Coroutine<Register> {
  const from: Register[] = [];
  for (const operand of leftSpine(node)) from.push(yield expression(operand, body));
  const how = node.operatorToken.kind === ts.SyntaxKind.PlusToken ? 'concatenation' : 'arithmetic';
  return derive(from, how, body.file.span(node), body);
}

export function derive(
  from: readonly Register[],
  how: DeriveOperation['how'],
  span: Span,
  body: FunctionBody,
): Register {
  const into = body.register();
  body.emit({ kind: 'derive', into, from, how, span });
  return into;
}
