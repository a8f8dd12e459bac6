/** Which report goes where: the meaning of `--format` and `--output` taken together. */
import { extname } from 'node:path';
import { UsageError } from '../core/usage-error.ts';
import { didYouMean } from '../rules/closest.ts';

export const FORMATS = ['text', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

export interface Destination {
  readonly format: Format;
  /** As the user wrote it; absent for standard output. */
  readonly path?: string;
}

const FORMAT_OF_EXTENSION: ReadonlyMap<string, Format> = new Map([
  ['.txt', 'text'],
  ['.json', 'json'],
  ['.sarif', 'sarif'],
]);

/**
 * A format goes to the files named for it; formats named without a file, and text when none is named, go to standard
 * output, which holds one of them.
 *
 *     -f json                        json → stdout
 *     -o sarif=a.sarif -o b.json     sarif → a.sarif, json → b.json, text → stdout
 *     -f sarif -o out                sarif → out
 */
export function resolveDestinations(formats: readonly string[], outputs: readonly string[]): Destination[] {
  const named = [...new Set(formats.map(readFormat))];
  const files = outputs.map((output) => readOutput(output, named));
  rejectDuplicates(files);
  const unplaced = named.filter((format) => !files.some((file) => file.format === format));
  if (named.length === 0 && !files.some(({ format, path }) => format === 'text' || path === undefined)) {
    unplaced.push('text');
  }
  const toStdout = [...files.filter(({ path }) => path === undefined).map(({ format }) => format), ...unplaced];
  if (toStdout.length > 1) {
    const [first, ...others] = toStdout;
    const example = others.map((format) => `-o ${format}=<path>`).join(' ');
    throw new UsageError(`Only one format can go to standard output; '${first}' is the first. Add ${example}.`);
  }
  return [...files.filter(({ path }) => path !== undefined), ...toStdout.map((format): Destination => ({ format }))];
}

function readFormat(word: string): Format {
  const format = FORMATS.find((known) => known === word);
  if (format) return format;
  throw new UsageError(`Unknown format '${word}'${didYouMean(word, FORMATS) || '.'} There are ${FORMATS.join(', ')}.`);
}

/** `sarif=report`, `report.sarif`, or any path when `--format` names exactly one format. `-` is standard output. */
function readOutput(output: string, named: readonly Format[]): Destination {
  const [, prefix, rest] = /^([a-z]+)=(.*)$/su.exec(output) ?? [];
  const path = rest ?? output;
  if (path === '') throw new UsageError(`--output '${output}' names no file. Write --output [format=]<path>.`);
  const format = prefix === undefined ? inferFormat(path, named) : readFormat(prefix);
  return path === '-' ? { format } : { format, path };
}

function inferFormat(path: string, named: readonly Format[]): Format {
  const format = FORMAT_OF_EXTENSION.get(extname(path).toLowerCase()) ?? (named.length === 1 ? named[0] : undefined);
  if (format) return format;
  throw new UsageError(
    `--output '${path}' does not say its format. Write --output <format>=${path}, with one of ${FORMATS.join(', ')}.`,
  );
}

function rejectDuplicates(files: readonly Destination[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (path === undefined) continue;
    if (seen.has(path)) throw new UsageError(`--output names '${path}' twice.`);
    seen.add(path);
  }
}
