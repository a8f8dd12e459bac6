/** The words of privacy that every phase shares. Data categories, uses and subjects are Fideslang keys. */

/** What happens to personal data (`expose`: handed to whoever is on the other side, in a response, a URL, a page). */
export const ACTIVITIES = ['collect', 'log', 'share', 'store', 'expose'] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** What was done to a value on its way. Never removes it: the policy says whether it is enough for the sink at hand. */
export const PROTECTIONS = [
  'hashed',
  'encrypted',
  'masked',
  'tokenised',
  'aggregated',
  'anonymised',
  'coarsened',
] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** What must be true for a sink to run. */
export const GUARD_KINDS = [
  'consent',
  'opt-out',
  'age',
  'acceptance',
  'notice',
  'legal-order',
  'abuse-case',
  'verification',
  'role',
  'owner',
  'permission',
  'active-account',
  'user-request',
  'sharing-choice',
] as const;
export type GuardKind = (typeof GUARD_KINDS)[number];

export const RECIPIENT_CLASSES = [
  'self',
  'affiliate',
  'seller',
  'service-provider',
  'communication-provider',
  'payment-processor',
  'logistics',
  'survey-contractor',
  'mailing-agent',
  'business-partner',
  'sponsor',
  'advertising',
  'analytics',
  'ai-provider',
  'investor',
  'social-network',
  'government',
  'fraud-prevention',
  'acquirer',
  'public',
  'data-subject',
  'employee',
  'unknown',
] as const;
export type RecipientClass = (typeof RECIPIENT_CLASSES)[number];

/** How sure we are of a flow: the weakest of its links. */
export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Whether something is at least as sure as `least`. */
export function isSure(confidence: Confidence, least: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) <= CONFIDENCES.indexOf(least);
}

/** A Fideslang data category key such as `user.contact.email`. */
export type DataCategory = string;
/** A Fideslang data subject key such as `customer`. */
export type DataSubject = string;
/** A Fideslang data use key such as `marketing.communications.email`. */
export type DataUse = string;

/** Where personal data enters the program. */
export const SOURCE_KINDS = [
  'request-body',
  'request-query',
  'request-parameters',
  'request-headers',
  'request-cookies',
  'request-metadata',
  'uploaded-file',
  'form',
  'database',
  'session',
  'identity-provider',
  'storage',
  'device',
  'message',
  'declaration',
  'name',
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * How data came into our hands, when that and not its category decides: answers of a survey, entries of a contest or
 * promotion, log files, what users keep about other people, what a partner supplied, what is public anyway.
 */
export const PROVENANCES = ['survey', 'contest', 'promotion', 'log', 'third-person', 'partner', 'public'] as const;
export type Provenance = (typeof PROVENANCES)[number];

/** Whether `key` is `parent` or below it: `user.contact.email` is within `user.contact`. */
export function isWithin(key: string, parent: string): boolean {
  return key === parent || key.startsWith(`${parent}.`);
}

/** Whether `category` is among `of` (all there is when empty) and not exempt: the deepest key decides; of equals, `of`. */
export function isMeant(
  category: DataCategory,
  of: readonly DataCategory[],
  except: readonly DataCategory[] = [],
): boolean {
  const exempt = depthIn(except, category);
  if (of.length === 0) return exempt === 0;
  const named = depthIn(of, category);
  return named > 0 && named >= exempt;
}

/** Levels of the deepest key that holds the category; 0 for none. */
function depthIn(keys: readonly DataCategory[], category: DataCategory): number {
  return Math.max(0, ...keys.filter((key) => isWithin(category, key)).map((key) => key.split('.').length));
}
