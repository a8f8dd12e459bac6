import type { Analysis } from './analysis.ts';
import { recordCall } from './behaviour/calls.ts';
import { type Call, NO_OUTCOME, type Outcome } from './calls.ts';
import { applyComposed } from './composed.ts';
import type { Frame } from './frame.ts';
import { giveMethods } from './given-methods.ts';
import { recordLeak } from './leaks.ts';
import { runCallbacks } from './library-calls/callbacks.ts';
import { LibraryCall } from './library-calls/ports.ts';
import { recordSinks } from './library-calls/sinks.ts';
import { enterCallbacks, giveResults, leaveUnknown } from './library-calls/transfer.ts';
import { leaveToCallers } from './unresolved-calls.ts';
import type { LibraryAtom } from './value.ts';

/**
 * A call of a library's function: its model read as a summary. What goes into callbacks is worked out first, then the
 * callbacks run, then what comes out.
 */
export function applyLibrary(callee: LibraryAtom, call: Call, frame: Frame, analysis: Analysis): Outcome {
  const match = analysis.models.match(call.new ? callee.api.next('new()') : callee.api);
  const composed = call.new ? null : applyComposed(callee, match, call, frame, analysis);
  if (composed) return composed;
  const site = new LibraryCall(callee, match, call, frame, analysis);
  if (site.isForCallers()) return { ...NO_OUTCOME, result: leaveToCallers(callee, call, frame) };
  recordCall(site, frame, analysis);
  if (match.model) {
    enterCallbacks(site);
    runCallbacks(site);
    giveResults(site);
    giveMethods(site);
    recordSinks(site);
    for (const leak of match.leaks) recordLeak(leak, match, callee, site, frame, analysis);
  } else if (call.wanted?.result !== false) {
    leaveUnknown(site);
  }
  return site.outcome();
}
