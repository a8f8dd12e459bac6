/**
 * Conditions read from names: `marketingConsent` is consent to marketing, `isUnsubscribed` the opposite of permission.
 * Whether the guarded value and the payload belong to one person, and whether the test holds, is the flow's business.
 */
import type { GuardWords } from '../core/catalogue.ts';
import type { GuardKind } from '../core/privacy.ts';
import { isScreaming, splitWords } from './names-words.ts';

export interface GuardReading {
  readonly kind: GuardKind;
  /** Purpose or channel: `marketing`, `sms`. A purpose goes before a channel: `marketingEmailConsent` is `marketing`. */
  readonly purpose?: string;
  /** True when the name, being true, forbids: `unsubscribed`, `noConsent`. */
  readonly negated: boolean;
  /** What the name says is allowed: asked of an e-mail address itself, `isEmailAllowed(email)` is no consent. */
  readonly allows?: string;
}

export interface GuardReader {
  /** What condition a variable, field or function of this name states; null when none. */
  classify(name: string): GuardReading | null;
}

/** Reads guards by these words. */
export function createGuardReader(words: readonly GuardWords[]): GuardReader {
  const lexicon = compile(words);
  const readings = new Map<string, GuardReading | null>();
  return {
    classify(name) {
      let reading = readings.get(name);
      if (reading === undefined) {
        // A constant or an environment variable is a setting of the system, no state of a person.
        reading = isScreaming(name) ? null : read(lexicon, splitWords(name));
        readings.set(name, reading);
      }
      return reading;
    },
  };
}

interface Lexicon {
  readonly guards: ReadonlyMap<string, GuardWords>;
  readonly longest: number;
}

function compile(words: readonly GuardWords[]): Lexicon {
  const guards = new Map<string, GuardWords>();
  let longest = 0;
  for (const guard of words) {
    for (const name of guard.names) {
      const parts = splitWords(name);
      guards.set(parts.join(' '), guard);
      longest = Math.max(longest, parts.length);
    }
  }
  return { guards, longest };
}

/** What a word of the name says is permitted, as policies write it after `consent:`. */
const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['marketing', 'marketing'],
  ['promotion', 'marketing'],
  ['promotional', 'marketing'],
  ['promo', 'marketing'],
  ['offer', 'marketing'],
  ['newsletter', 'newsletter'],
  ['analytics', 'analytics'],
  ['tracking', 'analytics'],
  ['track', 'analytics'],
  ['statistic', 'analytics'],
  ['advertising', 'advertising'],
  ['advertisement', 'advertising'],
  ['ad', 'advertising'],
  ['sharing', 'sharing'],
  ['share', 'sharing'],
  ['shared', 'sharing'],
  ['partner', 'sharing'],
  ['party', 'sharing'],
  ['profiling', 'profiling'],
  ['personalization', 'personalisation'],
  ['personalisation', 'personalisation'],
  ['location', 'location'],
  ['research', 'research'],
  ['cookie', 'cookies'],
]);

const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['sms', 'sms'],
  ['email', 'email'],
  ['mail', 'email'],
  ['push', 'push'],
  ['notification', 'push'],
  ['whatsapp', 'whatsapp'],
  ['phone', 'phone'],
  ['call', 'phone'],
]);

/** They turn a guard round, before it or after: `noConsent`, `consentRevoked`. */
const NEGATIONS = set(
  `no not non never without missing lacks revoked withdrawn denied declined refused rejected expired isnt hasnt cannot
   disallowed lacking`,
);

/** After a guard they leave it as it is: `consentGivenAt`, `hasConsentFor`. */
const TRAILING = set(
  `at date time timestamp given granted obtained received value flag status state on true active for to of confirmed
   collected checked provided present valid with by bool boolean user preference choice`,
);

/** First in a name they change or show a guard rather than state it: `setConsent`, `showConsentBanner`. */
const ACTIONS = set(
  `set request show save update ask open render log record revoke withdraw handle on toggle create delete remove store
   submit prompt display send post load sync use make grant give reset migrate change`,
);

/** Beside everyday words: `isUserVerified` is a guard, `domainVerified` and `isDocumentEmailEnabled` are not. */
const FAMILIAR = set(
  `is has was are have be been get can should check ensure require required assert verify user customer member account
   person patient visitor contact lead current my profile fully already explicit caller viewer actor requester the a s
   recipient signer mobile identity kyc session subscriber third data receive`,
);

/** Words that mean nothing else, so that whatever stands before them says what they are about: `healthDataConsent`. */
const DISTINCTIVE = set(
  'consent consented consenting optin optout optedin optedout unsubscribed dnt gpc subpoena warrant notice court law legal',
);

/** After a thing they say so of it. */
const ALLOWED = set('allowed enabled accepted permitted');

/** Things one can opt in to that are no use of personal data. */
const FEATURES = set('feature preview beta auto trial experiment migration search navigation early');

function read(lexicon: Lexicon, words: readonly string[]): GuardReading | null {
  for (let end = words.length; end > 0; end--) {
    const match = matchEndingAt(lexicon, words, end);
    if (match !== null) return judge(match, words, end);
    if (!isSkipped(words[end - 1] as string)) return null;
  }
  return null;
}

interface Match {
  readonly guard: GuardWords;
  readonly start: number;
}

function matchEndingAt(lexicon: Lexicon, words: readonly string[], end: number): Match | null {
  for (let start = Math.max(0, end - lexicon.longest); start < end; start++) {
    const guard = lexicon.guards.get(words.slice(start, end).join(' '));
    if (guard !== undefined) return { guard, start };
  }
  return null;
}

function isSkipped(word: string): boolean {
  return TRAILING.has(word) || NEGATIONS.has(word) || PURPOSES.has(word) || CHANNELS.has(word) || /^\d+$/.test(word);
}

function judge({ guard, start }: Match, words: readonly string[], end: number): GuardReading | null {
  const before = words.slice(0, start);
  const after = words.slice(end);
  if (ACTIONS.has(before[0] ?? '') || before.some((word) => FEATURES.has(word))) return null;
  const isDistinctive = words.slice(start, end).some((word) => DISTINCTIVE.has(word));
  if (!isDistinctive && !(before.every(isFamiliar) && !after.some(isTopic))) return null;
  const turned = [...before, ...after].filter((word) => NEGATIONS.has(word)).length % 2 === 1;
  const purpose = purposeIn(words);
  const allows = ALLOWED.has(words[end - 1] ?? '') ? words[end - 2] : undefined;
  return {
    kind: guard.kind,
    negated: guard.negated !== turned,
    ...(purpose === undefined ? {} : { purpose }),
    ...(allows === undefined ? {} : { allows }),
  };
}

function isFamiliar(word: string): boolean {
  return FAMILIAR.has(word) || NEGATIONS.has(word) || isTopic(word);
}

function isTopic(word: string): boolean {
  return PURPOSES.has(word) || CHANNELS.has(word);
}

function purposeIn(words: readonly string[]): string | undefined {
  for (const vocabulary of [PURPOSES, CHANNELS]) {
    for (const word of words) {
      const purpose = vocabulary.get(word);
      if (purpose !== undefined) return purpose;
    }
  }
  return undefined;
}

function set(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
