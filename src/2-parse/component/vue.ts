/** Templates of Vue → JSX. Directives become what they do: conditions, loops, attributes and handlers. */
import { isParameters, namesIn } from './expressions.ts';
import { camelCase, type JsxWriter, type Written } from './jsx-writer.ts';
import type { MarkupAttribute, MarkupElement, MarkupNode } from './markup.ts';

type Locals = ReadonlySet<string>;

/** Writes the nodes as children of a JSX element. */
export function writeVueNodes(nodes: readonly MarkupNode[], writer: JsxWriter, locals: Locals): void {
  let conditions: Written[] = [];
  for (const node of nodes) {
    if (node.kind === 'expression') {
      writer.code.add('{', node.start);
      writer.expression(node, locals);
      writer.code.add('}');
      continue;
    }
    const [condition, others] = conditionOf(node, conditions);
    conditions = condition === undefined && others.length === 0 ? [] : [...others, ...(condition ? [condition] : [])];
    writeConditional(node, condition, others, writer, locals);
  }
}

/** `v-if` of an element, and the conditions before it of which none holds where it stands in an `else`. */
function conditionOf(element: MarkupElement, before: readonly Written[]): [Written | undefined, Written[]] {
  const condition = directive(element, 'v-if');
  if (condition) return [condition, []];
  const otherwise = directive(element, 'v-else-if');
  if (otherwise) return [otherwise, [...before]];
  return [undefined, element.attributes.some(({ name }) => name === 'v-else') ? [...before] : []];
}

function writeConditional(
  element: MarkupElement,
  condition: Written | undefined,
  others: readonly Written[],
  writer: JsxWriter,
  locals: Locals,
): void {
  if (condition === undefined && others.length === 0) {
    writeRepeated(element, writer, locals);
    return;
  }
  writer.code.add('{', element.start);
  for (const other of others) {
    writer.code.add('!', other.start);
    writer.expression(other, locals);
    writer.code.add(' && ');
  }
  if (condition) {
    writer.expression(condition, locals);
    writer.code.add(' && ');
  }
  writer.code.add('<>');
  writeRepeated(element, writer, locals);
  writer.code.add('</>}', element.end);
}

function writeRepeated(element: MarkupElement, writer: JsxWriter, locals: Locals): void {
  const loop = loopOf(directive(element, 'v-for'));
  if (loop === undefined) {
    writeElement(element, writer, locals);
    return;
  }
  const { pattern, list } = loop;
  writer.code.add('{', element.start);
  writer.expression(list, locals);
  writer.code.add('.map((').copy(pattern.text, pattern.start).add(') => ');
  writer.code.add('<>', element.start);
  writeElement(element, writer, new Set([...locals, ...namesIn(pattern.text)]));
  writer.code.add('</>)}', element.end);
}

/** `(item, index) in list`. */
function loopOf(value: Written | undefined): { pattern: Written; list: Written } | undefined {
  if (value === undefined) return undefined;
  const { text, start } = value;
  const word = /\s(?:in|of)\s/.exec(text);
  if (word === null) return undefined;
  const written = text.slice(0, word.index);
  const inner = /^\s*\((.*)\)\s*$/s.exec(written)?.[1] ?? written;
  if (!isParameters(inner)) return undefined;
  const listStart = word.index + word[0].length;
  return {
    pattern: { text: inner, start: start + text.indexOf(inner) },
    list: { text: text.slice(listStart), start: start + listStart },
  };
}

function writeElement(element: MarkupElement, writer: JsxWriter, locals: Locals): void {
  const slot = slotOf(element);
  const tag = writer.tag(element);
  for (const attribute of element.attributes) writeAttribute(attribute, element, tag, writer, locals);
  writer.code.add('>', element.contentStart);
  const isSlot = slot !== undefined && slot.text.trim() !== '' && isParameters(slot.text);
  if (isSlot) writer.code.add('{(', slot.start).copy(slot.text, slot.start).add(') => <>');
  writeVueNodes(element.children, writer, isSlot ? new Set([...locals, ...namesIn(slot.text)]) : locals);
  if (isSlot) writer.code.add('</>}');
  writer.code.add(`</${tag}>`, element.end);
}

/** What a component hands to its content: `#item="{ user }"`. */
function slotOf({ attributes }: MarkupElement): Written | undefined {
  const slot = attributes.find(({ name }) => /^(?:#|v-slot(?:$|:)|slot-scope$)/.test(name));
  return slot && written(slot);
}

const SHORT = /^(?:(:)|(@)|v-(bind|on|model)(?::|$))/;
/** What is handled around the element, or says nothing of data. */
const OTHER = /^(?:v-|#|slot-scope$)/;

function writeAttribute(
  attribute: MarkupAttribute,
  element: MarkupElement,
  tag: string,
  writer: JsxWriter,
  locals: Locals,
): void {
  const { name, start } = attribute;
  const value = written(attribute);
  const short = SHORT.exec(name);
  if (short === null) {
    if (OTHER.test(name)) return;
    if (value) writer.text(propertyName(name, tag), value);
    return;
  }
  const kind = short[1] ? 'bind' : short[2] ? 'on' : short[3];
  // Modifiers (`@submit.prevent`) do not change what the data is.
  const [argument = ''] = name.slice(short[0].length).split('.');
  const used = value ?? { text: camelCase(argument), start };
  if (kind === 'on') writer.handler(argument, value ?? { text: '', start }, locals);
  else if (kind === 'model') writeModel(element, tag, argument, used, writer, locals);
  else if (argument === '') writer.spread(used, locals);
  else writer.attribute(propertyName(argument, tag), used, locals);
}

function writeModel(
  element: MarkupElement,
  tag: string,
  argument: string,
  target: Written,
  writer: JsxWriter,
  locals: Locals,
): void {
  if (isComponent(tag)) {
    const value = argument === '' ? 'modelValue' : camelCase(argument);
    writer.binding({ value, event: `onUpdate${value}`, from: '$event' }, target, locals);
    return;
  }
  const type = element.attributes.find(({ name }) => name === 'type')?.value;
  const from = type === 'checkbox' ? '$event.target.checked' : '$event.target.value';
  writer.binding({ value: 'value', event: 'onInput', from }, target, locals);
}

function isComponent(tag: string): boolean {
  return /^[A-Z]/.test(tag);
}

function propertyName(name: string, tag: string): string {
  return isComponent(tag) ? camelCase(name) : name;
}

function directive({ attributes }: MarkupElement, name: string): Written | undefined {
  const found = attributes.find((attribute) => attribute.name === name);
  return found && written(found);
}

function written({ value, valueStart }: MarkupAttribute): Written | undefined {
  return value === undefined ? undefined : { text: value, start: valueStart };
}
