import { assuredBy, onlyFunction } from '../assurances.ts';
import { apply, type Call } from '../calls.ts';
import { noteChecks } from '../checked-requests.ts';
import { mountedBefore, noteMounted, routerOf } from '../mounts.ts';
import { NOTHING, type Value } from '../value.ts';
import type { Callback, LibraryCall } from './ports.ts';

/** Callbacks that call libraries with callbacks: deeper than hand-written code nests them. */
const MOST_NESTED_CALLBACKS = 8;

/** Runs the callbacks that a port names, whether or not anything is passed to them. */
export function runCallbacks(site: LibraryCall): void {
  const returning = [
    ...site.match.propagators.flatMap(({ from }) => from),
    ...site.match.sinks.flatMap(({ ports }) => ports),
  ];
  for (const port of returning) {
    const at = port.steps.findIndex(({ kind }) => kind === 'return');
    if (at < 0) continue;
    for (const [root, index] of site.roots(port)) site.callbackAt(index, port.steps.slice(0, at), root);
  }
  noteChecks(site);
  if (site.frame.depth >= MOST_NESTED_CALLBACKS) return;
  site.frame.depth++;
  const { standing } = site.frame;
  const before = standing.length;
  const { routes } = site.match;
  for (const entry of mountedBefore(routes, site, site.frame))
    standing.push({ guard: site.call.guard, entries: [entry], call: -1 });
  const asked = standing.length;
  const { router } = site.frame;
  if (routes.length > 0) site.frame.router = routerOf(site.call.receiver);
  const callbacks = [...site.callbacks].sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  for (const [, callback] of callbacks) runCallback(callback, site);
  site.frame.router = router;
  const letThrough = standing.slice(asked).flatMap(({ entries }) => entries);
  if (routes.length > 0) noteMounted(routes, letThrough, site, site.frame, site.analysis);
  standing.length = before;
  site.frame.depth--;
}

function runCallback(callback: Callback, site: LibraryCall): void {
  const functions = callback.value.atoms.filter(
    ({ kind }) => kind === 'function' || kind === 'data' || kind === 'library',
  );
  if (functions.length === 0) return;
  const highest = Math.max(-1, ...callback.parameters.keys());
  const args = Array.from({ length: highest + 1 }, (_, index) => callback.parameters.get(index) ?? NOTHING);
  const call: Call = {
    receiver: null,
    arguments: args,
    name: site.call.name,
    place: site.call.place,
    guard: site.call.guard,
    new: false,
    answers: site.match.sinks.some(({ model }) => model.activity === 'expose'),
  };
  const outcome = apply({ atoms: functions, fields: null }, call, site.frame, site.analysis);
  callback.returned = outcome.result;
  callback.answers = outcome.answers ?? [];
  letThrough(callback.value, args, site);
}

/** `app.post(path, requireConsent, handler)`: what comes later runs only where this one called its `next()`. */
function letThrough(callback: Value, args: readonly Value[], site: LibraryCall): void {
  const atom = onlyFunction(callback);
  if (!atom) return;
  const entries = assuredBy(atom, 'whenCalled', null, args, site.frame, site.analysis);
  if (entries.length > 0) site.frame.standing.push({ guard: site.call.guard, entries, call: -1 });
}
