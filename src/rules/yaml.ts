/**
 * YAML and JSON as plain data that remembers where it stood. The text is untrusted: size, depth and aliases are
 * bounded, custom tags and merge keys are not understood, keys are strings and never `__proto__`.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
  type YAMLError,
} from 'yaml';
import { UsageError } from '../core/usage-error.ts';

const MOST_CHARACTERS = 1_000_000;
const DEEPEST = 40;
/** One level of YAML takes at most two entries of the parser's stack: a block sequence in a block map, say. */
const DEEPEST_STACK = 2 * DEEPEST + 8;
const MOST_ISSUES = 50;
const MOST_ALIASES = 50;
const OPTIONS = { schema: 'core', merge: false, uniqueKeys: false, strict: true, stringKeys: true } as const;

/** A text that was read: its data, and enough to say where each part of it stands. */
export interface DataFile {
  /** As messages name it. */
  readonly file: string;
  readonly data: unknown;
  /** 1-based line and column of the value at a path (of its key with `key`), or of the nearest part there is. */
  positionOf(path: DataPath, part?: 'key' | 'value'): Position;
}

/** Keys and indexes from the top of a file: `['rules', 2, 'forbid']`. */
export type DataPath = readonly (string | number)[];

/** Something wrong in a file: where, and what would be right. */
export interface Issue {
  readonly path: DataPath;
  /** Continues `file:line:column: path: `. */
  readonly message: string;
  /** Point at the key instead of the value. */
  readonly part?: 'key' | 'value';
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Reads a file; `name` is how messages call it. */
export function readDataFile(path: string, name: string): DataFile {
  return parseDataFile(readText(path, name), name);
}

/** The text of a regular file, a small one unless told. */
export function readText(path: string, name: string, most = MOST_CHARACTERS): string {
  let descriptor: number | undefined;
  try {
    // Not blocking: a named pipe would keep us waiting for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new UsageError(`${name}: is not a file`);
    if (stats.size > most) throw tooLarge(name, most);
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Parses YAML or JSON text; throws a {@link UsageError} that lists everything the parser found wrong. */
export function parseDataFile(text: string, file: string): DataFile {
  if (text.length > MOST_CHARACTERS) throw tooLarge(file);
  const lines = new LineCounter();
  const document = compose(text, file, lines);
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0)
    throw new UsageError(
      listIssues(
        file,
        problems.map((problem) => ({
          ...lineAndColumn(lines, problem.pos[0]),
          message: explain(problem),
        })),
      ),
    );
  const odd = findOddNodes(document, file);
  if (odd.length > 0)
    throw new UsageError(
      listIssues(
        file,
        odd.map(({ node, message }) => ({
          ...lineAndColumn(lines, startOf(node) ?? 0),
          message,
        })),
      ),
    );
  const data = toData(document, file);
  return { file, data, positionOf: (path, part) => positionIn(document, lines, path, part ?? 'value') };
}

/** One {@link UsageError} for all issues of a file, in the order of the file. */
export function issuesError(source: DataFile, issues: readonly Issue[]): UsageError {
  const found = issues.map(({ path, message, part }) => {
    const where = printPath(path);
    return { ...source.positionOf(path, part), message: where === '' ? message : `${where}: ${message}` };
  });
  return new UsageError(listIssues(source.file, found));
}

/** `rules[2].forbid`. */
function printPath(path: DataPath): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? inline(key) : `.${inline(key)}`;
  }
  return text;
}

/** A text of the file inside a message: on one line, short, without control characters. */
export function inline(text: string): string {
  return withoutControls(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}

function listIssues(file: string, issues: readonly (Position & { readonly message: string })[]): string {
  const ordered = [...issues].sort((a, b) => a.line - b.line || a.column - b.column);
  const printed = ordered
    .slice(0, MOST_ISSUES)
    .map((issue) => `${file}:${issue.line}:${issue.column}: ${withoutControls(issue.message)}`);
  if (ordered.length > MOST_ISSUES) printed.push(`${file}: and ${ordered.length - MOST_ISSUES} more`);
  return printed.join('\n');
}

/** Like the library's `parseDocument`, which overflows the stack (or ends the process) on deep nesting. */
function compose(text: string, file: string, lines: LineCounter): Document.Parsed {
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ ...OPTIONS, lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const tokens = function* () {
    lines.addNewLine(0);
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > DEEPEST_STACK) throw tooDeep(file, lineAndColumn(lines, parser.offset).line);
    }
    yield* parser.end();
  };
  const documents = [...composer.compose(tokens(), true, text.length)] as Document.Parsed[];
  const [document, second] = documents;
  if (document === undefined) throw new UsageError(`${file}: is empty`);
  if (second !== undefined) {
    const { line, column } = lineAndColumn(lines, second.range[0]);
    throw new UsageError(`${file}:${line}:${column}: a second document starts here; a file holds one`);
  }
  return document;
}

const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ['TAG_RESOLVE_FAILED', 'tags (`!…`) are not allowed'],
  ['NON_STRING_KEY', 'a key must be text'],
]);

function explain(error: YAMLError): string {
  return EXPLANATIONS.get(error.code) ?? inline(error.message);
}

/**
 * What parses and is no data: keys twice (the library's own check takes time in the square of them), `__proto__`, which
 * is trouble to nearly everything after the parser, and aliases of nothing.
 */
function findOddNodes(document: Document.Parsed, file: string): { node: Node; message: string }[] {
  const odd: { node: Node; message: string }[] = [];
  let aliases = 0;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = inline(String(key.value));
        if (seen.has(key.value)) odd.push({ node: key, message: `the key \`${name}\` is written twice` });
        if (key.value === '__proto__') odd.push({ node: key, message: `the key \`${name}\` is not allowed` });
        seen.add(key.value);
      }
    },
    Alias: (_, alias) => {
      const name = inline(alias.source);
      if (++aliases > MOST_ALIASES) throw tooManyAliases(file);
      if (alias.resolve(document) !== undefined) return;
      odd.push({ node: alias, message: `\`*${name}\` stands for nothing: no \`&${name}\` before it` });
    },
  });
  return odd;
}

function toData(document: Document.Parsed, file: string): unknown {
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    if (error instanceof ReferenceError) throw tooManyAliases(file);
    throw error;
  }
  refuseDepth(data, file);
  return data;
}

/** An alias inside its own anchor makes data without end; any other is as deep as what it names. */
function refuseDepth(data: unknown, file: string): void {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw tooDeep(file, 1);
    const below = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
    level = [...new Set(below)];
  }
}

function tooDeep(file: string, line: number): UsageError {
  return new UsageError(`${file}:${line}:1: is nested more than ${DEEPEST} levels deep`);
}

function tooManyAliases(file: string): UsageError {
  return new UsageError(`${file}: uses too many aliases (\`*name\`); write them out`);
}

function tooLarge(file: string, most = MOST_CHARACTERS): UsageError {
  return new UsageError(`${file}: is larger than ${most / 1_000_000} MB`);
}

function positionIn(document: Document.Parsed, lines: LineCounter, path: DataPath, part: 'key' | 'value'): Position {
  let last: Entry = { value: document.contents };
  for (const key of path) {
    const entry = entryOf(isAlias(last.value) ? last.value.resolve(document) : last.value, key);
    if (entry === null) return lineAndColumn(lines, startOf(last.value) ?? startOf(last.key) ?? 0);
    last = entry;
  }
  const [first, second] = part === 'key' ? [last.key, last.value] : [last.value, last.key];
  return lineAndColumn(lines, startOf(first) ?? startOf(second) ?? 0);
}

interface Entry {
  readonly key?: unknown;
  readonly value: unknown;
}

function entryOf(node: unknown, key: string | number): Entry | null {
  if (isMap(node))
    return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key)) ?? null;
  if (isSeq(node) && Number(key) in node.items) return { value: node.items[Number(key)] };
  return null;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function lineAndColumn(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
