/** How data got where it is, for the steps of a flow. */
import type { DataAtom, Place } from './value.ts';

/** How data got here: a step after others, or one way after another. Shared between values, read by `traceSteps`. */
export type Trace =
  | { readonly before: Trace | null; readonly place: Place; readonly message: string; readonly length: number }
  | { readonly before: Trace; readonly after: Trace; readonly length: number };

/** Recursion would grow a trace for ever; nobody reads the fortieth step. */
const LONGEST_TRACE = 40;

export function withTrace(atom: DataAtom, place: Place, message: string): DataAtom {
  const length = (atom.trace?.length ?? 0) + 1;
  if (length > LONGEST_TRACE) return atom;
  return { ...atom, trace: { before: atom.trace, place, message, length } };
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
