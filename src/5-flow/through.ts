/**
 * Functions of the project that data goes through on its way into a sink, wherever they were given to the library:
 *
 *     Sentry.init({ beforeSend(event) { delete event.user?.email; return event; } })
 *     schema.pre('save', function () { this.password = hash(this.password); })
 */
import { type PortPath, type PortStep, parsePort } from '../core/api-path.ts';
import type { ThroughModel } from '../core/catalogue.ts';
import type { Analysis } from './analysis.ts';
import { apply, type Call } from './calls.ts';
import type { Frame } from './frame.ts';
import { library } from './libraries.ts';
import { type LibraryCall, writeInto } from './library-calls/ports.ts';
import { property } from './properties.ts';
import {
  constant,
  ELEMENT,
  type FunctionAtom,
  functionsOf,
  isNothing,
  NOTHING,
  type Value,
  valueWith,
} from './value.ts';

const MOST_FUNCTIONS = 4;

/** What is left of a value once it went through all of them. */
export function passThrough(
  value: Value,
  models: readonly ThroughModel[],
  site: LibraryCall,
  frame: Frame,
  analysis: Analysis,
): Value {
  return models.reduce((left, model) => {
    const known = parsePort(model.by).flatMap((port) => site.read(port).atoms);
    const functions = functionsOf({ atoms: known }).slice(0, MOST_FUNCTIONS);
    return functions.reduce(
      (held, atom) => afterFunction(held, atom, model, site.match.wildcard, frame, analysis),
      left,
    );
  }, value);
}

/**
 * What a hook protects on one way counts as protected: what it leaves alone on the other was protected when it was
 * stored before (`if (this.isModified('password'))`), or is another entity's.
 */
export function preferProtected(value: Value): Value {
  if (!value.fields) return value;
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) {
    const isProtected = field.atoms.some((atom) => atom.kind === 'data' && atom.protections !== 0);
    const atoms = field.atoms.filter((atom) => atom.kind !== 'data' || atom.protections !== 0);
    fields.set(key, isProtected ? { atoms, fields: null } : field);
  }
  return { atoms: value.atoms, fields };
}

/** What is left of a value after one function; `table` is what it is told is written, where its model says so. */
export function afterFunction(
  value: Value,
  atom: FunctionAtom,
  model: ThroughModel,
  table: string | null,
  frame: Frame,
  analysis: Analysis,
): Value {
  const [takes] = parsePort(isText(value) && model.texts ? model.texts : model.takes);
  if (!takes) return value;
  const args = new Map<number, Value>();
  const index = indexOf(takes);
  if (index >= 0) args.set(index, writeInto(NOTHING, takes.steps, value));
  const [next] = model.next === undefined ? [] : parsePort(model.next);
  if (next) args.set(indexOf(next), writeInto(args.get(indexOf(next)) ?? NOTHING, next.steps, HANDED_ON));
  const [told] = model.entity === undefined ? [] : parsePort(model.entity);
  if (told && table !== null) {
    const name = analysis.types.entityNamed(table)?.name ?? table;
    args.set(indexOf(told), writeInto(args.get(indexOf(told)) ?? NOTHING, told.steps, constant('string', name)));
  }
  const call: Call = {
    receiver: index < 0 ? writeInto(NOTHING, takes.steps, value) : null,
    arguments: Array.from({ length: Math.max(-1, ...args.keys()) + 1 }, (_, at) => args.get(at) ?? NOTHING),
    name: '',
    place: null,
    guard: -1,
    new: false,
    hook: true,
  };
  const { result, effects } = apply(valueWith(atom), call, frame, analysis);
  const changed = effects.get(index);
  if (index < 0) return changed ? at(changed, takes.steps, frame, analysis) : value;
  const [gives] = model.gives === undefined ? [] : parsePort(model.gives);
  const returned = withoutOwn(at(result, (gives ?? takes).steps, frame, analysis), atom, analysis);
  if (!isNothing(returned)) return returned;
  return changed ? at(changed, takes.steps, frame, analysis) : value;
}

/** What a function hands on comes back as it is. */
const HANDED_ON = valueWith(library('javascript', ['<HandedOn>'], null, [], null));

/** The argument of a port, -1 for the receiver. */
function indexOf({ root }: PortPath): number {
  return root.kind === 'argument' && typeof root.index === 'number' ? root.index : -1;
}

function at(value: Value, steps: readonly PortStep[], frame: Frame, analysis: Analysis): Value {
  return steps.reduce((held, step) => {
    if (step.kind === 'property') return property(held, step.name, frame, analysis, null, false);
    return step.kind === 'element' ? property(held, ELEMENT, frame, analysis, null, false) : NOTHING;
  }, value);
}

/** Without what the function's own calls are called: `query(args)` gives what it was handed. */
function withoutOwn(value: Value, atom: FunctionAtom, analysis: Analysis, depth = 2): Value {
  const linked = analysis.program.functions[atom.function];
  const atoms = value.atoms.filter((one) => {
    if (one.kind !== 'data' || (one.root.kind !== 'opaque' && one.root.kind !== 'result') || !linked) return true;
    const { file, span } = one.root.place;
    return file !== linked.file || span[0] < linked.facts.span[0] || span[1] > linked.facts.span[1];
  });
  if (!value.fields || depth === 0)
    return atoms.length === value.atoms.length ? value : { atoms, fields: value.fields };
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields) fields.set(key, withoutOwn(field, atom, analysis, depth - 1));
  return { atoms, fields };
}

/** Whether a value is no object, as far as is known. */
function isText({ atoms, fields }: Value): boolean {
  return (
    !fields &&
    atoms.length > 0 &&
    atoms.every((atom) => atom.kind === 'constant' || (atom.kind === 'data' && atom.derived))
  );
}
