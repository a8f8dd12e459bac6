/** The guards of a flow: those on the way to its sink, and those that all callers asked before. */
import type { FlowGuard } from '../core/flow.ts';
import type { FunctionId } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { location, type Piece } from './flows.ts';
import type { GuardEntry } from './guards.ts';
import type { Emission } from './sinks.ts';
import { subjectOf } from './subjects.ts';

/** Guards that hold for all data of the flow, on each of its ways: for another's where they do so on one of them. */
export function guardsOf(pieces: readonly Piece[], main: Piece, analysis: Analysis): FlowGuard[] {
  const others = pieces.filter((piece) => piece !== main).map((piece) => guardsOfOne(piece, analysis));
  return [...guardsOfOne(main, analysis)].flatMap(([key, guard]) => {
    const elsewhere = others.map((guards) => guards.get(key));
    if (elsewhere.includes(undefined)) return [];
    return elsewhere.find((other) => other?.subject === 'other') ?? guard;
  });
}

/** The guards of one way, by kind and purpose. */
export function guardsOfOne({ emission }: Piece, analysis: Analysis): ReadonlyMap<string, FlowGuard> {
  const found = new Map<string, FlowGuard>();
  for (const guard of guardsOn(emission, analysis)) {
    const subject = subjectOf(guard, emission.atom, analysis);
    const key = `${guard.kind}:${guard.purpose ?? ''}`;
    const known = found.get(key);
    if (known && known.subject !== 'other') continue;
    found.set(key, {
      kind: guard.kind,
      ...(guard.purpose ? { purpose: guard.purpose } : {}),
      ...(guard.atLeast === undefined ? {} : { atLeast: guard.atLeast }),
      ...(guard.startsAs === undefined ? {} : { startsAs: guard.startsAs }),
      subject,
      location: location(guard.place, analysis),
    });
  }
  return found;
}

/** The conditions of one way: tested on it, what the data was chosen by, and what every caller tests first. */
function guardsOn({ guards, atom, within, router }: Emission, analysis: Analysis): readonly GuardEntry[] {
  const entered = within === undefined ? [] : enteredUnder(within, DEEPEST_CALLERS, analysis);
  const mounted = router === undefined ? [] : withoutSubject(onAll(analysis.mountedUnder(router)));
  return [...guards, ...(atom.chosen ?? []), ...entered, ...mounted];
}

/** The guards of the first way that all others have, too. */
function onAll([first = [], ...others]: readonly (readonly GuardEntry[])[]): readonly GuardEntry[] {
  return first.filter(({ kind, purpose }) =>
    others.every((guards) => guards.some((one) => one.kind === kind && one.purpose === purpose)),
  );
}

const DEEPEST_CALLERS = 4;

/** What is tested at every call of a function, or before every call of its callers. */
function enteredUnder(id: FunctionId, depth: number, analysis: Analysis): readonly GuardEntry[] {
  const calls = analysis.entered.get(id);
  if (!calls || depth === 0) return [];
  const shared = onAll(
    [...calls.values()].map(({ caller, guards, router }) => [
      ...guards,
      ...(router === undefined ? [] : onAll(analysis.mountedUnder(router))),
      ...(caller < 0 ? [] : enteredUnder(caller, depth - 1, analysis)),
    ]),
  );
  return withoutSubject(shared);
}

/** The caller's values say nothing here. */
function withoutSubject(guards: readonly GuardEntry[]): readonly GuardEntry[] {
  return guards.map((guard) => ({ ...guard, subject: null }));
}
