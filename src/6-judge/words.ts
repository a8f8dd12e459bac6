import { printGuard } from '../core/flow.ts';
import type { Condition } from '../core/policy.ts';
import type { Activity, DataCategory } from '../core/privacy.ts';

/** Categories whose last word alone does not say what they are. */
const CATEGORY_WORDS: ReadonlyMap<DataCategory, string> = new Map([
  ['user', 'personal data'],
  ['user.account', 'account data'],
  ['user.authorization', 'credentials'],
  ['user.authorization.biometric', 'biometric credentials'],
  ['user.behavior', 'behaviour'],
  ['user.behavior.usage', 'usage history'],
  ['user.biometric', 'biometric data'],
  ['user.biometric.face', 'face template'],
  ['user.biometric.health', 'biometric health data'],
  ['user.biometric.retinal', 'retina scan'],
  ['user.biometric.voice', 'voice recording'],
  ['user.childrens', 'data of children'],
  ['user.contact', 'contact data'],
  ['user.contact.address', 'postal address'],
  ['user.contact.email', 'email address'],
  ['user.contact.url', 'personal web address'],
  ['user.content.private', 'private messages'],
  ['user.content.public', 'public posts'],
  ['user.content.self_image', 'picture of the person'],
  ['user.content.survey_response', 'survey answers'],
  ['user.demographic', 'demographic data'],
  ['user.demographic.age_range', 'age'],
  ['user.demographic.profile', 'personal profile'],
  ['user.device', 'device data'],
  ['user.device.browser', 'browser details'],
  ['user.device.cookie', 'cookie contents'],
  ['user.device.network', 'network details'],
  ['user.financial', 'financial data'],
  ['user.financial.credit_card', 'payment card'],
  ['user.government_id', 'government id'],
  ['user.health_and_medical', 'health data'],
  ['user.health_and_medical.condition', 'health condition'],
  ['user.health_and_medical.history', 'medical history'],
  ['user.health_and_medical.record_id', 'medical record id'],
  ['user.health_and_medical.test_result', 'medical test result'],
  ['user.location', 'location'],
  ['user.location.imprecise', 'approximate location'],
  ['user.location.precise', 'precise location'],
  ['user.name.first', 'first name'],
  ['user.name.last', 'last name'],
  ['user.payment', 'payment data'],
  ['user.payment.instrument', 'payment instrument'],
  ['user.sensor', 'sensor data'],
  ['user.social', 'social connections'],
  ['user.social.account', 'linked account'],
  ['user.telemetry', 'usage measurements'],
  ['user.unique_id', 'user id'],
  ['user.unique_id.pseudonymous', 'pseudonymous id'],
]);

/** `user.contact.phone_number` → `phone number`. */
export function categoryWords(category: DataCategory): string {
  const known = CATEGORY_WORDS.get(category);
  if (known) return known;
  const last = category.slice(category.lastIndexOf('.') + 1);
  return last.replaceAll('_', ' ').replace(/^(ip|mac)\b/, (acronym) => acronym.toUpperCase());
}

/** What happened, after `is` or `are`. */
export const ACTIVITY_WORDS: Readonly<Record<Activity, string>> = {
  collect: 'collected',
  log: 'logged',
  share: 'shared',
  store: 'stored',
  expose: 'exposed',
};

/** `consent or hashed`, `age and (consent or notice)`. */
export function conditionWords(condition: Condition): string {
  switch (condition.kind) {
    case 'guard':
      return printGuard({ ...condition, kind: condition.guard });
    case 'protection':
      return condition.protection;
    case 'any':
    case 'all':
      return condition.of
        .map((part) =>
          part.kind === 'any' || part.kind === 'all' ? `(${conditionWords(part)})` : conditionWords(part),
        )
        .join(condition.kind === 'any' ? ' or ' : ' and ');
  }
}

/** `a`, `a and b`, `a, b and c`; after `most`, `and 4 more`. */
export function listed(words: readonly string[], most: number): string {
  const distinct = [...new Set(words)];
  const shown = distinct.length > most ? [...distinct.slice(0, most), `${distinct.length - most} more`] : distinct;
  const last = shown.at(-1) ?? '';
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${last}` : last;
}
