/** Lints on one rule. */
import { obligationNamed } from '../../core/obligations.ts';
import type { FlowRule, LintCode, PolicyRule } from '../../core/policy.ts';
import { guardsIn, type Lint, type LintContext, type LintFinding, naming } from './finding.ts';
import { excludesItself, overlap } from './overlap.ts';

function about(rule: PolicyRule, code: LintCode, says: string): LintFinding {
  return { code, sides: [rule.clauses], message: `${naming([rule])} ${says}.`, line: rule.line };
}

const OPEN_LIST = /\b(?:etc|such as|including|includes?|inter alia|and so on|any other|all other|or otherwise)\b/i;

export const hedges: Lint = ({ rules }) =>
  rules.flatMap((rule) => {
    const { hedge } = rule;
    if (hedge === undefined) return [];
    if (OPEN_LIST.test(hedge)) return [about(rule, 'catch-all', 'ends in an open list')];
    return [about(rule, 'hedge', 'is weakened by the text itself')];
  });

/** A disclosure of everything to everyone for anything. */
export const catchAlls: Lint = ({ rules }) =>
  rules.flatMap((rule) => {
    if (rule.verb !== 'allow' || rule.to !== null || !rule.activities.includes('share')) return [];
    const wide = rule.data.length === 0 || rule.data.includes('user');
    const narrowed =
      rule.purpose.length + rule.in.length + rule.where.length > 0 || rule.if !== null || rule.only !== null;
    if (!wide || narrowed) return [];
    return [about(rule, 'catch-all', 'allows to share everything with everyone for anything')];
  });

export const recipients: Lint = ({ rules }) =>
  rules.flatMap((rule) => {
    if (rule.verb !== 'allow' || !rule.activities.includes('share')) return [];
    if (rule.to === null) return [about(rule, 'undefined-recipient', 'allows to share and does not say with whom')];
    const unknown = !rule.to.not && rule.to.any.some((term) => term.class === 'unknown');
    return unknown ? [about(rule, 'undefined-recipient', 'allows to share with recipients that nobody names')] : [];
  });

export const parameters: Lint = ({ rules }) =>
  rules.flatMap((rule) => {
    if (rule.verb !== 'require') {
      const ageless = guardsIn(rule.verb === 'forbid' ? rule.unless : rule.if).some(
        ({ guard, atLeast }) => guard === 'age' && atLeast === undefined,
      );
      return ageless ? [about(rule, 'missing-parameter', 'asks for an age and does not say which')] : [];
    }
    const missing = (obligationNamed(rule.obligation)?.needs ?? []).filter((name) => !(name in rule.parameters));
    if (missing.length === 0) return [];
    return [about(rule, 'missing-parameter', `demands \`${rule.obligation}\` and does not say: ${missing.join(', ')}`)];
  });

/** Rules that can never match. */
export const dead: Lint = ({ rules }, context) =>
  rules.flatMap((rule) => {
    const why = rule.verb === 'require' ? null : whyDead(rule, rules, context);
    return why === null ? [] : [about(rule, 'dead-rule', `can never hold: ${why}`)];
  });

function whyDead(rule: FlowRule, rules: readonly PolicyRule[], { classOf, attributes }: LintContext): string | null {
  if (excludesItself(rule)) return 'its `where` asks for two things that exclude each other';
  if (!overlap(rule, { ...rule, subject: [], purpose: [] }, classOf)) return 'no flow is within it';
  if (onlyCollects(rule) && rule.purpose.length > 0 && rule.verb === 'forbid')
    return 'what is collected shows no purpose yet; narrow it by `in` or `where`';
  if (onlyCollects(rule) && rule.to !== null && rule.verb === 'forbid') return 'what is collected has no recipient';
  const unknown = namesOf(rule).find((name) => !attributes.has(name));
  if (unknown !== undefined) return `nothing gives the fact \`${unknown}\` about a call`;
  const overridden = (rule.overrides ?? []).map((id) => rules.find((other) => other.id === id));
  const idle = overridden.find((other) => other && (other.verb === 'require' || !overlap(rule, other, classOf)));
  return idle ? `it overrides \`${idle.id}\`, which is about other flows` : null;
}

function onlyCollects({ activities }: FlowRule): boolean {
  return activities.length > 0 && activities.every((activity) => activity === 'collect');
}

function namesOf({ where }: FlowRule): string[] {
  return where.flatMap((test) => ('any' in test ? test.any : [test])).map(({ attribute }) => attribute);
}
