/** A change of the data map for a terminal. */
import type { DataMapChange, DataMapEntry } from '../../core/data-map.ts';
import { display } from '../display.ts';
import { type Palette, paletteOf } from '../text/palette.ts';
import { isComparisonComplete, noticesOf, scopeOf, sectionsOf, summaryOf } from './sections.ts';
import type { ChangeLine } from './sentences.ts';

/** What changed, by kind, each with the first place to look at; the verdict last. */
export function renderDataMapChangeText(change: DataMapChange, options: { readonly color: boolean }): string {
  const palette = paletteOf(options.color);
  const sections = sectionsOf(change).map(({ title, lines }) => [
    palette.strong(title),
    ...lines.flatMap((line) => changeLines(line, palette)),
  ]);
  const notices = noticesOf(change).map(({ level, text }) => `  - ${level}: ${display(text, 1000)}`);
  const parts = [
    ...sections,
    ...(notices.length > 0 ? [[palette.strong('Notices'), ...notices]] : []),
    [verdict(change, palette)],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function verdict(change: DataMapChange, palette: Palette): string {
  const scope = display(scopeOf(change));
  if (!isComparisonComplete(change)) return palette.bad(`✖ Incomplete: some file was not analysed (${scope}).`);
  const summary = summaryOf(change);
  if (summary === '') return palette.good(`✔ The data map is the same as in ${display(change.since)} (${scope}).`);
  return palette.strong(`The data map since ${display(change.since)}: ${summary} (${scope}).`);
}

function changeLines({ sign, lead, data, rest, entries }: ChangeLine, palette: Palette): string[] {
  const paint = sign === '-' || sign === '~' ? palette.faint : palette.strong;
  const sentence = display(`${lead === '' ? '' : `${lead} `}${data.join(', ')}${rest}`, 2000);
  return [`  ${paint(sign)} ${sentence}`, ...entries.map((entry) => `      ${palette.faint(placeLine(entry))}`)];
}

function placeLine({ category, flows }: DataMapEntry): string {
  const [first] = flows;
  if (!first) return display(category);
  const place = (at: { expression: string; file: string; line: number }) => `${at.expression} (${at.file}:${at.line})`;
  const others = flows.length > 1 ? `, and ${flows.length - 1} more` : '';
  return display(`${category}: ${place(first.source)} → ${place(first.sink)}${others}`);
}
