import type { ts } from '#compiler';
import type {
  FunctionFacts,
  GuardFacts,
  GuardIndex,
  Operation,
  ParameterFacts,
  Refinement,
  Register,
  TypeFacts,
} from '../core/facts.ts';
import type { Span } from '../core/location.ts';
import { operandsOf } from '../core/operands.ts';
import type { FileLowering } from './file-lowering.ts';
import { Narrowings } from './narrowing.ts';
import { Scope, type Variable } from './scope.ts';

/** What gives a register an object that lives elsewhere, too: writing to it must be handed on. */
const ORIGINS: ReadonlySet<Operation['kind']> = new Set(['get', 'load', 'bind', 'import', 'refine']);

/** A store whose variable no closure reads, as far as is known. */
const UNREAD = -1;
/** What a function is given: what its caller sees of it afterwards is what `variable` holds then. */
interface FunctionInput {
  readonly argument: number;
  readonly variable: Variable;
  readonly register: Register;
  /** `this`, which closures may write to as well. */
  readonly receiver?: Variable;
}

type PendingStore = { kind: 'store'; cell: number; from: Register; back?: true };

/** Leaves out refined versions of variables that nothing reads, which are most. */
function dropUnread(operations: Operation[], guards: readonly GuardFacts[]): void {
  if (!operations.some(({ kind }) => kind === 'refine')) return;
  const read = new Set<Register | undefined>(guards.map(({ test }) => test));
  // A loop's way round is read before it is written.
  for (const operation of operations) if (operation.kind === 'phi') for (const from of operation.from) read.add(from);
  const kept: Operation[] = [];
  for (const operation of operations.toReversed()) {
    if (operation.kind === 'refine' && !read.has(operation.into)) continue;
    for (const register of operandsOf(operation)) read.add(register);
    kept.push(operation);
  }
  operations.length = 0;
  for (const operation of kept.toReversed()) operations.push(operation);
}

/** What variables a path through the code has assigned: variable → its register at the path's end. */
export type Changes = Map<Variable, Register>;

/** A loop, switch or labelled block that `break` and `continue` can leave. */
export interface Breakable {
  readonly label: string | undefined;
  readonly loop: boolean;
  readonly mark: number;
  readonly breaks: Changes[];
  readonly continues: Changes[];
}

/**
 * A function while it is being lowered: its operations so far, and which register each variable is in right now.
 * Assignments are logged, so that a branch can be undone and merged with its sibling for the cost of its changes.
 */
export class FunctionBody {
  readonly file: FileLowering;
  readonly index: number;
  scope: Scope;
  guard: GuardIndex = -1;
  /** After `return`, `throw`, `break`: nothing that follows in this block runs. */
  dead = false;
  readonly breakables: Breakable[] = [];
  /** Registers of calls and thrown values in the innermost `try` block. */
  tryBlock: { calls: Register[]; thrown: Register[] } | undefined;
  readonly operations: Operation[] = [];
  /** `a && b`, `!a`: what a guard on this register says about its parts. */
  readonly logical = new Map<Register, { operator: string; operands: readonly Register[] }>();
  readonly narrowings = new Narrowings();
  readonly parameters: ParameterFacts[] = [];
  readonly directives: string[] = [];
  receiver: Register | undefined;
  /** The last declaration without a body: what it says of its result holds for the implementation after it. */
  overload: ts.FunctionDeclaration | null = null;
  class: number | undefined;
  /** Parameters and the receiver under names no code can reassign, so that writes to the objects stay visible. */
  readonly inputs: FunctionInput[] = [];
  readonly #loaded = new Map<Register, Variable>();
  #registers = 0;
  readonly #pendingStores: { operation: PendingStore; variable: Variable }[] = [];
  readonly #guards: GuardFacts[] = [];
  readonly #current = new Map<Variable, Register>();
  readonly #log: { variable: Variable; previous: Register | undefined }[] = [];
  /** The guard under which each path ended. */
  readonly #ended = new WeakMap<Changes, GuardIndex>();
  readonly #holders = new Map<Register, Variable[]>();
  /** The operation that wrote a register, where writing to the register must be handed on: see {@link ORIGINS}. */
  readonly #origin = new Map<Register, Operation>();

  constructor(file: FileLowering, index: number, parent: Scope | undefined) {
    this.file = file;
    this.index = index;
    this.scope = new Scope(this, parent);
  }

  register(): Register {
    return this.#registers++;
  }

  emit(operation: Operation): void {
    this.operations.push(operation);
    if (ORIGINS.has(operation.kind) && 'into' in operation) {
      this.#origin.set(operation.into, operation);
    }
  }

  /** A value that holds no data: `undefined`, a count, the result of a comparison. */
  nothing(span: Span): Register {
    const into = this.register();
    this.emit({ kind: 'constant', into, type: 'nothing', span });
    return into;
  }

  phi(from: readonly Register[], guards?: readonly GuardIndex[]): Register {
    const distinct = [...new Set(from)];
    if (distinct.length === 1) return distinct[0] as Register;
    const into = this.register();
    const told = guards && distinct.length === from.length ? { guards } : {};
    this.emit({ kind: 'phi', into, from: distinct, ...told });
    return into;
  }

  /** `acl = 'private'` in a list of parameters or a pattern: what is there, else the default. */
  orElse(given: Register, fallback: Register): Register {
    const into = this.register();
    const operands = [given, fallback];
    this.emit({ kind: 'phi', into, from: operands, logical: { operator: '??', operands } });
    return into;
  }

  // ── variables ────────────────────────────────────────────────────────────────────────────────────────────────────

  read(variable: Variable, span: Span): Register {
    if (variable.import !== undefined) {
      const into = this.register();
      this.emit({ kind: 'import', into, import: variable.import, span });
      return into;
    }
    if (variable.owner === this && !variable.writtenByClosure) {
      return this.#current.get(variable) ?? this.nothing(span);
    }
    const into = this.register();
    this.emit({ kind: 'load', into, cell: this.file.cellOf(variable), span });
    if (variable.owner !== this) this.#loaded.set(into, variable);
    return into;
  }

  assign(variable: Variable, from: Register): void {
    if (variable.owner !== this) variable.writtenByClosure = true;
    else this.#rebind(variable, from);
    this.#store(variable, from);
  }

  /** Notes an assignment; whether a closure reads the variable is known only at the end of the file. */
  #store(variable: Variable, from: Register, back = false): void {
    const operation: PendingStore = { kind: 'store', cell: variable.cell ?? UNREAD, from, ...(back && { back }) };
    this.operations.push(operation);
    if (variable.cell === undefined) this.#pendingStores.push({ operation, variable });
  }

  /** Gives stores their cells and drops those nobody reads. */
  #settleStores(): void {
    if (this.#pendingStores.length === 0) return;
    for (const { operation, variable } of this.#pendingStores) operation.cell = variable.cell ?? UNREAD;
    this.#pendingStores.length = 0;
    let kept = 0;
    for (const operation of this.operations) {
      if (operation.kind === 'store' && operation.cell === UNREAD) continue;
      this.operations[kept++] = operation;
    }
    this.operations.length = kept;
  }

  #rebind(variable: Variable, to: Register): void {
    this.#log.push({ variable, previous: this.#current.get(variable) });
    this.#hold(variable, to);
  }

  #hold(variable: Variable, register: Register): void {
    this.#current.set(variable, register);
    const holders = this.#holders.get(register);
    if (holders) holders.push(variable);
    else this.#holders.set(register, [variable]);
  }

  #holdersOf(register: Register): Variable[] {
    const holders = this.#holders.get(register) ?? [];
    return [...new Set(holders)].filter((variable) => this.#current.get(variable) === register);
  }

  /** Whether a later read can see what is written to the object in this register. */
  isReachable(register: Register): boolean {
    for (let at: Register | undefined = register; at !== undefined; ) {
      if (this.#holdersOf(at).length > 0) return true;
      const origin: Operation | undefined = this.#origin.get(at);
      if (origin?.kind === 'load') return true;
      if (origin?.kind === 'import') return this.#isOurs(origin.import);
      const isSame = origin?.kind === 'get' || origin?.kind === 'bind' || origin?.kind === 'refine';
      at = isSame ? origin.from : undefined;
    }
    return false;
  }

  /**
   * The object in `old` has been written to and is now `version`: every variable that holds it moves on, and so does
   * the object it was read from (`a.b.c = v` makes new versions of `a.b` and `a`).
   */
  replace(old: Register, version: Register, span: Span): void {
    let from = old;
    let to = version;
    for (;;) {
      for (const variable of this.#holdersOf(from)) {
        this.#rebind(variable, to);
        this.#store(variable, to, true);
      }
      const origin = this.#origin.get(from);
      if (origin?.kind === 'get') {
        const into = this.register();
        this.emit({
          kind: 'set',
          into,
          base: origin.from,
          key: origin.key,
          from: to,
          guard: this.guard,
          back: true,
          span,
        });
        from = origin.from;
        to = into;
      } else if (origin?.kind === 'bind' || origin?.kind === 'refine') {
        from = origin.from;
      } else {
        if (origin?.kind === 'load') this.#storeBack(from, origin.cell, to);
        if (origin?.kind === 'import' && this.#isOurs(origin.import))
          this.emit({ kind: 'store-import', import: origin.import, from: to, back: true });
        return;
      }
    }
  }

  /** Whether an import may be of a file of the project: `./x`, `@/x`, `@server/lib/x`, not `x` and `@scope/x`. */
  #isOurs(index: number): boolean {
    const { specifier } = this.file.imports[index] as { specifier: string };
    return !/^(?:@[\w.-]+\/)?[\w][\w.-]*$|^node:/.test(specifier);
  }

  /** A closure changes an object it captured: its owner has to look at the cell from here on. */
  #storeBack(loaded: Register, cell: number, from: Register): void {
    const variable = this.#loaded.get(loaded);
    if (variable) variable.writtenByClosure = true;
    this.emit({ kind: 'store', cell, from, back: true });
  }

  // ── branches ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Remember this point: {@link rollback} returns to it. */
  mark(): number {
    return this.#log.length;
  }

  /** What has been assigned since `mark`, without undoing it. What is only known better since is not. */
  changesSince(mark: number): Changes {
    const changes: Changes = new Map();
    const seen = new Set<Variable>();
    for (let index = mark; index < this.#log.length; index++) {
      const { variable, previous } = this.#log[index] as { variable: Variable; previous: Register | undefined };
      if (seen.has(variable)) continue;
      seen.add(variable);
      const now = this.#current.get(variable) as Register;
      if (previous === undefined || !this.narrowings.isRefined(now, previous)) changes.set(variable, now);
    }
    return changes;
  }

  /** The variables that are only known better since `mark`. */
  refinedSince(mark: number): Changes {
    const refined: Changes = new Map();
    const changes = this.changesSince(mark);
    for (let index = mark; index < this.#log.length; index++) {
      const { variable } = this.#log[index] as { variable: Variable };
      if (!changes.has(variable)) refined.set(variable, this.#current.get(variable) as Register);
    }
    return refined;
  }

  /** Every register a variable has been in since `mark`: what a `catch` may see. */
  versionsSince(mark: number): Map<Variable, Register[]> {
    const versions = new Map<Variable, Register[]>();
    for (let index = mark; index < this.#log.length; index++) {
      const { variable, previous } = this.#log[index] as { variable: Variable; previous: Register | undefined };
      const seen = versions.get(variable) ?? [];
      if (previous !== undefined) seen.push(previous);
      versions.set(variable, seen);
    }
    for (const [variable, seen] of versions) seen.push(this.#current.get(variable) as Register);
    for (const [variable, [first, ...later]] of versions) {
      const base = first as Register;
      versions.set(variable, [base, ...later.filter((register) => !this.narrowings.isRefined(register, base))]);
    }
    return versions;
  }

  /** Undoes all assignments since `mark` and returns them. */
  rollback(mark: number): Changes {
    const changes = this.changesSince(mark);
    this.#ended.set(changes, this.guard);
    while (this.#log.length > mark) {
      const { variable, previous } = this.#log.pop() as { variable: Variable; previous: Register | undefined };
      if (previous === undefined) this.#current.delete(variable);
      else this.#hold(variable, previous);
    }
    return changes;
  }

  /** Makes the state after several paths that start here: a variable they leave different becomes a phi. */
  merge(paths: readonly Changes[]): void {
    const versions = new Map<Variable, Register[]>();
    for (const variable of new Set(paths.flatMap((path) => [...path.keys()]))) {
      const now = this.#current.get(variable);
      versions.set(
        variable,
        paths.map((path) => path.get(variable) ?? now).filter((register) => register !== undefined),
      );
    }
    this.meet(
      versions,
      paths.map((path) => this.#ended.get(path) ?? -1),
    );
  }

  /**
   * Each variable is in one of its registers now. Variables with the same ones hold the same object and share a phi, so
   * that a write through either is seen through both.
   */
  meet(versions: ReadonlyMap<Variable, readonly Register[]>, guards: readonly GuardIndex[] = []): void {
    const phis = new Map<string, Register>();
    for (const [variable, registers] of versions) {
      if (registers.length === 0) continue;
      const key = registers.join();
      const phi = phis.get(key) ?? this.phi(registers, guards.length === registers.length ? guards : undefined);
      phis.set(key, phi);
      if (phi !== this.#current.get(variable)) this.#rebind(variable, phi);
    }
  }

  /** Variables in sight here that hold something: candidates for a loop's phis. Those of blocks that ended are not. */
  heldVariables(): [Variable, Register][] {
    const held: [Variable, Register][] = [];
    for (let scope: Scope | undefined = this.scope; scope?.body === this; scope = scope.parent) {
      for (const variable of scope.variables()) {
        const register = this.#current.get(variable);
        if (register !== undefined) held.push([variable, register]);
      }
    }
    return held;
  }

  /** Moves a variable to a loop's phi. */
  enterLoop(variable: Variable, phi: Register): void {
    this.#rebind(variable, phi);
  }

  /** A loop that leaves a variable as it was needs no phi afterwards. */
  leaveLoop(variable: Variable, phi: Register, before: Register): void {
    if (this.#current.get(variable) === phi) this.#rebind(variable, before);
  }

  current(variable: Variable): Register | undefined {
    return this.#current.get(variable);
  }

  // ── guards ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** From here on `test` is known to be truthy (`holds`) or falsy. */
  assume(test: Register, holds: boolean): void {
    const pending: [Register, boolean][] = [[test, holds]];
    while (pending.length > 0) {
      const [register, positive] = pending.pop() as [Register, boolean];
      const parts = this.logical.get(register);
      if (parts?.operator === '!') {
        pending.push([parts.operands[0] as Register, !positive]);
      } else if (parts && (parts.operator === '&&') === positive) {
        for (const operand of parts.operands) pending.push([operand, positive]);
      } else {
        this.#guards.push({ parent: this.guard, test: register, holds: positive });
        this.guard = this.#guards.length - 1;
        this.#narrow(register, positive);
      }
    }
  }

  /** What the test says of the variables that hold what it tests. */
  #narrow(test: Register, holds: boolean): void {
    const narrowing = this.narrowings.of(test);
    const read = this.propertyRead(test);
    if (narrowing) this.#refine(narrowing.subject, narrowing.as, holds === narrowing.positive);
    else if (read) this.#refine(read.from, { is: 'variant', key: read.key, texts: ['true'] }, holds);
    else if (!holds) this.#refine(test, { is: 'absent' }, true);
  }

  #refine(subject: Register, as: Refinement, holds: boolean): void {
    // What it is not tells nothing of it.
    if (as.is === 'literal' && !holds) return;
    for (const from of this.narrowings.sameAs(subject)) {
      const holders = this.#holdersOf(from);
      if (holders.length === 0) continue;
      const into = this.register();
      this.emit({ kind: 'refine', into, from, as, holds });
      this.narrowings.noteRefined(into, from);
      for (const variable of holders) this.#rebind(variable, into);
    }
  }

  /** The property that a register was read from, where its name is written. */
  propertyRead(register: Register): { readonly from: Register; readonly key: string } | undefined {
    const origin = this.#origin.get(register);
    return origin?.kind === 'get' && typeof origin.key === 'string'
      ? { from: origin.from, key: origin.key }
      : undefined;
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Writes to parameters and the receiver that are visible now; closures may have written to them as well. */
  effects(span: Span): { argument: number; from: Register }[] {
    return this.inputs.flatMap(({ argument, variable, register, receiver }) => {
      if (receiver?.writtenByClosure) return [{ argument, from: this.read(receiver, span) }];
      const from = this.#current.get(variable);
      return from === undefined || this.narrowings.isRefined(from, register) ? [] : [{ argument, from }];
    });
  }

  finish(name: string, span: Span, returnType: TypeFacts | undefined): FunctionFacts {
    if (!this.dead) {
      const effects = this.effects(span);
      if (effects.length > 0) {
        this.emit({ kind: 'return', from: this.nothing(span), element: false, guard: this.guard, effects, span });
      }
    }
    this.file.unsettled.push(() => {
      this.#settleStores();
      dropUnread(this.operations, this.#guards);
    });
    return {
      name,
      parameters: this.parameters,
      ...(this.receiver === undefined ? {} : { receiver: this.receiver }),
      registers: this.#registers,
      operations: this.operations,
      guards: this.#guards,
      ...(this.dead || this.#guards.length === 0 ? {} : { end: this.guard }),
      ...(returnType ? { returnType } : {}),
      ...(this.class === undefined ? {} : { class: this.class }),
      directives: this.directives,
      span,
    };
  }
}
