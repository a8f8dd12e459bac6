/** A listed file → its text. The bytes decide the encoding; the offsets of the text are those an editor shows. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Notification, NotificationCode } from '../core/notification.ts';

/** The text, with a warning where the encoding had to be guessed, or why there is none (level `error`). */
export type SourceReading =
  | { readonly text: string; readonly notification?: Notification }
  | { readonly text?: never; readonly notification: Notification };

/** Above this size, text with NULs in it is binary data under a source file's name. */
const MAX_BYTES_WITH_NULS = 1024 * 1024;

/** Reads a file below `root`: never through a link, only when regular, and at most `maxFileSize` bytes. */
export function readSource(root: string, file: string, maxFileSize: number): SourceReading {
  let descriptor: number;
  try {
    descriptor = openSync(join(root, file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return systemFailure(file, error);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return failure(file, 'file-not-regular', 'Not analysed: not a regular file.');
    if (status.size > maxFileSize) {
      return failure(file, 'file-too-large', `Not analysed: ${status.size} bytes, and the limit is ${maxFileSize}.`);
    }
    return decode(file, readBytes(descriptor, status.size));
  } catch (error) {
    return systemFailure(file, error);
  } finally {
    closeSync(descriptor);
  }
}

/** At most `size` bytes: a file that grows meanwhile is cut, one that shrinks is shorter. */
function readBytes(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(descriptor, bytes, filled, size - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

function decode(file: string, bytes: Buffer): SourceReading {
  const encoding = encodingOf(bytes);
  const text = parseable(DECODERS[encoding](bytes));
  if (bytes.length > MAX_BYTES_WITH_NULS && text.includes('\0')) {
    return failure(file, 'file-not-read', 'Not analysed: it holds binary data.');
  }
  if (encoding !== 'latin1') return { text };
  const message = 'Not valid UTF-8: read as Latin-1. Names with letters beyond ASCII may be wrong.';
  return { text, notification: { level: 'warning', code: 'encoding-guessed', message, file } };
}

const DECODERS = {
  'utf-8': (bytes: Buffer) => bytes.toString('utf8'),
  'utf-16le': (bytes: Buffer) => bytes.toString('utf16le'),
  'utf-16be': (bytes: Buffer) =>
    bytes
      .subarray(0, bytes.length - (bytes.length % 2))
      .swap16()
      .toString('utf16le'),
  // It has a character for any byte. Windows-1252 would be nearer, but Node 20 does not know it and later versions do.
  latin1: (bytes: Buffer) => bytes.toString('latin1'),
} as const;

/** By the byte order mark, else by where the NULs are, else UTF-8 when valid. */
function encodingOf(bytes: Buffer): keyof typeof DECODERS {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return utf16WithoutMark(bytes) ?? (isUtf8(bytes) ? 'utf-8' : 'latin1');
}

/** Source is mostly ASCII: as UTF-16, one byte of nearly each pair is NUL, and always the same one. */
function utf16WithoutMark(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes.length % 2 !== 0) return null;
  const pairs = Math.min(512, bytes.length / 2);
  let first = 0;
  let second = 0;
  for (let pair = 0; pair < pairs; pair++) {
    if (bytes[2 * pair] === 0) first++;
    if (bytes[2 * pair + 1] === 0) second++;
  }
  if (second > pairs * 0.6 && first < pairs * 0.1) return 'utf-16le';
  if (first > pairs * 0.6 && second < pairs * 0.1) return 'utf-16be';
  return null;
}

/**
 * Byte order marks at the start are no text. The parser takes U+FFFD, where a token should start, for a sign of a binary
 * file and drops all that follows; its neighbour U+FFFC it reports as an error, and reads on.
 */
function parseable(text: string): string {
  const body = text.charCodeAt(0) === 0xfeff ? text.replace(/^\uFEFF+/, '') : text;
  return body.includes('\uFFFD') ? body.replaceAll('\uFFFD', '\uFFFC') : body;
}

function systemFailure(file: string, error: unknown): SourceReading {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'ELOOP') return failure(file, 'link-not-followed', 'Not analysed: it has become a link.');
  // The answer of a socket, and of a device nobody listens to.
  if (code === 'ENXIO') return failure(file, 'file-not-regular', 'Not analysed: not a regular file.');
  return failure(file, 'file-not-read', `The file could not be read: ${code}.`);
}

function failure(file: string, code: NotificationCode, message: string): SourceReading {
  return { notification: { level: 'error', code, message, file } };
}
