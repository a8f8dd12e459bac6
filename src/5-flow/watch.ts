/** Keeps what the analysis sees at a line, and the conditions before sinks, for whoever asks to have it explained. */
import type { SinkModel } from '../core/catalogue.ts';
import type { GuardFacts, GuardIndex, Register } from '../core/facts.ts';
import { printGuard } from '../core/flow.ts';
import { compareLocations, type Location } from '../core/location.ts';
import type {
  Observations,
  Question,
  SeenCall,
  SeenCallee,
  SeenCondition,
  SeenSink,
  SeenValue,
} from '../core/observations.ts';
import type { Analysis } from './analysis.ts';
import type { Call } from './calls.ts';
import { classify } from './classify.ts';
import { location } from './flows.ts';
import type { Frame } from './frame.ts';
import { isHardCoded, readGuards } from './guards.ts';
import { type Atom, type DataAtom, dataIn, type LibraryAtom, type Place, type Value } from './value.ts';

interface KeptSink {
  readonly place: Place;
  readonly model: SinkModel;
  readonly library: string;
  readonly atoms: Map<string, DataAtom>;
}

const MOST_CONDITIONS = 5000;
const MOST_STEPS = 12;
const MOST_GUARDS = 60;

/** One per explained scan. Functions are visited several times: what is seen adds up. */
export class Watch {
  readonly #question: Question;
  readonly #calls = new Map<
    string,
    { readonly name: string; readonly place: Place; readonly callees: Map<string, Atom> }
  >();
  readonly #sinks = new Map<string, KeptSink>();
  readonly #conditions = new Map<
    string,
    { readonly sink: Place; readonly place: Place } & Omit<SeenCondition, keyof Location | 'sink'>
  >();

  constructor(question: Question) {
    this.#question = question;
  }

  /** A call in the code, and what it may call. */
  call(callee: Value, { place, name }: Call, analysis: Analysis): void {
    if (!place || !this.#covers(place, analysis)) return;
    const key = keyOf(place);
    const known = this.#calls.get(key) ?? { name, place, callees: new Map<string, Atom>() };
    for (const atom of callee.atoms) known.callees.set(atom.key, atom);
    this.#calls.set(key, known);
  }

  /** What is handed to a sink, personal or not. */
  sink(model: SinkModel, library: string, payload: Value, call: Call, frame: Frame, analysis: Analysis): void {
    const { place, guard } = call;
    if (!place) return;
    this.conditions(place, guard, frame, analysis);
    if (!this.#covers(place, analysis)) return;
    const key = `${keyOf(place)}:${model.activity}:${library}:${model.api}`;
    const known: KeptSink = this.#sinks.get(key) ?? { place, model, library, atoms: new Map() };
    for (const atom of dataIn(payload)) known.atoms.set(atom.key, atom);
    this.#sinks.set(key, known);
  }

  /** The conditions that hold at `guard`, on the way to the sink at `sink`. */
  conditions(sink: Place, guard: GuardIndex, frame: Frame, analysis: Analysis): void {
    for (let at = guard, steps = 0; at >= 0 && steps < MOST_GUARDS; steps++) {
      const facts = frame.linked.facts.guards[at] as GuardFacts;
      at = facts.parent;
      const tested = testedBy(facts.test, frame, analysis);
      const key = `${keyOf(sink)}|${keyOf(tested.place)}|${facts.holds}`;
      if (this.#conditions.size >= MOST_CONDITIONS && !this.#conditions.has(key)) return;
      const [guardEntry] = readGuards(facts.test, facts.holds, frame, analysis);
      this.#conditions.set(key, {
        sink,
        place: tested.place,
        name: tested.name,
        holds: facts.holds,
        guard: guardEntry ? printGuard(guardEntry) : null,
        because: guardEntry ? null : whyNot(tested, analysis),
      });
    }
  }

  /** Everything that was seen, sorted by place. */
  observations(analysis: Analysis): Observations {
    return {
      calls: onLine([...this.#calls.values()], this.#question, analysis).map(
        (call): SeenCall => ({
          ...location(call.place, analysis),
          name: call.name,
          callees: calleesOf([...call.callees.values()], analysis),
        }),
      ),
      sinks: onLine([...this.#sinks.values()], this.#question, analysis).map(
        (sink): SeenSink => ({
          ...location(sink.place, analysis),
          activity: sink.model.activity,
          model: `${sink.library}: ${sink.model.api}`,
          values: valuesOf([...sink.atoms.values()], analysis),
        }),
      ),
      conditions: [...this.#conditions.values()]
        .map(({ sink, place, ...condition }): SeenCondition => {
          return { ...location(place, analysis), sink: location(sink, analysis), ...condition };
        })
        .sort(compareLocations),
    };
  }

  #covers({ file, span }: Place, analysis: Analysis): boolean {
    const { file: wanted, line } = this.#question;
    if (line === undefined || analysis.program.files[file]?.file !== wanted) return false;
    return analysis.lineOf(file, span[0]) <= line && line <= analysis.lineOf(file, span[1]);
  }
}

function keyOf({ file, span }: Place): string {
  return `${file}:${span[0]}-${span[1]}`;
}

/** Those that start on the line; else the innermost around it, unless the line is in a callback that it is given. */
function onLine<T extends { readonly place: Place }>(
  all: readonly T[],
  { line = 0 }: Question,
  analysis: Analysis,
): T[] {
  const sorted = [...all].sort((a, b) => compareLocations(location(a.place, analysis), location(b.place, analysis)));
  const starting = sorted.filter(({ place }) => analysis.lineOf(place.file, place.span[0]) === line);
  if (starting.length > 0) return starting;
  const around = sorted.filter(({ place }) => !hasFunctionAround(place, line, analysis));
  const smallest = Math.min(...around.map(({ place: { span } }) => span[1] - span[0]));
  return around.filter(({ place: { span } }) => span[1] - span[0] === smallest);
}

/** Whether a function inside the place holds the line in its body. */
function hasFunctionAround({ file, span }: Place, line: number, analysis: Analysis): boolean {
  return analysis.program.functions.some(({ file: where, facts }) => {
    const [start, end] = facts.span;
    if (where !== file || start <= span[0] || end > span[1]) return false;
    return analysis.lineOf(file, start) < line && line <= analysis.lineOf(file, end);
  });
}

function calleesOf(atoms: readonly Atom[], analysis: Analysis): SeenCallee[] {
  const seen = new Map<string, SeenCallee>();
  for (const atom of atoms) {
    const callee = calleeOf(atom, analysis);
    if (callee) seen.set(`${callee.kind}:${callee.name}`, callee);
  }
  return [...seen.values()];
}

function calleeOf(atom: Atom, analysis: Analysis): SeenCallee | null {
  const { program } = analysis;
  switch (atom.kind) {
    case 'function':
      return { kind: 'project', name: program.functions[atom.function]?.facts.name ?? '', modelled: false };
    case 'class':
      return { kind: 'project', name: program.classes[atom.class]?.facts.name ?? '', modelled: false };
    case 'library':
      return { kind: 'library', name: libraryName(atom), modelled: isModelled(atom, analysis) };
    case 'data':
      return { kind: 'unknown', name: '', modelled: false };
    default:
      return null;
  }
}

function libraryName({ package: name, path }: LibraryAtom): string {
  return `${name}: ${path.join('').replace(/^\./, '') || 'default'}`;
}

function isModelled(atom: LibraryAtom, { models }: Analysis): boolean {
  return [atom.api, atom.api.next('new()')].some((api) => models.match(api).model !== null);
}

function valuesOf(atoms: readonly DataAtom[], analysis: Analysis): SeenValue[] {
  const seen = new Map<string, SeenValue>();
  for (const atom of atoms) {
    const data = classify(atom, analysis).map(({ category, confidence, reason }) => ({ category, confidence, reason }));
    const value: SeenValue = { expression: expressionOf(atom), origin: originOf(atom), data };
    const known = seen.get(value.expression);
    if (!known || known.data.length < data.length) seen.set(value.expression, value);
  }
  const values = [...seen.values()];
  const sourced = values.some(({ origin }) => origin === 'source');
  // What a caller passes goes by the parameter's name, too; where it is known, the source says more.
  const told = values.filter(({ origin, data }) => !sourced || origin === 'source' || data.length > 0);
  return told.sort((a, b) => (a.expression < b.expression ? -1 : 1));
}

function originOf({ root }: DataAtom): SeenValue['origin'] {
  if (root.kind === 'source') return 'source';
  return root.kind === 'opaque' ? 'unknown' : 'input';
}

function expressionOf({ root, path }: DataAtom): string {
  const start = root.kind === 'source' ? root.source.expression : root.name || (root.kind === 'input' ? 'this' : '…');
  return [start, ...path.filter((name) => !name.startsWith('$'))].join('.').replaceAll('.[]', '[]');
}

interface Tested {
  readonly name: string;
  readonly place: Place;
  /** A boolean that the code writes itself. */
  readonly hardCoded: boolean;
}

/** What a test looks at: the name nearest to it, `optedIn` in `!user.optedIn`. */
function testedBy(test: Register, frame: Frame, analysis: Analysis): Tested {
  let register = test;
  let place: Place | undefined;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const writer = frame.shape.writers[register];
    if (writer && 'span' in writer) place ??= { file: frame.linked.file, span: writer.span };
    const hardCoded = isHardCoded(frame.values[register]);
    const name = nameIn(register, frame, analysis);
    const tested = { name, place: place ?? functionPlace(frame), hardCoded };
    if (name !== '' || !writer) return tested;
    const next = writer.kind === 'test' ? writer.operands[0] : 'from' in writer ? [writer.from].flat()[0] : undefined;
    if (typeof next !== 'number') return tested;
    register = next;
  }
  return { name: '', place: place ?? functionPlace(frame), hardCoded: false };
}

function nameIn(register: Register, frame: Frame, analysis: Analysis): string {
  const writer = frame.shape.writers[register];
  const { facts, file } = frame.linked;
  if (!writer) return facts.parameters.find((parameter) => parameter.register === register)?.name ?? '';
  switch (writer.kind) {
    case 'bind':
    case 'call':
      return writer.name;
    case 'get':
      return typeof writer.key === 'string' ? writer.key : '';
    case 'load':
      return analysis.program.cells[(analysis.program.bases[file]?.cells ?? 0) + writer.cell]?.name ?? '';
    case 'import':
      return analysis.program.files[file]?.imports[writer.import]?.local ?? '';
    default:
      return '';
  }
}

function functionPlace({ linked }: Frame): Place {
  return { file: linked.file, span: linked.facts.span };
}

function whyNot({ name, hardCoded }: Tested, analysis: Analysis): string {
  if (hardCoded) return 'its value is written in the code, so it asks nobody';
  if (name === '') return 'the code gives what it tests no name';
  if (analysis.guardWords.classify(name)) return 'it holds the other way round where the data leaves';
  return 'its name says nothing about consent, age, a role or the like';
}
