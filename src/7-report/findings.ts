/** Violations, missing obligations and bad suppressions as one list: what a reader has to act on. */
import { createHash } from 'node:crypto';
import { type BaselineState, isKnown } from '../core/baseline.ts';
import type { Flow } from '../core/flow.ts';
import { invariant } from '../core/invariant.ts';
import { compareLocations, compareText } from '../core/location.ts';
import type { Level, Obligation, Violation } from '../core/policy.ts';
import type { ScanResult } from '../core/result.ts';
import { type AppliedSuppression, SUPPRESSION_RULES, type SuppressionFinding } from '../core/suppression.ts';

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly clauses: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The flows that break the rule here, the first one being the one to show; only violations have them. */
  readonly flows: readonly Flow[];
  /** Absent for a missing obligation that nobody named: its rule and file do. */
  readonly fingerprint?: string;
  /** Absent without a baseline. */
  readonly baselineState?: BaselineState;
  /** The decision that it counts no more; see {@link suppressedFindings}. */
  readonly suppression?: AppliedSuppression;
}

const SEVERITY: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };

/** Every finding of the result, known ones too, by place, then rule: for platforms that compare reports themselves. */
export function findingsOf(result: ScanResult): Finding[] {
  const violations = result.violations.map((violation) => ofViolation(violation, result.flows));
  const missing = result.obligations.filter((obligation) => obligation.status === 'missing').map(ofObligation);
  const about = (result.suppressions?.findings ?? []).map((finding) => ofSuppression(finding, result));
  return inOrder([...violations, ...missing, ...about]);
}

/** Those that a baseline does not know: all of them without one. They alone count for a gate. */
export function newFindingsOf(result: ScanResult): Finding[] {
  return findingsOf(result).filter(({ baselineState }) => !isKnown(baselineState));
}

/** Whether it is about a suppression: it has no data, and stands in a comment or the project file. */
export function isAboutSuppression({ rule }: Pick<Finding, 'rule'>): boolean {
  return SUPPRESSION_RULES.some(({ id }) => id === rule);
}

/** What would be a finding, had people not decided otherwise, by place, then rule. */
export function suppressedFindings(result: ScanResult): Finding[] {
  const violations = result.suppressed.map((violation) => ofViolation(violation, result.flows));
  return inOrder([...violations, ...(result.suppressions?.obligations ?? []).map(ofObligation)]);
}

function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => compareLocations(a, b) || compareText(a.rule, b.rule));
}

/** The `limit` most severe of them, still in their order. */
export function mostSevere(findings: readonly Finding[], limit: number): readonly Finding[] {
  if (findings.length <= limit) return findings;
  const ranked = findings.map((finding, index) => ({ finding, index }));
  ranked.sort((a, b) => SEVERITY[a.finding.level] - SEVERITY[b.finding.level] || a.index - b.index);
  return ranked
    .slice(0, limit)
    .sort((a, b) => a.index - b.index)
    .map(({ finding }) => finding);
}

/**
 * What names each finding in the next run, in the order of `findings`. Consumers show one of several that are equal, so
 * repeated ones get their number.
 */
export function fingerprintsOf(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const fingerprint = fingerprintOf(finding);
    const number = (seen.get(fingerprint) ?? 0) + 1;
    seen.set(fingerprint, number);
    return number === 1 ? fingerprint : `${fingerprint}-${number}`;
  });
}

/** A missing obligation is the same one as long as its rule and file are. */
export function fingerprintOf({ fingerprint, rule, file }: Finding): string {
  return fingerprint ?? hashOf([rule, file]);
}

/** 128 bits in hexadecimal that stand for these texts. */
export function hashOf(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 32);
}

/** The flow that a violation is shown with. */
export function firstFlow(violation: Violation, flows: readonly Flow[]): Flow {
  const flow = flows[violation.flows[0] ?? -1];
  invariant(flow, `Expected the violation of ${violation.rule} to name a flow of the same result`);
  return flow;
}

function ofViolation(violation: Violation, flows: readonly Flow[]): Finding {
  const { rule, level, clauses, message, fingerprint } = violation;
  const { file, line, column } = firstFlow(violation, flows).sink;
  const broken = violation.flows.flatMap((index) => flows[index] ?? []);
  return { rule, level, clauses, file, line, column, message, flows: broken, fingerprint, ...decided(violation) };
}

function ofObligation(obligation: Obligation): Finding {
  const { rule, level, clauses, file, line, message, fingerprint } = obligation;
  const named = fingerprint !== undefined && { fingerprint };
  return { rule, level, clauses, file, line, column: 1, message, flows: [], ...named, ...decided(obligation) };
}

function decided({ baselineState, suppression }: Pick<Finding, 'baselineState' | 'suppression'>) {
  return { ...(baselineState && { baselineState }), ...(suppression && { suppression }) };
}

/** No baseline knows these: they are about what was decided after it. */
function ofSuppression(finding: SuppressionFinding, { baseline }: ScanResult): Finding {
  return { ...finding, clauses: [], flows: [], ...(baseline && { baselineState: 'new' }) };
}
