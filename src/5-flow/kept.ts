/**
 * What libraries' objects keep between calls, wherever the object is: the state of a component, the value of a context,
 * the messages of a bus. In models these places are properties that start with `@`.
 *
 *     const [to, setTo] = useState('');    setTo(user.email) → `this.@state` of the setter → what `useState` returns
 *     bus.emit('login', user)              → `this.@event` with the topic `login` → the listener of `bus.on('login', …)`
 *
 *     done(null, user)                     → `program.@user`, of all packages together → `req.user` of another one
 *
 * An object is known by where it was made; one of which that is not known may be any. Who reads, and when, is not told
 * apart: everything that was ever put there is there.
 *
 * What a call makes may keep things for that call alone, under names that start with `@@`: a promise is what its
 * `resolve` was called with, and known where the promise is made, so that `wait(user.email)` is not `wait(user.plan)`.
 */
import type { Analysis } from './analysis.ts';
import { close } from './close.ts';
import type { Frame } from './frame.ts';
import { join, joinAll } from './join.ts';
import type { Matched } from './patterns.ts';
import { published } from './published.ts';
import { type Bindings, substitute } from './substitute.ts';
import type { Kept } from './summary.ts';
import {
  type Atom,
  constant,
  isClosed,
  isNothing,
  isPlaceholder,
  NOTHING,
  type Place,
  textsOf,
  type Value,
} from './value.ts';

/** Names of such places in ports. */
export function isKept(name: string): boolean {
  return name.startsWith('@');
}

/** Where the objects of a value keep things under a name: those to write to, and those to read. */
export function placesOf(
  holder: Value,
  packageName: string,
  name: string,
  analysis: Analysis,
): { readonly written: readonly string[]; readonly read: readonly string[] } {
  const known = new Set(holder.atoms.flatMap((atom) => identityOf(atom, analysis) ?? []));
  const anyone = `*${packageName}${name}`;
  const someone = `?${packageName}${name}`;
  if (known.size === 0) return { written: [someone, anyone], read: [anyone] };
  const own = [...known].map((identity) => identity + name);
  return { written: [...own, anyone], read: [...own, someone] };
}

/** Whether it is known which object a value is. */
export function isIdentified({ atoms }: Value, analysis: Analysis): boolean {
  return atoms.some((atom) => identityOf(atom, analysis) !== undefined);
}

/** What all packages keep together: who signed in with one of them is there for the others. */
export function sharedPlace(name: string): string {
  return `!${name}`;
}

/** What tells an object from others: where it was made, or its class. */
function identityOf(atom: Atom, analysis: Analysis): string | undefined {
  if (atom.kind === 'instance') return `c${atom.class}`;
  if (atom.kind === 'library') return atom.place ? placeKey(atom.place) : undefined;
  if (atom.kind !== 'data' || !atom.type) return undefined;
  const type = analysis.types.resolve(atom.type);
  return type.kind === 'class' ? `c${type.class}` : undefined;
}

/** The identity of what a call makes. */
export function placeKey({ file, span }: Place): string {
  return `p${file}:${span[0]}`;
}

function isOwn(place: string): boolean {
  return place.includes('@@');
}

/** Whether the call that made the object of a place is in the function being evaluated. */
function isMadeIn(place: string, { linked }: Frame): boolean {
  const [, file, offset] = /^p(\d+):(\d+)@/.exec(place) ?? [];
  const { span } = linked.facts;
  return Number(file) === linked.file && span[0] <= Number(offset) && Number(offset) < span[1];
}

/** Keeps a value for the call that made its holder: here, or where whoever calls this function made it. */
function keepOwn(place: string, kept: Kept, frame: Frame, analysis: Analysis): void {
  if (isMadeIn(place, frame)) {
    frame.made.set(place, join(frame.made.get(place) ?? NOTHING, kept.value));
    return;
  }
  const { kept: all } = frame.summary;
  const before = all.get(kept.key);
  if (!before && all.size >= MOST_KEPT) return;
  const value = close(kept.value, frame, analysis);
  all.set(kept.key, { ...kept, places: [place], value: before ? join(before.value, value) : value });
}

/** What is kept at any of the places under any of the topics; all of it without topics. */
export function readKept(places: readonly string[], topic: Value | null, frame: Frame, analysis: Analysis): Value {
  if (places.some(isOwn)) return joinAll(places.map((place) => frame.made.get(place) ?? NOTHING));
  return joinAll(withTopics(places, topic).map((place) => analysis.kept(place, frame.id)));
}

/** The topic that a path itself names: `cart` of `req.session.cart`. */
export function topicOfPath({ wildcard }: Matched): Value {
  return wildcard === null ? NOTHING : constant('string', wildcard);
}

function withTopics(places: readonly string[], topic: Value | null): string[] {
  if (!topic) return [...places];
  return textsOf(topic).flatMap((text) => places.map((place) => `${place}:${text}`));
}

const MOST_KEPT = 24;

/** Puts a value there: what is known of it now, and what callers pass once they are seen to. */
export function keep(kept: Kept, frame: Frame, analysis: Analysis): void {
  const own = kept.places.find((place) => isOwn(place) && place.startsWith('p'));
  if (own !== undefined || kept.places.some(isOwn)) {
    if (own !== undefined) keepOwn(own, kept, frame, analysis);
    return;
  }
  const value = close(kept.value, frame, analysis);
  const known = withoutLiterals(published(value, analysis));
  if (!isNothing(known)) for (const place of withTopics(kept.places, kept.topic)) analysis.keep(place, known);
  // Under which topic is for callers to say: then all of it waits for them.
  const waits = kept.topic && !isClosed(kept.topic) ? value : waiting(value);
  if (isNothing(waits)) return;
  const { kept: all } = frame.summary;
  const before = all.get(kept.key);
  if (!before && all.size >= MOST_KEPT) return;
  const topic = before?.topic ? join(before.topic, kept.topic ?? NOTHING) : kept.topic;
  all.set(kept.key, { ...kept, topic, value: before ? join(before.value, waits) : waits });
}

/** What callers know more of: inputs, at whatever depth. The rest is kept already, and would only be carried along. */
function waiting(value: Value): Value {
  if (isClosed(value)) return NOTHING;
  const atoms = value.atoms.filter((atom) => atom.kind === 'data' && (isPlaceholder(atom.root) || atom.condition));
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields ?? []) {
    const waits = waiting(field);
    // A field still hides the same property of the atoms beside it.
    if (atoms.length > 0 || !isNothing(waits)) fields.set(key, waits);
  }
  return fields.size === 0 && atoms.length === 0 ? NOTHING : { atoms, fields: fields.size > 0 ? fields : null };
}

/** `setLoading(true)` tells nobody anything of a person, and would have every reader looked at again. */
function withoutLiterals(value: Value): Value {
  const atoms = value.atoms.filter(({ kind }) => kind !== 'constant');
  if (!value.fields) return atoms.length === value.atoms.length ? value : { atoms, fields: null };
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) fields.set(key, withoutLiterals(field));
  return { atoms, fields };
}

/** The same for what a callee gave away of its inputs. */
export function liftKept(kept: Kept, bindings: Bindings, frame: Frame, analysis: Analysis): void {
  const topic = kept.topic && substitute(kept.topic, bindings, frame, analysis);
  keep({ ...kept, topic, value: substitute(kept.value, bindings, frame, analysis) }, frame, analysis);
}
