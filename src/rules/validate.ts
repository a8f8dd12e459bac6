/** Data against a zod schema: every issue at once, each with its place and what would be right. */
import type { z } from 'zod';
import { UsageError } from '../core/usage-error.ts';
import { didYouMean } from './closest.ts';
import { type DataFile, type DataPath, type Issue, inline, issuesError } from './yaml.ts';

/** The data of `source`, as the schema reads it; a {@link UsageError} with all issues when it does not fit. */
export function validate<Schema extends z.ZodType>(schema: Schema, source: DataFile): z.output<Schema> {
  if (source.data === null) throw new UsageError(`${source.file}: is empty`);
  const result = schema.safeParse(source.data, { error: explain, reportInput: true });
  if (result.success) return result.data;
  throw issuesError(
    source,
    result.error.issues.flatMap((issue) => flatten(issue, [])),
  );
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** What each kind of zod issue says to a person. Several lines for `unrecognized_keys`: one for each key. */
const EXPLANATIONS: Readonly<Record<string, (issue: RawIssue) => string>> = {
  invalid_type: (issue) => (issue.input === undefined ? 'is missing' : expected(nameOfType(issue['expected']), issue)),
  invalid_value: (issue) => explainValue(issue.input, issue['values'] as unknown[]),
  invalid_union: (issue) => (issue.input === undefined ? 'is missing' : expected('something else', issue)),
  too_small: (issue) => explainSize(issue, 'at least', issue['minimum']),
  too_big: (issue) => explainSize(issue, 'at most', issue['maximum']),
  unrecognized_keys: (issue) =>
    (issue['keys'] as string[]).map((key) => explainKey(key, keysOf(issue.inst as ObjectSchema))).join('\n'),
};

function explain(issue: RawIssue): string | undefined {
  return EXPLANATIONS[issue.code ?? '']?.(issue);
}

function expected(what: string, issue: RawIssue): string {
  return `expected ${what}, found ${kindOf(issue.input)}`;
}

function explainValue(value: unknown, allowed: readonly unknown[]): string {
  if (value === undefined) return `is missing; one of ${listed(allowed)}`;
  if (typeof value !== 'string') return `expected one of ${listed(allowed)}, found ${kindOf(value)}`;
  return `\`${inline(value)}\` is not allowed here${didYouMean(value, allowed.map(String))} (one of ${listed(allowed)})`;
}

function explainKey(key: string, allowed: readonly string[]): string {
  return `unknown key${didYouMean(key, allowed)} (allowed: ${listed(allowed)})`;
}

function explainSize(issue: RawIssue, bound: string, limit: unknown): string {
  const text = issue['origin'] === 'string';
  if (text && limit === 1) return 'must not be empty';
  const unit = text ? ' characters' : issue['origin'] === 'array' ? ' entries' : '';
  return `must ${unit === '' ? 'be' : 'have'} ${bound} ${limit}${unit}`;
}

type ObjectSchema = { readonly _zod?: { readonly def: { readonly shape?: object } } } | undefined;

function keysOf(schema: ObjectSchema): string[] {
  return Object.keys(schema?._zod?.def.shape ?? {}).filter((key) => key !== '$schema');
}

function listed(words: readonly unknown[]): string {
  return words.map(String).join(', ');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

function nameOfType(type: unknown): string {
  return TYPE_NAMES[String(type)] ?? String(type);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return TYPE_NAMES[typeof value] ?? typeof value;
}

/** Issues with full paths; of a union, those of the alternative that was meant. */
function flatten(issue: z.core.$ZodIssue, base: DataPath): Issue[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) => ({ path: [...path, key], message: messages[index] ?? '', part: 'key' }));
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, message, part: 'key' }));
  if (issue.code !== 'invalid_union') return [{ path, message: issue.message }];
  const meant = issue.errors.find((issues) => !issues.some(isWrongTypeHere));
  if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  const types = issue.errors.flatMap(([first]) => {
    if (first?.code === 'invalid_value') return [`one of ${listed(first.values)}`];
    return first?.code === 'invalid_type' ? [nameOfType(first.expected)] : [];
  });
  return [{ path, message: issue.message.replace('something else', types.join(' or ')) }];
}

function isWrongTypeHere(issue: z.core.$ZodIssue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_value') return typeof issue.input !== 'string';
  return issue.code === 'invalid_type' || issue.code === 'invalid_union';
}
