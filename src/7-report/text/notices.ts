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
    others.length > 0 ? [palette.strong('Notices'), ...others.map((other) => `  - ${printNotification(other)}`)] : [],
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
