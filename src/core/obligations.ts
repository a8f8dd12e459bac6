/**
 * Code paths that policies demand, by the names that `require:` uses. What each needs as evidence is decided in 6-judge;
 * here is what a policy file may write.
 */

export interface ObligationSpecification {
  /** Completes "the application must …". */
  readonly demands: string;
  /** Parameters that a rule may give: `number` counts days, years of age; `text` names a role or channel. */
  readonly parameters: Readonly<Record<string, 'number' | 'text'>>;
  /** Those without which the obligation says too little to be kept exactly. */
  readonly needs: readonly string[];
}

const DAYS = { days: 'number' } as const;

export const OBLIGATIONS = {
  acceptance: { demands: 'record that the policy was accepted', parameters: { version: 'text' }, needs: [] },
  'change-notice': { demands: 'tell people when the policy changes', parameters: DAYS, needs: [] },
  'policy-link': { demands: 'link to the policy on forms that ask for personal data', parameters: {}, needs: [] },
  access: { demands: 'show people all data held about them', parameters: DAYS, needs: [] },
  export: { demands: 'hand people their data in a portable format', parameters: { format: 'text' }, needs: [] },
  rectification: { demands: 'let people correct each stored field', parameters: DAYS, needs: [] },
  'rectification-deadline': { demands: 'answer requests to correct in time', parameters: DAYS, needs: ['days'] },
  erasure: { demands: 'delete or anonymise every store of the data', parameters: DAYS, needs: [] },
  'account-closing': { demands: 'let people close their account', parameters: {}, needs: [] },
  'account-status': { demands: 'lock closed accounts out', parameters: {}, needs: [] },
  'consent-record': { demands: 'record consent', parameters: {}, needs: [] },
  'purpose-record': { demands: 'record the purpose that consent was given for', parameters: {}, needs: [] },
  'consent-withdrawal': { demands: 'let people withdraw each consent', parameters: { purpose: 'text' }, needs: [] },
  'opt-in-default': { demands: 'let opt-ins start as false', parameters: { purpose: 'text' }, needs: [] },
  unsubscribe: {
    demands: 'let people end mailings, by the field that senders read',
    parameters: { channel: 'text' },
    needs: [],
  },
  objection: { demands: 'let people object to a use', parameters: { purpose: 'text' }, needs: [] },
  restriction: { demands: 'let people restrict the use of their data', parameters: {}, needs: [] },
  'collection-stop': { demands: 'let people end the collection of their data', parameters: {}, needs: [] },
  retention: { demands: 'purge the data when its time is over', parameters: DAYS, needs: ['days'] },
  'age-gate': { demands: 'ask for the age before anything is stored', parameters: { age: 'number' }, needs: ['age'] },
  'minor-accounts': {
    demands: 'close the accounts of minors and delete their data',
    parameters: { age: 'number' },
    needs: ['age'],
  },
  'role-guard': { demands: 'guard staff routes by role', parameters: { role: 'text' }, needs: [] },
  'owner-predicate': { demands: 'show people their own rows only', parameters: {}, needs: [] },
  'tenant-predicate': { demands: 'show tenants their own rows only', parameters: {}, needs: [] },
  'explicit-enrolment': { demands: 'enrol nobody without a choice', parameters: {}, needs: [] },
  'sign-out': { demands: 'end the session at sign-out', parameters: {}, needs: [] },
} as const satisfies Readonly<Record<string, ObligationSpecification>>;

export type ObligationKind = keyof typeof OBLIGATIONS;

/** Other names for the same obligations: what is there after the code path exists. */
const SYNONYMS: ReadonlyMap<string, ObligationKind> = new Map([
  ['policy-acceptance', 'acceptance'],
  ['policy-version-notice', 'change-notice'],
  ['privacy-link', 'policy-link'],
  ['portability', 'export'],
  ['consent-recorded', 'consent-record'],
  ['purpose-recorded', 'purpose-record'],
  ['withdrawal', 'consent-withdrawal'],
  ['minor-account-closing', 'minor-accounts'],
]);

/** The obligation that a file means by a name. */
export function obligationKind(name: string): ObligationKind | undefined {
  return Object.hasOwn(OBLIGATIONS, name) ? (name as ObligationKind) : SYNONYMS.get(name);
}

/** The specification of an obligation, by a name that a file gave. */
export function obligationNamed(name: string): ObligationSpecification | undefined {
  const kind = obligationKind(name);
  return kind && OBLIGATIONS[kind];
}
