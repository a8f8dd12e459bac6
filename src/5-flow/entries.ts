import type { Catalogue, EntryModel } from '../core/catalogue.ts';
import { matchesGlob } from '../core/glob.ts';
import type { Program } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { recordEntry } from './behaviour/functions.ts';
import { applyMethod } from './calls.ts';
import type { Frame } from './frame.ts';
import { exportedValue } from './imports.ts';
import { join } from './join.ts';
import { library, typedLibrary } from './libraries.ts';
import { applyLibrary } from './library-calls.ts';
import { sourceValue } from './sources.ts';
import { type Atom, NOTHING, type Value } from './value.ts';

/** An entry with the package that calls it. */
export interface Entry {
  readonly package: string;
  readonly model: EntryModel;
}

/** The entries that may mean something here: files stand where a framework looks for them only where it is used. */
export function entriesOf({ libraries }: Pick<Catalogue, 'libraries'>, { packages, declared }: Program): Entry[] {
  return libraries.flatMap(({ package: name, entries }) =>
    entries
      .filter(({ directive, files }) => directive || files === '**' || packages.has(name) || declared.has(name))
      .map((model) => ({ package: name, model })),
  );
}

/** Functions that a framework calls because of where they are and what they are called: route handlers, `handler`. */
export function runEntries(frame: Frame, analysis: Analysis): void {
  const facts = analysis.program.files[frame.linked.file];
  if (!facts) return;
  for (const { package: name, model } of analysis.entries) {
    if (model.directive && !facts.directives.includes(model.directive)) continue;
    if (!matchesGlob(model.files, facts.file)) continue;
    for (const { exported } of facts.exports) {
      if (exportMatches(model, exported)) callEntry(name, model, exported, frame, analysis);
    }
  }
}

function exportMatches(entry: EntryModel, exported: string): boolean {
  if (entry.export === '*') return true;
  return entry.export
    .replace(/[{}\s]/g, '')
    .split(',')
    .includes(exported);
}

function callEntry(packageName: string, entry: EntryModel, exported: string, frame: Frame, analysis: Analysis): void {
  const value = exportedValue(frame.linked.file, exported, frame, analysis);
  const functions = value.atoms.filter((atom: Atom) => atom.kind === 'function');
  if (functions.length === 0) return;
  recordEntry(exported, functions, entry.wraps === true, frame, analysis);
  const { type, parameter } = entry;
  const handler: Value = { atoms: functions, fields: null };
  const call = { receiver: null, name: exported, place: null, guard: -1, new: false };
  if (parameter === undefined) {
    const framework = library(packageName, [`<${type}>`], null, [], null);
    applyLibrary(framework, { ...call, arguments: [handler] }, frame, analysis);
  } else {
    const args: Value[] = Array.from({ length: parameter + 1 }, () => NOTHING);
    args[parameter] = entryValue(packageName, type, functions, parameter, analysis);
    applyMethod(handler, { ...call, arguments: args }, frame, analysis);
  }
  for (const atom of functions)
    if (atom.kind === 'function') analysis.noteEntered(atom.function, 'framework', { caller: -1, guards: [] });
}

/** What the framework passes: a value of its type, and the personal data that the type itself is (a server action's input). */
function entryValue(
  packageName: string,
  type: string,
  functions: readonly Atom[],
  index: number,
  analysis: Analysis,
): Value {
  const atom = library(packageName, [`<${type}>`], null, [], null);
  const value = typedLibrary(atom, analysis);
  const match = analysis.models.match(atom.api);
  const [first] = functions;
  const linked = first?.kind === 'function' ? analysis.program.functions[first.function] : undefined;
  const parameter = linked?.facts.parameters[index];
  if (!linked || !parameter) return value;
  const place = { file: linked.file, span: parameter.span };
  const site = { arguments: [], place, expression: parameter.name, within: linked };
  return match.sources
    .filter(({ model }) => model.port === undefined)
    .reduce((all, { model }) => join(all, sourceValue(model, match, atom, site, analysis)), value);
}
