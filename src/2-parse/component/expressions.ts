/** Expressions in templates: what they name, and how they are written as code of the component's module. */
import { ts } from '#compiler';
import type { GeneratedCode } from './generated.ts';

/** What a name in a template stands for. */
export interface Names {
  /** Declared by the script. */
  readonly declared: ReadonlySet<string>;
  /** Those that may hold their value in `.value`, which templates leave out. */
  readonly boxed: ReadonlySet<string>;
  /** Neither; filled by whoever writes expressions. They are given to the component. */
  readonly given: Set<string>;
}

interface Token {
  readonly kind: ts.SyntaxKind;
  readonly text: string;
  readonly start: number;
}

const Kind = ts.SyntaxKind;
const OPENERS = new Set([Kind.OpenBraceToken, Kind.OpenParenToken, Kind.OpenBracketToken]);
const CLOSERS = new Set([Kind.CloseBraceToken, Kind.CloseParenToken, Kind.CloseBracketToken]);
const STEPS = new Set([Kind.PlusPlusToken, Kind.MinusMinusToken]);
/** Of the language and the browser, which no component is given. */
const GLOBALS = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...'window document location history localStorage sessionStorage arguments $event'.split(' '),
]);
const MAX_LENGTH = 20_000;

/**
 * Writes `text`, which stands at `start`, as an expression; false when it is none, and then nothing is written. `locals`
 * are the names that the template itself declares around it.
 */
export function writeExpression(
  text: string,
  start: number,
  { code, names, locals }: { code: GeneratedCode; names: Names; locals: ReadonlySet<string> },
): boolean {
  if (text.length > MAX_LENGTH || !parses(`(${text}\n)`)) return false;
  code.add('(', start);
  writeTokens(text, start, code, names, locals);
  code.add('\n)');
  return true;
}

/** The same for what a handler does: statements, of which the last need not end. */
export function writeStatements(
  text: string,
  start: number,
  { code, names, locals }: { code: GeneratedCode; names: Names; locals: ReadonlySet<string> },
): boolean {
  if (text.length > MAX_LENGTH || !parses(`async () => {${text}\n}`)) return false;
  writeTokens(text, start, code, names, locals);
  code.add('\n');
  return true;
}

function parses(code: string): boolean {
  const tree = ts.createSourceFile('expression.tsx', code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  const { parseDiagnostics = [] } = tree as ts.SourceFile & { parseDiagnostics?: readonly unknown[] };
  return parseDiagnostics.length === 0 && tree.statements.length <= 1;
}

function writeTokens(
  text: string,
  start: number,
  code: GeneratedCode,
  names: Names,
  locals: ReadonlySet<string>,
): void {
  const tokens = tokensOf(text);
  const parameters = parametersIn(tokens);
  const brackets: ts.SyntaxKind[] = [];
  let copied = 0;
  for (const [index, token] of tokens.entries()) {
    if (OPENERS.has(token.kind)) brackets.push(token.kind);
    if (CLOSERS.has(token.kind)) brackets.pop();
    const before = tokens[index - 1]?.kind;
    const next = tokens[index + 1]?.kind;
    if (!isName(token, before) || locals.has(token.text) || parameters.has(token.text)) continue;
    const inBraces = brackets.at(-1) === Kind.OpenBraceToken;
    const begins = before === Kind.OpenBraceToken || before === Kind.CommaToken;
    if (inBraces && begins && next === Kind.ColonToken) continue;
    if (!names.declared.has(token.text) && !GLOBALS.has(token.text)) names.given.add(token.text);
    if (!names.boxed.has(token.text)) continue;
    code.copy(text.slice(copied, token.start), start + copied);
    copied = token.start + token.text.length;
    const at = start + token.start;
    const isShorthand = inBraces && begins && (next === Kind.CloseBraceToken || next === Kind.CommaToken);
    if (isShorthand) code.add(`${token.text}: `, at);
    if (isAssignment(next)) code.copy(token.text, at).add('.value');
    else code.add('(').copy(token.text, at).add(`.value ?? ${token.text})`);
  }
  code.copy(text.slice(copied), start + copied);
}

/** Identifiers that are read or written, not members and not words of the language. */
function isName({ kind }: Token, before: ts.SyntaxKind | undefined): boolean {
  return kind === Kind.Identifier && before !== Kind.DotToken && before !== Kind.QuestionDotToken;
}

function isAssignment(kind: ts.SyntaxKind | undefined): boolean {
  if (kind === undefined) return false;
  return (kind >= Kind.FirstAssignment && kind <= Kind.LastAssignment) || STEPS.has(kind);
}

function tokensOf(text: string): Token[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const tokens: Token[] = [];
  // Within a template literal the scanner has to be told where its text goes on.
  const templates: number[] = [];
  for (let kind = scanner.scan(); kind !== Kind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === Kind.TemplateHead) templates.push(0);
    else if (kind === Kind.OpenBraceToken && templates.length > 0) templates.push((templates.pop() ?? 0) + 1);
    else if (kind === Kind.CloseBraceToken && templates.length > 0) {
      const depth = templates.pop() ?? 0;
      if (depth > 0) templates.push(depth - 1);
      else if (scanner.reScanTemplateToken(false) === Kind.TemplateMiddle) {
        templates.push(0);
        continue;
      } else continue;
    }
    if (kind === Kind.TemplateHead) continue;
    tokens.push({ kind, text: scanner.getTokenText(), start: scanner.getTokenStart() });
  }
  return tokens;
}

/** The names that functions in the expression declare: those before an arrow or in the parentheses before it. */
function parametersIn(tokens: readonly Token[]): Set<string> {
  const parameters = new Set<string>();
  for (const [index, { kind }] of tokens.entries()) {
    if (kind !== Kind.EqualsGreaterThanToken) continue;
    let depth = 0;
    for (let at = index - 1; at >= 0; at--) {
      const token = tokens[at] as Token;
      if (CLOSERS.has(token.kind)) depth++;
      if (OPENERS.has(token.kind)) depth--;
      if (token.kind === Kind.Identifier) parameters.add(token.text);
      if (depth <= 0) break;
    }
  }
  return parameters;
}

/** The names that a pattern such as `{ item, index }` or `[key, value]` declares, and a few more. */
export function namesIn(pattern: string): string[] {
  return tokensOf(pattern)
    .filter(({ kind }) => kind === Kind.Identifier)
    .map(({ text }) => text);
}

/** Whether `pattern` can stand as the parameters of a function. */
export function isParameters(pattern: string): boolean {
  return pattern.length <= MAX_LENGTH && parses(`((${pattern}\n) => {})`);
}

/** `user.email`, `form['email']`: what can be assigned to. */
export function isTarget(text: string): boolean {
  return (
    text.length <= MAX_LENGTH && parses(`((${text}) = 0)`) && /^\s*[A-Za-z_$]/.test(text) && !/[=<>!?(]/.test(text)
  );
}
