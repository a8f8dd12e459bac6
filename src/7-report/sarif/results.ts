/** A finding as a SARIF result (SARIF §3.27): placed at its sink, with its sources and guards linked from the message. */
import type { Result, Location as SarifLocation, Suppression } from 'sarif';
import { type Flow, printGuard } from '../../core/flow.ts';
import { invariant } from '../../core/invariant.ts';
import { compareText, type Location } from '../../core/location.ts';
import type { Finding } from '../findings.ts';
import { sentence } from '../promises.ts';
import { codeFlowsOf } from './code-flows.ts';
import { fingerprintsOf } from './fingerprints.ts';
import type { SarifLimits } from './limits.ts';
import { linkTo, physicalLocation, plainMessage } from './locations.ts';
import type { SourceLines } from './source-lines.ts';

export interface ResultContext {
  readonly ruleIndexes: ReadonlyMap<string, number>;
  readonly root: string;
  readonly limits: SarifLimits;
  readonly lines: SourceLines;
}

/** The result; its rule has to be one of the run's. */
export function resultOf(alert: Finding, context: ResultContext): Result {
  const ruleIndex = context.ruleIndexes.get(alert.rule);
  invariant(ruleIndex !== undefined, `Expected a policy in use to have the rule ${alert.rule}`);
  const codeFlows = codeFlowsOf(alert, context.limits, context.root);
  const related = relatedPlaces(alert.flows).slice(0, context.limits.relatedLocations);
  return {
    ruleId: alert.rule,
    ruleIndex,
    level: alert.level,
    message: { text: messageOf(alert, related) },
    locations: [{ physicalLocation: physicalLocation(primaryPlace(alert, context.lines), context.root) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((place, index) => relatedLocation(place, index + 1, context.root)),
    }),
    ...(codeFlows.length > 0 && { codeFlows }),
    partialFingerprints: fingerprintsOf(alert, context.lines),
    ...(alert.baselineState && { baselineState: BASELINE_STATES[alert.baselineState] }),
    properties: propertiesOf(alert),
  };
}

/** That lines moved is no change of a result (SARIF §3.27.24). */
const BASELINE_STATES = { new: 'new', unchanged: 'unchanged', moved: 'unchanged' } as const;

/** Why a suppressed result counts no more (SARIF §3.35). */
export function suppressionOf({ suppression }: Finding, root: string): Suppression {
  if (!suppression) return { kind: 'external', status: 'accepted' };
  const { kind, reason, until, file, line } = suppression;
  const place = { file, line, column: 1, endLine: line, endColumn: 2 };
  return {
    kind: kind === 'comment' ? 'inSource' : 'external',
    status: 'accepted',
    justification: plainMessage(until === undefined ? reason : `${reason} (until ${until})`),
    location: { physicalLocation: physicalLocation(place, root) },
  };
}

interface RelatedPlace {
  readonly role: 'Source' | 'Guard';
  readonly text: string;
  readonly at: Location;
}

/** Where the data comes from and what is asked on the way, each place once. */
function relatedPlaces(flows: readonly Flow[]): RelatedPlace[] {
  const sources = flows.map(({ source }): RelatedPlace => ({ role: 'Source', text: source.expression, at: source }));
  const guards = flows.flatMap((flow) =>
    flow.guards.map((guard): RelatedPlace => ({ role: 'Guard', text: printGuard(guard), at: guard.location })),
  );
  const places = new Map<string, RelatedPlace>();
  for (const place of [...sources, ...guards]) {
    const { file, line, column } = place.at;
    const key = JSON.stringify([place.role, file, line, column]);
    if (!places.has(key)) places.set(key, place);
  }
  return [...places.values()];
}

/** GitHub shows a related location only when the message links it. */
function messageOf(alert: Finding, related: readonly RelatedPlace[]): string {
  const links = (role: RelatedPlace['role']): string => {
    const linked = related.flatMap((place, index) => (place.role === role ? linkTo(index + 1, place.text) : []));
    return linked.length > 0 ? ` ${role}${linked.length > 1 ? 's' : ''}: ${linked.join(', ')}.` : '';
  };
  return `${sentence(plainMessage(alert.message))}${links('Source')}${links('Guard')}`;
}

function relatedLocation({ role, text, at }: RelatedPlace, id: number, root: string): SarifLocation {
  return { id, physicalLocation: physicalLocation(at, root), message: { text: plainMessage(`${role}: ${text}`) } };
}

/** A pull request shows an alert only when all its lines are in the diff: the region stays on one line. */
function primaryPlace(alert: Finding, lines: SourceLines): Location {
  const { file, line, column } = alert;
  const sink = alert.flows[0]?.sink;
  if (sink && sink.endLine === line) return sink;
  const endColumn = lines.endColumn(file, line) ?? column + 1;
  return { file, line, column, endLine: line, endColumn: Math.max(column + 1, endColumn) };
}

function propertiesOf({ clauses, flows }: Finding): NonNullable<Result['properties']> {
  const distinct = (values: readonly string[]) => [...new Set(values)].sort(compareText);
  return {
    clauses,
    data: distinct(flows.flatMap((flow) => flow.data)),
    recipients: distinct(flows.flatMap((flow) => flow.recipient?.id ?? [])),
    purposes: distinct(flows.flatMap((flow) => flow.purpose ?? [])),
    confidence: distinct(flows.map((flow) => flow.confidence)),
    flows: flows.map((flow) => flow.id),
  };
}
