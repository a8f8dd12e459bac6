/**
 * Numbers that everybody's number is added to tell of nobody:
 *
 *     let total = 0;
 *     for (const { income } of accounts) total += income;
 *     accounts.forEach(({ income }) => { total += income; });
 */
import type { DeriveOperation, Operation, Register } from '../core/facts.ts';
import type { Analysis } from './analysis.ts';
import type { Frame } from './frame.ts';

/** Whether an operation adds to a variable that was a number before the loop, or the function, around it. */
export function isSum({ from, into }: DeriveOperation, frame: Frame, analysis: Analysis): boolean {
  const { writers } = frame.shape;
  return from.some((operand) => {
    const writer = originOf(operand, writers);
    if (writer?.kind === 'load')
      return isKept(into, writer.cell, frame) && startsAsNumber(writer.cell, frame, analysis);
    if (writer?.kind !== 'phi' || writer.logical) return false;
    const ways = writer.from.map((register) => originOf(register, writers));
    return ways.some(isNumber) && ways.some((way) => way?.kind === 'derive' && way.into === into);
  });
}

/** Whether what was made is written back to the variable of an enclosing function. */
function isKept(into: Register, cell: number, { linked, shape }: Frame): boolean {
  return linked.facts.operations.some((operation) => {
    if (operation.kind !== 'store' || operation.cell !== cell) return false;
    const stored = originOf(operation.from, shape.writers);
    return stored?.kind === 'derive' && stored.into === into;
  });
}

function startsAsNumber(cell: number, { linked }: Frame, { program }: Analysis): boolean {
  const owner = program.cells[(program.bases[linked.file]?.cells ?? 0) + cell]?.owner;
  const operations = program.functions[owner ?? -1]?.facts.operations ?? [];
  const writers = new Map(operations.flatMap((one) => ('into' in one ? [[one.into, one] as const] : [])));
  return operations.some((one) => one.kind === 'store' && one.cell === cell && isNumber(writers.get(one.from)));
}

function isNumber(operation: Operation | undefined): boolean {
  return operation?.kind === 'constant' && operation.type === 'number';
}

const MOST_NAMES = 6;

/** What made a value, whatever it was called since. */
function originOf(register: Register, writers: readonly (Operation | undefined)[]): Operation | undefined {
  let writer = writers[register];
  for (let steps = 0; writer?.kind === 'bind' && steps < MOST_NAMES; steps++) writer = writers[writer.from];
  return writer;
}
