/**
 * What a SQL text asks of every row it gives, as far as columns have to be true, false, nothing or a parameter:
 *
 *     SELECT * FROM users WHERE marketing_opt_in = true AND unsubscribed_at IS NULL AND plan = $1
 *
 * Reads words, not grammar. What stands beside an `OR`, or inside a subquery, need not hold and is left out.
 */
export interface SqlCondition {
  /** Table (when it is told) and column. */
  readonly column: readonly string[];
  /** What it has to be; a parameter as it is written (`$1`, `:wanted`, `?`). */
  readonly value: boolean | { readonly parameter: string; readonly position: number };
  /** It has to be anything else. */
  readonly negated: boolean;
}

interface Token {
  readonly text: string;
  readonly word: string;
  /** How many unnamed parameters stand before it. */
  readonly position: number;
}

const TOKEN =
  /"[^"]{1,200}"|`[^`]{1,200}`|'[^']{0,500}'|::[\p{L}_]\w*|[$:@][\p{L}\p{N}_]+|[\p{L}_][\p{L}\p{N}_]*|\d+|[<>=!]+|[^\s]/gu;
const LONGEST = 4000;
const ENDS = new Set([
  'group',
  'order',
  'limit',
  'having',
  'returning',
  'union',
  'for',
  'offset',
  'window',
  'fetch',
  ';',
]);
const DEEPEST = 4;

/** The conditions of a whole statement. */
export function conditionsOfStatement(text: string): SqlCondition[] {
  const tokens = tokensOf(text);
  const first = tokens[0]?.word;
  if (first !== 'select') return [];
  const start = indexAtTop(tokens, (word) => word === 'where');
  if (start < 0) return [];
  const rest = tokens.slice(start + 1);
  const end = indexAtTop(rest, (word) => ENDS.has(word));
  // The rows of a union need not have passed the filter of its first part.
  if (rest[end]?.word === 'union') return [];
  return conjuncts(end < 0 ? rest : rest.slice(0, end), DEEPEST);
}

/** The conditions of a filter by itself: `user.optedIn = true`. */
export function conditionsOfFilter(text: string): SqlCondition[] {
  return conjuncts(tokensOf(text), DEEPEST);
}

function tokensOf(text: string): Token[] {
  let position = 0;
  const found = [...text.slice(0, LONGEST).matchAll(TOKEN)].map(([token]): Token => {
    const here = { text: token, word: token.toLowerCase(), position };
    if (token === '?') position++;
    return here;
  });
  // `optedIn::boolean` is the column all the same.
  return found.filter(({ text }) => !text.startsWith('::'));
}

/** Where, outside of parentheses, the first such word stands. */
function indexAtTop(tokens: readonly Token[], wanted: (word: string) => boolean): number {
  let depth = 0;
  for (const [index, { word }] of tokens.entries()) {
    if (word === '(') depth++;
    else if (word === ')') depth--;
    else if (depth === 0 && wanted(word)) return index;
  }
  return -1;
}

function conjuncts(tokens: readonly Token[], depth: number): SqlCondition[] {
  if (depth === 0 || indexAtTop(tokens, (word) => word === 'or') >= 0) return [];
  const found: SqlCondition[] = [];
  let rest = tokens;
  for (let at = 0; at >= 0 && rest.length > 0; ) {
    at = indexAtTop(rest, (word) => word === 'and');
    found.push(...conditionsIn(at < 0 ? rest : rest.slice(0, at), depth));
    rest = at < 0 ? [] : rest.slice(at + 1);
  }
  return found;
}

function conditionsIn(tokens: readonly Token[], depth: number): SqlCondition[] {
  if (tokens[0]?.word === '(' && tokens.at(-1)?.word === ')') return conjuncts(tokens.slice(1, -1), depth - 1);
  if (tokens[0]?.word === 'not') {
    // Not both is neither this nor that.
    const isOne = !tokens.some(({ word }) => word === 'and');
    return isOne ? conditionsIn(tokens.slice(1), depth).map(turned) : [];
  }
  const length = columnLength(tokens);
  if (length === 0) return [];
  const column = tokens.slice(0, length).flatMap(({ text }) => (text === '.' ? [] : [bare(text)]));
  const compared = comparison(tokens.slice(length));
  return compared ? [{ column, ...compared }] : [];
}

function turned(condition: SqlCondition): SqlCondition {
  return { ...condition, negated: !condition.negated };
}

/** `consents.marketing`: how many words name the column. */
function columnLength(tokens: readonly Token[]): number {
  let length = 0;
  while (isName(tokens[length])) {
    length++;
    if (tokens[length]?.text !== '.') return length;
    length++;
  }
  return 0;
}

function isName(token: Token | undefined): boolean {
  return token !== undefined && /^["`\p{L}_]/u.test(token.text);
}

function bare(text: string): string {
  return text.replace(/^["`]|["`]$/g, '');
}

/** `= true`, `IS NOT NULL`, nothing at all: what a column is compared with. Null for what says neither. */
function comparison([operator, ...rest]: readonly Token[]): Pick<SqlCondition, 'value' | 'negated'> | null {
  if (!operator) return { value: true, negated: false };
  const isNot = operator.word === 'is' && rest[0]?.word === 'not';
  const [operand, ...more] = isNot ? rest.slice(1) : rest;
  if (!operand || more.length > 0) return null;
  if (operator.word !== '=' && operator.word !== 'is' && !/^(?:!=|<>)$/.test(operator.word)) return null;
  const value = writtenValue(operand);
  return value === null ? null : { value, negated: isNot || /^(?:!=|<>)$/.test(operator.word) };
}

function writtenValue({ text, word, position }: Token): SqlCondition['value'] | null {
  if (/^[$:@?]/.test(text)) return { parameter: text, position };
  if (/^(?:true|1)$/.test(word)) return true;
  if (/^(?:false|0|null)$/.test(word)) return false;
  return word.startsWith("'") ? !/^'(?:|f|false|0|denied|declined|revoked|withdrawn|no|off)'$/.test(word) : null;
}
