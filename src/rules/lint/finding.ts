import type { Condition, GuardCondition, LintCode, Policy, PolicyRule } from '../../core/policy.ts';
import type { RecipientClass } from '../../core/privacy.ts';

/** Something about a policy that its author should know. */
export interface LintFinding {
  readonly code: LintCode;
  /** The clauses of each side; of a finding about one rule there is one side. */
  readonly sides: readonly (readonly string[])[];
  /** One sentence that names the clauses. */
  readonly message: string;
  /** 1-based, in the policy's file. */
  readonly line: number;
  /** The rules settle it without help, though a reader of the text may not. */
  readonly minor?: boolean;
}

/** What a lint looks at, besides the policy. */
export interface LintContext {
  /** Recipient ids with their classes. */
  readonly classOf: ReadonlyMap<string, RecipientClass>;
  /** Names of facts about calls that some model or the engine gives. */
  readonly attributes: ReadonlySet<string>;
}

export type Lint = (policy: Policy, context: LintContext) => readonly LintFinding[];

/** `acme-04, acme-05 (no-sharing)`; the rule alone where it names no clause. */
export function naming(rules: readonly Pick<PolicyRule, 'id' | 'clauses'>[]): string {
  const clauses = clausesOf(rules);
  const names = rules.map(({ id }) => id.slice(id.indexOf('/') + 1)).join(', ');
  return clauses.length === 0 ? `\`${names}\`` : `${clauses.join(', ')} (${names})`;
}

export function clausesOf(rules: readonly Pick<PolicyRule, 'clauses'>[]): string[] {
  return [...new Set(rules.flatMap(({ clauses }) => clauses))];
}

/** All guards that a condition names, however combined. */
export function guardsIn(condition: Condition | null): readonly GuardCondition[] {
  if (condition === null || condition.kind === 'protection') return [];
  return condition.kind === 'guard' ? [condition] : condition.of.flatMap(guardsIn);
}
