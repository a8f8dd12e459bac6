/** Calls, what they leave of their arguments, and JSX elements, which are calls of components. */
import type { Operation } from '../../core/facts.ts';
import type { Analysis } from '../analysis.ts';
import { noteCall } from '../assurances.ts';
import { applyMethod, type Call } from '../calls.ts';
import { close } from '../close.ts';
import { isIndex } from '../data.ts';
import { given, isShown } from '../elements.ts';
import type { Frame } from '../frame.ts';
import { join, joinAll } from '../join.ts';
import { library } from '../libraries.ts';
import { applyLibrary } from '../library-calls.ts';
import { property } from '../properties.ts';
import type { TypeRef } from '../types.ts';
import { derive, ELEMENT, isNothing, NOTHING, type Value, withField } from '../value.ts';
import { objectOf } from './objects.ts';
import { placeOf, read, write } from './registers.ts';

export function evaluateCall(operation: Operation & { kind: 'call' }, frame: Frame, analysis: Analysis): void {
  const { shape } = frame;
  const args: Value[] = [];
  let rest: Value | undefined;
  for (const { value, spread: isSpread } of operation.arguments) {
    const held = read(value, frame);
    if (isSpread) {
      const numbered = [...(held.fields ?? [])].filter(([key]) => isIndex(key));
      args.push(...numbered.map(([, element]) => element));
      rest = join(rest ?? NOTHING, property(held, ELEMENT, frame, analysis, null));
    } else {
      args.push(held);
    }
  }
  if (rest && args.length < 2) args.push(rest);
  const call: Call = {
    receiver: operation.receiver === undefined ? null : read(operation.receiver, frame),
    arguments: args,
    name: operation.name,
    place: placeOf(operation, frame),
    guard: operation.guard,
    new: operation.new,
    ...(rest ? { spread: rest } : {}),
    wanted: { result: shape.used.has(operation.into), effects: shape.followed.has(operation.into) },
  };
  const callee = withTypeArguments(read(operation.callee, frame), operation, frame);
  analysis.watch?.call(callee, call, analysis);
  const outcome = applyMethod(callee, call, frame, analysis);
  write(operation.into, outcome.result, frame);
  noteCall(operation, callee, args, frame, analysis);
  frame.callEffects.set(operation.into, outcome.effects);
  frame.thrownBy.set(operation.into, outcome.thrown);
  if (!isNothing(outcome.thrown) && !frame.shape.caught.has(operation.into)) {
    frame.summary.thrown = join(frame.summary.thrown, close(outcome.thrown, frame, analysis));
  }
}

/** `getRepository<User>()`, `model<UserDocument>('User')`. */
function withTypeArguments(callee: Value, operation: Operation & { kind: 'call' }, frame: Frame): Value {
  const { typeArguments } = operation;
  if (!typeArguments || !callee.atoms.some(({ kind }) => kind === 'library')) return callee;
  const types = typeArguments.map((type): TypeRef => ({ kind: 'declared', file: frame.linked.file, type }));
  const atoms = callee.atoms.map((atom) =>
    atom.kind === 'library' ? library(atom.package, atom.path, atom.arguments, types, atom.place) : atom,
  );
  return { atoms, fields: callee.fields };
}

export function evaluateAfter(operation: Operation & { kind: 'after' }, frame: Frame): void {
  const before = read(operation.from, frame);
  const after = frame.callEffects.get(operation.call)?.get(operation.argument);
  const same = after === undefined || after === before;
  if (same) frame.unchanged.add(operation.into);
  else frame.unchanged.delete(operation.into);
  write(operation.into, after ?? before, frame);
}

/**
 * A JSX element calls its component with the attributes as one object; intrinsic ones are the browser's. What it shows is
 * worked out where somebody looks at it.
 */
export function evaluateElement(operation: Operation & { kind: 'element' }, frame: Frame, analysis: Analysis): void {
  const shows = isShown(operation.into, frame);
  let props = objectOf(operation.attributes, frame, analysis);
  const children = joinAll(operation.children.map((child) => read(child, frame)));
  if (!isNothing(children)) props = withField(props, 'children', children);
  const call: Call = {
    receiver: null,
    arguments: [props],
    name: operation.tag ?? '',
    place: placeOf(operation, frame),
    guard: operation.guard,
    new: false,
    wanted: { result: shows, effects: false },
    shows,
  };
  let shown = shows ? given(props) : NOTHING;
  if (operation.tag !== undefined) {
    const element = library('browser', [`element:${operation.tag}`], null, [], null);
    if (analysis.models.match(element.api).model) applyLibrary(element, call, frame, analysis);
  } else if (operation.component !== undefined) {
    const component = read(operation.component, frame);
    const known = component.atoms.filter(({ kind }) => kind !== 'data');
    if (known.length > 0) {
      const { result } = applyMethod({ atoms: known, fields: null }, call, frame, analysis);
      if (known.every(({ kind }) => kind === 'function')) shown = derive([result]);
    }
  }
  write(operation.into, shown, frame);
}
