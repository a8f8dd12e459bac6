import type { EntryModel } from '../core/catalogue.ts';
import { matchesGlob } from '../core/glob.ts';
import type { Analysis, Frame } from './analysis.ts';
import { applyMethod } from './calls.ts';
import { exportedValue, library } from './properties.ts';
import { type Atom, NOTHING, type Value, valueOf } from './value.ts';

/** Functions that a framework calls because of where they are and what they are called: route handlers, `handler`. */
export function runEntries(frame: Frame, analysis: Analysis): void {
  const { file } = frame.linked;
  const facts = analysis.program.files[file];
  if (!facts) return;
  for (const model of analysis.catalogue.libraries) {
    for (const entry of model.entries) {
      if (entry.directive && !usesDirective(entry.directive, frame, analysis)) continue;
      if (!entry.directive && !analysis.program.packages.has(model.package.split('/')[0] ?? '') && model.package.includes('next')) continue;
      if (!matchesGlob(entry.files, facts.file)) continue;
      for (const { exported } of facts.exports) {
        if (exportMatches(entry, exported)) callEntry(model.package, entry, exported, frame, analysis);
      }
    }
  }
}

function exportMatches(entry: EntryModel, exported: string): boolean {
  if (entry.export === '*') return true;
  return entry.export.replace(/[{}\s]/g, '').split(',').includes(exported);
}

function usesDirective(directive: string, frame: Frame, analysis: Analysis): boolean {
  const facts = analysis.program.files[frame.linked.file];
  return facts?.directives.includes(directive) ?? false;
}

function callEntry(packageName: string, entry: EntryModel, exported: string, frame: Frame, analysis: Analysis): void {
  const value = exportedValue(frame.linked.file, exported, frame, analysis);
  const functions = value.atoms.filter((atom: Atom) => atom.kind === 'function');
  if (functions.length === 0) return;
  const args: Value[] = Array.from({ length: entry.parameter + 1 }, () => NOTHING);
  args[entry.parameter] = valueOf(library(packageName, [`<${entry.type}>`], null, [], null));
  const call = { receiver: null, arguments: args, name: exported, place: null, guard: -1, new: false };
  applyMethod({ atoms: functions, fields: null }, call, frame, analysis);
}
