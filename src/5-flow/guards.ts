import type { GuardFacts, GuardIndex, Operation, Register } from '../core/facts.ts';
import type { GuardKind } from '../core/privacy.ts';
import type { Analysis, Frame } from './analysis.ts';
import { isSetting } from './libraries.ts';
import { type Bindings, substitute } from './substitute.ts';
import { type DataAtom, dataIn, type Place, textsOf, type Value } from './value.ts';

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
}

/** The guards that hold at an operation, outermost last. Each condition is read once per function. */
export function guardsAt(index: GuardIndex, frame: Frame, analysis: Analysis): readonly GuardEntry[] {
  if (index < 0) return [];
  const known = frame.guardEntries.get(index);
  if (known) return known;
  const entries: GuardEntry[] = [];
  for (let at = index, steps = 0; at >= 0 && steps < 60; steps++) {
    const facts = frame.linked.facts.guards[at] as GuardFacts;
    const entry = readGuard(facts.test, facts.holds, frame, analysis);
    if (entry) entries.push(entry);
    at = facts.parent;
  }
  frame.guardEntries.set(index, entries);
  return entries;
}

const MOST_STEPS = 12;

/** What the test in a register says: `user.optedIn`, `hasConsent('marketing')`, `consent === true`. */
export function readGuard(test: Register, holds: boolean, frame: Frame, analysis: Analysis): GuardEntry | null {
  let register = test;
  let positive = holds;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const writer = frame.shape.writers[register];
    if (!writer) return parameterGuard(register, positive, frame, analysis);
    if (isHardCoded(frame.values[register]) || isSettled(frame.values[register], analysis)) return null;
    switch (writer.kind) {
      case 'bind': {
        const named = namedGuard(writer.name, positive, null, register, frame, analysis);
        if (named) return named;
        register = writer.from;
        continue;
      }
      case 'after':
        register = writer.from;
        continue;
      case 'phi':
        if (writer.from.length !== 1) return null;
        register = writer.from[0] as Register;
        continue;
      case 'test': {
        const compared = comparedRegister(writer, frame);
        if (!compared) return null;
        register = compared.register;
        positive = positive !== compared.negated;
        if (compared.age) return ageGuard(writer, positive, frame);
        continue;
      }
      case 'get':
        if (typeof writer.key !== 'string') return null;
        return namedGuard(writer.key, positive, frame.values[writer.from] ?? null, register, frame, analysis);
      case 'load': {
        const cell = analysis.program.cells[cellId(writer.cell, frame, analysis)];
        return cell ? namedGuard(cell.name, positive, null, register, frame, analysis) : null;
      }
      case 'import': {
        const name = analysis.program.files[frame.linked.file]?.imports[writer.import]?.local ?? '';
        return namedGuard(name, positive, null, register, frame, analysis);
      }
      case 'call':
        return callGuard(writer, positive, register, frame, analysis);
      default:
        return null;
    }
  }
  return null;
}

function cellId(cell: number, frame: Frame, analysis: Analysis): number {
  return (analysis.program.bases[frame.linked.file]?.cells ?? 0) + cell;
}

/** `const consent = true` guards nothing. */
export function isHardCoded(value: Value | undefined): boolean {
  if (!value || value.fields || value.atoms.length === 0) return false;
  return value.atoms.every((atom) => atom.kind === 'constant' && atom.type === 'boolean');
}

/** A setting is the same for everybody. */
function isSettled(value: Value | undefined, analysis: Analysis): boolean {
  if (!value || value.fields || value.atoms.length === 0) return false;
  return value.atoms.every(
    (atom) => isSetting(atom, analysis) || (atom.kind === 'constant' && atom.type !== 'nothing'),
  );
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
function ageGuard(test: Operation & { kind: 'test' }, positive: boolean, frame: Frame): GuardEntry | null {
  const age = test.operands.find((register) => isAge(register, frame));
  if (age === undefined) return null;
  const atLeast = leastAge(age, test, positive, frame);
  if (atLeast === 'none') return null;
  const entry = { kind: 'age', purpose: undefined, subject: null, place: placeOf(age, frame) } as const;
  return atLeast === undefined ? entry : { ...entry, atLeast };
}

function isAge(register: Register, frame: Frame): boolean {
  const ages = dataIn(frame.values[register] ?? { atoms: [], fields: null });
  const personal = ages.some(
    (atom) => /(^|[a-z])age$/i.test(atom.path.at(-1) ?? '') || atom.naming?.category === 'user.demographic.age_range',
  );
  const writer = frame.shape.writers[register];
  return personal || (writer?.kind === 'bind' && /age$/i.test(writer.name));
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

/** `mayContact(user, 'email')`: a call named like a guard, or one that a model or the project declares. */
function callGuard(
  call: Operation & { kind: 'call' },
  positive: boolean,
  register: Register,
  frame: Frame,
  analysis: Analysis,
): GuardEntry | null {
  const args = call.arguments.map(({ value }) => frame.values[value] as Value);
  const purposes = args.flatMap((value) => (value ? textsOf(value) : []));
  const subject = args.find((value) => value && dataIn(value).length > 0) ?? null;
  const declared = declaredGuard(call, frame, analysis);
  if (declared && positive)
    return { ...declared, purpose: declared.purpose ?? purposes[0], subject, place: placeOf(register, frame) };
  const named = namedGuard(call.name, positive, subject, register, frame, analysis);
  if (!named) return null;
  const fromText = purposes
    .map((text) => analysis.guardWords.classify(`${text}Consent`)?.purpose)
    .find((purpose) => purpose !== undefined);
  return { ...named, purpose: named.purpose ?? fromText };
}

function declaredGuard(
  call: Operation & { kind: 'call' },
  frame: Frame,
  analysis: Analysis,
): { kind: GuardKind; purpose: string | undefined } | null {
  const callee = frame.values[call.callee];
  for (const atom of callee?.atoms ?? []) {
    if (atom.kind === 'library') {
      const [model] = analysis.models.match(atom.package, atom.path, atom.api).guards;
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

/** Whether a guard is about the person whose data flows: they share a root, or nothing shows that they do not. */
export function subjectOf(guard: GuardEntry, atom: DataAtom): 'same' | 'other' | 'unknown' {
  if (!guard.subject) return 'unknown';
  const subjects = dataIn(guard.subject);
  if (subjects.length === 0) return 'unknown';
  const same = subjects.some((subject) => {
    if (subject.root.key !== atom.root.key) return false;
    const shared = Math.min(subject.path.length, atom.path.length);
    return subject.path.slice(0, shared).join() === atom.path.slice(0, shared).join();
  });
  if (same) return 'same';
  // Two rows read apart are two people; a request and a row may well be one.
  const bothRows = subjects.every(({ root }) => root.kind === 'source' && root.source.kind === 'database');
  return bothRows && atom.root.kind === 'source' && atom.root.source.kind === 'database' ? 'other' : 'unknown';
}
