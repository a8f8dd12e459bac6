/** Two calls of one finder bring two people: `findMember(hostId)` and `findMember(guestId)` read the same row of the code. */
import type { Operation, Register } from '../core/facts.ts';
import type { LinkedFunction } from '../core/program.ts';
import { functionAround } from './alternatives.ts';
import type { Analysis } from './analysis.ts';
import { firstStep } from './trace.ts';
import type { DataAtom, Place } from './value.ts';

/** Whether what was read at one place came out of two calls that ask for different things. */
export function cameApart(one: DataAtom, other: DataAtom, analysis: Analysis): boolean {
  const [left, right] = [firstStep(one.trace), firstStep(other.trace)];
  if (!left?.returned || !right?.returned || one.root.kind !== 'source') return false;
  const [from, to] = [left.place.span[0], right.place.span[0]];
  if (left.place.file !== right.place.file || from === to) return false;
  const caller = analysis.program.functions[functionAround(left.place, analysis)];
  // What was read in the function itself only went through the calls.
  if (!caller || !isInside(right.place, caller) || isInside(one.root.source.place, caller)) return false;
  const [first, second] = [callAt(left.place, caller), callAt(right.place, caller)];
  return first !== undefined && second !== undefined && !asksTheSame(first, second, caller);
}

function isInside({ file, span: [start, end] }: Place, { file: around, facts }: LinkedFunction): boolean {
  return file === around && facts.span[0] <= start && end <= facts.span[1];
}

type CallOperation = Operation & { kind: 'call' };

function callAt({ span }: Place, { facts }: LinkedFunction): CallOperation | undefined {
  return facts.operations.find(
    (operation): operation is CallOperation =>
      operation.kind === 'call' && operation.span[0] === span[0] && operation.span[1] === span[1],
  );
}

function asksTheSame(one: CallOperation, other: CallOperation, { facts }: LinkedFunction): boolean {
  return (
    one.arguments.length === other.arguments.length &&
    one.arguments.every(({ value }, index) => areEqual(value, other.arguments[index]?.value, facts.operations))
  );
}

const DEEPEST = 6;

/** Whether two registers are written alike: `req.params.id` twice. */
function areEqual(
  one: Register | undefined,
  other: Register | undefined,
  operations: readonly Operation[],
  depth = DEEPEST,
): boolean {
  if (one === undefined || other === undefined || depth === 0) return false;
  const [from, to] = [originOf(one, operations), originOf(other, operations)];
  if (from === to) return true;
  const [left, right] = [writerOf(from, operations), writerOf(to, operations)];
  if (left?.kind === 'get' && right?.kind === 'get')
    return left.key === right.key && areEqual(left.from, right.from, operations, depth - 1);
  if (left?.kind === 'load' && right?.kind === 'load') return left.cell === right.cell;
  return left?.kind === 'constant' && right?.kind === 'constant' && left.text === right.text;
}

/** Where a value was made, whatever it was called, and whoever was handed it, since. */
function originOf(register: Register, operations: readonly Operation[], depth = DEEPEST): Register {
  let at = register;
  for (let steps = 0; steps < depth; steps++) {
    const writer = writerOf(at, operations);
    if (writer?.kind !== 'bind' && writer?.kind !== 'refine' && writer?.kind !== 'after') {
      const written = writer?.kind === 'get' ? writtenAt(writer, operations, depth) : undefined;
      if (written === undefined) break;
      at = written;
    } else at = writer.from;
  }
  return at;
}

/** What was last written to the property that is read. */
function writtenAt(
  { from, key }: Operation & { kind: 'get' },
  operations: readonly Operation[],
  depth: number,
): Register | undefined {
  const writer = writerOf(originOf(from, operations, depth - 1), operations);
  return writer?.kind === 'set' && writer.key === key ? writer.from : undefined;
}

function writerOf(register: Register, operations: readonly Operation[]): Operation | undefined {
  return operations.find((operation) => 'into' in operation && operation.into === register);
}
