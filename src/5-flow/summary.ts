/** What is kept of a function once it was evaluated. */
import type { CellId } from '../core/program.ts';
import type { Assurances } from './assurances.ts';
import type { SinkEntry } from './sinks.ts';
import { NOTHING, type Place, type Value } from './value.ts';

/** What a caller needs to know of a function, in terms of its inputs. */
export interface Summary {
  returns: Value;
  /** The same, one by one: handlers answer with what they return. */
  readonly answers: Map<number, Answer>;
  thrown: Value;
  /** New versions of what it was given: parameter index (-1: receiver) → value. */
  readonly effects: Map<number, Value>;
  readonly cellWrites: Map<CellId, Value>;
  /** Sinks that inputs reach. */
  readonly sinks: Map<string, SinkEntry>;
  /** Calls of functions that are inputs themselves. */
  readonly calls: Map<string, DeferredCall>;
  /** What its ends say of the people in its inputs. */
  assures: Assurances | null;
  /** Inputs that libraries' objects keep. */
  readonly kept: Map<string, Kept>;
}

/** What one `return` gives. */
export interface Answer {
  readonly place: Place;
  readonly value: Value;
}

/** What a call gives a library's object to keep: see `kept.ts`. */
export interface Kept {
  readonly key: string;
  /** Who keeps it, and under which name. */
  readonly places: readonly string[];
  /** Further told apart by one of these texts. */
  readonly topic: Value | null;
  readonly value: Value;
}

export interface DeferredCall {
  readonly key: string;
  readonly callee: Value;
  readonly receiver: Value | null;
  readonly arguments: readonly Value[];
  readonly name: string;
  readonly new: boolean;
  readonly place: Place;
}

export function emptySummary(): Summary {
  return {
    returns: NOTHING,
    answers: new Map(),
    thrown: NOTHING,
    effects: new Map(),
    cellWrites: new Map(),
    sinks: new Map(),
    calls: new Map(),
    assures: null,
    kept: new Map(),
  };
}
