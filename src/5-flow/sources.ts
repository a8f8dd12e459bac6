import type { SourceModel } from '../core/catalogue.ts';
import type { Analysis } from './analysis.ts';
import { data } from './data.ts';
import type { Matched } from './patterns.ts';
import type { TypeRef } from './types.ts';
import { type LibraryAtom, NOTHING, type Place, type Source, textsOf, type Value, valueWith } from './value.ts';

/** The personal data that a model says comes from here. `args` are those of the call, empty for a property. */
export function sourceValue(
  model: SourceModel,
  match: Matched,
  at: LibraryAtom,
  args: readonly Value[],
  place: Place,
  expression: string,
  analysis: Analysis,
): Value {
  const type = entityType(model, match, at, args, analysis);
  const owner = ownerName(model, match, at, args);
  const named = formField(model, args, analysis);
  const category = model.data ?? named;
  const source: Source = {
    kind: model.kind,
    place,
    expression,
    model: `${at.package}: ${model.api}`,
    ...(category ? { data: category } : {}),
    ...(model.subject ? { subject: model.subject } : {}),
    ...(type ? { type } : {}),
    ...(owner ? { owner } : {}),
  };
  const key = `S${place.file}:${place.span[0]}-${place.span[1]}:${model.kind}:${model.port ?? ''}`;
  const atom = data({ kind: 'source', key, source }, type);
  // What is personal by itself enters here; of a body, what is read of it does.
  if (category) analysis.collect(atom, place);
  return valueWith(atom);
}

/** The schema a source's rows follow. */
function entityType(
  model: SourceModel,
  match: Matched,
  at: LibraryAtom,
  args: readonly Value[],
  analysis: Analysis,
): TypeRef | null {
  if (model.entity === '*' && match.wildcard) {
    const entity = analysis.types.entityNamed(match.wildcard);
    return entity ? { kind: 'entity', entity } : analysis.types.rowsOf(match.wildcard);
  }
  const position = /^type-argument(?:\[(\d+)\])?$/.exec(model.entity ?? '');
  const given = position && at.typeArguments[Number(position[1] ?? 0)];
  if (given) return given;
  const named = model.entity ? portArgument(model.entity, at, args) : undefined;
  for (const atom of named?.atoms ?? []) {
    if (atom.kind === 'class') return { kind: 'class', class: atom.class };
    const schema = atom.kind === 'library' && atom.place ? analysis.types.schemaAt(atom.place) : null;
    if (schema) return schema;
  }
  // `sequelize.define('user', { … })`: what the receiver was made with.
  const made = model.entity && at.place ? analysis.types.schemaAt(at.place) : null;
  if (made) return made;
  const owner = ownerName(model, match, at, args);
  return owner ? analysis.types.rowsOf(owner) : null;
}

function ownerName(model: SourceModel, match: Matched, at: LibraryAtom, args: readonly Value[]): string | undefined {
  if (model.entity === '*') return match.wildcard ?? undefined;
  const named = model.entity ? portArgument(model.entity, at, args) : undefined;
  return named ? textsOf(named)[0] : undefined;
}

/** `argument[0]` of this call, `this.argument[0]` of the one that made the value. */
function portArgument(port: string, at: LibraryAtom, args: readonly Value[]): Value | undefined {
  const own = /^argument\[(\d+)\]$/.exec(port);
  if (own) return args[Number(own[1])];
  const made = /^this\.argument\[(\d+)\]$/.exec(port);
  return made ? at.arguments?.[Number(made[1])] : undefined;
}

/** A form control says what is typed into it: `<input name="email">`, `type="tel"`, `autoComplete="bday"`. */
function formField(model: SourceModel, args: readonly Value[], analysis: Analysis): string | undefined {
  if (model.kind !== 'form') return undefined;
  const control = args[0]?.fields;
  // `<input readOnly value={secret}>` shows, and takes nothing.
  if (!control || control.has('readOnly')) return undefined;
  const textsAt = (attribute: string): string[] => textsOf(control.get(attribute) ?? NOTHING);
  // What is typed is about the person; a file may be anything.
  const owner = textsAt('type').includes('file') ? '' : 'user';
  for (const attribute of ['autoComplete', 'name', 'type', 'id']) {
    for (const text of textsAt(attribute)) {
      const reading = analysis.names.classify(text, { owner });
      if (reading) return reading.category;
    }
  }
  return undefined;
}
