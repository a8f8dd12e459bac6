/** What is stored as rows of a table whose fields a schema or a class says. */
import type { SinkModel } from '../core/catalogue.ts';
import { isFromOutside } from './analysis.ts';
import type { LibraryCall } from './library-calls/ports.ts';
import { entityOf } from './sources.ts';
import type { TypeRef, Types } from './types.ts';
import type { Atom, DataAtom, Value } from './value.ts';

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
export function asRow<T extends Atom>(atom: T, type: TypeRef, types: Types): T {
  return isWholeFromOutside(atom, types) ? { ...atom, type } : atom;
}

function isWholeFromOutside(atom: Atom, types: Types): boolean {
  if (atom.kind !== 'data' || atom.derived || atom.naming || !isFromOutside(atom)) return false;
  return !atom.type || !types.isTelling(atom.type);
}

/** A row's own method: `user.save()`. */
export function savesItself({ activity, port }: SinkModel): boolean {
  return activity === 'store' && port === 'this';
}

/**
 * `row.save()` stores what was set on the row, or what it was made of; what was read from the table is there already.
 * What callers give is theirs to tell: `function update(user, changes) { Object.assign(user, changes); user.save(); }`.
 */
export function whatIsNew({ atoms, fields }: Value, types: Types): Value {
  const isNew = (atom: Atom): boolean => atom.kind === 'data' && (isFromOutside(atom) || isGiven(atom, types));
  return { atoms: atoms.filter(isNew), fields };
}

function isGiven({ root, path, type }: DataAtom, types: Types): boolean {
  if (root.kind !== 'input' || root.index < 0 || path.length > 0) return false;
  return !type || !types.isTelling(type);
}

/** The same of what a caller passes: of a whole, only what comes from outside. */
export function isNew(atom: DataAtom, wholes: ReadonlySet<string>, types: Types): boolean {
  return atom.derived || !wholes.has(atom.at) || isFromOutside(atom) || isGiven(atom, types);
}
