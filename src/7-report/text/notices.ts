/** What the reader must know about the run: above all what was not analysed. An incomplete scan never looks clean. */
import type { Notification } from '../../core/notification.ts';
import type { ScanResult } from '../../core/result.ts';
import { count, display } from '../display.ts';
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

/** The closing line: `outcome` is what was found. */
export function verdict(result: ScanResult, palette: Palette, outcome: string): string {
  const { files, incomplete } = result.statistics;
  const failed = result.notifications.some((notification) => notification.level === 'error');
  const partly = new Set(result.notifications.filter(({ code }) => code === 'syntax-error').map(({ file }) => file))
    .size;
  const scanned = `${outcome} in ${count(files, 'file')}`;
  const suffix = partly > 0 ? ` ${count(partly, 'file')} only partly analysed.` : '';
  if (incomplete > 0 || failed) {
    const missing = incomplete > 0 ? `${count(incomplete, 'file')} not analysed` : 'see above';
    return palette.bad(`✖ Incomplete (${missing}). ${scanned}.${suffix}`);
  }
  const broken = result.violations.length > 0 || result.obligations.some(({ status }) => status === 'missing');
  if (broken && result.command === 'scan') return palette.bad(`✖ ${scanned}.${suffix}`);
  return palette.good(`✔ ${scanned}.${suffix}`);
}

function printNotification({ file, line, message, code }: Notification): string {
  const place = file === undefined ? '' : `${display(file)}${line === undefined ? '' : `:${line}`}  `;
  return `${place}${display(message, 1000)} (${code})`;
}
