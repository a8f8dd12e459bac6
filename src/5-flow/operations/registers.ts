/** The registers of the function being evaluated. */
import type { Register } from '../../core/facts.ts';
import type { Frame } from '../frame.ts';
import { NOTHING, type Place, type Value } from '../value.ts';

export function read(register: Register, frame: Frame): Value {
  return frame.values[register] ?? NOTHING;
}

export function write(register: Register, value: Value, frame: Frame): void {
  frame.values[register] = value;
}

export function placeOf(operation: { readonly span: Place['span'] }, frame: Frame): Place {
  return { file: frame.linked.file, span: operation.span };
}
