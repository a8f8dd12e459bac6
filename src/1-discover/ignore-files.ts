/** `.gitignore` and `.trothignore` files, as git reads them: the deeper file wins, and so does its later line. */
import ignore, { type Ignore } from 'ignore';
import type { Notification } from '../core/notification.ts';
import { configurationIgnored, readConfiguration, reasonOf } from './configuration.ts';
import { isCostly } from './patterns.ts';

export const IGNORE_FILES: readonly string[] = ['.gitignore', '.trothignore'];

/** The rules of one file. */
export interface IgnoreFile {
  /** The folder that holds it. */
  readonly directory: string;
  readonly rules: Ignore;
}

/** The rules that hold in `directory`: those of the folders above, then its own. */
export function extendRules(
  root: string,
  directory: string,
  names: readonly string[],
  above: readonly IgnoreFile[],
  notifications: Notification[],
): readonly IgnoreFile[] {
  const own = names.flatMap((name) => {
    const file = directory === '' ? name : `${directory}/${name}`;
    try {
      const lines = readConfiguration(root, file).split(/\r?\n/);
      const usable = lines.filter((line) => line.startsWith('#') || !isCostly(line));
      if (usable.length < lines.length) {
        notifications.push(configurationIgnored(file, 'Ignore patterns with too many wildcards are not applied.'));
      }
      return [{ directory, rules: ignore({ ignorecase: false, allowRelativePaths: true }).add(usable) }];
    } catch (error) {
      notifications.push(configurationIgnored(file, `This ignore file is not applied: ${reasonOf(error)}.`));
      return [];
    }
  });
  return own.length === 0 ? above : [...above, ...own];
}

export function isIgnored(path: string, folder: boolean, files: readonly IgnoreFile[]): boolean {
  for (let index = files.length - 1; index >= 0; index--) {
    const { ignored, unignored } = verdict(path, folder, files[index] as IgnoreFile);
    if (ignored || unignored) return ignored;
  }
  return false;
}

/**
 * The rules that still hold below a folder that is scanned. A file that ignores the folder itself was overruled, by a
 * deeper file or by the user, and what it says about the folder must not strike its contents one by one.
 */
export function rulesBelow(folder: string, files: readonly IgnoreFile[]): readonly IgnoreFile[] {
  const holding = files.filter((file) => !verdict(folder, true, file).ignored);
  return holding.length === files.length ? files : holding;
}

function verdict(
  path: string,
  folder: boolean,
  { directory, rules }: IgnoreFile,
): { ignored: boolean; unignored: boolean } {
  const relative = directory === '' ? path : path.slice(directory.length + 1);
  return rules.test(folder ? `${relative}/` : relative);
}
