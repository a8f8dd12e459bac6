/** Breaches of single flows → violations: one per rule and sink line, with a message and a fingerprint. */
import { createHash } from 'node:crypto';
import type { Flow } from '../core/flow.ts';
import { compareLocations, compareText } from '../core/location.ts';
import type { Policy, Violation } from '../core/policy.ts';
import { type Breach, severer } from './decide.ts';
import { violationMessage } from './message.ts';

/** A breach and the flow that commits it. */
export interface Offence {
  readonly policy: Policy;
  readonly breach: Breach;
  /** Index into the flows. */
  readonly index: number;
  readonly flow: Flow;
}

/** Offences of one rule on one line. */
type Group = readonly [Offence, ...Offence[]];

/**
 * One violation per rule and sink line: two results of a rule on one line are one alert to GitHub. Sorted by sink
 * location, then rule.
 */
export function violationsOf(offences: readonly Offence[]): Violation[] {
  const sorted = groups(offences).sort(
    ([a], [b]) => compareLocations(a.flow.sink, b.flow.sink) || compareText(a.breach.id, b.breach.id),
  );
  const seen = new Map<string, number>();
  return sorted.map((group) => {
    const identity = identityOf(group);
    const ordinal = seen.get(identity) ?? 0;
    seen.set(identity, ordinal + 1);
    return violationOf(group, fingerprint(identity, ordinal));
  });
}

/** Within a group the flows keep the order of the scan's list, the first by position leads. */
function groups(offences: readonly Offence[]): Group[] {
  const byPlace = new Map<string, [Offence, ...Offence[]]>();
  for (const offence of offences) {
    const { file, line } = offence.flow.sink;
    const place = JSON.stringify([offence.breach.id, file, line]);
    const group = byPlace.get(place);
    if (group) group.push(offence);
    else byPlace.set(place, [offence]);
  }
  return [...byPlace.values()].map((group) =>
    group.sort((a, b) => compareLocations(a.flow.sink, b.flow.sink) || a.index - b.index),
  );
}

function violationOf(group: Group, print: string): Violation {
  const [{ policy, breach, flow }, ...others] = group;
  const data = sortedSet(group.flatMap((offence) => offence.breach.data));
  const also = sortedSet(group.flatMap((offence) => offence.breach.also));
  return {
    rule: breach.id,
    policy: policy.id,
    clauses: sortedSet(group.flatMap((offence) => offence.breach.clauses)),
    ...(also.length > 0 && { also }),
    level: group.map((offence) => offence.breach.level).reduce(severer),
    data,
    flows: group.map((offence) => offence.index),
    message: violationMessage(policy, breach, [flow, ...others.map((offence) => offence.flow)], data),
    fingerprint: print,
    ...(breach.disclosure && { disclosure: breach.disclosure }),
  };
}

/**
 * What stays the same when lines move or unrelated code is edited: the rule, the file, the function, what is called with
 * data from where. Positions are left out; equal ones are told apart by their order.
 */
function identityOf(group: Group): string {
  const [{ breach, flow }] = group;
  return JSON.stringify([
    breach.id,
    flow.sink.file,
    sortedSet(group.map((offence) => offence.flow.sink.symbol)),
    sortedSet(group.map((offence) => offence.flow.sink.expression)),
    sortedSet(group.map((offence) => offence.flow.source.expression)),
    sortedSet(group.flatMap((offence) => offence.breach.data)),
    sortedSet(group.flatMap((offence) => offence.flow.recipient?.id ?? [])),
  ]);
}

function fingerprint(identity: string, ordinal: number): string {
  return createHash('sha256').update(`${identity}\n${ordinal}`).digest('hex').slice(0, 32);
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareText);
}
