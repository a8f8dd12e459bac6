/**
 * Findings → those that a change is answerable for. The program was analysed as a whole; this only decides which of its
 * findings are shown and gated, and counts the others.
 *
 * A finding stays when a place on its way lies on a changed line, or when the program before the change did not have it:
 * a consent check that was removed, or a deletion path that is gone, leaves no changed line on the way of the data.
 */
import type { Flow } from '../core/flow.ts';
import { compareText } from '../core/location.ts';
import type { Notification } from '../core/notification.ts';
import type { Obligation, Violation } from '../core/policy.ts';
import type { ScanResult } from '../core/result.ts';

/** Lines of a file, both ends included. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
}

export interface Narrowing {
  /** Whether the change touches any of these lines. */
  readonly touches: (place: Place) => boolean;
  /** Whether a place lies in what was asked for, such as a file: a finding must, even a new one. */
  readonly within?: (place: Place) => boolean;
  /** What is shown, as a part of a sentence: `what changed since main`. */
  readonly shown: string;
  /** The findings of the program before the change; absent: not compared. */
  readonly before?: ReadonlyMap<string, number>;
}

interface Judged {
  readonly item: object;
  readonly places: readonly Place[];
  /** What the finding is, wherever its lines are. */
  readonly identity: string;
}

/** The same result with fewer findings, and with a note that says how many are left out. */
export function narrow(result: ScanResult, narrowing: Narrowing): ScanResult {
  const inventory = result.command === 'inventory';
  const kept = keep(findingsOf(result), narrowing);
  const isKept = (item: object) => kept.has(item);
  const missing = (obligation: Obligation) => obligation.status === 'missing';
  const { suppressions } = result;
  const findings = findingsOf(result).length - kept.size;
  return {
    ...result,
    flows: inventory ? result.flows.filter(isKept) : result.flows,
    violations: result.violations.filter(isKept),
    obligations: result.obligations.filter((each) => !missing(each) || isKept(each)),
    ...(suppressions && { suppressions: { ...suppressions, findings: suppressions.findings.filter(isKept) } }),
    notifications: [...noted(findings, narrowing.shown, inventory), ...result.notifications],
    filtered: { findings, shown: narrowing.shown },
  };
}

/** How often the program had each finding: what {@link Narrowing.before} takes. `moved`: old path → new path. */
export function identities(result: ScanResult, moved: ReadonlyMap<string, string>): Map<string, number> {
  return countsOf(findingsOf(result, moved));
}

/** Everything that is shown and gated, of whichever kind. */
function findingsOf(result: ScanResult, moved: Moved = new Map()): Judged[] {
  const { flows, violations, obligations, suppressions } = result;
  return [
    ...(result.command === 'inventory' ? flows.map((flow) => ofFlow(flow, moved)) : []),
    ...violations.map((violation) => ofViolation(violation, flows, moved)),
    ...obligations.filter(({ status }) => status === 'missing').map((each) => ofLine(each, [], moved)),
    ...(suppressions?.findings ?? []).map((each) => ofLine(each, [each.message], moved)),
  ];
}

/** What is neither touched nor new goes. Of equal findings more than there were, all stay: nobody knows the new one. */
function keep(judged: readonly Judged[], { touches, within = () => true, before }: Narrowing): Set<object> {
  const untouched = new Set(judged.filter(({ places }) => !places.some(touches)));
  const counts = countsOf([...untouched]);
  const isNew = ({ identity }: Judged) =>
    before !== undefined && (counts.get(identity) ?? 0) > (before.get(identity) ?? 0);
  const kept = judged.filter((each) => each.places.some(within) && (!untouched.has(each) || isNew(each)));
  return new Set(kept.map(({ item }) => item));
}

function countsOf(judged: readonly Judged[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { identity } of judged) counts.set(identity, (counts.get(identity) ?? 0) + 1);
  return counts;
}

/** Old path → new path. */
type Moved = ReadonlyMap<string, string>;

function ofViolation(violation: Violation, all: readonly Flow[], moved: Moved): Judged {
  const flows = violation.flows.flatMap((index) => all[index] ?? []);
  const { rule, level } = violation;
  return { item: violation, places: flows.flatMap(placesOf), identity: identityOf([rule, level], flows, moved) };
}

/** A finding without a flow: a missing obligation, a bad suppression. */
function ofLine(item: LineFinding, more: readonly string[], moved: Moved): Judged {
  const { rule, level, file, line } = item;
  const identity = JSON.stringify([rule, level, moved.get(file) ?? file, ...more]);
  return { item, places: [{ file, line, endLine: line }], identity };
}

type LineFinding = Pick<Obligation, 'rule' | 'level' | 'file' | 'line'>;

function ofFlow(flow: Flow, moved: Moved): Judged {
  const { activity, recipient, purpose, protections, guards } = flow;
  const facts = [activity, recipient?.id ?? '', purpose ?? '', ...protections, ...guards.map(({ kind }) => kind)];
  return { item: flow, places: placesOf(flow), identity: identityOf(facts, [flow], moved) };
}

function placesOf({ source, sink, steps }: Flow): Place[] {
  return [source, sink, ...steps];
}

/** As for fingerprints, positions are left out: lines move with edits elsewhere. */
function identityOf(facts: readonly string[], flows: readonly Flow[], moved: Moved): string {
  return JSON.stringify([
    ...facts,
    sortedSet(flows.map(({ sink }) => moved.get(sink.file) ?? sink.file)),
    sortedSet(flows.map(({ sink }) => sink.symbol)),
    sortedSet(flows.map(({ sink }) => sink.expression)),
    sortedSet(flows.map(({ source }) => source.expression)),
    sortedSet(flows.flatMap(({ data }) => data)),
  ]);
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareText);
}

function noted(findings: number, shown: string, inventory: boolean): Notification[] {
  if (findings === 0) return [];
  const what = `${findings} ${inventory ? 'flow' : 'finding'}${findings === 1 ? ' is' : 's are'}`;
  const message = `${what} not shown: the whole program was analysed, and only ${shown} is shown.`;
  return [{ level: 'note', code: 'findings-filtered', message }];
}
