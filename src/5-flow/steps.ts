import type { FlowRecipient, Step } from '../core/flow.ts';
import type { Location } from '../core/location.ts';
import type { SourceKind } from '../core/privacy.ts';
import type { Analysis } from './analysis.ts';
import type { Classified } from './classify.ts';
import { location } from './flows.ts';
import type { Emission } from './sinks.ts';
import { traceSteps } from './trace.ts';

const MOST_STEPS = 12;

const ORIGINS: Record<SourceKind, string> = {
  'request-body': 'is read from the request body',
  'request-query': 'is read from the query string',
  'request-parameters': 'is read from the URL',
  'request-headers': 'is read from the request headers',
  'request-cookies': 'is read from a cookie',
  'request-metadata': 'is read from the connection',
  'uploaded-file': 'is uploaded',
  form: 'is entered in a form',
  database: 'is read from the database',
  session: 'is read from the session',
  'identity-provider': 'comes from the identity provider',
  storage: 'is read from storage',
  device: 'is read from the device',
  message: 'arrives in a message',
  declaration: 'is held here by its declaration',
  name: 'is held here, judging by its name',
};

/** The way of a flow as a reader can follow it: source, calls and returns, sink. */
export function stepsOf(
  emission: Emission,
  classified: Classified,
  source: Location & { readonly kind: SourceKind; readonly expression: string },
  sink: Location,
  recipient: FlowRecipient | null,
  analysis: Analysis,
): Step[] {
  const between = traceSteps(emission.atom.trace).map(
    ({ place, message }): Step => ({ ...location(place, analysis), message }),
  );
  const start: Step = {
    ...positionOf(source),
    message: `${source.expression || classified.category} ${doesOf(emission) ?? ORIGINS[source.kind]}`,
  };
  const end: Step = { ...positionOf(sink), message: sinkMessage(emission, recipient) };
  return [start, ...shorten(withoutRepeats(between)), end];
}

/** What a setting makes a library do. */
function doesOf({ atom: { root } }: Emission): string | undefined {
  return root.kind === 'source' ? root.source.does : undefined;
}

function positionOf({ file, line, column, endLine, endColumn }: Location): Location {
  return { file, line, column, endLine, endColumn };
}

function sinkMessage({ site }: Emission, recipient: FlowRecipient | null): string {
  const { expression, model } = site;
  if (model.activity === 'log') return `written to the log by ${expression}`;
  if (model.activity === 'store') return `stored by ${expression}`;
  if (model.activity === 'expose') return `exposed by ${expression}`;
  return `sent to ${recipient?.name ?? 'a recipient that is not known'} by ${expression}`;
}

function withoutRepeats(steps: readonly Step[]): Step[] {
  return steps.filter((step, index) => {
    const before = steps[index - 1];
    return !before || before.message !== step.message || before.line !== step.line || before.file !== step.file;
  });
}

/** A long way is told by its ends. */
function shorten(steps: readonly Step[]): Step[] {
  const room = MOST_STEPS - 2;
  if (steps.length <= room) return [...steps];
  const head = steps.slice(0, room / 2);
  return [...head, ...steps.slice(steps.length - (room - head.length))];
}
