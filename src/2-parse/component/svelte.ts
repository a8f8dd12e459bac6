/** Templates of Svelte → JSX. Blocks become what they do: conditions, loops and promises. */
import { isParameters, namesIn } from './expressions.ts';
import { type JsxWriter, pascalCase, type Written } from './jsx-writer.ts';
import {
  endOfBraces,
  type MarkupAttribute,
  type MarkupElement,
  type MarkupExpression,
  type MarkupNode,
} from './markup.ts';

type Locals = ReadonlySet<string>;

/** A block that is open. */
interface Block {
  /** What ends its present part. */
  close: string;
  /** Of `if` and `else if`, in order: none of them holds in an `else`. */
  readonly conditions: Written[];
  /** What `await` waits for. */
  readonly promise?: Written;
  locals: Locals;
}

/** Writes the nodes as children of a JSX element. */
export function writeSvelteNodes(nodes: readonly MarkupNode[], writer: JsxWriter, outer: Locals): void {
  const blocks: Block[] = [];
  for (const node of nodes) {
    const locals = blocks.at(-1)?.locals ?? outer;
    if (node.kind === 'element') writeElement(node, writer, locals);
    else writeTag(node, blocks, writer, locals);
  }
  while (blocks.length > 0) writer.code.add(blocks.pop()?.close ?? '');
}

const TAG = /^\s*([#:/@])(\w+)(\s+if\b)?\s*/;

/** `{expression}`, or what opens, divides or closes a block. */
function writeTag(node: MarkupExpression, blocks: Block[], writer: JsxWriter, locals: Locals): void {
  const tag = TAG.exec(node.text);
  const rest: Written = tag
    ? { text: node.text.slice(tag[0].length), start: node.start + tag[0].length }
    : { text: node.text, start: node.start };
  switch (tag?.[1]) {
    case '#':
      blocks.push(openBlock(tag[2] ?? '', rest, writer, locals));
      return;
    case ':':
      divideBlock(tag[2] ?? '', rest, blocks, writer);
      return;
    case '/':
      writer.code.add(blocks.pop()?.close ?? '', node.start);
      return;
    default:
      if (tag?.[2] === 'const') declare(rest, blocks, writer, locals);
      else if (tag?.[2] !== 'debug') writeChild(rest, writer, locals);
  }
}

function writeChild(value: Written, writer: JsxWriter, locals: Locals): void {
  writer.code.add('{', value.start);
  writer.expression(value, locals);
  writer.code.add('}');
}

/** `{@const line = …}`: the rest of the block is a function of it. */
function declare({ text, start }: Written, blocks: Block[], writer: JsxWriter, locals: Locals): void {
  const block = blocks.at(-1);
  const equals = text.indexOf('=');
  const pattern = text.slice(0, Math.max(0, equals));
  if (block === undefined || equals < 0 || !isParameters(pattern)) return;
  const value = { text: text.slice(equals + 1), start: start + equals + 1 };
  writer.code.add('{[', start);
  writer.expression(value, locals);
  writer.code.add('].map((').copy(pattern, start).add(') => <>');
  block.close = `</>)}${block.close}`;
  block.locals = new Set([...locals, ...namesIn(pattern)]);
}

function openBlock(kind: string, rest: Written, writer: JsxWriter, locals: Locals): Block {
  if (kind === 'if') {
    writer.code.add('{', rest.start);
    writer.expression(rest, locals);
    writer.code.add(' && <>');
    return { close: '</>}', conditions: [rest], locals };
  }
  if (kind === 'each') return openEach(rest, writer, locals);
  if (kind === 'await') {
    const [promise, pattern] = divided(rest, ' then ');
    if (pattern) return { ...openPromise(promise, 'then', pattern, writer, locals), promise };
    writer.code.add('{<>', rest.start);
    return { close: '</>}', conditions: [], promise, locals };
  }
  if (kind === 'snippet') return openSnippet(rest, writer, locals);
  writer.code.add('{<>', rest.start);
  return { close: '</>}', conditions: [], locals };
}

/** `list as pattern, index (key)`. */
function openEach(rest: Written, writer: JsxWriter, locals: Locals): Block {
  const [list, declared] = divided(rest, ' as ');
  writer.code.add('{', rest.start);
  writer.expression(list, locals);
  writer.code.add('.map((');
  const pattern = declared === undefined ? '' : withoutKey(declared.text);
  const names = isParameters(pattern) ? pattern : '';
  writer.code.copy(names, declared?.start ?? rest.start).add(') => <>');
  return { close: '</>)}', conditions: [], locals: new Set([...locals, ...namesIn(names)]) };
}

function withoutKey(pattern: string): string {
  const trimmed = pattern.trimEnd();
  return trimmed.endsWith(')') ? trimmed.slice(0, trimmed.lastIndexOf('(')) : trimmed;
}

function openPromise(
  promise: Written,
  method: 'then' | 'catch',
  pattern: Written,
  writer: JsxWriter,
  locals: Locals,
): Omit<Block, 'promise'> {
  const names = isParameters(pattern.text) ? pattern.text : '';
  writer.code.add('{', promise.start);
  writer.expression(promise, locals);
  writer.code.add(`.${method}((`).copy(names, pattern.start).add(') => <>');
  return { close: '</>)}', conditions: [], locals: new Set([...locals, ...namesIn(names)]) };
}

/** `name(parameters)`: a function of the template. */
function openSnippet({ text, start }: Written, writer: JsxWriter, locals: Locals): Block {
  const open = text.indexOf('(');
  const written = open < 0 ? '' : text.slice(open + 1, Math.max(open + 1, text.lastIndexOf(')')));
  const names = isParameters(written) ? written : '';
  writer.code
    .add('{((', start)
    .copy(names, start + open + 1)
    .add(') => <>');
  return { close: '</>)}', conditions: [], locals: new Set([...locals, ...namesIn(names)]) };
}

/** `{:else}`, `{:else if …}`, `{:then value}`, `{:catch error}`. */
function divideBlock(kind: string, rest: Written, blocks: Block[], writer: JsxWriter): void {
  const block = blocks.pop();
  if (block === undefined) return;
  const outer = blocks.at(-1)?.locals ?? NONE;
  writer.code.add(block.close, rest.start);
  if (block.promise && (kind === 'then' || kind === 'catch')) {
    blocks.push({ ...openPromise(block.promise, kind, rest, writer, outer), promise: block.promise });
    return;
  }
  writer.code.add('{');
  for (const condition of block.conditions) {
    writer.code.add('!', condition.start);
    writer.expression(condition, outer);
    writer.code.add(' && ');
  }
  const isCondition = rest.text.trim() !== '';
  if (isCondition) {
    writer.expression(rest, outer);
    writer.code.add(' && ');
  }
  writer.code.add('<>');
  blocks.push({ close: '</>}', conditions: [...block.conditions, ...(isCondition ? [rest] : [])], locals: outer });
}

const NONE: Locals = new Set();

/** The parts before and after the last `word`. */
function divided({ text, start }: Written, word: string): [Written, Written | undefined] {
  const at = text.lastIndexOf(word);
  if (at < 0) return [{ text, start }, undefined];
  const second = at + word.length;
  return [
    { text: text.slice(0, at), start },
    { text: text.slice(second), start: start + second },
  ];
}

function writeElement(element: MarkupElement, writer: JsxWriter, locals: Locals): void {
  const tag = writer.tag(element);
  for (const attribute of element.attributes) writeAttribute(attribute, element, writer, locals);
  writer.code.add('>', element.contentStart);
  writeSvelteNodes(element.children, writer, locals);
  writer.code.add(`</${tag}>`, element.end);
}

function writeAttribute(attribute: MarkupAttribute, element: MarkupElement, writer: JsxWriter, locals: Locals): void {
  const { name, value, valueStart } = attribute;
  if (value === undefined) {
    if (name.startsWith('bind:'))
      writeBinding(name.slice(5), { text: name.slice(5), start: attribute.start + 5 }, element, writer, locals);
    return;
  }
  const inner = innerOf(value, valueStart);
  if (name === '') writeUnnamed(inner ?? { text: '', start: valueStart }, writer, locals);
  else if (inner === undefined) writeText(name, { text: value, start: valueStart }, writer, locals);
  else if (name.startsWith('bind:')) writeBinding(name.slice(5), inner, element, writer, locals);
  else if (name.startsWith('on')) writer.handler(eventOf(name), inner, locals);
  else if (!name.includes(':')) writer.attribute(name, inner, locals);
}

/** `on:click|preventDefault` and `onclick`. */
function eventOf(name: string): string {
  const [event = ''] = name.slice(2).replace(/^:/, '').split('|');
  return event;
}

/** `{name}` and `{...rest}`. */
function writeUnnamed(inner: Written, writer: JsxWriter, locals: Locals): void {
  const { text, start } = inner;
  const dots = text.indexOf('...');
  if (dots >= 0) writer.spread({ text: text.slice(dots + 3), start: start + dots + 3 }, locals);
  else if (/^\s*[\w$]+\s*$/.test(text)) writer.attribute(text.trim(), inner, locals);
}

/** `"a {b} c"`: text with expressions in it. */
function writeText(name: string, value: Written, writer: JsxWriter, locals: Locals): void {
  const parts = expressionsIn(value);
  if (parts.length === 0) {
    writer.text(name, value);
    return;
  }
  if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return;
  writer.code.add(` ${name}={''`, value.start);
  for (const part of parts) {
    writer.code.add(' + ', part.start);
    writer.expression(part, locals);
  }
  writer.code.add('}');
}

function expressionsIn({ text, start }: Written): Written[] {
  const found: Written[] = [];
  for (let at = text.indexOf('{'); at >= 0; ) {
    const end = endOfBraces(text, at + 1);
    found.push({ text: text.slice(at + 1, end), start: start + at + 1 });
    at = text.indexOf('{', end);
  }
  return found;
}

function writeBinding(
  property: string,
  target: Written,
  element: MarkupElement,
  writer: JsxWriter,
  locals: Locals,
): void {
  if (property === 'this') return;
  const isElement = /^[a-z][a-z0-9]*$/.test(element.name);
  const from = isElement ? `$event.target.${property === 'checked' ? 'checked' : 'value'}` : '$event';
  const event = isElement ? 'onInput' : `onUpdate${pascalCase(property)}`;
  writer.binding({ value: property, event, from }, target, locals);
}

/** What is between the braces of a value that is one expression. */
function innerOf(value: string, start: number): Written | undefined {
  if (!value.startsWith('{') || endOfBraces(value, 1) !== value.length - 1) return undefined;
  return { text: value.slice(1, -1), start: start + 1 };
}
