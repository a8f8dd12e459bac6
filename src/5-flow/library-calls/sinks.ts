import type { PortPath } from '../../core/api-path.ts';
import type { SinkModel } from '../../core/catalogue.ts';
import { recordSink } from '../sinks.ts';
import { entityOf } from '../sources.ts';
import { passThrough, preferProtected } from '../through.ts';
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
    // `row.save()` stores what was set on the row; what was read from the table is there already.
    const isRow = model.activity === 'store' && port.root.kind === 'this';
    recordSink(model, match, callee, isRow ? { atoms: [], fields: value.fields } : value, site, frame, analysis);
  }
}

/** What a sink gets of a value: after the functions and classes of the project that have a say in it. */
export function writtenTo(model: SinkModel, value: Value, site: LibraryCall): Value {
  const left = model.through ? passThrough(value, model.through, site, site.frame, site.analysis) : value;
  if (model.activity === 'store') {
    const stored = left === value ? left : preferProtected(left);
    if (!site.analysis.hasFieldRules) return stored;
    const type = model.entity ? entityOf(model, site.match, site.callee, site.call.arguments, site.analysis) : null;
    return asStored(stored, type, site.frame, site.analysis);
  }
  return model.as === 'json' || model.activity !== 'log' ? asJson(left, site.frame, site.analysis) : left;
}
