/** What a function by itself tells: whom it calls under which conditions, what it tests, links to and promises by when. */

import type { Origin, RouteGuard } from '../../core/behaviour.ts';
import type { Operation, Register } from '../../core/facts.ts';
import type { FunctionId } from '../../core/program.ts';
import { isAgeName } from '../ages.ts';
import type { Analysis } from '../analysis.ts';
import { constructorOf } from '../classes.ts';
import type { Frame } from '../frame.ts';
import { library } from '../libraries.ts';
import { libraryPath } from '../library-path.ts';
import { type Atom, dataIn, type LibraryAtom, NOTHING, textsOf, type Value } from '../value.ts';
import { givenTo, literalsOf, methodOf, startingOption, truthIn } from './calls.ts';
import { ageLimit, conditionsAt, numberOf, operandName } from './conditions.ts';
import { recordControl } from './forms.ts';
import { factsAt } from './lifetimes.ts';
import { daysAt } from './periods.ts';
import type { BehaviourRecorder } from './recorder.ts';
import { daysBetween } from './schedules.ts';
import { originsOf } from './values.ts';
import { DUE, guardKind, STATE } from './words.ts';

type Reader = (operation: never, frame: Frame, analysis: Analysis, recorder: BehaviourRecorder) => void;

const READERS: Partial<Record<Operation['kind'], Reader>> = {
  call: recordEdges,
  element: recordElement,
  test: recordAge,
  get: recordRead,
  object: recordEntries,
  constant: recordMarkup,
  decorate: recordDecorator,
};

/** Notes what an evaluated function tells; called when its registers hold their final values. */
export function recordFunction(frame: Frame, analysis: Analysis): void {
  const { recorder } = analysis;
  if (!recorder) return;
  for (const operation of frame.linked.facts.operations) {
    const reader = READERS[operation.kind] as
      | ((operation: Operation, frame: Frame, analysis: Analysis, recorder: BehaviourRecorder) => void)
      | undefined;
    reader?.(operation, frame, analysis, recorder);
  }
  for (const [cell, value] of frame.cells) {
    const origins = originsOf(value).filter(({ kind }) => kind !== 'unknown');
    if (origins.length > 0) recorder.cells.set(cell, origins);
  }
}

function spotAt(offset: number, frame: Frame, analysis: Analysis): { file: string; line: number } {
  const { file } = frame.linked;
  return { file: analysis.program.files[file]?.file ?? '', line: analysis.lineOf(file, offset) };
}

function keyAt(operation: { readonly span: readonly [number, number] }, frame: Frame): string {
  return `${frame.linked.file}:${operation.span[0]}:${operation.span[1]}`;
}

// ── calls ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function recordEdges(
  operation: Operation & { kind: 'call' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  const callee = frame.values[operation.callee] ?? NOTHING;
  if (registers(callee, analysis)) return;
  const args = operation.arguments.map(({ value }) => frame.values[value] ?? NOTHING);
  const origins = args.map(originsOf);
  const called = functionsIn(callee, analysis);
  const periods = called.length > 0 ? argumentPeriods(operation, args, frame, analysis) : [];
  for (const id of called) addEdge(id, origins, operation, frame, analysis, recorder, periods);
  for (const value of args) {
    for (const id of callbacksIn(value)) addEdge(id, [], operation, frame, analysis, recorder);
  }
}

/** A call that registers routes or jobs does not run them. */
function registers(callee: Value, analysis: Analysis): boolean {
  return callee.atoms.some((atom) => atom.kind === 'library' && analysis.models.match(atom.api).routes.length > 0);
}

function functionsIn(value: Value, analysis: Analysis): FunctionId[] {
  return value.atoms.flatMap((atom): FunctionId[] => {
    if (atom.kind === 'function') return [atom.function];
    const made = atom.kind === 'class' ? constructorOf(atom.class, analysis) : undefined;
    return made === undefined ? [] : [made];
  });
}

function callbacksIn(value: Value): FunctionId[] {
  const fields = [...(value.fields?.values() ?? [])].flatMap((field) => field.atoms);
  return [...value.atoms, ...fields].flatMap((atom) => (atom.kind === 'function' ? [atom.function] : []));
}

function addEdge(
  callee: FunctionId,
  origins: readonly (readonly Origin[])[],
  { guard, ...operation }: { readonly guard: number; readonly span: readonly [number, number] },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
  periods: readonly (number | null)[] = [],
): void {
  const conditions = conditionsAt(guard, frame, analysis);
  const key = `${frame.id}:${callee}:${operation.span[0]}`;
  recorder.edges.set(key, { caller: frame.id, callee, conditions, arguments: origins, periods });
}

/** Dates that are handed over; what holds people's data is none. */
function argumentPeriods(
  operation: Operation & { kind: 'call' },
  args: readonly Value[],
  frame: Frame,
  analysis: Analysis,
): (number | null)[] {
  const at = factsAt(frame, analysis);
  return operation.arguments.map(({ value, spread }, position) => {
    if (spread || args[position]?.fields || dataIn(args[position] ?? NOTHING, 0).length > 0) return null;
    return daysAt({ ...at, register: value }, 'milliseconds', analysis.program);
  });
}

function recordElement(
  operation: Operation & { kind: 'element' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  for (const entry of operation.attributes) {
    if ('spread' in entry || (entry.key !== 'href' && entry.key !== 'to')) continue;
    for (const atom of frame.values[entry.value]?.atoms ?? []) {
      if (atom.kind !== 'constant' || atom.type !== 'string') continue;
      const spot = spotAt(operation.span[0], frame, analysis);
      recorder.links.set(`${keyAt(operation, frame)}`, { href: atom.text, function: frame.id, ...spot });
    }
  }
  recordControl(operation, frame, analysis, recorder);
  if (operation.component === undefined) return;
  // `<Field render={({ field }) => <input {...field} />} />`
  const given = operation.attributes.flatMap((entry) => ('spread' in entry ? [] : [entry.value]));
  for (const register of [...given, ...operation.children]) {
    for (const id of callbacksIn(frame.values[register] ?? NOTHING))
      addEdge(id, [], operation, frame, analysis, recorder);
  }
  for (const id of functionsIn(frame.values[operation.component] ?? NOTHING, analysis))
    addEdge(id, [], operation, frame, analysis, recorder);
}

/** Pages written as texts: `<a href="/privacy">`. */
function recordMarkup(
  operation: Operation & { kind: 'constant' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  const text = operation.text ?? '';
  if (!text.includes('href=')) return;
  for (const [, href] of text.slice(0, 20_000).matchAll(/href=["']([^"'>\s]{1,200})/g)) {
    const spot = spotAt(operation.span[0], frame, analysis);
    recorder.links.set(`${keyAt(operation, frame)}:${href}`, { href: href ?? '', function: frame.id, ...spot });
  }
}

// ── tests and names ────────────────────────────────────────────────────────────────────────────────────────────────

function recordAge(
  operation: Operation & { kind: 'test' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  const limit = ageLimit(operation, frame, analysis);
  if (!limit) return;
  const spot = spotAt(operation.span[0], frame, analysis);
  recorder.tests.set(keyAt(operation, frame), {
    minimum: limit.minimum,
    schema: false,
    function: frame.id,
    ...spot,
  });
}

function recordRead(
  operation: Operation & { kind: 'get' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  const { key } = operation;
  if (typeof key !== 'string') return;
  const reading = analysis.guardWords.classify(key);
  if (!reading && !STATE.test(key)) return;
  recorder.reads.set(`${keyAt(operation, frame)}:${key}`, {
    name: key,
    kind: reading?.kind ?? null,
    negated: reading?.negated ?? false,
    tested: testedRegisters(frame).has(operation.into),
    function: frame.id,
    ...(reading?.purpose === undefined ? {} : { purpose: reading.purpose }),
    ...spotAt(operation.span[0], frame, analysis),
  });
}

const TESTED = new WeakMap<object, ReadonlySet<Register>>();

/** Registers that a condition, a comparison or the answer of a predicate looks at. */
function testedRegisters(frame: Frame): ReadonlySet<Register> {
  const { facts } = frame.linked;
  let tested = TESTED.get(facts);
  if (tested) return tested;
  const found = new Set<Register>();
  const predicate = /^(?:\(|is|has|can|may|allow|should)/.test(facts.name);
  const pending: Register[] = facts.guards.map(({ test }) => test);
  for (const operation of facts.operations) {
    if (operation.kind === 'test') pending.push(...operation.operands);
    if (operation.kind === 'return' && predicate) pending.push(operation.from);
  }
  for (let register = pending.pop(); register !== undefined; register = pending.pop()) {
    if (found.has(register)) continue;
    found.add(register);
    pending.push(...sourcesOf(frame.shape.writers[register]));
  }
  tested = found;
  TESTED.set(facts, tested);
  return tested;
}

function sourcesOf(writer: Operation | undefined): readonly Register[] {
  switch (writer?.kind) {
    case 'bind':
    case 'after':
    case 'refine':
      return [writer.from];
    case 'phi':
      return writer.from;
    case 'test':
      return writer.operands;
    case 'call':
      return writer.arguments.map(({ value }) => value).concat(writer.receiver ?? []);
    default:
      return [];
  }
}

const MINIMUM = /^(?:min|gte|minimum|moreThan|refine)$/;

/** Object entries that set a due date, or a schema's youngest age: `age: z.number().min(18)`. */
function recordEntries(
  operation: Operation & { kind: 'object' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  for (const entry of operation.entries) {
    if ('spread' in entry || typeof entry.key !== 'string') continue;
    const spot = spotAt(entry.span[0], frame, analysis);
    const key = keyAt(entry, frame);
    if (DUE.test(entry.key)) {
      const days = daysAt({ ...factsAt(frame, analysis), register: entry.value }, 'milliseconds', analysis.program);
      recorder.dueDates.set(key, { name: entry.key, days, function: frame.id, ...spot });
    }
    if (!isAgeName(entry.key)) continue;
    const minimum = minimumIn(entry.value, frame);
    if (minimum !== null) recorder.tests.set(key, { minimum, schema: true, function: frame.id, ...spot });
  }
}

function minimumIn(register: Register, frame: Frame): number | null {
  let at: Register | undefined = register;
  for (let steps = 0; steps < 10 && at !== undefined; steps++) {
    const writer: Operation | undefined = frame.shape.writers[at];
    if (writer?.kind !== 'call') return null;
    const [first] = writer.arguments;
    if (MINIMUM.test(writer.name) && first) return numberOf(frame.values[first.value]);
    at = writer.receiver;
  }
  return null;
}

/** A function that a framework calls because of where it is: the path is that of its file. */
export function recordEntry(
  exported: string,
  functions: readonly Atom[],
  wraps: boolean,
  frame: Frame,
  analysis: Analysis,
): void {
  const file = analysis.program.files[frame.linked.file]?.file ?? '';
  const handlers = functions.flatMap((atom) => (atom.kind === 'function' ? [atom.function] : []));
  const given = functions.flatMap((atom) => (atom.kind === 'function' ? givenTo(atom) : []));
  const [first] = handlers;
  const linked = first === undefined ? undefined : analysis.program.functions[first];
  if (!analysis.recorder || !linked) return;
  if (wraps) {
    analysis.recorder.layouts.set(file, { file, functions: handlers });
    return;
  }
  const path = file
    .replace(/^(?:.*\/)?(?:app|pages|routes)\//, '/')
    .replace(/(?:\/?(?:route|page|index))?\.[a-z]+$/, '')
    .replace(/\/\([^)]*\)/g, '');
  analysis.recorder.routes.set(`entry ${file}:${exported}`, {
    method: /^[A-Z]+$/.test(exported) ? exported : 'ALL',
    path: path === '' ? '/' : path,
    handlers,
    given,
    guards: [],
    router: null,
    place: { file: linked.file, span: linked.facts.span },
  });
}

// ── decorators ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** `@Controller('admin')`, `@UseGuards(RolesGuard)`, `@Get('users')`, `@Cron('0 3 * * *')`, `@Entity()`. */
function recordDecorator(
  operation: Operation & { kind: 'decorate' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  if (operation.parameter !== undefined) return;
  const id = (analysis.program.bases[frame.linked.file]?.classes ?? 0) + operation.class;
  for (const atom of (frame.values[operation.decorator] ?? NOTHING).atoms) {
    if (atom.kind !== 'library') continue;
    const called = atom.path.at(-1) === '()' ? library(atom.package, atom.path.slice(0, -1), null, [], null) : atom;
    const match = analysis.models.match(called.api);
    if (operation.member === undefined && match.schemas.some(({ fields }) => fields === 'decorated'))
      recordEntity(id, atom, operation, frame, analysis, recorder);
    const model = match.routes.find(({ handlers }) => handlers === 'decorated');
    if (!model || operation.member === undefined) continue;
    const handler = memberFunction(id, operation.member, analysis);
    if (handler === undefined) continue;
    const place = { file: frame.linked.file, span: operation.span };
    const key = `${keyAt(operation, frame)}:${called.path.join('')}`;
    if (model.kind === 'job')
      recorder.jobs.set(key, { handlers: [handler], every: daysBetween(atom.arguments?.[0] ?? NOTHING), place });
    else {
      const path = [prefixOf(operation.class, frame, analysis), textOf(atom)].filter((part) => part !== '').join('/');
      const guards = decoratorsOf(operation.class, operation.member, frame, analysis);
      const method = methodOf(model, { callee: called });
      recorder.routes.set(key, { method, path, handlers: [handler], guards, router: null, place });
    }
  }
}

function textOf(atom: LibraryAtom): string {
  return textsOf(atom.arguments?.[0] ?? NOTHING)[0] ?? '';
}

function memberFunction(id: number, member: string, analysis: Analysis): FunctionId | undefined {
  const linked = analysis.program.classes[id];
  const index = linked?.members.get(member)?.find(({ function: body }) => body !== undefined)?.function;
  return linked && index !== undefined ? (analysis.program.bases[linked.file]?.functions ?? 0) + index : undefined;
}

function decoratorOperations(index: number, frame: Frame): (Operation & { kind: 'decorate' })[] {
  return frame.linked.facts.operations.filter(
    (operation): operation is Operation & { kind: 'decorate' } =>
      operation.kind === 'decorate' && operation.class === index && operation.parameter === undefined,
  );
}

function prefixOf(index: number, frame: Frame, analysis: Analysis): string {
  for (const { member, decorator } of decoratorOperations(index, frame)) {
    if (member !== undefined) continue;
    for (const atom of (frame.values[decorator] ?? NOTHING).atoms) {
      if (atom.kind !== 'library') continue;
      const { routes } = analysis.models.match(libraryPath(atom.package, atom.path.slice(0, -1)));
      if (routes.some(({ kind }) => kind === 'mount')) return textOf(atom);
    }
  }
  return '';
}

/** Names of the decorators on a member and its class, and of the classes they are given. */
function decoratorsOf(index: number, name: string, frame: Frame, analysis: Analysis): RouteGuard[] {
  return decoratorOperations(index, frame)
    .filter(({ member }) => member === undefined || member === name)
    .flatMap(({ decorator }) => {
      const names = operandName(decorator, frame, analysis).split(' ').filter(Boolean);
      const atoms = (frame.values[decorator] ?? NOTHING).atoms;
      const words = atoms.flatMap((atom) => literalsOf(atom));
      return names.map((name) => ({ name, kind: guardKind(name, analysis), words }));
    });
}

/** A class whose objects are rows. */
function recordEntity(
  id: number,
  atom: LibraryAtom,
  operation: Operation & { kind: 'decorate' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  const linked = analysis.program.classes[id];
  if (!linked) return;
  const file = analysis.program.files[linked.file]?.file ?? '';
  const cascading = cascadesOf(operation.class, frame);
  const fields = analysis.types.fields({ kind: 'class', class: id }).map((field) => {
    const target = analysis.types.resolve(field.type);
    const of = target.kind === 'array' ? analysis.types.resolve(target.of) : target;
    const entity = of.kind === 'class' ? (analysis.program.classes[of.class]?.facts.name ?? undefined) : undefined;
    return {
      name: field.name,
      file: field.origin.file,
      line: field.origin.line,
      ...(entity === undefined ? {} : { entity }),
      ...(cascading.has(field.name) ? { cascades: true } : {}),
      ...startOfMember(field.name, operation.class, frame),
      ...(field.annotation === undefined ? {} : { annotation: field.annotation }),
    };
  });
  const line = analysis.lineOf(linked.file, linked.facts.span[0]);
  const made = `${linked.file}:${linked.facts.span[0]}`;
  recorder.stores.set(`class ${id}`, {
    entity: linked.facts.name || textOf(atom),
    made,
    fields,
    expires: false,
    lifetime: null,
    file,
    line,
  });
}

/** `@Column({ default: true }) newsletter: boolean`. */
function startOfMember(name: string, index: number, frame: Frame): { startsAs?: boolean } {
  for (const { member, decorator } of decoratorOperations(index, frame)) {
    const writer = frame.shape.writers[decorator];
    if (member !== name || writer?.kind !== 'call') continue;
    for (const { value } of writer.arguments) {
      const start = truthIn(startingOption(frame.values[value] ?? NOTHING));
      if (start !== undefined) return { startsAs: start };
    }
  }
  return {};
}

/** Members whose decorator says `{ onDelete: 'CASCADE' }`. */
function cascadesOf(index: number, frame: Frame): Set<string> {
  const found = new Set<string>();
  for (const { member, decorator } of decoratorOperations(index, frame)) {
    const writer = frame.shape.writers[decorator];
    if (member === undefined || writer?.kind !== 'call') continue;
    for (const { value } of writer.arguments) {
      const option = frame.values[value]?.fields?.get('onDelete');
      if (option && textsOf(option).some((text) => text.toLowerCase() === 'cascade')) found.add(member);
    }
  }
  return found;
}
