/**
 * Rules of built-in packs whose examples the engine does not decide yet, by what it would have to see. A rule that is
 * not listed has to hold.
 */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  other: ['india-dpdp/minors-are-not-tracked'],
  'provenance: third-person': ['numo/contacts-of-users-are-protected-too'],
  'require: acceptance': ['retailer/agreement-when-subscribing'],
  'require: account-status': [
    'indiamart/deactivated-accounts-are-locked-out',
    'numo/closed-accounts-are-left-alone',
    'retailer/archives-stay-archives',
  ],
  'require: change-notice': ['1mg/changes-are-announced', 'mmed/changes-announced'],
  'require: consent-record': ['gdpr-core/consent-can-be-shown'],
  'require: erasure': [
    'gdpr-core/erasure',
    'mmed/erasure-or-anonymity',
    'retailer/removal-on-request',
    'thailand-pdpa/erasure',
  ],
  'require: objection': ['gdpr-core/objection', 'mmed/collection-can-be-stopped', 'thailand-pdpa/objection'],
  'require: opt-in-default': ['gdpr-core/opt-ins-start-as-no', 'indiamart/opt-ins-start-as-no'],
  'require: owner-predicate': [
    '1mg/records-only-to-their-owner',
    'gdpr-core/own-rows-only',
    'mmed/own-data-after-proof',
    'numo/access-after-identification',
    'retailer/contact-between-users-on-request',
  ],
  'require: rectification': ['mmed/correction-within-thirty-days'],
  'require: restriction': ['gdpr-core/restriction', 'mmed/use-can-be-restricted', 'thailand-pdpa/restriction'],
  'require: role-guard': [
    '1mg/need-to-know-for-staff',
    'gdpr-core/need-to-know',
    'india-dpdp/need-to-know',
    'mmed/staff-by-privilege',
    'numo/content-is-read-by-role',
  ],
  'where: hash': ['1mg/no-broken-hashes', 'baseline/no-broken-hashes', 'retailer/no-broken-hashes'],
  'where: required': ['1mg/nothing-more-is-mandatory', 'mmed/surveys-are-voluntary'],
};

export const GAPS: ReadonlySet<string> = new Set(Object.values(NEEDS).flat());
