import type { PortPath } from '../../core/api-path.ts';
import type { FileIndex, Program } from '../../core/program.ts';
import { moduleValue } from '../imports.ts';
import { MOST_FIELDS } from '../join.ts';
import { NOTHING, textsOf, type Value } from '../value.ts';
import type { LibraryCall } from './ports.ts';

/** The modules of the folder whose path is at a port, by their names. Of the path, how it ends is enough. */
export function modulesAt(port: PortPath, site: LibraryCall): Value {
  const { analysis, frame } = site;
  const end = textsOf(site.read(port))
    .at(-1)
    ?.replace(/^\.?\/|\/$/g, '');
  if (!end) return NOTHING;
  const files = filesIn(end, frame.linked.file, analysis.program).slice(0, MOST_FIELDS);
  const modules = files.map(([name, file]): [string, Value] => {
    const module = moduleValue({ kind: 'file', file }, '*', frame, analysis);
    return [name, module];
  });
  return modules.length === 0 ? NOTHING : { atoms: [], fields: new Map(modules) };
}

/** The files of the nearest folder whose path ends so, with what they are called; its index is not one of them. */
function filesIn(end: string, from: FileIndex, { files }: Program): [string, FileIndex][] {
  const start = files[from]?.file ?? '';
  const folders = new Map<string, [string, FileIndex][]>();
  for (const [index, { file }] of files.entries()) {
    const slash = file.lastIndexOf('/');
    const folder = file.slice(0, slash);
    if (slash < 0 || index === from || !(folder === end || folder.endsWith(`/${end}`))) continue;
    const name = file.slice(slash + 1).replace(/\.[^.]+$/, '');
    const known = folders.get(folder);
    if (known) known.push([name, index]);
    else folders.set(folder, [[name, index]]);
  }
  const near = (folder: string): number => shared(folder, start);
  const [nearest] = [...folders].sort(([a], [b]) => near(b) - near(a) || a.length - b.length);
  return nearest ? nearest[1].filter(([name]) => name !== 'index') : [];
}

/** How far two paths are the same. */
function shared(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
