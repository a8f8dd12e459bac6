/** How severe a broken rule is to GitHub: its level, raised when only sensitive data is at stake. */
import type { Level } from '../core/policy.ts';
import { type DataCategory, isWithin } from '../core/privacy.ts';
import type { PromisedRule } from './promises.ts';

/** Special categories (GDPR Art. 9 and 10) and what lets others act in a person's name. */
const SENSITIVE: readonly DataCategory[] = [
  'user.authorization',
  'user.biometric',
  'user.biometric_health',
  'user.childrens',
  'user.criminal_history',
  'user.demographic.political_opinion',
  'user.demographic.race_ethnicity',
  'user.demographic.religious_belief',
  'user.demographic.sexual_orientation',
  'user.financial',
  'user.genetic',
  'user.government_id',
  'user.health_and_medical',
  'user.location.precise',
  'user.payment',
];

/** GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium. */
const SCORES: Readonly<Record<Level, { readonly sensitive: string; readonly other: string } | null>> = {
  error: { sensitive: '9.5', other: '8.0' },
  warning: { sensitive: '6.5', other: '5.5' },
  note: null,
};

/** `security-severity` of a rule, a string by GitHub's rules; none for notes, nor for rules about suppressions. */
export function securitySeverity(rule: PromisedRule): string | undefined {
  if (rule.kind === 'suppression') return undefined;
  return SCORES[rule.level]?.[isSensitive(rule) ? 'sensitive' : 'other'];
}

/** Whether a rule speaks about sensitive data alone. */
export function isSensitive({ data }: PromisedRule): boolean {
  return data.length > 0 && data.every((category) => SENSITIVE.some((parent) => isWithin(category, parent)));
}
