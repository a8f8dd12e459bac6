/**
 * Obligations: each is a pure function from the evidence of a program's behaviour to answers, one per store, route or
 * form it is about. What cannot be seen is undecided and keeps the promise from being called kept; it is no finding.
 */
import type { Behaviour } from '../../core/behaviour.ts';
import type { Flow } from '../../core/flow.ts';
import { matchesGlob } from '../../core/glob.ts';
import { compareText } from '../../core/location.ts';
import type { ObligationKind } from '../../core/obligations.ts';
import type { Obligation, ObligationRule, Policy } from '../../core/policy.ts';
import { isWithin } from '../../core/privacy.ts';
import {
  collectionStop,
  consentRecorded,
  objection,
  optInDefault,
  purposeRecorded,
  restriction,
  unsubscribe,
  withdrawal,
} from './consent.ts';
import { accountClosing, accountStatus, erasure, minorAccountClosing, retention } from './erasure.ts';
import { type Answer, Evidence, fieldsOf, type Question } from './evidence.ts';
import { privacyLink } from './pages.ts';
import { ageGate, explicitEnrolment, policyAcceptance, policyVersionNotice } from './registration.ts';
import { access, portability, rectification, rectificationDeadline } from './rights.ts';
import { ownerPredicate, roleGuard, signOut, tenantPredicate } from './routes.ts';

const OBLIGATIONS: Readonly<Record<ObligationKind, (question: Question) => Answer[]>> = {
  acceptance: policyAcceptance,
  access,
  'account-closing': accountClosing,
  'account-status': accountStatus,
  'age-gate': ageGate,
  'change-notice': policyVersionNotice,
  'collection-stop': collectionStop,
  'consent-record': consentRecorded,
  'consent-withdrawal': withdrawal,
  erasure,
  'explicit-enrolment': explicitEnrolment,
  export: portability,
  'minor-accounts': minorAccountClosing,
  objection,
  'opt-in-default': optInDefault,
  'owner-predicate': ownerPredicate,
  'policy-link': privacyLink,
  'purpose-record': purposeRecorded,
  rectification,
  'rectification-deadline': rectificationDeadline,
  restriction,
  retention,
  'role-guard': roleGuard,
  'sign-out': signOut,
  'tenant-predicate': tenantPredicate,
  unsubscribe,
};

/** What became of one `require` rule. */
export interface ObligationVerdict {
  readonly status: Answer['status'];
  /** Why it cannot be decided. */
  readonly reason?: string;
}

export interface ObligationJudgement {
  readonly obligations: Obligation[];
  /** By rule id. */
  readonly verdicts: ReadonlyMap<string, ObligationVerdict>;
}

/** Decides every `require` rule. Sorted by place, then rule. */
export function obligationsOf(
  policies: readonly Policy[],
  behaviour: Behaviour,
  flows: readonly Flow[],
): ObligationJudgement {
  const evidence = new Evidence(behaviour, flows);
  const verdicts = new Map<string, ObligationVerdict>();
  const obligations = policies.flatMap((policy) =>
    policy.rules.flatMap((rule) => {
      if (rule.verb !== 'require') return [];
      const answers = answersOf(rule, evidence);
      verdicts.set(rule.id, verdictOf(answers));
      return answers.flatMap((answer) => printed(answer, rule, policy, evidence));
    }),
  );
  obligations.sort((a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.rule, b.rule));
  return { obligations, verdicts };
}

/** About the use of data. The others are about keeping it, and what is only read may be kept by somebody else. */
const OF_USE: ReadonlySet<ObligationKind> = new Set([
  'account-status',
  'collection-stop',
  'objection',
  'owner-predicate',
  'restriction',
  'role-guard',
  'tenant-predicate',
]);

function answersOf(rule: ObligationRule, evidence: Evidence): Answer[] {
  const { in: scope = [], obligation } = rule;
  const meant = evidence.behaviour.stores.filter(
    ({ file, subject, readOnly }) =>
      (!readOnly || OF_USE.has(obligation)) &&
      (subject === null || isMeantSubject(rule, subject)) &&
      (scope.length === 0 || scope.some((glob) => matchesGlob(glob, file))),
  );
  const stores = meant.filter((store) => fieldsOf(rule, store).length > 0);
  const people = meant.filter(({ subject }) => subject !== null);
  return OBLIGATIONS[obligation]({ rule, evidence, stores, people });
}

function isMeantSubject({ subject = [] }: ObligationRule, actual: string): boolean {
  return subject.length === 0 || subject.some((key) => isWithin(actual, key));
}

function verdictOf(answers: readonly Answer[]): ObligationVerdict {
  const missing = answers.some(({ status }) => status === 'missing');
  if (missing) return { status: 'missing' };
  const undecided = answers.find(({ status }) => status === 'undecided');
  if (undecided) return { status: 'undecided', reason: undecided.message };
  return { status: answers.some(({ status }) => status === 'met') ? 'met' : 'not-applicable' };
}

function printed(answer: Answer, rule: ObligationRule, policy: Policy, { behaviour }: Evidence): Obligation[] {
  if (answer.status === 'undecided') return [];
  const { status, message } = answer;
  const file = answer.file || ([...behaviour.functions.values()][0]?.file ?? '');
  if (file === '') return [];
  const { id, clauses, level } = rule;
  return [{ rule: id, policy: policy.id, clauses, level, status, file, line: answer.file ? answer.line : 1, message }];
}
