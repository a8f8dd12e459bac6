import { type PortPath, type PortStep, parsePort, printPort } from '../core/api-path.ts';
import type { SinkModel, WrittenAs } from '../core/catalogue.ts';
import type { Analysis } from './analysis.ts';
import { assuredBy, assuredOfElement, onlyFunction } from './assurances.ts';
import { recordCall } from './behaviour/calls.ts';
import { apply, type Call, NO_OUTCOME, type Outcome } from './calls.ts';
import { applyComposed } from './composed.ts';
import { instancesOf } from './construct.ts';
import { below, protectionBit, rekey } from './data.ts';
import type { Frame } from './frame.ts';
import type { GuardEntry } from './guards.ts';
import { join, joinAll } from './join.ts';
import { isIdentified, isKept, keep, placeKey, placesOf, readKept, sharedPlace, topicOfPath } from './kept.ts';
import { recordLeak } from './leaks.ts';
import { library, libraryAt } from './libraries.ts';
import { asPart, hasPart, isMask } from './masks.ts';
import { mountedBefore, noteMounted, routerOf } from './mounts.ts';
import { narrow } from './narrow.ts';
import type { Matched } from './patterns.ts';
import { predicateGuards } from './predicates.ts';
import { anyProperty, property } from './properties.ts';
import { askedRow, queryOf } from './query-rows.ts';
import { leave, leftBy } from './replacers.ts';
import { recordSink } from './sinks.ts';
import { entityOf, type SourceSite, sourceValue } from './sources.ts';
import type { Answer } from './summary.ts';
import { passThrough, preferProtected } from './through.ts';
import { withTrace } from './trace.ts';
import { type TypeField, type TypeRef, type Types, within } from './types.ts';
import { isParameter, leaveToCallers, opaqueResult } from './unresolved-calls.ts';
import {
  ANY,
  chosenBy,
  derive,
  ELEMENT,
  isNothing,
  type LibraryAtom,
  mapData,
  NOTHING,
  type Place,
  suspect,
  textsOf,
  type Value,
  valueWith,
  withField,
} from './value.ts';
import { weaknessBits } from './weaknesses.ts';
import { asJson, asPlain, asStored } from './written.ts';

/**
 * A call of a library's function: its model read as a summary. What goes into callbacks is worked out first, then the
 * callbacks run, then what comes out.
 */
export function applyLibrary(callee: LibraryAtom, call: Call, frame: Frame, analysis: Analysis): Outcome {
  const match = analysis.models.match(call.new ? callee.api.next('new()') : callee.api);
  const composed = call.new ? null : applyComposed(callee, match, call, frame, analysis);
  if (composed) return composed;
  const site = new LibraryCall(callee, match, call, frame, analysis);
  if (site.isForCallers()) return { ...NO_OUTCOME, result: leaveToCallers(callee, call, frame) };
  recordCall(site, frame, analysis);
  if (match.model) {
    site.enter();
    site.runCallbacks();
    site.leave();
    for (const { model, ports } of match.sinks) {
      for (const port of ports) {
        const answers = model.activity === 'expose' ? site.answersAt(port) : [];
        for (const { place, value } of answers)
          recordSink(model, match, callee, site.written(model, value), site, frame, analysis, place);
        if (answers.length > 0) continue;
        const value = site.written(model, site.read(port));
        // `row.save()` stores what was set on the row; what was read from the table is there already.
        const payload =
          model.activity === 'store' && port.root.kind === 'this' ? { atoms: [], fields: value.fields } : value;
        recordSink(model, match, callee, payload, site, frame, analysis);
      }
    }
    for (const leak of match.leaks) recordLeak(leak, match, callee, site, frame, analysis);
  } else if (call.wanted?.result !== false) {
    site.leaveUnknown();
  }
  return site.outcome();
}

/** Callbacks that call libraries with callbacks: deeper than hand-written code nests them. */
const MOST_NESTED_CALLBACKS = 8;

interface Callback {
  readonly value: Value;
  readonly parameters: Map<number, Value>;
  returned: Value;
  answers: readonly Answer[];
}

/** One call of a library, with its ports. */
export class LibraryCall {
  readonly callee: LibraryAtom;
  readonly match: Matched;
  readonly call: Call;
  readonly #frame: Frame;
  readonly #analysis: Analysis;
  readonly #callbacks = new Map<string, Callback>();
  readonly #effects = new Map<number, Value>();
  #result: Value = NOTHING;
  /** Of the propagator at work: under which text something is kept. */
  #topic: Value | null = null;

  constructor(callee: LibraryAtom, match: Matched, call: Call, frame: Frame, analysis: Analysis) {
    this.callee = callee;
    this.match = match;
    this.call = call;
    this.#frame = frame;
    this.#analysis = analysis;
  }

  /** What the library hands to callbacks. */
  enter(): void {
    this.#transfer((port) => port.steps.some(({ kind }) => kind === 'parameter'));
  }

  /** What a sink gets of a value: after the functions and classes of the project that have a say in it. */
  written(model: SinkModel, value: Value): Value {
    const left = model.through ? passThrough(value, model.through, this, this.#frame, this.#analysis) : value;
    if (model.activity === 'store') {
      const stored = left === value ? left : preferProtected(left);
      if (!this.#analysis.hasFieldRules) return stored;
      const type = model.entity ? entityOf(model, this.match, this.callee, this.call.arguments, this.#analysis) : null;
      return asStored(stored, type, this.#frame, this.#analysis);
    }
    return model.as === 'json' || model.activity !== 'log' ? asJson(left, this.#frame, this.#analysis) : left;
  }

  /** What comes back: results and writes to the receiver and arguments. */
  leave(): void {
    this.#transfer((port) => !port.steps.some(({ kind }) => kind === 'parameter'));
    this.#result = join(this.#result, valueWith(...this.#made()));
    const modelled = [...this.match.propagators, ...this.match.sanitizers, ...this.match.sources, ...this.match.sinks];
    if (modelled.length === 0 && this.match.types.length === 0) this.leaveUnknown();
    else if (
      this.match.sinks.some(({ model }) => model.activity !== 'log') &&
      this.match.propagators.length === 0 &&
      this.match.sources.length === 0
    ) {
      this.#result = join(this.#result, opaqueResult(this.call, [], this.#analysis));
    }
  }

  /** A function without a model: its result may hold anything that went in. */
  leaveUnknown(): void {
    const inputs = suspect([...this.call.arguments, this.call.receiver ?? NOTHING]);
    this.#result = join(join(valueWith(...this.#made()), opaqueResult(this.call, [], this.#analysis)), inputs);
  }

  /** The library's own value that a call returns: the path, one call longer, and the type of `new X()`. */
  #made(): LibraryAtom[] {
    const step = this.call.new ? 'new()' : '()';
    const { api, typeArguments } = this.callee;
    const made = libraryAt(api.next(step), this.call.arguments, typeArguments, this.call.place);
    const name = this.callee.path.at(-1)?.slice(1) ?? '';
    if (!this.call.new || !this.#analysis.models.hasType(made.package, name)) return [made];
    return [
      made,
      library(made.package, [`<${name}>`], this.call.arguments, this.callee.typeArguments, this.call.place),
    ];
  }

  #transfer(wanted: (to: PortPath) => boolean): void {
    const { place } = this.call;
    const masked = this.#protect(wanted);
    for (const { model, ports } of this.match.types) {
      const made = library(
        this.callee.package,
        [`<${model.type}>`],
        this.#madeBy(model.type),
        this.callee.typeArguments,
        place,
      );
      for (const port of ports) if (wanted(port)) this.#write(port, valueWith(made));
    }
    for (const { model, ports } of this.match.sources) {
      for (const port of ports) {
        if (!wanted(port) || !place) continue;
        const value = sourceValue(
          model,
          this.match,
          this.callee,
          this.#site(place, this.#expression()),
          this.#analysis,
        );
        this.#write(port, chosenBy(this.#entry(model, this.#selected(model, rowsAt(port, value))), this.#predicate()));
      }
    }
    if (masked) return;
    for (const { model, from, to } of this.match.propagators) {
      if (model.unless !== undefined && !isNothing(this.#valueAt(model.unless))) continue;
      this.#topic = this.#topicOf(model);
      for (const target of to) {
        if (!wanted(target)) continue;
        for (const source of from) this.#write(target, this.#propagated(model, source));
      }
    }
    this.#topic = null;
  }

  /** `req.session.cart = …`: what is assigned goes where the model says. */
  assign(value: Value): void {
    for (const { model, from, to } of this.match.propagators) {
      if (!from.some(({ root }) => root.kind === 'assigned')) continue;
      this.#topic = this.#topicOf(model);
      for (const port of to) this.#write(port, value);
    }
    this.#topic = null;
  }

  #topicOf({ topic }: Matched['propagators'][number]['model']): Value | null {
    if (topic === '*') return topicOfPath(this.match);
    return topic === undefined ? null : this.#valueAt(topic);
  }

  /** Whether a mask was laid over the value: what it was before does not come through as well. */
  #protect(wanted: (to: PortPath) => boolean): boolean {
    let masked = false;
    for (const { model, from, to } of this.match.sanitizers) {
      if (model.masks !== undefined) {
        if (!this.#isMask(model.masks)) continue;
        if (model.ofPart && !from.some((source) => hasPart(this.read(source)))) continue;
        masked = true;
      }
      for (const source of from) {
        const change = { protections: protectionBit(model.protection) | this.#weaknesses(model) };
        const value = this.#trace(derive([this.read(source)], change), `${model.protection} by ${this.call.name}()`);
        for (const port of to) if (wanted(port)) this.#write(port, value);
      }
    }
    return masked;
  }

  /** `value.replace(/./g, '*')`: the literal is a mask. */
  #isMask(port: string): boolean {
    const texts = this.textsAt(port);
    return texts.length > 0 && texts.every(isMask);
  }

  /** `findMany({ select: { name: true } })`: the row holds no more than what was asked for. */
  #selected(model: Matched['sources'][number]['model'], row: Value): Value {
    const query = queryOf(model);
    if (!query) return row;
    const asked = joinAll(parsePort(query.port).map((path) => this.read(path)));
    return joinAll(
      row.atoms.map((atom) =>
        atom.kind === 'data' ? askedRow(atom, asked, query.words, this.#analysis) : valueWith(atom),
      ),
    );
  }

  /** `req.get('User-Agent')` is the header of that name; of an unknown one, any. */
  #entry({ named }: Matched['sources'][number]['model'], all: Value): Value {
    const [name, ...others] = named === undefined ? [] : this.textsAt(named);
    if (name === undefined || others.length > 0) return all;
    return property(all, name.toLowerCase(), this.#frame, this.#analysis, this.call.place);
  }

  /** `findMany({ where: { marketingOptIn: true } })`: what is asked for holds of every row. */
  #predicate(): readonly GuardEntry[] {
    const { place } = this.call;
    const filters = this.match.operations.flatMap(({ verb, filter, by }) =>
      verb === 'read' && filter !== undefined && by === undefined ? [filter] : [],
    );
    const [filter] = filters;
    if (!place || filter === undefined || !this.match.sources.some(({ model }) => model.kind === 'database')) return [];
    return predicateGuards(joinAll(parsePort(filter).map((path) => this.read(path))), place, this.#analysis);
  }

  #weaknesses({ algorithm, key }: Matched['sanitizers'][number]['model']): number {
    if (algorithm === undefined && key === undefined) return 0;
    const valueAt = (port: string | undefined) =>
      port === undefined ? null : joinAll(parsePort(port).map((path) => this.read(path)));
    return weaknessBits(valueAt(algorithm), valueAt(key));
  }

  #expression(): string {
    return `${this.call.name}()`;
  }

  /** A type that a method returns again (`app.get()` is the app) keeps the arguments that made it. */
  #madeBy(type: string): readonly Value[] | null {
    return this.callee.path[0] === `<${type}>` && this.callee.arguments ? this.callee.arguments : this.call.arguments;
  }

  /** What went in as the schema describes it, where nothing better is known. */
  #described(value: Value, port: string): Value {
    const { types } = this.#analysis;
    const made = parsePort(port).flatMap((path) => this.read(path).atoms);
    const places = made.flatMap((atom) => (atom.kind === 'library' && atom.place ? [atom.place] : []));
    const type = places.reduce<TypeRef | null>((found, place) => found ?? types.schemaAt(place), null);
    return type ? describedAs(value, type, null, types) : value;
  }

  #propagated(model: Matched['propagators'][number]['model'], source: PortPath): Value {
    const value = this.#passedOn(model, source);
    return model.schema === undefined ? value : this.#described(value, model.schema);
  }

  #passedOn(model: Matched['propagators'][number]['model'], source: PortPath): Value {
    const named = model.select ? this.#names(model.select) : null;
    if (source.steps.at(-1)?.kind === 'any-property' && named) {
      // `get(user, 'email')`: the fields of these names, not all.
      const holder = this.read({ root: source.root, steps: source.steps.slice(0, -1) });
      const { place } = this.call;
      const fields = named.map((name) => property(holder, name, this.#frame, this.#analysis, place));
      return joinAll(fields);
    }
    // `map(users, (user) => …)`: what it gives is what the function returns.
    const chosen = source.steps.at(-1)?.kind === 'any-property' && model.select ? this.#valueAt(model.select) : NOTHING;
    if (chosen.atoms.some(({ kind }) => kind === 'function')) return NOTHING;
    const held = this.#writtenAs(model.as, this.read(source));
    const whole = model.part ? asPart(held) : held;
    const value = this.#replaced(model.select, this.#declared(model.shape, whole));
    if (model.keeps === 'taint') return derive([named ? onlyOf(value, named) : value]);
    if (model.keeps === 'instance') return instancesOf(value, this.#analysis);
    if (model.keeps === 'parsed')
      return mapData(value, (atom) => (atom.derived ? rekey({ ...atom, derived: false }) : atom));
    if (model.where) return chosenBy(value, this.#choice(model.where));
    const only = named;
    const without = model.omit ? this.#names(model.omit) : null;
    if (!only && !without) return value;
    const narrowed = mapData({ atoms: value.atoms, fields: null }, (atom) =>
      rekey({
        ...atom,
        only: only ?? atom.only,
        without: without ? [...(atom.without ?? []), ...without] : atom.without,
      }),
    );
    const fields = [...(value.fields ?? [])].filter(
      ([key]) => (!only || only.includes(key)) && !without?.includes(key),
    );
    return { atoms: narrowed.atoms, fields: fields.length > 0 ? new Map(fields) : null };
  }

  /** What the callback at a port says of the elements it keeps. */
  #choice(port: string): readonly GuardEntry[] {
    const values = parsePort(port).map((path) => this.read(path));
    const callback = onlyFunction(joinAll(values));
    if (!callback) return [];
    const own = assuredOfElement(callback, this.#frame, this.#analysis);
    return own.map((guard) => ({ ...guard, subject: null, own: true }));
  }

  #writtenAs(as: WrittenAs | undefined, value: Value): Value {
    if (as === 'json') return asJson(value, this.#frame, this.#analysis);
    return as === 'plain' ? asPlain(value, this.#frame, this.#analysis) : value;
  }

  /** What a callback of each key and value leaves of a value, where one is at the port. */
  #replaced(port: string | undefined, value: Value): Value {
    const left = port === undefined ? null : leftBy(this.#valueAt(port), this.#frame, this.#analysis);
    return left ? leave(value, left) : value;
  }

  /** What a schema leaves of a value, where one is at the port. */
  #declared(port: string | undefined, value: Value): Value {
    if (port === undefined) return value;
    const declared = joinAll(parsePort(port).map((path) => this.read(path)));
    const context = {
      package: this.callee.package,
      frame: this.#frame,
      analysis: this.#analysis,
      place: this.call.place,
    };
    return narrow(value, declared, context);
  }

  /** The literal texts at a port, also inside arrays: the field names of `pick`. Null when none is known. */
  #names(port: string): readonly string[] | null {
    const parsed = /^argument\[(\d+)(\.\.)?\]$/.exec(port);
    if (!parsed) return null;
    const start = Number(parsed[1]);
    const values = parsed[2] ? this.call.arguments.slice(start) : this.call.arguments.slice(start, start + 1);
    const names = values.flatMap((value) => [
      ...textsOf(value),
      ...[...(value.fields ?? [])].flatMap(([key, field]) =>
        field.atoms.some((atom) => atom.kind === 'constant' && atom.text === 'true') ? [key] : textsOf(field),
      ),
    ]);
    return names.length > 0 ? names : null;
  }

  #trace(value: Value, message: string): Value {
    const { place } = this.call;
    return place ? mapData(value, (atom) => withTrace(atom, place, message)) : value;
  }

  // ── ports ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The value at a port. */
  read(port: PortPath): Value {
    let value = NOTHING;
    for (const [root, index] of this.#roots(port))
      value = join(value, this.#follow(root, port.steps, index, port.root));
    return value;
  }

  /** What a handler gives at a port below its result, each with the place where it does. */
  answersAt({ root, steps }: PortPath): readonly Answer[] {
    const at = steps.findIndex(({ kind }) => kind === 'return');
    if (at < 0) return [];
    return this.#roots({ root, steps }).flatMap(([value, index]) =>
      this.#callbackAt(index, steps.slice(0, at), value).answers.map((answer) => ({
        place: answer.place,
        value: steps.slice(at + 1).reduce((held, step) => this.#step(held, step), answer.value),
      })),
    );
  }

  /** The literal texts at a port as it is written in a model. */
  textsAt(port: string): string[] {
    return parsePort(port).flatMap((path) => textsOf(this.read(path)));
  }

  #roots({ root, steps }: PortPath): [Value, number][] {
    if (root.kind === 'argument')
      return this.#positions(root.index).map((index) => [this.call.arguments[index] as Value, index]);
    if (root.kind === 'this') return [[this.call.receiver ?? valueWith(this.callee), -1]];
    // What it keeps is all there is to read of the result before the call.
    if (root.kind === 'package' || root.kind === 'program' || (root.kind === 'return' && isKeptStep(steps[0])))
      return [[NOTHING, -3]];
    if (root.kind === 'property') return [[valueWith(this.callee), -2]];
    return [];
  }

  #positions(index: number | 'all' | { from: number } | { last: number }): number[] {
    const { length } = this.call.arguments;
    const all = this.call.arguments.map((_, position) => position);
    if (index === 'all') return all;
    if (typeof index === 'number') return index < length ? [index] : [];
    if ('from' in index) return all.slice(index.from);
    return length >= index.last ? [length - index.last] : [];
  }

  #valueAt(port: string): Value {
    return joinAll(parsePort(port).map((path) => this.read(path)));
  }

  /** The places where the object at `holder` keeps things under a name. */
  #placesAt({ kind }: PortPath['root'], holder: Value, name: string): ReturnType<typeof placesOf> {
    const { place } = this.call;
    if (kind === 'program') return { written: [sharedPlace(name)], read: [sharedPlace(name)] };
    if (kind === 'package') return { written: [this.callee.package + name], read: [this.callee.package + name] };
    if (kind === 'return' && place) return { written: [placeKey(place) + name], read: [placeKey(place) + name] };
    return placesOf(holder, this.callee.package, name, this.#analysis);
  }

  /** Whether it gives back what an object keeps that only callers know: `useContext(context)` in a hook of ours. */
  isForCallers(): boolean {
    return this.match.propagators.some(
      ({ from, to }) => to.some(({ root }) => root.kind === 'return') && from.some((port) => this.#isOfCallers(port)),
    );
  }

  #isOfCallers({ root, steps }: PortPath): boolean {
    const at = steps.findIndex(isKeptStep);
    if (at < 0 || root.kind !== 'argument') return false;
    const holder = this.read({ root, steps: steps.slice(0, at) });
    return holder.atoms.some(isParameter) && !isIdentified(holder, this.#analysis);
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
    keep({ key, places, topic: this.#topic, value: held }, this.#frame, this.#analysis);
  }

  #follow(root: Value, steps: readonly PortStep[], index: number, from: PortPath['root']): Value {
    let value = root;
    for (const [position, step] of steps.entries()) {
      if (step.kind === 'property' && isKept(step.name)) {
        const places = this.#placesAt(from, value, step.name).read;
        value = readKept(places, this.#topic, this.#frame, this.#analysis);
      } else if (step.kind === 'return') value = this.#callbackAt(index, steps.slice(0, position), value).returned;
      else value = this.#step(value, step);
    }
    return value;
  }

  #step(value: Value, step: PortStep): Value {
    const { place } = this.call;
    switch (step.kind) {
      case 'property':
        return property(value, step.name, this.#frame, this.#analysis, place);
      case 'element':
        return property(value, ELEMENT, this.#frame, this.#analysis, place);
      case 'any-property':
        return anyProperty(value, this.#frame, this.#analysis, place);
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

  #write(port: PortPath, value: Value): void {
    if (isNothing(value)) return;
    const kept = port.steps.findIndex(isKeptStep);
    if (kept >= 0) {
      this.#keep(port, kept, value);
      return;
    }
    const at = port.steps.findIndex(({ kind }) => kind === 'parameter');
    if (at >= 0) this.#writeParameter(port, at, value);
    else if (port.root.kind === 'return') this.#result = writeInto(this.#result, port.steps, value);
    else if (port.root.kind === 'this') this.#effect(-1, this.call.receiver ?? NOTHING, port.steps, value);
    else if (port.root.kind === 'argument') {
      for (const [root, index] of this.#roots(port)) this.#effect(index, root, port.steps, value);
    }
  }

  #effect(index: number, before: Value, steps: readonly PortStep[], value: Value): void {
    this.#effects.set(index, writeInto(this.#effects.get(index) ?? before, steps, value));
  }

  #writeParameter(port: PortPath, at: number, value: Value): void {
    const step = port.steps[at] as PortStep & { kind: 'parameter' };
    for (const [root, index] of this.#roots(port)) {
      const callback = this.#callbackAt(index, port.steps.slice(0, at), root);
      const before = callback.parameters.get(step.index) ?? NOTHING;
      callback.parameters.set(step.index, writeInto(before, port.steps.slice(at + 1), value));
    }
  }

  #callbackAt(index: number, steps: readonly PortStep[], root: Value): Callback {
    const key = `${index}${steps.map((step) => ('name' in step ? `.${step.name}` : step.kind)).join('')}`;
    let callback = this.#callbacks.get(key);
    if (!callback) {
      const value = steps.reduce((at, step) => this.#step(at, step), root);
      callback = { value, parameters: new Map(), returned: NOTHING, answers: [] };
      this.#callbacks.set(key, callback);
    }
    return callback;
  }

  /** Runs the callbacks that a port names, whether or not anything is passed to them. */
  runCallbacks(): void {
    const returning = [
      ...this.match.propagators.flatMap(({ from }) => from),
      ...this.match.sinks.flatMap(({ ports }) => ports),
    ];
    for (const port of returning) {
      const at = port.steps.findIndex(({ kind }) => kind === 'return');
      if (at < 0) continue;
      for (const [root, index] of this.#roots(port)) this.#callbackAt(index, port.steps.slice(0, at), root);
    }
    if (this.#frame.depth >= MOST_NESTED_CALLBACKS) return;
    this.#frame.depth++;
    const { standing } = this.#frame;
    const before = standing.length;
    const { routes } = this.match;
    for (const entry of mountedBefore(routes, this, this.#frame))
      standing.push({ guard: this.call.guard, entries: [entry], call: -1 });
    const asked = standing.length;
    const { router } = this.#frame;
    if (routes.length > 0) this.#frame.router = routerOf(this.call.receiver);
    const callbacks = [...this.#callbacks].sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    for (const [, callback] of callbacks) this.#runCallback(callback);
    this.#frame.router = router;
    const letThrough = standing.slice(asked).flatMap(({ entries }) => entries);
    if (routes.length > 0) noteMounted(routes, letThrough, this, this.#frame, this.#analysis);
    standing.length = before;
    this.#frame.depth--;
  }

  #runCallback(callback: Callback): void {
    const functions = callback.value.atoms.filter(
      ({ kind }) => kind === 'function' || kind === 'data' || kind === 'library',
    );
    if (functions.length === 0) return;
    const highest = Math.max(-1, ...callback.parameters.keys());
    const args = Array.from({ length: highest + 1 }, (_, index) => callback.parameters.get(index) ?? NOTHING);
    const call: Call = {
      receiver: null,
      arguments: args,
      name: this.call.name,
      place: this.call.place,
      guard: this.call.guard,
      new: false,
      answers: this.match.sinks.some(({ model }) => model.activity === 'expose'),
    };
    const outcome = apply({ atoms: functions, fields: null }, call, this.#frame, this.#analysis);
    callback.returned = outcome.result;
    callback.answers = outcome.answers ?? [];
    this.#letThrough(callback.value, args);
  }

  /** `app.post(path, requireConsent, handler)`: what comes later runs only where this one called its `next()`. */
  #letThrough(callback: Value, args: readonly Value[]): void {
    const atom = onlyFunction(callback);
    if (!atom) return;
    const entries = assuredBy(atom, 'whenCalled', null, args, this.#frame, this.#analysis);
    if (entries.length > 0) this.#frame.standing.push({ guard: this.call.guard, entries, call: -1 });
  }

  outcome(): Outcome {
    return { ...NO_OUTCOME, result: this.#result, effects: this.#effects };
  }

  #site(place: Place, expression: string): SourceSite {
    return { arguments: this.call.arguments, place, expression, within: this.#frame.linked.facts.name };
  }

  /** What a decorator says its parameter is. */
  decorated(): Value {
    const { place } = this.call;
    const name = this.callee.path.at(-1)?.slice(1) ?? '';
    let value = NOTHING;
    for (const { model, ports } of this.match.sources) {
      if (!place || !ports.some(({ root }) => root.kind === 'decorated')) continue;
      value = join(value, sourceValue(model, this.match, this.callee, this.#site(place, name), this.#analysis));
    }
    for (const { model, ports } of this.match.types) {
      if (!ports.some(({ root }) => root.kind === 'decorated')) continue;
      value = join(value, valueWith(library(this.callee.package, [`<${model.type}>`], null, [], place)));
    }
    return value;
  }
}

function isKeptStep(step: PortStep | undefined): boolean {
  return step?.kind === 'property' && isKept(step.name);
}

/** How deep a schema's fields are told to what is read apart already. */
const DEEPEST_DESCRIBED = 4;

/** A value with the type of a schema, or of a field of it, where no type is known that says more. */
function describedAs(
  value: Value,
  type: TypeRef,
  field: TypeField | null,
  types: Types,
  depth = DEEPEST_DESCRIBED,
): Value {
  const atoms = value.atoms.map((atom) => {
    if (atom.kind !== 'data' || atom.derived || (atom.type && types.isTelling(atom.type))) return atom;
    return rekey({ ...atom, type, field: atom.field ?? field });
  });
  if (!value.fields || depth === 0) return { atoms, fields: value.fields };
  const fields = new Map<string, Value>();
  for (const [key, part] of value.fields) {
    const own = key === ELEMENT ? null : types.field(type, key);
    const inner = own?.type ?? types.property(type, key);
    fields.set(key, inner ? describedAs(part, inner, own ? within(own, field) : field, types, depth - 1) : part);
  }
  return { atoms, fields };
}

/** The rows of a list are its elements, in how they are named, too: `findMany()[].email`. */
function rowsAt(port: PortPath, rows: Value): Value {
  if (port.steps.at(-1)?.kind !== 'element') return rows;
  const atoms = rows.atoms.flatMap((atom) =>
    atom.kind === 'data' ? (below(atom, ELEMENT, atom.type, null) ?? []) : atom,
  );
  return { atoms, fields: rows.fields };
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

/** An object with no more than these fields. */
function onlyOf(value: Value, names: readonly string[]): Value {
  const narrowed = mapData({ atoms: value.atoms, fields: null }, (atom) => rekey({ ...atom, only: names }));
  const fields = [...(value.fields ?? [])].filter(([key]) => names.includes(key));
  return { atoms: narrowed.atoms, fields: fields.length > 0 ? new Map(fields) : null };
}
