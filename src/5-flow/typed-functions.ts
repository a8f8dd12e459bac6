import type { Analysis } from './analysis.ts';
import { library } from './libraries.ts';
import { type LibraryPath, libraryPath } from './library-path.ts';
import type { TypeRef } from './types.ts';
import type { Value } from './value.ts';

/**
 * Gives functions the parameters that a library's type says they have: `const list: RequestHandler = (req, res) => …`,
 * `const adapter: Adapter = { createUser(user) { … } }`.
 */
export function bindTypedFunctions(value: Value, type: TypeRef, analysis: Analysis): void {
  const resolved = analysis.types.resolve(type);
  if (resolved.kind === 'library') bindMember(value, libraryPath(resolved.package, [`<${resolved.name}>`]), analysis);
}

/** `path` is the type, or a member of it. */
function bindMember(value: Value, path: LibraryPath, analysis: Analysis): void {
  for (const { model, ports } of analysis.models.match(path).types) {
    for (const { root, steps } of ports) {
      const [step] = steps;
      if (root.kind !== 'property' || step?.kind !== 'parameter') continue;
      const atom = library(path.package, [`<${model.type}>`], null, [], null);
      for (const one of value.atoms) {
        if (one.kind === 'function') analysis.bindParameter(one.function, step.index, [atom]);
      }
    }
  }
  for (const [key, field] of value.fields ?? []) {
    if (field.atoms.some(({ kind }) => kind === 'function')) bindMember(field, path.member(key), analysis);
  }
}
