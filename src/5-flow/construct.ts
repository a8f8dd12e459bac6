/** `new`: what objects hold once their initialisers and constructors have run. */
import type { CellId, FunctionId } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import { ALL_WANTED, applyFunction, type Call, isCode, type Outcome, type Wanted } from './calls.ts';
import { ancestors, constructorOf, functionValue } from './classes.ts';
import { close } from './close.ts';
import type { Frame } from './frame.ts';
import { join } from './join.ts';
import { library } from './libraries.ts';
import { type Atom, type ClassAtom, derive, type FunctionAtom, NOTHING, type Value, valueWith } from './value.ts';

const EFFECTS_WANTED: Wanted = { result: false, effects: true };

/** `new C(…)`: field initialisers and the constructor run on a new object. */
export function construct(atom: ClassAtom, call: Call, frame: Frame, analysis: Analysis): Outcome {
  const { program } = analysis;
  let object: Value = valueWith(instanceOf(atom));
  for (const run of initializersOf(atom.class, analysis)) {
    const outcome = applyFunction(
      functionAtom(run, atom.captured),
      { ...call, receiver: object, wanted: EFFECTS_WANTED },
      frame,
      analysis,
    );
    object = outcome.effects.get(-1) ?? object;
  }
  if (constructorOf(atom.class, analysis) === undefined && atom.parent && program.parent(atom.class) === undefined) {
    // `class HttpError extends Error {}`: the library's constructor keeps the arguments.
    object = join(object, derive(call.arguments));
  }
  noteServices(object, frame, analysis);
  return { result: object, thrown: NOTHING, effects: new Map() };
}

/** Objects of the classes in a value, as a container makes them: what it gives their constructors is not seen. */
export function instancesOf({ atoms }: Value, analysis: Analysis): Value {
  return valueWith(
    ...atoms.flatMap((atom): Atom[] => {
      if (atom.kind === 'class') return [instanceOf(atom)];
      const name = atom.kind === 'library' ? atom.path.at(-1)?.slice(1) : undefined;
      if (atom.kind !== 'library' || !name || !analysis.models.hasType(atom.package, name)) return [];
      return [library(atom.package, [`<${name}>`], null, [], null)];
    }),
  );
}

function instanceOf(atom: ClassAtom): Atom {
  return {
    kind: 'instance',
    key: `i${atom.class}`,
    class: atom.class,
    parent: atom.parent,
    captured: atom.captured,
  };
}

/** `new Handler(db)` of `function Handler(db) { this.list = … }`: what it sets on `this` is the object. */
export function constructByFunction(atom: FunctionAtom, call: Call, frame: Frame, analysis: Analysis): Outcome {
  const outcome = applyFunction(atom, { ...call, receiver: NOTHING, wanted: ALL_WANTED }, frame, analysis);
  return { ...outcome, result: join(outcome.effects.get(-1) ?? NOTHING, outcome.result), effects: new Map() };
}

function initializersOf(id: number, analysis: Analysis): FunctionId[] {
  const { program } = analysis;
  const runs: FunctionId[] = [];
  for (const at of ancestors(id, analysis.program)) {
    const { file, facts } = program.classes[at] as (typeof program.classes)[number];
    if (facts.initializer !== undefined) runs.unshift((program.bases[file]?.functions ?? 0) + facts.initializer);
  }
  const own = constructorOf(id, analysis);
  return own === undefined ? runs : [...runs, own];
}

function functionAtom(id: FunctionId, captured: ReadonlyMap<CellId, Value>): FunctionAtom {
  return functionValue(id, captured).atoms[0] as FunctionAtom;
}

/** Other objects of a class are taken to have the services that one of them was seen to have. */
export function noteServices(object: Value, frame: Frame, analysis: Analysis): void {
  if (!object.fields) return;
  for (const atom of object.atoms) {
    if (atom.kind === 'instance') analysis.writeClassFields(atom.class, close(codeFields(object), frame, analysis));
  }
}

/** `private host = environment.host + '/api'`: whom its methods send to. Other literals are states, and change. */
function isAddress(atom: Atom): boolean {
  return atom.kind === 'constant' && atom.type === 'string' && /^(?:https?|wss?):\/\/|^\.{0,2}\/[\w-]/.test(atom.text);
}

/** Services and addresses among an object's fields: what other objects of the class may be assumed to have as well. */
export function codeFields(object: Value): Value {
  const fields = new Map<string, Value>();
  for (const [key, field] of object.fields ?? []) {
    const atoms = field.atoms.filter((atom) => isCode(atom) || isAddress(atom));
    if (atoms.length > 0) fields.set(key, { atoms, fields: null });
  }
  return fields.size > 0 ? { atoms: [], fields } : NOTHING;
}
