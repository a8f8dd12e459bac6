/**
 * Source text with the contents of every literal and comment blanked: a report shows names, never the texts of the
 * scanned code, which may be personal data or secrets themselves. Length and line breaks stay, so columns do too.
 *
 *     log(`hi ${user.email}`, 'x'); // bob     →     log(`•••${user.email}`, '•'); //
 *
 * A lexer of its own, since this phase knows no compiler. Where it cannot be sure it blanks too much.
 * Known gap: the text of a JSX element is code to it, except what follows an apostrophe on the same line.
 */
interface Scanner {
  readonly text: string;
  /** For each open `${`, how many braces are open inside it. */
  readonly substitutions: number[];
  /** The last token that is neither space nor comment, which tells a division from a regular expression. */
  previous: string;
}

interface Token {
  readonly end: number;
  /** What is printed instead; the text itself when absent. */
  readonly shown?: string;
}

/** Numbers this short are indexes and status codes; longer ones may be a card, a phone or a code. */
const HARMLESS_DIGITS = 3;
const LONGEST_REGULAR_EXPRESSION = 2000;
const WORD = /[\w$\u0080-\uffff]+/y;
const BEFORE_REGULAR_EXPRESSION =
  /^(?:[(,=:[!&|?{};+\-*%>~^]|return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)?$/;

/** Blanks literals and comments. Linear in the length of the text. */
export function maskLiterals(text: string): string {
  const scanner: Scanner = { text, substitutions: [], previous: '' };
  const pieces: string[] = [];
  for (let offset = 0; offset < text.length; ) {
    const { end, shown } = nextToken(scanner, offset);
    pieces.push(shown ?? text.slice(offset, end));
    offset = end;
  }
  return pieces.join('');
}

function nextToken(scanner: Scanner, offset: number): Token {
  const { text } = scanner;
  const character = text[offset] as string;
  if (/\s/.test(character)) return { end: offset + 1 };
  const comment = commentAt(text, offset);
  if (comment) return comment;
  const regularExpression = character === '/' && BEFORE_REGULAR_EXPRESSION.test(scanner.previous);
  scanner.previous = character;
  if (character === '"' || character === "'") return literal(text, offset, quoteEnd(text, offset), '•');
  if (character === '`' || closesSubstitution(scanner, character)) return templateToken(scanner, offset);
  if (regularExpression) return literal(text, offset, regularExpressionEnd(text, offset), '•');
  return wordToken(scanner, offset) ?? { end: offset + 1 };
}

function commentAt(text: string, offset: number): Token | undefined {
  if (text.startsWith('//', offset)) return literal(text, offset, lineEnd(text, offset), ' ', 2);
  if (!text.startsWith('/*', offset)) return undefined;
  const close = text.indexOf('*/', offset + 2);
  return literal(text, offset, close < 0 ? text.length : close + 2, ' ', 2);
}

function wordToken(scanner: Scanner, offset: number): Token | undefined {
  WORD.lastIndex = offset;
  const word = WORD.exec(scanner.text)?.[0];
  if (word === undefined) return undefined;
  scanner.previous = word;
  const number = /^\d/.test(word) && word.length > HARMLESS_DIGITS;
  return { end: offset + word.length, ...(number && { shown: '•'.repeat(word.length) }) };
}

/** From a backtick or the `}` of a substitution to the next `${` or the closing backtick. */
function templateToken(scanner: Scanner, offset: number): Token {
  const { text, substitutions } = scanner;
  let end = offset + 1;
  while (end < text.length && text[end] !== '`' && !text.startsWith('${', end)) end += text[end] === '\\' ? 2 : 1;
  if (text[end] === '`') return literal(text, offset, end + 1, '•');
  if (end >= text.length) return literal(text, offset, text.length, '•');
  substitutions.push(0);
  scanner.previous = '{';
  return { end: end + 2, shown: `${text[offset]}${blank(text.slice(offset + 1, end), '•')}\${` };
}

function closesSubstitution({ substitutions }: Scanner, character: string): boolean {
  const open = substitutions.at(-1);
  if (open === undefined) return false;
  if (character === '}' && open === 0) {
    substitutions.pop();
    return true;
  }
  if (character === '{') substitutions[substitutions.length - 1] = open + 1;
  if (character === '}') substitutions[substitutions.length - 1] = open - 1;
  return false;
}

/** After the closing quote, or at the end of the line when there is none. */
function quoteEnd(text: string, offset: number): number {
  const quote = text[offset];
  for (let end = offset + 1; end < text.length; end++) {
    const character = text[end];
    if (character === '\\') end += text.startsWith('\r\n', end + 1) ? 2 : 1;
    else if (character === quote) return end + 1;
    else if (character === '\n' || character === '\r') return end;
  }
  return text.length;
}

/** After the closing slash; a slash that closes nowhere near is a division. */
function regularExpressionEnd(text: string, offset: number): number {
  let inClass = false;
  const limit = Math.min(text.length, offset + LONGEST_REGULAR_EXPRESSION);
  for (let end = offset + 1; end < limit; end++) {
    const character = text[end];
    if (character === '\n' || character === '\r') break;
    if (character === '\\') end++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return end + 1;
  }
  return offset + 1;
}

function lineEnd(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}

/** The literal with its delimiters (`width` characters on each side) kept and the rest blanked. */
function literal(text: string, start: number, end: number, filler: string, width = 1): Token {
  const raw = text.slice(start, Math.min(end, text.length));
  if (raw.length <= width) return { end: start + raw.length };
  const closed = raw.length >= 2 * width && /['"`/]$/.test(raw) && !(width === 2 && !raw.endsWith('*/'));
  const inner = closed ? raw.slice(width, raw.length - width) : raw.slice(width);
  return {
    end: start + raw.length,
    shown: raw.slice(0, width) + blank(inner, filler) + (closed ? raw.slice(-width) : ''),
  };
}

function blank(text: string, filler: string): string {
  return text.replace(/[^\r\n]/g, filler);
}
