/** A function while it is being evaluated. */
import type { Operation, Register } from '../core/facts.ts';
import type { CellId, FunctionId, LinkedFunction } from '../core/program.ts';
import type { Ends, Standing } from './assurances.ts';
import type { GuardEntry } from './guards.ts';
import type { Mounted } from './mounts.ts';
import type { Emission } from './sinks.ts';
import type { Summary } from './summary.ts';
import type { Value } from './value.ts';

/** What is the same at every visit of a function. */
export interface FunctionShape {
  /** The operation that wrote each register. */
  readonly writers: readonly (Operation | undefined)[];
  /** Calls inside a `try` that has a `catch`. */
  readonly caught: ReadonlySet<Register>;
  /** Registers that some operation reads: a call's result that nobody wants need not be made. */
  readonly used: ReadonlySet<Register>;
  /** Calls whose receiver or arguments are looked at afterwards. */
  readonly followed: ReadonlySet<Register>;
  /** Whether it writes variables that closures read. */
  readonly stores: boolean;
  /** Whether it makes JSX elements. */
  readonly renders: boolean;
  /** Elements that are handed to a call or put into an object, with what is inside them: `send({ react: <Mail /> })`. */
  readonly handedOn: ReadonlySet<Register>;
}

/** A function while it is being evaluated. */
export interface Frame {
  readonly id: FunctionId;
  readonly linked: LinkedFunction;
  readonly values: Value[];
  readonly shape: FunctionShape;
  readonly cells: Map<CellId, Value>;
  /** Own cells that were looked at: what is written to them later needs another pass. */
  readonly readCells: Set<CellId>;
  readonly summary: Summary;
  readonly emissions: Map<string, Emission>;
  /** What calls did to their receiver (-1) and arguments. */
  readonly callEffects: Map<Register, ReadonlyMap<number, Value>>;
  readonly thrownBy: Map<Register, Value>;
  readonly guardEntries: Map<number, readonly GuardEntry[]>;
  /** What calls before the operation being evaluated have established. */
  readonly standing: Standing[];
  /** What objects that were made here keep for the call that made them. */
  readonly made: Map<string, Value>;
  /** What routers ask before the routes that are registered from here on. */
  readonly mounted: Mounted[];
  /** The router that handlers are being registered with. */
  router: string | undefined;
  ends: Ends;
  /** `after` registers whose call changed nothing. */
  readonly unchanged: Set<Register>;
  /** Joins of a loop's first turn with later ones, which had not been evaluated in the first pass. */
  readonly loops: (Operation & { readonly kind: 'phi' })[];
  /** Something a later pass over the function would see differently. */
  changed: boolean;
  /** How many components deep it is in an element that is handed on; null where nobody looks at what its elements show. */
  readonly shown: number | null;
  /** How many deferred calls deep we are. */
  depth: number;
  /** Getters that read getters, as deep as they are right now. */
  getters: number;
  /** Steps of applying summaries left for this visit; generated code can ask for millions. */
  budget: number;
}
