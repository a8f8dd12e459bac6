/** Calls of what nobody knows: inputs, which callers fill in, and values without a model. */
import type { Analysis } from './analysis.ts';
import { type Call, isSymbolic, NO_OUTCOME, type Outcome } from './calls.ts';
import { data } from './data.ts';
import type { Frame } from './frame.ts';
import { join, joinAll } from './join.ts';
import { typedInput } from './libraries.ts';
import type { DeferredCall } from './summary.ts';
import {
  type Atom,
  type DataAtom,
  dataIn,
  isNothing,
  type LibraryAtom,
  NOTHING,
  type Place,
  type Root,
  suspect,
  type Value,
  valueWith,
} from './value.ts';

const MOST_DEFERRED = 24;

/**
 * Leaves a call to the caller; its result is a placeholder until then. Only what callers plausibly pass as functions: a
 * parameter, or a property of one (`props.onSave()`), and at most two callers up.
 */
function defer(candidates: readonly DataAtom[], call: Call, frame: Frame): Value {
  const atoms = candidates.filter(({ root, path }) => path.length <= (mayHoldFunctions(root) ? 1 : 0));
  return atoms.length === 0 ? NOTHING : postpone({ atoms, fields: null }, call, frame);
}

/** A parameter, of this function or of one around it: `props`, `deps`. */
function mayHoldFunctions(root: Root): boolean {
  return root.kind === 'input' ? root.index >= 0 : root.kind === 'cell' && root.name !== 'this';
}

/** Leaves the call of a library to the caller, who knows the arguments better. */
export function leaveToCallers(callee: LibraryAtom, call: Call, frame: Frame): Value {
  return postpone(valueWith(callee), call, frame);
}

/** A parameter of the function being evaluated, as a whole. */
export function isParameter(atom: Atom): boolean {
  return atom.kind === 'data' && atom.root.kind === 'input' && atom.root.index >= 0 && atom.path.length === 0;
}

function postpone(callee: Value, call: Call, frame: Frame): Value {
  if (!call.place || frame.depth > 1) return NOTHING;
  const { file, span } = call.place;
  const key = `R${file}:${span[0]}-${span[1]}:${callee.atoms.map((atom) => atom.key).join()}`;
  const { calls } = frame.summary;
  if (calls.size < MOST_DEFERRED || calls.has(key)) {
    const deferred: DeferredCall = {
      key,
      callee,
      receiver: call.receiver,
      arguments: call.arguments,
      name: call.name,
      new: call.new,
      place: call.place,
    };
    calls.set(key, deferred);
  }
  return valueWith(data({ kind: 'result', key, name: call.name, place: call.place }));
}

/** Nobody knows the callee: the result may hold anything that went in. */
export function applyUnresolved(callee: readonly DataAtom[], call: Call, frame: Frame, analysis: Analysis): Outcome {
  const symbolic = callee.filter(isSymbolic);
  const deferred = defer(symbolic, call, frame);
  if (call.wanted?.result === false) return { ...NO_OUTCOME, effects: unknownEffects(call, analysis) };
  const inputs = suspect([...call.arguments, ...(call.receiver ? [call.receiver] : [])]);
  const opaque = opaqueResult(call, callee, analysis);
  const result = joinAll([deferred, opaque, inputs, wrapped(call)]);
  return { result, thrown: NOTHING, effects: unknownEffects(call, analysis) };
}

/** `asyncHandler((request, response) => …)`, `memo(Card)`: what something unknown is given to wrap, it gives back. */
export function wrapped({ arguments: args }: Call): Value {
  const [first] = args;
  const atoms = first?.atoms.filter(({ kind }) => kind === 'function' || kind === 'class') ?? [];
  return atoms.length > 0 ? { atoms, fields: null } : NOTHING;
}

/** The result of something unknown, judged by its name alone: `const user = await findUser(id)`. */
export function opaqueResult(call: Call, callee: readonly DataAtom[], analysis: Analysis): Value {
  const { place } = call;
  if (!place) return NOTHING;
  const literals = call.arguments.length > 0 && call.arguments.every((value) => isLiteral(value));
  const [through] = callee;
  const root = opaqueRoot(place, call.name || (through?.path.at(-1) ?? ''), !literals);
  const type = analysis.types.returned(through?.type ?? null);
  return type ? typedInput(root, type, analysis) : valueWith(data(root));
}

function opaqueRoot(place: Place, name: string, nameable: boolean): DataAtom['root'] {
  return { kind: 'opaque', key: `O${place.file}:${place.span[0]}-${place.span[1]}`, name, nameable, place };
}

function isLiteral(value: Value): boolean {
  return (
    !value.fields && value.atoms.every(({ kind }) => kind === 'constant' || kind === 'function' || kind === 'module')
  );
}

/** An object of unknown make keeps what its methods are given: `form.add(email); send(form)`. */
function unknownEffects(call: Call, _analysis: Analysis): ReadonlyMap<number, Value> {
  const { receiver } = call;
  if (!receiver || call.arguments.length === 0 || !receiver.atoms.some(isMade)) return new Map();
  const kept = suspect(call.arguments);
  if (isNothing(kept) || dataIn(receiver).length > 40) return new Map();
  return new Map([[-1, join(receiver, kept)]]);
}

/** Made by a call here, so that what is written to it stays here. */
function isMade(atom: Atom): boolean {
  return atom.kind === 'data' && atom.root.kind === 'opaque' && atom.path.length === 0;
}
