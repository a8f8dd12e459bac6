/**
 * The global object: what the platform and packages put there, by their models, and what the program itself does.
 *
 *     global.APP = { mail: require('./mail') };   // and in another file
 *     APP.models = connect();                     // and in a third
 *     APP.mail.send(user.email);
 */
import type { Analysis } from './analysis.ts';
import type { Frame } from './frame.ts';
import { join } from './join.ts';
import { keep, sharedPlace } from './kept.ts';
import { extended, library } from './libraries.ts';
import { isNothing, type LibraryAtom, NOTHING, type Place, type Value, valueWith } from './value.ts';

const GLOBAL_OBJECTS = new Set(['window', 'globalThis', 'self', 'global']);
const GLOBALS = 'globals';

/** Properties of properties, as far as what is put there is told apart. */
const DEEPEST = 3;

/** A global by name; `window.x` is `x`. */
export function globalValue(name: string, frame: Frame, analysis: Analysis): Value {
  if (GLOBAL_OBJECTS.has(name)) return valueWith(library(GLOBALS, [], null, [], null));
  const packages = analysis.models.globalPackages(name);
  if (packages.length > 0)
    return { atoms: packages.map((pack) => library(pack, [`.${name}`], null, [], null)), fields: null };
  const own = library(GLOBALS, [`.${name}`], null, [], null);
  const kept = keptBy(own, frame, analysis);
  return isNothing(kept) ? NOTHING : join(kept, valueWith(own));
}

/** Whether it is the global object, or something that the program put there. */
export function isGlobal(atom: { readonly kind: string; readonly package?: string }): atom is LibraryAtom {
  return atom.kind === 'library' && atom.package === GLOBALS;
}

/** What the program put at a property of the global object, or below. */
export function keptBy(atom: LibraryAtom, frame: Frame, analysis: Analysis): Value {
  return isGlobal(atom) && atom.path.length > 0 ? analysis.kept(placeOf(atom), frame.id) : NOTHING;
}

/** Puts a value at a property of the global object, or below; what the value is then called. */
export function putGlobal(
  atom: LibraryAtom,
  key: string,
  value: Value,
  place: Place,
  frame: Frame,
  analysis: Analysis,
): LibraryAtom | null {
  const target = extended(atom, atom.api.member(key));
  const isKnown = target.path.length === 1 && analysis.models.globalPackages(key).length > 0;
  if (isKnown || target.path.length > DEEPEST) return null;
  const at = placeOf(target);
  keep({ key: `${at}:${place.file}:${place.span[0]}`, places: [at], topic: null, value }, frame, analysis);
  return target;
}

function placeOf(atom: LibraryAtom): string {
  return sharedPlace(`${GLOBALS}${atom.path.join('')}`);
}
