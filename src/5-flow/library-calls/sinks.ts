import type { PortPath } from '../../core/api-path.ts';
import type { SinkModel } from '../../core/catalogue.ts';
import { isFromOutside } from '../analysis.ts';
import { recordSink } from '../sinks.ts';
import { entityOf } from '../sources.ts';
import { passThrough, preferProtected } from '../through.ts';
import type { TypeRef } from '../types.ts';
import type { Value } from '../value.ts';
import { asJson, asStored } from '../written.ts';
import type { LibraryCall } from './ports.ts';

/** Records what reaches the sinks of the model. */
export function recordSinks(site: LibraryCall): void {
  for (const { model, ports } of site.match.sinks) for (const port of ports) recordAt(port, model, site);
}

/** A handler gives each of its answers where it stands; else what is at the port is told where the call is. */
function recordAt(port: PortPath, model: SinkModel, site: LibraryCall): void {
  const { match, callee, frame, analysis } = site;
  const answers = model.activity === 'expose' ? site.answersAt(port) : [];
  for (const { place, value } of answers)
    recordSink(model, match, callee, writtenTo(model, value, site), site, frame, analysis, place);
  if (answers.length > 0) return;
  for (const read of site.readEach(port)) {
    const value = writtenTo(model, read, site);
    const isRow = model.activity === 'store' && port.root.kind === 'this';
    recordSink(model, match, callee, isRow ? whatIsNew(value) : value, site, frame, analysis);
  }
}

/** What a sink gets of a value: after the functions and classes of the project that have a say in it. */
export function writtenTo(model: SinkModel, value: Value, site: LibraryCall): Value {
  const left = model.through ? passThrough(value, model.through, site, site.frame, site.analysis) : value;
  if (model.activity === 'store') {
    const type = model.entity ? entityOf(model, site.match, site.callee, site.call.arguments, site.analysis) : null;
    const stored = asRows(left === value ? left : preferProtected(left), type);
    return site.analysis.hasFieldRules ? asStored(stored, type, site.frame, site.analysis) : stored;
  }
  return model.as === 'json' || model.activity !== 'log' ? asJson(left, site.frame, site.analysis) : left;
}

/** `row.save()` stores what was set on the row, or what it was made of; what was read from the table is there already. */
function whatIsNew({ atoms, fields }: Value): Value {
  return { atoms: atoms.filter((atom) => atom.kind === 'data' && isFromOutside(atom)), fields };
}

/** `User.create(req.body)`: of what comes in as a whole, the table takes what it has fields for. */
function asRows({ atoms, fields }: Value, type: TypeRef | null): Value {
  if (!type) return { atoms, fields };
  const typed = atoms.map((atom) =>
    atom.kind === 'data' && !atom.type && !atom.derived && !atom.naming && isFromOutside(atom)
      ? { ...atom, type }
      : atom,
  );
  return { atoms: typed, fields };
}
