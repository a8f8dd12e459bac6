/**
 * `schema.prisma` → its models as plain data. Reads the grammar of Prisma's schema reference by lines and tokens, so that
 * a mistake costs one line, not the file. (The parsers on npm either give up at the first error, or run configuration
 * found in the working directory, which is the scanned repository's.)
 *
 *     model User {
 *       /// @personal user.contact.email
 *       email String @unique             →  { name: 'email', type: 'String', list: false, annotation: … }
 *       posts Post[]                     →  { name: 'posts', type: 'Post', list: true }
 *     }
 */
import { posix } from 'node:path';
import type { GeneratedCode, SchemaEntity, SchemaFacts, SchemaField } from '../core/facts.ts';
import type { Notification } from '../core/notification.ts';

/** Entities in the order of the file; the folders that clients are generated into, which few repositories hold; notifications for the first lines that are not understood. */
export interface PrismaReading extends SchemaFacts {
  readonly notifications: readonly Notification[];
}

/** What generated clients are otherwise imported from, by the generator that makes them. */
const CLIENTS: ReadonlyMap<string, string> = new Map([
  ['prisma-client', '@prisma/client'],
  ['prisma-client-js', '@prisma/client'],
]);

/** Reads models, views, composite types and where clients are generated. Enums and data sources hold no data of people. */
export function parsePrisma(text: string, file: string): PrismaReading {
  const reading: Reading = { file, entities: [], generated: [], notifications: [], block: null, documentation: [] };
  for (const statement of statementsOf(text)) readStatement(statement, reading);
  if (reading.block !== null) {
    notUnderstood(reading, reading.block.line, 'a block is not closed');
    closeBlock(reading.block.line, reading);
  }
  return { entities: reading.entities, generated: reading.generated, notifications: reading.notifications };
}

interface Token {
  readonly text: string;
  readonly line: number;
}

/** Documentation, comments, strings, words, line ends, anything else: in this order. Linear, as no part can fail late. */
const TOKEN =
  /\/\/\/[^\r\n]*|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\r\n]+|\\.)*"?|[\p{L}_][\p{L}\p{N}_-]*|\r\n|\r|\n|[^\S\r\n]+|[\s\S]/gu;

/** The tokens of one line, or up to a brace; of several lines where brackets span them. */
function* statementsOf(text: string): Generator<Token[]> {
  let open = 0;
  let tokens: Token[] = [];
  for (const token of tokensOf(text)) {
    const isEnd = LINE_END.test(token.text);
    // No brace stands between brackets: one that seems to, ends what was left open.
    const isBrace = token.text === '{' || token.text === '}';
    open = isBrace ? 0 : Math.max(0, open + (BRACKET_DEPTH.get(token.text) ?? 0));
    if (!isEnd) tokens.push(token);
    if (open > 0 || !(isEnd || isBrace)) continue;
    yield tokens;
    tokens = [];
  }
  yield tokens;
}

const LINE_END = /^(?:\r\n|\r|\n)$/;
const LINE_ENDS = /\r\n|\r|\n/g;
const BLANK = /^(?:\/\/(?!\/)|\/\*|[^\S\r\n])/;
const BRACKET_DEPTH: ReadonlyMap<string, number> = new Map([
  ['(', 1],
  ['[', 1],
  [')', -1],
  [']', -1],
]);

/** Line ends are tokens, white space and comments are not, but for documentation. */
function* tokensOf(source: string): Generator<Token> {
  let line = 1;
  for (const [text] of source.matchAll(TOKEN)) {
    if (!BLANK.test(text)) yield { text, line };
    line += text.match(LINE_ENDS)?.length ?? 0;
  }
}

interface Block {
  readonly name: string;
  readonly line: number;
  /** Null for blocks that hold no fields. */
  readonly fields: SchemaField[] | null;
  /** Of a generator: texts by name. Null for other blocks. */
  readonly settings: Map<string, string> | null;
}

interface Reading {
  readonly file: string;
  readonly entities: SchemaEntity[];
  readonly generated: GeneratedCode[];
  readonly notifications: Notification[];
  block: Block | null;
  /** Documentation lines since the last field. */
  documentation: string[];
}

const ENTITY_BLOCKS = new Set(['model', 'view', 'type']);
const MAX_NOTIFICATIONS = 10;

function readStatement(tokens: readonly Token[], reading: Reading): void {
  const code = tokens.filter(({ text }) => !text.startsWith('///'));
  for (const { text } of tokens) if (text.startsWith('///')) reading.documentation.push(text);
  const last = code.at(-1);
  if (last === undefined) return;
  if (last.text === '{') openBlock(code, last.line, reading);
  else readLine(last.text === '}' ? code.slice(0, -1) : code, reading);
  if (last.text === '}') closeBlock(last.line, reading);
  reading.documentation = [];
}

function readLine(code: readonly Token[], reading: Reading): void {
  const [first] = code;
  if (first === undefined) return;
  if (reading.block === null) notUnderstood(reading, first.line, 'it stands outside of a block');
  else if (reading.block.settings !== null) readSetting(code, reading.block.settings);
  else if (reading.block.fields !== null && first.text !== '@') readField(code, reading.block.fields, reading);
}

function openBlock(tokens: readonly Token[], line: number, reading: Reading): void {
  if (reading.block !== null) {
    notUnderstood(reading, reading.block.line, 'a block is not closed');
    closeBlock(line, reading);
  }
  const [kind, name] = tokens.map((token) => token.text);
  const named = tokens.length === 3 && isWord(kind) && isWord(name);
  if (!named) notUnderstood(reading, line, 'a block needs a kind and a name');
  const fields = named && ENTITY_BLOCKS.has(kind) ? [] : null;
  reading.block = { name: name ?? '', line, fields, settings: kind === 'generator' ? new Map() : null };
}

/** `output = "../src/generated"` */
function readSetting(code: readonly Token[], settings: Map<string, string>): void {
  const [name, equals, value] = code.map(({ text }) => text);
  if (name !== undefined && equals === '=' && value?.startsWith('"')) settings.set(name, value.slice(1, -1));
}

/** The client of a generator lies where `output` says, seen from the schema; elsewhere it is in its package. */
function closeGenerator(settings: ReadonlyMap<string, string>, { file, generated }: Reading): void {
  const client = CLIENTS.get(settings.get('provider') ?? '');
  const output = settings.get('output');
  if (client === undefined || output === undefined || posix.isAbsolute(output)) return;
  const directory = posix.join(posix.dirname(file), output.replaceAll('\\', '/')).replace(/\/$/, '');
  if (directory !== '.' && !directory.startsWith('..')) generated.push({ directory, package: client });
}

function closeBlock(line: number, reading: Reading): void {
  const { block, file } = reading;
  if (block === null) notUnderstood(reading, line, 'it closes no block');
  else if (block.settings !== null) closeGenerator(block.settings, reading);
  else if (block.fields !== null) {
    reading.entities.push({ name: block.name, origin: 'prisma', fields: block.fields, file, line: block.line });
  }
  reading.block = null;
}

function readField(tokens: readonly Token[], fields: SchemaField[], reading: Reading): void {
  const line = tokens[0]?.line ?? 0;
  const [name, type, ...modifiers] = tokens.map((token) => token.text);
  if (!isWord(name) || !isWord(type)) {
    notUnderstood(reading, line, 'a field needs a name and a type');
    return;
  }
  const annotation = annotationIn(reading.documentation);
  const list = modifiers[0] === '[' && modifiers[1] === ']';
  // `@relation(fields: [userId], references: [id], onDelete: Cascade)`
  const onDelete = modifiers.indexOf('onDelete');
  const cascades = onDelete >= 0 && modifiers[onDelete + 2] === 'Cascade';
  const startsAs = defaultOf(modifiers);
  fields.push({
    name,
    type,
    list,
    ...(cascades && { cascades }),
    ...(annotation !== undefined && { annotation }),
    ...(startsAs !== undefined && { startsAs }),
    line,
  });
}

/** `@default(false)`; undefined for what is no truth value. */
function defaultOf(modifiers: readonly string[]): boolean | undefined {
  const at = modifiers.findIndex((word, index) => word === '@' && modifiers[index + 1] === 'default');
  const value = at < 0 ? undefined : modifiers[at + 3];
  return value === 'true' || value === 'false' ? value === 'true' : undefined;
}

function isWord(text: string | undefined): text is string {
  return text !== undefined && /^[\p{L}_]/u.test(text);
}

/** The last one counts: a comment at the end of the field's own line overrides those above. */
function annotationIn(documentation: readonly string[]): string | null | undefined {
  for (const comment of documentation.toReversed()) {
    const [, word, category] = /@(personal|notPersonal)\b[ \t]*([\w.]*)/.exec(comment) ?? [];
    if (word !== undefined) return word === 'personal' ? category || 'user' : null;
  }
  return undefined;
}

function notUnderstood({ notifications, file }: Reading, line: number, why: string): void {
  if (notifications.length >= MAX_NOTIFICATIONS) return;
  notifications.push({
    level: 'warning',
    code: 'schema-not-read',
    message: `Left out of the schema: ${why}.`,
    file,
    line,
  });
}
