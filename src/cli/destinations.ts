/** Which report goes where: the meaning of `--format` and `--output` taken together. */
import { basename, extname } from 'node:path';
import { FORMATS, type Format, showsFlows } from '../core/report-format.ts';
import { UsageError } from '../core/usage-error.ts';
import { didYouMean } from '../rules/closest.ts';

export interface Destination {
  readonly format: Format;
  /** As the user wrote it; absent for standard output. */
  readonly path?: string;
}

/** The extensions a format goes by. Of the formats that share one, the first is meant when no other is named. */
const EXTENSIONS: ReadonlyMap<Format, readonly string[]> = new Map([
  ['text', ['.txt']],
  ['json', ['.json']],
  ['sarif', ['.sarif', '.json']],
  ['gitlab', ['.json']],
  ['gitlab-sast', ['.json']],
  ['junit', ['.xml']],
  ['markdown', ['.md']],
  ['csv', ['.csv']],
  ['compact', ['.txt']],
  ['github', ['.txt']],
  ['agent', ['.txt']],
]);

/** The names that GitLab's documentation gives these reports. */
const FORMAT_OF_NAME: ReadonlyMap<string, Format> = new Map([
  ['gl-code-quality-report.json', 'gitlab'],
  ['gl-sast-report.json', 'gitlab-sast'],
]);

/**
 * A format goes to the files named for it; formats named without a file, and text when none is named, go to standard
 * output, which holds one of them.
 *
 *     -f json                        json → stdout
 *     -o sarif=a.sarif -o b.json     sarif → a.sarif, json → b.json, text → stdout
 *     -f sarif -o out                sarif → out
 *     -f gitlab -o gl.json           gitlab → gl.json
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

/** Throws, before anything is scanned, when a report could not show what an inventory finds. */
export function rejectForInventory(destinations: readonly Destination[]): void {
  const [blind] = destinations.filter(({ format }) => !showsFlows(format));
  if (!blind) return;
  const able = FORMATS.filter(showsFlows).join(', ');
  throw new UsageError(`An inventory has no ${blind.format} form. It can be written as ${able}.`);
}

function readFormat(word: string): Format {
  const format = FORMATS.find((known) => known === word);
  if (format) return format;
  throw new UsageError(`Unknown format '${word}'${didYouMean(word, FORMATS) || '.'} There are ${FORMATS.join(', ')}.`);
}

/** `sarif=report`, `report.sarif`, or any path when `--format` names exactly one format. `-` is standard output. */
function readOutput(output: string, named: readonly Format[]): Destination {
  const [, prefix, rest] = /^([a-z-]+)=(.*)$/su.exec(output) ?? [];
  const path = rest ?? output;
  if (path === '') throw new UsageError(`--output '${output}' names no file. Write --output [format=]<path>.`);
  const format = prefix === undefined ? inferFormat(path, named) : readFormat(prefix);
  return path === '-' ? { format } : { format, path };
}

/** The one format that `--format` names, unless the extension contradicts it; else what the name or extension says. */
function inferFormat(path: string, named: readonly Format[]): Format {
  const extension = extname(path).toLowerCase();
  const goesBy = (format: Format) => EXTENSIONS.get(format)?.includes(extension) ?? false;
  const [only] = named.length === 1 ? named : [];
  if (only !== undefined && (goesBy(only) || !FORMATS.some(goesBy))) return only;
  const format = FORMAT_OF_NAME.get(basename(path)) ?? [...EXTENSIONS.keys()].find(goesBy);
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
