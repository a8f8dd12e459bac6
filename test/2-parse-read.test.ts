import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from '../src/2-parse/parse.ts';
import { readSource, type SourceReading } from '../src/2-parse/read.ts';

const LIMIT = 10 * 1024 * 1024;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'read-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function readOf(content: string | Buffer, limit = LIMIT): SourceReading {
  writeFileSync(join(root, 'a.ts'), content);
  return readSource(root, 'a.ts', limit);
}

function codeOf({ text, notification }: SourceReading): string {
  return `${text === undefined ? 'no text' : 'text'}, ${notification?.level} ${notification?.code}`;
}

const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('encodings', () => {
  const source = 'const café = "naïve — 日本 😀";\n';

  it.each([
    ['UTF-8', Buffer.from(source)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${source}`)],
    ['UTF-8 with two marks', Buffer.from(`\uFEFF\uFEFF${source}`)],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${source}`, 'utf16le')],
    ['UTF-16 BE with a mark', bigEndian(`\uFEFF${source}`)],
    ['UTF-16 LE without a mark', Buffer.from(source, 'utf16le')],
    ['UTF-16 BE without a mark', bigEndian(source)],
  ])('%s', (_, bytes) => {
    expect(readOf(bytes)).toEqual({ text: source });
  });

  it('Latin-1 is guessed, told, and keeps its offsets', () => {
    const reading = readOf(Buffer.from('const caf\xe9 = "\xff";', 'latin1'));
    expect(reading.text).toBe('const café = "ÿ";');
    expect(reading.notification).toMatchObject({ level: 'warning', code: 'encoding-guessed', file: 'a.ts' });
  });

  it('an empty file and one with a NUL are text', () => {
    expect(readOf('')).toEqual({ text: '' });
    expect(readOf('a\0b')).toEqual({ text: 'a\0b' });
    expect(readOf('\uFEFF')).toEqual({ text: '' });
  });

  it.each([
    ['a replacement character', Buffer.from('\uFFFD\nconsole.log(user.email);')],
    ['an invalid byte', Buffer.from('\xff\nconsole.log(user.email);', 'latin1')],
    ['a NUL', Buffer.from('\0\nconsole.log(user.email);')],
    [
      'half a surrogate pair',
      Buffer.from([0xff, 0xfe, 0x00, 0xd8, ...Buffer.from('\nconsole.log(user.email);', 'utf16le')]),
    ],
  ])('%s between tokens does not hide what follows', (_, bytes) => {
    const { text } = readOf(bytes);
    const { tree } = parse('a.ts', text ?? '');
    expect(tree.statements.map((statement) => statement.getText(tree))).toContain('console.log(user.email);');
  });
});

describe('what is not read', () => {
  it('too large, before reading', () => {
    expect(codeOf(readOf('12345', 4))).toBe('no text, error file-too-large');
    expect(readOf('1234', 4)).toEqual({ text: '1234' });
    truncateSync(join(root, 'a.ts'), 3 * 1024 ** 3);
    expect(codeOf(readSource(root, 'a.ts', LIMIT))).toBe('no text, error file-too-large');
  });

  it('more than a megabyte with NULs', () => {
    expect(codeOf(readOf(Buffer.alloc(1024 * 1024 + 1)))).toBe('no text, error file-not-read');
    expect(readOf('x'.repeat(1024 * 1024 + 1)).notification).toBeUndefined();
    expect(readOf(Buffer.from(`\uFEFF${'x'.repeat(1024 * 1024)}`, 'utf16le')).notification).toBeUndefined();
  });

  it('links, pipes, devices and folders, without waiting', () => {
    writeFileSync(join(root, 'a.ts'), 'secret');
    symlinkSync('a.ts', join(root, 'link.ts'));
    symlinkSync('/dev/zero', join(root, 'zero.ts'));
    execFileSync('mkfifo', [join(root, 'pipe.ts')]);
    const code = (file: string) => codeOf(readSource(root, file, LIMIT));
    expect(code('link.ts')).toBe('no text, error link-not-followed');
    expect(code('zero.ts')).toBe('no text, error link-not-followed');
    expect(code('pipe.ts')).toBe('no text, error file-not-regular');
    expect(code('')).toBe('no text, error file-not-regular');
    expect(code('gone.ts')).toBe('no text, error file-not-read');
  });

  it('a socket', async () => {
    const listen = 'require("net").createServer().listen(process.argv[1], () => console.log("up"))';
    const server = spawn(process.execPath, ['-e', listen, join(root, 'socket.ts')]);
    await new Promise((resolve) => server.stdout.once('data', resolve));
    expect(codeOf(readSource(root, 'socket.ts', LIMIT))).toBe('no text, error file-not-regular');
    server.kill();
  });

  it('what the system refuses, without the absolute path', () => {
    writeFileSync(join(root, 'a.ts'), '');
    chmodSync(join(root, 'a.ts'), 0);
    chmodSync(root, 0o755);
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.(65534);
    try {
      const { notification } = readSource(root, 'a.ts', LIMIT);
      expect(notification).toMatchObject({ level: 'error', code: 'file-not-read', file: 'a.ts' });
      expect(notification?.message).toContain('EACCES');
      expect(notification?.message).not.toContain(root);
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  });
});
