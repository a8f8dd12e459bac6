import type { Operation, Register } from '../core/facts.ts';
import type { Analysis } from './analysis.ts';
import { naming } from './classify.ts';
import { asDefault } from './conditions.ts';
import { protectionBit } from './data.ts';
import type { Frame } from './frame.ts';
import { join, joinAll } from './join.ts';
import { isSetting, libraryOfType } from './libraries.ts';
import { besideMask } from './masks.ts';
import { evaluateAfter, evaluateCall, evaluateElement } from './operations/calls.ts';
import { evaluateClass, evaluateDecorate, evaluateFunctionValue } from './operations/functions.ts';
import { evaluateArray, evaluateDelete, evaluateGet, evaluateObject, evaluateSet } from './operations/objects.ts';
import { evaluateRefine } from './operations/refine.ts';
import { placeOf, read, write } from './operations/registers.ts';
import { evaluateCatch, evaluateReturn, evaluateThrow } from './operations/returns.ts';
import {
  evaluateExport,
  evaluateGlobal,
  evaluateImport,
  evaluateLoad,
  evaluateRequire,
  evaluateStore,
  evaluateStoreImport,
} from './operations/variables.ts';
import { isSometimesAsked, SOMETIMES } from './predicates.ts';
import { property } from './properties.ts';
import { chosenUnder } from './subjects.ts';
import { isSum } from './sums.ts';
import { bindTypedFunctions } from './typed-functions.ts';
import type { TypeRef } from './types.ts';
import { constant, derive, ELEMENT, isNothing, NOTHING, UNDECIDED, type Value } from './value.ts';

type Evaluation = (operation: never, frame: Frame, analysis: Analysis) => void;

const AGGREGATED = protectionBit('aggregated');

/** What each kind of operation does to the registers. */
const OPERATIONS: Record<Operation['kind'], Evaluation> = {
  constant: evaluateConstant,
  global: evaluateGlobal,
  import: evaluateImport,
  require: evaluateRequire,
  load: evaluateLoad,
  store: evaluateStore,
  'store-import': evaluateStoreImport,
  export: evaluateExport,
  bind: evaluateBind,
  get: evaluateGet,
  set: evaluateSet,
  delete: evaluateDelete,
  object: evaluateObject,
  array: evaluateArray,
  derive: evaluateDerive,
  test: evaluateTest,
  phi: evaluatePhi,
  refine: evaluateRefine,
  function: evaluateFunctionValue,
  class: evaluateClass,
  decorate: evaluateDecorate,
  call: evaluateCall,
  after: evaluateAfter,
  element: evaluateElement,
  iterate: evaluateIterate,
  catch: evaluateCatch,
  return: evaluateReturn,
  throw: evaluateThrow,
};

export function evaluateOperation(operation: Operation, frame: Frame, analysis: Analysis): void {
  (OPERATIONS[operation.kind] as (operation: Operation, frame: Frame, analysis: Analysis) => void)(
    operation,
    frame,
    analysis,
  );
}

function evaluateConstant(operation: Operation & { kind: 'constant' }, frame: Frame): void {
  write(operation.into, operation.type === 'nothing' ? NOTHING : constant(operation.type, operation.text ?? ''), frame);
}

function evaluateBind(operation: Operation & { kind: 'bind' }, frame: Frame, analysis: Analysis): void {
  let value = read(operation.from, frame);
  if (operation.type)
    value = typed(value, { kind: 'declared', file: frame.linked.file, type: operation.type }, frame, analysis);
  if (operation.name) value = naming(value, operation.name, placeOf(operation, frame), analysis);
  write(operation.into, value, frame);
}

/** `const u: User = …`: data without a type of its own takes the declared one; a library's type is that library's value. */
function typed(value: Value, type: TypeRef, frame: Frame, analysis: Analysis): Value {
  const resolved = analysis.types.resolve(type);
  if (resolved.kind === 'primitive') return value;
  const made = libraryOfType(type, analysis);
  bindTypedFunctions(value, type, frame, analysis);
  const base = isNothing(made) ? value : join(value, made);
  const atoms = base.atoms.map((atom) =>
    atom.kind === 'data' && !atom.type && !atom.derived ? { ...atom, type } : atom,
  );
  return { atoms, fields: base.fields };
}

function evaluateDerive(operation: Operation & { kind: 'derive' }, frame: Frame, analysis: Analysis): void {
  const parts = operation.from.map((register) => read(register, frame));
  const made = derive(parts, isSum(operation, frame, analysis) ? { protections: AGGREGATED } : {});
  const isText = operation.how === 'template' || operation.how === 'concatenation';
  const text = isText ? besideMask(made, parts) : made;
  write(operation.into, isText ? join(join(text, startOf(parts)), settingAtStart(parts, analysis)) : text, frame);
}

/** `${process.env.CRM_URL}/people`: the setting it starts with tells whose address it is. */
function settingAtStart(parts: readonly Value[], analysis: Analysis): Value {
  const first = parts.find(({ atoms }) => !atoms.every((atom) => atom.kind === 'constant' && atom.text === ''));
  const atoms = first?.atoms.filter((atom) => isSetting(atom, analysis)) ?? [];
  return atoms.length > 0 ? { atoms, fields: null } : NOTHING;
}

/** How a text begins, as far as it is literal: enough to know the host of a URL. */
function startOf(parts: readonly Value[]): Value {
  let text = '';
  for (const [index, part] of parts.entries()) {
    const literals = part.atoms.filter((atom) => atom.kind === 'constant');
    const [only] = literals;
    if (literals.length !== 1 || !only) return text ? constant('string', text, false) : NOTHING;
    text += only.text;
    if (!only.whole) return constant('string', text, false);
    if (index === parts.length - 1 && part.atoms.length === 1) return constant('string', text);
  }
  return text ? constant('string', text, false) : NOTHING;
}

/** A yes or no carries no data. One about settings alone is as hard-coded as they are: it says nothing of a person. */
function evaluateTest(operation: Operation & { kind: 'test' }, frame: Frame, analysis: Analysis): void {
  const operands = operation.operands.map((register) => read(register, frame));
  const isSettled = operands.some(({ atoms }) => atoms.some((atom) => isSetting(atom, analysis)));
  const own = operands.every(
    ({ atoms, fields }) => !fields && atoms.every((atom) => isSetting(atom, analysis) || atom.kind === 'constant'),
  );
  write(operation.into, isSettled && own ? constant('boolean', '', false) : UNDECIDED, frame);
}

function evaluatePhi(operation: Operation & { kind: 'phi' }, frame: Frame, analysis: Analysis): void {
  const ways = waysInto(operation, frame, analysis);
  const joined = isSometimesAsked(ways, analysis) ? join(joinAll(ways), SOMETIMES) : joinAll(ways);
  if (operation.from.some((register) => frame.values[register] === undefined)) frame.loops.push(operation);
  const before = frame.values[operation.into];
  write(operation.into, before && !isNothing(joined) ? join(before, joined) : joined, frame);
}

/** What each way brings, without those that bring the value of another of them, known better. */
function waysInto(
  { into, from, guards, logical }: Operation & { kind: 'phi' },
  frame: Frame,
  analysis: Analysis,
): readonly Value[] {
  const [first] = logical && logical.operator !== '&&' ? logical.operands : [];
  return from.flatMap((register, index) => {
    if (isOnlyRefined(register, [into, ...from], frame)) return [];
    const value = chosenUnder(read(register, frame), guards?.[index] ?? -1, frame, analysis);
    return first === undefined || register === first ? value : asDefault(value, first, frame);
  });
}

const MOST_REFINED = 8;

/** Whether a register is another of these after tests and calls that changed nothing: what is known better on one way. */
function isOnlyRefined(register: Register, others: readonly Register[], frame: Frame): boolean {
  let at = register;
  let refined = false;
  for (let steps = 0; steps < MOST_REFINED; steps++) {
    const writer = frame.shape.writers[at];
    if (writer?.kind === 'refine') refined = true;
    else if (writer?.kind !== 'after' || !frame.unchanged.has(at)) return false;
    at = writer.from;
    if (refined && others.includes(at)) return true;
  }
  return false;
}

/** Whether a loop's way round brought something that its first turn did not know. */
export function grewAround(operation: Operation & { kind: 'phi' }, frame: Frame, analysis: Analysis): boolean {
  const first = read(operation.into, frame);
  return waysInto(operation, frame, analysis).some((value) => join(first, value) !== first);
}

function evaluateIterate(operation: Operation & { kind: 'iterate' }, frame: Frame, analysis: Analysis): void {
  const from = read(operation.from, frame);
  const value =
    operation.what === 'values' ? property(from, ELEMENT, frame, analysis, placeOf(operation, frame)) : NOTHING;
  write(operation.into, value, frame);
}
