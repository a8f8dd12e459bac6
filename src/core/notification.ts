/**
 * Something the reader must know about the run itself, not about the code's privacy: a file that could not be analysed,
 * a setting that was ignored. `error` means the result is incomplete (exit code 3).
 */
export interface Notification {
  readonly level: 'error' | 'warning' | 'note';
  /** A stable word a machine can act on. */
  readonly code: NotificationCode;
  /** One sentence, without absolute paths and without text from the scanned files. */
  readonly message: string;
  /** Relative to the scanned root, `/` separators. */
  readonly file?: string;
  readonly line?: number;
}

export type NotificationCode =
  | 'file-not-read'
  | 'file-too-large'
  | 'file-not-regular'
  | 'link-not-followed'
  | 'name-not-readable'
  | 'folder-not-read'
  | 'limit-reached'
  | 'encoding-guessed'
  | 'syntax-error'
  | 'analysis-timeout'
  | 'analysis-failed'
  | 'configuration-ignored'
  | 'schema-not-read'
  | 'findings-filtered';
