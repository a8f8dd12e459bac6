import type { Key, ObjectEntry, Operation, Register } from './facts.ts';

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
  refine: ({ from, as }: Operation & { kind: 'refine' }) => [from, as.is === 'instance' ? as.of : undefined],
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

/** Which registers an operation reads. */
export function operandsOf(operation: Operation): readonly (Register | undefined)[] {
  return (OPERANDS[operation.kind] as (operation: Operation) => readonly (Register | undefined)[])(operation);
}
