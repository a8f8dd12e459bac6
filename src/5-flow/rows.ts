/** What is stored as rows of a table whose fields a schema or a class says. */
import type { SinkModel } from '../core/catalogue.ts';
import { isFromOutside } from './analysis.ts';
import type { LibraryCall } from './library-calls/ports.ts';
import { entityOf } from './sources.ts';
import type { TypeRef, Types } from './types.ts';
import { type Atom, type DataAtom, isPlaceholder, type Value } from './value.ts';

/** What the table's rows are that a sink writes `value` to; null when that is not known. */
export function rowsWritten(model: SinkModel, value: Value, site: LibraryCall): TypeRef | null {
  if (model.activity !== 'store') return null;
  if (model.entity) return entityOf(model, site.match, site.callee, site.call.arguments, site.analysis);
  return typeOfRow((savesItself(model) ? site.call.receiver : value)?.atoms ?? []);
}

/** `Object.assign(user, req.body); user.save()`: the row says what is stored. */
function typeOfRow(atoms: Value['atoms']): TypeRef | null {
  const row = atoms.find((atom): atom is DataAtom => atom.kind === 'data' && atom.type !== null && isRow(atom));
  return row?.type ?? null;
}

function isRow({ root, path }: DataAtom): boolean {
  return root.kind === 'source' && root.source.kind === 'database' && path.length === 0;
}

/** `User.create(req.body)`: of what comes in as a whole, the table takes what it has fields for. */
export function asRows<T extends Atom>(atoms: readonly T[], type: TypeRef | null, types: Types): readonly T[] {
  if (!type || !atoms.some((atom) => isWholeFromOutside(atom, types))) return atoms;
  return atoms.map((atom) => (isWholeFromOutside(atom, types) ? { ...atom, type } : atom));
}

function isWholeFromOutside(atom: Atom, types: Types): boolean {
  if (atom.kind !== 'data' || atom.derived || atom.naming || !isFromOutside(atom)) return false;
  return !atom.type || !types.isTelling(atom.type);
}

/** A row's own method: `user.save()`. */
export function savesItself({ activity, port }: SinkModel): boolean {
  return activity === 'store' && port === 'this';
}

/** `row.save()` stores what was set on the row, or what it was made of; what was read from the table is there already. */
export function whatIsNew({ atoms, fields }: Value): Value {
  return {
    atoms: atoms.filter((atom) => atom.kind === 'data' && (isFromOutside(atom) || isPlaceholder(atom.root))),
    fields,
  };
}

/** The same of what a caller passes, where rows and what was set on them are no longer told apart. */
export function isNew({ root, path }: DataAtom): boolean {
  return path.length > 0 || !(root.kind === 'opaque' || (root.kind === 'source' && root.source.kind === 'database'));
}
