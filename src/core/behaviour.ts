/**
 * What a program does with people's data besides letting it flow: which stores it keeps, what it creates, reads, changes
 * and deletes there, which routes and jobs lead to that, and what it tests on the way. `5-flow` writes it, the
 * obligations of `6-judge` read it. Plain data: functions are numbers, places are files and lines.
 */
import type { DataCategory, DataSubject, GuardKind, SourceKind } from './privacy.ts';
import type { FunctionId } from './program.ts';

export interface Behaviour {
  readonly stores: readonly Store[];
  readonly operations: readonly DataOperation[];
  readonly routes: readonly Route[];
  readonly jobs: readonly Job[];
  readonly calls: readonly CallEdge[];
  readonly cells: readonly CellOrigins[];
  /** By function id. */
  readonly functions: ReadonlyMap<FunctionId, FunctionPlace>;
  /** Fields whose names say a state (consent, status, version), read anywhere. */
  readonly reads: readonly StateRead[];
  readonly tests: readonly AgeTest[];
  readonly links: readonly Link[];
  readonly forms: readonly FormField[];
  readonly layouts: readonly Layout[];
  readonly dueDates: readonly DueDate[];
}

export interface Spot {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export interface FunctionPlace extends Spot {
  readonly name: string;
  readonly endLine: number;
  /** The body of a module: runs at start, and registers what others call. */
  readonly module: boolean;
}

/** A table, collection or model that keeps data, by declaration or because something is written to it. */
export interface Store extends Spot {
  /** As the code spells it. See {@link entityKey}. */
  readonly entity: string;
  readonly fields: readonly StoreField[];
  /** Whose record one row is: `customer` for `User`. Null when rows only belong to somebody. */
  readonly subject: DataSubject | null;
  /** No code declares it or writes to it: whose rows these are is not known. */
  readonly readOnly: boolean;
  /** Rows vanish by themselves after a while. */
  readonly expires: boolean;
  /** Of rows that do: after how many days; null when that is not visible. */
  readonly lifetime: number | null;
  /** Entities whose deletion deletes these rows too. */
  readonly cascades: readonly string[];
}

export interface StoreField extends Spot {
  readonly name: string;
  readonly category: DataCategory | null;
  /** The entity it refers to. */
  readonly entity?: string;
  /** What a flag is before anybody chose. */
  readonly startsAs?: boolean;
}

export type DataVerb = 'create' | 'read' | 'update' | 'upsert' | 'delete' | 'expire' | 'respond' | 'sign-out';

/** One call that touches a store (or answers a request, or ends a session). */
export interface DataOperation extends Spot {
  readonly verb: DataVerb;
  /** Null when the code does not show which. */
  readonly entity: string | null;
  readonly data: readonly WrittenField[];
  /** More is written than is visible: `data: req.body`. */
  readonly openData: boolean;
  /** Which rows; empty for all of them, unless `openFilter`: something narrows them that is not visible. */
  readonly filter: readonly FilterField[];
  readonly openFilter: boolean;
  /** Days in the filter: `createdAt` before thirty days ago. */
  readonly periods: readonly number[];
  /** Fields and related entities that a read asks for. */
  readonly includes: readonly string[];
  /** What chooses among the related rows that come along. */
  readonly innerFilter: readonly FilterField[];
  /** Of `respond`: `data` (JSON, CSV), `file`, `page`. */
  readonly format: string | null;
  /** Of `respond`: the reads whose rows are in the answer as they are. */
  readonly answers: readonly Spot[];
  readonly conditions: readonly ConditionFact[];
  readonly function: FunctionId;
}

export interface WrittenField {
  readonly name: string;
  /** `nothing` for null and undefined, `text` for a literal, `made` for what holds no data of a person (a date, a random id). */
  readonly value: 'nothing' | 'true' | 'false' | 'text' | 'made' | 'data';
  readonly origins: readonly Origin[];
  /** The literal, of status words only: names, never data. */
  readonly text?: string;
}

export interface FilterField {
  readonly name: string;
  /** `lt`, `in`: the key of an operator object. */
  readonly operator?: string;
  readonly origins: readonly Origin[];
  readonly text?: string;
}

/** Where a value comes from, in terms of the function it is used in. */
export type Origin =
  | { readonly kind: 'source'; readonly source: SourceKind }
  | { readonly kind: 'input'; readonly function: FunctionId; readonly index: number; readonly path: readonly string[] }
  | { readonly kind: 'cell'; readonly cell: number; readonly path: readonly string[] }
  /** The result of a call, or a property that the framework's object has got from somewhere (`req.userId`). */
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'constant' }
  | { readonly kind: 'unknown' };

/** A condition that holds where something runs. */
export interface ConditionFact extends Spot {
  readonly kind: GuardKind | 'version' | 'status';
  readonly purpose?: string;
  /** Of `role`: the names and literals that are compared. */
  readonly words?: readonly string[];
  /** Of `age`: the youngest that passes; null when the number is not visible, -1 when the young pass. */
  readonly minimum?: number | null;
}

export interface Route extends Spot {
  /** Upper case; `ALL`. */
  readonly method: string;
  /** As far as it is literal; routers' prefixes included. */
  readonly path: string;
  readonly handlers: readonly FunctionId[];
  /** What runs before the handler. */
  readonly guards: readonly RouteGuard[];
  /** More may: what a schema, a builder of procedures or a wrapper puts in front is not among them. */
  readonly openGuards: boolean;
}

export interface RouteGuard {
  readonly name: string;
  readonly kind: GuardKind | null;
  /** Literals that it was made with: `support` of `requireRole('support')`. */
  readonly words: readonly string[];
}

export interface Job extends Spot {
  readonly handlers: readonly FunctionId[];
  /** Days between two runs; null when the code does not show them. */
  readonly every: number | null;
}

/** `caller` may run `callee`, under these conditions. */
export interface CallEdge {
  readonly caller: FunctionId;
  readonly callee: FunctionId;
  readonly conditions: readonly ConditionFact[];
  /** Where each argument comes from, by position. */
  readonly arguments: readonly (readonly Origin[])[];
  /** Days that an argument says (a date so far back), by position; null for those that say none. */
  readonly periods: readonly (number | null)[];
}

/** Where a captured variable's value comes from, in terms of its owner. */
export interface CellOrigins {
  readonly cell: number;
  readonly origins: readonly Origin[];
}

export interface StateRead extends Spot {
  readonly name: string;
  readonly kind: GuardKind | null;
  readonly purpose?: string;
  /** Being true, it forbids: `unsubscribed`. */
  readonly negated: boolean;
  /** Read in a comparison or condition, or to select rows. */
  readonly tested: boolean;
  readonly function: FunctionId;
}

/** A comparison of an age with a number, or a schema's minimum. */
export interface AgeTest extends Spot {
  readonly minimum: number;
  /** Said by a schema (`z.number().min(18)`), not tested in code. */
  readonly schema: boolean;
  readonly function: FunctionId;
}

/** Something in a page that leads elsewhere. */
export interface Link extends Spot {
  readonly href: string;
  readonly function: FunctionId;
}

/** What a framework puts around the pages in its file's folder and below. */
export interface Layout {
  readonly file: string;
  readonly functions: readonly FunctionId[];
}

/** A form control that asks for personal data. */
export interface FormField extends Spot {
  readonly category: DataCategory;
  /** What the control calls it. */
  readonly name: string;
  readonly function: FunctionId;
}

/** A date by which something must be done, in so many days; null when the code does not show how many. */
export interface DueDate extends Spot {
  readonly name: string;
  readonly days: number | null;
  readonly function: FunctionId;
}

/** One key for the spellings of an entity: `User`, `users`, `prisma.user`, `"public"."users"`. */
export function entityKey(name: string): string {
  const word = (name.split('.').at(-1) ?? '').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (/(?:sses|shes|ches|xes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
