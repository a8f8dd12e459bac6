/**
 * Functions that code gives to what a library makes of a schema:
 *
 *     schema.methods.label = function () { return `${this.name} <${this.email}>`; };    row.label()
 *     schema.statics.byEmail = function (email) { return this.findOne({ email }); };    User.byEmail(email)
 *     new Schema({ … }, { toJSON: { transform(document, plain) { delete plain.password; } } })
 *
 * A schema is known by where its first field is written, so that it is the same however its rows were come by.
 */
import type { PortPath } from '../core/api-path.ts';
import type { MethodModel } from '../core/catalogue.ts';
import type { TypeFacts } from '../core/facts.ts';
import type { Analysis } from './analysis.ts';
import { isKept } from './kept.ts';
import { library } from './libraries.ts';
import type { LibraryCall } from './library-calls/ports.ts';
import type { TypeRef } from './types.ts';
import { type DataAtom, type FunctionAtom, functionsOf, type LibraryAtom, NOTHING, type Value } from './value.ts';

export interface GivenMethod {
  /** The last one of this name, or all of a hook. */
  readonly functions: readonly FunctionAtom[];
  readonly getter: boolean;
  /** It is given the row there; null for a method, whose `this` the row is. */
  readonly takes: string | null;
}

/** Notes the functions that a call, or an assignment of `assigned`, gives to a schema's objects. */
export function giveMethods(site: LibraryCall, assigned: Value | null = null): void {
  for (const { model, ports } of site.match.methods) {
    const schemas = schemasOf(model, site);
    for (const port of ports) {
      for (const [name, value] of functionsAt(port, model, assigned, site)) {
        for (const type of schemas) for (const atom of functionsOf(value)) give(atom, name, type, model, site);
      }
    }
  }
}

/** What the schemas describe that the functions are given to. */
function schemasOf(model: MethodModel, site: LibraryCall): TypeRef[] {
  const { types } = site.analysis;
  const made = model.schema === undefined ? [] : site.valueAt(model.schema).atoms;
  const named = made.flatMap((atom) => (atom.kind === 'library' && atom.place ? [atom.place] : []));
  const own = model.schema === undefined ? [site.callee.place, site.call.place] : [];
  const found = [...named, ...own].flatMap((place) => (place && types.schemaAt(place)) ?? []);
  return found.slice(0, 1);
}

/** The functions at a port, each with its name; a hook has none. */
function functionsAt(
  port: PortPath,
  model: MethodModel,
  assigned: Value | null,
  site: LibraryCall,
): readonly (readonly [string, Value])[] {
  if (port.root.kind === 'assigned') return assigned ? [[nameOf(model, site), assigned]] : [];
  const each = port.steps.findIndex(({ kind }) => kind === 'any-property');
  if (each < 0) return [[nameOf(model, site), site.read(port)]];
  const holder = site.read({ root: port.root, steps: port.steps.slice(0, each) });
  return [...(holder.fields?.keys() ?? [])].map((name) => {
    const steps = port.steps.with(each, { kind: 'property', name });
    return [name, site.read({ root: port.root, steps })];
  });
}

function nameOf({ named }: MethodModel, site: LibraryCall): string {
  if (named === undefined) return site.match.wildcard ?? '';
  return named.startsWith('=') ? named.slice(1) : (site.textsAt(named)[0] ?? '');
}

function give(atom: FunctionAtom, name: string, type: TypeRef, model: MethodModel, site: LibraryCall): void {
  const { analysis, callee } = site;
  if (model.takes === undefined) {
    // Which model `this` is, calls say: they are made on it.
    const self = model.rows ? [library(callee.package, [`<${model.of}>`], null, [], null)] : [];
    analysis.bindSelf(atom.function, self, model.rows ? type : null);
  }
  const key = keyOf(type);
  if (name === '' || key === null) return;
  const takes = model.takes ?? null;
  const getter = model.getter ?? false;
  for (const at of model.rows ? [`${key}<${model.of}>`, key] : [`${key}<${model.of}>`]) {
    const before = isKept(name) ? (analysis.givenMethod(at, name)?.functions ?? []) : [];
    const others = before.filter((one) => one.function !== atom.function);
    analysis.giveMethod(at, name, { functions: [...others, atom], getter, takes });
  }
}

/** A function that was given to the rows that a value is one of. */
export function methodOfRows({ type, derived }: DataAtom, name: string, analysis: Analysis): GivenMethod | undefined {
  if (!analysis.hasGivenMethods || !type || derived) return undefined;
  const key = keyOf(type);
  return key === null ? undefined : analysis.givenMethod(key, name);
}

/** Hooks that were given to the schema of the rows that a value holds: `@pre` of a row that saves itself. */
export function hooksOfRows({ atoms }: Value, name: string, analysis: Analysis): Value {
  if (!analysis.hasGivenMethods) return NOTHING;
  const rows = atoms.filter((atom): atom is DataAtom => atom.kind === 'data');
  const functions = rows.flatMap((row) => methodOfRows(row, name, analysis)?.functions ?? []);
  return { atoms: [...new Set(functions)], fields: null };
}

/** A function that was given to a library's value, by the schema it was made with. */
export function methodOfLibrary(atom: LibraryAtom, name: string, analysis: Analysis): GivenMethod | undefined {
  const [of, ...rest] = atom.path;
  if (!analysis.hasGivenMethods || rest.length > 0 || !of?.startsWith('<')) return undefined;
  const schemas = (atom.arguments ?? []).flatMap(({ atoms }) =>
    atoms.flatMap((one) => (one.kind === 'library' && one.place ? [one.place] : [])),
  );
  for (const place of schemas) {
    const type = analysis.types.schemaAt(place);
    const key = type && keyOf(type);
    const found = key === null ? undefined : analysis.givenMethod(key + of, name);
    if (found) return found;
  }
  return undefined;
}

/** Where the first field of what a type comes from is written; null for what no schema in code describes. */
function keyOf(type: TypeRef): string | null {
  return type.kind === 'declared' ? keyOfFacts(type.type) : null;
}

function keyOfFacts(type: TypeFacts): string | null {
  if (type.kind === 'intersection') return type.of[0] ? keyOfFacts(type.of[0]) : null;
  if (type.kind !== 'elsewhere' || type.type.kind !== 'object' || type.type.schema === undefined) return null;
  const [first] = type.type.properties;
  return first ? `${type.file}:${first.span[0]}` : null;
}
