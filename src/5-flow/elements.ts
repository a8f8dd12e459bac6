/**
 * What JSX elements show. Most of them are pages, which nobody asks for what they hold; those handed to a call
 * (`send({ react: <Mail name={user.name} /> })`) hold what their components make of the attributes. So a component is
 * looked at in this way only when such an element needs it.
 */
import type { Operation, Register } from '../core/facts.ts';
import type { FunctionId } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import type { Call } from './calls.ts';
import type { Frame } from './frame.ts';
import { derive, type Value } from './value.ts';

/** Components inside components, as deep as a mail is built. */
const DEEPEST = 5;

/** The elements of a function that a call gets, or an object, with those inside them. */
export function handedOn(
  operations: readonly Operation[],
  writers: readonly (Operation | undefined)[],
): ReadonlySet<Register> {
  const found = new Set<Register>();
  const pending: Register[] = operations.flatMap((operation) => {
    if (operation.kind === 'call') return operation.arguments.map(({ value }) => value);
    return operation.kind === 'object' ? operation.entries.map(registerOf) : [];
  });
  for (let register = pending.pop(); register !== undefined; register = pending.pop()) {
    const writer = writers[register];
    if (!writer || found.has(register)) continue;
    if (writer.kind === 'phi') pending.push(...writer.from);
    else if (writer.kind === 'bind' || writer.kind === 'refine') pending.push(writer.from);
    else if (writer.kind === 'array') pending.push(...writer.elements.map(({ value }) => value));
    else if (writer.kind === 'element') pending.push(...writer.children, ...writer.attributes.map(registerOf));
    else continue;
    found.add(register);
  }
  return found;
}

function registerOf(entry: (Operation & { kind: 'object' })['entries'][number]): Register {
  return 'spread' in entry ? entry.spread : entry.value;
}

/** Whether anybody looks at what an element of this function shows. */
export function isShown(into: Register, { shape, shown }: Frame): boolean {
  return shown !== null || shape.handedOn.has(into);
}

/** An element without a component of ours shows what it is given. */
export function given(props: Value): Value {
  const { fields } = props;
  // React keeps these two to itself.
  const passed = [...(fields ?? [])].filter(([key]) => key !== 'key' && key !== 'ref');
  return derive([{ atoms: props.atoms, fields: new Map(passed) }]);
}

/** Has a component looked at for what it shows, when this call asks for that: `<Mail />`, `Mail({ name })`. */
export function askToShow(id: FunctionId, name: string, call: Call, frame: Frame, analysis: Analysis): void {
  if (!analysis.shapeAt(id).renders || call.place === null || call.wanted?.result === false) return;
  if (frame.shown === null && !call.shows && !/^[A-Z]/.test(name)) return;
  const depth = frame.shown === null ? 0 : frame.shown + 1;
  if (depth <= DEEPEST) analysis.show(id, depth);
}
