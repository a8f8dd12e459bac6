/**
 * Does a rule speak about a flow? Facts the analysis could not see (no purpose, an attribute that is no literal) make
 * the answer `maybe`; the caller decides whom a doubt serves.
 */
import type { Flow, FlowGuard, FlowRecipient } from '../core/flow.ts';
import { matchesGlob } from '../core/glob.ts';
import type {
  AnyAttribute,
  AttributeTest,
  Condition,
  FlowRule,
  GuardCondition,
  RecipientMatch,
  RecipientTerm,
} from '../core/policy.ts';
import { type DataCategory, isMeant, isWithin } from '../core/privacy.ts';

export type Match = 'yes' | 'maybe' | 'no';

type Field = (rule: FlowRule, flow: Flow) => Match;

/** How each field narrows, by the word that reports have for it. A field left out matches any flow. */
const FIELDS: Readonly<Record<string, Field>> = {
  activity: ({ activities }, { activity }) => answer(activities.length === 0 || activities.includes(activity)),
  source: (rule, { source }) => answer(rule.source?.includes(source.kind) ?? true),
  place: (rule, flow) => answer((rule.in.length === 0 || inside(rule.in, flow)) && !inside(rule.notIn ?? [], flow)),
  subject: (rule, { subject }) => weakest([matchKey(rule.subject, subject), matchOther(rule.notSubject, subject)]),
  provenance: matchProvenance,
  purpose: (rule, { purpose }) => weakest([matchKey(rule.purpose, purpose), matchOther(rule.notPurpose, purpose)]),
  recipient: (rule, flow) => matchRecipient(rule.to, flow),
  attribute: (rule, flow) => weakest(rule.where.map((test) => matchTest(test, flow))),
};

/** All fields of the rule but `data`, which is judged category by category. */
export function matchFlow(rule: FlowRule, flow: Flow): Match {
  let weakestYet: Match = 'yes';
  for (const field of Object.values(FIELDS)) {
    const match = field(rule, flow);
    if (match === 'no') return 'no';
    if (match === 'maybe') weakestYet = 'maybe';
  }
  return weakestYet;
}

/** The fields that keep a rule from speaking about a flow: `recipient`, `purpose`. */
export function differences(rule: FlowRule, flow: Flow): string[] {
  return Object.entries(FIELDS)
    .filter(([, field]) => field(rule, flow) === 'no')
    .map(([name]) => name);
}

/** The fields of a rule that the code leaves open: whether it speaks about a flow cannot be known. */
export function doubts(rule: FlowRule, flow: Flow): string[] {
  return Object.entries(FIELDS)
    .filter(([, field]) => field(rule, flow) === 'maybe')
    .map(([name]) => name);
}

/**
 * A rule on `user.contact` speaks about `user.contact.email`. A rule on `user.contact.email` says nothing about a flow
 * of which only `user` is known: what it holds is a guess, and a guess is no violation.
 */
export function matchesData(rule: Pick<FlowRule, 'data' | 'except'>, category: DataCategory): boolean {
  return isMeant(category, rule.data, rule.except);
}

/** Whether data passes one of the files: what `delivery/` sends, it may send through a client that all share. */
function inside(globs: readonly string[], { sink, steps }: Flow): boolean {
  const files = new Set([sink.file, ...steps.map(({ file }) => file)]);
  return globs.some((glob) => [...files].some((file) => matchesGlob(glob, file)));
}

/** Whether guards and protections of the flow fulfil a condition. */
export function fulfils(flow: Flow, condition: Condition): boolean {
  switch (condition.kind) {
    case 'guard':
      return flow.guards.some((guard) => guardCounts(guard, condition, flow));
    case 'protection':
      return flow.protections.includes(condition.protection);
    case 'any':
      return condition.of.some((part) => fulfils(flow, part));
    case 'all':
      return condition.of.every((part) => fulfils(flow, part));
  }
}

const MESSENGERS = ['communication-provider', 'mailing-agent'] as const;
const WATCHERS = ['analytics', 'advertising', 'social-network'] as const;

/** Whom a consent or objection is about that names a channel or a use; one to marketing or sharing may be about anybody. */
const SPOKEN_OF: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...['sms', 'email', 'push', 'whatsapp', 'phone', 'newsletter'].map((channel) => [channel, MESSENGERS] as const),
  ['analytics', WATCHERS],
  ['advertising', WATCHERS],
  ['cookies', WATCHERS],
]);
const CHOICES: readonly string[] = ['consent', 'opt-out'];
const CHANNELS: readonly unknown[] = ['sms', 'email', 'push', 'whatsapp', 'phone'];

/** Whether a choice says by its name that it is about others than who gets the data, or about another channel. */
function isAboutAnother({ kind, purpose }: FlowGuard, { activity, recipient, sink }: Flow): boolean {
  if (purpose === undefined || activity !== 'share' || !CHOICES.includes(kind)) return false;
  const { channel } = sink.attributes;
  if (CHANNELS.includes(purpose) && CHANNELS.includes(channel)) return purpose !== channel;
  const others = SPOKEN_OF.get(purpose);
  const told = recipient !== null && recipient.class !== 'unknown' && recipient.class !== 'self';
  return others !== undefined && told && !others.includes(recipient.class);
}

/**
 * `consent` takes a consent that may be about this, `consent:marketing` only that one; somebody else's consent never counts. An age that the
 * code compares with something unreadable, or a flag whose first value no schema shows, is taken at its word.
 */
function guardCounts(guard: FlowGuard, wanted: GuardCondition, flow: Flow): boolean {
  if (guard.kind !== wanted.guard || guard.subject === 'other') return false;
  if (wanted.purpose !== undefined && guard.purpose !== wanted.purpose) return false;
  if (wanted.purpose === undefined && isAboutAnother(guard, flow)) return false;
  if (wanted.sameChannel && guard.purpose !== flow.sink.attributes['channel']) return false;
  if (wanted.atLeast !== undefined && guard.atLeast !== undefined && guard.atLeast < wanted.atLeast) return false;
  return wanted.startsAs === undefined || guard.startsAs === undefined || guard.startsAs === wanted.startsAs;
}

function matchKey(wanted: readonly string[], actual: string | null): Match {
  if (wanted.length === 0) return 'yes';
  if (actual === null) return 'maybe';
  return wanted.some((key) => isWithin(actual, key)) ? 'yes' : 'no';
}

/** `{ not: … }`: what is not known may be among them. */
function matchOther(unwanted: readonly string[] | undefined, actual: string | null): Match {
  if (unwanted === undefined) return 'yes';
  if (actual === null) return 'maybe';
  return unwanted.some((key) => isWithin(actual, key)) ? 'no' : 'yes';
}

/** Data that nothing marks came in the usual way: it is no survey's. */
function matchProvenance({ provenance }: FlowRule, flow: Flow): Match {
  if (provenance === undefined) return 'yes';
  return answer(provenance.some((word) => flow.provenance?.includes(word)));
}

/**
 * Handing data to ourselves is no sharing: `to: { not: […] }` never means `self`, whether the list names it or not.
 * A share whose recipient nobody knows goes to class `unknown`: a closed list of recipients does not hold it.
 */
function matchRecipient(wanted: RecipientMatch | null, flow: Flow): Match {
  if (wanted === null) return 'yes';
  const recipient = recipientOf(flow);
  if (recipient === null) return 'maybe';
  const named = wanted.any.some((term) => matchesTerm(term, recipient));
  if (wanted.not) return named || recipient.class === 'self' ? 'no' : 'yes';
  return named ? 'yes' : 'no';
}

const UNKNOWN_RECIPIENT = { id: '', class: 'unknown', attributes: [] } as const;

type Described = Omit<FlowRecipient, 'name'>;

function recipientOf(flow: Flow): Described | null {
  return flow.recipient ?? (flow.activity === 'share' ? UNKNOWN_RECIPIENT : null);
}

/** Whether one entry of `to` means this recipient. */
export function matchesTerm(term: RecipientTerm, recipient: Described): boolean {
  if (term.id !== undefined && term.id !== recipient.id) return false;
  if (term.class !== undefined && term.class !== recipient.class) return false;
  if (term.country && !isEstablishedIn(term.country, recipient)) return false;
  if (term.outside && (recipient.country === undefined || isEstablishedIn(term.outside, recipient))) return false;
  return term.attributes.every((attribute) => recipient.attributes.includes(attribute));
}

function isEstablishedIn(countries: readonly string[], { country }: Described): boolean {
  return country !== undefined && countries.includes(country);
}

/** Of alternatives the best answer counts. */
function matchTest(test: AttributeTest | AnyAttribute, flow: Flow): Match {
  if (!('any' in test)) return matchAttribute(test, flow);
  const answers = test.any.map((each) => matchAttribute(each, flow));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}

/**
 * An attribute the sink does not have passes `not` and `present: false` (a cookie without `secure` is not secure) and
 * fails the rest; one that is there but no literal (`null`) leaves all but `present` open.
 */
function matchAttribute(test: AttributeTest, flow: Flow): Match {
  const attributes = flow.sink.attributes;
  const written = Object.hasOwn(attributes, test.attribute);
  if (test.present !== undefined) return answer(written === test.present);
  if (!written) return answer(test.not !== undefined);
  const value = attributes[test.attribute] ?? null;
  if (value === null) return 'maybe';
  if (test.is) return answer(test.is.includes(value));
  if (test.not) return answer(!test.not.includes(value));
  const amount = Number(value);
  if (test.above !== undefined) return answer(amount > test.above);
  return answer(test.below !== undefined && amount < test.below);
}

function answer(holds: boolean): Match {
  return holds ? 'yes' : 'no';
}

function weakest(matches: readonly Match[]): Match {
  if (matches.includes('no')) return 'no';
  return matches.includes('maybe') ? 'maybe' : 'yes';
}
