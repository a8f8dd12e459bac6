import { ts } from '#compiler';
import type { Register } from '../core/facts.ts';
import type { Span } from '../core/location.ts';
import { lowerClassDeclaration } from './classes.ts';
import type { Coroutine } from './coroutine.ts';
import { lowerEnum, lowerInterface, lowerNamespace, lowerTypeAlias } from './declarations.ts';
import { expression, unwrap } from './expressions.ts';
import type { Changes, FunctionBody } from './function-body.ts';
import { lowerFunctionDeclaration } from './functions.ts';
import { declareBlockNames, declareNames, eachName } from './hoist.ts';
import { lowerJump, lowerLabeled } from './jumps.ts';
import { lowerDo, lowerFor, lowerForIn, lowerForOf, lowerWhile } from './loops.ts';
import {
  lowerExportAssignment,
  lowerExportDeclaration,
  lowerImport,
  lowerImportEquals,
  noteExported,
} from './modules.ts';
import { bindPattern, declaredValue } from './patterns.ts';
import { Scope } from './scope.ts';
import { lowerSwitch } from './switches.ts';
import { declaredType } from './types.ts';

type StatementLowering = (node: never, body: FunctionBody) => Coroutine<void> | void;

const STATEMENTS: Partial<Record<ts.SyntaxKind, StatementLowering>> = {
  [ts.SyntaxKind.VariableStatement]: lowerVariableStatement,
  [ts.SyntaxKind.ExpressionStatement]: lowerExpressionStatement,
  [ts.SyntaxKind.IfStatement]: lowerIf,
  [ts.SyntaxKind.Block]: lowerBlock,
  [ts.SyntaxKind.ReturnStatement]: lowerReturn,
  [ts.SyntaxKind.ThrowStatement]: lowerThrow,
  [ts.SyntaxKind.TryStatement]: lowerTry,
  [ts.SyntaxKind.SwitchStatement]: lowerSwitch,
  [ts.SyntaxKind.ForStatement]: lowerFor,
  [ts.SyntaxKind.ForOfStatement]: lowerForOf,
  [ts.SyntaxKind.ForInStatement]: lowerForIn,
  [ts.SyntaxKind.WhileStatement]: lowerWhile,
  [ts.SyntaxKind.DoStatement]: lowerDo,
  [ts.SyntaxKind.LabeledStatement]: lowerLabeled,
  [ts.SyntaxKind.WithStatement]: lowerWith,
  [ts.SyntaxKind.BreakStatement]: lowerJump,
  [ts.SyntaxKind.ContinueStatement]: lowerJump,
  [ts.SyntaxKind.ClassDeclaration]: lowerClassDeclaration,
  [ts.SyntaxKind.EnumDeclaration]: lowerEnum,
  [ts.SyntaxKind.ModuleDeclaration]: lowerNamespace,
  [ts.SyntaxKind.InterfaceDeclaration]: lowerInterface,
  [ts.SyntaxKind.TypeAliasDeclaration]: lowerTypeAlias,
  [ts.SyntaxKind.ImportDeclaration]: lowerImport,
  [ts.SyntaxKind.ImportEqualsDeclaration]: lowerImportEquals,
  [ts.SyntaxKind.ExportDeclaration]: lowerExportDeclaration,
  [ts.SyntaxKind.ExportAssignment]: lowerExportAssignment,
};

/** Lowers one statement; kinds without an entry (empty, `debugger`) do nothing. */
export function statement(node: ts.Statement, body: FunctionBody): Coroutine<void> | void {
  const lowering = STATEMENTS[node.kind] as ((node: ts.Node, body: FunctionBody) => Coroutine<void> | void) | undefined;
  return lowering?.(node, body);
}

/** A list of statements in the body's current scope: names first, then functions (hoisted), then the rest in order. */
export function* lowerStatements(statements: readonly ts.Statement[], body: FunctionBody): Coroutine<void> {
  for (const node of statements) declareStatement(node, body);
  for (const node of statements) {
    if (ts.isFunctionDeclaration(node)) yield lowerFunctionDeclaration(node, body);
  }
  for (const node of statements) {
    if (body.dead) return;
    if (!ts.isFunctionDeclaration(node)) yield statement(node, body);
  }
}

export function declareStatement(node: ts.Statement, body: FunctionBody): void {
  // `declare const gtag` names a global.
  if (ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) return;
  if (ts.isVariableStatement(node)) {
    declareBlockNames(node.declarationList, body);
  } else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) {
    if (node.name) body.scope.declare(node.name.text);
  } else if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name)) {
    body.scope.declare(node.name.text);
  } else if (ts.isImportDeclaration(node)) {
    lowerImport(node, body);
  }
}

/** `'use server'` and the like at the top of a file or function. */
export function directivesOf(statements: readonly ts.Statement[]): string[] {
  const directives: string[] = [];
  for (const node of statements) {
    if (!ts.isExpressionStatement(node) || !ts.isStringLiteral(node.expression)) break;
    directives.push(node.expression.text);
  }
  return directives;
}

function* lowerVariableStatement(node: ts.VariableStatement, body: FunctionBody): Coroutine<void> {
  yield lowerDeclarations(node.declarationList, body);
  noteExported(node, body, (add) => {
    for (const declaration of node.declarationList.declarations) eachName(declaration.name, add);
  });
}

/** `const a = 1, { b } = c;` */
export function* lowerDeclarations(list: ts.VariableDeclarationList, body: FunctionBody): Coroutine<void> {
  for (const declaration of list.declarations) {
    const { type } = declaredType(declaration.type, body.file);
    if (type && ts.isIdentifier(declaration.name)) {
      const variable = body.scope.resolve(declaration.name.text);
      if (variable) variable.type = type;
    }
    if (!declaration.initializer) continue;
    if (ts.isIdentifier(declaration.name))
      body.file.nameFunction(unwrap(declaration.initializer), declaration.name.text);
    const value: Register = yield expression(declaration.initializer, body);
    yield bindPattern(declaration.name, declaredValue(declaration, value, type, body), body);
  }
}

function* lowerExpressionStatement(node: ts.ExpressionStatement, body: FunctionBody): Coroutine<void> {
  yield expression(node.expression, body);
}

function* lowerIf(node: ts.IfStatement, body: FunctionBody): Coroutine<void> {
  const guard = body.guard;
  const ends: { node: ts.Statement | undefined; holds: boolean }[] = [];
  const test: Register = yield expression(node.expression, body);
  ends.push({ node: node.thenStatement, holds: true }, { node: node.elseStatement, holds: false });
  const paths: Changes[] = [];
  const dead = new Set<boolean>();
  for (const { node: branch, holds } of ends) {
    const mark = body.mark();
    body.guard = guard;
    body.assume(test, holds);
    if (branch) yield statement(branch, body);
    const known = body.refinedSince(mark);
    const changes = body.rollback(mark);
    if (body.dead) dead.add(holds);
    else paths.push(withKnown(changes, known, paths));
    body.dead = false;
  }
  body.guard = guard;
  body.dead = paths.length === 0;
  body.merge(paths);
  if (dead.size === 1 && !body.dead) body.assume(test, !dead.has(true));
}

/** What a way changed, and what it knows better of variables that the ways before it changed. */
function withKnown(changes: Changes, known: Changes, before: readonly Changes[]): Changes {
  for (const [variable, register] of known) {
    if (before.some((other) => other.has(variable))) changes.set(variable, register);
  }
  return changes;
}

/** A block: its own names, and guards that end with it. */
function* lowerBlock(node: ts.Block | ts.ModuleBlock, body: FunctionBody): Coroutine<void> {
  const { scope, guard } = body;
  body.scope = new Scope(body, scope);
  yield lowerStatements(node.statements, body);
  body.scope = scope;
  body.guard = guard;
}

function* lowerReturn(node: ts.ReturnStatement, body: FunctionBody): Coroutine<void> {
  const span = body.file.span(node);
  if (node.expression) yield lowerReturned(node.expression, span, body);
  else emitReturn(body.nothing(span), span, body);
  body.dead = true;
}

/** `return c ? a : b` returns either, where its test says so. */
export function* lowerReturned(node: ts.Expression, span: Span, body: FunctionBody): Coroutine<void> {
  const inner = unwrap(node);
  if (!ts.isConditionalExpression(inner)) {
    emitReturn(yield expression(inner, body), span, body);
    return;
  }
  const { guard } = body;
  const test: Register = yield expression(inner.condition, body);
  for (const [arm, holds] of [
    [inner.whenTrue, true],
    [inner.whenFalse, false],
  ] as const) {
    const mark = body.mark();
    body.assume(test, holds);
    yield lowerReturned(arm, span, body);
    body.rollback(mark);
    body.guard = guard;
  }
}

function emitReturn(from: Register, span: Span, body: FunctionBody): void {
  body.emit({ kind: 'return', from, element: false, guard: body.guard, effects: body.effects(span), span });
}

function* lowerThrow(node: ts.ThrowStatement, body: FunctionBody): Coroutine<void> {
  const from: Register = yield expression(node.expression, body);
  if (body.tryBlock) body.tryBlock.thrown.push(from);
  else body.emit({ kind: 'throw', from, guard: body.guard, span: body.file.span(node) });
  body.dead = true;
}

function* lowerTry(node: ts.TryStatement, body: FunctionBody): Coroutine<void> {
  const { tryBlock: outer, guard } = body;
  const tryBlock = { calls: [] as Register[], thrown: [] as Register[] };
  const mark = body.mark();
  if (node.catchClause) body.tryBlock = tryBlock;
  yield lowerBlock(node.tryBlock, body);
  body.tryBlock = outer;
  const versions = body.versionsSince(mark);
  const tried = body.rollback(mark);
  const paths = body.dead ? [] : [tried];
  body.dead = false;
  if (node.catchClause) {
    body.meet(versions);
    yield lowerCatch(node.catchClause, tryBlock, body);
    const caught = body.rollback(mark);
    if (!body.dead) paths.push(caught);
    body.dead = false;
  }
  body.guard = guard;
  body.merge(paths.length > 0 ? paths : [tried]);
  if (node.finallyBlock) yield lowerBlock(node.finallyBlock, body);
  body.dead ||= paths.length === 0;
  // What a call may throw concerns the enclosing `try` too, when nothing here catches it.
  if (!node.catchClause) outer?.calls.push(...tryBlock.calls);
}

function* lowerCatch(
  node: ts.CatchClause,
  thrown: { calls: Register[]; thrown: Register[] },
  body: FunctionBody,
): Coroutine<void> {
  const { scope } = body;
  body.scope = new Scope(body, scope);
  const into = body.register();
  const span = body.file.span(node.variableDeclaration ?? node);
  body.emit({ kind: 'catch', into, thrown: thrown.thrown, calls: thrown.calls, span });
  if (node.variableDeclaration) {
    declareNames(node.variableDeclaration.name, body);
    yield bindPattern(node.variableDeclaration.name, into, body);
  }
  yield lowerBlock(node.block, body);
  body.scope = scope;
}

function* lowerWith(node: ts.WithStatement, body: FunctionBody): Coroutine<void> {
  yield expression(node.expression, body);
  yield statement(node.statement, body);
}
