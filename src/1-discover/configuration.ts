/** Reads the small files that say how a project is put together. They are untrusted: bounded, never through a link. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Notification } from '../core/notification.ts';

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 24;
const MAX_VALUES = 20_000;

/** The text of a configuration file below `root`. Throws an error whose message says why there is none. */
export function readConfiguration(root: string, file: string): string {
  const path = join(root, file);
  if (realpathSync(dirname(path)) !== dirname(path)) throw new Error('it is reached through a link');
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new Error('it is not a regular file');
    if (status.size > MAX_BYTES) throw new Error('it is larger than 1 MB');
    const bytes = Buffer.alloc(status.size);
    return decode(bytes.subarray(0, readSync(descriptor, bytes)));
  } finally {
    closeSync(descriptor);
  }
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** Why a file could not be read or understood, without paths and without text of the file. */
export function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is not valid JSON';
  if (error instanceof RangeError) return 'it is nested too deeply';
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ELOOP') return 'it is a link';
  if (code !== undefined) return `the system says ${code}`;
  return (error as Error).message;
}

export function configurationIgnored(file: string, message: string): Notification {
  return { level: 'warning', code: 'configuration-ignored', message, file };
}

/** JSON as tools write it: with comments, trailing commas and a byte order mark. `__proto__` keys are dropped. */
export function parseJson(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(plainJson(text), (key, inner) => (key === '__proto__' ? undefined : inner));
  if (!isRecord(value)) throw new Error('it is not an object');
  return value;
}

/** One token of JSON text: string, comment, comma, closing bracket, white space, the rest. No part can fail late. */
const JSON_TOKEN = /"(?:[^"\\]+|\\[\s\S])*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|,|[}\]]|\s+|[^\s"/,}\]]+|[\s\S]/g;

/** Leaves out comments and trailing commas. */
function plainJson(text: string): string {
  const kept: string[] = [];
  let comma = -1;
  for (const [token] of text.replace(/^\uFEFF/, '').matchAll(JSON_TOKEN)) {
    if (token.startsWith('//') || token.startsWith('/*') || token.trim() === '') continue;
    if ((token === '}' || token === ']') && comma === kept.length - 1 && comma >= 0) kept.pop();
    if (token === ',') comma = kept.length;
    kept.push(token);
  }
  return kept.join('');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Whether later phases may walk `value` without care: not deep, not large. */
export function isModest(value: unknown): boolean {
  const pending: (readonly [unknown, number])[] = [[value, 0]];
  for (let seen = 0; pending.length > 0; seen++) {
    const [current, depth] = pending.pop() as readonly [unknown, number];
    if (depth > MAX_DEPTH || seen > MAX_VALUES) return false;
    if (typeof current !== 'object' || current === null) continue;
    for (const inner of Object.values(current)) pending.push([inner, depth + 1]);
  }
  return true;
}
