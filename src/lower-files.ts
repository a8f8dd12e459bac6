/** What a worker does with a batch of files: read, parse, lower. Joins phases 2 and 3; `scan.ts` joins the rest. */
import { parse } from './2-parse/parse.ts';
import { readSource } from './2-parse/read.ts';
import { lower } from './3-lower/lower.ts';
import type { FileFacts } from './core/facts.ts';
import { positionAt } from './core/location.ts';
import type { Notification } from './core/notification.ts';

export interface Batch {
  readonly root: string;
  readonly files: readonly string[];
  readonly maxFileSize: number;
}

/** Facts of the files that could be read, and a notification for each that could not or had to be guessed at. */
export interface LoweredBatch {
  readonly facts: readonly FileFacts[];
  readonly notifications: readonly Notification[];
}

/** The batch as text, for another thread: JSON is written and read in a third of the time of a structured clone. */
export function lowerFilesToText(batch: Batch): string {
  return JSON.stringify(lowerFiles(batch));
}

export function lowerFiles({ root, files, maxFileSize }: Batch): LoweredBatch {
  const facts: FileFacts[] = [];
  const notifications: Notification[] = [];
  for (const file of files) {
    const source = readSource(root, file, maxFileSize);
    if (source.notification) notifications.push(source.notification);
    if (source.text === undefined) continue;
    const lowered = lowerText(file, source.text);
    if ('functions' in lowered) facts.push(lowered);
    else notifications.push(lowered);
    if ('functions' in lowered && lowered.syntaxErrors.length > 0) notifications.push(partly(lowered));
  }
  return { facts, notifications };
}

/** A file too deeply nested for the parser's stack is named, and the scan goes on. */
export function lowerText(file: string, text: string): FileFacts | Notification {
  try {
    const parsed = parse(file, text);
    return lower(file, parsed.text, parsed.tree, parsed.syntaxErrors, parsed.component);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { level: 'error', code: 'analysis-failed', message: 'The file is nested too deeply to be parsed.', file };
  }
}

function partly({ file, lineStarts, syntaxErrors }: FileFacts): Notification {
  const { line } = positionAt(lineStarts, syntaxErrors[0] ?? 0);
  const count = syntaxErrors.length;
  const message = `The file has ${count === 1 ? 'a syntax error' : `${count} syntax errors`} and is only partly analysed.`;
  return { level: 'warning', code: 'syntax-error', message, file, line };
}
