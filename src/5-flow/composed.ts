/**
 * Functions that are made of functions, as models say: `get('email')(user)` waits for its last argument, `flow(f, g)(x)`
 * is `g(f(x))`. A function that waits is the library's value of the call so far, with the arguments it has.
 */
import type { FunctionModel } from '../core/catalogue.ts';
import type { Analysis } from './analysis.ts';
import { apply, type Call, NO_OUTCOME, type Outcome } from './calls.ts';
import { isIndex } from './data.ts';
import type { Frame } from './frame.ts';
import { join } from './join.ts';
import { library } from './libraries.ts';
import { applyLibrary } from './library-calls.ts';
import type { Matched } from './patterns.ts';
import { ELEMENT, type LibraryAtom, NOTHING, type Value, valueWith } from './value.ts';

/** A call of such a function; null when it is none. */
export function applyComposed(
  callee: LibraryAtom,
  match: Matched,
  call: Call,
  frame: Frame,
  analysis: Analysis,
): Outcome | null {
  const [model] = match.functions;
  if (model) return applyMaker(model, callee, call, frame, analysis);
  if (callee.path.at(-1) !== '()' || !callee.arguments) return null;
  const made = library(callee.package, callee.path.slice(0, -1), null, callee.typeArguments, callee.place);
  const [maker] = analysis.models.match(made.api).functions;
  if (!maker) return null;
  if (maker.as === 'curried') {
    return applyLibrary(made, { ...call, arguments: [...callee.arguments, ...call.arguments] }, frame, analysis);
  }
  const steps = callee.arguments.flatMap(functionsIn);
  if (maker.as === 'flow') return through(steps, call.arguments, call, frame, analysis);
  if (maker.as === 'compose') return through([...steps].reverse(), call.arguments, call, frame, analysis);
  return null;
}

/** The call that is given the functions, or some of the arguments. */
function applyMaker(
  model: FunctionModel,
  callee: LibraryAtom,
  call: Call,
  frame: Frame,
  analysis: Analysis,
): Outcome | null {
  const { arguments: args, place } = call;
  if (model.as === 'pipe') return through(args.slice(1).flatMap(functionsIn), args.slice(0, 1), call, frame, analysis);
  if (model.as === 'piped') return args.every((one) => isMade(one, analysis)) ? piped(call, frame, analysis) : null;
  if (model.as === 'curry') return { ...NO_OUTCOME, result: curried(args[0] ?? NOTHING) };
  if (model.as === 'curried' && args.length >= (model.arguments ?? 1)) return null;
  const path = [...callee.path, '()'];
  return { ...NO_OUTCOME, result: valueWith(library(callee.package, path, args, callee.typeArguments, place)) };
}

/** A function that a library made, of which a model says what it does: `map(format)`, not a stream to write to. */
function isMade({ atoms }: Value, { models }: Analysis): boolean {
  return atoms.some((atom) => atom.kind === 'library' && atom.path.at(-1) === '()' && models.match(atom.api).model);
}

/** What comes out is piped on like what went in. */
function piped(call: Call, frame: Frame, analysis: Analysis): Outcome {
  const start = call.receiver ?? NOTHING;
  const { result } = through(call.arguments, [start], call, frame, analysis);
  const streams = start.atoms.filter(({ kind }) => kind === 'library');
  return { ...NO_OUTCOME, result: join(result, { atoms: streams, fields: null }) };
}

/** `flow([f, g])` is `flow(f, g)`. */
function functionsIn(value: Value): readonly Value[] {
  if (value.atoms.length > 0 || !value.fields) return [value];
  return [...value.fields].filter(([key]) => isIndex(key) || key === ELEMENT).map(([, field]) => field);
}

/** Longer compositions are generated. */
const MOST_STEPS = 20;

function through(
  steps: readonly Value[],
  args: readonly Value[],
  call: Call,
  frame: Frame,
  analysis: Analysis,
): Outcome {
  let held = args;
  for (const step of steps.slice(0, MOST_STEPS)) {
    held = [apply(step, { ...call, receiver: null, arguments: held }, frame, analysis).result];
  }
  return { ...NO_OUTCOME, result: held[0] ?? NOTHING };
}

/** A function of ours that waits until it has as many arguments as parameters. */
function curried(value: Value): Value {
  const atoms = value.atoms.map((atom) => (atom.kind === 'function' ? { ...atom, curried: true } : atom));
  return { atoms, fields: value.fields };
}
