import type { Key, ObjectEntry, Operation, Register } from '../core/facts.ts';
import type { LinkedCell } from '../core/program.ts';
import type { Analysis, Frame } from './analysis.ts';
import { forgetCaught, noteCall, noteReturn } from './assurances.ts';
import { bounded } from './bounds.ts';
import { applyMethod, type Call, NOTHING_WANTED, ownCell, writeCell } from './calls.ts';
import { functionValue, libraryParent } from './classes.ts';
import { naming } from './classify.ts';
import { close } from './close.ts';
import { conditioned } from './conditions.ts';
import { cellBehind, moduleValue } from './imports.ts';
import { extend, isSetting, library, libraryOfType, typedInput } from './libraries.ts';
import { applyLibrary, LibraryCall } from './library-calls.ts';
import { besideMask } from './masks.ts';
import { anyProperty, property } from './properties.ts';
import { recordSink } from './sinks.ts';
import type { TypeRef } from './types.ts';
import {
  ANY,
  type Atom,
  type ClassAtom,
  constant,
  data,
  derive,
  ELEMENT,
  isIndex,
  isNothing,
  join,
  joinAll,
  type LibraryAtom,
  NOTHING,
  type Place,
  spread,
  textsOf,
  UNDECIDED,
  unknownInput,
  type Value,
  valueWith,
  withField,
} from './value.ts';

type Evaluation = (operation: never, frame: Frame, analysis: Analysis) => void;

/** What each kind of operation does to the registers. */
const OPERATIONS: Record<Operation['kind'], Evaluation> = {
  constant: evaluateConstant,
  global: evaluateGlobal,
  import: evaluateImport,
  require: evaluateRequire,
  load: evaluateLoad,
  store: evaluateStore,
  'store-import': evaluateStoreImport,
  export: evaluateExport,
  bind: evaluateBind,
  get: evaluateGet,
  set: evaluateSet,
  delete: evaluateDelete,
  object: evaluateObject,
  array: evaluateArray,
  derive: evaluateDerive,
  test: evaluateTest,
  phi: evaluatePhi,
  function: evaluateFunctionValue,
  class: evaluateClass,
  decorate: evaluateDecorate,
  call: evaluateCall,
  after: evaluateAfter,
  element: evaluateElement,
  iterate: evaluateIterate,
  catch: evaluateCatch,
  return: evaluateReturn,
  throw: evaluateThrow,
};

export function evaluateOperation(operation: Operation, frame: Frame, analysis: Analysis): void {
  (OPERATIONS[operation.kind] as (operation: Operation, frame: Frame, analysis: Analysis) => void)(
    operation,
    frame,
    analysis,
  );
}

function read(register: Register, frame: Frame): Value {
  return frame.values[register] ?? NOTHING;
}

function write(register: Register, value: Value, frame: Frame): void {
  frame.values[register] = value;
}

function placeOf(operation: { readonly span: Place['span'] }, frame: Frame): Place {
  return { file: frame.linked.file, span: operation.span };
}

function evaluateConstant(operation: Operation & { kind: 'constant' }, frame: Frame): void {
  write(operation.into, operation.type === 'nothing' ? NOTHING : constant(operation.type, operation.text ?? ''), frame);
}

const GLOBAL_OBJECTS = new Set(['window', 'globalThis', 'self', 'global']);

function evaluateGlobal(operation: Operation & { kind: 'global' }, frame: Frame, analysis: Analysis): void {
  write(operation.into, globalValue(operation.name, analysis), frame);
}

/** A global by name; `window.x` is `x`. Unknown ones are a library of their own name, so that user models can match. */
function globalValue(name: string, analysis: Analysis): Value {
  if (GLOBAL_OBJECTS.has(name)) return valueWith(library('globals', [], null, [], null));
  const packages = analysis.models.globalPackages(name);
  return packages.length === 0
    ? NOTHING
    : { atoms: packages.map((pack) => library(pack, [`.${name}`], null, [], null)), fields: null };
}

function evaluateImport(operation: Operation & { kind: 'import' }, frame: Frame, analysis: Analysis): void {
  const { file } = frame.linked;
  const facts = analysis.program.files[file]?.imports[operation.import];
  if (!facts) return;
  const module = analysis.program.module(file, facts.specifier);
  write(operation.into, moduleValue(module, facts.imported, frame, analysis), frame);
}

function evaluateRequire(operation: Operation & { kind: 'require' }, frame: Frame, analysis: Analysis): void {
  const module = analysis.program.module(frame.linked.file, operation.specifier);
  write(operation.into, moduleValue(module, '*', frame, analysis), frame);
}

function cellOf(cell: number, frame: Frame, analysis: Analysis): number {
  return (analysis.program.bases[frame.linked.file]?.cells ?? 0) + cell;
}

function evaluateLoad(operation: Operation & { kind: 'load' }, frame: Frame, analysis: Analysis): void {
  write(operation.into, cellValue(cellOf(operation.cell, frame, analysis), frame, analysis), frame);
}

/** A cell as this function sees it: the program's value, its own, or a placeholder for an enclosing function's. */
function cellValue(cell: number, frame: Frame, analysis: Analysis): Value {
  const linked = analysis.program.cells[cell] as Analysis['program']['cells'][number];
  if (linked.global) return globalCell(linked, frame, analysis);
  if (linked.owner === frame.id) return ownCell(cell, frame);
  const type = cellType(linked, analysis) ?? analysis.cellType(cell, frame.id);
  const known: Value = { atoms: analysis.cellAtoms(cell, frame.id), fields: null };
  const outside = join(known, valueWith(data({ kind: 'cell', key: `C${cell}`, cell, name: linked.name }, type)));
  // `this.ip = ip; return this.save();` in an arrow function: what it wrote itself is there, too.
  return join(outside, frame.summary.cellWrites.get(cell) ?? NOTHING);
}

/** A variable of a module; one that nothing was seen to be put in is what it is declared to be. */
function globalCell({ id, file, name, type }: LinkedCell, frame: Frame, analysis: Analysis): Value {
  const value = analysis.global(id, frame.id);
  if (!type || !isNothing(value)) return value;
  const declared: TypeRef = { kind: 'declared', file, type };
  if (!analysis.types.isTelling(declared)) return value;
  const place: Place = { file, span: [0, 0] };
  return typedInput({ kind: 'opaque', key: `V${id}`, name, nameable: true, place }, declared, analysis);
}

function cellType({ name, owner, file, type }: LinkedCell, analysis: Analysis): TypeRef | null {
  if (type) return { kind: 'declared', file, type };
  const own = name === 'this' ? analysis.program.functions[owner]?.class : undefined;
  return own === undefined ? null : { kind: 'class', class: own };
}

function evaluateStore(operation: Operation & { kind: 'store' }, frame: Frame, analysis: Analysis): void {
  // Written back after a call that changed nothing.
  if (frame.unchanged.has(operation.from) && frame.shape.writers[operation.from]?.kind === 'after') return;
  writeCell(cellOf(operation.cell, frame, analysis), read(operation.from, frame), frame, analysis);
}

/** Only variables of our own modules are written to; an import may go through files that hand it on. */
function evaluateStoreImport(operation: Operation & { kind: 'store-import' }, frame: Frame, analysis: Analysis): void {
  if (frame.unchanged.has(operation.from)) return;
  const { file } = frame.linked;
  const facts = analysis.program.files[file]?.imports[operation.import];
  if (!facts) return;
  const cell = cellBehind(analysis.program.module(file, facts.specifier), facts.imported, analysis);
  const value = read(operation.from, frame);
  if (cell !== undefined && !value.atoms.some(isForeign)) writeCell(cell, value, frame, analysis);
}

/** A client of a library, or something nobody knows: what it keeps is its own affair, `cache.set(id, user)` of any kind. */
function isForeign(atom: Atom): boolean {
  if (atom.kind === 'class' || atom.kind === 'instance') return libraryParent(atom.parent) !== undefined;
  return atom.kind === 'library' ? atom.package !== 'javascript' : atom.kind === 'data' && atom.root.kind === 'opaque';
}

function evaluateExport(operation: Operation & { kind: 'export' }, frame: Frame, analysis: Analysis): void {
  analysis.writeExports(
    frame.linked.file,
    withField(NOTHING, operation.name, close(read(operation.from, frame), frame, analysis)),
  );
}

function evaluateBind(operation: Operation & { kind: 'bind' }, frame: Frame, analysis: Analysis): void {
  let value = read(operation.from, frame);
  if (operation.type)
    value = typed(value, { kind: 'declared', file: frame.linked.file, type: operation.type }, analysis);
  if (operation.name) value = naming(value, operation.name, placeOf(operation, frame), analysis);
  write(operation.into, value, frame);
}

/** `const u: User = …`: data without a type of its own takes the declared one; a library's type is that library's value. */
function typed(value: Value, type: TypeRef, analysis: Analysis): Value {
  const resolved = analysis.types.resolve(type);
  if (resolved.kind === 'primitive') return value;
  const made = libraryOfType(type, analysis);
  if (resolved.kind === 'library') bindTypedFunction(value, resolved.package, resolved.name, analysis);
  const base = isNothing(made) ? value : join(value, made);
  const atoms = base.atoms.map((atom) =>
    atom.kind === 'data' && !atom.type && !atom.derived ? { ...atom, type } : atom,
  );
  return { atoms, fields: base.fields };
}

/** `const list: RequestHandler = (req, res) => …`: the type says what the parameters are. */
function bindTypedFunction(value: Value, packageName: string, name: string, analysis: Analysis): void {
  const { types } = analysis.models.match(packageName, [`<${name}>`]);
  for (const { model, ports } of types) {
    for (const { root, steps } of ports) {
      const [step] = steps;
      if (root.kind !== 'property' || step?.kind !== 'parameter') continue;
      const atom = library(packageName, [`<${model.type}>`], null, [], null);
      for (const { kind, ...rest } of value.atoms) {
        if (kind === 'function' && 'function' in rest) analysis.bindParameter(rest.function, step.index, [atom]);
      }
    }
  }
}

function evaluateGet(operation: Operation & { kind: 'get' }, frame: Frame, analysis: Analysis): void {
  const place = placeOf(operation, frame);
  write(operation.into, readKey(read(operation.from, frame), operation.key, place, frame, analysis), frame);
}

function readKey(value: Value, key: Key, place: Place, frame: Frame, analysis: Analysis): Value {
  if (typeof key === 'string') {
    const own = property(value, key, frame, analysis, place);
    return value.atoms.some((atom) => atom.kind === 'library' && atom.package === 'globals')
      ? join(own, globalValue(key, analysis))
      : own;
  }
  const names = textsOf(read(key.computed, frame));
  if (names.length > 0) return joinAll(names.map((name) => property(value, name, frame, analysis, place)));
  return anyProperty(value, frame, analysis, place);
}

function evaluateSet(operation: Operation & { kind: 'set' }, frame: Frame, analysis: Analysis): void {
  const base = read(operation.base, frame);
  const value = read(operation.from, frame);
  if (frame.unchanged.has(operation.from)) {
    frame.unchanged.add(operation.into);
    write(operation.into, base, frame);
    return;
  }
  const { key } = operation;
  if (typeof key === 'string') assignLibrary(base, key, value, operation, frame, analysis);
  const named = typeof key === 'string' ? naming(value, key, placeOf(operation, frame), analysis) : value;
  write(operation.into, writeKey(base, key, conditioned(named, operation.guard, frame), frame), frame);
}

function writeKey(base: Value, key: Key, value: Value, frame: Frame): Value {
  if (typeof key === 'string') return withField(base, key, value);
  const names = textsOf(read(key.computed, frame));
  const [only] = names;
  if (names.length === 1 && only !== undefined) return withField(base, only, value);
  return withField(base, ANY, value);
}

/** `document.cookie = …`, `req.session.user = …`: assigning a library's property can be a sink. */
function assignLibrary(
  base: Value,
  key: string,
  value: Value,
  operation: Operation & { kind: 'set' },
  frame: Frame,
  analysis: Analysis,
): void {
  const targets = base.atoms.filter((atom): atom is LibraryAtom => atom.kind === 'library');
  const globals = targets.some(({ package: name }) => name === 'globals') ? globalValue(key, analysis).atoms : [];
  const assigned = [...targets.map((atom) => extend(atom, `.${key}`)), ...(globals as LibraryAtom[])];
  for (const atom of assigned) {
    const match = analysis.models.match(atom.package, atom.path, atom.api);
    for (const { model, ports } of match.sinks) {
      if (!ports.some(({ root }) => root.kind === 'assigned')) continue;
      const call: Call = {
        receiver: base,
        arguments: [value],
        name: key,
        place: placeOf(operation, frame),
        guard: operation.guard,
        new: false,
      };
      recordSink(model, match, atom, value, new LibraryCall(atom, match, call, frame, analysis), frame, analysis);
    }
  }
}

function evaluateDelete(operation: Operation & { kind: 'delete' }, frame: Frame): void {
  const base = read(operation.base, frame);
  const names = typeof operation.key === 'string' ? [operation.key] : textsOf(read(operation.key.computed, frame));
  write(
    operation.into,
    names.reduce((value, name) => withField(value, name, NOTHING), base),
    frame,
  );
}

function evaluateObject(operation: Operation & { kind: 'object' }, frame: Frame, analysis: Analysis): void {
  write(operation.into, objectOf(operation.entries, frame, analysis), frame);
}

function objectOf(entries: readonly ObjectEntry[], frame: Frame, analysis: Analysis): Value {
  let value: Value = NOTHING;
  for (const entry of entries) {
    if ('spread' in entry) {
      value = spread(value, read(entry.spread, frame), entry.omit ?? []);
      continue;
    }
    const held = read(entry.value, frame);
    const named = typeof entry.key === 'string' ? naming(held, entry.key, placeOf(entry, frame), analysis) : held;
    value = writeKey(value, entry.key, named, frame);
  }
  return value;
}

function evaluateArray(operation: Operation & { kind: 'array' }, frame: Frame, analysis: Analysis): void {
  let value: Value = NOTHING;
  let open = false;
  for (const [index, element] of operation.elements.entries()) {
    const held = read(element.value, frame);
    if (element.spread) {
      open = true;
      value = withField(value, ELEMENT, property(held, ELEMENT, frame, analysis, null));
    } else {
      value = withField(value, open ? ELEMENT : String(index), held);
    }
  }
  write(operation.into, value, frame);
}

function evaluateDerive(operation: Operation & { kind: 'derive' }, frame: Frame, analysis: Analysis): void {
  const parts = operation.from.map((register) => read(register, frame));
  const made = derive(parts);
  const isText = operation.how === 'template' || operation.how === 'concatenation';
  const text = isText ? besideMask(made, parts) : made;
  write(operation.into, isText ? join(join(text, startOf(parts)), settingAtStart(parts, analysis)) : text, frame);
}

/** `${process.env.CRM_URL}/people`: the setting it starts with tells whose address it is. */
function settingAtStart(parts: readonly Value[], analysis: Analysis): Value {
  const first = parts.find(({ atoms }) => !atoms.every((atom) => atom.kind === 'constant' && atom.text === ''));
  const atoms = first?.atoms.filter((atom) => isSetting(atom, analysis)) ?? [];
  return atoms.length > 0 ? { atoms, fields: null } : NOTHING;
}

/** How a text begins, as far as it is literal: enough to know the host of a URL. */
function startOf(parts: readonly Value[]): Value {
  let text = '';
  for (const [index, part] of parts.entries()) {
    const literals = part.atoms.filter((atom) => atom.kind === 'constant');
    const [only] = literals;
    if (literals.length !== 1 || !only) return text ? constant('string', text, false) : NOTHING;
    text += only.text;
    if (!only.whole) return constant('string', text, false);
    if (index === parts.length - 1 && part.atoms.length === 1) return constant('string', text);
  }
  return text ? constant('string', text, false) : NOTHING;
}

/** A yes or no carries no data. One about settings alone is as hard-coded as they are: it says nothing of a person. */
function evaluateTest(operation: Operation & { kind: 'test' }, frame: Frame, analysis: Analysis): void {
  const operands = operation.operands.map((register) => read(register, frame));
  const isSettled = operands.some(({ atoms }) => atoms.some((atom) => isSetting(atom, analysis)));
  const own = operands.every(
    ({ atoms, fields }) => !fields && atoms.every((atom) => isSetting(atom, analysis) || atom.kind === 'constant'),
  );
  write(operation.into, isSettled && own ? constant('boolean', '', false) : UNDECIDED, frame);
}

function evaluatePhi(operation: Operation & { kind: 'phi' }, frame: Frame): void {
  const joined = joinAll(operation.from.map((register) => read(register, frame)));
  // A loop's way round is not known yet: the next pass sees it.
  if (operation.from.some((register) => frame.values[register] === undefined)) frame.changed = true;
  const before = frame.values[operation.into];
  if (before && joined !== before && !isNothing(joined)) {
    const grown = join(before, joined);
    if (grown !== before) frame.changed = true;
    write(operation.into, grown, frame);
    return;
  }
  write(operation.into, joined, frame);
}

/** A function becomes a value, with the variables it captured as they are now. */
function evaluateFunctionValue(operation: Operation & { kind: 'function' }, frame: Frame, analysis: Analysis): void {
  const id = (analysis.program.bases[frame.linked.file]?.functions ?? 0) + operation.function;
  const value = functionValue(id, capturedBy(id, frame, analysis));
  write(operation.into, value, frame);
  useCaptured(value, frame, analysis);
}

function capturedBy(id: number, frame: Frame, analysis: Analysis): Map<number, Value> {
  const captures = analysis.program.functions[id]?.captures ?? [];
  const outer = captures.filter((cell) => analysis.program.cells[cell]?.owner !== frame.id);
  return new Map(outer.map((cell) => [cell, cellValue(cell, frame, analysis)]));
}

/**
 * A closure may run at any time, whoever gets it: what it does with captured data counts from here on. Its parameters
 * stay unknown until a call says what they are.
 */
function useCaptured(value: Value, frame: Frame, analysis: Analysis): void {
  const [atom] = value.atoms;
  if (atom?.kind !== 'function' || (analysis.program.functions[atom.function]?.captures.length ?? 0) === 0) return;
  const summary = analysis.summaryOf(atom.function, frame.id);
  const { sinks, cellWrites, calls, kept } = summary;
  if (sinks.size === 0 && cellWrites.size === 0 && calls.size === 0 && kept.size === 0) return;
  const linked = analysis.program.functions[atom.function];
  const args = (linked?.facts.parameters ?? []).map((_, index) => valueWith(unknownInput(atom.function, index)));
  const call: Call = { receiver: null, arguments: args, name: '', place: null, guard: -1, new: false };
  applyMethod(value, { ...call, wanted: NOTHING_WANTED }, frame, analysis);
}

function evaluateClass(operation: Operation & { kind: 'class' }, frame: Frame, analysis: Analysis): void {
  const base = analysis.program.bases[frame.linked.file];
  const id = (base?.classes ?? 0) + operation.class;
  const parent = operation.extends === undefined ? null : read(operation.extends, frame);
  const captured = new Map<number, Value>();
  const facts = analysis.program.classes[id]?.facts;
  for (const member of facts?.members ?? []) {
    if (member.function === undefined) continue;
    for (const [cell, value] of capturedBy((base?.functions ?? 0) + member.function, frame, analysis))
      captured.set(cell, value);
  }
  const atom: ClassAtom = { kind: 'class', key: `k${id}`, class: id, parent, captured };
  if (!parent || !isNothing(parent)) analysis.noteClass(atom);
  write(operation.into, valueWith(atom), frame);
}

/** `@Body() dto`: a decorator that a model calls a source, a sink or a type for what it decorates. */
function evaluateDecorate(operation: Operation & { kind: 'decorate' }, frame: Frame, analysis: Analysis): void {
  const id = (analysis.program.bases[frame.linked.file]?.classes ?? 0) + operation.class;
  if (operation.member === undefined) return;
  for (const atom of read(operation.decorator, frame).atoms) {
    if (atom.kind !== 'library') continue;
    // `@Body()` is a call whose own port is the decorated parameter: the path without its last call.
    const called =
      atom.path.at(-1) === '()' ? library(atom.package, atom.path.slice(0, -1), atom.arguments, [], null) : atom;
    const match = analysis.models.match(called.package, called.path, called.api);
    if (operation.parameter === undefined) {
      analysis.decorateMember(`${id}.${operation.member}`, called, match);
      continue;
    }
    const call: Call = {
      receiver: null,
      arguments: called.arguments ?? [],
      name: '',
      place: placeOf(operation, frame),
      guard: -1,
      new: false,
    };
    const value = new LibraryCall(called, match, call, frame, analysis).decorated();
    if (!isNothing(value)) analysis.decorate(`${id}.${operation.member}.${operation.parameter}`, value);
  }
}

function evaluateCall(operation: Operation & { kind: 'call' }, frame: Frame, analysis: Analysis): void {
  const { shape } = frame;
  const args: Value[] = [];
  let rest: Value | undefined;
  for (const { value, spread: isSpread } of operation.arguments) {
    const held = read(value, frame);
    if (isSpread) {
      const numbered = [...(held.fields ?? [])].filter(([key]) => isIndex(key));
      args.push(...numbered.map(([, element]) => element));
      rest = join(rest ?? NOTHING, property(held, ELEMENT, frame, analysis, null));
    } else {
      args.push(held);
    }
  }
  if (rest && args.length < 2) args.push(rest);
  const call: Call = {
    receiver: operation.receiver === undefined ? null : read(operation.receiver, frame),
    arguments: args,
    name: operation.name,
    place: placeOf(operation, frame),
    guard: operation.guard,
    new: operation.new,
    ...(rest ? { spread: rest } : {}),
    wanted: { result: shape.used.has(operation.into), effects: shape.followed.has(operation.into) },
  };
  const callee = withTypeArguments(read(operation.callee, frame), operation, frame);
  analysis.watch?.call(callee, call, analysis);
  const outcome = applyMethod(callee, call, frame, analysis);
  write(operation.into, outcome.result, frame);
  noteCall(operation, callee, args, frame, analysis);
  frame.callEffects.set(operation.into, outcome.effects);
  frame.thrownBy.set(operation.into, outcome.thrown);
  if (!isNothing(outcome.thrown) && !frame.shape.caught.has(operation.into)) {
    frame.summary.thrown = join(frame.summary.thrown, close(outcome.thrown, frame, analysis));
  }
}

/** `getRepository<User>()`, `model<UserDocument>('User')`. */
function withTypeArguments(callee: Value, operation: Operation & { kind: 'call' }, frame: Frame): Value {
  const { typeArguments } = operation;
  if (!typeArguments || !callee.atoms.some(({ kind }) => kind === 'library')) return callee;
  const types = typeArguments.map((type): TypeRef => ({ kind: 'declared', file: frame.linked.file, type }));
  const atoms = callee.atoms.map((atom) =>
    atom.kind === 'library' ? library(atom.package, atom.path, atom.arguments, types, atom.place) : atom,
  );
  return { atoms, fields: callee.fields };
}

function evaluateAfter(operation: Operation & { kind: 'after' }, frame: Frame): void {
  const before = read(operation.from, frame);
  const after = frame.callEffects.get(operation.call)?.get(operation.argument);
  const same = after === undefined || after === before;
  if (same) frame.unchanged.add(operation.into);
  else frame.unchanged.delete(operation.into);
  write(operation.into, after ?? before, frame);
}

/** A JSX element calls its component with the attributes as one object; intrinsic ones are the browser's. */
function evaluateElement(operation: Operation & { kind: 'element' }, frame: Frame, analysis: Analysis): void {
  let props = objectOf(operation.attributes, frame, analysis);
  const children = joinAll(operation.children.map((child) => read(child, frame)));
  if (!isNothing(children)) props = withField(props, 'children', children);
  const call: Call = {
    receiver: null,
    arguments: [props],
    name: operation.tag ?? '',
    place: placeOf(operation, frame),
    guard: operation.guard,
    new: false,
  };
  if (operation.tag !== undefined) {
    const element = library('browser', [`element:${operation.tag}`], null, [], null);
    if (analysis.models.match(element.package, element.path, element.api).model)
      applyLibrary(element, call, frame, analysis);
  } else if (operation.component !== undefined) {
    const component = read(operation.component, frame);
    const known = component.atoms.filter(({ kind }) => kind !== 'data');
    if (known.length > 0) applyMethod({ atoms: known, fields: null }, call, frame, analysis);
  }
  write(operation.into, NOTHING, frame);
}

function evaluateIterate(operation: Operation & { kind: 'iterate' }, frame: Frame, analysis: Analysis): void {
  const from = read(operation.from, frame);
  const value =
    operation.what === 'values' ? property(from, ELEMENT, frame, analysis, placeOf(operation, frame)) : NOTHING;
  write(operation.into, value, frame);
}

function evaluateCatch(operation: Operation & { kind: 'catch' }, frame: Frame): void {
  forgetCaught(operation.calls, frame);
  const thrown = joinAll(operation.thrown.map((register) => read(register, frame)));
  const called = joinAll(operation.calls.map((register) => frame.thrownBy.get(register) ?? NOTHING));
  write(operation.into, join(thrown, called), frame);
}

function evaluateReturn(operation: Operation & { kind: 'return' }, frame: Frame, analysis: Analysis): void {
  const { summary } = frame;
  const value = conditioned(close(read(operation.from, frame), frame, analysis), operation.guard, frame);
  summary.returns = bounded(join(summary.returns, operation.element ? withField(NOTHING, ELEMENT, value) : value));
  if (!operation.element) noteReturn(operation, frame, analysis);
  exposeReturned(value, operation, frame, analysis);
  for (const { argument, from } of operation.effects) {
    const after = close(read(from, frame), frame, analysis);
    if (isInput(after, argument)) continue;
    summary.effects.set(argument, bounded(join(summary.effects.get(argument) ?? NOTHING, after)));
  }
}

/** A handler's return value is the response, where a decorator says so. */
function exposeReturned(
  value: Value,
  operation: Operation & { kind: 'return' },
  frame: Frame,
  analysis: Analysis,
): void {
  const { linked } = frame;
  if (linked.class === undefined || isNothing(value)) return;
  const member = linked.facts.name.slice(linked.facts.name.lastIndexOf('.') + 1);
  for (const { atom, match } of analysis.memberDecorators(`${linked.class}.${member}`, frame.id)) {
    const call: Call = {
      receiver: null,
      arguments: [value],
      name: member,
      place: placeOf(operation, frame),
      guard: operation.guard,
      new: false,
    };
    for (const { model, ports } of match.sinks) {
      if (!ports.some(({ root, steps }) => root.kind === 'decorated' && steps[0]?.kind === 'return')) continue;
      recordSink(model, match, atom, value, new LibraryCall(atom, match, call, frame, analysis), frame, analysis);
    }
  }
}

/** An input that nothing was written to. */
function isInput(value: Value, argument: number): boolean {
  return (
    !value.fields &&
    value.atoms.every(
      (atom) =>
        atom.kind !== 'data' || (atom.root.kind === 'input' && atom.root.index === argument && atom.path.length === 0),
    )
  );
}

function evaluateThrow(operation: Operation & { kind: 'throw' }, frame: Frame): void {
  frame.summary.thrown = join(frame.summary.thrown, read(operation.from, frame));
}
