/** How data came in: declared in the project file or by a comment, else by the names of what it was read from. */
import { matchesGlob } from '../core/glob.ts';
import { positionAt } from '../core/location.ts';
import { type DataCategory, isWithin, PROVENANCES, type Provenance } from '../core/privacy.ts';
import type { Analysis } from './analysis.ts';
import { splitWords } from './names.ts';
import type { DataAtom, Place } from './value.ts';

/** In the order of {@link PROVENANCES}; undefined when nothing shows any. */
export function provenanceOf(
  pieces: readonly { readonly atom: DataAtom; readonly place: Place; readonly category: DataCategory }[],
  analysis: Analysis,
): readonly Provenance[] | undefined {
  const found = new Set<Provenance>();
  for (const { atom, place, category } of pieces) {
    for (const provenance of [...declared(atom, place, analysis), ...told(atom, category, analysis)])
      found.add(provenance);
  }
  return found.size === 0 ? undefined : PROVENANCES.filter((provenance) => found.has(provenance));
}

function declared(atom: DataAtom, place: Place, analysis: Analysis): Provenance[] {
  const { provenance: entries } = analysis.catalogue.configuration;
  const file = analysis.program.files[place.file]?.file ?? '';
  const names = new Set(namesOf(atom).map((name) => name.toLowerCase()));
  const byProject = entries.filter(
    ({ modules, entities }) =>
      modules.some((glob) => matchesGlob(glob, file)) || entities.some((entity) => names.has(entity.toLowerCase())),
  );
  const marked = wordOnLine('provenance', place, analysis);
  return [...byProject.map(({ provenance }) => provenance), ...PROVENANCES.filter((word) => word === marked)];
}

function told(atom: DataAtom, category: DataCategory, analysis: Analysis): Provenance[] {
  const names = namesOf(atom).map((name) => ` ${splitWords(name).join(' ')} `);
  return (analysis.catalogue.taxonomy.provenance ?? [])
    .filter(
      ({ names: words, categories }) =>
        categories.some((key) => isWithin(category, key)) ||
        words.some((phrase) => names.some((name) => name.includes(` ${phrase} `))),
    )
    .map(({ provenance }) => provenance);
}

/** The model or table, the variable it was read into, and the fields on the way. */
function namesOf({ root, path, field }: DataAtom): string[] {
  const own = 'name' in root && root.name ? [root.name] : [];
  const owner = root.kind === 'source' && root.source.owner ? [root.source.owner] : [];
  const type = field?.origin.owner ? [field.origin.owner] : [];
  return [...owner, ...own, ...type, ...path];
}

/** The word of a `@purpose` or `@provenance` comment above the line of a place, or above the function around it. */
export function wordOnLine(
  kind: 'purpose' | 'provenance',
  { file, span }: Place,
  analysis: Analysis,
  around?: number,
): string | null {
  const facts = analysis.program.files[file];
  const marks = facts?.marks?.filter((mark) => mark.kind === kind) ?? [];
  if (facts === undefined || marks.length === 0) return null;
  const lineOf = (offset: number) => positionAt(facts.lineStarts, offset).line;
  const lines = [span[0], ...(around === undefined ? [] : [around])].map(lineOf);
  for (const line of lines) {
    const mark = marks.find(({ offset }) => lineOf(offset) === line);
    if (mark) return mark.word;
  }
  return null;
}
