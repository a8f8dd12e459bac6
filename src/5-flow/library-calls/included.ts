import type { Port } from '../../core/catalogue.ts';
import { below, rekey } from '../data.ts';
import { join } from '../join.ts';
import { NOTHING, textsOf, type Value, valueWith, withField } from '../value.ts';
import type { LibraryCall } from './ports.ts';

/** What is asked for of a row that another refers to; null for all of it. */
interface Asked {
  readonly name: string;
  readonly only: readonly string[] | null;
}

/**
 * Rows with the rows they refer to: `posts.populate('author', 'name avatar')`, or one or several of
 * `{ path: 'author', select: 'name' }`.
 */
export function withIncluded(rows: Value, include: Port, select: Port | undefined, site: LibraryCall): Value {
  const fields = select === undefined ? null : namesOf(site.valueAt(select));
  return askedIn(site.valueAt(include), fields).reduce((all, asked) => withRow(all, asked, site), rows);
}

function askedIn(value: Value, only: readonly string[] | null): Asked[] {
  const named = textsOf(value).flatMap((text) => text.split(/\s+/).map((name) => ({ name, only })));
  const path = value.fields?.get('path');
  if (path) {
    const own = value.fields?.get('select');
    return askedIn(path, own ? namesOf(own) : only);
  }
  return [...named, ...[...(value.fields?.values() ?? [])].flatMap((one) => askedIn(one, only))];
}

/** `'name avatar'`, `['name', 'avatar']`; null where all but some are asked for, or nothing is known. */
function namesOf(value: Value): readonly string[] | null {
  const texts = [value, ...(value.fields?.values() ?? [])].flatMap(textsOf);
  const names = texts.flatMap((text) => text.split(/\s+/)).filter((name) => name !== '');
  return names.length > 0 && names.every((name) => !name.startsWith('-')) ? names : null;
}

function withRow(rows: Value, { name, only }: Asked, { analysis }: LibraryCall): Value {
  let found = rows.fields?.get(name) ?? NOTHING;
  for (const atom of rows.atoms) {
    if (atom.kind !== 'data' || atom.derived || !atom.type) continue;
    const refers = analysis.types.field(atom.type, name)?.refers;
    const type = refers === undefined ? null : analysis.types.rowsOf(refers);
    const row = type && below(atom, name, type, null);
    if (row) found = join(found, valueWith(rekey({ ...row, only })));
  }
  return found === NOTHING ? rows : withField(rows, name, found);
}
