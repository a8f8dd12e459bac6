import type { CellIndex, ClassFacts, FunctionFacts, Operation } from '../core/facts.ts';

/**
 * For each function of a file: the cells of enclosing functions that it, or a function written inside it, uses. Inner
 * functions have higher indexes than outer ones, so one pass from the end suffices.
 */
export function captures(
  functions: readonly FunctionFacts[],
  classes: readonly ClassFacts[],
  ownerOf: (cell: CellIndex) => number,
): readonly (readonly CellIndex[])[] {
  const captured = functions.map(() => new Set<CellIndex>());
  for (let index = functions.length - 1; index >= 0; index--) {
    const own = captured[index] as Set<CellIndex>;
    const add = (cell: CellIndex): void => {
      const owner = ownerOf(cell);
      if (owner !== index && owner !== 0) own.add(cell);
    };
    for (const operation of (functions[index] as FunctionFacts).operations) {
      if (operation.kind === 'load' || operation.kind === 'store') add(operation.cell);
      for (const inner of innerFunctions(operation, classes)) for (const cell of captured[inner] ?? []) add(cell);
    }
  }
  return captured.map((cells) => [...cells]);
}

/** The functions that come to life with an operation. */
function innerFunctions(operation: Operation, classes: readonly ClassFacts[]): readonly number[] {
  if (operation.kind === 'function') return [operation.function];
  if (operation.kind !== 'class') return [];
  const facts = classes[operation.class] as ClassFacts;
  const members = facts.members.flatMap((member) => (member.function === undefined ? [] : [member.function]));
  return facts.initializer === undefined ? members : [...members, facts.initializer];
}
