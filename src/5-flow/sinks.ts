import { type PortPath, parsePort } from '../core/api-path.ts';
import type { SinkModel } from '../core/catalogue.ts';
import type { GuardIndex } from '../core/facts.ts';
import type { FunctionId } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { guardsHere } from './assurances.ts';
import { namingKept } from './classify.ts';
import { conditioned } from './conditions.ts';
import { isIndex, isUnknownInput } from './data.ts';
import type { Frame } from './frame.ts';
import { type GuardEntry, substituteGuards } from './guards.ts';
import { join } from './join.ts';
import type { Setting } from './leaks.ts';
import type { LibraryCall } from './library-calls/ports.ts';
import { redacted } from './masks.ts';
import type { Matched } from './patterns.ts';
import { asRow, isNew, rowsWritten, savesItself } from './rows.ts';
import { type Bindings, substitute, substituteAtoms } from './substitute.ts';
import type { TypeRef } from './types.ts';
import {
  constant,
  type DataAtom,
  dataIn,
  isClosed,
  isNothing,
  isPlaceholder,
  type LibraryAtom,
  NOTHING,
  type Place,
  textsOf,
  type Value,
  valueWith,
} from './value.ts';
import { asJson } from './written.ts';

/** A place where data leaves, by one model. */
export interface SinkSite {
  readonly key: string;
  readonly place: Place;
  readonly function: FunctionId;
  readonly model: SinkModel;
  /** Of a store: what its rows are. */
  readonly rows: TypeRef | null;
  readonly library: string;
  /** The package's own recipient, when its sinks always go to one. */
  readonly recipient: string | undefined;
  /** What is called there: `logger.info`. */
  readonly expression: string;
}

/** Data at a sink: still an input of the function for {@link SinkEntry}, a real source for {@link Emission}. */
export interface SinkEntry {
  readonly key: string;
  readonly site: SinkSite;
  readonly atom: DataAtom;
  /** It is what was handed over, not in a field of it. */
  readonly whole: boolean;
  /** Where it is sent, when the model says which port tells. */
  readonly url: Value | null;
  readonly attributes: ReadonlyMap<string, Value>;
  /** What calls on the way said of address and settings: one wrapper sends to several. */
  readonly said: string;
  readonly guards: readonly GuardEntry[];
  /** The router whose handler it is in. */
  readonly router?: string | undefined;
  /** Of a leak: settings that must be so. */
  readonly settings?: readonly Setting[];
}
export interface Emission extends SinkEntry {
  /** The function in which the source is known, and whose callers no longer matter. */
  readonly within?: FunctionId;
}

const MOST_SINKS = 150;

/** Notes the data that a call hands to a sink, there or at another `place`: where its handler returns it. */
export function recordSink(
  model: SinkModel,
  match: Matched,
  callee: LibraryAtom,
  payload: Value,
  site: LibraryCall,
  frame: Frame,
  analysis: Analysis,
  place: Place | null = site.call.place,
): void {
  const { guard, name } = site.call;
  const sent = model.activity === 'share' ? withoutAuthorization(payload) : payload;
  const named = model.named ? namedBy(sent, model.named, site, analysis) : sent;
  const told = model.redact ? redacted(named, redactionsAt(model.redact, site)) : named;
  const handed = conditioned(told, guard, frame);
  analysis.watch?.sink(model, callee.package, handed, { ...site.call, place }, frame, analysis);
  const atoms = place ? dataIn(handed) : [];
  if (!place || atoms.length === 0) return;
  const sink: SinkSite = {
    key: `${place.file}:${place.span[0]}-${place.span[1]}:${model.activity}:${match.model?.package ?? ''}`,
    place,
    function: frame.id,
    model,
    rows: rowsWritten(model, payload, site),
    library: callee.package,
    recipient: model.recipient ?? match.model?.recipient,
    expression: expressionOf(callee, name),
  };
  const url = model.url ? readPort(model.url, site) : null;
  const attributes = new Map<string, Value>();
  for (const [attribute, port] of Object.entries(model.attributes)) {
    if (!port.startsWith('=')) attributes.set(attribute, readPort(port, site));
  }
  const guards = guardsHere(guard, frame, analysis);
  const wholes = wholesIn(handed);
  for (const atom of atoms) {
    const whole = !atom.derived && wholes.has(atom.at);
    note({ key: `${sink.key}|${atom.key}`, site: sink, atom, whole, url, attributes, said: '', guards }, frame);
  }
}

/** The header by which a request proves who sends it: whoever answers issued what it holds. */
const AUTHORIZATION = /^(?:proxy-)?authorization$/i;

function withoutAuthorization(value: Value, depth = 2): Value {
  const { atoms, fields } = value;
  if (!fields || depth === 0) return value;
  const kept = new Map<string, Value>();
  for (const [key, field] of fields)
    if (!AUTHORIZATION.test(key)) kept.set(key, withoutAuthorization(field, depth - 1));
  const isSame = kept.size === fields.size && [...kept].every(([key, field]) => fields.get(key) === field);
  return isSame ? value : { atoms, fields: kept };
}

/** The paths at a port, written as one list or as an option of one: `redact: { paths: [...] }`. */
function redactionsAt(port: string, site: LibraryCall): string[] {
  return parsePort(port).flatMap((path) => {
    const { fields } = site.read(path);
    return [...(fields ?? [])].flatMap(([key, field]) => (isIndex(key) ? textsOf(field) : []));
  });
}

/** `localStorage.setItem('token', value)`: what nothing else tells about is what it is kept as. */
function namedBy(payload: Value, port: string, site: LibraryCall, analysis: Analysis): Value {
  const texts = site.textsAt(port);
  const [name] = texts;
  return texts.length === 1 && name ? namingKept(payload, name, site.call.place, analysis) : payload;
}

function readPort(port: string, site: LibraryCall): Value {
  return parsePort(port).reduce<Value>((value, path) => {
    const read = isWritten(path, site) ? join(site.read(path), UNKNOWN) : site.read(path);
    return value === NOTHING ? read : { atoms: [...value.atoms, ...read.atoms], fields: value.fields ?? read.fields };
  }, NOTHING);
}

/** Something is there, but what is not known: `maxAge: YEAR` says that the cookie lives on. */
export const UNKNOWN = constant('nothing', '', false);

/** Whether the code writes the property at all, whatever its value. */
export function isWritten(path: PortPath, site: LibraryCall): boolean {
  const last = path.steps.at(-1);
  if (last?.kind !== 'property') return false;
  const holder = site.read({ root: path.root, steps: path.steps.slice(0, -1) });
  const field = holder.fields?.get(last.name);
  return field !== undefined && isNothing(field);
}

/** `logger.info` for `createLogger().info`: the last names of the path. */
export function expressionOf(callee: LibraryAtom, name: string): string {
  const members = callee.path
    .filter((step) => step.startsWith('.') || step.startsWith('<'))
    .map((step) => step.replace(/[.<>]/g, ''));
  const last = members.slice(-2);
  return last.length > 0 ? last.join('.') : name || callee.package;
}

/** Keeps a sink entry: in the summary while its data is an input, as an emission when the source is known. */
export function note(entry: SinkEntry, frame: Frame): void {
  const open = entry.settings?.some(({ values }) => !values.every(isClosed)) ?? false;
  const symbolic = open || isPlaceholder(entry.atom.root);
  // A suspicion is worth telling where the source is known, not worth carrying to every caller.
  if ((symbolic && entry.atom.uncertain) || isUnknownInput(entry.atom)) return;
  const into = symbolic ? frame.summary.sinks : frame.emissions;
  const known = into.get(entry.key);
  if (!known) {
    if (into.size < MOST_SINKS || !symbolic) into.set(entry.key, entry);
    return;
  }
  // The same data at the same sink on another path: only what guards both is a guard, and the shorter trace is kept.
  const guards = known.guards.filter((guard) =>
    entry.guards.some((other) => other.kind === guard.kind && other.purpose === guard.purpose),
  );
  const shorter = (entry.atom.trace?.length ?? 0) < (known.atom.trace?.length ?? 0);
  const url = known.url && entry.url ? join(known.url, entry.url) : (known.url ?? entry.url);
  if (guards.length !== known.guards.length || shorter || url !== known.url) {
    into.set(entry.key, { ...known, guards, url, atom: shorter ? entry.atom : known.atom });
  }
}

const MOST_SAID = 4;

/** What was said before, and the literals of a value. */
function saidIn({ atoms }: Value, before: string): string {
  const literals = atoms.flatMap((atom) => (atom.kind === 'constant' && !atom.unless ? [atom.key] : []));
  return literals.length === 0 || literals.length > MOST_SAID ? before : `${before}|${literals.join()}`;
}

/** What a caller passes may only now be known for rows, or for what comes from outside. */
function asWritten(atoms: readonly DataAtom[], entry: SinkEntry, wholes: Wholes, frame: Frame, analysis: Analysis) {
  const { model, rows } = entry.site;
  const { activity, as } = model;
  if (activity === 'store') {
    const own = savesItself(model) ? atoms.filter((atom) => isNew(atom, wholes, analysis.types)) : atoms;
    return rows ? own.map((atom) => (wholes.has(atom.at) ? asRow(atom, rows, analysis.types) : atom)) : own;
  }
  if (activity === 'log' && as !== 'json') return atoms;
  const written = asJson({ atoms, fields: null }, frame, analysis);
  return written.atoms === atoms ? atoms : dataIn(written);
}

/** Where data is that was handed over as it is, not in a field of something. */
type Wholes = ReadonlySet<string>;

function wholesIn({ atoms }: Value): Wholes {
  return new Set(atoms.flatMap((atom) => (atom.kind === 'data' && !atom.derived ? [atom.at] : [])));
}

const NO_WHOLES: Wholes = new Set();

/** A callee's sink in this function's terms: its inputs become what the call passes. */
export function liftSink(
  entry: SinkEntry,
  bindings: Bindings,
  guard: GuardIndex,
  frame: Frame,
  analysis: Analysis,
): void {
  const wholes =
    entry.whole && (entry.site.rows || savesItself(entry.site.model))
      ? wholesIn(substitute(valueWith(entry.atom), bindings, frame, analysis))
      : NO_WHOLES;
  const passed = substituteAtoms(entry.atom, bindings, frame, analysis);
  const atoms = asWritten(passed, entry, wholes, frame, analysis);
  if (atoms.length === 0) return;
  analysis.watch?.conditions(entry.site.place, guard, frame, analysis);
  const guards = [...substituteGuards(entry.guards, bindings, frame, analysis), ...guardsHere(guard, frame, analysis)];
  const url = entry.url && substitute(entry.url, bindings, frame, analysis);
  const attributes = new Map<string, Value>();
  let said = url && url !== entry.url ? saidIn(url, entry.said) : entry.said;
  for (const [name, attribute] of entry.attributes) {
    const value = substitute(attribute, bindings, frame, analysis);
    attributes.set(name, value);
    if (value !== attribute) said = saidIn(value, said);
  }
  const settings = entry.settings?.map(({ values, expected }) => ({
    values: values.map((value) => substitute(value, bindings, frame, analysis)),
    expected,
  }));
  for (const atom of atoms) {
    const key = `${entry.site.key}|${atom.key}${said}`;
    const router = entry.router ?? frame.router;
    note(
      {
        key,
        site: entry.site,
        atom,
        whole: !atom.derived && wholes.has(atom.at),
        url,
        attributes,
        said,
        guards,
        router,
        ...(settings && { settings }),
      },
      frame,
    );
  }
}
