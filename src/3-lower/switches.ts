/** `switch`: its cases are tests, and each may run into the next. */
import { ts } from '#compiler';
import type { Register } from '../core/facts.ts';
import { either } from './binary.ts';
import type { Coroutine } from './coroutine.ts';
import { expression, unwrap } from './expressions.ts';
import type { FunctionBody } from './function-body.ts';
import { lowerFunctionDeclaration } from './functions.ts';
import { closeBreakable, openBreakable } from './jumps.ts';
import { literalText } from './narrowing.ts';
import { Scope } from './scope.ts';
import { declareStatement, statement } from './statements.ts';

export function* lowerSwitch(node: ts.SwitchStatement, body: FunctionBody): Coroutine<void> {
  const { scope, guard } = body;
  const subject: Register = yield expression(node.expression, body);
  const target = openBreakable(body, undefined, false);
  body.scope = new Scope(body, scope);
  for (const clause of node.caseBlock.clauses) for (const inner of clause.statements) declareStatement(inner, body);
  let fallsThrough = false;
  // Whether what runs in a case above may go on here; cases without statements are another name for this one.
  let runsInto = false;
  const cases: Cases = { subject, empty: [], left: [] };
  for (const clause of node.caseBlock.clauses) {
    const before = body.rollback(target.mark);
    if (fallsThrough) body.merge([before, new Map()]);
    body.guard = guard;
    yield lowerCase(clause, cases, !runsInto, body);
    fallsThrough = !body.dead;
    if (clause.statements.length > 0) runsInto = fallsThrough;
    body.dead = false;
  }
  if (fallsThrough) target.breaks.push(body.changesSince(target.mark));
  body.rollback(target.mark);
  if (!node.caseBlock.clauses.some(ts.isDefaultClause)) target.breaks.push(new Map());
  body.dead = target.breaks.length === 0;
  closeBreakable(body, target);
  body.scope = scope;
  body.guard = guard;
}

/** The clauses of a `switch` before the one being lowered. */
interface Cases {
  readonly subject: Register;
  /** Tests of the cases right before that have no statements of their own: `case 'a': case 'b': …`. */
  readonly empty: Register[];
  /** Tests of all cases before. */
  readonly left: Register[];
}

/** `matches`: the statements run only when a case does, since none falls through from above. */
function* lowerCase(
  clause: ts.CaseOrDefaultClause,
  cases: Cases,
  matches: boolean,
  body: FunctionBody,
): Coroutine<void> {
  if (ts.isCaseClause(clause)) {
    const test: Register = yield lowerCaseTest(clause, cases.subject, body);
    cases.left.push(test);
    cases.empty.push(test);
  }
  if (clause.statements.length === 0 && ts.isCaseClause(clause)) return;
  const tests = cases.empty.splice(0);
  if (matches && ts.isCaseClause(clause))
    body.assume(tests.length > 1 ? either(tests, body) : (tests[0] as Register), true);
  // `default` with cases above that fall into it may be any of them.
  else if (matches && tests.length === 0) for (const test of cases.left) body.assume(test, false);
  for (const inner of clause.statements) {
    if (body.dead) return;
    if (ts.isFunctionDeclaration(inner)) yield lowerFunctionDeclaration(inner, body);
    else yield statement(inner, body);
  }
}

function* lowerCaseTest(clause: ts.CaseClause, subject: Register, body: FunctionBody): Coroutine<Register> {
  const value: Register = yield expression(clause.expression, body);
  const into = body.register();
  // `switch (true) { case user.optedIn: … }` tests the case itself; any other compares.
  body.emit({ kind: 'test', into, operator: '===', operands: [subject, value], span: body.file.span(clause) });
  const text = literalText(unwrap(clause.expression));
  if (text !== undefined) {
    body.narrowings.noteEquality(into, subject, text, true, (register) => body.propertyRead(register));
  }
  return into;
}
