/**
 * What a SQL text does, as far as obligations ask: verb, table, columns written and columns that choose the rows.
 *
 *     DELETE FROM users WHERE id = $1       →  delete users, filter id
 *     UPDATE "users" SET email = NULL …     →  update users, column email erased
 *
 * Reads words, not grammar: the first statement alone; a subquery's columns count as its parent's.
 */
export interface SqlReading {
  readonly verb: 'create' | 'read' | 'update' | 'upsert' | 'delete';
  readonly table: string | null;
  readonly columns: readonly { readonly name: string; readonly value: 'nothing' | 'text' | 'data' }[];
  readonly filter: readonly { readonly name: string; readonly operator: string }[];
}

const TOKEN = /"[^"]{1,200}"|`[^`]{1,200}`|\[[^\]]{1,200}\]|'[^']{0,500}'|[\p{L}_][\p{L}\p{N}_]*|[<>=!]+|[^\s]/gu;
const LONGEST = 4000;
const COMPARISONS = new Set(['=', '<', '>', '<=', '>=', '<>', '!=', 'in', 'like', 'ilike', 'is', 'between']);

/** Null when the text is no statement about rows. */
export function readSql(text: string): SqlReading | null {
  const tokens = [...text.slice(0, LONGEST).matchAll(TOKEN)].map(([token]) => token);
  const words = tokens.map((token) => token.toLowerCase());
  const [first] = words;
  const filter = filterOf(tokens, words);
  switch (first) {
    case 'delete':
      return { verb: 'delete', table: tableAfter('from', tokens, words), columns: [], filter };
    case 'truncate':
      return { verb: 'delete', table: null, columns: [], filter: [] };
    case 'update':
      return { verb: 'update', table: tableAt(1, tokens, words), columns: columnsSet(tokens, words), filter };
    case 'insert':
    case 'replace': {
      const verb = first === 'replace' || words.includes('conflict') ? 'upsert' : 'create';
      return { verb, table: tableAfter('into', tokens, words), columns: columnsInserted(tokens, words), filter: [] };
    }
    case 'select':
    case 'with':
      return { verb: 'read', table: tableAfter('from', tokens, words), columns: [], filter };
    default:
      return null;
  }
}

function tableAfter(word: string, tokens: readonly string[], words: readonly string[]): string | null {
  const at = words.indexOf(word);
  return at < 0 ? null : tableAt(at + 1, tokens, words);
}

/** `only users`, `public.users`, `"users"`. */
function tableAt(start: number, tokens: readonly string[], words: readonly string[]): string | null {
  let at = words[start] === 'only' ? start + 1 : start;
  while (tokens[at + 1] === '.') at += 2;
  const name = bare(tokens[at]);
  return /^[\p{L}_]/u.test(name) ? name : null;
}

function bare(token: string | undefined): string {
  return (token ?? '').replace(/^["`[]|["`\]]$/g, '');
}

function columnsSet(tokens: readonly string[], words: readonly string[]): SqlReading['columns'] {
  const start = words.indexOf('set');
  if (start < 0) return [];
  const end = words.indexOf('where');
  const columns: { name: string; value: 'nothing' | 'text' | 'data' }[] = [];
  for (let at = start + 1; at < (end < 0 ? tokens.length : end); at++) {
    if (tokens[at + 1] !== '=' || (at !== start + 1 && tokens[at - 1] !== ',')) continue;
    const value = words[at + 2] ?? '';
    const kind = value === 'null' || value === 'default' ? 'nothing' : value.startsWith("'") ? 'text' : 'data';
    columns.push({ name: bare(tokens[at]), value: kind });
  }
  return columns;
}

function columnsInserted(tokens: readonly string[], words: readonly string[]): SqlReading['columns'] {
  const open = tokens.indexOf('(');
  const values = words.indexOf('values');
  if (open < 0 || (values >= 0 && values < open)) return [];
  const close = tokens.indexOf(')', open);
  const names = tokens.slice(open + 1, close < 0 ? undefined : close).filter((token) => /^["`[\p{L}_]/u.test(token));
  return names.map((name) => ({ name: bare(name), value: 'data' }));
}

function filterOf(tokens: readonly string[], words: readonly string[]): SqlReading['filter'] {
  const start = words.indexOf('where');
  return start < 0 ? [] : conditionsIn(tokens.slice(start + 1), words.slice(start + 1));
}

function conditionsIn(tokens: readonly string[], words: readonly string[]): SqlReading['filter'] {
  return tokens.flatMap((token, at) => {
    const operator = words[at + 1] ?? '';
    if (!/^["`[\p{L}_]/u.test(token) || !COMPARISONS.has(operator)) return [];
    return [{ name: bare(token), operator }];
  });
}

/** The columns of a condition by itself: `user.id = :id and deleted_at < now()`. */
export function readSqlCondition(text: string): SqlReading['filter'] {
  const tokens = [...text.slice(0, LONGEST).matchAll(TOKEN)].map(([token]) => token);
  return conditionsIn(
    tokens,
    tokens.map((token) => token.toLowerCase()),
  );
}
