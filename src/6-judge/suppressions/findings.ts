/** What is wrong with suppressions, as findings: they stand where the suppression is written. */
import { createHash } from 'node:crypto';
import type { UnusedLevel } from '../../core/decisions.ts';
import { compareLocations, compareText } from '../../core/location.ts';
import type { Level } from '../../core/policy.ts';
import {
  type ListedSuppression,
  SUPPRESSION_RULES,
  type SuppressionFinding,
  type SuppressionRule,
  type SuppressionState,
} from '../../core/suppression.ts';
import type { DeclaredSuppression, RuleProblem } from './declared.ts';

/** A suppression held against the findings. */
export interface Assessed {
  readonly declared: DeclaredSuppression;
  readonly listed: ListedSuppression;
  /** Whether it hides something. */
  readonly holds: boolean;
  /** What is wrong with the rule it names. */
  readonly problem: RuleProblem | null;
}

interface Said {
  readonly rule: SuppressionRule;
  readonly message: string;
  readonly level?: Level;
}

/** The findings, by place, then rule. */
export function findingsAbout(
  assessed: readonly Assessed[],
  { unused }: { readonly unused: UnusedLevel },
): SuppressionFinding[] {
  const seen = new Map<string, number>();
  const findings = assessed.flatMap((each): SuppressionFinding[] => {
    const said = MESSAGES[each.listed.state]?.(each, unused);
    if (!said) return [];
    const { file, line, column, rule, reason } = each.declared;
    const identity = JSON.stringify([said.rule, file, rule, reason]);
    const ordinal = seen.get(identity) ?? 0;
    seen.set(identity, ordinal + 1);
    const level = said.level ?? SUPPRESSION_RULES.find(({ id }) => id === said.rule)?.level ?? 'warning';
    return [
      { rule: said.rule, level, file, line, column, message: said.message, fingerprint: print(identity, ordinal) },
    ];
  });
  return withoutRepeats(findings).sort((a, b) => compareLocations(a, b) || compareText(a.rule, b.rule));
}

const MESSAGES: Partial<Record<SuppressionState, (assessed: Assessed, unused: UnusedLevel) => Said | null>> = {
  expired: ({ declared, listed }) => ({
    rule: 'troth/expired-suppression',
    message: `The suppression of '${declared.rule}' ended on ${declared.until}: ${counted(listed.findings)} reported again.`,
  }),
  expiring: ({ declared, listed }) => ({
    rule: 'troth/expiring-suppression',
    message: `The suppression of '${declared.rule}' ends on ${declared.until}: ${counted(listed.findings)} reported from then on.`,
  }),
  malformed: ({ declared }) => ({
    rule: 'troth/malformed-suppression',
    message: `This suppresses nothing: ${declared.problem}.`.replace(/([?.])\.$/, '$1'),
  }),
  'unknown-rule': ({ problem }) =>
    problem && { rule: 'troth/unknown-suppressed-rule', message: problem.message, level: problem.level },
  unused: ({ declared }, level) =>
    level === 'off'
      ? null
      : {
          rule: 'troth/unused-suppression',
          message: `Nothing breaks '${declared.rule}' ${WHERE[declared.scope]}: the suppression can go.`,
          level,
        },
};

const WHERE: Readonly<Record<ListedSuppression['scope'], string>> = {
  line: 'on this line',
  'next-line': 'on the next line',
  file: 'in this file',
  path: 'at this path',
};

function counted(findings: number): string {
  return findings === 1 ? '1 finding is' : `${findings} findings are`;
}

/** A comment that is malformed is so for each of its rules. */
function withoutRepeats(findings: readonly SuppressionFinding[]): SuppressionFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, file, line, column, message }) => {
    const key = JSON.stringify([rule, file, line, column, message]);
    return !seen.has(key) && seen.add(key);
  });
}

function print(identity: string, ordinal: number): string {
  return createHash('sha256').update(`${identity}\n${ordinal}`).digest('hex').slice(0, 32);
}
