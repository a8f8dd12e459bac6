import type { FileFacts } from '../core/facts.ts';
import type { FileIndex, ModuleReference, Program, TypeTarget } from '../core/program.ts';

/** Finds what a type name means: declared here, imported, re-exported, or a package's. Dotted names are a package's. */
export function typeLookup(
  files: readonly FileFacts[],
  bases: Program['bases'],
  module: (file: FileIndex, specifier: string) => ModuleReference,
): Program['typeNamed'] {
  const known = new Map<string, TypeTarget | undefined>();

  function declared(file: FileIndex, name: string): TypeTarget | undefined {
    const facts = files[file] as FileFacts;
    const index = facts.classes.findIndex((candidate) => candidate.name === name);
    if (index >= 0) return { kind: 'class', class: (bases[file]?.classes ?? 0) + index };
    const declaration = facts.types.find((candidate) => candidate.name === name);
    return declaration && { kind: 'declaration', id: `${facts.file}#${name}`, file, declaration };
  }

  function search(start: FileIndex, startName: string): TypeTarget | undefined {
    const pending: { file: FileIndex; name: string; exported: boolean }[] = [
      { file: start, name: startName, exported: false },
    ];
    const seen = new Set<string>();
    while (pending.length > 0) {
      const { file, name, exported } = pending.shift() as (typeof pending)[number];
      const key = `${file}#${name}#${exported}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const found = exported ? exportedType(file, name) : localType(file, name);
      if (found && 'kind' in found) return found;
      if (found) pending.push(...found.next);
    }
    return undefined;
  }

  type Next = { next: { file: FileIndex; name: string; exported: boolean }[] };

  function localType(file: FileIndex, name: string): TypeTarget | Next | undefined {
    const own = declared(file, name);
    if (own) return own;
    const [first = '', ...rest] = name.split('.');
    const imported = (files[file] as FileFacts).imports.find(({ local }) => local === first);
    if (!imported) return undefined;
    const target = module(file, imported.specifier);
    const path = [
      ...(imported.imported === '*' || imported.imported === 'default' ? [] : [imported.imported]),
      ...rest,
    ];
    if (target.kind === 'package') {
      return { kind: 'library', package: target.package, name: path.join('.') || first };
    }
    if (target.kind !== 'file') return undefined;
    const wanted = imported.imported === '*' ? rest.join('.') : imported.imported;
    return { next: [{ file: target.file, name: wanted, exported: true }] };
  }

  function exportedType(file: FileIndex, name: string): TypeTarget | Next | undefined {
    const facts = files[file] as FileFacts;
    const next: Next['next'] = [];
    for (const entry of facts.exports) {
      if (entry.exported === name && entry.local !== undefined) next.push({ file, name: entry.local, exported: false });
      if (entry.from && (entry.exported === name || entry.exported === '*')) {
        const target = module(file, entry.from.specifier);
        const wanted = entry.exported === '*' ? name : entry.from.imported;
        if (target.kind === 'package' && entry.exported === name) {
          return { kind: 'library', package: target.package, name: wanted };
        }
        if (target.kind === 'file') next.push({ file: target.file, name: wanted, exported: true });
      }
    }
    return next.length > 0 ? { next } : declared(file, name);
  }

  return (file, name) => {
    const key = `${file}#${name}`;
    if (!known.has(key)) known.set(key, search(file, name));
    return known.get(key);
  };
}
