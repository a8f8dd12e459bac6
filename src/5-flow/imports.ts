import type { CellId, FileIndex, ModuleReference } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import type { Frame } from './frame.ts';
import { join } from './join.ts';
import { library } from './libraries.ts';
import { property } from './properties.ts';
import { type LibraryAtom, NOTHING, type Value, valueWith } from './value.ts';

/** A name of a module: a variable of one of our files, or a member of a package. */
export function exportedValue(file: FileIndex, name: string, frame: Frame, analysis: Analysis): Value {
  const { program } = analysis;
  const binding = program.exported(file, name);
  const assigned = analysis.exportsOf(file, frame.id);
  if (!binding) {
    const field = assigned.fields?.get(name);
    if (field) return field;
    if (name === 'default' || name === '*') return assigned.fields?.get('*') ?? assigned;
    const whole = assigned.fields?.get('*');
    return whole ? property(whole, name, frame, analysis, null) : NOTHING;
  }
  if (binding.kind === 'cell') return analysis.global(binding.cell, frame.id);
  if (binding.kind === 'module') return moduleValue(binding.module, '*', frame, analysis);
  return moduleValue(binding.module, binding.name, frame, analysis);
}

/** Files that hand an import on, as far as one is looked for. */
const MOST_BARRELS = 8;

/** The variable that an imported name stands for, through files that export it again. */
export function cellBehind(module: ModuleReference, name: string, { program }: Analysis): CellId | undefined {
  let at = module;
  let wanted = name;
  for (let steps = 0; steps < MOST_BARRELS && at.kind === 'file'; steps++) {
    const binding = program.exported(at.file, wanted);
    if (binding?.kind === 'cell') return binding.cell;
    if (binding?.kind !== 'member') return undefined;
    at = binding.module;
    wanted = binding.name;
  }
  return undefined;
}

/** What `import name from module` gives; `*` for the module itself. */
export function moduleValue(module: ModuleReference, name: string, frame: Frame, analysis: Analysis): Value {
  if (module.kind === 'unknown') return NOTHING;
  if (module.kind === 'package') return valueWith(packageMember(module, name, analysis));
  if (name !== '*') return exportedValue(module.file, name, frame, analysis);
  const namespace: Value = valueWith({ kind: 'module', key: `m${module.file}`, file: module.file });
  // `require` of a CommonJS module is whatever it assigned.
  const whole = analysis.exportsOf(module.file, frame.id).fields?.get('*');
  return whole ? join(whole, namespace) : namespace;
}

/** A model may be written for a subpath (`next/headers`); otherwise the subpath is members of the package. */
function packageMember(module: ModuleReference & { kind: 'package' }, name: string, analysis: Analysis): LibraryAtom {
  const full = [module.package, ...module.subpath].join('/');
  const own = module.subpath.length > 0 && analysis.models.knows(full);
  const path = own ? [] : module.subpath.map((part) => `.${part}`);
  if (name !== '*' && name !== 'default') path.push(`.${name}`);
  return library(own ? full : module.package, path, null, [], null);
}
