/**
 * Is a policy consistent and complete? Contradictions, gaps and rules without effect, found from the rules alone. What
 * needs the text (an undefined term, its quality) an author declares under `known`.
 */
import type { KnownConflict, LintCode, Policy } from '../../core/policy.ts';
import { gaps, places, references, undeclared } from './coverage.ts';
import type { Lint, LintContext, LintFinding } from './finding.ts';
import { contradictions, duplicates, modes, retention, voluntary } from './pairs.ts';
import { catchAlls, dead, hedges, parameters, recipients } from './single.ts';

const LINTS: readonly Lint[] = [
  contradictions,
  modes,
  voluntary,
  retention,
  duplicates,
  dead,
  hedges,
  catchAlls,
  recipients,
  parameters,
  places,
  references,
  undeclared,
  gaps,
];

/** Worth knowing, and no reason to stop: a policy may well be vague on purpose. */
const NOTES: ReadonlySet<LintCode> = new Set([
  'hedge',
  'catch-all',
  'duplicate-clause',
  'undefined-recipient',
  'undeclared-category',
  'missing-parameter',
  'scope-gap',
  'implied-consent',
]);

export interface LintReport {
  readonly policy: Policy;
  /** Conflicts that the policy does not declare, in the order of the file. */
  readonly conflicts: readonly LintFinding[];
  readonly notes: readonly LintFinding[];
  /** What the policy declares, and whether its rules show it too. */
  readonly known: readonly { readonly conflict: KnownConflict; readonly derived: boolean }[];
}

/** Everything there is to say about a policy. */
export function lintPolicy(policy: Policy, context: LintContext): LintReport {
  const found = LINTS.flatMap((lint) => lint(policy, context)).sort((a, b) => a.line - b.line);
  const known = policy.known ?? [];
  const fresh = found.filter((finding) => !known.some((conflict) => declares(conflict, finding)));
  return {
    policy,
    conflicts: fresh.filter((finding) => !isNote(finding)),
    notes: fresh.filter(isNote),
    known: known.map((conflict) => ({ conflict, derived: found.some((finding) => declares(conflict, finding)) })),
  };
}

function isNote({ code, minor }: LintFinding): boolean {
  return minor === true || NOTES.has(code);
}

/** A declared conflict has a clause of each side. Overlaps are contradictions without their own word. */
function declares({ code, clauses }: KnownConflict, finding: LintFinding): boolean {
  if (code !== finding.code && !(finding.code === 'overlap' && code === 'absolute-vs-permission')) return false;
  return finding.sides.every((side) => side.some((clause) => clauses.includes(clause)));
}
