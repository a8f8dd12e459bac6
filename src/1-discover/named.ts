/** Paths the user named → listings. What is named counts, even where the walk would leave it out. */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '../core/usage-error.ts';
import { type Role, roleOf } from './exclusions.ts';
import { extendRules, IGNORE_FILES, type IgnoreFile, rulesBelow } from './ignore-files.ts';
import { within } from './links.ts';
import { emptyListing, type Listing, listFile, type WalkOptions, walk } from './walk.ts';

/** Findings may lie in schemas and, of suppressions, in files that are not analysed. */
const NAMED: ReadonlySet<Role | null> = new Set(['source', 'schema', 'other']);

/** Throws a {@link UsageError} when the path is not there, is outside, or nothing that findings can lie in. */
export function listNamed(written: string, options: WalkOptions): Listing {
  const path = realPathBelow(options.root, written);
  if (lstatSync(join(options.root, path)).isDirectory()) return walk(path, rulesAbove(path, options.root), options);
  if (!NAMED.has(roleOf(basename(path)))) {
    throw new UsageError(
      `Neither a folder nor a file of TypeScript, JavaScript, Vue, Svelte, Prisma or YAML: ${JSON.stringify(written)}`,
    );
  }
  const listing = emptyListing();
  listFile(path, listing, options);
  return listing;
}

function realPathBelow(root: string, written: string): string {
  const real = realPath(resolve(root, written));
  if (real === null) throw new UsageError(`No such file or folder: ${JSON.stringify(written)}`);
  const path = within(root, real);
  if (path === null) throw new UsageError(`Outside the scanned folder: ${JSON.stringify(written)}`);
  return path;
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** The ignore rules that hold in a folder named by the user. */
function rulesAbove(path: string, root: string): readonly IgnoreFile[] {
  const folders = path === '' ? [] : path.split('/').map((_, index, names) => names.slice(0, index).join('/'));
  const rules = folders.reduce<readonly IgnoreFile[]>((above, folder) => {
    const present = IGNORE_FILES.filter((name) => realPath(join(root, folder, name)) !== null);
    return extendRules(root, folder, present, above, []);
  }, []);
  return path === '' ? rules : rulesBelow(path, rules);
}
