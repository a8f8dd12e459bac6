/** Functions whose result a library sends to whoever asks: resolvers, procedures, actions. Each is a route of its own. */
import type { PortStep } from '../../core/api-path.ts';
import type { RouteGuard } from '../../core/behaviour.ts';
import type { FunctionId } from '../../core/program.ts';
import type { Analysis } from '../analysis.ts';
import type { Frame } from '../frame.ts';
import type { LibraryCall } from '../library-calls/ports.ts';
import type { Value } from '../value.ts';
import { operandName } from './conditions.ts';
import { guardKind } from './words.ts';

/** Notes the handlers among the callbacks of a call, unless its model says itself which routes it makes. */
export function recordAnswerers(site: LibraryCall, frame: Frame, analysis: Analysis): void {
  const { recorder } = analysis;
  const handlers = site.match.routes.length > 0 ? [] : answerersOf(site);
  if (!recorder || handlers.length === 0) return;
  const guards = guardsBefore(site, frame, analysis);
  for (const id of handlers) {
    const linked = analysis.program.functions[id];
    if (!linked) continue;
    recorder.routes.set(`answer ${id}`, {
      method: 'ALL',
      path: pathOf(id, analysis),
      handlers: [id],
      guards,
      openGuards: true,
      router: null,
      place: { file: linked.file, span: linked.facts.span },
    });
  }
}

function answerersOf(site: LibraryCall): FunctionId[] {
  return site.match.sinks.flatMap(({ model, ports }) =>
    model.activity !== 'expose'
      ? []
      : ports.flatMap(({ root, steps }) => {
          const at = steps.findIndex(({ kind }) => kind === 'return');
          if (at < 0 || root.kind !== 'argument') return [];
          // One by one: joined, a large table of resolvers would be more than a value may hold.
          return valuesBelow(site.read({ root, steps: [] }), steps.slice(0, at)).flatMap(({ atoms }) =>
            atoms.flatMap((atom) => (atom.kind === 'function' ? [atom.function] : [])),
          );
        }),
  );
}

function valuesBelow(value: Value, [step, ...rest]: readonly PortStep[]): Value[] {
  if (step === undefined) return [value];
  const fields = step.kind === 'property' ? [value.fields?.get(step.name)] : [...(value.fields?.values() ?? [])];
  return fields.flatMap((field) => (field ? valuesBelow(field, rest) : []));
}

/** By its own name, or by its file. */
function pathOf(id: FunctionId, analysis: Analysis): string {
  const linked = analysis.program.functions[id];
  const name = linked?.facts.name.split('.').at(-1) ?? '';
  if (name !== '' && !name.startsWith('(')) return name;
  const file = analysis.program.files[linked?.file ?? -1]?.file ?? '';
  return file
    .replace(/\.\w+$/, '')
    .split('/')
    .slice(-2)
    .join('/');
}

const LONGEST_CHAIN = 12;

/** `adminProcedure.use(isOwner).query(…)`: what the chain that a handler ends is called, and what it is given. */
function guardsBefore({ call }: LibraryCall, frame: Frame, analysis: Analysis): RouteGuard[] {
  const own = frame.linked.facts.operations.find(
    (one) => one.kind === 'call' && one.span[0] === call.place?.span[0] && one.span[1] === call.place.span[1],
  );
  const names: string[] = [];
  let at = own?.kind === 'call' ? own.receiver : undefined;
  for (let length = 0; at !== undefined && length < LONGEST_CHAIN; length++) {
    names.push(...operandName(at, frame, analysis).split(' '));
    const writer = frame.shape.writers[at];
    at = writer?.kind === 'call' ? writer.receiver : undefined;
  }
  return names
    .filter((name) => name !== '')
    .map((name) => ({ name, kind: guardKind(name, analysis), words: [] }))
    .filter(({ kind }) => kind !== null);
}
