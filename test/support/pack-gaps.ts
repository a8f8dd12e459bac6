/**
 * Rules of built-in packs whose examples the engine does not decide yet, by what it would have to see. A rule that is
 * not listed has to hold.
 */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  other: ['mmed/location-shown-by-choice'],
  'provenance: log': ['numo/logs-are-not-for-campaigns'],
  'provenance: third-person': ['numo/contacts-of-users-are-protected-too'],
  'require: acceptance': ['mmed/policy-accepted-first', 'retailer/agreement-when-subscribing'],
  'require: access': ['mmed/copy-of-ones-data'],
  'require: account-closing': ['retailer/accounts-can-be-ended', 'numo/accounts-can-be-closed'],
  'require: account-status': ['retailer/archives-stay-archives', 'numo/closed-accounts-are-left-alone'],
  'require: age-gate': ['mmed/nobody-under-ten', 'retailer/adults-only'],
  'require: change-notice': ['mmed/changes-announced'],
  'require: consent-withdrawal': ['mmed/consent-can-be-withdrawn'],
  'require: erasure': ['mmed/erasure-or-anonymity', 'retailer/removal-on-request'],
  'require: export': ['mmed/portable-copy'],
  'require: minor-accounts': ['mmed/accounts-of-children-closed', 'retailer/false-ages-end-the-account'],
  'require: objection': ['mmed/collection-can-be-stopped'],
  'require: owner-predicate': [
    'mmed/own-data-after-proof',
    'retailer/contact-between-users-on-request',
    'numo/access-after-identification',
  ],
  'require: purpose-record': ['mmed/consent-with-its-purpose'],
  'require: rectification': ['mmed/correction', 'mmed/correction-within-thirty-days', 'numo/accounts-can-be-edited'],
  'require: restriction': ['mmed/use-can-be-restricted'],
  'require: retention': ['mmed/destroyed-when-no-longer-needed'],
  'require: role-guard': ['mmed/staff-by-privilege', 'numo/content-is-read-by-role'],
  'require: unsubscribe': ['mmed/newsletters-can-be-left', 'retailer/opting-out-works'],
  'where: hash': ['retailer/no-broken-hashes'],
  'where: required': ['mmed/surveys-are-voluntary'],
  'where: scheme': [
    'mmed/nothing-personal-over-plain-http',
    'retailer/transfers-are-protected',
    'numo/secure-on-the-way',
  ],
};

export const GAPS: ReadonlySet<string> = new Set(Object.values(NEEDS).flat());
