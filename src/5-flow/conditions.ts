import type { GuardFacts, GuardIndex, Operation, Register } from '../core/facts.ts';
import { isIndex, rekey } from './data.ts';
import type { Frame } from './frame.ts';
import { type Condition, type DataAtom, ELEMENT, mapData, NOTHING, textsOf, type Value } from './value.ts';

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
 *     const hide = (key, value) => (key === 'email' ? undefined : value);   // value: unless input 0 is `email`
 *
 * Only what is decided by a literal or an absent option is dropped; anything else stays.
 */
export function conditioned(value: Value, guard: GuardIndex, frame: Frame): Value {
  const condition = conditionAt(guard, frame);
  if (!condition) return value;
  return mapData(value, (atom) => (isAbout(condition, atom) ? atom : rekey({ ...atom, condition })));
}

/** The innermost test of a guard that is of an option of the function: a parameter, or a property of one. */
function conditionAt(guard: GuardIndex, frame: Frame): Condition | null {
  for (let at = guard, steps = 0; at >= 0 && steps < 8; steps++) {
    const { test, holds, parent } = frame.linked.facts.guards[at] as GuardFacts;
    const condition = optionAt(test, holds, frame) ?? comparedAt(test, holds, frame);
    if (condition) return condition;
    at = parent;
  }
  return null;
}

/** A register that holds nothing but a parameter, or a property of one: `options.includeEmail`. */
function optionAt(register: Register, holds: boolean, frame: Frame): Condition | null {
  const atoms = frame.values[register]?.atoms ?? [];
  const [only, ...others] = atoms.filter((atom): atom is DataAtom => atom.kind === 'data');
  if (!only || others.length > 0 || only.derived || only.root.kind !== 'input') return null;
  // `function send(user, verbose = true)`: left out, it is not absent.
  if (atoms.some((atom) => atom.kind === 'constant' && isTruthy(atom.type, atom.text))) return null;
  return only.root.index >= 0 && only.path.length <= 2 ? { index: only.root.index, path: only.path, holds } : null;
}

/** `acl ?? 'private'`, `acl = 'private'`: the literal of a default, which a caller's own literal replaces. */
export function asDefault(value: Value, given: Register, frame: Frame): Value {
  if (!value.atoms.some(({ kind }) => kind === 'constant')) return value;
  const option = optionAt(given, false, frame);
  return option ? asDefaultOf(value, option, frame) : value;
}

export function asDefaultOf(value: Value, option: Condition, { id }: Frame): Value {
  const atoms = value.atoms.map((atom) => {
    if (atom.kind !== 'constant' || !atom.whole || atom.unless) return atom;
    const key = `${atom.key}?${id}:${[option.index, ...option.path].join('.')}`;
    return { ...atom, key, unless: { function: id, option } };
  });
  return { atoms, fields: value.fields };
}

const MOST_TEXTS = 40;

/** `kind === 'email'`, `HIDDEN.includes(key)`: a parameter that is, or is not, one of some literals. */
function comparedAt(test: Register, holds: boolean, frame: Frame): Condition | null {
  const writer = frame.shape.writers[test];
  const compared =
    writer?.kind === 'test' ? equality(writer, frame) : writer?.kind === 'call' ? membership(writer, frame) : null;
  if (!compared || compared.texts.length === 0 || compared.texts.length > MOST_TEXTS) return null;
  const { register, texts, negated } = compared;
  const option = optionAt(register, holds !== negated, frame);
  // A default is one of the literals, or is not.
  const isOpen = option && frame.values[register]?.atoms.length === 1;
  return isOpen ? { ...option, texts: [...texts].sort() } : null;
}

interface Compared {
  readonly register: Register;
  readonly texts: readonly string[];
  readonly negated: boolean;
}

function equality({ operator, operands }: Operation & { kind: 'test' }, frame: Frame): Compared | null {
  const [left, right] = operands;
  if (!/^[!=]==?$/.test(operator) || left === undefined || right === undefined) return null;
  const negated = operator[0] === '!';
  const onRight = literals(frame.values[right]);
  if (onRight) return { register: left, texts: onRight, negated };
  const onLeft = literals(frame.values[left]);
  return onLeft && { register: right, texts: onLeft, negated };
}

function membership(call: Operation & { kind: 'call' }, frame: Frame): Compared | null {
  const [only, ...others] = call.arguments;
  if (!/^(?:includes|has)$/.test(call.name) || call.receiver === undefined || !only || others.length > 0) return null;
  const list = frame.values[call.receiver] ?? NOTHING;
  const held = [...(list.fields ?? [])].filter(([key]) => key === ELEMENT || isIndex(key)).map(([, value]) => value);
  const texts = held.map(literals);
  if (list.atoms.some(({ kind }) => kind === 'data') || texts.includes(null)) return null;
  return { register: only.value, texts: [...new Set(texts.flatMap((each) => each ?? []))], negated: false };
}

/** The texts of a value that is made of nothing but literals. */
function literals(value: Value | undefined): readonly string[] | null {
  if (!value || value.fields || value.atoms.length === 0) return null;
  const texts = textsOf(value);
  return texts.length === value.atoms.length ? texts : null;
}

/** `if (user) send(user.email)`: that there is a user says nothing about the user's data. */
function isAbout({ index, path, texts }: Condition, atom: DataAtom): boolean {
  if (atom.condition !== null) return true;
  if (atom.root.kind !== 'input' || atom.root.index !== index) return false;
  // `if (action.type === 'login') log(action.user)`
  return !texts || path.length === 0 || path.every((name, at) => atom.path[at] === name);
}

/**
 * A callee's condition at a call: `drop` when the call contradicts it, null when it is met or cannot be told, and a
 * condition of the caller's when the caller passes its own option on.
 */
export function decide(
  condition: Condition,
  call: { readonly input: (index: number) => Value; readonly given: (index: number) => boolean },
  frame: Frame,
): Condition | 'drop' | null {
  const { index, path, holds } = condition;
  if (!call.given(index)) return holds ? 'drop' : null;
  let value = call.input(index);
  for (const [depth, key] of path.entries()) {
    if (value.atoms.length > 0) return passedOn(value, path.slice(depth), condition, frame);
    // Nothing is known of it, unless it is a literal with other keys.
    if (!value.fields) return null;
    const field = value.fields.get(key);
    if (!field) return holds ? 'drop' : null;
    value = field;
  }
  const truth = condition.texts ? isOneOf(value, condition.texts) : truthOf(value);
  if (truth === undefined) return passedOn(value, [], condition, frame);
  return truth === holds ? null : 'drop';
}

/** Whether a literal is one of these; undefined for everything else. */
function isOneOf(value: Value, texts: readonly string[]): boolean | undefined {
  const known = literals(value)?.map((text) => texts.includes(text));
  return known?.every((is) => is === known[0]) ? known[0] : undefined;
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

function passedOn(value: Value, path: readonly string[], { holds, texts }: Condition, frame: Frame): Condition | null {
  const [only] = value.atoms;
  if (value.atoms.length !== 1 || only?.kind !== 'data' || only.derived || only.root.kind !== 'input') return null;
  if (only.root.function !== frame.id || only.root.index < 0) return null;
  const from = [...only.path, ...path].slice(0, 3);
  return { index: only.root.index, path: from, holds, ...(texts && { texts }) };
}
