import type { CellId } from '../core/program.ts';
import { type Analysis, inputKey } from './analysis.ts';
import { classify } from './classify.ts';
import { rekey } from './data.ts';
import { ofAnyTable } from './sources.ts';
import { type Atom, type DataAtom, type FunctionAtom, isClosed, NOTHING, type Value } from './value.ts';

/** Objects inside objects, as deep as they are told to the rest of the program. */
const DEEPEST = 4;

/**
 * A value as all functions may read it: what is kept in a variable of a module, or handed to whoever listens. Inputs of
 * the function that writes it mean nothing elsewhere. Those that say by their type or name what they are
 * (`login(user: User)`) stand for themselves; of the others only the callers, who write again with what they pass, know
 * more. Suspicions are not told.
 */
export function published(value: Value, analysis: Analysis, depth = DEEPEST): Value {
  if (isClosed(value)) return value;
  if (depth === 0) return NOTHING;
  const atoms = value.atoms.flatMap((atom) => publishedAtom(atom, analysis, depth));
  if (!value.fields) return { atoms, fields: null };
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) fields.set(key, published(field, analysis, depth - 1));
  return { atoms, fields };
}

function publishedAtom(atom: Atom, analysis: Analysis, depth: number): readonly Atom[] {
  if (atom.kind === 'function') return [publishedFunction(atom, analysis, depth)];
  if (atom.kind !== 'data') return [atom];
  const { root } = atom;
  if (root.kind === 'source' || root.kind === 'opaque') {
    const known = ofAnyTable(atom);
    return [known.condition ? rekey({ ...known, condition: null }) : known];
  }
  if (root.kind !== 'input' || root.index < 0 || atom.uncertain) return [];
  const own = standingForItself(atom, root.function, root.index, analysis);
  return own && classify(own, analysis).length > 0 ? [own] : [];
}

/** A function with what it captured. */
function publishedFunction(atom: FunctionAtom, analysis: Analysis, depth: number): FunctionAtom {
  if (atom.captured.size === 0) return atom;
  const captured = new Map<CellId, Value>();
  for (const [cell, value] of atom.captured) captured.set(cell, published(value, analysis, depth - 1));
  return { ...atom, captured };
}

/** A parameter as data of its own. */
function standingForItself(atom: DataAtom, id: number, index: number, analysis: Analysis): DataAtom | null {
  const linked = analysis.program.functions[id];
  const parameter = linked?.facts.parameters[index];
  if (!linked || !parameter) return null;
  const key = `P${id}:${index}`;
  const place = { file: linked.file, span: parameter.span };
  const root = {
    kind: 'opaque',
    key,
    name: parameter.name,
    nameable: true,
    place,
    input: inputKey(id, index),
  } as const;
  return rekey({ ...atom, root, at: `${key}.${atom.path.join('.')}`, condition: null });
}
