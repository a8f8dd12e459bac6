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
import { type FunctionAtom, functionsOf, NOTHING, type Value } from './value.ts';

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
  const here = analysis.entries.filter(
    ({ model: { directive, files } }) =>
      (!directive || facts.directives.includes(directive)) && matchesGlob(files, facts.file),
  );
  if (here.length === 0) return;
  // `module.exports = { … }` is what is exported by default.
  const names = facts.exports.length > 0 ? facts.exports.map(({ exported }) => exported) : ['default'];
  for (const exported of names) {
    const entries = here.filter(({ model }) => exportMatches(model, exported));
    if (entries.length === 0) continue;
    const value = exportedValue(frame.linked.file, exported, frame, analysis);
    for (const members of [false, true]) {
      const own = entries.filter(({ model }) => (model.members ?? false) === members);
      const called = own.length === 0 ? [] : members ? functionsInside(value, MEMBERS_DEEP) : [functionsOf(value)];
      for (const functions of called)
        if (functions.length > 0) for (const entry of own) callEntry(entry, own, functions, exported, frame, analysis);
    }
  }
}

/** Maps of maps: `{ Query: { user() { … } } }`. */
const MEMBERS_DEEP = 2;

/** The functions under each key of an object, and of the objects in it. */
function functionsInside({ fields }: Value, depth: number): FunctionAtom[][] {
  if (depth === 0) return [];
  return [...(fields?.values() ?? [])].flatMap((field) => [functionsOf(field), ...functionsInside(field, depth - 1)]);
}

function exportMatches(entry: EntryModel, exported: string): boolean {
  if (entry.export === '*') return true;
  return entry.export
    .replace(/[{}\s]/g, '')
    .split(',')
    .includes(exported);
}

function callEntry(
  { package: name, model }: Entry,
  all: readonly Entry[],
  functions: readonly FunctionAtom[],
  exported: string,
  frame: Frame,
  analysis: Analysis,
): void {
  recordEntry(exported, functions, model.wraps === true, frame, analysis);
  const { type, parameter } = model;
  const call = { receiver: null, name: exported, place: null, guard: -1, new: false };
  if (parameter === undefined) {
    const framework = library(name, [`<${type}>`], null, [], null);
    // What becomes of what it returns is asked with what it is called with.
    const bound = argumentsOf(all, functions, analysis);
    const handler: Value = { atoms: functions.map((atom) => ({ ...atom, bound })), fields: null };
    applyLibrary(framework, { ...call, arguments: [handler] }, frame, analysis);
  } else {
    const args: Value[] = Array.from({ length: parameter + 1 }, () => NOTHING);
    args[parameter] = entryValue(name, type, functions, parameter, analysis);
    applyMethod({ atoms: functions, fields: null }, { ...call, arguments: args }, frame, analysis);
  }
  for (const atom of functions) analysis.noteEntered(atom.function, 'framework', { caller: -1, guards: [] });
}

/** What the framework calls a function with, by all entries that say so. */
function argumentsOf(entries: readonly Entry[], functions: readonly FunctionAtom[], analysis: Analysis): Value[] {
  const args: Value[] = [];
  for (const { package: name, model } of entries) {
    const { parameter, type } = model;
    if (parameter === undefined) continue;
    while (args.length <= parameter) args.push(NOTHING);
    args[parameter] = join(args[parameter] as Value, entryValue(name, type, functions, parameter, analysis));
  }
  return args;
}

/** What the framework passes: a value of its type, and the personal data that the type itself is (a server action's input). */
function entryValue(
  packageName: string,
  type: string,
  functions: readonly FunctionAtom[],
  index: number,
  analysis: Analysis,
): Value {
  const atom = library(packageName, [`<${type}>`], null, [], null);
  const value = typedLibrary(atom, analysis);
  const match = analysis.models.match(atom.api);
  const [first] = functions;
  const linked = first && analysis.program.functions[first.function];
  const parameter = linked?.facts.parameters[index];
  if (!linked || !parameter) return value;
  const place = { file: linked.file, span: parameter.span };
  const site = { arguments: [], place, expression: parameter.name, within: linked };
  return match.sources
    .filter(({ model }) => model.port === undefined)
    .reduce((all, { model }) => join(all, sourceValue(model, match, atom, site, analysis)), value);
}
