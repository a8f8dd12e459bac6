/** What templates of every kind come down to: elements with attributes, written as JSX. */
import { isTarget, type Names, writeExpression, writeStatements } from './expressions.ts';
import type { GeneratedCode } from './generated.ts';
import type { MarkupElement } from './markup.ts';

/** A piece of the template and where it stands. */
export interface Written {
  readonly text: string;
  readonly start: number;
}

const ATTRIBUTE = /^[A-Za-z_$][\w$-]*$/;
/** A function's name or path, or a function: what is called with the event. */
const HANDLER = /^\s*(?:[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*\s*$|(?:async\s+)?(?:function\b|[\w$]+\s*=>|\())/;

export class JsxWriter {
  readonly code: GeneratedCode;
  readonly names: Names;
  /** Offsets of expressions that are none, and so were left out. */
  readonly mistakes: number[] = [];

  constructor(code: GeneratedCode, names: Names) {
    this.code = code;
    this.names = names;
  }

  /** An expression in parentheses; `undefined` for what is none. */
  expression({ text, start }: Written, locals: ReadonlySet<string>): void {
    if (writeExpression(text, start, { code: this.code, names: this.names, locals })) return;
    if (text.trim() !== '') this.mistakes.push(start);
    this.code.add('undefined', start);
  }

  /** The tag's name as JSX has it: a component that the script declares, or an element in lower case. */
  tag({ name, start }: MarkupElement): string {
    const component = [pascalCase(name), name, camelCase(name)].find((each) => this.names.declared.has(each));
    const isElement = /^[a-z][a-z0-9]*$/.test(name);
    const tag = !isElement && component !== undefined ? capitalised(component) : kebabCase(name);
    this.code.add(`<${tag}`, start);
    return tag;
  }

  text(name: string, { text, start }: Written): void {
    if (ATTRIBUTE.test(name)) this.code.add(` ${name}={${JSON.stringify(text)}}`, start);
  }

  attribute(name: string, value: Written, locals: ReadonlySet<string>): void {
    if (!ATTRIBUTE.test(name)) return;
    this.code.add(` ${name}={`, value.start);
    this.expression(value, locals);
    this.code.add('}');
  }

  spread(value: Written, locals: ReadonlySet<string>): void {
    this.code.add(' {...', value.start);
    this.expression(value, locals);
    this.code.add('}');
  }

  /** What happens on an event: a function, or statements with `$event`. */
  handler(event: string, { text, start }: Written, locals: ReadonlySet<string>): void {
    const name = `on${pascalCase(event)}`;
    if (!ATTRIBUTE.test(name) || text.trim() === '') return;
    if (HANDLER.test(text)) {
      this.attribute(name, { text, start }, locals);
      return;
    }
    this.code.add(` ${name}={($event) => {`, start);
    if (!writeStatements(text, start, this.#with(locals))) this.mistakes.push(start);
    this.code.add('}}');
  }

  /** A value that the control shows and writes back: `from` is where a handler of `event` finds it. */
  binding(names: { value: string; event: string; from: string }, target: Written, locals: ReadonlySet<string>): void {
    this.attribute(names.value, target, locals);
    if (!isTarget(target.text)) return;
    this.code.add(` ${names.event}={($event) => {`, target.start);
    const root = /^\s*[\w$]+/.exec(target.text)?.[0] ?? '';
    const rest = target.text.slice(root.length);
    const boxed = this.names.boxed.has(root.trim()) && !locals.has(root.trim());
    // Whether it is boxed is not known: what is below it is written both ways, which also says where it is read.
    if (boxed)
      this.code
        .copy(root, target.start)
        .add('.value')
        .copy(rest, target.start + root.length)
        .add(` = ${names.from};`);
    if (!boxed || rest.trim() !== '') this.code.copy(target.text, target.start).add(` = ${names.from};`);
    if (!this.names.declared.has(root.trim()) && !locals.has(root.trim())) this.names.given.add(root.trim());
    this.code.add('}}');
  }

  #with(locals: ReadonlySet<string>) {
    return { code: this.code, names: this.names, locals };
  }
}

export function camelCase(name: string): string {
  return name.replace(/[-:.]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '');
}

export function pascalCase(name: string): string {
  return capitalised(camelCase(name));
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function kebabCase(name: string): string {
  const kebab = name.replace(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '-' : ''}${letter.toLowerCase()}`);
  return /^[a-z][\w-]*$/.test(kebab) ? kebab : 'template';
}
