/** Notices about the run, as SARIF notifications. An error means that the run failed (SARIF §3.58.6), and GitHub then
 * refuses the log rather than close the alerts of files nobody looked at. */
import type { Invocation, ReportingDescriptor, Notification as SarifNotification } from 'sarif';
import type { Notification, NotificationCode } from '../../core/notification.ts';
import type { RenderOptions } from '../options.ts';
import { sentence } from '../promises.ts';
import { physicalLocation, plainMessage } from './locations.ts';
import { nameOf } from './rules.ts';

/** What each code means, and what to do. */
const MEANINGS: Readonly<Record<NotificationCode, readonly [meaning: string, help: string]>> = {
  'analysis-failed': ['A file could not be analysed.', 'Report it: this is a bug in troth.'],
  'analysis-timeout': ['The analysis of a file took too long.', 'Exclude the file, or allow more time.'],
  'configuration-ignored': ['A setting was ignored.', 'Correct or remove the setting.'],
  'encoding-guessed': ['The encoding of a file was guessed.', 'Save the file as UTF-8.'],
  'file-not-read': ['A file could not be read.', 'Check its permissions, or exclude it.'],
  'file-not-regular': ['A path is not a regular file.', 'Exclude it.'],
  'file-too-large': ['A file is too large to be analysed.', 'Exclude it, or raise the limit.'],
  'findings-filtered': ['Only a part of the findings is shown.', 'Scan without --since, --staged or file arguments.'],
  'folder-not-read': ['A folder could not be read.', 'Check its permissions, or exclude it.'],
  'limit-reached': [
    'Something was left out because a limit was reached.',
    'Scan fewer files at once, or use the JSON format.',
  ],
  'link-not-followed': ['A symbolic link was not followed.', 'Scan what it points to, or exclude it.'],
  'name-not-readable': ['The name of a file cannot be decoded.', 'Rename the file.'],
  'schema-not-read': ['A data schema could not be read.', 'Correct the schema.'],
  'syntax-error': ['A file has syntax errors and was analysed in part.', 'Correct the syntax.'],
};

const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'Complete, and nothing at or above the gate.',
  1: 'Complete, with findings at or above the gate.',
  3: 'Incomplete: some file was not analysed.',
};

const CODES = Object.keys(MEANINGS) as NotificationCode[];

/** One descriptor per code, always all of them. */
export function notificationDescriptors(homepage: string): ReportingDescriptor[] {
  return CODES.map((code) => {
    const [meaning, help] = MEANINGS[code];
    const [description, advice] = [{ text: meaning }, { text: help }];
    return {
      id: code,
      name: nameOf(code),
      shortDescription: description,
      fullDescription: description,
      help: advice,
      helpUri: homepage,
    };
  });
}

/** The run itself. It failed when files are missing, unless the user accepts that; findings are no failure. */
export function invocationOf(
  notifications: readonly Notification[],
  root: string,
  { incompleteAllowed = false, exitCode }: RenderOptions,
): Invocation {
  const failed = notifications.some((notification) => notification.level === 'error');
  const print = (notification: Notification) => sarifNotification(notification, root, incompleteAllowed);
  const settings = notifications.filter(({ code }) => code === 'configuration-ignored');
  const run = notifications.filter(({ code }) => code !== 'configuration-ignored');
  return {
    executionSuccessful: incompleteAllowed || !failed,
    ...(exitCode !== undefined && { exitCode, exitCodeDescription: EXIT_CODES[exitCode] ?? 'Other.' }),
    ...(run.length > 0 && { toolExecutionNotifications: run.map(print) }),
    ...(settings.length > 0 && { toolConfigurationNotifications: settings.map(print) }),
  };
}

function sarifNotification(
  { level, code, message, file, line = 1 }: Notification,
  root: string,
  allowed: boolean,
): SarifNotification {
  const at = file === undefined ? undefined : { file, line, column: 1, endLine: line, endColumn: 1 };
  const named = file === undefined ? message : `${file}: ${message}`;
  return {
    level: level === 'error' && allowed ? 'warning' : level,
    descriptor: { id: code, index: CODES.indexOf(code) },
    message: { text: sentence(plainMessage(named)) },
    ...(at && { locations: [{ physicalLocation: physicalLocation(at, root) }] }),
  };
}
