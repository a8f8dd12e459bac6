/**
 * The markup of single-file components → elements, with the offsets of what is written in them.
 *
 * What matters is where expressions stand; text, comments and entities are left out. Tags that are not closed end with
 * their parent. Linear in the length of the text.
 */

export interface MarkupAttribute {
  readonly name: string;
  readonly start: number;
  /** Undefined when there is only a name. */
  readonly value?: string;
  /** Where the value starts, without its quotes. */
  readonly valueStart: number;
}

export interface MarkupElement {
  readonly kind: 'element';
  readonly name: string;
  readonly start: number;
  end: number;
  readonly attributes: readonly MarkupAttribute[];
  readonly children: MarkupNode[];
  /** Where the content starts and ends; text between them is not read in `script` and `style`. */
  readonly contentStart: number;
  contentEnd: number;
}

/** What stands between the delimiters of an expression, such as `{{` and `}}`. */
export interface MarkupExpression {
  readonly kind: 'expression';
  readonly text: string;
  readonly start: number;
}

export type MarkupNode = MarkupElement | MarkupExpression;

export interface Delimiters {
  readonly open: string;
  readonly close: string;
  /** Whether attributes hold expressions without quotes, and braces within expressions have to match. */
  readonly braces: boolean;
}

const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** What is nested deeper stands beside its parent. */
const MAX_DEPTH = 500;
const RAW = new Set(['script', 'style']);
const NAME = /[A-Za-z][^\s/>"'<={}]*/y;
const SPACE = /\s*/y;
const ATTRIBUTE_NAME = /[^\s/>"'={}]+/y;
const UNQUOTED = /[^\s>"'`]*/y;

/** The nodes at the top of the file. */
export function readMarkup(text: string, delimiters: Delimiters): MarkupNode[] {
  return new MarkupReader(text, delimiters).read();
}

class MarkupReader {
  readonly #text: string;
  readonly #delimiters: Delimiters;
  readonly #top: MarkupNode[] = [];
  readonly #open: MarkupElement[] = [];
  #at = 0;

  constructor(text: string, delimiters: Delimiters) {
    this.#text = text;
    this.#delimiters = delimiters;
  }

  read(): MarkupNode[] {
    while (this.#at < this.#text.length) this.#next();
    while (this.#open.length > 0) this.#close(this.#text.length, this.#text.length);
    return this.#top;
  }

  #next(): void {
    const text = this.#text;
    if (text.startsWith('<!--', this.#at)) this.#at = after(text, '-->', this.#at + 4);
    else if (text.startsWith('</', this.#at)) this.#closingTag();
    else if (text[this.#at] === '<') this.#openingTag();
    else if (this.#open.length > 0 || this.#delimiters.braces) this.#content();
    else this.#at++;
  }

  #add(node: MarkupNode): void {
    (this.#open.at(-1)?.children ?? this.#top).push(node);
  }

  #content(): void {
    const { open } = this.#delimiters;
    if (!this.#text.startsWith(open, this.#at)) {
      this.#at++;
      return;
    }
    const start = this.#at + open.length;
    const end = this.#endOfExpression(start);
    this.#add({ kind: 'expression', text: this.#text.slice(start, end), start });
    this.#at = end + this.#delimiters.close.length;
  }

  #endOfExpression(start: number): number {
    if (this.#delimiters.braces) return endOfBraces(this.#text, start);
    const end = this.#text.indexOf(this.#delimiters.close, start);
    return end < 0 ? this.#text.length : end;
  }

  #closingTag(): void {
    const start = this.#at;
    const name = this.#match(NAME, start + 2);
    this.#at = after(this.#text, '>', start);
    if (!this.#open.some((element) => element.name === name)) return;
    while (this.#open.at(-1)?.name !== name) this.#close(start, start);
    this.#close(start, this.#at);
  }

  #close(contentEnd: number, end: number): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    element.contentEnd = contentEnd;
    element.end = end;
  }

  #openingTag(): void {
    const start = this.#at;
    const name = this.#match(NAME, start + 1);
    this.#at = start + 1 + name.length;
    if (name === '') return;
    const attributes = this.#attributes();
    const selfClosing = this.#text[this.#at] === '/';
    this.#at = selfClosing ? after(this.#text, '>', this.#at) : Math.min(this.#at + 1, this.#text.length);
    const contentStart = this.#at;
    const element: MarkupElement = {
      kind: 'element',
      name,
      start,
      end: contentStart,
      attributes,
      children: [],
      contentStart,
      contentEnd: contentStart,
    };
    this.#add(element);
    if (selfClosing || VOID.has(name)) return;
    if (RAW.has(name) || isOtherLanguage(name, attributes)) this.#raw(element);
    else if (this.#open.length < MAX_DEPTH) this.#open.push(element);
  }

  #raw(element: MarkupElement): void {
    const end = this.#text.indexOf(`</${element.name}`, this.#at);
    element.contentEnd = end < 0 ? this.#text.length : end;
    this.#at = after(this.#text, '>', element.contentEnd);
    element.end = this.#at;
  }

  #attributes(): MarkupAttribute[] {
    const attributes: MarkupAttribute[] = [];
    for (;;) {
      this.#at += this.#match(SPACE, this.#at).length;
      const unit = this.#text[this.#at];
      if (unit === undefined || unit === '>') return attributes;
      if (unit === '/') {
        if (this.#text[this.#at + 1] === '>') return attributes;
        this.#at++;
      } else if (unit === '{' && this.#delimiters.braces) {
        attributes.push(this.#braced('', this.#at));
      } else {
        const attribute = this.#attribute();
        if (attribute) attributes.push(attribute);
      }
    }
  }

  #attribute(): MarkupAttribute | undefined {
    const start = this.#at;
    const name = this.#match(ATTRIBUTE_NAME, start);
    this.#at += Math.max(1, name.length);
    if (name === '') return undefined;
    const equals = this.#at + this.#match(SPACE, this.#at).length;
    if (this.#text[equals] !== '=') return { name, start, valueStart: this.#at };
    this.#at = equals + 1;
    this.#at += this.#match(SPACE, this.#at).length;
    const quote = this.#text[this.#at];
    if (quote === '{' && this.#delimiters.braces) return this.#braced(name, start);
    if (quote === '"' || quote === "'") {
      const valueStart = this.#at + 1;
      const end = this.#text.indexOf(quote, valueStart);
      const valueEnd = end < 0 ? this.#text.length : end;
      this.#at = valueEnd + 1;
      return { name, start, value: this.#text.slice(valueStart, valueEnd), valueStart };
    }
    const valueStart = this.#at;
    const value = this.#match(UNQUOTED, valueStart);
    this.#at += Math.max(1, value.length);
    return { name, start, value, valueStart };
  }

  /** `{expression}`: with its braces, by which it is told from text. */
  #braced(name: string, start: number): MarkupAttribute {
    const valueStart = this.#at;
    const end = endOfBraces(this.#text, valueStart + 1);
    this.#at = end + 1;
    return { name, start, value: this.#text.slice(valueStart, this.#at), valueStart };
  }

  #match(pattern: RegExp, start: number): string {
    pattern.lastIndex = start;
    return pattern.exec(this.#text)?.[0] ?? '';
  }
}

/** A template in another language, such as pug, is not read. */
function isOtherLanguage(name: string, attributes: readonly MarkupAttribute[]): boolean {
  if (name !== 'template') return false;
  const language = attributes.find((attribute) => attribute.name === 'lang')?.value ?? 'html';
  return language !== 'html';
}

/** The offset of the brace that closes an expression; strings and templates in it may hold others. */
export function endOfBraces(text: string, start: number): number {
  let depth = 0;
  let quote: string | undefined;
  for (let offset = start; offset < text.length; offset++) {
    const unit = text[offset];
    if (unit === '\\') offset++;
    else if (quote !== undefined) {
      // What looks like a quote in a comment must not swallow the rest of the file.
      if (unit === quote || (unit === '\n' && quote !== '`')) quote = undefined;
    } else if (unit === '"' || unit === "'" || unit === '`') quote = unit;
    else if (unit === '{') depth++;
    else if (unit === '}' && depth-- === 0) return offset;
  }
  return text.length;
}

function after(text: string, mark: string, start: number): number {
  const found = text.indexOf(mark, start);
  return found < 0 ? text.length : found + mark.length;
}
