import type { PortPath } from '../../core/api-path.ts';
import { join, joinAll } from '../join.ts';
import { library, libraryAt } from '../libraries.ts';
import { opaqueResult, wrapped } from '../unresolved-calls.ts';
import { type LibraryAtom, NOTHING, suspect, type Value, valueWith } from '../value.ts';
import { narrowedRows } from './asked-rows.ts';
import { modulesAt } from './folders.ts';
import type { LibraryCall } from './ports.ts';
import { propagate } from './propagators.ts';
import { protect } from './sanitizers.ts';
import { giveSources } from './sources.ts';

/** What the library hands to callbacks. */
export function enterCallbacks(site: LibraryCall): void {
  transfer((port) => port.steps.some(({ kind }) => kind === 'parameter'), site);
}

/** What comes back: results and writes to the receiver and arguments. */
export function giveResults(site: LibraryCall): void {
  transfer((port) => !port.steps.some(({ kind }) => kind === 'parameter'), site);
  site.result = join(narrowedRows(site.result, site, site.analysis), valueWith(...madeValues(site)));
  for (const { ports } of site.match.folders)
    for (const port of ports) site.result = join(site.result, modulesAt(port, site));
  const { propagators, sanitizers, sources, sinks, folders } = site.match;
  const modelled = [...propagators, ...sanitizers, ...sources, ...sinks, ...folders];
  if (modelled.length === 0 && site.match.types.length === 0) leaveUnknown(site);
  else if (sinks.some(({ model }) => model.activity !== 'log') && propagators.length === 0 && sources.length === 0) {
    site.result = join(site.result, opaqueResult(site.call, [], site.analysis));
  }
}

/** A function without a model: its result may hold anything that went in. */
export function leaveUnknown(site: LibraryCall): void {
  const inputs = suspect([...site.call.arguments, site.call.receiver ?? NOTHING]);
  const made = join(valueWith(...madeValues(site)), opaqueResult(site.call, [], site.analysis));
  site.result = joinAll([made, inputs, wrapped(site.call)]);
}

/** The library's own value that a call returns: the path, one call longer, and the type of `new X()`. */
function madeValues(site: LibraryCall): LibraryAtom[] {
  const step = site.call.new ? 'new()' : '()';
  const { api, typeArguments } = site.callee;
  const made = libraryAt(api.next(step), site.call.arguments, typeArguments, site.call.place);
  const name = site.callee.path.at(-1)?.slice(1) ?? '';
  if (!site.call.new || !site.analysis.models.hasType(made.package, name)) return [made];
  return [made, library(made.package, [`<${name}>`], site.call.arguments, site.callee.typeArguments, site.call.place)];
}

/** Moves what the model says to the ports that are wanted. A mask, or a sum, leaves nothing for the propagators. */
function transfer(wanted: (to: PortPath) => boolean, site: LibraryCall): void {
  const replaced = protect(wanted, site);
  giveTypes(wanted, site);
  giveSources(wanted, site);
  if (!replaced) propagate(wanted, site);
}

/** Values of the library itself, of the types that the model names. */
function giveTypes(wanted: (to: PortPath) => boolean, site: LibraryCall): void {
  for (const { model, ports } of site.match.types) {
    const made = library(
      site.callee.package,
      [`<${model.type}>`],
      madeBy(model.type, site),
      site.callee.typeArguments,
      site.call.place,
    );
    for (const port of ports) if (wanted(port)) site.write(port, valueWith(made));
  }
}

/** A type that a method returns again (`app.get()` is the app) keeps the arguments that made it. */
function madeBy(type: string, site: LibraryCall): readonly Value[] | null {
  return site.callee.path[0] === `<${type}>` && site.callee.arguments ? site.callee.arguments : site.call.arguments;
}
