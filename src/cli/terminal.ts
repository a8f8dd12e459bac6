/** What troth says on standard error, beside the report. */
import { isKnown } from '../core/baseline.ts';
import type { Notification } from '../core/notification.ts';
import type { ScanResult } from '../core/result.ts';
import { brokenLevels, countAtGate, type ExitRules, isComplete, notAnalysed, partlyAnalysed } from './exit-code.ts';

/** The text with nothing in it that moves, hides or reorders what a terminal shows. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return character === '\n' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** The last line: what was scanned, what came of it, and whether that can be trusted. */
export function closingLine(result: ScanResult, rules: ExitRules, seconds: number): string {
  const { files, functions } = result.statistics;
  const scanned = `${count(files, 'file')}, ${count(functions, 'function')}, ${count(result.flows.length, 'flow')}`;
  const parts = [scanned, ...verdict(result), ...decided(result), ...filteredOut(result), ...skipped(result, rules)];
  return `${mark(result, rules)} ${parts.join('; ')} (${seconds.toFixed(1)} s)`;
}

/** Whether the run needs a word even under `--quiet`. */
export function mustBeSaid(result: ScanResult): boolean {
  return notAnalysed(result) > 0;
}

function mark(result: ScanResult, rules: ExitRules): string {
  if (!isComplete(result, rules)) return '! incomplete:';
  return countAtGate(result, rules.failOn) > 0 ? '✖' : '✔';
}

function verdict(result: ScanResult): string[] {
  if (result.command === 'inventory') return [];
  const levels = brokenLevels(result);
  const byLevel = (['error', 'warning', 'note'] as const)
    .map((level) => [level, levels.filter((each) => each === level).length] as const)
    .filter(([, number]) => number > 0)
    .map(([level, number]) => count(number, level));
  return [levels.length === 0 ? 'no violations' : `${count(levels.length, 'violation')} (${byLevel.join(', ')})`];
}

/** What people decided not to be told again, and what is left of it. */
function decided({ violations, obligations, suppressed, suppressions, baseline }: ScanResult): string[] {
  const hidden = suppressed.length + (suppressions?.obligations.length ?? 0);
  const known = [...violations, ...obligations].filter(({ baselineState }) => isKnown(baselineState)).length;
  const gone = baseline?.absent.length ?? 0;
  return [
    ...(hidden > 0 ? [`${hidden} suppressed`] : []),
    ...(baseline ? [`${known} known to the baseline`] : []),
    ...(gone > 0 ? [`${count(gone, 'entry', 'entries')} of the baseline gone`] : []),
  ];
}

function filteredOut({ filtered, command }: ScanResult): string[] {
  if (!filtered) return [];
  const what = count(filtered.findings, command === 'inventory' ? 'flow' : 'finding');
  return [`${what} filtered out (shown: ${filtered.shown})`];
}

function skipped(result: ScanResult, rules: ExitRules): string[] {
  const missed = notAnalysed(result);
  const partly = partlyAnalysed(result);
  return [
    ...(missed > 0
      ? [`${count(missed, 'file')} not analysed${missed > rules.allowIncomplete ? '' : ' (allowed)'}`]
      : []),
    ...(partly > 0 ? [`${count(partly, 'file')} partly analysed`] : []),
  ];
}

/** One notification on one line: `warning: src/a.ts:3: recovered from a syntax error`. */
export function printNotification({ level, file, line, message }: Notification): string {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  return printable(`${level}: ${place}${message}`.replaceAll('\n', ' '));
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}
