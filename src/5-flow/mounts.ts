/**
 * Middlewares that a router asks before the routes registered after them, and before the routers put below a path:
 *
 *     router.use(requireConsent);
 *     router.post('/send', send);                       // runs only where requireConsent called next()
 *     app.use('/letters', requireConsent, letters);     // so do all routes of `letters`
 */
import { parsePort } from '../core/api-path.ts';
import type { RouteModel } from '../core/catalogue.ts';
import type { Analysis } from './analysis.ts';
import type { Frame } from './frame.ts';
import type { GuardEntry } from './guards.ts';
import { placeKey } from './kept.ts';
import type { LibraryCall } from './library-calls/ports.ts';
import { type Atom, textsOf, type Value } from './value.ts';

/** What a router asks before what is registered later. */
export interface Mounted {
  readonly router: string;
  readonly path: string;
  readonly entries: readonly GuardEntry[];
}

/** The guards that the router of a call asks before the handlers the call registers. */
export function mountedBefore(routes: readonly RouteModel[], site: LibraryCall, frame: Frame): readonly GuardEntry[] {
  const [route] = routes;
  const router = route && routerOf(site.call.receiver);
  if (!router || frame.mounted.length === 0) return [];
  const path = pathOf(route, site);
  return frame.mounted
    .filter((one) => one.router === router && isBelow(path, one.path))
    .flatMap(({ entries }) => entries);
}

/** Notes what the middlewares of a call let through, for the routes after it and for the routers it mounts. */
export function noteMounted(
  routes: readonly RouteModel[],
  entries: readonly GuardEntry[],
  site: LibraryCall,
  frame: Frame,
  analysis: Analysis,
): void {
  const mount = routes.find(({ kind }) => kind === 'mount');
  const router = mount && routerOf(site.call.receiver);
  if (!router) return;
  if (entries.length > 0) frame.mounted.push({ router, path: pathOf(mount, site), entries });
  for (const value of site.call.arguments) {
    const inner = value.atoms.some(isRouter) ? routerOf(value) : undefined;
    if (inner) analysis.noteMount(inner, site.call.place, entries);
  }
}

/** What tells a router from others: where it was made, or which input it is. */
export function routerOf(value: Value | null): string | undefined {
  for (const atom of value?.atoms ?? []) {
    if (atom.kind === 'library' && atom.place) return placeKey(atom.place);
    if (atom.kind === 'data') return atom.key;
  }
  return undefined;
}

function isRouter(atom: Atom): boolean {
  return atom.kind === 'library' && atom.place !== null;
}

function pathOf({ path }: RouteModel, site: LibraryCall): string {
  const [text] = path === undefined ? [] : parsePort(path).flatMap((port) => textsOf(site.read(port)));
  return text ?? '';
}

function isBelow(path: string, above: string): boolean {
  const start = above.replace(/\/?\*?$/, '');
  return start === '' || path === start || path.startsWith(`${start}/`);
}
