/** Links are never followed. A link says nothing new when its target is listed anyway; otherwise the reader is told. */
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Notification } from '../core/notification.ts';
import { roleOf } from './exclusions.ts';
import type { Listing } from './walk.ts';

/** The path of a real path relative to `root`, with `/`; null when it is not below it. */
export function within(root: string, path: string): string | null {
  const inside = relative(root, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null;
  return inside.split(sep).join('/');
}

/**
 * One notification for each link that leads to source the listing lacks. Such a link to a file is an error, as the file
 * looks like source of the project; a folder may hold anything, and is a warning.
 */
export function unfollowedLinks(root: string, listing: Listing): Notification[] {
  return listing.links.flatMap((link) => unfollowed(root, link, listing) ?? []);
}

function unfollowed(root: string, link: string, listing: Listing): Notification | null {
  const source = roleOf(link) === 'source';
  const target = targetOf(join(root, link));
  if (target === null) return notFollowed(source ? 'error' : 'note', link, 'its target cannot be reached');
  if (!target.folder && !source) return null;
  const inside = within(root, target.path);
  if (inside !== null && isListed(inside, target.folder, listing)) return null;
  const why = inside === null ? 'its target is outside the scanned folder' : 'its target is not scanned';
  return notFollowed(target.folder ? 'warning' : 'error', link, why);
}

function targetOf(path: string): { path: string; folder: boolean } | null {
  try {
    const real = realpathSync(path);
    return { path: real, folder: statSync(real).isDirectory() };
  } catch {
    return null;
  }
}

/** A target inside that has its own problem is reported by it. */
function isListed(path: string, folder: boolean, listing: Listing): boolean {
  if (folder) return listing.folders.has(path);
  return listing.files.source.has(path) || listing.problems.some((problem) => problem.file === path);
}

function notFollowed(level: Notification['level'], file: string, why: string): Notification {
  return { level, code: 'link-not-followed', message: `The link is not followed: ${why}.`, file };
}
