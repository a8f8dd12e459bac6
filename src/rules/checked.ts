/**
 * Data that fits its schema. Of the files in `rules/` a build keeps the result (`compileRules`), by the hash of their
 * text: reading YAML takes most of the time a small scan needs. A file that changed since is simply read again.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { validate } from './validate.ts';
import { type DataFile, parseDataFile, readText } from './yaml.ts';

/** Beside this module in `dist`; there is none in `src`. */
export const COMPILED_RULES = fileURLToPath(new URL('./compiled.json', import.meta.url));

/** A file's data as its schema reads it. */
export interface Checked<Data> {
  /** As messages name it. */
  readonly file: string;
  readonly data: Data;
  /** 1-based line of an entry of the top-level list `rules`. */
  lineOfRule(index: number): number;
  /** Where things stand, for messages. */
  source(): DataFile;
}

/** What a build keeps of one file. */
export interface Compiled {
  readonly data: unknown;
  readonly ruleLines: readonly number[];
}

/** Checks a file that was just read. */
export function checked<Schema extends z.ZodType>(schema: Schema, source: DataFile): Checked<z.output<Schema>> {
  return {
    file: source.file,
    data: validate(schema, source),
    lineOfRule: (index) => source.positionOf(['rules', index]).line,
    source: () => source,
  };
}

/** Reads a file of `rules/`, from what the build kept when it still is the same text. */
export function readRules<Schema extends z.ZodType>(
  path: string,
  file: string,
  schema: Schema,
): Checked<z.output<Schema>> {
  return checkText(readText(path, file), file, schema);
}

/** The same for a text that is already read. */
export function checkText<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): Checked<z.output<Schema>> {
  const kept = compiledRules()[hashOf(text)];
  if (kept === undefined) return checked(schema, parseDataFile(text, file));
  return {
    file,
    data: kept.data as z.output<Schema>,
    lineOfRule: (index) => kept.ruleLines[index] ?? 1,
    source: () => parseDataFile(text, file),
  };
}

/** What a build keeps: by {@link hashOf}. */
export function compile({ data, lineOfRule }: Checked<unknown>): Compiled {
  const { rules } = data as { rules?: unknown };
  return { data, ruleLines: Array.isArray(rules) ? rules.map((_, index) => lineOfRule(index)) : [] };
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

let compiledFile: Readonly<Record<string, Compiled>> | undefined;

/** The build's file, read once: it cannot change while the program runs. */
function compiledRules(): Readonly<Record<string, Compiled>> {
  compiledFile ??= existsSync(COMPILED_RULES) ? JSON.parse(readFileSync(COMPILED_RULES, 'utf8')) : {};
  return compiledFile as Readonly<Record<string, Compiled>>;
}
