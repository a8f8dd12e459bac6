/** The lines of code around a finding, with the place underlined: names only, literals blanked. */
import { codeFrameColumns } from '@babel/code-frame';
import { type Location, lineStartsOf } from '../../core/location.ts';
import { display } from '../display.ts';
import type { RenderOptions } from '../options.ts';
import { maskLiterals } from './mask.ts';

const LINES_AROUND = 2;
const WIDEST_LINE = 120;

/** Files are read and blanked once per report. */
export type MaskedFiles = Map<string, readonly string[] | undefined>;

/** The code frame, line by line; empty when the file or the line is not there any more. */
export function excerpt(at: Location, readSource: RenderOptions['readSource'], files: MaskedFiles): string[] {
  if (!files.has(at.file)) files.set(at.file, maskedLines(readSource(at.file)));
  const lines = files.get(at.file);
  const marked = lines?.[at.line - 1];
  if (lines === undefined || marked === undefined) return [];
  const end = at.endLine === at.line ? at.endColumn - 1 : marked.length;
  const window = windowAround(marked, at.column - 1, Math.max(at.column - 1, end));
  const first = Math.max(0, at.line - 1 - LINES_AROUND);
  const last = Math.min(lines.length, at.line + LINES_AROUND);
  const shown = lines.slice(first, last).map((line, index) => {
    return first + index === at.line - 1 ? window.text : printed(line).slice(0, WIDEST_LINE);
  });
  const options = { linesAbove: LINES_AROUND, linesBelow: LINES_AROUND, highlightCode: false, startLine: first + 1 };
  const { line } = at;
  const marks = { start: { line, column: window.start + 1 }, end: { line, column: window.end + 1 } };
  return codeFrameColumns(shown.join('\n'), marks, options)
    .split('\n')
    .map((row) => row.trimEnd());
}

function maskedLines(source: string | undefined): readonly string[] | undefined {
  if (source === undefined) return undefined;
  const masked = maskLiterals(source.replace(/^\ufeff/, ''));
  const starts = lineStartsOf(masked);
  return starts.map((start, index) => masked.slice(start, starts[index + 1]).trimEnd());
}

/** At most {@link WIDEST_LINE} characters of a line that hold the marked place, and where it stands in them. */
function windowAround(line: string, start: number, end: number): { text: string; start: number; end: number } {
  const from = start > WIDEST_LINE / 2 && line.length > WIDEST_LINE ? start - WIDEST_LINE / 4 : 0;
  const lead = from > 0 ? '…' : '';
  const text = (lead + printed(line.slice(from, from + 2 * WIDEST_LINE))).slice(0, WIDEST_LINE);
  const column = (offset: number) => Math.min(text.length, lead.length + printed(line.slice(from, offset)).length);
  return { text, start: column(start), end: Math.max(column(end), column(start) + 1) };
}

function printed(line: string): string {
  return display(line.slice(0, 2 * WIDEST_LINE).replaceAll('\t', '  '), 2 * WIDEST_LINE);
}
