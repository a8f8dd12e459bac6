/** What leaves a function: results, effects on what it was given, and what it throws. */
import type { Operation } from '../../core/facts.ts';
import type { Analysis } from '../analysis.ts';
import { forgetCaught, noteReturn } from '../assurances.ts';
import { bounded } from '../bounds.ts';
import type { Call } from '../calls.ts';
import { close } from '../close.ts';
import { conditioned } from '../conditions.ts';
import type { Frame } from '../frame.ts';
import { join, joinAll } from '../join.ts';
import { LibraryCall } from '../library-calls/ports.ts';
import { writtenTo } from '../library-calls/sinks.ts';
import { recordSink } from '../sinks.ts';
import { chosenUnder } from '../subjects.ts';
import { bindTypedFunctions } from '../typed-functions.ts';
import { ELEMENT, isNothing, NOTHING, type Value, withField } from '../value.ts';
import { placeOf, read, write } from './registers.ts';

export function evaluateCatch(operation: Operation & { kind: 'catch' }, frame: Frame): void {
  forgetCaught(operation.calls, frame);
  const thrown = joinAll(operation.thrown.map((register) => read(register, frame)));
  const called = joinAll(operation.calls.map((register) => frame.thrownBy.get(register) ?? NOTHING));
  write(operation.into, join(thrown, called), frame);
}

export function evaluateReturn(operation: Operation & { kind: 'return' }, frame: Frame, analysis: Analysis): void {
  const { summary, linked } = frame;
  const { returnType } = linked.facts;
  if (returnType)
    bindTypedFunctions(
      read(operation.from, frame),
      { kind: 'declared', file: linked.file, type: returnType },
      frame,
      analysis,
    );
  const given = chosenUnder(read(operation.from, frame), operation.guard, frame, analysis);
  const value = conditioned(close(given, frame, analysis), operation.guard, frame);
  summary.returns = bounded(join(summary.returns, operation.element ? withField(NOTHING, ELEMENT, value) : value));
  if (!operation.element) {
    noteReturn(operation, frame, analysis);
    if (!isNothing(value)) summary.answers.set(operation.span[0], { place: placeOf(operation, frame), value });
  }
  exposeReturned(value, operation, frame, analysis);
  for (const { argument, from } of operation.effects) {
    const after = close(read(from, frame), frame, analysis);
    const isSelf = argument === -1 && after === frame.values[frame.linked.facts.receiver ?? -1];
    if (isSelf || isInput(after, argument)) continue;
    summary.effects.set(argument, bounded(join(summary.effects.get(argument) ?? NOTHING, after)));
  }
}

/** A handler's return value is the response, where a decorator says so. */
function exposeReturned(
  value: Value,
  operation: Operation & { kind: 'return' },
  frame: Frame,
  analysis: Analysis,
): void {
  const { linked } = frame;
  if (linked.class === undefined || isNothing(value)) return;
  const member = linked.facts.name.slice(linked.facts.name.lastIndexOf('.') + 1);
  for (const { atom, match } of analysis.memberDecorators(`${linked.class}.${member}`, frame.id)) {
    const call: Call = {
      receiver: null,
      arguments: [value],
      name: member,
      place: placeOf(operation, frame),
      guard: operation.guard,
      new: false,
    };
    for (const { model, ports } of match.sinks) {
      if (!ports.some(({ root, steps }) => root.kind === 'decorated' && steps[0]?.kind === 'return')) continue;
      const site = new LibraryCall(atom, match, call, frame, analysis);
      recordSink(model, match, atom, writtenTo(model, value, site), site, frame, analysis);
    }
  }
}

/** An input that nothing was written to. */
function isInput(value: Value, argument: number): boolean {
  return (
    !value.fields &&
    value.atoms.every(
      (atom) =>
        atom.kind !== 'data' || (atom.root.kind === 'input' && atom.root.index === argument && atom.path.length === 0),
    )
  );
}

export function evaluateThrow(operation: Operation & { kind: 'throw' }, frame: Frame): void {
  frame.summary.thrown = join(frame.summary.thrown, read(operation.from, frame));
}
