/**
 * Facts of all files → one program.
 *
 * Purpose: give every import, export, type name and class its meaning across files.
 * Input: facts in the order of their paths. Output: {@link Program}; look-ups are memoised and never touch the disk.
 * Gives up: `export *` of packages, CommonJS names made by computed keys (the flow engine sees their values instead).
 */
import type { FileFacts, FunctionFacts, MemberFacts, SchemaFacts } from '../core/facts.ts';
import type { CellId, LinkedCell, LinkedClass, LinkedFunction, ModuleReference, Program } from '../core/program.ts';
import type { Workspace } from '../core/workspace.ts';
import { captures } from './captures.ts';
import { exportLookup } from './exports.ts';
import { classHierarchy } from './hierarchy.ts';
import { ModuleResolver } from './modules.ts';
import { typeLookup } from './types.ts';

export function link(
  files: readonly FileFacts[],
  { entities, generated }: SchemaFacts,
  workspace: Pick<Workspace, 'packages' | 'tsconfigs'>,
): Program {
  const bases = basesOf(files);
  const resolver = new ModuleResolver(files, workspace, generated);
  const module = (file: number, specifier: string): ModuleReference =>
    resolver.resolve((files[file] as FileFacts).file, specifier);
  const cells = linkCells(files, bases);
  const classes = linkClasses(files);
  const exported = exportLookup(files, bases, module);
  const typeNamed = typeLookup(files, bases, module);
  return {
    files,
    functions: linkFunctions(files, bases, cells),
    classes,
    cells,
    entities,
    packages: packagesOf(files, module),
    declared: new Set(workspace.packages.flatMap(({ dependencies }) => Object.keys(dependencies))),
    ownNames: ownNamesOf(workspace.packages),
    bases,
    module,
    exported,
    typeNamed,
    ...classHierarchy(classes, typeNamed),
  };
}

function ownNamesOf(packages: Workspace['packages']): Set<string> {
  const names = packages.flatMap(({ name = '', directory }) => {
    const scope = /^@([^/]+)\//.exec(name)?.[1];
    return scope ?? (directory === '' ? name : '');
  });
  return new Set(names.map((name) => name.toLowerCase().replace(/[^a-z\d]/g, '')).filter((name) => name !== ''));
}

function basesOf(files: readonly FileFacts[]): Program['bases'] {
  let functions = 0;
  let classes = 0;
  let cells = 0;
  return files.map((facts) => {
    const base = { functions, classes, cells };
    functions += facts.functions.length;
    classes += facts.classes.length;
    cells += facts.cells.length;
    return base;
  });
}

function linkCells(files: readonly FileFacts[], bases: Program['bases']): LinkedCell[] {
  return files.flatMap(({ cells }, file) => {
    const base = bases[file] as Program['bases'][number];
    return cells.map(
      ({ name, owner, type }, index): LinkedCell => ({
        id: base.cells + index,
        file,
        name,
        owner: base.functions + owner,
        global: owner === 0,
        ...(type ? { type } : {}),
      }),
    );
  });
}

function linkClasses(files: readonly FileFacts[]): LinkedClass[] {
  const linked: LinkedClass[] = [];
  for (const [file, { classes }] of files.entries()) {
    for (const facts of classes) linked.push({ id: linked.length, file, facts, members: byName(facts.members) });
  }
  return linked;
}

function byName(members: readonly MemberFacts[]): Map<string, MemberFacts[]> {
  const named = new Map<string, MemberFacts[]>();
  for (const member of members) {
    const same = named.get(member.name);
    if (same) same.push(member);
    else named.set(member.name, [member]);
  }
  return named;
}

function linkFunctions(
  files: readonly FileFacts[],
  bases: Program['bases'],
  cells: readonly LinkedCell[],
): LinkedFunction[] {
  return files.flatMap(({ functions, classes }, file) => {
    const base = bases[file] as Program['bases'][number];
    const captured = captures(
      functions,
      classes,
      (index) => (cells[base.cells + index] as LinkedCell).owner - base.functions,
    );
    return functions.map(
      (facts: FunctionFacts, index): LinkedFunction => ({
        id: base.functions + index,
        file,
        facts,
        captures: (captured[index] as readonly number[]).map((cell): CellId => base.cells + cell),
        ...(facts.class === undefined ? {} : { class: base.classes + facts.class }),
      }),
    );
  });
}

function packagesOf(files: readonly FileFacts[], module: Program['module']): Set<string> {
  const packages = new Set<string>();
  for (const [file, facts] of files.entries()) {
    for (const specifier of specifiersOf(facts)) {
      const reference = module(file, specifier);
      if (reference.kind === 'package') packages.add(reference.package);
    }
  }
  return packages;
}

function* specifiersOf(facts: FileFacts): Generator<string> {
  for (const { specifier } of facts.imports) yield specifier;
  for (const { from } of facts.exports) if (from) yield from.specifier;
  for (const { operations } of facts.functions) {
    for (const operation of operations) if (operation.kind === 'require') yield operation.specifier;
  }
}
