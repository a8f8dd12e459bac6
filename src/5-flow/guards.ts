import type { GuardFacts, GuardIndex, Operation, Register } from '../core/facts.ts';
import type { DataCategory, GuardKind } from '../core/privacy.ts';
import { holdsAge, isAgeName } from './ages.ts';
import type { Analysis } from './analysis.ts';
import { assuredBy, onlyFunction } from './assurances.ts';
import { classify } from './classify.ts';
import type { Frame } from './frame.ts';
import { isSetting } from './libraries.ts';
import { type Bindings, substitute } from './substitute.ts';
import { type DataAtom, dataIn, isUndecided, NOTHING, type Place, textsOf, type Value } from './value.ts';

/** A condition recognised as a guard, with whom it is about. */
export interface GuardEntry {
  readonly kind: GuardKind;
  readonly purpose: string | undefined;
  /** Of an age: whoever gets through is at least this old. */
  readonly atLeast?: number;
  /** What the tested flag is before anyone chose, where a schema says so. */
  readonly startsAs?: boolean;
  /** The object whose state is tested: `user` in `user.marketingConsent`. Null when the code does not show one. */
  readonly subject: Value | null;
  readonly place: Place;
  /** Known of the data itself, which was chosen by it: `users.filter((user) => user.optedIn)`. */
  readonly own?: boolean;
}

const MOST_GUARDS = 60;
const MOST_NESTED = 8;

/** The guards that hold at an operation, outermost last. Each condition is read once per function. */
export function guardsAt(index: GuardIndex, frame: Frame, analysis: Analysis): readonly GuardEntry[] {
  if (index < 0) return [];
  const known = frame.guardEntries.get(index);
  if (known) return known;
  const entries: GuardEntry[] = [];
  for (let at = index, steps = 0; at >= 0 && steps < MOST_GUARDS; steps++) {
    const facts = frame.linked.facts.guards[at] as GuardFacts;
    entries.push(...readGuards(facts.test, facts.holds, frame, analysis));
    at = facts.parent;
  }
  frame.guardEntries.set(index, entries);
  return entries;
}

/** Whether what holds at `outer` also holds at `index`. */
export function isWithin(index: GuardIndex, outer: GuardIndex, frame: Frame): boolean {
  let at = index;
  for (let steps = 0; at > outer && steps < MOST_GUARDS; steps++) {
    at = (frame.linked.facts.guards[at] as GuardFacts).parent;
  }
  return at === outer;
}

const MOST_STEPS = 12;
const NONE: readonly GuardEntry[] = [];

/** What the test in a register says: `user.optedIn`, `hasConsent('marketing')`, `consent === true`, `a && b`. */
export function readGuards(test: Register, holds: boolean, frame: Frame, analysis: Analysis): readonly GuardEntry[] {
  let register = test;
  let positive = holds;
  const one = (entry: GuardEntry | null) => (entry ? [entry] : NONE);
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const writer = frame.shape.writers[register];
    if (!writer) return one(parameterGuard(register, positive, frame, analysis));
    if (isHardCoded(frame.values[register]) || isSettled(frame.values[register], analysis)) return NONE;
    switch (writer.kind) {
      case 'bind': {
        const named = namedGuard(writer.name, positive, null, register, frame, analysis);
        if (named) return [named];
        register = writer.from;
        continue;
      }
      case 'after':
      case 'refine':
        register = writer.from;
        continue;
      case 'phi': {
        const parts = partsThatSay(writer, positive, frame);
        if (parts.length !== 1) return partsOf(parts, positive, frame, analysis);
        register = parts[0] as Register;
        continue;
      }
      case 'test': {
        const compared = comparedRegister(writer, frame);
        if (!compared) return NONE;
        register = compared.register;
        positive = positive !== compared.negated;
        if (compared.age) return one(ageGuard(writer, positive, frame, analysis));
        continue;
      }
      case 'get':
        return typeof writer.key === 'string'
          ? one(propertyGuard(writer, writer.key, positive, frame, analysis))
          : NONE;
      case 'load':
      case 'import':
        return one(namedGuard(variableName(writer, frame, analysis), positive, null, register, frame, analysis));
      case 'call':
        return callGuards(writer, positive, register, frame, analysis);
      default:
        return NONE;
    }
  }
  return NONE;
}

/** What of `a && b` and `a ?? false` holds, or does not, when all of it does; nothing where either of several may. */
function partsThatSay(
  { logical, from }: Operation & { kind: 'phi' },
  positive: boolean,
  frame: Frame,
): readonly Register[] {
  if (!logical) return from.length === 1 ? from : [];
  const { operator, operands } = logical;
  // `a && b` says both when it holds, `a || b` denies both when it does not.
  if (operator !== '??') return (operator === '&&') === positive ? operands : [];
  const [first, otherwise] = operands;
  return positive && first !== undefined && otherwise !== undefined && isNever(frame.values[otherwise]) ? [first] : [];
}

/** A literal that never holds. */
function isNever(value: Value | undefined): boolean {
  const [only] = value?.atoms ?? [];
  return only?.kind === 'constant' && only.whole && (only.text === 'false' || only.type === 'nothing');
}

/** What a variable of an enclosing function or an import is called. */
function variableName(
  writer: Operation & { kind: 'load' | 'import' },
  { linked: { file } }: Frame,
  { program }: Analysis,
): string {
  if (writer.kind === 'import') return program.files[file]?.imports[writer.import]?.local ?? '';
  return program.cells[(program.bases[file]?.cells ?? 0) + writer.cell]?.name ?? '';
}

const MOST_PARTS = 8;

function partsOf(parts: readonly Register[], holds: boolean, frame: Frame, analysis: Analysis): readonly GuardEntry[] {
  if (frame.depth >= MOST_NESTED) return NONE;
  frame.depth++;
  const entries = parts.slice(0, MOST_PARTS).flatMap((part) => readGuards(part, holds, frame, analysis));
  frame.depth--;
  return entries;
}

/** `user.optedIn`, and `user.consents.marketing`, where the object says what its property is about. */
function propertyGuard(
  { from, into }: Operation & { kind: 'get' },
  key: string,
  positive: boolean,
  frame: Frame,
  analysis: Analysis,
): GuardEntry | null {
  const subject = frame.values[from] ?? null;
  const own = namedGuard(key, positive, subject, into, frame, analysis);
  if (own) return own;
  const holder = frame.shape.writers[from];
  if (holder?.kind !== 'get' || typeof holder.key !== 'string') return null;
  const about = withHolder(key, holder.key, analysis);
  return about === null ? null : namedGuard(about, positive, frame.values[holder.from] ?? null, into, frame, analysis);
}

/** `marketing` in `consents`: the name of both. Null when the holder is no state of a person. */
export function withHolder(key: string, holder: string, analysis: Analysis): string | null {
  const reading = analysis.guardWords.classify(holder);
  return reading?.kind === 'consent' || reading?.kind === 'opt-out' ? `${key}_${holder}` : null;
}

/** `const consent = true` guards nothing; what is true on one way and false on another was decided by something. */
export function isHardCoded(value: Value | undefined): boolean {
  if (!value || value.fields || value.atoms.length === 0) return false;
  const texts = new Set(
    value.atoms.map((atom) =>
      atom.kind === 'constant' && atom.type === 'boolean' && !isUndecided(atom) ? atom.text : null,
    ),
  );
  return !texts.has(null) && !(texts.has('true') && texts.has('false'));
}

/** A setting is the same for everybody. */
function isSettled(value: Value | undefined, analysis: Analysis): boolean {
  if (!value || value.fields) return false;
  const others = value.atoms.filter((atom) => !isSetting(atom, analysis));
  return others.length < value.atoms.length && others.every((atom) => atom.kind === 'constant' && !isUndecided(atom));
}

interface Compared {
  readonly register: Register;
  readonly negated: boolean;
  readonly age: boolean;
}

/** The side of a comparison that is not the literal, and whether the comparison turns its meaning round. */
function comparedRegister(test: Operation & { kind: 'test' }, frame: Frame): Compared | null {
  const [left, right] = test.operands;
  if (left === undefined) return null;
  if (test.operator === '!') return { register: left, negated: true, age: false };
  if (right === undefined) return null;
  if (/^[<>]=?$/.test(test.operator)) {
    return { register: literalOf(right, frame) === null ? right : left, negated: false, age: true };
  }
  if (!/^[!=]==?$/.test(test.operator)) return null;
  const text = literalOf(right, frame) ?? literalOf(left, frame);
  const register = literalOf(right, frame) === null ? right : left;
  const refuses = text !== null && /^(false|denied|declined|revoked|withdrawn|no|off|0|)$/i.test(text);
  return { register, negated: (test.operator[0] === '!') !== refuses, age: false };
}

function literalOf(register: Register, frame: Frame): string | null {
  const writer = frame.shape.writers[register];
  if (writer?.kind !== 'constant') return null;
  return writer.text ?? '';
}

function parameterGuard(register: Register, positive: boolean, frame: Frame, analysis: Analysis): GuardEntry | null {
  const parameter = frame.linked.facts.parameters.find((candidate) => candidate.register === register);
  return parameter ? namedGuard(parameter.name, positive, null, register, frame, analysis) : null;
}

function namedGuard(
  name: string,
  positive: boolean,
  subject: Value | null,
  register: Register,
  frame: Frame,
  analysis: Analysis,
): GuardEntry | null {
  const reading = analysis.guardWords.classify(name);
  if (!reading || reading.negated === positive) return null;
  const startsAs = subject && startOf(name, subject);
  return {
    kind: reading.kind,
    purpose: reading.purpose,
    ...(typeof startsAs === 'boolean' && { startsAs }),
    subject,
    place: placeOf(register, frame),
  };
}

/** The default that the schema gives a flag. */
function startOf(name: string, subject: Value): boolean | undefined {
  for (const atom of subject.atoms) {
    if (atom.kind !== 'data' || atom.type?.kind !== 'entity') continue;
    return atom.type.entity.fields.find((field) => field.name === name)?.startsAs;
  }
  return undefined;
}

/** An age compared with something: on whichever side it stands. */
function ageGuard(
  test: Operation & { kind: 'test' },
  positive: boolean,
  frame: Frame,
  analysis: Analysis,
): GuardEntry | null {
  const age = test.operands.find((register) => isAge(register, frame, analysis));
  if (age === undefined) return null;
  const atLeast = leastAge(age, test, positive, frame);
  if (atLeast === 'none') return null;
  const entry = { kind: 'age', purpose: undefined, subject: null, place: placeOf(age, frame) } as const;
  return atLeast === undefined ? entry : { ...entry, atLeast };
}

function isAge(register: Register, frame: Frame, analysis: Analysis): boolean {
  const value = frame.values[register];
  const writer = frame.shape.writers[register];
  if (writer?.kind === 'bind' && isAgeName(writer.name)) return true;
  return holdsAge(value, analysis) || dataIn(value ?? NOTHING).some(({ path }) => isAgeName(path.at(-1) ?? ''));
}

/** 18 for `age >= 18`, `18 <= age`, `age > 17` and `!(age < 18)`; `none` when it lets the younger through. */
function leastAge(
  age: Register,
  { operator, operands: [left, right] }: Operation & { kind: 'test' },
  positive: boolean,
  frame: Frame,
): number | 'none' | undefined {
  const least = operator.startsWith('>') === (left === age);
  if (least !== positive) return 'none';
  const [limit, ...others] = frame.values[(left === age ? right : left) ?? -1]?.atoms ?? [];
  if (limit?.kind !== 'constant' || limit.type !== 'number' || others.length > 0) return undefined;
  const years = Number(limit.text);
  // Let through by the test itself, or by its failing: `age > 17` and `!(age <= 17)` are 18.
  return operator.endsWith('=') === positive ? years : years + 1;
}

/**
 * `mayContact(user, 'email')`: a call that a model or the project declares, one of ours by what its body says, or one
 * named like a guard.
 */
function callGuards(
  call: Operation & { kind: 'call' },
  positive: boolean,
  register: Register,
  frame: Frame,
  analysis: Analysis,
): readonly GuardEntry[] {
  const args = call.arguments.map(({ value }) => frame.values[value] as Value);
  const purposes = args.flatMap((value) => (value ? textsOf(value) : []));
  const subject = args.find((value) => value && dataIn(value).length > 0) ?? null;
  const declared = declaredGuard(call, frame, analysis);
  if (declared && positive)
    return [{ ...declared, purpose: declared.purpose ?? purposes[0], subject, place: placeOf(register, frame) }];
  const said = saidByBody(call, positive, args, frame, analysis);
  if (said.length > 0 || isAskedOfItself(call.name, args, analysis)) return said;
  const named = namedGuard(call.name, positive, subject, register, frame, analysis);
  if (!named) return NONE;
  const fromText = purposes
    .map((text) => analysis.guardWords.classify(`${text}Consent`)?.purpose)
    .find((purpose) => purpose !== undefined);
  return [{ ...named, purpose: named.purpose ?? fromText }];
}

/** Whether a call asks the thing it names, whether that will do: `isEmailAllowed(email)`. */
function isAskedOfItself(name: string, args: readonly Value[], analysis: Analysis): boolean {
  const allows = analysis.guardWords.classify(name)?.allows;
  const category = allows === undefined ? undefined : analysis.names.classify(allows)?.category;
  if (category === undefined) return false;
  const asked = args.flatMap((value) => dataIn(value));
  return asked.length > 0 && asked.every((atom) => isOnly(category, atom, analysis));
}

/** Whether it holds data of the category, and is no object with other things beside it. */
function isOnly(category: DataCategory, atom: DataAtom, analysis: Analysis): boolean {
  if (atom.type && analysis.types.fields(atom.type).length > 0) return false;
  const [own, ...others] = classify(atom, analysis);
  return own?.category === category && others.length === 0;
}

function saidByBody(
  call: Operation & { kind: 'call' },
  positive: boolean,
  args: readonly Value[],
  frame: Frame,
  analysis: Analysis,
): readonly GuardEntry[] {
  const atom = onlyFunction(frame.values[call.callee] ?? NOTHING);
  if (!atom) return NONE;
  const receiver = call.receiver === undefined ? null : (frame.values[call.receiver] ?? null);
  return assuredBy(atom, positive ? 'whenTrue' : 'whenFalse', receiver, args, frame, analysis);
}

function declaredGuard(
  call: Operation & { kind: 'call' },
  frame: Frame,
  analysis: Analysis,
): { kind: GuardKind; purpose: string | undefined } | null {
  const callee = frame.values[call.callee];
  for (const atom of callee?.atoms ?? []) {
    if (atom.kind === 'library') {
      const [model] = analysis.models.match(atom.api).guards;
      if (model) return { kind: model.kind, purpose: model.purpose };
    }
    if (atom.kind !== 'function') continue;
    const linked = analysis.program.functions[atom.function];
    const file = linked && analysis.program.files[linked.file]?.file;
    const match = analysis.catalogue.configuration.guards.find(({ functions }) =>
      functions.some((declared) => declared === linked?.facts.name || declared === `${file}#${linked?.facts.name}`),
    );
    if (match) return { kind: match.kind, purpose: match.purpose };
  }
  return null;
}

function placeOf(register: Register, frame: Frame): Place {
  const writer = frame.shape.writers[register];
  const span = writer && 'span' in writer ? writer.span : frame.linked.facts.span;
  return { file: frame.linked.file, span };
}

/** Guards of a callee's sink in the caller's terms. */
export function substituteGuards(
  guards: readonly GuardEntry[],
  bindings: Bindings,
  frame: Frame,
  analysis: Analysis,
): readonly GuardEntry[] {
  return guards.map((guard) => {
    if (!guard.subject) return guard;
    const subject = substitute(guard.subject, bindings, frame, analysis);
    return subject === guard.subject ? guard : { ...guard, subject };
  });
}
