/**
 * Numbers that everybody's number is added to tell of nobody:
 *
 *     let total = 0;
 *     for (const { income } of accounts) total += income;
 */
import type { DeriveOperation, Operation, Register } from '../core/facts.ts';
import type { Frame } from './frame.ts';

/** Whether an operation adds to a variable that was a number before the loop around it. */
export function isSum({ from, into }: DeriveOperation, frame: Frame): boolean {
  return from.some((operand) => {
    const writer = originOf(operand, frame);
    if (writer?.kind !== 'phi' || writer.logical) return false;
    const ways = writer.from.map((register) => originOf(register, frame));
    return ways.some(isNumber) && ways.some((way) => way?.kind === 'derive' && way.into === into);
  });
}

function isNumber(operation: Operation | undefined): boolean {
  return operation?.kind === 'constant' && operation.type === 'number';
}

const MOST_NAMES = 6;

/** What made a value, whatever it was called since. */
function originOf(register: Register, { shape }: Frame): Operation | undefined {
  let writer = shape.writers[register];
  for (let steps = 0; writer?.kind === 'bind' && steps < MOST_NAMES; steps++) writer = shape.writers[writer.from];
  return writer;
}
