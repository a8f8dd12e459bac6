import type { Catalogue, FieldModel } from '../core/catalogue.ts';
import { positionAt, type Span } from '../core/location.ts';
import type { SourceKind } from '../core/privacy.ts';
import type { CellId, ClassId, FileIndex, FunctionId, LinkedFunction, Program } from '../core/program.ts';
import type { BehaviourRecorder } from './behaviour/recorder.ts';
import { EVERY_LEVEL, joinBounded } from './bounds.ts';
import { agreed, type Checks, isSame } from './checked-requests.ts';
import { withDeclaredNames } from './declared-names.ts';
import { type Entry, entriesOf } from './entries.ts';
import type { FunctionShape } from './frame.ts';
import type { GivenMethod } from './given-methods.ts';
import type { GuardEntry } from './guards.ts';
import { join } from './join.ts';
import { Models } from './models.ts';
import { createGuardReader, createNameReader, type GuardReader, type NameReader } from './names.ts';
import type { Matched } from './patterns.ts';
import { Schemas } from './schemas.ts';
import { shapeOf } from './shape.ts';
import type { Emission } from './sinks.ts';
import { emptySummary, type Summary } from './summary.ts';
import { type TypeRef, Types } from './types.ts';
import {
  type Atom,
  type ClassAtom,
  type DataAtom,
  isNothing,
  type LibraryAtom,
  NOTHING,
  type Place,
  type Value,
} from './value.ts';
import type { Watch } from './watch.ts';

/** The guards of a call, and who calls; -1 for the framework. */
export interface Entered {
  readonly caller: FunctionId;
  readonly guards: readonly GuardEntry[];
  /** The router it is registered with. */
  readonly router?: string | undefined;
}

/** Kinds of sources where a person hands over data. */
const ENTERING = new Set<SourceKind>([
  'request-body',
  'request-query',
  'request-parameters',
  'request-headers',
  'request-cookies',
  'request-metadata',
  'uploaded-file',
  'form',
  'identity-provider',
  'device',
  'message',
]);

const NO_SUMMARY = emptySummary();
/** A function is looked at again when something it used has changed, but not for ever. */
const MOST_VISITS = 4;
const DEEPEST_DEMAND = 120;
const VISITS_PER_BREAK = 100;
const MOST_PARAMETER_TYPES = 4;
const MOST_CELL_TYPES = 6;

/** Everything the flow engine knows so far: the one mutable state of this phase. */
export class Analysis {
  readonly program: Program;
  readonly catalogue: Catalogue;
  readonly models: Models;
  readonly types: Types;
  readonly names: NameReader;
  readonly guardWords: GuardReader;
  readonly entries: readonly Entry[];
  /** Personal fields read from each root: what a whole object without a schema stands for. */
  readonly observed = new Map<string, Set<string>>();
  /** Fields of services, by class: functions, instances and library values that constructors put there. */
  readonly classFields = new Map<ClassId, Value>();
  /** Values of decorated parameters: `class.member.index` → value. */
  readonly decorated = new Map<string, Value>();
  /** Where personal data was seen to enter. */
  readonly collected = new Map<string, { readonly atom: DataAtom; readonly place: Place }>();
  readonly emissions: (ReadonlyMap<string, Emission> | undefined)[];
  readonly summaries: (Summary | undefined)[];
  /** What holds where each function with sinks of its own is called, by the place of the call. */
  readonly entered = new Map<FunctionId, Map<string, Entered>>();
  /** Inputs that callers were seen to fill: with data, or with constants only. */
  readonly boundInputs = new Map<number, 'data' | 'constant'>();
  /** Functions that were too large to be evaluated in full. */
  readonly limited = new Set<FunctionId>();
  readonly #shapes: (FunctionShape | undefined)[];
  /** Gathers evidence for obligations; null when no policy has any. */
  readonly recorder: BehaviourRecorder | null;
  /** Only when somebody asked for an explanation. */
  watch: Watch | null = null;
  /** Whether any class says itself what it is as JSON. */
  writesThemselves: boolean;
  readonly evaluate: (id: FunctionId, analysis: Analysis) => void;
  /** Who used fields of classes, by class and name: asked at every read of a property of an object. */
  readonly #fieldReaders = new Map<ClassId, Map<string, Set<FunctionId>>>();
  /** Who used what else: see `about`; decorators and what libraries keep are told apart by text. */
  readonly #dependents = new Map<number | string, Set<FunctionId>>();
  readonly #memberDecorators = new Map<string, readonly { readonly atom: LibraryAtom; readonly match: Matched }[]>();
  readonly #mounts = new Map<string, Map<string, readonly GuardEntry[]>>();
  readonly #fieldRules = new Map<ClassId, readonly FieldRule[]>();
  readonly #classValues = new Map<ClassId, ClassAtom>();
  readonly #cellTypes = new Map<CellId, TypeRef>();
  readonly #cellAtoms = new Map<CellId, readonly Atom[]>();
  readonly #parameters = new Map<number, readonly Atom[]>();
  readonly #selves = new Map<FunctionId, { readonly atoms: readonly Atom[]; readonly type: TypeRef | null }>();
  readonly #givenMethods = new Map<string, Map<string, GivenMethod>>();
  readonly #checks = new Map<FunctionId, Checks>();
  readonly #receivers = new Map<FunctionId, Map<string, readonly Atom[]>>();
  readonly #globals = new Map<CellId, Value>();
  readonly #kept = new Map<string, { readonly value: Value; readonly levels: number }>();
  readonly #exports = new Map<FileIndex, Value>();
  readonly #inProgress = new Set<FunctionId>();
  readonly #visits: Uint8Array;
  /** All functions in the order in which their first visit ended: callees before their callers. */
  readonly #finished: FunctionId[] = [];
  readonly #shown = new Map<FunctionId, number>();
  readonly #pending = new Set<FunctionId>();
  /** Functions that were asked for their summary before they had one. */
  readonly #recursive = new Set<FunctionId>();
  #sinceBreak = 0;

  constructor(
    program: Program,
    catalogue: Catalogue,
    evaluate: (id: FunctionId, analysis: Analysis) => void,
    recorder: BehaviourRecorder | null = null,
  ) {
    this.recorder = recorder;
    this.program = program;
    this.catalogue = catalogue;
    this.evaluate = evaluate;
    this.writesThemselves = program.classes.some(({ facts }) => facts.members.some(({ name }) => name === 'toJSON'));
    this.models = new Models(catalogue);
    this.types = new Types(program, new Schemas(program, this.models), (file, offset) => this.lineOf(file, offset));
    this.names = withDeclaredNames(createNameReader(catalogue.taxonomy.names), catalogue.configuration.data);
    this.guardWords = createGuardReader(catalogue.taxonomy.guards);
    this.entries = entriesOf(catalogue, program);
    this.summaries = new Array(program.functions.length).fill(undefined);
    this.#shapes = new Array(program.functions.length).fill(undefined);
    this.emissions = new Array(program.functions.length).fill(undefined);
    this.#visits = new Uint8Array(program.functions.length);
  }

  lineOf(file: FileIndex, offset: number): number {
    return positionAt(this.program.files[file]?.lineStarts ?? [0], offset).line;
  }

  /**
   * Runs every function, callees first, then again whatever depends on something that changed. Again callees first: who
   * reads of several that changed then sees all of them at once.
   */
  async run(): Promise<void> {
    for (const { functions } of this.program.bases) await this.#visitPolitely(functions);
    for (const { id } of this.program.functions) if (this.#visits[id] === 0) await this.#visitPolitely(id);
    while (this.#pending.size > 0) {
      for (const id of this.#finished) if (this.#pending.delete(id)) await this.#visitPolitely(id);
    }
  }

  /** Lets the process hear signals now and then. */
  async #visitPolitely(id: FunctionId): Promise<void> {
    this.#visit(id);
    if (++this.#sinceBreak < VISITS_PER_BREAK) return;
    this.#sinceBreak = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }

  #visit(id: FunctionId): void {
    if (this.#inProgress.has(id)) return;
    const visits = this.#visits[id] ?? 0;
    if (visits >= MOST_VISITS) return;
    this.#visits[id] = visits + 1;
    const below = this.#finished.length;
    this.#inProgress.add(id);
    this.evaluate(id, this);
    this.#inProgress.delete(id);
    if (visits > 0) return;
    this.#finished.push(id);
    if (this.#recursive.delete(id)) this.#settle(below);
  }

  /** A function that calls itself is finished here and now: its callers, who wait for it, would all have to come again. */
  #settle(below: number): void {
    for (let turn = 0; turn < MOST_VISITS; turn++) {
      let settled = true;
      for (let index = below; index < this.#finished.length; index++) {
        const id = this.#finished[index] as FunctionId;
        if (!this.#pending.delete(id)) continue;
        settled = false;
        this.#visit(id);
      }
      if (settled) return;
    }
  }

  /**
   * A function's summary, made now if it is not there yet; a recursive one is what is known so far. Who does not look at
   * what it returns need not come again for that.
   */
  summaryOf(id: FunctionId, reader: FunctionId, result = true): Summary {
    this.#depend(about('function', id), reader);
    if (result) this.#depend(about('returned', id), reader);
    if (this.summaries[id] === undefined && this.#inProgress.size < DEEPEST_DEMAND) this.#visit(id);
    return this.summaries[id] ?? NO_SUMMARY;
  }

  /** The value of a module-level variable; its module is evaluated first. */
  global(cell: CellId, reader: FunctionId): Value {
    this.#depend(about('global', cell), reader);
    const { owner } = this.program.cells[cell] as Program['cells'][number];
    if (this.#visits[owner] === 0 && this.#inProgress.size < DEEPEST_DEMAND) this.#visit(owner);
    return this.#globals.get(cell) ?? NOTHING;
  }

  writeGlobal(cell: CellId, value: Value): void {
    const before = this.#globals.get(cell) ?? NOTHING;
    const after = join(before, value);
    if (after === before) return;
    this.#globals.set(cell, after);
    this.changed(about('global', cell));
  }

  /** What libraries' objects keep at a place, whoever put it there. */
  kept(place: string, reader: FunctionId): Value {
    this.#depend(`k${place}`, reader);
    return this.#kept.get(place)?.value ?? NOTHING;
  }

  keep(place: string, value: Value): void {
    const before = this.#kept.get(place) ?? { value: NOTHING, levels: EVERY_LEVEL };
    const after = joinBounded(before.value, value, before.levels);
    this.#kept.set(place, after);
    if (after.value === before.value) return;
    this.changed(`k${place}`);
  }

  /** What CommonJS assigned to a module's exports, and default exports. */
  exportsOf(file: FileIndex, reader: FunctionId): Value {
    this.#depend(about('exports', file), reader);
    const owner = this.program.bases[file]?.functions ?? 0;
    if (this.#visits[owner] === 0 && this.#inProgress.size < DEEPEST_DEMAND) this.#visit(owner);
    return this.#exports.get(file) ?? NOTHING;
  }

  writeExports(file: FileIndex, value: Value): void {
    const before = this.#exports.get(file) ?? NOTHING;
    const after = join(before, value);
    if (after === before) return;
    this.#exports.set(file, after);
    this.changed(about('exports', file));
  }

  /** What constructors of a class were seen to put into field `key`. */
  classField(id: ClassId, key: string, reader: FunctionId): Value | undefined {
    let readers = this.#fieldReaders.get(id);
    if (!readers) {
      readers = new Map();
      this.#fieldReaders.set(id, readers);
    }
    addTo(readers, key, reader);
    return this.classFields.get(id)?.fields?.get(key);
  }

  writeClassFields(id: ClassId, value: Value): void {
    if (isNothing(value)) return;
    const before = this.classFields.get(id) ?? NOTHING;
    const after = join(before, value);
    if (after === before) return;
    this.classFields.set(id, after);
    for (const [key, field] of after.fields ?? []) {
      if (before.fields?.get(key) !== field) this.#visitAgain(this.#fieldReaders.get(id)?.get(key));
    }
  }

  /** A class as the value its declaration made: with what it extends and captured. */
  noteClass(atom: ClassAtom): void {
    if (this.#classValues.has(atom.class)) return;
    this.#classValues.set(atom.class, atom);
    this.changed(about('class', atom.class));
  }

  classValue(id: ClassId, reader: FunctionId): ClassAtom | undefined {
    this.#depend(about('class', id), reader);
    return this.#classValues.get(id);
  }

  decorate(key: string, value: Value): void {
    const before = this.decorated.get(key) ?? NOTHING;
    const after = join(before, value);
    if (after === before) return;
    this.decorated.set(key, after);
    this.changed(`d${key}`);
  }

  /**
   * A parameter whose type is left open takes the library values and objects that callers pass for its type: `res` in
   * `router.get('/', (req, res) => …)`. A function that gets many different ones is a utility, and stays general.
   */
  bindParameter(id: FunctionId, index: number, passed: readonly Atom[]): void {
    if (passed.length === 0) return;
    const { facts, file } = this.program.functions[id] as LinkedFunction;
    const declared = !this.types.leavesOpen(file, facts.parameters[index]?.type);
    const atoms = declared ? passed.filter((atom) => this.#isGivenMethods(atom)) : passed;
    const key = inputKey(id, index);
    const before = this.#parameters.get(key);
    const added = atoms.filter((atom) => !before?.some((known) => known.key === atom.key));
    if (added.length === 0 || (before && before.length + added.length > MOST_PARAMETER_TYPES)) return;
    this.#parameters.set(key, [...(before ?? []), ...added]);
    if ((this.#visits[id] ?? 0) > 0) this.#pending.add(id);
  }

  /** `function plugin(schema: Schema)`: callers know which schema it is that gets methods. */
  #isGivenMethods(atom: Atom): boolean {
    return atom.kind === 'library' && atom.arguments !== null && this.models.givesMethods(atom.package);
  }

  /** The same for `this` of a method that is in no class: what its object was seen to hold at a key. */
  bindReceiver(id: FunctionId, key: string, atoms: readonly Atom[]): void {
    const held = this.#receivers.get(id) ?? new Map<string, readonly Atom[]>();
    this.#receivers.set(id, held);
    const before = held.get(key) ?? [];
    const added = atoms.filter((atom) => !before.some((known) => known.key === atom.key));
    if (added.length === 0 || before.length + added.length > MOST_PARAMETER_TYPES) return;
    held.set(key, [...before, ...added]);
    if ((this.#visits[id] ?? 0) > 0) this.#pending.add(id);
  }

  /** What `this` itself is in a function that is in no class: the row, or the model, that it was given to. */
  bindSelf(id: FunctionId, atoms: readonly Atom[], type: TypeRef | null): void {
    const { facts, class: owner } = this.program.functions[id] as LinkedFunction;
    if (owner !== undefined || facts.receiver === undefined) return;
    const before = this.#selves.get(id);
    const added = atoms.filter((atom) => !before?.atoms.some((known) => known.key === atom.key));
    if ((before && added.length === 0 && (before.type || !type)) || (before?.atoms.length ?? 0) >= MOST_PARAMETER_TYPES)
      return;
    this.#selves.set(id, { atoms: [...(before?.atoms ?? []), ...added], type: before?.type ?? type });
    if ((this.#visits[id] ?? 0) > 0) this.#pending.add(id);
  }

  selfOf(id: FunctionId): { readonly atoms: readonly Atom[]; readonly type: TypeRef | null } | undefined {
    return this.#selves.get(id);
  }

  /** Notes what is checked of a request before a handler; where routes do not agree, nothing is known. */
  noteChecks(id: FunctionId, checks: Checks): void {
    const before = this.#checks.get(id);
    const after = before ? agreed(before, checks) : checks;
    this.#checks.set(id, after);
    if ((this.#visits[id] ?? 0) > 0 && !isSame(before ?? {}, after)) this.#pending.add(id);
  }

  checksOf(id: FunctionId): Checks | undefined {
    return this.#checks.get(id);
  }

  /** Notes a function that was given to a schema's objects: see `given-methods.ts`. */
  giveMethod(key: string, name: string, method: GivenMethod): void {
    const known = this.#givenMethods.get(key) ?? new Map<string, GivenMethod>();
    this.#givenMethods.set(key, known.set(name, method));
    if (name === 'toJSON') this.writesThemselves = true;
  }

  givenMethod(key: string, name: string): GivenMethod | undefined {
    return this.#givenMethods.get(key)?.get(name);
  }

  get hasGivenMethods(): boolean {
    return this.#givenMethods.size > 0;
  }

  /** What `this` holds of code in a method that is in no class. */
  receiverFields(id: FunctionId): ReadonlyMap<string, readonly Atom[]> {
    return this.#receivers.get(id) ?? new Map();
  }

  /** The same for variables that closures read: what they hold of functions, objects and libraries. */
  bindCell(cell: CellId, atoms: readonly Atom[]): void {
    if (atoms.length === 0) return;
    const before = this.#cellAtoms.get(cell);
    const added = atoms.filter((atom) => !before?.some((known) => known.key === atom.key));
    if (added.length === 0 || (before && before.length + added.length > MOST_CELL_TYPES)) return;
    this.#cellAtoms.set(cell, [...(before ?? []), ...added]);
    this.changed(about('cell', cell));
  }

  /** A variable without a declared type has the one of the data that was put there, first come first served. */
  noteCellType(cell: CellId, { atoms }: Value): void {
    if (this.#cellTypes.has(cell) || this.program.cells[cell]?.type) return;
    for (const atom of atoms) {
      if (atom.kind !== 'data' || !atom.type || atom.derived || !this.types.isTelling(atom.type)) continue;
      this.#cellTypes.set(cell, atom.type);
      this.changed(about('cell', cell));
      return;
    }
  }

  cellType(cell: CellId, reader: FunctionId): TypeRef | null {
    this.#depend(about('cell', cell), reader);
    return this.#cellTypes.get(cell) ?? null;
  }

  cellAtoms(cell: CellId, reader: FunctionId): readonly Atom[] {
    this.#depend(about('cell', cell), reader);
    return this.#cellAtoms.get(cell) ?? [];
  }

  parameterAtoms(id: FunctionId, index: number): readonly Atom[] {
    return this.#parameters.get(inputKey(id, index)) ?? [];
  }

  /** Has a component evaluated for what its elements show: `depth` components below an element that is handed on. */
  show(id: FunctionId, depth: number): void {
    if (this.#shown.has(id)) return;
    this.#shown.set(id, depth);
    // Whoever asks needs it now.
    if ((this.#visits[id] ?? 0) > 0) this.#visit(id);
  }

  /** What can be told of a function before it is evaluated. */
  shapeAt(id: FunctionId): FunctionShape {
    const shape = this.#shapes[id] ?? shapeOf((this.program.functions[id] as LinkedFunction).facts);
    this.#shapes[id] = shape;
    return shape;
  }

  shownAt(id: FunctionId): number | null {
    return this.#shown.get(id) ?? null;
  }

  /** Notes what is asked before a router, where it is mounted. */
  noteMount(router: string, place: Place | null, guards: readonly GuardEntry[]): void {
    if (!place) return;
    const known = this.#mounts.get(router) ?? new Map<string, readonly GuardEntry[]>();
    known.set(`${place.file}:${place.span[0]}`, guards);
    this.#mounts.set(router, known);
  }

  /** What is asked wherever a router is mounted. */
  mountedUnder(router: string): readonly (readonly GuardEntry[])[] {
    return [...(this.#mounts.get(router)?.values() ?? [])];
  }

  /** Notes under which conditions a function is called. */
  noteEntered(id: FunctionId, place: Place | 'framework', entered: Entered): void {
    if (!this.emissions[id]?.size) return;
    const known = this.entered.get(id) ?? new Map<string, Entered>();
    known.set(place === 'framework' ? place : `${place.file}:${place.span[0]}`, entered);
    this.entered.set(id, known);
  }

  decoratedValue(key: string, reader: FunctionId): Value {
    this.#depend(`d${key}`, reader);
    return this.decorated.get(key) ?? NOTHING;
  }

  /** Notes that a method carries a library's decorator: `@Get()`, `@Query()`. */
  decorateMember(key: string, atom: LibraryAtom, match: Matched): void {
    const known = this.#memberDecorators.get(key) ?? [];
    if (match.model === null || known.some((one) => one.atom.key === atom.key)) return;
    this.#memberDecorators.set(key, [...known, { atom, match }]);
    this.changed(`m${key}`);
  }

  /** Notes what a decorator says of a class's field. */
  noteFieldRule(id: ClassId, rule: FieldRule): void {
    const known = this.#fieldRules.get(id) ?? [];
    if (known.some(({ member, field }) => member === rule.member && field === rule.field)) return;
    this.#fieldRules.set(id, [...known, rule]);
    this.changed(`r${id}`);
  }

  /** Whether any decorator was seen to say something of a field. */
  get hasFieldRules(): boolean {
    return this.#fieldRules.size > 0;
  }

  fieldRules(id: ClassId, reader: FunctionId): readonly FieldRule[] {
    this.#depend(`r${id}`, reader);
    return this.#fieldRules.get(id) ?? [];
  }

  memberDecorators(
    key: string,
    reader: FunctionId,
  ): readonly { readonly atom: LibraryAtom; readonly match: Matched }[] {
    this.#depend(`m${key}`, reader);
    return this.#memberDecorators.get(key) ?? [];
  }

  /**
   * Notes that a key was read. What one caller reads off an unknown result says nothing of what another gets from the
   * same function (`query(sql)` for any table), so only reads in the function where the result came up count.
   */
  observe(atom: DataAtom, key: string, { facts, file }: LinkedFunction): void {
    const { at, root } = atom;
    const unknown = anyResult(root);
    if (unknown && !contains(facts.span, file, unknown)) return;
    const seen = this.observed.get(at);
    if (!seen) this.observed.set(at, new Set([key]));
    else if (seen.size < 60) seen.add(key);
  }

  /** Notes personal data as it enters: a field read off a request, a form, a device. */
  collect(atom: DataAtom, place: Place): void {
    if (!isFromOutside(atom)) return;
    const key = `${place.file}:${place.span[0]}:${atom.key}`;
    if (!this.collected.has(key)) this.collected.set(key, { atom, place });
  }

  #depend(on: number | string, reader: FunctionId): void {
    addTo(this.#dependents, on, reader);
  }

  /** Queues everyone who used `what`. */
  changed(what: number | string): void {
    this.#visitAgain(this.#dependents.get(what));
  }

  #visitAgain(readers: ReadonlySet<FunctionId> = NOBODY): void {
    for (const reader of readers) {
      // Its first visit is still to come: it will see the change.
      if ((this.#visits[reader] ?? 0) > 0) this.#pending.add(reader);
    }
  }

  /** Queues who used a function's summary before there was one: itself, and those not waiting for it right now. */
  summarised(id: FunctionId): void {
    for (const reader of this.#dependents.get(about('function', id)) ?? []) {
      const waits = reader !== id && this.#inProgress.has(reader);
      if ((this.#visits[reader] ?? 0) === 0 || waits) continue;
      this.#pending.add(reader);
      this.#recursive.add(id);
    }
  }

  callersOf(id: FunctionId): number {
    return this.#dependents.get(about('function', id))?.size ?? 0;
  }
}

const NOBODY: ReadonlySet<FunctionId> = new Set();

function addTo<K>(readers: Map<K, Set<FunctionId>>, key: K, reader: FunctionId): void {
  const known = readers.get(key);
  if (known) known.add(reader);
  else readers.set(key, new Set([reader]));
}

/** What a decorator says of a field, or of the class (null). */
export interface FieldRule {
  readonly member: string | null;
  readonly field: FieldModel;
  /** The decorator, with its arguments. */
  readonly atom: LibraryAtom;
}

const ABOUT = { function: 0, global: 1, exports: 2, class: 3, cell: 4, returned: 5 } as const;

/** What a function may depend on, as one number: these are asked for at every call and read. */
export function about(kind: keyof typeof ABOUT, id: number): number {
  return id * 8 + ABOUT[kind];
}

const MOST_PARAMETERS = 1_000;

/** Parameter `index` of a function, as one number. */
export function inputKey(id: FunctionId, index: number): number {
  return id * MOST_PARAMETERS + Math.min(index, MOST_PARAMETERS - 1);
}

/** Where data came up of which nothing says what it is: an unknown result, rows of no known table. */
function anyResult(root: DataAtom['root']): Place | null {
  if (root.kind === 'opaque') return root.place;
  if (root.kind !== 'source') return null;
  const { kind, type, owner, data, place } = root.source;
  return ENTERING.has(kind) || type || owner || data ? null : place;
}

/** Whether a person, or a device of theirs, hands this over. */
export function isFromOutside({ root }: DataAtom): boolean {
  return root.kind === 'source' && ENTERING.has(root.source.kind);
}

function contains([start, end]: Span, file: FileIndex, place: Place): boolean {
  return place.file === file && start <= place.span[0] && place.span[1] <= end;
}
