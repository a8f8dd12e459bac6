/** What SARIF needs of the scanned text: a hash per line, and where a line ends. Read and computed once per file. */
import { computeRollingHashes } from '@microsoft/sarif';
import { lineStartsOf } from '../../core/location.ts';
import type { RenderOptions } from '../options.ts';

export interface SourceLines {
  /** GitHub's fingerprint of a line; undefined when the file cannot be read or has no such line. */
  readonly hash: (file: string, line: number) => string | undefined;
  /** 1-based column after the last character of a line. */
  readonly endColumn: (file: string, line: number) => number | undefined;
}

interface FileLines {
  readonly text: string;
  readonly starts: readonly number[];
  readonly hashes: ReadonlyMap<number, string>;
}

/** Reads files through the caller's `readSource`. */
export function readLines(readSource: RenderOptions['readSource']): SourceLines {
  const files = new Map<string, FileLines | undefined>();
  const linesOf = (file: string): FileLines | undefined => {
    if (!files.has(file)) files.set(file, fileLines(readSource(file)));
    return files.get(file);
  };
  return {
    hash: (file, line) => linesOf(file)?.hashes.get(line),
    endColumn: (file, line) => {
      const lines = linesOf(file);
      const start = lines?.starts[line - 1];
      if (lines === undefined || start === undefined) return undefined;
      return lines.text.slice(start, lines.starts[line]).replace(/[\r\n]+$/, '').length + 1;
    },
  };
}

/** The hash is of the bytes on disk: a byte order mark counts, though no column does. */
function fileLines(raw: string | undefined): FileLines | undefined {
  if (raw === undefined) return undefined;
  const text = raw.replace(/^\ufeff/, '');
  return { text, starts: lineStartsOf(text), hashes: computeRollingHashes(raw) };
}
