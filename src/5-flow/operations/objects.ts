/** Operations that read, write and make objects and lists. */
import type { Key, ObjectEntry, Operation } from '../../core/facts.ts';
import type { Analysis } from '../analysis.ts';
import type { Call } from '../calls.ts';
import { naming } from '../classify.ts';
import { conditioned } from '../conditions.ts';
import type { Frame } from '../frame.ts';
import { giveMethods } from '../given-methods.ts';
import { globalValue, isGlobal, putGlobal } from '../globals.ts';
import { join, joinAll, spread } from '../join.ts';
import { extended } from '../libraries.ts';
import { LibraryCall } from '../library-calls/ports.ts';
import { assign } from '../library-calls/propagators.ts';
import { anyProperty, property } from '../properties.ts';
import { recordSink } from '../sinks.ts';
import { ANY, ELEMENT, type LibraryAtom, NOTHING, type Place, textsOf, type Value, withField } from '../value.ts';
import { placeOf, read, write } from './registers.ts';

export function evaluateGet(operation: Operation & { kind: 'get' }, frame: Frame, analysis: Analysis): void {
  const place = placeOf(operation, frame);
  write(operation.into, readKey(read(operation.from, frame), operation.key, place, frame, analysis), frame);
}

function readKey(value: Value, key: Key, place: Place, frame: Frame, analysis: Analysis): Value {
  if (typeof key === 'string') {
    const own = property(value, key, frame, analysis, place);
    return value.atoms.some((atom) => isGlobal(atom) && atom.path.length === 0)
      ? join(own, globalValue(key, frame, analysis))
      : own;
  }
  const names = textsOf(read(key.computed, frame));
  if (names.length > 0) return joinAll(names.map((name) => property(value, name, frame, analysis, place)));
  return anyProperty(value, frame, analysis, place);
}

export function evaluateSet(operation: Operation & { kind: 'set' }, frame: Frame, analysis: Analysis): void {
  const base = read(operation.base, frame);
  const value = read(operation.from, frame);
  if (operation.back && frame.unchanged.has(operation.from)) {
    frame.unchanged.add(operation.into);
    write(operation.into, base, frame);
    return;
  }
  const { key } = operation;
  if (typeof key === 'string') assignLibrary(base, key, value, operation, frame, analysis);
  const named = typeof key === 'string' ? naming(value, key, placeOf(operation, frame), analysis) : value;
  write(operation.into, writeKey(base, key, conditioned(named, operation.guard, frame), frame), frame);
}

function writeKey(base: Value, key: Key, value: Value, frame: Frame): Value {
  if (typeof key === 'string') return withField(base, key, value);
  const names = textsOf(read(key.computed, frame));
  const [only] = names;
  if (names.length === 1 && only !== undefined) return withField(base, only, value);
  return withField(base, ANY, value);
}

/** `document.cookie = …`, `req.session.user = …`: assigning a library's property can be a sink. */
function assignLibrary(
  base: Value,
  key: string,
  value: Value,
  operation: Operation & { kind: 'set' },
  frame: Frame,
  analysis: Analysis,
): void {
  const targets = base.atoms.filter((atom): atom is LibraryAtom => atom.kind === 'library');
  assignGlobal(targets, key, value, operation, frame, analysis);
  const globals = targets.some((atom) => isGlobal(atom) && atom.path.length === 0)
    ? globalValue(key, frame, analysis).atoms.filter(({ kind }) => kind === 'library')
    : [];
  const assigned = [...targets.map((atom) => extended(atom, atom.api.member(key))), ...(globals as LibraryAtom[])];
  for (const atom of assigned) {
    const match = analysis.models.match(atom.api);
    if (match.sinks.length === 0 && match.propagators.length === 0 && match.methods.length === 0) continue;
    const call: Call = {
      receiver: base,
      arguments: [value],
      name: key,
      place: placeOf(operation, frame),
      guard: operation.guard,
      new: false,
    };
    const site = new LibraryCall(atom, match, call, frame, analysis);
    // `request.user.seen = now` says something of this request's user, not of whoever signs in.
    if (!operation.back) assign(value, site);
    giveMethods(site, value);
    for (const { model, ports } of match.sinks) {
      if (ports.some(({ root }) => root.kind === 'assigned'))
        recordSink(model, match, atom, value, site, frame, analysis);
    }
  }
}

/** `global.APP = app`: from here on, what is put into `app` is put there, too. */
function assignGlobal(
  targets: readonly LibraryAtom[],
  key: string,
  value: Value,
  operation: Operation & { kind: 'set' },
  frame: Frame,
  analysis: Analysis,
): void {
  for (const atom of targets) {
    if (!isGlobal(atom)) continue;
    const target = putGlobal(atom, key, value, placeOf(operation, frame), frame, analysis);
    if (target) write(operation.from, join(value, { atoms: [target], fields: null }), frame);
  }
}

export function evaluateDelete(operation: Operation & { kind: 'delete' }, frame: Frame): void {
  const base = read(operation.base, frame);
  const names = typeof operation.key === 'string' ? [operation.key] : textsOf(read(operation.key.computed, frame));
  write(
    operation.into,
    names.reduce((value, name) => withField(value, name, NOTHING), base),
    frame,
  );
}

export function evaluateObject(operation: Operation & { kind: 'object' }, frame: Frame, analysis: Analysis): void {
  write(operation.into, objectOf(operation.entries, frame, analysis), frame);
}

export function objectOf(entries: readonly ObjectEntry[], frame: Frame, analysis: Analysis): Value {
  let value: Value = NOTHING;
  for (const entry of entries) {
    if ('spread' in entry) {
      value = spread(value, read(entry.spread, frame), entry.omit ?? []);
      continue;
    }
    const held = read(entry.value, frame);
    const named = typeof entry.key === 'string' ? naming(held, entry.key, placeOf(entry, frame), analysis) : held;
    value = writeKey(value, entry.key, named, frame);
  }
  return value;
}

export function evaluateArray(operation: Operation & { kind: 'array' }, frame: Frame, analysis: Analysis): void {
  let value: Value = NOTHING;
  let open = false;
  for (const [index, element] of operation.elements.entries()) {
    const held = read(element.value, frame);
    if (element.spread) {
      open = true;
      value = withField(value, ELEMENT, property(held, ELEMENT, frame, analysis, null));
    } else {
      value = withField(value, open ? ELEMENT : String(index), held);
    }
  }
  write(operation.into, value, frame);
}
