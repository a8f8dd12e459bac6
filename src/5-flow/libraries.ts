import type { PortPath } from '../core/api-path.ts';
import type { Analysis } from './analysis.ts';
import { data, isIndex } from './data.ts';
import type { Frame } from './frame.ts';
import { methodOfLibrary } from './given-methods.ts';
import { keptBy } from './globals.ts';
import { join, joinAll } from './join.ts';
import { readKept, sharedPlace, topicOfPath } from './kept.ts';
import { type LibraryPath, libraryPath } from './library-path.ts';
import { sourceValue } from './sources.ts';
import type { TypeRef } from './types.ts';
import {
  type Atom,
  type DataAtom,
  ELEMENT,
  isNothing,
  type LibraryAtom,
  NOTHING,
  type Place,
  type Value,
  valueWith,
} from './value.ts';

export function library(
  name: string,
  path: readonly string[],
  args: readonly Value[] | null,
  typeArguments: readonly TypeRef[],
  place: Place | null,
): LibraryAtom {
  return libraryAt(libraryPath(name, path), args, typeArguments, place);
}

/** A library's value, by a path that is at hand. */
export function libraryAt(
  api: LibraryPath,
  args: readonly Value[] | null = null,
  typeArguments: readonly TypeRef[] = NO_TYPES,
  place: Place | null = null,
): LibraryAtom {
  const key = typeArguments.length > 0 ? `${api.key}<${typeArguments.map(typeKey).join()}>` : api.key;
  return { kind: 'library', key, package: api.package, path: api.steps, api, arguments: args, typeArguments, place };
}

const NO_TYPES: readonly TypeRef[] = [];

function typeKey(type: TypeRef): string {
  if (type.kind === 'class') return `c${type.class}`;
  if (type.kind === 'entity') return type.entity.name;
  return type.type.kind === 'reference' ? `${type.file}#${type.type.name}` : type.type.kind;
}

/** The same value a step further. */
export function extended(atom: LibraryAtom, api: LibraryPath): LibraryAtom {
  return libraryAt(api, atom.arguments, atom.typeArguments, atom.place);
}

export function readLibrary(
  atom: LibraryAtom,
  key: string,
  whole: Value,
  frame: Frame,
  analysis: Analysis,
  place: Place | null,
): Value {
  if (key === 'default' && atom.path.length === 0) return valueWith(atom);
  const method = methodOfLibrary(atom, key, analysis);
  if (method) return valueWith(...method.functions);
  const next = extended(atom, key === ELEMENT || isIndex(key) ? atom.api.next('.[]') : atom.api.member(key));
  const match = analysis.models.match(next.api);
  let found = valueWith(next);
  for (const { model } of match.types) {
    if (model.port === 'property')
      found = valueWith(library(next.package, [`<${model.type}>`], next.arguments, next.typeArguments, null));
  }
  let kept = NOTHING;
  for (const { model, from, to } of match.propagators) {
    if (!to.some(({ root }) => root.kind === 'property')) continue;
    // What a framework puts there itself is not for `*` to say.
    if (model.topic === '*' && match.sources.length > 0) continue;
    found = partOf(whole, from) ?? found;
    kept = join(kept, keptAt(from, model.topic === '*' ? topicOfPath(match) : null, frame, analysis));
  }
  kept = join(kept, keptBy(next, frame, analysis));
  // What the program was seen to put there says more than that something is there.
  if (!isNothing(kept)) return join(found, kept);
  for (const { model } of match.sources) {
    if (model.port === undefined && place)
      found = join(
        found,
        sourceValue(model, match, next, { arguments: [], place, expression: key, within: frame.linked }, analysis),
      );
  }
  return found;
}

/** What was put into a place that all packages share: `req.user` is who signed in. */
function keptAt(from: readonly PortPath[], topic: Value | null, frame: Frame, analysis: Analysis): Value {
  return joinAll(
    from.map(({ root, steps: [step] }) =>
      root.kind === 'program' && step?.kind === 'property'
        ? readKept([sharedPlace(step.name)], topic, frame, analysis)
        : NOTHING,
    ),
  );
}

/** What a model kept in a place of the object itself: `schema.shape` is what the schema was made of. */
function partOf({ fields }: Value, from: readonly PortPath[]): Value | undefined {
  for (const { root, steps } of from) {
    const [step] = steps;
    if (root.kind === 'this' && step?.kind === 'property' && steps.length === 1) return fields?.get(step.name);
  }
  return undefined;
}

/** A library's value, when the declared type is a library's: `repo: Repository<User>`. */
export function libraryOfType(type: TypeRef, analysis: Analysis): Value {
  let value = NOTHING;
  for (const found of analysis.types.libraries(type)) {
    value = join(
      value,
      typedLibrary(library(found.package, [`<${found.name}>`], null, found.arguments, null), analysis),
    );
  }
  return value;
}

/** A value of a library's type, and of the types that a model says it is as well: a `RequestHandler`'s request. */
export function typedLibrary(atom: LibraryAtom, analysis: Analysis): Value {
  const match = analysis.models.match(atom.api);
  let value = valueWith(atom);
  for (const { model } of match.types) {
    if (model.port === 'property')
      value = join(
        value,
        valueWith(library(atom.package, [`<${model.type}>`], atom.arguments, atom.typeArguments, null)),
      );
  }
  return value;
}

/** A placeholder with its declared type, and the library value that the type stands for. */
export function typedInput(root: DataAtom['root'], type: TypeRef | null, analysis: Analysis): Value {
  const value = valueWith(data(root, type));
  return type ? join(value, libraryOfType(type, analysis)) : value;
}

/** Whether a value is what somebody set where the program runs: `process.env.ANALYTICS_ENABLED`. */
export function isSetting(atom: Atom, analysis: Analysis): boolean {
  return atom.kind === 'library' && analysis.models.isSetting(atom.package, atom.path);
}
