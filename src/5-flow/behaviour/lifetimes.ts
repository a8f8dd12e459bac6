/** How long rows are kept, by the calls that choose old ones or give a table a time to live. */
import { parsePort } from '../../core/api-path.ts';
import type { OperationModel } from '../../core/catalogue.ts';
import type { CallOperation } from '../../core/facts.ts';
import type { Analysis } from '../analysis.ts';
import type { Frame } from '../frame.ts';
import type { Place } from '../value.ts';
import { daysAt, periodsIn } from './periods.ts';

/** The function of its file that a frame evaluates, for reading facts. */
export function factsAt(frame: Frame, analysis: Analysis): { file: number; function: number } {
  const { file } = frame.linked;
  return { file, function: frame.id - (analysis.program.bases[file]?.functions ?? 0) };
}

function callAt({ span }: Place, frame: Frame): CallOperation | undefined {
  return frame.linked.facts.operations.find(
    (one): one is CallOperation => one.kind === 'call' && one.span[0] === span[0] && one.span[1] === span[1],
  );
}

/** The days in what chooses the rows. */
export function filterPeriods(
  { filter, sql, verb }: OperationModel,
  place: Place,
  frame: Frame,
  analysis: Analysis,
): number[] {
  if (verb === 'read' || verb === 'respond' || (filter === undefined && sql === undefined && verb !== 'part'))
    return [];
  const call = callAt(place, frame);
  const at = factsAt(frame, analysis);
  return (call?.arguments ?? []).flatMap(({ value }) => periodsIn({ ...at, register: value }, analysis.program));
}

/** How long rows live by the property that a port ends in: a text, or a number of seconds. */
export function lifetimeAt(port: string | undefined, place: Place, frame: Frame, analysis: Analysis): number | null {
  const call = port === undefined ? undefined : callAt(place, frame);
  if (!call || port === undefined) return null;
  const { writers } = frame.shape;
  const found = parsePort(port).flatMap(({ root, steps }) => {
    const start =
      root.kind === 'argument' && typeof root.index === 'number' ? call.arguments[root.index]?.value : undefined;
    return steps.reduce<number[]>(
      (registers, step) =>
        registers.flatMap((register) => {
          const writer = writers[register];
          if (writer?.kind !== 'object') return [];
          return writer.entries.flatMap((entry) =>
            'key' in entry && (step.kind === 'any-property' || (step.kind === 'property' && step.name === entry.key))
              ? [entry.value]
              : [],
          );
        }),
      start === undefined ? [] : [start],
    );
  });
  const at = factsAt(frame, analysis);
  const days = found.map((register) => daysAt({ ...at, register }, 'seconds', analysis.program));
  return days.length === 1 ? (days[0] ?? null) : null;
}
