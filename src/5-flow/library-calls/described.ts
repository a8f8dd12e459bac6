import { parsePort } from '../../core/api-path.ts';
import { rekey } from '../data.ts';
import { type TypeField, type TypeRef, type Types, within } from '../types.ts';
import { ELEMENT, type Value } from '../value.ts';
import type { LibraryCall } from './ports.ts';

/** What went in as the schema describes it, where nothing better is known. */
export function asDescribed(value: Value, port: string, site: LibraryCall): Value {
  const { types } = site.analysis;
  const made = parsePort(port).flatMap((path) => site.read(path).atoms);
  const places = made.flatMap((atom) => (atom.kind === 'library' && atom.place ? [atom.place] : []));
  const type = places.reduce<TypeRef | null>((found, place) => found ?? types.schemaAt(place), null);
  return type ? describedAs(value, type, null, types) : value;
}

/** How deep a schema's fields are told to what is read apart already. */
const DEEPEST_DESCRIBED = 4;

/** A value with the type of a schema, or of a field of it, where no type is known that says more. */
function describedAs(
  value: Value,
  type: TypeRef,
  field: TypeField | null,
  types: Types,
  depth = DEEPEST_DESCRIBED,
): Value {
  const atoms = value.atoms.map((atom) => {
    if (atom.kind !== 'data' || atom.derived || (atom.type && types.isTelling(atom.type))) return atom;
    return rekey({ ...atom, type, field: atom.field ?? field });
  });
  if (!value.fields || depth === 0) return { atoms, fields: value.fields };
  const fields = new Map<string, Value>();
  for (const [key, part] of value.fields) {
    const own = key === ELEMENT ? null : types.field(type, key);
    const inner = own?.type ?? types.property(type, key);
    fields.set(key, inner ? describedAs(part, inner, own ? within(own, field) : field, types, depth - 1) : part);
  }
  return { atoms, fields };
}
