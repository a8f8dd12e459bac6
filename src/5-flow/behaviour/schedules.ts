/** How often jobs run: `0 3 * * *`, `@weekly`, `2 weeks`, a number of milliseconds. */
import type { Value } from '../value.ts';
import { periodOf } from './periods.ts';

const DAY = 86_400_000;
const NAMED: ReadonlyMap<string, number> = new Map([
  ['@hourly', 1 / 24],
  ['@daily', 1],
  ['@midnight', 1],
  ['@weekly', 7],
  ['@monthly', 31],
  ['@yearly', 366],
  ['@annually', 366],
]);

/** The days between two runs, at most; null when the code does not show them. */
export function daysBetween({ atoms, fields }: Value): number | null {
  const [only] = atoms;
  if (!fields && atoms.length === 1 && only?.kind === 'library') return daysNamed(only.path.at(-1) ?? '');
  if (fields || atoms.length !== 1 || only?.kind !== 'constant' || !only.whole) return null;
  if (only.type === 'number') return Number(only.text) / DAY;
  const text = only.text.trim().toLowerCase();
  return NAMED.get(text) ?? daysOfCron(text.split(/\s{1,9}/)) ?? periodOf(text);
}

/** Words of a constant's name, the rarest first. */
const PERIOD_WORDS: readonly (readonly [RegExp, number])[] = [
  [/YEAR/, 366],
  [/QUARTER/, 92],
  [/MONTH/, 31],
  [/WEEK|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY/, 7],
  [/DAY|HOUR|MINUTE|SECOND/, 1],
];

/** `EVERY_1ST_DAY_OF_MONTH_AT_NOON`, `EVERY_6_MONTHS`: libraries name their constants after how often. */
function daysNamed(step: string): number | null {
  const name = step.replace(/^\./, '');
  if (!/^EVERY_[A-Z\d_]{1,80}$/.test(name)) return null;
  const days = PERIOD_WORDS.find(([word]) => word.test(name))?.[1] ?? null;
  const times = /^EVERY_(\d{1,2})_(?:DAYS|WEEKS|MONTHS|YEARS)/.exec(name)?.[1];
  return days === null ? null : days * Number(times ?? 1);
}

/** Minute, hour, day, month, weekday; with six fields seconds come first. The rarest field that is set decides. */
function daysOfCron(fields: readonly string[]): number | null {
  if (fields.length < 5 || fields.length > 6 || !fields.every((field) => /^[\d*/,\-a-z?#]{1,60}$/.test(field)))
    return null;
  const [day = '*', month = '*', weekday = '*'] = fields.slice(-3);
  if (!isEvery(month)) return gap(month, 12, 31);
  if (!isEvery(day)) return gap(day, 31, 1);
  return isEvery(weekday) ? 1 : gap(weekday, 7, 1);
}

function isEvery(field: string): boolean {
  return field === '*' || field === '?';
}

/** Days between the times that a field names, were they spread evenly: of twelve months `1,7` names two. */
function gap(field: string, most: number, days: number): number {
  const step = /\/(\d{1,3})$/.exec(field)?.[1];
  if (step !== undefined) return Math.min(Number(step), most) * days;
  const [from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(field)?.slice(1).map(Number) ?? [];
  // `1-5`: the longest wait is for the first of them.
  if (from !== undefined && to !== undefined) return Math.max(1, most - (to - from)) * days;
  return Math.ceil(most / field.split(',').length) * days;
}
