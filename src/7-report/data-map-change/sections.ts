/** The parts of a data-map change that every format shows, in their order. */
import type { DataMapChange } from '../../core/data-map.ts';
import { count } from '../display.ts';
import { alteredLine, type ChangeLine, holderLine } from './sentences.ts';

export interface Section {
  readonly title: string;
  readonly lines: readonly ChangeLine[];
}

/** Those that are not empty. */
export function sectionsOf({ added, removed, altered }: DataMapChange): Section[] {
  const [weaker, other] = [altered.filter(isWeaker), altered.filter((each) => !isWeaker(each))];
  const sections: Section[] = [
    { title: 'Added', lines: added.map((change) => holderLine(change, '+')) },
    { title: 'Less protected', lines: weaker.map(alteredLine) },
    { title: 'On other conditions', lines: other.map(alteredLine) },
    { title: 'Removed', lines: removed.map((change) => holderLine(change, '-')) },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

/** `2 added, 1 removed`, counted in entries: a category with a holder; empty when nothing changed. */
export function summaryOf({ added, removed, altered }: DataMapChange): string {
  const entries = (changes: DataMapChange['added']) => changes.reduce((sum, each) => sum + each.entries.length, 0);
  const weaker = altered.filter(isWeaker).length;
  const parts: readonly (readonly [number, string])[] = [
    [entries(added), 'added'],
    [weaker, 'less protected'],
    [altered.length - weaker, 'on other conditions'],
    [entries(removed), 'removed'],
  ];
  return parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(', ');
}

/** What was compared, and whether it was all: never a change that looks complete and is not. */
export function isComparisonComplete({ notifications }: DataMapChange): boolean {
  return notifications.every(({ notification }) => notification.level !== 'error');
}

/** One notification: `before: src/a.ts:3 the file could not be read`. */
export function noticesOf({ notifications, since }: DataMapChange): { level: string; text: string }[] {
  return notifications.map(({ state, notification: { level, file, line, message } }) => {
    const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
    return { level, text: `${state === 'before' ? `in ${since}` : 'now'}: ${place}${message}` };
  });
}

/** `27 files, 25 in main`. */
export function scopeOf({ files, since }: DataMapChange): string {
  return `${count(files.after, 'file')} now, ${count(files.before, 'file')} in ${since}`;
}

function isWeaker({ weaker }: DataMapChange['altered'][number]): boolean {
  return weaker.length > 0;
}
