import type { Operation, Register } from '../core/facts.ts';
import { operandsOf } from '../core/operands.ts';
import { handedOn } from './elements.ts';
import type { FunctionShape } from './frame.ts';

const NO_REGISTERS: ReadonlySet<Register> = new Set();

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
    for (const register of operandsOf(operation)) if (register !== undefined) used.add(register);
  }
  const renders = operations.some(({ kind }) => kind === 'element');
  return {
    writers,
    caught,
    used,
    followed,
    stores: operations.some(({ kind }) => kind === 'store'),
    renders,
    handedOn: renders ? handedOn(operations, writers) : NO_REGISTERS,
  };
}
