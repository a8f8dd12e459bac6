/** The conditions that hold at an operation, with the numbers and owners that guards alone do not tell. */
import type { ConditionFact } from '../../core/behaviour.ts';
import type { GuardFacts, GuardIndex, Operation, Register } from '../../core/facts.ts';
import { holdsAge, isAgeName } from '../ages.ts';
import type { Analysis } from '../analysis.ts';
import type { Frame } from '../frame.ts';
import { guardsAt } from '../guards.ts';
import { isScreaming } from '../names-words.ts';
import { NOTHING, textsOf, type Value } from '../value.ts';
import { originsOf } from './values.ts';
import { guardKind, STATE, VERSION } from './words.ts';

const MOST_CONDITIONS = 40;

/** Conditions on the way to an operation, recognised as guards, age limits, owners, versions and states. */
export function conditionsAt(index: GuardIndex, frame: Frame, analysis: Analysis): ConditionFact[] {
  if (index < 0) return [];
  const facts: ConditionFact[] = guardsAt(index, frame, analysis)
    .filter(({ kind }) => kind !== 'age')
    .map(({ kind, purpose, place }) => ({
      kind,
      ...spot(place.span[0], frame, analysis),
      ...(purpose === undefined ? {} : { purpose }),
      ...(kind === 'role' ? { words: wordsAt(index, frame, analysis) } : {}),
    }));
  for (let at = index, steps = 0; at >= 0 && steps < MOST_CONDITIONS; steps++) {
    const { test, holds, parent } = frame.linked.facts.guards[at] as GuardFacts;
    facts.push(...comparedAt(test, holds, frame, analysis));
    at = parent;
  }
  return facts;
}

/** The names and literals in the tests on the way: `role`, `support` of `user.role === 'support'`. */
function wordsAt(index: GuardIndex, frame: Frame, analysis: Analysis): string[] {
  const found = new Set<string>();
  for (let at = index, steps = 0; at >= 0 && steps < MOST_CONDITIONS; steps++) {
    const { test, parent } = frame.linked.facts.guards[at] as GuardFacts;
    const pending: Register[] = [test];
    for (
      let register = pending.pop(), more = 0;
      register !== undefined && more < 12;
      register = pending.pop(), more++
    ) {
      const writer = frame.shape.writers[register];
      for (const text of textsOf(frame.values[register] ?? NOTHING))
        if (/^[A-Za-z][\w:.-]{0,40}$/.test(text)) found.add(text);
      if (writer?.kind === 'test') pending.push(...writer.operands);
      else if (writer?.kind === 'call') pending.push(...writer.arguments.map(({ value }) => value));
      else if (writer?.kind === 'bind' || writer?.kind === 'refine' || writer?.kind === 'after')
        pending.push(writer.from);
      for (const name of operandName(register, frame, analysis, 1).split(' ')) if (name) found.add(name);
    }
    at = parent;
  }
  return [...found].slice(0, 20);
}

function spot(offset: number, frame: Frame, analysis: Analysis): { file: string; line: number } {
  const { file } = frame.linked;
  return { file: analysis.program.files[file]?.file ?? '', line: analysis.lineOf(file, offset) };
}

function comparedAt(register: Register, holds: boolean, frame: Frame, analysis: Analysis): ConditionFact[] {
  let at = register;
  let positive = holds;
  for (let steps = 0; steps < 6; steps++) {
    const writer = frame.shape.writers[at];
    if (writer?.kind === 'bind' || writer?.kind === 'after' || writer?.kind === 'refine') at = writer.from;
    else if (writer?.kind === 'test' && writer.operator === '!') {
      at = writer.operands[0] as Register;
      positive = !positive;
    } else if (writer?.kind === 'test') return factOf(writer, positive, frame, analysis);
    else return [];
  }
  return [];
}

function factOf(test: Operation & { kind: 'test' }, holds: boolean, frame: Frame, analysis: Analysis): ConditionFact[] {
  const here = spot(test.span[0], frame, analysis);
  const limit = ageLimit(test, frame, analysis);
  if (limit) return [{ kind: 'age', minimum: limit.passesOld === holds ? limit.minimum : -1, ...here }];
  const names = test.operands.map((operand) => operandName(operand, frame, analysis));
  if (names.some((name) => VERSION.test(name))) return [{ kind: 'version', ...here }];
  const equal = /^={2,3}$/.test(test.operator) === holds && /^[!=]={1,2}$/.test(test.operator);
  // `user.id === Number(process.env.ADMIN_ID)`: who has the role stands in a setting.
  if (equal && names.some((name) => namesRole(name, analysis))) return [{ kind: 'role', words: names, ...here }];
  if (equal && comparesOwner(test, frame)) return [{ kind: 'owner', ...here }];
  return names.some((name) => STATE.test(name)) ? [{ kind: 'status', ...here }] : [];
}

function namesRole(names: string, analysis: Analysis): boolean {
  return names.split(' ').some((name) => isScreaming(name) && guardKind(name, analysis) === 'role');
}

/** `order.userId === req.user.id`: somebody's id is that of whoever is signed in. */
function comparesOwner(test: Operation & { kind: 'test' }, frame: Frame): boolean {
  const origins = test.operands.map((operand) => originsOf(frame.values[operand] ?? NOTHING));
  const own = origins.findIndex((each) =>
    each.some((origin) => (origin.kind === 'source' && origin.source === 'session') || isIdentity(origin)),
  );
  return own >= 0 && origins.some((each, at) => at !== own && each.some((origin) => origin.kind !== 'constant'));
}

function isIdentity(origin: ReturnType<typeof originsOf>[number]): boolean {
  return origin.kind === 'named' && /user|session|auth|account|viewer|principal/i.test(origin.name);
}

export interface AgeLimit {
  readonly minimum: number;
  /** Whether the test is true for those old enough. */
  readonly passesOld: boolean;
}

/** `age < 18`, `18 > years(dob)`: an age compared with a number. */
export function ageLimit(test: Operation & { kind: 'test' }, frame: Frame, analysis: Analysis): AgeLimit | null {
  const [left, right] = test.operands;
  if (left === undefined || right === undefined || !/^[<>]=?$/.test(test.operator)) return null;
  const numbers = [numberOf(frame.values[left]), numberOf(frame.values[right])];
  const turned = numbers[0] !== null && numbers[1] === null;
  const limit = turned ? numbers[0] : numbers[1];
  const other = turned ? right : left;
  if (limit === null || limit === undefined || limit < 1 || limit > 120) return null;
  const named = operandName(other, frame, analysis).split(' ').some(isAgeName);
  if (!named && !holdsAge(frame.values[other ?? -1], analysis)) return null;
  const above = turned ? test.operator[0] === '<' : test.operator[0] === '>';
  const inclusive = test.operator.length === 2;
  // age >= 18 and not (age < 18) pass 18; age > 17 and not (age <= 17) pass 18 too.
  const minimum = above === inclusive ? limit : limit + 1;
  return { minimum, passesOld: above };
}

export function numberOf(value: Value | undefined): number | null {
  const texts = value?.fields ? [] : textsOf(value ?? NOTHING);
  const [only] = texts;
  return texts.length === 1 && only !== undefined && /^\d{1,6}$/.test(only) ? Number(only) : null;
}

/** What a compared value is called: the variable, the property, the function that computed it and its arguments. */
export function operandName(register: Register, frame: Frame, analysis: Analysis, depth = 3): string {
  const writer = frame.shape.writers[register];
  if (!writer) return frame.linked.facts.parameters.find((one) => one.register === register)?.name ?? '';
  switch (writer.kind) {
    case 'bind':
      return `${writer.name} ${depth > 0 ? operandName(writer.from, frame, analysis, depth - 1) : ''}`;
    case 'after':
    case 'refine':
      return operandName(writer.from, frame, analysis, depth - 1);
    case 'get':
      return typeof writer.key === 'string' ? writer.key : '';
    case 'load': {
      const base = analysis.program.bases[frame.linked.file]?.cells ?? 0;
      return analysis.program.cells[base + writer.cell]?.name ?? '';
    }
    case 'import':
      return analysis.program.files[frame.linked.file]?.imports[writer.import]?.local ?? '';
    case 'call': {
      const args = depth > 0 ? writer.arguments.map(({ value }) => operandName(value, frame, analysis, depth - 1)) : [];
      return [writer.name, ...args].join(' ');
    }
    case 'phi':
    case 'derive':
      return depth > 0 ? writer.from.map((from) => operandName(from, frame, analysis, depth - 1)).join(' ') : '';
    default:
      return '';
  }
}
