/** Where `break` and `continue` lead. */
import { ts } from '#compiler';
import type { Coroutine } from './coroutine.ts';
import type { Breakable, FunctionBody } from './function-body.ts';
import { statement } from './statements.ts';

/** Opens something `break` can leave. */
export function openBreakable(body: FunctionBody, label: string | undefined, loop: boolean): Breakable {
  const breakable: Breakable = { label, loop, mark: body.mark(), breaks: [], continues: [] };
  body.breakables.push(breakable);
  return breakable;
}

/** Closes it: the paths that broke out meet here. */
export function closeBreakable(body: FunctionBody, breakable: Breakable): void {
  body.breakables.pop();
  body.merge(breakable.breaks);
}

export function* lowerLabeled(node: ts.LabeledStatement, body: FunctionBody): Coroutine<void> {
  const label = node.label.text;
  if (ts.isIterationStatement(node.statement, false)) {
    body.file.pendingLabel = label;
    yield statement(node.statement, body);
    return;
  }
  const target = openBreakable(body, label, false);
  yield statement(node.statement, body);
  const changes = body.rollback(target.mark);
  if (!body.dead) target.breaks.push(changes);
  body.dead = target.breaks.length === 0;
  closeBreakable(body, target);
}

export function lowerJump(node: ts.BreakStatement | ts.ContinueStatement, body: FunctionBody): void {
  const label = node.label?.text;
  const continues = ts.isContinueStatement(node);
  const target = body.breakables.findLast((candidate) =>
    label === undefined ? candidate.loop || !(continues || candidate.label !== undefined) : candidate.label === label,
  );
  if (target) (continues ? target.continues : target.breaks).push(body.changesSince(target.mark));
  body.dead = true;
}
