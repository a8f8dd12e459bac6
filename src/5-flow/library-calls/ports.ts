import { type PortPath, type PortStep, parsePort, printPort } from '../../core/api-path.ts';
import type { Analysis } from '../analysis.ts';
import { type Call, NO_OUTCOME, type Outcome } from '../calls.ts';
import type { Frame } from '../frame.ts';
import { hooksOfRows } from '../given-methods.ts';
import { join, joinAll } from '../join.ts';
import { isIdentified, isKept, keep, placeKey, placesOf, readKept, sharedPlace } from '../kept.ts';
import type { Matched } from '../patterns.ts';
import { anyProperty, property } from '../properties.ts';
import type { Answer } from '../summary.ts';
import { withTrace } from '../trace.ts';
import { isParameter } from '../unresolved-calls.ts';
import {
  ANY,
  ELEMENT,
  isNothing,
  type LibraryAtom,
  mapData,
  NOTHING,
  textsOf,
  type Value,
  valueWith,
  withField,
} from '../value.ts';

/** A function that a library is given: what it is called with, and what it gave. */
export interface Callback {
  readonly value: Value;
  readonly parameters: Map<number, Value>;
  returned: Value;
  answers: readonly Answer[];
}

/** One call of a library, with its ports: the one place where they are read and written. */
export class LibraryCall {
  readonly callee: LibraryAtom;
  readonly match: Matched;
  readonly call: Call;
  readonly frame: Frame;
  readonly analysis: Analysis;
  /** The callbacks that ports name, by where they are. */
  readonly callbacks = new Map<string, Callback>();
  /** Of the propagator at work: under which text something is kept. */
  topic: Value | null = null;
  /** What comes back, as far as it is known. */
  result: Value = NOTHING;
  readonly #effects = new Map<number, Value>();

  constructor(callee: LibraryAtom, match: Matched, call: Call, frame: Frame, analysis: Analysis) {
    this.callee = callee;
    this.match = match;
    this.call = call;
    this.frame = frame;
    this.analysis = analysis;
  }

  /** The value at a port. */
  read(port: PortPath): Value {
    return joinAll(this.readEach(port));
  }

  /** The value at a port for each argument it starts at: joined, one argument would seem to have another's properties. */
  readEach(port: PortPath): Value[] {
    return this.roots(port).map(([root, index]) => this.#follow(root, port.steps, index, port.root));
  }

  /** What a handler gives at a port below its result, each with the place where it does. */
  answersAt({ root, steps }: PortPath): readonly Answer[] {
    const at = steps.findIndex(({ kind }) => kind === 'return');
    if (at < 0) return [];
    return this.roots({ root, steps }).flatMap(([value, index]) =>
      this.callbackAt(index, steps.slice(0, at), value).answers.map((answer) => ({
        place: answer.place,
        value: steps.slice(at + 1).reduce((held, step) => this.#step(held, step), answer.value),
      })),
    );
  }

  /** The literal texts at a port as it is written in a model. */
  textsAt(port: string): string[] {
    return parsePort(port).flatMap((path) => textsOf(this.read(path)));
  }

  /** The value at a port as it is written in a model. */
  valueAt(port: string): Value {
    return joinAll(parsePort(port).map((path) => this.read(path)));
  }

  /** Puts a value at a port: into the result, the receiver, an argument, a callback's parameter, or what is kept. */
  write(port: PortPath, value: Value): void {
    if (isNothing(value)) return;
    const kept = port.steps.findIndex(isKeptStep);
    if (kept >= 0) {
      this.#keep(port, kept, value);
      return;
    }
    const at = port.steps.findIndex(({ kind }) => kind === 'parameter');
    if (at >= 0) this.#writeParameter(port, at, value);
    else if (port.root.kind === 'return') this.result = writeInto(this.result, port.steps, value);
    else if (port.root.kind === 'this') this.#effect(-1, this.call.receiver ?? NOTHING, port.steps, value);
    else if (port.root.kind === 'argument') {
      for (const [root, index] of this.roots(port)) this.#effect(index, root, port.steps, value);
    }
  }

  /** What a port starts at, each with its position: of an argument its index, of all else a negative number. */
  roots({ root, steps }: PortPath): [Value, number][] {
    if (root.kind === 'argument')
      return this.#positions(root.index).map((index) => [this.call.arguments[index] as Value, index]);
    if (root.kind === 'this') return [[this.call.receiver ?? valueWith(this.callee), -1]];
    // What it keeps is all there is to read of the result before the call.
    if (root.kind === 'package' || root.kind === 'program' || (root.kind === 'return' && isKeptStep(steps[0])))
      return [[NOTHING, -3]];
    if (root.kind === 'property') return [[valueWith(this.callee), -2]];
    return [];
  }

  /** The callback below a root: the same one for each port that goes through it. */
  callbackAt(index: number, steps: readonly PortStep[], root: Value): Callback {
    const key = `${index}${steps.map((step) => ('name' in step ? `.${step.name}` : step.kind)).join('')}`;
    let callback = this.callbacks.get(key);
    if (!callback) {
      const value = steps.reduce((at, step) => this.#step(at, step), root);
      callback = { value, parameters: new Map(), returned: NOTHING, answers: [] };
      this.callbacks.set(key, callback);
    }
    return callback;
  }

  /** Whether it gives back what an object keeps that only callers know: `useContext(context)` in a hook of ours. */
  isForCallers(): boolean {
    return this.match.propagators.some(
      ({ from, to }) => to.some(({ root }) => root.kind === 'return') && from.some((port) => this.#isOfCallers(port)),
    );
  }

  /** What the call did, as far as it is known. */
  outcome(): Outcome {
    return { ...NO_OUTCOME, result: this.result, effects: this.#effects };
  }

  #positions(index: number | 'all' | { from: number } | { last: number }): number[] {
    const { length } = this.call.arguments;
    const all = this.call.arguments.map((_, position) => position);
    if (index === 'all') return all;
    if (typeof index === 'number') return index < length ? [index] : [];
    if ('from' in index) return all.slice(index.from);
    return length >= index.last ? [length - index.last] : [];
  }

  /** The places where the object at `holder` keeps things under a name. */
  #placesAt({ kind }: PortPath['root'], holder: Value, name: string): ReturnType<typeof placesOf> {
    const { place } = this.call;
    if (kind === 'program') return { written: [sharedPlace(name)], read: [sharedPlace(name)] };
    if (kind === 'package') return { written: [this.callee.package + name], read: [this.callee.package + name] };
    if (kind === 'return' && place) return { written: [placeKey(place) + name], read: [placeKey(place) + name] };
    return placesOf(holder, this.callee.package, name, this.analysis);
  }

  #isOfCallers({ root, steps }: PortPath): boolean {
    const at = steps.findIndex(isKeptStep);
    if (at < 0 || root.kind !== 'argument') return false;
    const holder = this.read({ root, steps: steps.slice(0, at) });
    return holder.atoms.some(isParameter) && !isIdentified(holder, this.analysis);
  }

  /** Gives an object something to keep. */
  #keep(port: PortPath, at: number, value: Value): void {
    const { place, name: called } = this.call;
    const step = port.steps[at];
    if (!place || step?.kind !== 'property') return;
    const inside = { root: port.root, steps: port.steps.slice(0, at) };
    const places = this.#placesAt(port.root, this.read(inside), step.name).written;
    const told = mapData(value, (atom) => withTrace(atom, place, `handed on by ${called || 'the call'}()`));
    const held = writeInto(NOTHING, port.steps.slice(at + 1), told);
    const key = `${placeKey(place)}:${printPort(port)}`;
    keep({ key, places, topic: this.topic, value: held }, this.frame, this.analysis);
  }

  #follow(root: Value, steps: readonly PortStep[], index: number, from: PortPath['root']): Value {
    let value = root;
    for (const [position, step] of steps.entries()) {
      if (step.kind === 'property' && isKept(step.name)) {
        const places = this.#placesAt(from, value, step.name).read;
        const hooks = hooksOfRows(value, step.name, this.analysis);
        value = join(readKept(places, this.topic, this.frame, this.analysis), hooks);
      } else if (step.kind === 'return') value = this.callbackAt(index, steps.slice(0, position), value).returned;
      else value = this.#step(value, step);
    }
    return value;
  }

  #step(value: Value, step: PortStep): Value {
    const { place } = this.call;
    switch (step.kind) {
      case 'property':
        return property(value, step.name, this.frame, this.analysis, place);
      case 'element':
        return property(value, ELEMENT, this.frame, this.analysis, place);
      case 'any-property':
        return anyProperty(value, this.frame, this.analysis, place);
      case 'argument': {
        const made = value.atoms.find(
          (atom): atom is LibraryAtom => atom.kind === 'library' && atom.arguments !== null,
        );
        return typeof step.index === 'number' ? (made?.arguments?.[step.index] ?? NOTHING) : NOTHING;
      }
      default:
        return NOTHING;
    }
  }

  #effect(index: number, before: Value, steps: readonly PortStep[], value: Value): void {
    this.#effects.set(index, writeInto(this.#effects.get(index) ?? before, steps, value));
  }

  #writeParameter(port: PortPath, at: number, value: Value): void {
    const step = port.steps[at] as PortStep & { kind: 'parameter' };
    for (const [root, index] of this.roots(port)) {
      const callback = this.callbackAt(index, port.steps.slice(0, at), root);
      const before = callback.parameters.get(step.index) ?? NOTHING;
      callback.parameters.set(step.index, writeInto(before, port.steps.slice(at + 1), value));
    }
  }
}

function isKeptStep(step: PortStep | undefined): boolean {
  return step?.kind === 'property' && isKept(step.name);
}

/** `value` at a place inside `base`: `return.data`, `this[]`. */
export function writeInto(base: Value, steps: readonly PortStep[], value: Value): Value {
  const [step, ...rest] = steps;
  if (!step) return join(base, value);
  if (step.kind !== 'property' && step.kind !== 'element' && step.kind !== 'any-property') return base;
  const key = step.kind === 'property' ? step.name : step.kind === 'element' ? ELEMENT : ANY;
  const inner = base.fields?.get(key) ?? NOTHING;
  return withField(base, key, writeInto(inner, rest, value));
}
