import type { GuardFacts, GuardIndex } from '../core/facts.ts';
import { rekey } from './data.ts';
import type { Frame } from './frame.ts';
import { type Condition, type DataAtom, mapData, type Value } from './value.ts';

/**
 * Data that is there only if the caller asks for it:
 *
 *     function present(user, options = {}) {
 *       const view = { id: user.id };
 *       if (options.includeEmail) view.email = user.email;   // email: if input 1 .includeEmail holds
 *       return view;
 *     }
 *     present(user);                                         // the option is not given: no e-mail
 *
 * Only what is decided by a literal or an absent option is dropped; anything else stays.
 */
export function conditioned(value: Value, guard: GuardIndex, frame: Frame): Value {
  const condition = conditionAt(guard, frame);
  if (!condition) return value;
  return mapData(value, (atom) => (isAbout(condition, atom) ? atom : rekey({ ...atom, condition })));
}

/** The innermost test of a guard that is an option of the function: a parameter, or a property of one. */
function conditionAt(guard: GuardIndex, frame: Frame): Condition | null {
  for (let at = guard, steps = 0; at >= 0 && steps < 8; steps++) {
    const { test, holds, parent } = frame.linked.facts.guards[at] as GuardFacts;
    const atoms = frame.values[test]?.atoms.filter((atom): atom is DataAtom => atom.kind === 'data') ?? [];
    const [only] = atoms;
    if (
      atoms.length === 1 &&
      only &&
      !only.derived &&
      only.root.kind === 'input' &&
      only.root.index >= 0 &&
      only.path.length <= 2
    ) {
      return { index: only.root.index, path: only.path, holds };
    }
    at = parent;
  }
  return null;
}

/** `if (user) send(user.email)`: that there is a user says nothing about the user's data. */
function isAbout(condition: Condition, atom: DataAtom): boolean {
  return atom.condition !== null || (atom.root.kind === 'input' && atom.root.index === condition.index);
}

/**
 * A callee's condition at a call: `drop` when the call contradicts it, null when it is met or cannot be told, and a
 * condition of the caller's when the caller passes its own option on.
 */
export function decide(
  { index, path, holds }: Condition,
  call: { readonly input: (index: number) => Value; readonly given: (index: number) => boolean },
  frame: Frame,
): Condition | 'drop' | null {
  if (!call.given(index)) return holds ? 'drop' : null;
  let value = call.input(index);
  for (const [depth, key] of path.entries()) {
    if (value.atoms.length > 0) return passedOn(value, path.slice(depth), holds, frame);
    // Nothing is known of it, unless it is a literal with other keys.
    if (!value.fields) return null;
    const field = value.fields.get(key);
    if (!field) return holds ? 'drop' : null;
    value = field;
  }
  const truth = truthOf(value);
  if (truth === undefined) return passedOn(value, [], holds, frame);
  return truth === holds ? null : 'drop';
}

/** What a literal is as a condition; undefined for everything else. */
function truthOf(value: Value): boolean | undefined {
  if (value.fields || value.atoms.length === 0) return undefined;
  const truths = new Set(
    value.atoms.map((atom) => (atom.kind === 'constant' && atom.whole ? isTruthy(atom.type, atom.text) : undefined)),
  );
  const [only] = truths;
  return truths.size === 1 ? only : undefined;
}

function isTruthy(type: string, text: string): boolean {
  return type === 'regexp' || (text !== '' && text !== 'false' && text !== '0');
}

function passedOn(value: Value, path: readonly string[], holds: boolean, frame: Frame): Condition | null {
  const [only] = value.atoms;
  if (value.atoms.length !== 1 || only?.kind !== 'data' || only.derived || only.root.kind !== 'input') return null;
  if (only.root.function !== frame.id || only.root.index < 0) return null;
  return { index: only.root.index, path: [...only.path, ...path].slice(0, 3), holds };
}
