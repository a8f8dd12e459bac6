import type { PortPath } from '../../core/api-path.ts';
import type { SinkModel } from '../../core/catalogue.ts';
import { namingColumn } from '../classify.ts';
import { isIndex } from '../data.ts';
import { asRow, rowsWritten, savesItself, whatIsNew } from '../rows.ts';
import { recordSink } from '../sinks.ts';
import { passThrough, preferProtected } from '../through.ts';
import type { TypeRef } from '../types.ts';
import { ELEMENT, type Value } from '../value.ts';
import { asClass, asJson, asPlain, asStored } from '../written.ts';
import type { LibraryCall } from './ports.ts';

/** Records what reaches the sinks of the model. */
export function recordSinks(site: LibraryCall): void {
  for (const { model, ports } of site.match.sinks) for (const port of ports) recordAt(port, model, site);
}

/** A row, or a list of rows, whose fields are what their columns say where nothing else tells. */
function withColumns({ atoms, fields }: Value, type: TypeRef, site: LibraryCall): Value {
  if (!fields) return { atoms, fields };
  const { analysis, call } = site;
  const named = new Map<string, Value>();
  for (const [key, field] of fields) {
    const column = analysis.types.field(type, key);
    if (column) named.set(key, namingColumn(field, column, call.place, analysis));
    else named.set(key, key === ELEMENT || isIndex(key) ? withColumns(field, type, site) : field);
  }
  return { atoms, fields: named };
}

/** A handler gives each of its answers where it stands; else what is at the port is told where the call is. */
function recordAt(port: PortPath, model: SinkModel, site: LibraryCall): void {
  const { match, callee, frame, analysis } = site;
  const answers = model.activity === 'expose' ? site.answersAt(port) : [];
  for (const { place, value } of answers)
    recordSink(model, match, callee, writtenTo(model, value, site), site, frame, analysis, place);
  if (answers.length > 0) return;
  for (const read of site.readEach(port)) {
    const value = writtenTo(model, savesItself(model) ? whatIsNew(read, analysis.types) : read, site);
    recordSink(model, match, callee, value, site, frame, analysis);
  }
}

/** What a sink gets of a value: after the functions and classes of the project that have a say in it. */
export function writtenTo(model: SinkModel, value: Value, site: LibraryCall): Value {
  const left = model.through ? passThrough(value, model.through, site, site.frame, site.analysis) : value;
  if (model.activity === 'store') {
    const type = rowsWritten(model, value, site);
    const kept = left === value ? left : preferProtected(left);
    const { types } = site.analysis;
    const rows = type && { atoms: kept.atoms.map((atom) => asRow(atom, type, types)), fields: kept.fields };
    const stored = rows ? withColumns(rows, type, site) : kept;
    return site.analysis.hasFieldRules ? asStored(stored, type, site.frame, site.analysis) : stored;
  }
  if (model.activity === 'log' && model.as !== 'json') return left;
  const shaped = model.shape ? asClass(left, site.valueAt(model.shape), site.frame, site.analysis) : left;
  const plain = model.as === 'plain' ? asPlain(shaped, site.frame, site.analysis) : shaped;
  return asJson(plain, site.frame, site.analysis);
}
