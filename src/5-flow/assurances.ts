/**
 * What a function's end says of the people in its inputs. `mayContact(user)` is true only for who consented,
 * `assertConsent(user)` comes back only for them, and a middleware calls `next()` only for them:
 *
 *     function mayContact(user) {
 *       if (user.unsubscribed) return false;
 *       return user.marketingConsent;          // whenTrue: opt-out, consent:marketing of input 0
 *     }
 *
 * A condition counts when it holds at every end of the kind.
 */
import type { GuardIndex, Operation, Register } from '../core/facts.ts';
import type { ClassId, FunctionId, LinkedFunction } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { ancestors, functionValue } from './classes.ts';
import type { Frame } from './frame.ts';
import { type GuardEntry, guardsAt, isWithin, readGuards, substituteGuards } from './guards.ts';
import { freshMemo } from './substitute.ts';
import { type FunctionAtom, functionsOf, NOTHING, type Value } from './value.ts';

export interface Assurances {
  readonly whenTrue: readonly GuardEntry[];
  readonly whenFalse: readonly GuardEntry[];
  /** Whatever it returns: it throws otherwise. */
  readonly whenDone: readonly GuardEntry[];
  /** Wherever it calls one of its inputs without an argument. */
  readonly whenCalled: readonly GuardEntry[];
}

/** The ends seen so far in one pass over a function; null before the first of a kind. */
export type Ends = { -readonly [Kind in keyof Assurances]: Assurances[Kind] | null };

/** A call before which nothing below runs unless it came back: `assertConsent(user)`. */
export interface Standing {
  readonly guard: GuardIndex;
  readonly entries: readonly GuardEntry[];
  /** The call's register; -1 for a middleware before a handler. */
  readonly call: Register;
}

export function noEnds(): Ends {
  return { whenTrue: null, whenFalse: null, whenDone: null, whenCalled: null };
}

/** The guards at an operation that is being evaluated: its conditions, and calls before it that had to come back. */
export function guardsHere(index: GuardIndex, frame: Frame, analysis: Analysis): readonly GuardEntry[] {
  const tested = guardsAt(index, frame, analysis);
  if (frame.standing.length === 0) return tested;
  const standing = frame.standing
    .filter(({ guard }) => isWithin(index, guard, frame))
    .flatMap(({ entries }) => entries);
  return standing.length === 0 ? tested : [...tested, ...standing];
}

const MOST_ENTRIES = 8;

/** What holds on both ways; of the first end alone, all of it. */
function onBoth(known: readonly GuardEntry[] | null, other: readonly GuardEntry[]): readonly GuardEntry[] {
  if (known === null) return other.slice(0, MOST_ENTRIES);
  return known.filter(({ kind, purpose }) => other.some((one) => one.kind === kind && one.purpose === purpose));
}

/** Notes a `return`: what must have been true to get there, and what its value being true or false says. */
export function noteReturn(
  { from, guard }: { readonly from: Register; readonly guard: GuardIndex },
  frame: Frame,
  analysis: Analysis,
): void {
  const { ends } = frame;
  const here = guardsHere(guard, frame, analysis);
  const truth = truthOf(from, frame);
  ends.whenDone = onBoth(ends.whenDone, here);
  if (truth !== false) ends.whenTrue = onBoth(ends.whenTrue, [...here, ...readGuards(from, true, frame, analysis)]);
  if (truth !== true) ends.whenFalse = onBoth(ends.whenFalse, [...here, ...readGuards(from, false, frame, analysis)]);
}

const MOST_STEPS = 6;

/** Whether a register surely holds something truthy or falsy. */
function truthOf(register: Register, frame: Frame): boolean | undefined {
  let at = register;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const writer = frame.shape.writers[at];
    if (writer?.kind === 'bind' || writer?.kind === 'after' || writer?.kind === 'refine') at = writer.from;
    else return writer && TRUTHS[writer.kind]?.(writer as never);
  }
  return undefined;
}

const TRUTHS: Partial<Record<Operation['kind'], (writer: never) => boolean | undefined>> = {
  constant: ({ type, text }: Operation & { kind: 'constant' }) =>
    type === 'regexp' || (type !== 'nothing' && !/^(?:false|0|)$/.test(text ?? '')),
  object: () => true,
  array: () => true,
  function: () => true,
};

/** Notes what a call in the function being evaluated says: of its callee's end, and of an input that is called. */
export function noteCall(
  operation: Operation & { kind: 'call' },
  callee: Value,
  args: readonly Value[],
  frame: Frame,
  analysis: Analysis,
): void {
  const atom = onlyFunction(callee);
  if (atom) {
    const receiver = operation.receiver === undefined ? null : (frame.values[operation.receiver] ?? null);
    const entries = assuredBy(atom, 'whenDone', receiver, args, frame, analysis);
    if (entries.length > 0) frame.standing.push({ guard: operation.guard, entries, call: operation.into });
  } else if (args.length === 0 && callee.atoms.some((one) => one.kind === 'data' && one.root.kind === 'input')) {
    frame.ends.whenCalled = onBoth(frame.ends.whenCalled, guardsHere(operation.guard, frame, analysis));
  }
}

/** What was said by a call in a `try` block no longer holds where its failing is caught. */
export function forgetCaught(calls: readonly Register[], frame: Frame): void {
  const kept = frame.standing.filter(({ call }) => !calls.includes(call));
  frame.standing.splice(0, frame.standing.length, ...kept);
}

/** All that a function's ends say, once it was evaluated; null for most. */
export function assurancesOf(frame: Frame, analysis: Analysis): Assurances | null {
  const { ends } = frame;
  const { end } = frame.linked.facts;
  if (end !== undefined) {
    const here = guardsHere(end, frame, analysis);
    ends.whenDone = onBoth(ends.whenDone, here);
    ends.whenFalse = onBoth(ends.whenFalse, here);
  }
  const { whenTrue, whenFalse, whenDone, whenCalled } = ends;
  if (!whenTrue?.length && !whenFalse?.length && !whenDone?.length && !whenCalled?.length) return null;
  return {
    whenTrue: whenTrue ?? [],
    whenFalse: whenFalse ?? [],
    whenDone: whenDone ?? [],
    whenCalled: whenCalled ?? [],
  };
}

export function sameAssurances(a: Assurances | null, b: Assurances | null): boolean {
  return a === b || printed(a) === printed(b);
}

function printed(assurances: Assurances | null): string {
  if (!assurances) return '';
  const { whenTrue, whenFalse, whenDone, whenCalled } = assurances;
  return [whenTrue, whenFalse, whenDone, whenCalled]
    .map((entries) => entries.map(({ kind, purpose }) => `${kind}:${purpose ?? ''}`).join())
    .join('|');
}

/** The one function of ours that a callee is; null when it may be several, or something else. */
export function onlyFunction(value: Value): FunctionAtom | null {
  const functions = functionsOf(value);
  const [only] = functions;
  return functions.length === 1 && only ? only : null;
}

/** What an end of a function says, in terms of a call's values. */
export function assuredBy(
  atom: FunctionAtom,
  end: keyof Assurances,
  receiver: Value | null,
  args: readonly Value[],
  frame: Frame,
  analysis: Analysis,
): readonly GuardEntry[] {
  const entries = analysis.summaryOf(atom.function, frame.id).assures?.[end] ?? [];
  if (entries.length === 0) return entries;
  const all = [...atom.bound, ...args];
  const bindings = {
    function: atom.function,
    input: (index: number) => (index === -1 ? (atom.receiver ?? receiver) : all[index]) ?? NOTHING,
    given: () => true,
    cell: (cell: number) => atom.captured.get(cell),
    results: new Map<string, Value>(),
    reads: true,
    step: null,
    ...freshMemo(),
  };
  return substituteGuards(entries, bindings, frame, analysis);
}

/** What decorators of a method, or of its class, ask before it runs: `@UseGuards(ConsentGuard)`. */
export function memberGuards({ class: owner, facts }: LinkedFunction, frame: Frame, analysis: Analysis): Standing[] {
  if (owner === undefined) return [];
  const member = facts.name.slice(facts.name.lastIndexOf('.') + 1);
  return analysis.fieldRules(owner, frame.id).flatMap(({ member: on, field, atom }) => {
    if (field.is !== 'guard' || !field.asks || (on !== null && on !== member)) return [];
    const classes = (atom.arguments ?? []).flatMap(({ atoms }) => atoms);
    return classes.flatMap((one) => {
      const method =
        one.kind === 'class' || one.kind === 'instance' ? methodNamed(one.class, field.asks as string, analysis) : null;
      const entries = method ? assuredBy(method, 'whenTrue', null, [], frame, analysis) : [];
      return entries.length > 0 ? [{ guard: -1, entries, call: -1 }] : [];
    });
  });
}

function methodNamed(id: ClassId, name: string, { program }: Analysis): FunctionAtom | null {
  for (const at of ancestors(id, program)) {
    const { file, facts } = program.classes[at] as (typeof program.classes)[number];
    const member = facts.members.find((one) => one.name === name && !one.static && one.function !== undefined);
    if (member?.function === undefined) continue;
    const [atom] = functionValue((program.bases[file]?.functions ?? 0) + member.function, new Map()).atoms;
    return atom?.kind === 'function' ? atom : null;
  }
  return null;
}

/** Of what a callback says when it is true, what it says of its first parameter: `users.filter((u) => u.optedIn)`. */
export function assuredOfElement(atom: FunctionAtom, frame: Frame, analysis: Analysis): readonly GuardEntry[] {
  const entries = analysis.summaryOf(atom.function, frame.id).assures?.whenTrue ?? [];
  return entries.filter(({ subject }) => subject !== null && isFirstInput(subject, atom.function));
}

function isFirstInput({ atoms }: Value, id: FunctionId): boolean {
  return atoms.some(({ kind, ...rest }) => {
    const root = kind === 'data' && 'root' in rest ? rest.root : null;
    return root?.kind === 'input' && root.function === id && root.index === 0;
  });
}
