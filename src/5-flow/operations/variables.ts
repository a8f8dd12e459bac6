/** Operations on globals, imports, exports and variables that closures share. */
import type { Operation } from '../../core/facts.ts';
import type { LinkedCell } from '../../core/program.ts';
import type { Analysis } from '../analysis.ts';
import { ownCell, writeCell } from '../calls.ts';
import { libraryParent } from '../classes.ts';
import { close } from '../close.ts';
import { data } from '../data.ts';
import type { Frame } from '../frame.ts';
import { globalValue } from '../globals.ts';
import { cellBehind, moduleValue } from '../imports.ts';
import { join } from '../join.ts';
import { typedInput } from '../libraries.ts';
import type { TypeRef } from '../types.ts';
import { type Atom, isNothing, NOTHING, type Place, type Value, valueWith, withField } from '../value.ts';
import { read, write } from './registers.ts';

export function evaluateGlobal(operation: Operation & { kind: 'global' }, frame: Frame, analysis: Analysis): void {
  write(operation.into, globalValue(operation.name, frame, analysis), frame);
}

export function evaluateImport(operation: Operation & { kind: 'import' }, frame: Frame, analysis: Analysis): void {
  const { file } = frame.linked;
  const facts = analysis.program.files[file]?.imports[operation.import];
  if (!facts) return;
  const module = analysis.program.module(file, facts.specifier);
  write(operation.into, moduleValue(module, facts.imported, frame, analysis), frame);
}

export function evaluateRequire(operation: Operation & { kind: 'require' }, frame: Frame, analysis: Analysis): void {
  const module = analysis.program.module(frame.linked.file, operation.specifier);
  write(operation.into, moduleValue(module, '*', frame, analysis), frame);
}

function cellOf(cell: number, frame: Frame, analysis: Analysis): number {
  return (analysis.program.bases[frame.linked.file]?.cells ?? 0) + cell;
}

export function evaluateLoad(operation: Operation & { kind: 'load' }, frame: Frame, analysis: Analysis): void {
  write(operation.into, cellValue(cellOf(operation.cell, frame, analysis), frame, analysis), frame);
}

/** A cell as this function sees it: the program's value, its own, or a placeholder for an enclosing function's. */
export function cellValue(cell: number, frame: Frame, analysis: Analysis): Value {
  const linked = analysis.program.cells[cell] as Analysis['program']['cells'][number];
  if (linked.global) return globalCell(linked, frame, analysis);
  if (linked.owner === frame.id) return ownCell(cell, frame);
  const type = cellType(linked, analysis) ?? analysis.cellType(cell, frame.id);
  const known: Value = { atoms: analysis.cellAtoms(cell, frame.id), fields: null };
  const outside = join(known, valueWith(data({ kind: 'cell', key: `C${cell}`, cell, name: linked.name }, type)));
  // `this.ip = ip; return this.save();` in an arrow function: what it wrote itself is there, too.
  return join(outside, frame.summary.cellWrites.get(cell) ?? NOTHING);
}

/** A variable of a module; one that nothing was seen to be put in is what it is declared to be. */
function globalCell({ id, file, name, type }: LinkedCell, frame: Frame, analysis: Analysis): Value {
  const value = analysis.global(id, frame.id);
  if (!type || !isNothing(value)) return value;
  const declared: TypeRef = { kind: 'declared', file, type };
  if (!analysis.types.isTelling(declared)) return value;
  const place: Place = { file, span: [0, 0] };
  return typedInput({ kind: 'opaque', key: `V${id}`, name, nameable: true, place }, declared, analysis);
}

function cellType({ name, owner, file, type }: LinkedCell, analysis: Analysis): TypeRef | null {
  if (type) return { kind: 'declared', file, type };
  const own = name === 'this' ? analysis.program.functions[owner]?.class : undefined;
  return own === undefined ? null : { kind: 'class', class: own };
}

export function evaluateStore(operation: Operation & { kind: 'store' }, frame: Frame, analysis: Analysis): void {
  // Written back after a call that changed nothing.
  if (operation.back && frame.unchanged.has(operation.from)) return;
  writeCell(cellOf(operation.cell, frame, analysis), read(operation.from, frame), frame, analysis);
}

/** Only variables of our own modules are written to; an import may go through files that hand it on. */
export function evaluateStoreImport(
  operation: Operation & { kind: 'store-import' },
  frame: Frame,
  analysis: Analysis,
): void {
  if (operation.back && frame.unchanged.has(operation.from)) return;
  const { file } = frame.linked;
  const facts = analysis.program.files[file]?.imports[operation.import];
  if (!facts) return;
  const cell = cellBehind(analysis.program.module(file, facts.specifier), facts.imported, analysis);
  const value = read(operation.from, frame);
  if (cell !== undefined && !value.atoms.some(isForeign)) writeCell(cell, value, frame, analysis);
}

/** A client of a library, or something nobody knows: what it keeps is its own affair, `cache.set(id, user)` of any kind. */
function isForeign(atom: Atom): boolean {
  if (atom.kind === 'class' || atom.kind === 'instance') return libraryParent(atom.parent) !== undefined;
  return atom.kind === 'library' ? atom.package !== 'javascript' : atom.kind === 'data' && atom.root.kind === 'opaque';
}

export function evaluateExport(operation: Operation & { kind: 'export' }, frame: Frame, analysis: Analysis): void {
  analysis.writeExports(
    frame.linked.file,
    withField(NOTHING, operation.name, close(read(operation.from, frame), frame, analysis)),
  );
}
