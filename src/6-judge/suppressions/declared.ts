/** Every suppression of a project, from its comments and its project file, one for each rule it names. */
import type { Policy } from '../../core/policy.ts';
import { ACTIVITIES } from '../../core/privacy.ts';
import type { CommentedFile, ConfiguredSuppression, ListedSuppression } from '../../core/suppression.ts';
import { type Guess, readComment } from './read.ts';

/** A suppression before it is held against the findings. */
export interface DeclaredSuppression extends Pick<ListedSuppression, 'kind' | 'rule' | 'scope' | 'reason' | 'file'> {
  readonly line: number;
  readonly column: number;
  readonly until?: string;
  readonly ticket?: string;
  readonly approvedBy?: string;
  /** What it covers: `on` is a line, null for the whole of what `path` matches. */
  readonly path: string;
  readonly on: number | null;
  readonly problem?: string;
}

export interface Declarations {
  readonly comments: readonly CommentedFile[];
  readonly configured: readonly ConfiguredSuppression[];
  /** The project file, as reports name it; absent without one. */
  readonly configurationFile?: string;
  readonly guess: Guess;
}

/** Those of the files, then those of the project file, each in order. */
export function declaredSuppressions({ comments, configured, configurationFile, guess }: Declarations) {
  const inFiles = comments.flatMap((file) => inFile(file, guess));
  return [...inFiles, ...configured.map((each) => inProjectFile(each, configurationFile ?? ''))];
}

const NOWHERE = 0;

function inFile({ file, comments }: CommentedFile, guess: Guess): DeclaredSuppression[] {
  return comments.flatMap((comment): DeclaredSuppression[] => {
    const read = readComment(comment, guess);
    if (read === null) return [];
    const { scope, rules, ...said } = read;
    const { line, column, nextLine } = comment;
    const lines = { file: null, line, 'next-line': nextLine ?? NOWHERE };
    const shared = { kind: 'comment', scope, file, line, column, path: file, on: lines[scope], ...said } as const;
    return (rules.length === 0 ? [''] : [...new Set(rules)]).map((rule) => ({ ...shared, rule }));
  });
}

function inProjectFile({ expires, ...written }: ConfiguredSuppression, file: string): DeclaredSuppression {
  return {
    ...written,
    kind: 'configuration',
    scope: 'path',
    file,
    column: 1,
    on: null,
    ...(expires !== undefined && { until: expires }),
  };
}

/** The rules a suppression can name, and the policies that are known without being in use. */
export interface KnownRules {
  readonly rules: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
  readonly otherPolicies: ReadonlySet<string>;
}

export function knownRules(policies: readonly Policy[], packs: readonly string[]): KnownRules {
  const rules = policies.flatMap((policy) => [
    ...policy.rules.map(({ id }) => id),
    ...ACTIVITIES.map((activity) => `${policy.id}/undisclosed-${activity}`),
  ]);
  const used = new Set(policies.map(({ id }) => id));
  return { rules: new Set(rules), policies: used, otherPolicies: new Set(packs.filter((pack) => !used.has(pack))) };
}

/**
 * What is wrong with the name of a rule: an error when it is misspelt, a warning when it may belong to a policy that
 * takes no part in this scan. Undefined for a rule in use; null when nothing can be said.
 */
export function ruleProblem(rule: string, known: KnownRules, guess: Guess): RuleProblem | null | undefined {
  if (known.rules.has(rule)) return undefined;
  const [policy = '', name] = rule.split('/');
  if (name !== undefined && known.otherPolicies.has(policy)) return null;
  const sameName = [...known.rules].find((id) => id.slice(id.indexOf('/') + 1) === (name ?? rule));
  const meant = sameName === undefined ? guess(rule, known.rules) : `; did you mean \`${sameName}\`?`;
  if (known.policies.has(policy) || meant !== '' || name === undefined) {
    return { level: 'error', message: `There is no rule '${rule}'${meant || '.'}` };
  }
  const others = [...known.policies, ...known.otherPolicies];
  return { level: 'warning', message: `No policy of this scan is called '${policy}'${guess(policy, others) || '.'}` };
}

export interface RuleProblem {
  readonly level: 'error' | 'warning';
  readonly message: string;
}
