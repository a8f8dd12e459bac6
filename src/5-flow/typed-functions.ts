import type { Analysis } from './analysis.ts';
import type { Frame } from './frame.ts';
import { library } from './libraries.ts';
import { applyLibrary } from './library-calls.ts';
import { type LibraryPath, libraryPath } from './library-path.ts';
import type { TypeRef } from './types.ts';
import type { LibraryAtom, Value } from './value.ts';

/**
 * Gives functions the parameters that a library's type says they have: `const list: RequestHandler = (req, res) => …`,
 * `const adapter: Adapter = { createUser(user) { … } }`.
 */
export function bindTypedFunctions(value: Value, type: TypeRef, frame: Frame, analysis: Analysis): void {
  const resolved = analysis.types.resolve(type);
  if (resolved.kind !== 'library') return;
  const typed = `<${resolved.name}>`;
  bindMember(value, libraryPath(resolved.package, [typed]), analysis);
  const functions = value.atoms.filter(({ kind }) => kind === 'function');
  const framework = library(resolved.package, [typed], null, [], null);
  // `const handler: APIGatewayProxyHandler = async (event) => …`: what it returns is sent.
  if (functions.length > 0 && takesFunctions(framework, analysis))
    applyLibrary(framework, { ...BY_THE_FRAMEWORK, arguments: [{ atoms: functions, fields: null }] }, frame, analysis);
}

const BY_THE_FRAMEWORK = { receiver: null, name: '', place: null, guard: -1, new: false };

/** Whether something becomes of what a function of this type returns. */
function takesFunctions({ api }: LibraryAtom, { models }: Analysis): boolean {
  return models.match(api).sinks.some(({ ports }) => ports.some(({ steps: [step] }) => step?.kind === 'return'));
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
