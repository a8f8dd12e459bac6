/** What calls of libraries do to stores, and which functions they make reachable: models' `operations`, `routes`, `schemas`. */
import { type PortPath, parsePort } from '../../core/api-path.ts';
import type { RouteGuard } from '../../core/behaviour.ts';
import type { OperationModel, RouteModel, SchemaModel } from '../../core/catalogue.ts';
import type { FunctionId } from '../../core/program.ts';
import type { Analysis } from '../analysis.ts';
import type { Frame } from '../frame.ts';
import type { LibraryCall } from '../library-calls/ports.ts';
import {
  dataIn,
  ELEMENT,
  type FunctionAtom,
  type LibraryAtom,
  NOTHING,
  type Place,
  textsOf,
  type Value,
} from '../value.ts';
import { recordAnswerers } from './answerers.ts';
import { conditionsAt } from './conditions.ts';
import { filterPeriods, lifetimeAt } from './lifetimes.ts';
import type { BehaviourRecorder, OperationPart } from './recorder.ts';
import { daysBetween } from './schedules.ts';
import { readSql } from './sql.ts';
import type { DeclaredField } from './stores.ts';
import { filterFields, includedNames, innerFilters, originsOf, writtenFields } from './values.ts';
import { guardKind } from './words.ts';

/** Notes what a call of a library's function does. */
export function recordCall(site: LibraryCall, frame: Frame, analysis: Analysis): void {
  const { recorder } = analysis;
  const { match, call } = site;
  if (!recorder || !call.place) return;
  for (const [index, model] of match.operations.entries()) {
    const part = partOf(model, site, call.place, frame, analysis);
    if (part) recorder.parts.set(keyOf(call.place, frame, index), part);
  }
  for (const model of match.routes) {
    if (model.handlers !== 'decorated') recordRoute(model, site, call.place, recorder, analysis);
  }
  recordAnswerers(site, frame, analysis);
  for (const model of match.schemas) {
    const start = model.start === undefined ? undefined : truthIn(read(model.start, site) ?? NOTHING);
    // Calls of one chain start at the same place, which is that of the column.
    if (start !== undefined) recorder.starts.set(placeKey(call.place), start);
    if (model.fields !== undefined && model.fields !== 'decorated')
      recordSchema(model, site, call.place, recorder, frame, analysis);
  }
}

function keyOf(place: Place, frame: Frame, index: number): string {
  return `${frame.id}:${place.file}:${place.span[0]}:${place.span[1]}:${index}`;
}

function read(port: string | undefined, site: LibraryCall): Value | null {
  if (port === undefined) return null;
  const own = /^this\.argument\[(\d+)\]$/.exec(port);
  if (own) return site.callee.arguments?.[Number(own[1])] ?? NOTHING;
  const values = parsePort(port)
    .filter((path) => isGiven(path, site))
    .map((path) => site.read(path));
  return values.reduce<Value | null>((all, value) => (all === null ? value : joinLoosely(all, value)), null);
}

function isGiven({ root }: PortPath, site: LibraryCall): boolean {
  return root.kind !== 'argument' || typeof root.index !== 'number' || root.index < site.call.arguments.length;
}

/** Whether the code writes the property that a port ends in, whatever its value. */
function isWritten(port: string | undefined, site: LibraryCall): boolean {
  if (port === undefined) return false;
  return parsePort(port).some(({ root, steps }) => {
    const last = steps.at(-1);
    if (root.kind !== 'argument' || typeof root.index !== 'number' || last?.kind !== 'property') return false;
    let holders = [site.call.arguments[root.index] ?? NOTHING];
    for (const step of steps.slice(0, -1)) {
      holders = holders.flatMap(({ fields }) =>
        [...(fields ?? [])]
          .filter(([key]) => step.kind === 'any-property' || (step.kind === 'property' && step.name === key))
          .map(([, value]) => value),
      );
    }
    return holders.some(({ fields }) => fields?.has(last.name));
  });
}

function joinLoosely(a: Value, b: Value): Value {
  const fields = a.fields || b.fields ? new Map([...(a.fields ?? []), ...(b.fields ?? [])]) : null;
  return { atoms: [...a.atoms, ...b.atoms], fields };
}

// ── operations ─────────────────────────────────────────────────────────────────────────────────────────────────────

function partOf(
  model: OperationModel,
  site: LibraryCall,
  place: Place,
  frame: Frame,
  analysis: Analysis,
): OperationPart | null {
  const bare = {
    row: null,
    format: model.format ?? null,
    conditions: conditionsAt(site.call.guard, frame, analysis),
    function: frame.id,
    answers: model.verb === 'respond' ? answeredRows(site) : [],
    place,
  };
  const lifetime = model.verb === 'expire' ? lifetimeAt(model.data, place, frame, analysis) : null;
  if (model.verb === 'expire') {
    if (!isWritten(model.data, site)) return null;
    if (site.callee.place) analysis.recorder?.expiring.set(placeKey(site.callee.place), lifetime);
  }
  if (model.sql !== undefined) {
    const part = sqlPart(read(model.sql, site) ?? NOTHING, site, bare);
    return part && { ...part, periods: filterPeriods(model, place, frame, analysis) };
  }
  const data = read(model.data, site);
  const written = data ? writtenFields(data, analysis) : { fields: [], open: false };
  const others = model.filter === 'argument[0]' ? site.call.arguments.slice(1) : [];
  const chosen = read(model.filter, site);
  const filter = chosen ? filterFields(chosen, model.by, others) : { fields: [], open: false };
  const select = read(model.select, site);
  const row = model.entity === 'this' || model.filter === 'this' ? rowOf(site) : null;
  return {
    ...bare,
    verb: model.verb,
    entity: entityOf(model.entity, site, analysis) ?? row?.entity ?? null,
    row: row?.place ?? null,
    data: written.fields,
    openData: written.open,
    filter: row ? [{ name: 'id', origins: [{ kind: 'source', source: 'database' }] }] : filter.fields,
    openFilter: row ? false : filter.open,
    includes: select ? includedNames(select) : [],
    innerFilter: select ? innerFilters(select) : [],
    periods: lifetime === null ? filterPeriods(model, place, frame, analysis) : [lifetime],
  };
}

/** Where the rows were read that a response hands out as they are; ports are those of the call's sinks. */
function answeredRows(site: LibraryCall): Place[] {
  const ports = site.match.sinks.flatMap((sink) => (sink.model.activity === 'expose' ? sink.ports : []));
  return ports
    .flatMap((port) => dataIn(site.read(port), 4))
    .flatMap(({ root, path, derived }) =>
      root.kind === 'source' && root.source.kind === 'database' && !derived && path.every((key) => key === ELEMENT)
        ? [root.source.place]
        : [],
    );
}

function sqlPart(
  text: Value,
  site: LibraryCall,
  bare: Pick<OperationPart, 'row' | 'format' | 'conditions' | 'function' | 'answers' | 'place'>,
): OperationPart | null {
  const reading = readSql(sqlText(text));
  if (!reading) return null;
  const origins = site.call.arguments.slice(1).flatMap(originsOf);
  return {
    ...bare,
    verb: reading.verb,
    entity: reading.table,
    data: reading.columns.map(({ name, value }) => ({ name, value, origins: value === 'data' ? origins : [] })),
    openData: reading.verb === 'create' && reading.columns.length === 0,
    filter: reading.filter.map(({ name, operator }) => ({ name, operator, origins })),
    openFilter: false,
    includes: [],
    innerFilter: [],
    periods: [],
  };
}

/** A text, or the pieces of a tagged template. */
function sqlText(value: Value): string {
  const constant = value.atoms.find((atom) => atom.kind === 'constant');
  if (constant?.kind === 'constant') return constant.text;
  const pieces = [...(value.fields ?? [])].filter(([key]) => /^\d+$/.test(key));
  return pieces.map(([, piece]) => textsOf(piece)[0] ?? '').join(' ? ');
}

function entityOf(entity: string | undefined, site: LibraryCall, analysis: Analysis): string | null {
  if (entity === undefined || entity === 'this') return null;
  if (entity === '*') {
    const { wildcard } = site.match;
    return wildcard === null ? null : (analysis.types.entityNamed(wildcard)?.name ?? wildcard);
  }
  if (entity === 'type-argument') {
    const [type] = site.callee.typeArguments;
    return type ? analysis.types.nameOf(type).replace(/(?<=.)Document$/, '') || null : null;
  }
  return nameIn(read(entity, site) ?? NOTHING, analysis);
}

/** `'users'`, the class `User`, `pgTable('users', …)`, `model('User', …)`. */
function nameIn(value: Value, analysis: Analysis): string | null {
  for (const atom of value.atoms) {
    if (atom.kind === 'constant' && atom.type === 'string' && atom.text) return atom.text;
    if (atom.kind === 'class' || atom.kind === 'instance')
      return analysis.program.classes[atom.class]?.facts.name ?? null;
    const [first] = atom.kind === 'library' ? (atom.arguments ?? []) : [];
    const [text] = first ? textsOf(first) : [];
    if (text !== undefined) return text;
  }
  return null;
}

/** The row that a method is called on: where it was read, and which entity that names. */
function rowOf(site: LibraryCall): { place: Place | null; entity: string | null } {
  for (const atom of site.call.receiver?.atoms ?? []) {
    if (atom.kind !== 'data' || atom.root.kind !== 'source') continue;
    const { source } = atom.root;
    if (source.kind === 'database') return { place: source.place, entity: source.owner ?? null };
  }
  return { place: site.callee.place, entity: null };
}

// ── schemas ────────────────────────────────────────────────────────────────────────────────────────────────────────

function recordSchema(
  model: SchemaModel,
  site: LibraryCall,
  place: Place,
  recorder: BehaviourRecorder,
  frame: Frame,
  analysis: Analysis,
): void {
  const found = read(model.fields, site) ?? NOTHING;
  const made = found.atoms.find((atom): atom is LibraryAtom => atom.kind === 'library' && atom.arguments !== null);
  const fields = found.fields ?? made?.arguments?.[0]?.fields;
  if (!fields) return;
  const own = model.name === undefined ? null : nameIn(read(model.name, site) ?? NOTHING, analysis);
  const [type] = site.callee.typeArguments;
  const entity = own ?? (type ? analysis.types.nameOf(type) : null);
  const spot = { file: analysis.program.files[place.file]?.file ?? '' };
  const at = made?.place ?? place;
  const line = analysis.lineOf(at.file, at.span[0]);
  const file = analysis.program.files[at.file]?.file ?? spot.file;
  const expires = isWritten(model.expiry, site);
  const lifetime = lifetimeAt(model.expiry, place, frame, analysis);
  if (expires) recorder.expiring.set(placeKey(at), lifetime);
  recorder.stores.set(`${place.file}:${place.span[0]}:${entity}`, {
    entity,
    made: `${at.file}:${at.span[0]}`,
    fields: [...fields].map(([name, value]) => fieldOf(name, value, file, line, analysis)),
    expires,
    lifetime,
    file,
    line,
  });
}

/** `userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' })` */
function fieldOf(name: string, value: Value, file: string, line: number, analysis: Analysis): DeclaredField {
  for (const atom of value.atoms) {
    const [target, options] = atom.kind === 'library' ? (atom.arguments ?? []) : [];
    if (!target || !options?.fields || !textsOf(options.fields.get('onDelete') ?? NOTHING).includes('cascade'))
      continue;
    const [reference] = target.atoms;
    const returned = reference?.kind === 'function' ? analysis.summaries[reference.function]?.returns : target;
    const entity = returned ? nameIn(returned, analysis) : null;
    if (entity !== null) return { name: `${name}:cascade`, entity, cascades: true, file, line };
  }
  const startsAs = startOf(value, analysis);
  const spot = ownSpot(value, analysis) ?? { file, line };
  return { name, ...spot, ...(startsAs === undefined ? {} : { startsAs }) };
}

/** Where a column's own call stands. */
function ownSpot(value: Value, analysis: Analysis): { file: string; line: number } | null {
  const made = value.atoms.find((atom): atom is LibraryAtom => atom.kind === 'library' && atom.path.at(-1) === '()');
  const file = made?.place ? analysis.program.files[made.place.file]?.file : undefined;
  return made?.place && file !== undefined
    ? { file, line: analysis.lineOf(made.place.file, made.place.span[0]) }
    : null;
}

/** `{ type: Boolean, default: true }`, `boolean('newsletter').default(true)`: what a flag is before anybody chose. */
function startOf(value: Value, analysis: Analysis): boolean | undefined {
  const own = truthIn(startingOption(value));
  if (own !== undefined) return own;
  for (const atom of value.atoms) {
    const start =
      atom.kind === 'library' && atom.place ? analysis.recorder?.starts.get(placeKey(atom.place)) : undefined;
    if (start !== undefined) return start;
  }
  return undefined;
}

/** The option by which schemas and decorators of columns say what a column holds at first. */
export function startingOption({ fields }: Value): Value {
  return fields?.get('default') ?? fields?.get('defaultValue') ?? NOTHING;
}

/** A literal truth value. */
export function truthIn(value: Value): boolean | undefined {
  const [only] = value.atoms;
  if (value.atoms.length !== 1 || only?.kind !== 'constant' || only.type !== 'boolean' || !only.whole) return undefined;
  return only.text === 'true';
}

function placeKey({ file, span }: Place): string {
  return `${file}:${span[0]}`;
}

// ── routes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Callable {
  readonly functions: readonly FunctionId[];
  /** What those were given to call: `handler` in `wrap(handler)`. */
  readonly given: readonly FunctionId[];
  readonly names: readonly string[];
  readonly words: readonly string[];
}

function recordRoute(
  model: RouteModel,
  site: LibraryCall,
  place: Place,
  recorder: BehaviourRecorder,
  analysis: Analysis,
): void {
  const args = parsePort(model.handlers).flatMap((port) => valuesAt(port, site));
  const callables = args.flatMap((value) => callablesIn(value, 2, analysis));
  const key = `${place.file}:${place.span[0]}:${place.span[1]}`;
  const router = identity(site.callee);
  if (model.kind === 'job') {
    const every = model.every === undefined ? null : daysBetween(site.valueAt(model.every));
    const handlers = callables.flatMap(({ functions }) => functions);
    recorder.jobs.set(key, { handlers, given: callables.flatMap((one) => one.given), every, place });
    return;
  }
  const path = textsOf(read(model.path ?? 'argument[0]', site) ?? NOTHING)[0] ?? '';
  if (model.kind === 'mount') {
    const targets = args.flatMap((value) => value.atoms.flatMap(targetOf));
    const before = args.filter((value) => !value.atoms.some((atom) => targetOf(atom).length > 0));
    const guards = guardsIn(
      before.flatMap((value) => callablesIn(value, 2, analysis)),
      analysis,
    );
    recorder.mounts.set(key, { path, guards, router, targets, place });
    return;
  }
  if (model.kind === 'plugin') {
    recorder.mounts.set(key, { path, guards: [], router, targets: [key], place });
    return;
  }
  const { functions: handlers = [], given = [] } = callables.at(-1) ?? {};
  if (handlers.length === 0) return;
  const guards = guardsIn(callables.slice(0, -1), analysis);
  recorder.routes.set(key, { method: methodOf(model, site), path, handlers, given, guards, router, place });
}

function valuesAt(port: PortPath, site: LibraryCall): Value[] {
  const { root } = port;
  if (root.kind !== 'argument' || port.steps.length > 0) return [site.read(port)];
  const args = site.call.arguments;
  if (root.index === 'all') return [...args];
  if (typeof root.index === 'number') return args.slice(root.index, root.index + 1);
  return 'from' in root.index ? args.slice(root.index.from) : args.slice(-root.index.last);
}

export function methodOf(model: RouteModel, site: { readonly callee: LibraryAtom } & Partial<LibraryCall>): string {
  const own =
    site.callee.path
      .findLast((step) => step.startsWith('.'))
      ?.slice(1)
      .toUpperCase() ?? 'ALL';
  if (model.method?.startsWith('=')) return model.method.slice(1);
  if (model.method === undefined) return /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(own) ? own : 'ALL';
  const value = site instanceof Object && 'call' in site ? read(model.method, site as LibraryCall) : null;
  return value ? (textsOf(value)[0]?.toUpperCase() ?? 'ALL') : 'ALL';
}

function identity(atom: LibraryAtom): string | null {
  return atom.place ? `${atom.place.file}:${atom.place.span[0]}:${atom.place.span[1]}` : null;
}

function targetOf(atom: Value['atoms'][number]): string[] {
  if (atom.kind !== 'library' || !atom.path[0]?.startsWith('<')) return [];
  const target = identity(atom);
  return target === null ? [] : [target];
}

/** What may be called, in the order written; objects of hooks before their handler. */
function callablesIn(value: Value, depth: number, analysis: Analysis): Callable[] {
  const functions = value.atoms.flatMap((atom) => (atom.kind === 'function' ? [atom.function] : []));
  const names = value.atoms.flatMap((atom): string[] => {
    if (atom.kind === 'function') return [namedAround(atom.function, analysis)];
    if (atom.kind === 'class') return [analysis.program.classes[atom.class]?.facts.name ?? ''];
    if (atom.kind === 'library') return [atom.path.findLast((step) => step.startsWith('.'))?.slice(1) ?? ''];
    return atom.kind === 'data' && 'name' in atom.root ? [atom.root.name] : [];
  });
  const given = value.atoms.flatMap((atom) => (atom.kind === 'function' ? givenTo(atom) : []));
  const own = names.length > 0 ? [{ functions, given, names, words: value.atoms.flatMap(literalsOf) }] : [];
  if (depth === 0) return own;
  const fields = [...(value.fields ?? [])].sort(([a], [b]) => Number(a === 'handler') - Number(b === 'handler'));
  return [...own, ...fields.flatMap(([, field]) => callablesIn(field, depth - 1, analysis))];
}

const DEEPEST_WRAPPER = 3;

/** Functions among the variables that a function captured, and theirs. */
export function givenTo({ captured }: FunctionAtom, depth = DEEPEST_WRAPPER): FunctionId[] {
  if (depth === 0) return [];
  return [...captured.values()].flatMap(({ atoms }) =>
    atoms.flatMap((atom) => (atom.kind === 'function' ? [atom.function, ...givenTo(atom, depth - 1)] : [])),
  );
}

/** The name of a function, or of the one that made it: `requireRole` for what `requireRole('admin')` returns. */
function namedAround(id: FunctionId, analysis: Analysis): string {
  const { functions } = analysis.program;
  const own = functions[id];
  if (!own) return '';
  if (!isNameless(own.facts.name)) return own.facts.name.split('.').at(-1) ?? '';
  const [start, end] = own.facts.span;
  const base = analysis.program.bases[own.file]?.functions ?? 0;
  for (let at = id - 1; at > base; at--) {
    const outer = functions[at];
    if (!outer || outer.file !== own.file) break;
    const [from, to] = outer.facts.span;
    if (from <= start && to >= end && !isNameless(outer.facts.name)) return outer.facts.name.split('.').at(-1) ?? '';
  }
  return '';
}

function isNameless(name: string): boolean {
  return name === '' || name.startsWith('(');
}

function guardsIn(callables: readonly Callable[], analysis: Analysis): RouteGuard[] {
  return callables.flatMap(({ names, words }) =>
    names.filter((name) => name !== '').map((name) => ({ name, kind: guardKind(name, analysis), words })),
  );
}

/** The words that a function or a library's value was made with: `requireRole('support')`, `@Roles('support')`. */
export function literalsOf(atom: Value['atoms'][number]): string[] {
  const made =
    atom.kind === 'function'
      ? [...atom.captured.values(), ...atom.bound]
      : atom.kind === 'library'
        ? (atom.arguments ?? [])
        : [];
  return made.flatMap((value) => [value, ...(value.fields?.values() ?? [])].flatMap(textsOf)).filter(isWord);
}

function isWord(text: string): boolean {
  return /^[A-Za-z][\w:.-]{0,40}$/.test(text);
}
