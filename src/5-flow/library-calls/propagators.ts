import type { PortPath } from '../../core/api-path.ts';
import type { WrittenAs } from '../../core/catalogue.ts';
import { isFromOutside } from '../analysis.ts';
import { assuredOfElement, onlyFunction } from '../assurances.ts';
import { instancesOf } from '../construct.ts';
import { rekey } from '../data.ts';
import type { GuardEntry } from '../guards.ts';
import { joinAll } from '../join.ts';
import { topicOfPath } from '../kept.ts';
import { asPart } from '../masks.ts';
import { narrow } from '../narrow.ts';
import type { Matched } from '../patterns.ts';
import { property } from '../properties.ts';
import { leave, leftBy } from '../replacers.ts';
import {
  type Atom,
  chosenBy,
  derive,
  isNothing,
  isPlaceholder,
  mapData,
  NOTHING,
  textsOf,
  type Value,
} from '../value.ts';
import { asJson, asPlain } from '../written.ts';
import { asDescribed } from './described.ts';
import { withIncluded } from './included.ts';
import type { LibraryCall } from './ports.ts';

type Propagator = Matched['propagators'][number]['model'];

/** Writes what goes through the library to the ports that are wanted. */
export function propagate(wanted: (to: PortPath) => boolean, site: LibraryCall): void {
  for (const { model, from, to } of holding(site)) {
    if (model.unless !== undefined && !isNothing(site.valueAt(model.unless))) continue;
    site.topic = topicOf(model, site);
    for (const target of to) {
      if (!wanted(target)) continue;
      for (const source of from) site.write(target, propagated(model, source, site));
    }
  }
  site.topic = null;
}

/** The entries of the literal that is written, or those that ask for none. */
function holding(site: LibraryCall): Matched['propagators'] {
  const { propagators } = site.match;
  if (!propagators.some(({ model }) => model.literal)) return propagators;
  const written = propagators.filter(
    ({ model: { literal } }) => literal && textsOf(site.valueAt(literal.port)).includes(literal.text),
  );
  return written.length > 0 ? written : propagators.filter(({ model }) => !model.literal);
}

/** `req.session.cart = …`: what is assigned goes where the model says. */
export function assign(value: Value, site: LibraryCall): void {
  for (const { model, from, to } of site.match.propagators) {
    if (!from.some(({ root }) => root.kind === 'assigned')) continue;
    site.topic = topicOf(model, site);
    for (const port of to) site.write(port, value);
  }
  site.topic = null;
}

/** The text under which the model has something kept. */
function topicOf({ topic }: Propagator, site: LibraryCall): Value | null {
  if (topic === '*') return topicOfPath(site.match);
  return topic === undefined ? null : site.valueAt(topic);
}

/** What comes through, with the type of the schema that it went through. */
function propagated(model: Propagator, source: PortPath, site: LibraryCall): Value {
  const value = passedOn(model, source, site);
  return model.schema === undefined ? value : asDescribed(value, model.schema, site);
}

/** What comes through of what is at a port: the whole, some of its fields, or what it was made of. */
function passedOn(model: Propagator, source: PortPath, site: LibraryCall): Value {
  if (model.include) return withIncluded(site.read(source), model.include, model.select, site);
  const asked = model.select ? namesAt(model.select, site) : null;
  const named = asked?.some((name) => /^[-+]/.test(name)) ? null : asked;
  if (source.steps.at(-1)?.kind === 'any-property' && named) {
    // `get(user, 'email')`: the fields of these names, not all.
    const holder = site.read({ root: source.root, steps: source.steps.slice(0, -1) });
    const { place } = site.call;
    const fields = named.map((name) => property(holder, name, site.frame, site.analysis, place));
    return joinAll(fields);
  }
  // `map(users, (user) => …)`: what it gives is what the function returns.
  const chosen = source.steps.at(-1)?.kind === 'any-property' && model.select ? site.valueAt(model.select) : NOTHING;
  if (chosen.atoms.some(({ kind }) => kind === 'function')) return NOTHING;
  const held = writtenAs(model.as, site.read(source), site);
  const whole = model.part ? asPart(held) : held;
  const value = afterReplacer(model.select, asDeclared(model.shape, whole, site), site);
  if (model.keeps === 'taint') return derive([named ? fieldsOf(value, named, null) : value]);
  if (model.keeps === 'instance') return instancesOf(value, site.analysis);
  if (model.keeps === 'entries') return { atoms: value.atoms.filter(isOfEntries).map(withoutType), fields: null };
  if (model.keeps === 'parsed')
    return mapData(value, (atom) => (atom.derived ? rekey({ ...atom, derived: false }) : atom));
  if (model.where) return chosenBy(value, choiceOf(model.where, site));
  const without = model.omit ? namesAt(model.omit, site) : leftOut(asked);
  const all = askedBesides(value, asked);
  return named || without ? fieldsOf(all, named, without) : all;
}

/** A form's or a request's data that came in as pairs of names and values, or what callers pass: an object of them is the same data. */
function isOfEntries(atom: Atom): boolean {
  if (atom.kind !== 'data' || atom.derived || atom.path.length > 0) return false;
  return isFromOutside(atom) || isPlaceholder(atom.root);
}

/** An object of a form's entries is no `FormData` any more. */
function withoutType(atom: Atom): Atom {
  return atom.kind === 'data' && atom.type ? { ...atom, type: null } : atom;
}

/** What the callback at a port says of the elements it keeps. */
function choiceOf(port: string, site: LibraryCall): readonly GuardEntry[] {
  const callback = onlyFunction(site.valueAt(port));
  if (!callback) return [];
  const own = assuredOfElement(callback, site.frame, site.analysis);
  return own.map((guard) => ({ ...guard, subject: null, own: true }));
}

/** A value as text of a format holds it. */
function writtenAs(as: WrittenAs | undefined, value: Value, site: LibraryCall): Value {
  if (as === 'json') return asJson(value, site.frame, site.analysis);
  return as === 'plain' ? asPlain(value, site.frame, site.analysis) : value;
}

/** What a callback of each key and value leaves of a value, where one is at the port. */
function afterReplacer(port: string | undefined, value: Value, site: LibraryCall): Value {
  const left = port === undefined ? null : leftBy(site.valueAt(port), site.frame, site.analysis);
  return left ? leave(value, left) : value;
}

/** What a schema leaves of a value, where one is at the port. */
function asDeclared(port: string | undefined, value: Value, site: LibraryCall): Value {
  if (port === undefined) return value;
  const context = {
    package: site.callee.package,
    frame: site.frame,
    analysis: site.analysis,
    place: site.call.place,
  };
  return narrow(value, site.valueAt(port), context);
}

/** `select('-password -token')`: the names with a minus. */
function leftOut(names: readonly string[] | null): readonly string[] | null {
  const without = (names ?? []).flatMap((name) => (name.startsWith('-') ? [name.slice(1)] : []));
  return without.length > 0 ? without : null;
}

/** `select('+password')`: what is left out unless it is asked for is there. */
function askedBesides(value: Value, names: readonly string[] | null): Value {
  const added = (names ?? []).flatMap((name) => (name.startsWith('+') ? [name.slice(1)] : []));
  if (added.length === 0) return value;
  return mapData(value, (atom) => {
    const without = atom.without?.filter((name) => !added.includes(name)) ?? [];
    return rekey({ ...atom, without: without.length > 0 ? without : null });
  });
}

/** The literal texts at a port, also inside arrays: the field names of `pick` or `'name email'`. Null when none is known. */
function namesAt(port: string, site: LibraryCall): readonly string[] | null {
  const parsed = /^argument\[(\d+)(\.\.)?\]$/.exec(port);
  if (!parsed) return null;
  const start = Number(parsed[1]);
  const values = parsed[2] ? site.call.arguments.slice(start) : site.call.arguments.slice(start, start + 1);
  const names = values.flatMap((value) => [
    ...textsOf(value).flatMap((text) => text.split(/\s+/)),
    ...[...(value.fields ?? [])].flatMap(([key, field]) =>
      field.atoms.some((atom) => atom.kind === 'constant' && atom.text === 'true') ? [key] : textsOf(field),
    ),
  ]);
  return names.length > 0 ? names : null;
}

/** An object with no more than some fields, or without some. */
function fieldsOf(value: Value, only: readonly string[] | null, without: readonly string[] | null): Value {
  const narrowed = mapData({ atoms: value.atoms, fields: null }, (atom) =>
    rekey({
      ...atom,
      only: only ?? atom.only,
      without: without ? [...(atom.without ?? []), ...without] : atom.without,
    }),
  );
  const fields = [...(value.fields ?? [])].filter(([key]) => (!only || only.includes(key)) && !without?.includes(key));
  return { atoms: narrowed.atoms, fields: fields.length > 0 ? new Map(fields) : null };
}
