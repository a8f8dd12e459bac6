/** Lints on what a policy leaves out. */
import type { FlowRule, PolicyRule } from '../../core/policy.ts';
import { ACTIVITIES, isWithin } from '../../core/privacy.ts';
import { clausesOf, type Lint, naming } from './finding.ts';

/** Clauses that are neither in a rule or default, nor among those that cannot be checked. */
export const places: Lint = ({ clauses = [], rules, defaultClauses = {}, notCheckable }) => {
  const placed = new Set([
    ...clausesOf(rules),
    ...Object.values(defaultClauses).flat(),
    ...notCheckable.flatMap((entry) => entry.clauses),
  ]);
  const missing = clauses.filter((clause) => !placed.has(clause));
  if (missing.length === 0) return [];
  const verb = missing.length === 1 ? 'is' : 'are';
  const message = `${missing.join(', ')} ${verb} in no rule and not under \`not-checkable\`.`;
  return [{ code: 'clause-without-place', sides: [missing], message, line: 1 }];
};

/** Passages of clauses that the list does not have. */
export const references: Lint = ({ clauses, document }) => {
  const passages = document?.passages;
  if (clauses === undefined || passages === undefined || typeof passages === 'string') return [];
  const dangling = [...passages.keys()].filter((clause) => !clauses.includes(clause));
  if (dangling.length === 0) return [];
  const message = `\`document.passages\` names ${dangling.join(', ')}, which \`clauses\` does not list.`;
  return [{ code: 'dangling-reference', sides: [dangling], message, line: 1 }];
};

/** Data that rules disclose or have duties about, and no rule collects. Only of policies that say what is collected. */
export const undeclared: Lint = ({ rules }) => {
  const collecting = rules.filter(collects);
  if (collecting.length === 0 || collecting.some(({ data }) => data.length === 0)) return [];
  const declared = collecting.flatMap(({ data }) => data);
  return rules.flatMap((rule) => {
    if (rule.verb === 'forbid' || collects(rule)) return [];
    const missing = rule.data.filter((key) => !declared.some((known) => isWithin(key, known) || isWithin(known, key)));
    if (missing.length === 0) return [];
    const message = `${naming([rule])} speaks of ${missing.join(', ')}, which no clause says is collected.`;
    return [{ code: 'undeclared-category' as const, sides: [rule.clauses], message, line: rule.line }];
  });
};

function collects(rule: PolicyRule): boolean {
  return rule.verb === 'allow' && rule.activities.includes('collect');
}

/** Activities that nothing speaks about. */
export const gaps: Lint = (policy) => {
  const silent = ACTIVITIES.filter(
    (activity) =>
      policy.defaults[activity] === 'allow' &&
      !policy.rules.some((rule) => rule.verb !== 'require' && covers(rule, activity)),
  );
  if (silent.length === 0) return [];
  const message = `No rule speaks of ${silent.map((word) => `\`${word}\``).join(', ')}, and the default allows it.`;
  return [{ code: 'scope-gap', sides: [[]], message, line: 1 }];
};

function covers({ activities }: FlowRule, activity: FlowRule['activities'][number]): boolean {
  return activities.length === 0 || activities.includes(activity);
}
