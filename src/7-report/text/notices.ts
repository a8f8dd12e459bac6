/** What the reader must know about the run: above all what was not analysed. An incomplete scan never looks clean. */
import type { Notification } from '../../core/notification.ts';
import type { ScanResult } from '../../core/result.ts';
import { display } from '../display.ts';
import type { Finding } from '../findings.ts';
import { isIncomplete, outcome } from '../summary.ts';
import type { Palette } from './palette.ts';

/** Every notification, errors in a section of their own. */
export function notices(result: ScanResult, palette: Palette): string[][] {
  const errors = result.notifications.filter((notification) => notification.level === 'error');
  const others = result.notifications.filter((notification) => notification.level !== 'error');
  const title = palette.bad('Not analysed: this scan is incomplete');
  return [
    errors.length > 0 ? [title, ...errors.map((error) => `  ${palette.bad('✖')} ${printNotification(error)}`)] : [],
    absentEntries(result, palette),
    others.length > 0 ? [palette.strong('Notices'), ...others.map((other) => `  - ${printNotification(other)}`)] : [],
  ];
}

const ABSENT_SHOWN = 10;

/** What the baseline knows and the code does not have any more: mended, or changed so much that it is new. */
function absentEntries({ baseline }: ScanResult, palette: Palette): string[] {
  if (!baseline || baseline.absent.length === 0) return [];
  const { file, absent } = baseline;
  const shown = absent
    .slice(0, ABSENT_SHOWN)
    .map((each) => `  - ${display(each.file)}:${each.line}  ${display(each.rule)}`);
  return [
    palette.strong(`Gone since the baseline ('troth baseline prune' takes them out of ${display(file)})`),
    ...shown,
    ...(absent.length > shown.length ? [`  … ${absent.length - shown.length} more`] : []),
  ];
}

/** The closing line. */
export function verdict(findings: readonly Finding[], result: ScanResult, palette: Palette): string {
  const broken = findings.length > 0 && result.command === 'scan';
  const said = outcome(findings, result);
  return isIncomplete(result) || broken ? palette.bad(`✖ ${said}`) : palette.good(`✔ ${said}`);
}

function printNotification({ file, line, message, code }: Notification): string {
  const place = file === undefined ? '' : `${display(file)}${line === undefined ? '' : `:${line}`}  `;
  return `${place}${display(message, 1000)} (${code})`;
}
