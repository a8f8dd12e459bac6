/** How data got where it is, for the steps of a flow. */
import type { DataAtom, Place } from './value.ts';

export interface TraceStep {
  readonly place: Place;
  readonly message: string;
  /** Came back from the call at the place. */
  readonly returned?: boolean;
}

/** How data got here: a step after others, or one way after another. Shared between values, read by `traceSteps`. */
export type Trace =
  | (TraceStep & { readonly before: Trace | null; readonly length: number })
  | { readonly before: Trace; readonly after: Trace; readonly length: number };

/** Recursion would grow a trace for ever; nobody reads the fortieth step. */
const LONGEST_TRACE = 40;

export function withTrace(atom: DataAtom, place: Place, message: string, returned = false): DataAtom {
  const length = (atom.trace?.length ?? 0) + 1;
  if (length > LONGEST_TRACE) return atom;
  return { ...atom, trace: { before: atom.trace, place, message, returned, length } };
}

/** The step nearest to the source. */
export function firstStep(trace: Trace | null): TraceStep | null {
  let at = trace;
  while (at?.before) at = at.before;
  return at && 'after' in at ? null : at;
}

/** The steps of `later` after those of `earlier`. */
export function concatTraces(earlier: Trace | null, later: Trace | null): Trace | null {
  if (!earlier || !later) return earlier ?? later;
  const length = earlier.length + later.length;
  return length > LONGEST_TRACE ? earlier : { before: earlier, after: later, length };
}

/** The steps in the order they happened. */
export function traceSteps(trace: Trace | null): { readonly place: Place; readonly message: string }[] {
  const steps: { place: Place; message: string }[] = [];
  const pending: Trace[] = trace ? [trace] : [];
  for (let at = pending.pop(); at; at = pending.pop()) {
    if (at.before) pending.push(at.before);
    if ('after' in at) pending.push(at.after);
    else steps.push({ place: at.place, message: at.message });
  }
  return steps.reverse();
}
