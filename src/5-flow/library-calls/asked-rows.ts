/** What a call of a database's client says of the rows it gives, by the operations of its model. */
import { parsePort } from '../../core/api-path.ts';
import type { OperationModel } from '../../core/catalogue.ts';
import type { Analysis } from '../analysis.ts';
import { rekey } from '../data.ts';
import type { GuardEntry } from '../guards.ts';
import { joinAll } from '../join.ts';
import { predicateGuards, sqlGuards, testGuards, writtenGuards } from '../predicates.ts';
import { conditionsOfStatement } from '../sql-conditions.ts';
import { chosenBy, isNothing, type LibraryAtom, mapData, NOTHING, type Place, type Value } from '../value.ts';
import type { LibraryCall } from './ports.ts';

/** `findMany({ where: { marketingOptIn: true } })`: what is asked for holds of every row that is read here. */
export function choiceOfRows(site: LibraryCall, analysis: Analysis): readonly GuardEntry[] {
  const { place } = site.call;
  const { operations, sources } = site.match;
  if (!place || operations.length === 0 || !sources.some(({ model }) => model.kind === 'database')) return [];
  const asked = new Map<string, OperationModel>();
  for (const model of operations) {
    const port = model.sql ?? model.filter;
    // Models that differ in the entity alone ask for the same.
    if (model.verb === 'read' && port !== undefined && model.by === undefined) asked.set(port, model);
  }
  return [...asked.values()].flatMap((model) => guardsOf(model, site, place, analysis));
}

/** `.where('marketing_opt_in', true)`: rows that came from before, by what a call of the same chain asks besides. */
export function narrowedRows(rows: Value, site: LibraryCall, analysis: Analysis): Value {
  const { place } = site.call;
  if (!place || isNothing(rows)) return rows;
  return site.match.operations.reduce((left, model) => {
    if (model.verb !== 'part' || model.filter === undefined) return left;
    if (model.either) return mapData(left, (atom) => (atom.chosen ? rekey({ ...atom, chosen: null }) : atom));
    return chosenBy(left, guardsOf(model, site, place, analysis));
  }, rows);
}

function guardsOf(model: OperationModel, site: LibraryCall, place: Place, analysis: Analysis): GuardEntry[] {
  const others = site.call.arguments.slice(1);
  if (model.sql !== undefined) {
    const text = statementOf(valueAt(model.sql, site));
    return text === null ? [] : sqlGuards(conditionsOfStatement(text), others, place, analysis);
  }
  const filter = valueAt(model.filter, site);
  if (model.is !== undefined) {
    const value = model.value === undefined ? null : valueAt(model.value, site);
    return testGuards(filter, model.is, value, place, analysis);
  }
  return model.filter === 'argument[0]'
    ? writtenGuards(filter, others, place, analysis)
    : predicateGuards(filter, place, analysis);
}

function valueAt(port: string | undefined, site: LibraryCall): Value {
  const own = /^this\.argument\[(\d)\]$/.exec(port ?? '');
  if (own) return lastCallOf(site.call.receiver)?.arguments?.[Number(own[1])] ?? NOTHING;
  return port === undefined ? NOTHING : joinAll(parsePort(port).map((path) => site.read(path)));
}

/** A statement that is seen to its end. */
function statementOf({ atoms: [atom, ...others] }: Value): string | null {
  return atom?.kind === 'constant' && atom.whole && others.length === 0 ? atom.text : null;
}

/** The call that a chain's receiver comes from: the longest, as calls that give the chain back leave it in the value. */
function lastCallOf(receiver: Value | null): LibraryAtom | null {
  let last: LibraryAtom | null = null;
  for (const atom of receiver?.atoms ?? []) {
    if (atom.kind === 'library' && atom.path.length > (last?.path.length ?? 0)) last = atom;
  }
  return last;
}
