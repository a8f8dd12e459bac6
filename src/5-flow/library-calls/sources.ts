import type { PortPath } from '../../core/api-path.ts';
import { below, rekey } from '../data.ts';
import { join, joinAll } from '../join.ts';
import { library } from '../libraries.ts';
import type { Matched } from '../patterns.ts';
import { property } from '../properties.ts';
import { askedRow, queryOf } from '../query-rows.ts';
import { type SourceSite, sourceValue } from '../sources.ts';
import { chosenBy, ELEMENT, mapData, NOTHING, type Place, type Value, valueWith } from '../value.ts';
import { choiceOfRows } from './asked-rows.ts';
import type { LibraryCall } from './ports.ts';

/** Writes what comes from outside to the ports that are wanted. */
export function giveSources(wanted: (to: PortPath) => boolean, site: LibraryCall): void {
  const { place, name } = site.call;
  if (!place) return;
  for (const { model, ports } of site.match.sources) {
    for (const port of ports) {
      if (!wanted(port)) continue;
      const value = sourceValue(model, site.match, site.callee, siteOf(place, `${name}()`, site), site.analysis);
      site.write(
        port,
        chosenBy(
          namedEntry(model, selected(model, rowsAt(port, value), site), site),
          choiceOfRows(site, site.analysis),
        ),
      );
    }
  }
}

/** What a decorator says its parameter is. */
export function decorated(site: LibraryCall): Value {
  const { place } = site.call;
  const name = site.callee.path.at(-1)?.slice(1) ?? '';
  let value = NOTHING;
  for (const { model, ports } of site.match.sources) {
    if (!place || !ports.some(({ root }) => root.kind === 'decorated')) continue;
    value = join(value, sourceValue(model, site.match, site.callee, siteOf(place, name, site), site.analysis));
  }
  // `@Inject('mailer')`: what was kept for it.
  for (const { model, from, to } of site.match.propagators) {
    if (!to.some(({ root }) => root.kind === 'decorated')) continue;
    site.topic = model.topic === undefined ? null : site.valueAt(model.topic);
    value = from.reduce((found, port) => join(found, site.read(port)), value);
  }
  for (const { model, ports } of site.match.types) {
    if (!ports.some(({ root }) => root.kind === 'decorated')) continue;
    value = join(value, valueWith(library(site.callee.package, [`<${model.type}>`], null, [], place)));
  }
  return value;
}

/** `findMany({ select: { name: true } })`: the row holds no more than what was asked for. */
function selected(model: Matched['sources'][number]['model'], row: Value, site: LibraryCall): Value {
  const query = queryOf(model);
  if (!query) return model.kind === 'database' ? withoutUnselected(row, site) : row;
  const asked = site.valueAt(query.port);
  return joinAll(
    row.atoms.map((atom) =>
      atom.kind === 'data' ? askedRow(atom, asked, query.words, site.analysis) : valueWith(atom),
    ),
  );
}

/** `password: { type: String, select: false }`: a query gives the field only where it is asked for. */
function withoutUnselected(row: Value, { analysis, match }: LibraryCall): Value {
  if (!match.operations.some(({ verb }) => verb === 'read' || verb === 'update')) return row;
  return mapData(row, (atom) => {
    const names = atom.type ? analysis.types.leftOut(atom.type, 'query') : [];
    return names.length > 0 ? rekey({ ...atom, without: [...(atom.without ?? []), ...names] }) : atom;
  });
}

/** `req.get('User-Agent')` is the header of that name; of an unknown one, any. */
function namedEntry({ named }: Matched['sources'][number]['model'], all: Value, site: LibraryCall): Value {
  const [name, ...others] = named === undefined ? [] : site.textsAt(named);
  if (name === undefined || others.length > 0) return all;
  return property(all, name.toLowerCase(), site.frame, site.analysis, site.call.place);
}

/** Where a source is read, as its evidence shows it. */
function siteOf(place: Place, expression: string, site: LibraryCall): SourceSite {
  return { arguments: site.call.arguments, place, expression, within: site.frame.linked };
}

/** The rows of a list are its elements, in how they are named, too: `findMany()[].email`. */
function rowsAt(port: PortPath, rows: Value): Value {
  if (port.steps.at(-1)?.kind !== 'element') return rows;
  const atoms = rows.atoms.flatMap((atom) =>
    atom.kind === 'data' ? (below(atom, ELEMENT, atom.type, null) ?? []) : atom,
  );
  return { atoms, fields: rows.fields };
}
