/** Writing reports: whole or not at all, and never to where nobody meant. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { UsageError } from '../core/usage-error.ts';

/** Throws when a report could not be written there: better before the scan than after it. */
export function checkWritable(path: string): void {
  if (path.endsWith('/') || isFolder(path)) {
    throw new UsageError(`--output '${path}' is a folder. Name a file in it.`);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    throw new UsageError(`--output '${path}' cannot be written (${systemCode(error)}).`);
  }
}

/**
 * Writes a file through a temporary one beside it, so that readers see the old or the new report and never half of one.
 * A link is replaced, not followed; only what cannot be replaced (`/dev/stderr`, a named pipe) is written in place.
 */
export function writeReport(path: string, text: string): void {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing && !existing.isFile()) writeFileSync(path, text);
    else replaceFile(resolve(path), text);
  } catch (error) {
    throw new UsageError(`--output '${path}' cannot be written (${systemCode(error)}).`);
  }
}

function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
  const file = openSync(temporary, 'wx', 0o666);
  try {
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The system's word for what went wrong: `EACCES`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Resolves when the stream has taken all of `text`. A reader that has left (`| head`) is no error. */
export function writeStream(stream: Writable, text: string): Promise<void> {
  return new Promise((done, fail) => {
    stream.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') fail(error);
      else done();
    });
  });
}
