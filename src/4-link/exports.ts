import type { ExportFacts, FileFacts } from '../core/facts.ts';
import type { Binding, FileIndex, ModuleReference, Program } from '../core/program.ts';

/** Follows `export … from` and barrels to where a name is declared. Circular barrels end where they began. */
export function exportLookup(
  files: readonly FileFacts[],
  bases: Program['bases'],
  module: (file: FileIndex, specifier: string) => ModuleReference,
): Program['exported'] {
  const tables = new Map<FileIndex, Map<string, ExportFacts>>();
  const known = new Map<string, Binding | undefined>();

  function tableOf(file: FileIndex): Map<string, ExportFacts> {
    let table = tables.get(file);
    if (!table) {
      table = new Map((files[file] as FileFacts).exports.map((facts) => [facts.exported, facts]));
      tables.set(file, table);
    }
    return table;
  }

  /** Files whose names `export *` passes on. */
  function starTargets(file: FileIndex): FileIndex[] {
    return (files[file] as FileFacts).exports.flatMap((star) => {
      if (star.exported !== '*' || !star.from) return [];
      const target = module(file, star.from.specifier);
      return target.kind === 'file' ? [target.file] : [];
    });
  }

  function search(start: FileIndex, name: string): Binding | undefined {
    const pending: [FileIndex, string][] = [[start, name]];
    const seen = new Set<string>();
    while (pending.length > 0) {
      const [file, wanted] = pending.shift() as [FileIndex, string];
      if (seen.has(`${file}#${wanted}`)) continue;
      seen.add(`${file}#${wanted}`);
      const facts = tableOf(file).get(wanted);
      if (facts?.cell !== undefined) return { kind: 'cell', cell: (bases[file]?.cells ?? 0) + facts.cell };
      if (facts?.from) {
        const target = module(file, facts.from.specifier);
        if (facts.from.imported === '*') return { kind: 'module', module: target };
        if (target.kind !== 'file') return { kind: 'member', module: target, name: facts.from.imported };
        pending.unshift([target.file, facts.from.imported]);
        continue;
      }
      if (facts || wanted === 'default') continue;
      for (const target of starTargets(file)) pending.push([target, wanted]);
    }
    return undefined;
  }

  return (file, name) => {
    const key = `${file}#${name}`;
    if (!known.has(key)) known.set(key, search(file, name));
    return known.get(key);
  };
}
