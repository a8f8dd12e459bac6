/** Whom a guard is about: the person whose data flows, or somebody else. */
import type { GuardIndex } from '../core/facts.ts';
import type { Analysis } from './analysis.ts';
import { cameApart } from './apart.ts';
import { rekey } from './data.ts';
import type { Frame } from './frame.ts';
import { type GuardEntry, guardsAt } from './guards.ts';
import { joinChosen } from './join.ts';
import { type DataAtom, dataIn, mapData, type Value } from './value.ts';

/** Data that is handed on only where a condition holds: `user.agreed ? user.email : null`, and what is returned then. */
export function chosenUnder(value: Value, index: GuardIndex, frame: Frame, analysis: Analysis): Value {
  const entries = guardsAt(index, frame, analysis);
  if (entries.length === 0) return value;
  return mapData(value, (atom) => {
    const chosen = joinChosen(
      atom.chosen,
      entries.flatMap((guard): GuardEntry[] => {
        const subject = subjectOf(guard, atom, analysis);
        return subject === 'other' ? [] : [{ ...guard, subject: null, own: subject === 'same' }];
      }),
    );
    return chosen === atom.chosen || chosen?.length === 0 ? atom : rekey({ ...atom, chosen });
  });
}

/** Whether a guard is about the person whose data flows: they share a root, or nothing shows that they do not. */
export function subjectOf(guard: GuardEntry, atom: DataAtom, analysis: Analysis): 'same' | 'other' | 'unknown' {
  if (guard.own) return 'same';
  if (!guard.subject) return 'unknown';
  const subjects = dataIn(guard.subject);
  if (subjects.length === 0) return 'unknown';
  const same = subjects.some((subject) => {
    if (subject.root.key !== atom.root.key || cameApart(subject, atom, analysis)) return false;
    const shared = Math.min(subject.path.length, atom.path.length);
    return subject.path.slice(0, shared).join() === atom.path.slice(0, shared).join();
  });
  if (same) return 'same';
  const apart = (subject: DataAtom) => areTwoOfAKind(subject, atom, analysis) || cameApart(subject, atom, analysis);
  if (subjects.every(apart)) return 'other';
  // Two rows read apart are two people; a request and a row may well be one.
  const bothRows = subjects.every(({ root }) => root.kind === 'source' && root.source.kind === 'database');
  return bothRows && atom.root.kind === 'source' && atom.root.source.kind === 'database' ? 'other' : 'unknown';
}

/** `(user: User, friend: User)`: two inputs of one declared type are two people. */
function areTwoOfAKind(subject: DataAtom, atom: DataAtom, { program }: Analysis): boolean {
  const [one, other] = [subject.root, atom.root];
  if (one.kind !== 'input' || other.kind !== 'input') return false;
  if (one.function !== other.function || one.index === other.index || one.index < 0 || other.index < 0) return false;
  const parameters = program.functions[one.function]?.facts.parameters ?? [];
  const types = [one.index, other.index].map((index) => parameters[index]?.type);
  const [left, right] = types;
  return left?.kind === 'reference' && right?.kind === 'reference' && left.name === right.name;
}
