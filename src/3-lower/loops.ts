import { ts } from '#compiler';
import type { PhiOperation, Register } from '../core/facts.ts';
import type { Coroutine } from './coroutine.ts';
import { assignTo, expression } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';
import { declareBlockNames } from './hoist.ts';
import { closeBreakable, openBreakable } from './jumps.ts';
import { bindPattern } from './patterns.ts';
import { Scope, type Variable } from './scope.ts';
import { lowerDeclarations, statement } from './statements.ts';

interface Loop {
  /** What the body sees of each variable: its value before the loop or after an earlier turn. */
  readonly phis: Map<Variable, { phi: Register; from: Register[] }>;
}

/**
 * The shared shape of all loops. Every variable held at the head gets a phi (variables that hold the same object share
 * one, so that a write through either is seen through both); `turn` lowers one pass and leaves the head's guard alone.
 */
function* lowerLoop(
  body: FunctionBody,
  turn: () => Coroutine<{ test: Register | undefined }>,
  runsAtLeastOnce: boolean,
): Coroutine<void> {
  const { guard } = body;
  const label = body.file.pendingLabel;
  body.file.pendingLabel = undefined;
  const loop = openLoop(body);
  const target = openBreakable(body, label, true);
  const { test } = yield turn();
  const turned = body.rollback(target.mark);
  const around = body.dead ? [...target.continues] : [turned, ...target.continues];
  body.dead = false;
  for (const changes of around) {
    for (const [variable, { phi, from }] of loop.phis) {
      const next = changes.get(variable);
      if (next !== undefined && next !== phi && !from.includes(next)) from.push(next);
    }
  }
  body.guard = guard;
  const exits = runsAtLeastOnce ? around : [new Map(), ...around];
  target.breaks.push(...exits);
  body.dead = target.breaks.length === 0;
  const broke = target.breaks.length > exits.length;
  closeBreakable(body, target);
  for (const [variable, { phi, from }] of loop.phis) {
    if (from.length === 1) body.leaveLoop(variable, phi, from[0] as Register);
  }
  if (test !== undefined && !broke) body.assume(test, false);
}

function openLoop(body: FunctionBody): Loop {
  const phis: Loop['phis'] = new Map();
  const byRegister = new Map<Register, { phi: Register; from: Register[] }>();
  for (const [variable, register] of body.heldVariables()) {
    let shared = byRegister.get(register);
    if (!shared) {
      const from = [register];
      const operation: PhiOperation = { kind: 'phi', into: body.register(), from };
      body.emit(operation);
      shared = { phi: operation.into, from };
      byRegister.set(register, shared);
    }
    phis.set(variable, shared);
  }
  for (const [variable, { phi }] of phis) body.enterLoop(variable, phi);
  return { phis };
}

export function* lowerWhile(node: ts.WhileStatement, body: FunctionBody): Coroutine<void> {
  yield lowerLoop(
    body,
    function* () {
      const test: Register = yield expression(node.expression, body);
      body.assume(test, true);
      yield statement(node.statement, body);
      return { test };
    },
    false,
  );
}

export function* lowerDo(node: ts.DoStatement, body: FunctionBody): Coroutine<void> {
  yield lowerLoop(
    body,
    function* () {
      yield statement(node.statement, body);
      body.dead = false;
      const test: Register = yield expression(node.expression, body);
      return { test };
    },
    true,
  );
}

export function* lowerFor(node: ts.ForStatement, body: FunctionBody): Coroutine<void> {
  const { scope } = body;
  body.scope = new Scope(body, scope);
  if (node.initializer && ts.isVariableDeclarationList(node.initializer)) {
    declareBlockNames(node.initializer, body);
    yield lowerDeclarations(node.initializer, body);
  } else if (node.initializer) {
    yield expression(node.initializer, body);
  }
  yield lowerLoop(
    body,
    function* () {
      const test: Register | undefined = node.condition ? yield expression(node.condition, body) : undefined;
      if (test !== undefined) body.assume(test, true);
      yield statement(node.statement, body);
      const { dead } = body;
      if (node.incrementor) yield expression(node.incrementor, body);
      body.dead = dead;
      return { test };
    },
    false,
  );
  body.scope = scope;
}

export function* lowerForOf(node: ts.ForOfStatement, body: FunctionBody): Coroutine<void> {
  yield lowerIteration(node, 'values', body);
}

export function* lowerForIn(node: ts.ForInStatement, body: FunctionBody): Coroutine<void> {
  yield lowerIteration(node, 'keys', body);
}

function* lowerIteration(
  node: ts.ForOfStatement | ts.ForInStatement,
  what: 'values' | 'keys',
  body: FunctionBody,
): Coroutine<void> {
  const { scope } = body;
  const from: Register = yield expression(node.expression, body);
  body.scope = new Scope(body, scope);
  function* turn(): Coroutine<{ test: undefined }> {
    const into = body.register();
    body.emit({ kind: 'iterate', into, from, what, span: body.file.span(node.initializer) });
    if (ts.isVariableDeclarationList(node.initializer)) {
      const [declaration] = node.initializer.declarations;
      declareBlockNames(node.initializer, body);
      if (declaration) yield bindPattern(declaration.name, into, body);
    } else {
      yield assignTo(node.initializer, into, body);
    }
    yield statement(node.statement, body);
    return { test: undefined };
  }
  if (deletesByKey(node.statement)) yield turn();
  else yield lowerLoop(body, turn, false);
  body.scope = scope;
}

/**
 * `for (const key of SECRETS) delete copy[key];`: where the keys are known, all of them are gone afterwards, and where
 * they are not, nothing is. So it is no loop whose end may come before its first turn.
 */
function deletesByKey(node: ts.Statement): boolean {
  if (ts.isBlock(node)) return node.statements.length > 0 && node.statements.every(deletesByKey);
  if (!ts.isExpressionStatement(node) || !ts.isDeleteExpression(node.expression)) return false;
  const { expression: target } = node.expression;
  return ts.isElementAccessExpression(target) && ts.isIdentifier(target.argumentExpression);
}
