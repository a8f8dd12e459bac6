/**
 * Rules of built-in packs whose examples the engine does not decide yet, by what it would have to see. A rule that is
 * not listed has to hold.
 */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  other: ['mmed/location-shown-by-choice'],
  'provenance: log': ['numo/logs-are-not-for-campaigns'],
  'provenance: third-person': ['numo/contacts-of-users-are-protected-too'],
  'require: acceptance': [
    '1mg/policy-acceptance-recorded',
    'mmed/policy-accepted-first',
    'retailer/agreement-when-subscribing',
  ],
  'require: access': ['1mg/access-and-correction', 'mmed/copy-of-ones-data'],
  'require: account-closing': [
    'indiamart/account-can-be-deleted',
    'numo/accounts-can-be-closed',
    'retailer/accounts-can-be-ended',
  ],
  'require: account-status': [
    'indiamart/deactivated-accounts-are-locked-out',
    'numo/closed-accounts-are-left-alone',
    'retailer/archives-stay-archives',
  ],
  'require: age-gate': ['1mg/no-children', 'mmed/nobody-under-ten', 'retailer/adults-only'],
  'require: change-notice': ['1mg/changes-are-announced', 'mmed/changes-announced'],
  'require: consent-withdrawal': ['1mg/consent-can-be-withdrawn', 'mmed/consent-can-be-withdrawn'],
  'require: erasure': ['1mg/complete-erasure', 'mmed/erasure-or-anonymity', 'retailer/removal-on-request'],
  'require: explicit-enrolment': ['indiamart/promotions-are-entered-by-choice'],
  'require: export': ['mmed/portable-copy'],
  'require: minor-accounts': ['mmed/accounts-of-children-closed', 'retailer/false-ages-end-the-account'],
  'require: objection': ['mmed/collection-can-be-stopped'],
  'require: opt-in-default': ['indiamart/opt-ins-start-as-no'],
  'require: owner-predicate': [
    '1mg/records-only-to-their-owner',
    'mmed/own-data-after-proof',
    'numo/access-after-identification',
    'retailer/contact-between-users-on-request',
  ],
  'require: policy-link': ['indiamart/policy-linked-where-data-is-asked'],
  'require: purpose-record': ['mmed/consent-with-its-purpose'],
  'require: rectification': [
    '1mg/correction',
    'mmed/correction',
    'mmed/correction-within-thirty-days',
    'numo/accounts-can-be-edited',
  ],
  'require: restriction': ['mmed/use-can-be-restricted'],
  'require: retention': ['1mg/kept-no-longer-than-needed', 'mmed/destroyed-when-no-longer-needed'],
  'require: role-guard': ['1mg/need-to-know-for-staff', 'mmed/staff-by-privilege', 'numo/content-is-read-by-role'],
  'require: sign-out': ['indiamart/sign-out-ends-the-session'],
  'require: unsubscribe': [
    'indiamart/mailings-can-be-changed',
    'mmed/newsletters-can-be-left',
    'retailer/opting-out-works',
  ],
  'where: any': ['1mg/secure-connections', 'baseline/no-secrets-over-plain-http'],
  'where: hash': ['1mg/no-broken-hashes', 'baseline/no-broken-hashes', 'retailer/no-broken-hashes'],
  'where: required': ['1mg/nothing-more-is-mandatory', 'mmed/surveys-are-voluntary'],
  'where: scheme': [
    'mmed/nothing-personal-over-plain-http',
    'numo/secure-on-the-way',
    'retailer/transfers-are-protected',
  ],
};

export const GAPS: ReadonlySet<string> = new Set(Object.values(NEEDS).flat());
