/**
 * The two small languages of library models, as structure. Pure; the reader of models checks with it and the flow
 * engine looks up with it.
 *
 *     path        = [ 'new ' ] start { '.' member | '()' | '[]' }
 *     start       = 'default' | 'element:' tag | '<' type '>' | member
 *     member      = name | '*' | '**'
 *
 *     port        = root { '.' property | '.*' | '[]' | '.parameter[' n ']' | '.argument[' index ']' | '.return' }
 *     root        = 'argument[' index ']' | 'this' | 'return' | 'assigned' | 'decorated' | 'property' | 'package' | 'program'
 *     index       = n | '*' | n '..' | '-' n
 *
 * `{a,b}` may stand for any part of either, also of a name (`send{,Batch}`), and means one path or port for each.
 */

/** One step from a package to one of its functions or values. */
export type ApiToken =
  /** The package itself (`default`): what `axios` is after `import axios from 'axios'`. Only at the start. */
  | { readonly kind: 'root' }
  /** A value of the library's type `name`; see `TypeModel`. Only at the start. */
  | { readonly kind: 'type'; readonly name: string }
  /** A JSX or HTML element: `element:input`, `element:*`. Only at the start. */
  | { readonly kind: 'element'; readonly tag: string }
  /** `[]`, the elements of a collection, has the name `[]`, as in the facts. */
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'any-member' }
  /** `**`: any members and calls, or none. */
  | { readonly kind: 'any-path' }
  | { readonly kind: 'call' }
  /** The class before it, constructed: `new X().a` is member `X`, new, member `a`; `new X` is member `X`, new. */
  | { readonly kind: 'new' };

/** Which arguments: one, all, from one on (`1..`), or counted from the end (`-1` is `{ last: 1 }`). */
export type ArgumentIndex = number | 'all' | { readonly from: number } | { readonly last: number };

export type PortRoot =
  | { readonly kind: 'argument'; readonly index: ArgumentIndex }
  | { readonly kind: 'this' | 'return' | 'assigned' | 'decorated' | 'property' | 'package' | 'program' };

export type PortStep =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'any-property' }
  /** The elements of a collection. */
  | { readonly kind: 'element' }
  /** What the library passes to this callback. */
  | { readonly kind: 'parameter'; readonly index: number }
  /** What this callback returns. */
  | { readonly kind: 'return' }
  /** An argument of the call that made the value: `this.argument[0].baseURL`. */
  | { readonly kind: 'argument'; readonly index: ArgumentIndex };

/** An input or output of a function, and the way into it. */
export interface PortPath {
  readonly root: PortRoot;
  readonly steps: readonly PortStep[];
}

/** A path or port that the grammar above does not allow; the message says where and what would be right. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
}

const MOST_ALTERNATIVES = 1000;
const NAME = /[\p{ID_Start}_$#@\d][\p{ID_Continue}$@-]*/uy;
const TAG = /\*|[A-Za-z][\w-]*/y;
const TYPE = /[\p{ID_Start}_$][\p{ID_Continue}$.]*/uy;
const INDEX = /\[(?:(\*)|(\d{1,4})\.\.|-(\d{1,4})|(\d{1,4}))\]/y;

/**
 * The alternatives of an API path as tokens.
 *
 *     new Analytics().{identify,track}  →  member Analytics, new, member identify  |  member Analytics, new, member track
 */
export function parseApiPath(text: string): ApiToken[][] {
  return expandAlternatives(text).map(parseOneApiPath);
}

/** The alternatives of a port: `argument[0].{to,cc}` → two. */
export function parsePort(text: string): PortPath[] {
  return expandAlternatives(text).map(parseOnePort);
}

/** A path as it is written: what {@link parseApiPath} reads as these tokens. */
export function printApiPath(tokens: readonly ApiToken[]): string {
  const constructs = tokens.some(({ kind }) => kind === 'new');
  const text = tokens.map((token, index) => {
    if (token.kind === 'new') return index === tokens.length - 1 ? '' : '()';
    const word = printToken(token);
    return index === 0 || word.startsWith('(') || word === '[]' ? word : `.${word}`;
  });
  return (constructs ? 'new ' : '') + text.join('');
}

const PRINTED: Readonly<Record<'root' | 'any-member' | 'any-path' | 'call' | 'new', string>> = {
  root: 'default',
  'any-member': '*',
  'any-path': '**',
  call: '()',
  new: '()',
};

function printToken(token: ApiToken): string {
  if (token.kind === 'type') return `<${token.name}>`;
  if (token.kind === 'element') return `element:${token.tag}`;
  return token.kind === 'member' ? token.name : PRINTED[token.kind];
}

/** A port as it is written. */
export function printPort({ root, steps }: PortPath): string {
  const start = root.kind === 'argument' ? `argument${printIndex(root.index)}` : root.kind;
  return start + steps.map(printStep).join('');
}

function printStep(step: PortStep): string {
  switch (step.kind) {
    case 'property':
      return `.${step.name}`;
    case 'any-property':
      return '.*';
    case 'element':
      return '[]';
    case 'return':
      return '.return';
    default:
      return `.${step.kind}${printIndex(step.index)}`;
  }
}

function printIndex(index: ArgumentIndex): string {
  if (index === 'all') return '[*]';
  if (typeof index === 'number') return `[${index}]`;
  return 'from' in index ? `[${index.from}..]` : `[-${index.last}]`;
}

/** A text and how far it has been read. */
interface Reading {
  readonly text: string;
  at: number;
}

function parseOneApiPath(text: string): ApiToken[] {
  const reading: Reading = { text, at: 0 };
  let constructs = accept(reading, 'new ');
  const tokens: ApiToken[] = [readStart(reading)];
  while (reading.at < text.length) {
    if (accept(reading, '()')) {
      tokens.push({ kind: constructs ? 'new' : 'call' });
      constructs = false;
    } else if (accept(reading, '[]')) {
      tokens.push({ kind: 'member', name: '[]' });
    } else if (accept(reading, '.')) {
      tokens.push(readMember(reading));
    } else {
      throw unexpected(reading, '`.member`, `()` or `[]`');
    }
  }
  if (constructs) tokens.push({ kind: 'new' });
  return tokens;
}

function readStart(reading: Reading): ApiToken {
  if (accept(reading, 'element:')) return { kind: 'element', tag: read(reading, TAG, 'a tag name or `*`') };
  if (accept(reading, '<')) {
    const name = read(reading, TYPE, 'a type name');
    if (!accept(reading, '>')) throw unexpected(reading, '`>`');
    return { kind: 'type', name };
  }
  const token = readMember(reading);
  return token.kind === 'member' && token.name === 'default' ? { kind: 'root' } : token;
}

function readMember(reading: Reading): ApiToken {
  if (accept(reading, '**')) return { kind: 'any-path' };
  if (accept(reading, '*')) return { kind: 'any-member' };
  return { kind: 'member', name: read(reading, NAME, 'a member name, `*` or `**`') };
}

function parseOnePort(text: string): PortPath {
  const reading: Reading = { text, at: 0 };
  const root = readRoot(reading);
  const steps: PortStep[] = [];
  while (reading.at < text.length) steps.push(readStep(reading));
  return { root, steps };
}

const WORD_ROOTS: ReadonlySet<string> = new Set([
  'this',
  'return',
  'assigned',
  'decorated',
  'property',
  'package',
  'program',
]);
const ROOTS = '`argument[0]`, `this`, `return`, `assigned`, `decorated`, `property`, `package` or `program`';

function readRoot(reading: Reading): PortRoot {
  const word = match(reading, NAME)?.[0];
  if (word === 'argument') return { kind: 'argument', index: readIndex(reading) };
  if (word !== undefined && WORD_ROOTS.has(word)) return { kind: word as 'this' };
  if (word !== undefined) reading.at -= word.length;
  throw unexpected(reading, ROOTS);
}

function readStep(reading: Reading): PortStep {
  if (accept(reading, '[]')) return { kind: 'element' };
  if (!accept(reading, '.')) throw unexpected(reading, '`.property` or `[]`');
  if (accept(reading, '*')) return { kind: 'any-property' };
  const name = read(reading, NAME, 'a property name or `*`');
  if (name === 'return') return { kind: 'return' };
  const indexed = reading.text[reading.at] === '[' && reading.text[reading.at + 1] !== ']';
  if (indexed && name === 'argument') return { kind: 'argument', index: readIndex(reading) };
  if (indexed && name === 'parameter') return { kind: 'parameter', index: readParameterIndex(reading) };
  return { kind: 'property', name };
}

function readIndex(reading: Reading): ArgumentIndex {
  const found = match(reading, INDEX);
  if (found === null) throw unexpected(reading, 'an index: `[0]`, `[*]`, `[1..]` or `[-1]`');
  const [, all, from, last, one] = found;
  if (all !== undefined) return 'all';
  if (from !== undefined) return { from: Number(from) };
  if (last !== undefined) return { last: Number(last) };
  return Number(one);
}

function readParameterIndex(reading: Reading): number {
  const at = reading.at;
  const index = readIndex(reading);
  if (typeof index === 'number') return index;
  throw unexpected({ text: reading.text, at }, 'the number of one parameter: `[0]`');
}

function accept(reading: Reading, literal: string): boolean {
  if (!reading.text.startsWith(literal, reading.at)) return false;
  reading.at += literal.length;
  return true;
}

function match(reading: Reading, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text);
  if (found !== null) reading.at += found[0].length;
  return found;
}

function read(reading: Reading, pattern: RegExp, expected: string): string {
  const found = match(reading, pattern);
  if (found === null) throw unexpected(reading, expected);
  return found[0];
}

function unexpected({ text, at }: Reading, expected: string): PathSyntaxError {
  const where = at < text.length ? `\`${text.slice(at)}\`` : 'the end';
  return new PathSyntaxError(`\`${text}\` is not understood at ${where}: expected ${expected}`);
}

/** `a{b,c}d` → `abd`, `acd`; braces may nest. */
function expandAlternatives(text: string): string[] {
  const open = text.indexOf('{');
  if (open < 0) {
    if (text.includes('}')) throw new PathSyntaxError(`\`${text}\` has a \`}\` without a \`{\``);
    return [text];
  }
  const { choices, end } = readChoices(text, open);
  const endings = expandAlternatives(text.slice(end));
  const expanded: string[] = [];
  for (const choice of choices.flatMap(expandAlternatives)) {
    for (const ending of endings) expanded.push(text.slice(0, open) + choice + ending);
    if (expanded.length > MOST_ALTERNATIVES) {
      throw new PathSyntaxError(`\`${text.slice(0, 40)}…\` stands for more than ${MOST_ALTERNATIVES} alternatives`);
    }
  }
  return expanded;
}

/** The comma-separated texts of the braces that open at `open`, and the offset after them. */
function readChoices(text: string, open: number): { choices: string[]; end: number } {
  const choices: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < text.length; at++) {
    const character = text[at];
    if (character === '{') depth += 1;
    if (character === ',' && depth === 1) {
      choices.push(text.slice(start, at));
      start = at + 1;
    }
    if (character === '}' && --depth === 0) return { choices: [...choices, text.slice(start, at)], end: at + 1 };
  }
  throw new PathSyntaxError(`\`${text}\` has a \`{\` without a \`}\``);
}
