/** Lints on two flow rules that speak about a flow together. Rules of one clause are read together and never conflict. */
import type { FlowRule, LintCode, Policy } from '../../core/policy.ts';
import { isWithin } from '../../core/privacy.ts';
import { clausesOf, guardsIn, type Lint, type LintContext, type LintFinding, naming } from './finding.ts';
import { contains, isWithinRule, overlap } from './overlap.ts';

/** A prohibition, and the disclosures that contradict it in one way: one finding. */
export const contradictions: Lint = (policy, context) => {
  const rules = flowRules(policy);
  const allowing = rules.filter(({ verb }) => verb === 'allow');
  return rules
    .filter(({ verb }) => verb === 'forbid')
    .flatMap((forbid) => {
      const found = new Map<string, Contradiction & { allows: FlowRule[] }>();
      for (const allow of allowing) {
        const contradiction = contradictionOf(forbid, allow, context);
        if (contradiction === null) continue;
        const key = JSON.stringify(contradiction);
        const entry = found.get(key) ?? { ...contradiction, allows: [] };
        entry.allows.push(allow);
        found.set(key, entry);
      }
      return [...found.values()].map((entry) => finding(entry, forbid, entry.allows));
    });
};

interface Contradiction {
  readonly code: LintCode;
  /** Each rule is narrower in some field: by the language the prohibition stands. */
  readonly crossing: boolean;
}

const SAYS: Partial<Record<LintCode, string>> = {
  'absolute-vs-permission': 'forbids without an exception what',
  'only-vs-other-purpose': 'keeps to its purposes what, for another purpose,',
  'discretion-override': 'forbids what, at discretion,',
  'anonymity-conflict': 'wants anonymous what, with names,',
  overlap: 'forbids what',
};

function finding({ code, crossing }: Contradiction, forbid: FlowRule, allows: readonly FlowRule[]): LintFinding {
  const verb = allows.length === 1 ? 'allows' : 'allow';
  const advice = crossing ? '; they overlap in part, where the prohibition stands (else say `overrides`)' : '';
  return {
    code,
    sides: [forbid.clauses, clausesOf(allows)],
    message: `${naming([forbid])} ${SAYS[code]} ${naming(allows)} ${verb}${advice}.`,
    line: forbid.line,
    minor: crossing,
  };
}

const DISCRETION = /\b(?:discretion|deems?|sees? fit|any reason)\b/i;
const ANONYMOUS = new Set(['anonymised', 'aggregated']);

function contradictionOf(forbid: FlowRule, allow: FlowRule, { classOf }: LintContext): Contradiction | null {
  if (sharesClause(forbid, allow) || settled(forbid, allow) || !overlap(forbid, allow, classOf)) return null;
  if (isWithinRule(forbid, allow, classOf) || agree(forbid, allow)) return null;
  if (DISCRETION.test(allow.hedge ?? '')) return { code: 'discretion-override', crossing: false };
  if (forbid.notPurpose && allow.purpose.length > 0) return { code: 'only-vs-other-purpose', crossing: false };
  const inside = isWithinRule(allow, forbid, classOf);
  const absolute = guardsIn(forbid.unless).length === 0;
  // A narrower disclosure is an exception, and only a promise without any contradicts it.
  if (inside && !absolute) return null;
  const crossing = !inside && !(contains(forbid, allow, classOf) && contains(allow, forbid, classOf));
  if (onlyAnonymous(forbid)) return { code: 'anonymity-conflict', crossing };
  return { code: inside || forbid.unless === null ? 'absolute-vs-permission' : 'overlap', crossing };
}

function settled(forbid: FlowRule, allow: FlowRule): boolean {
  return (allow.overrides?.includes(forbid.id) || forbid.overrides?.includes(allow.id)) ?? false;
}

/** The disclosure asks for what the prohibition excepts: `allow … if: consent` and `forbid … unless: consent`. */
function agree(forbid: FlowRule, allow: FlowRule): boolean {
  const excepted = new Set(guardsIn(forbid.unless).map(({ guard }) => guard));
  if (guardsIn(allow.if).some(({ guard }) => excepted.has(guard))) return true;
  const enough = new Set(protectionsOf(forbid));
  return protectionsIn(allow.if).some((protection) => enough.has(protection));
}

function protectionsOf(forbid: FlowRule): readonly string[] {
  return protectionsIn(forbid.unless);
}

function protectionsIn(condition: FlowRule['unless']): readonly string[] {
  if (condition === null || condition.kind === 'guard') return [];
  return condition.kind === 'protection' ? [condition.protection] : condition.of.flatMap(protectionsIn);
}

function onlyAnonymous(forbid: FlowRule): boolean {
  const enough = protectionsOf(forbid);
  return (
    enough.length > 0 && guardsIn(forbid.unless).length === 0 && enough.every((protection) => ANONYMOUS.has(protection))
  );
}

/** Two rules ask for different forms of leave for one flow. */
export const modes: Lint = (policy, { classOf }) =>
  pairsOf(flowRules(policy)).flatMap(([a, b]) => {
    // A rule for one purpose beside a rule for all is narrower, not another mode.
    const alike = a.verb === b.verb && a.purpose.length > 0 === b.purpose.length > 0;
    if (!alike || sharesClause(a, b) || !overlap(a, b, classOf)) return [];
    return MODES.flatMap(({ code, strict, lax, says }) => {
      const [one, other] = asks(a, strict, lax) && asks(b, lax, strict) ? [a, b] : [b, a];
      if (!asks(one, strict, lax) || !asks(other, lax, strict)) return [];
      const message = `${naming([one])} asks for ${strict}, ${naming([other])} ${says}, and both speak about the same flows.`;
      return [{ code, sides: [one.clauses, other.clauses], message, line: one.line }];
    });
  });

type Mode = 'consent' | 'opt-out' | 'acceptance' | 'notice';

const MODES: readonly { readonly code: LintCode; readonly strict: Mode; readonly lax: Mode; readonly says: string }[] =
  [
    { code: 'consent-mode-conflict', strict: 'consent', lax: 'opt-out', says: 'only for no opt-out' },
    { code: 'implied-consent', strict: 'consent', lax: 'acceptance', says: 'takes acceptance of the terms for it' },
    { code: 'notice-conflict', strict: 'consent', lax: 'notice', says: 'only for a notice' },
  ];

/** Asks for the one guard and not for the other. */
function asks(rule: FlowRule, wanted: Mode, other: Mode): boolean {
  const guards = guardsIn(rule.verb === 'forbid' ? rule.unless : rule.if).map(({ guard }) => guard);
  return guards.includes(wanted) && !guards.includes(other);
}

/** One disclosure has the field required, the other optional. */
export const voluntary: Lint = (policy, { classOf }) =>
  pairsOf(flowRules(policy)).flatMap(([a, b]) => {
    if (sharesClause(a, b) || !overlap(withoutTests(a), withoutTests(b), classOf)) return [];
    const [one, other] = requires(a, true) ? [a, b] : [b, a];
    if (!requires(one, true) || !requires(other, false)) return [];
    const message = `${naming([one])} requires what ${naming([other])} calls voluntary.`;
    return [{ code: 'required-vs-voluntary', sides: [one.clauses, other.clauses], message, line: one.line }];
  });

function requires({ where }: FlowRule, value: boolean): boolean {
  return where.some((test) => 'attribute' in test && test.attribute === 'required' && test.is?.includes(value));
}

function withoutTests(rule: FlowRule): FlowRule {
  return { ...rule, where: [] };
}

/** Data is to be erased, and to be kept for another end. */
export const retention: Lint = (policy) => {
  const ends = ['essential.legal_obligation', 'functional.storage', 'essential.fraud_detection'];
  const keeping = flowRules(policy).filter(
    ({ verb, activities, purpose }) =>
      verb === 'allow' && activities.includes('store') && purpose.some((key) => ends.some((end) => isWithin(key, end))),
  );
  return policy.rules.flatMap((rule) => {
    if (rule.verb !== 'require' || !['erasure', 'retention'].includes(rule.obligation)) return [];
    const kept = keeping.filter((allow) => !sharesClause(rule, allow));
    if (kept.length === 0) return [];
    const message = `${naming([rule])} demands that data goes, ${naming(kept)} that it stays.`;
    return [
      { code: 'retention-vs-erasure' as const, sides: [rule.clauses, clausesOf(kept)], message, line: rule.line },
    ];
  });
};

/** Two clauses that say the same. */
export const duplicates: Lint = ({ rules }) => {
  const seen = new Map<string, (typeof rules)[number]>();
  return rules.flatMap((rule) => {
    const { id, promise, clauses, level, hedge, fix, examples, line, ...meaning } = rule;
    const key = JSON.stringify(meaning);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, rule);
      return [];
    }
    if (sharesClause(first, rule)) return [];
    const message = `${naming([rule])} says what ${naming([first])} says.`;
    return [{ code: 'duplicate-clause' as const, sides: [first.clauses, clauses], message, line }];
  });
};

function flowRules(policy: Policy): FlowRule[] {
  return policy.rules.filter((rule) => rule.verb !== 'require');
}

function pairsOf(rules: readonly FlowRule[]): (readonly [FlowRule, FlowRule])[] {
  return rules.flatMap((rule, index) => rules.slice(index + 1).map((other) => [rule, other] as const));
}

function sharesClause(a: { clauses: readonly string[] }, b: { clauses: readonly string[] }): boolean {
  return a.clauses.some((clause) => b.clauses.includes(clause));
}
