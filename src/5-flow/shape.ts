import type { Key, ObjectEntry, Operation, Register } from '../core/facts.ts';
import type { FunctionShape } from './frame.ts';

/** Which registers an operation reads. */
type Operands = (operation: never) => readonly (Register | undefined)[];

const OPERANDS: Record<Operation['kind'], Operands> = {
  constant: none,
  global: none,
  import: none,
  require: none,
  load: none,
  store: ({ from }: Operation & { kind: 'store' }) => [from],
  'store-import': ({ from }: Operation & { kind: 'store-import' }) => [from],
  export: ({ from }: Operation & { kind: 'export' }) => [from],
  bind: ({ from }: Operation & { kind: 'bind' }) => [from],
  get: ({ from, key }: Operation & { kind: 'get' }) => [from, ofKey(key)],
  set: ({ base, from, key }: Operation & { kind: 'set' }) => [base, from, ofKey(key)],
  delete: ({ base, key }: Operation & { kind: 'delete' }) => [base, ofKey(key)],
  object: ({ entries }: Operation & { kind: 'object' }) => ofEntries(entries),
  array: ({ elements }: Operation & { kind: 'array' }) => elements.map(({ value }) => value),
  derive: ({ from }: Operation & { kind: 'derive' }) => from,
  test: ({ operands }: Operation & { kind: 'test' }) => operands,
  phi: ({ from }: Operation & { kind: 'phi' }) => from,
  function: none,
  class: ({ extends: parent }: Operation & { kind: 'class' }) => [parent],
  decorate: ({ decorator }: Operation & { kind: 'decorate' }) => [decorator],
  call: (operation: Operation & { kind: 'call' }) => [
    operation.callee,
    operation.receiver,
    ...operation.arguments.map(({ value }) => value),
  ],
  // What a call left of a value is read by those who read the `after`; the call's own result is not.
  after: ({ from }: Operation & { kind: 'after' }) => [from],
  element: ({ component, attributes, children }: Operation & { kind: 'element' }) => [
    component,
    ...ofEntries(attributes),
    ...children,
  ],
  iterate: ({ from }: Operation & { kind: 'iterate' }) => [from],
  catch: ({ thrown }: Operation & { kind: 'catch' }) => thrown,
  return: ({ from, effects }: Operation & { kind: 'return' }) => [from, ...effects.map((effect) => effect.from)],
  throw: ({ from }: Operation & { kind: 'throw' }) => [from],
};

function none(): readonly Register[] {
  return [];
}

function ofKey(key: Key): Register | undefined {
  return typeof key === 'string' ? undefined : key.computed;
}

function ofEntries(entries: readonly ObjectEntry[]): (Register | undefined)[] {
  return entries.flatMap((entry) => ('spread' in entry ? [entry.spread] : [entry.value, ofKey(entry.key)]));
}

/** What can be told of a function's operations before they are evaluated. */
export function shapeOf({
  operations,
  registers,
  guards,
}: {
  readonly operations: readonly Operation[];
  readonly registers: number;
  readonly guards: readonly { readonly test: Register }[];
}): FunctionShape {
  const writers: (Operation | undefined)[] = new Array(registers).fill(undefined);
  const used = new Set<Register>(guards.map(({ test }) => test));
  const caught = new Set<Register>();
  const followed = new Set<Register>();
  for (const operation of operations) {
    if ('into' in operation) writers[operation.into] = operation;
    if (operation.kind === 'catch') for (const call of operation.calls) caught.add(call);
    if (operation.kind === 'after') followed.add(operation.call);
    for (const register of (OPERANDS[operation.kind] as (operation: Operation) => readonly (Register | undefined)[])(
      operation,
    )) {
      if (register !== undefined) used.add(register);
    }
  }
  return { writers, caught, used, followed, stores: operations.some(({ kind }) => kind === 'store') };
}
