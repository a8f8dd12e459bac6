/** Form controls that ask for personal data: what their attributes say, in the company of the form's other controls. */
import type { FormField } from '../../core/behaviour.ts';
import type { Operation } from '../../core/facts.ts';
import { isWithin } from '../../core/privacy.ts';
import type { Analysis } from '../analysis.ts';
import type { Frame } from '../frame.ts';
import { NOTHING, textsOf } from '../value.ts';
import { operandName } from './conditions.ts';
import type { BehaviourRecorder } from './recorder.ts';

/** A control whose name alone may mean a thing's (`name`) is one that asks when others of its form ask for sure. */
export interface FormRecord extends FormField {
  readonly sure: boolean;
}

const CONTROLS = /^(?:input|select|textarea)$/;
const CONTROL_COMPONENTS = /input|field|control|select|textarea|textbox/i;
const TELLING_ATTRIBUTES = /^(?:type|autocomplete)$/i;
const READ_ATTRIBUTES = /^(?:name|type|autocomplete|id)$/i;
/** Passwords and tokens are made for the service; they tell nothing about who types them. */
const CREDENTIALS = 'user.authorization';

/** `<input name="email">`, `<TextField type="tel">`, `<input {...register('email')}>`: what a person types there. */
export function recordControl(
  operation: Operation & { kind: 'element' },
  frame: Frame,
  analysis: Analysis,
  recorder: BehaviourRecorder,
): void {
  const { tag, component, attributes, span } = operation;
  const own = tag !== undefined && CONTROLS.test(tag);
  if (!own && (component === undefined || !CONTROL_COMPONENTS.test(operandName(component, frame, analysis)))) return;
  if (attributes.some((entry) => !('spread' in entry) && takesNothing(String(entry.key), frame.values[entry.value])))
    return;
  const { file, facts } = frame.linked;
  const spot = { file: analysis.program.files[file]?.file ?? '', line: analysis.lineOf(file, span[0]) };
  for (const { text, tells } of textsIn(operation, frame)) {
    const reading = analysis.names.classify(text, { owner: 'user' });
    if (!reading || reading.confidence === 'low' || isWithin(reading.category, CREDENTIALS)) continue;
    const alone = tells || analysis.names.classify(text) !== null;
    if (analysis.names.isAboutThing(facts.name)) continue;
    const sure = alone || analysis.names.classify(text, { owner: facts.name }) !== null;
    const { category } = reading;
    recorder.forms.set(`${file}:${span[0]}:${span[1]}`, { category, name: text, sure, function: frame.id, ...spot });
    return;
  }
}

/** `<input type="hidden">`, `<input readOnly>`: it shows or hands on, and asks for nothing. */
function takesNothing(key: string, value: Frame['values'][number] | undefined): boolean {
  return key === 'readOnly' || (key === 'type' && textsOf(value ?? NOTHING).includes('hidden'));
}

/** What the attributes of a control call it, those that leave no doubt first. */
function textsIn(
  { attributes }: Operation & { kind: 'element' },
  frame: Frame,
): { readonly text: string; readonly tells: boolean }[] {
  const texts = attributes.flatMap((entry) => {
    const tells = !('spread' in entry) && TELLING_ATTRIBUTES.test(String(entry.key));
    if (!('spread' in entry) && !READ_ATTRIBUTES.test(String(entry.key))) return [];
    const writer = 'spread' in entry ? frame.shape.writers[entry.spread] : undefined;
    const registers = 'spread' in entry ? (writer?.kind === 'call' ? writer.arguments : []) : [entry];
    return registers.flatMap(({ value }) => textsOf(frame.values[value] ?? NOTHING)).map((text) => ({ text, tells }));
  });
  return [...texts.filter(({ tells }) => tells), ...texts.filter(({ tells }) => !tells)];
}

/** Controls that ask for personal data, each in the company of those beside it. */
export function formsOf(records: Iterable<FormRecord>): FormField[] {
  const all = [...records];
  const asking = new Set(all.flatMap(({ sure, function: id }) => (sure ? [id] : [])));
  return all.flatMap(({ sure, ...field }) => (sure || asking.has(field.function) ? [field] : []));
}
