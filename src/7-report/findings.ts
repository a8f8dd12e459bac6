/** Violations and missing obligations as one list: what a reader has to act on. */
import { createHash } from 'node:crypto';
import type { Flow } from '../core/flow.ts';
import { invariant } from '../core/invariant.ts';
import { compareLocations, compareText } from '../core/location.ts';
import type { Level, Violation } from '../core/policy.ts';
import type { ScanResult } from '../core/result.ts';

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly clauses: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The flows that break the rule here, the first one being the one to show; empty for a missing obligation. */
  readonly flows: readonly Flow[];
  /** Absent for a missing obligation: its rule and file name it. */
  readonly fingerprint?: string;
}

const SEVERITY: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };

/** Every finding of the result, by place, then rule. */
export function findingsOf(result: ScanResult): Finding[] {
  const violations = result.violations.map((violation) => ofViolation(violation, result.flows));
  const obligations = result.obligations
    .filter((obligation) => obligation.status === 'missing')
    .map((obligation): Finding => {
      const { rule, level, clauses, file, line, message } = obligation;
      return { rule, level, clauses, file, line, column: 1, message, flows: [] };
    });
  return [...violations, ...obligations].sort((a, b) => compareLocations(a, b) || compareText(a.rule, b.rule));
}

/** The violations that the project suppressed, by place, then rule. */
export function suppressedFindings(result: ScanResult): Finding[] {
  const suppressed = result.suppressed.map((violation) => ofViolation(violation, result.flows));
  return suppressed.sort((a, b) => compareLocations(a, b) || compareText(a.rule, b.rule));
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
  const { sink } = firstFlow(violation, flows);
  const broken = violation.flows.flatMap((index) => flows[index] ?? []);
  return {
    rule,
    level,
    clauses,
    file: sink.file,
    line: sink.line,
    column: sink.column,
    message,
    flows: broken,
    fingerprint,
  };
}
