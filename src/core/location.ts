/** A span of source text. Lines and columns count from 1, columns in UTF-16 units: a SARIF `region` (SARIF 2.1.0 §3.30). */
export interface Location {
  /** Relative to the scanned root, `/` separators. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A span inside one file as offsets in UTF-16 units, `[start, end)`: what facts carry, since it is small. */
export type Span = readonly [start: number, end: number];

/** Where in a file an offset of the code stands that was made of the file. */
export type PlaceOf = (offset: number) => number;

/** A file from which code was made: its text, and where the code stands in it. */
export interface ComponentSource {
  readonly source: string;
  readonly placeOf: PlaceOf;
}

/**
 * Where each line starts, as offsets in UTF-16 units. Only CR, LF and CRLF end a line: U+2028 does so for the compiler,
 * but not for editors, git and GitHub, and a finding has to stand where they show it.
 */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 10 || (unit === 13 && text.charCodeAt(offset + 1) !== 10)) starts.push(offset + 1);
  }
  return starts;
}

/** The 1-based line and column of an offset. */
export function positionAt(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}

/** A span of a file as a {@link Location}. */
export function locate(file: string, lineStarts: readonly number[], [start, end]: Span): Location {
  const from = positionAt(lineStarts, start);
  const to = positionAt(lineStarts, end);
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** Orders by file (code units, never the locale), then position: every list in a report is sorted with it. */
export function compareLocations(
  a: { file: string; line: number; column: number },
  b: { file: string; line: number; column: number },
): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** Orders text by UTF-16 code units, the same on every machine and locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
