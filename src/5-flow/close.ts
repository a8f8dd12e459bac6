import type { CellId } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { ownCell } from './calls.ts';
import type { Frame } from './frame.ts';
import type { Atom, Value } from './value.ts';

/** Functions inside what a function captured, as deep as they are kept apart. */
const DEEPEST = 2;

/**
 * A value that outlives the function being evaluated takes the variables along that its closures captured there. What
 * closures in closures captured is kept two deep.
 */
export function close(value: Value, frame: Frame, analysis: Analysis, depth = DEEPEST): Value {
  if (depth === 0 || !frame.shape.stores) return value;
  let changed = false;
  const atoms = value.atoms.map((atom) => {
    const closed = closeAtom(atom, frame, analysis, depth);
    if (closed !== atom) changed = true;
    return closed;
  });
  let { fields } = value;
  if (fields) {
    const closedFields = new Map<string, Value>();
    let fieldChanged = false;
    for (const [key, field] of fields) {
      const closed = close(field, frame, analysis, depth - 1);
      if (closed !== field) fieldChanged = true;
      closedFields.set(key, closed);
    }
    if (fieldChanged) {
      changed = true;
      fields = closedFields;
    }
  }
  return changed ? { atoms, fields } : value;
}

function closeAtom(atom: Atom, frame: Frame, analysis: Analysis, depth: number): Atom {
  if (atom.kind !== 'function') return atom;
  const captures = analysis.program.functions[atom.function]?.captures ?? [];
  const own = captures.filter((cell) => analysis.program.cells[cell]?.owner === frame.id);
  if (own.length === 0) return atom;
  const captured = new Map<CellId, Value>(atom.captured);
  for (const cell of own) captured.set(cell, close(ownCell(cell, frame), frame, analysis, depth - 1));
  return { ...atom, captured };
}
