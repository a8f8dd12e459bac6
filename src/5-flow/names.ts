/**
 * What is personal, read from names: the last of the evidence, after declarations, schemas and frameworks.
 *
 * A name is read as English reads it. The head of a compound is its last word, so `userEmail` is an e-mail address and
 * `emailTemplate` a template; what stands before says whose it is (`customerName`) or that it is nobody's (`fileName`).
 * Words that mean something else elsewhere (`name`, `address`, `age`) need a person: in the name, in the object they are
 * a field of, or in the fields beside them.
 *
 * Gives up: a name alone never shows a protection, so `maskedEmail` is nothing and `emails.map(mask)` is up to the flow.
 */
import type { NameRule, NameRules } from '../core/catalogue.ts';
import type { Confidence, DataCategory, DataSubject } from '../core/privacy.ts';
import { isWithin } from '../core/privacy.ts';
import type { CompiledRule, Lexicon } from './names-lexicon.ts';
import { isOther, isQuiet, lexiconOf, matchAcross, matchIn, mentions, personIn, personNamed } from './names-lexicon.ts';
import { CONTAINERS, GETTERS, HOLDERS, INTERFACE, isProper, isScreaming, LINKING, VERBS } from './names-words.ts';

export type { GuardReader } from './names-guards.ts';
export { createGuardReader } from './names-guards.ts';
export { splitWords } from './names-words.ts';

/** What a name says a value holds. */
export interface NameReading {
  readonly category: DataCategory;
  readonly confidence: Confidence;
  /** Whose it is, when the name or its owner says so. */
  readonly subject: DataSubject | null;
}

export interface NameContext {
  /** The object or type it is a field of: `user`, `CreateUserDto`, `body`. */
  readonly owner?: string | undefined;
  /** Names of the fields of the same object; the array's identity is the key of a cache. */
  readonly siblings?: readonly string[] | undefined;
}

export interface NameReader {
  /** What a variable or field of this name holds, or null when nothing personal. */
  classify(name: string, context?: NameContext): NameReading | null;
  /** What a call of a function of this name gives: `getSessionToken` a session token, `findByEmail` nobody knows. */
  classifyResult(name: string): NameReading | null;
  /** Whose record a variable or type of this name is: `currentCustomer` yes, `userService` and `userId` no. */
  personOf(name: string): DataSubject | null;
  /** Whether a component of this name is about something that is no person: `CreateTeamDialog`. */
  isAboutThing(name: string): boolean;
  /** What a property path reads, its last name in the context of those before: `order.customer.email`. */
  classifyPath(path: readonly string[], siblings?: readonly string[]): NameReading | null;
}

/** Reads names by these rules. Results are kept, since the same few names are asked for again and again. */
export function createNameReader(rules: NameRules): NameReader {
  const lexicon = lexiconOf(rules);
  const readings = new Map<string, NameReading | null>();
  const people = new Map<string, DataSubject | null>();
  const siblingVerdicts = new WeakMap<readonly string[], Company>();

  const companyOf = (siblings: readonly string[] | undefined): Company => {
    if (siblings === undefined) return 'unknown';
    let verdict = siblingVerdicts.get(siblings);
    if (verdict === undefined) {
      verdict = readCompany(lexicon, siblings);
      siblingVerdicts.set(siblings, verdict);
    }
    return verdict;
  };
  const classifyPath = (path: readonly string[], siblings?: readonly string[]): NameReading | null => {
    const beside = companyOf(siblings);
    const key = `${beside}\0${path.join('\0')}`;
    let reading = readings.get(key);
    if (reading === undefined) {
      reading = readPath(lexicon, path, beside);
      readings.set(key, reading);
    }
    return reading;
  };
  return {
    classifyPath,
    classify: (name, context = {}) =>
      classifyPath(context.owner === undefined ? [name] : [context.owner, name], context.siblings),
    classifyResult(name) {
      const given = resultName(lexicon.wordsOf(name));
      return given === null ? null : classifyPath([given]);
    },
    isAboutThing(name) {
      const said = lexicon.wordsOf(name).filter((word) => !INTERFACE.has(word) && !VERBS.has(word));
      return mentions(said, lexicon.otherOwners) && personIn(lexicon, said.join('_'), 'owner') === null;
    },
    personOf(name) {
      let subject = people.get(name);
      if (subject === undefined) {
        subject = personIn(lexicon, name, 'value');
        people.set(name, subject);
      }
      return subject;
    },
  };
}

const PREPOSITIONS = new Set(['by', 'from', 'for', 'of', 'and', 'or', 'if', 'when']);

/** `get session token` → `session token`, as a variable would be called. */
function resultName([verb = '', ...rest]: readonly string[]): string | null {
  if (!GETTERS.has(verb)) return null;
  const link = rest.findIndex((word) => LINKING.has(word) || PREPOSITIONS.has(word));
  const what = link < 0 ? rest : rest.slice(0, link);
  return what.length > 0 ? what.join('_') : null;
}

/** What the objects a name is read from say about it. */
interface Owner {
  /** `person`: its fields are about someone. `other`: about something else. `unknown`: it does not say. */
  readonly kind: 'person' | 'other' | 'unknown';
  readonly subject: DataSubject | null;
  /** Its own words, for names that continue it: `card.number`, `billing.address`. */
  readonly words: readonly string[];
  /** Written as types, classes and enumerations are, or there is no owner: `FieldType` in `FieldType.Email`. */
  readonly proper: boolean;
}

const NOBODY: Owner = { kind: 'unknown', subject: null, words: [], proper: true };

/** Categories that the fields beside them can show. */
const TELLABLE_CATEGORIES = ['user.name', 'user.contact', 'user.demographic', 'user.government_id'];

/** Names further to the left than this say nothing about a value. */
const LONGEST_PATH = 8;

/** Categories whose values are records with fields of their own: `shippingAddress.city`. */
const RECORD_CATEGORIES = ['user.contact.address', 'user.name', 'user.health_and_medical', 'user.financial'];

/** Categories that make the fields beside them personal. A password does not: databases have one too. */
const TELLING_CATEGORIES = [
  'user.contact',
  'user.name',
  'user.demographic',
  'user.government_id',
  'user.health_and_medical',
];

/** Whom the fields of an object are about, by themselves: a person, or a thing whose id stands there (`teamId`). */
type Company = 'person' | 'thing' | 'unknown';

function readCompany(lexicon: Lexicon, names: readonly string[]): Company {
  if (names.some((name) => isTelling(lexicon, name))) return 'person';
  const ids = names.flatMap((name) => {
    const words = lexicon.wordsOf(name);
    return words.length > 1 && words.at(-1) === 'id' ? [words.slice(0, -1)] : [];
  });
  return ids.length > 0 && ids.every((words) => isOther(lexicon, words)) ? 'thing' : 'unknown';
}

function isTelling(lexicon: Lexicon, name: string): boolean {
  const reading = read(lexicon, name, NOBODY, 'unknown');
  return reading !== null && reading.confidence !== 'low' && withinAny(reading.category, TELLING_CATEGORIES);
}

function withinAny(category: DataCategory, parents: readonly DataCategory[]): boolean {
  return parents.some((parent) => isWithin(category, parent));
}

function readPath(lexicon: Lexicon, path: readonly string[], company: Company): NameReading | null {
  const names = path
    .slice(-LONGEST_PATH)
    .filter((name) => name !== '' && name !== 'this' && !name.startsWith('[') && !/^\d+$/.test(name));
  let end = names.length;
  // `email.value`, `passwordRef.current.value`
  while (end > 1 && lexicon.wordsOf(names[end - 1] as string).every((word) => HOLDERS.has(word))) end--;
  const name = names[end - 1];
  // Nearly every name ends here, before its owners are read.
  if (name === undefined || !lexicon.wordsOf(name).some((word) => lexicon.heads.has(word))) return null;
  return read(lexicon, name, ownerOf(lexicon, names, end - 1), company);
}

/** What `names[0 … end)` say about the name at `end`. The nearest that says something decides. */
function ownerOf(lexicon: Lexicon, names: readonly string[], end: number): Owner {
  if (end === 0) return NOBODY;
  const name = names[end - 1] as string;
  const words = lexicon.wordsOf(name);
  const proper = isProper(name);
  const person = personIn(lexicon, name, 'owner');
  if (person !== null) return { kind: 'person', subject: person, words: [], proper };
  const outer = ownerOf(lexicon, names, end - 1);
  if (words.every((word) => CONTAINERS.has(word))) return { ...outer, words: [], proper };
  if (isOther(lexicon, words)) return { kind: 'other', subject: null, words, proper };
  const reading = read(lexicon, name, outer, 'unknown');
  if (reading !== null && withinAny(reading.category, RECORD_CATEGORIES)) {
    return { kind: 'person', subject: reading.subject, words, proper };
  }
  const kind = outer.kind === 'other' ? 'other' : 'unknown';
  // `findFirst().name` is no first name.
  const continues = !isScreaming(name) && words[0] !== 'find';
  return { kind, subject: outer.subject, words: continues ? words : [], proper };
}

function read(lexicon: Lexicon, name: string, owner: Owner, company: Company): NameReading | null {
  const words = lexicon.wordsOf(name);
  const continued = matchAcross(lexicon, owner.words, words);
  const match = continued ?? matchIn(lexicon, words);
  if (match === null) return null;
  const before = words.slice(0, match.start);
  const named = personNamed(lexicon, words, match);
  if (isSomethingElse(lexicon, before) || isNobodys(name, owner, named !== null)) return null;

  const isOwned = named !== null || owner.kind === 'person';
  const isPlain = before.every((word) => isQuiet(lexicon, word));
  const rule = match.rules.find(
    (one) =>
      !one.needsOwner || (isPlain && (isOwned || (company === 'person' && continued === null && isTellable(one)))),
  );
  const about = named === null ? words : words.slice(named.end);
  if (rule === undefined || mentions(about, rule.unlessPhrases)) return null;
  if (owner.kind !== 'person' && named === null && isOwnersOwn(rule, owner)) return null;
  // `{ teamId, avatarUrl }` is the picture of the team.
  if (company === 'thing' && owner.kind === 'unknown' && named === null && isPicture(rule)) return null;
  return { category: rule.category, confidence: confidenceOf(rule, isOwned), subject: named?.subject ?? owner.subject };
}

/** `repository.fullName`, `team.avatarUrl`: things have names and pictures; an address is a person's all the same. */
function isOwnersOwn(rule: CompiledRule, owner: Owner): boolean {
  const { category, unlessPhrases } = rule;
  return withinAny(category, ['user.name', 'user.content', 'user.account']) && mentions(owner.words, unlessPhrases);
}

function isPicture({ category }: CompiledRule): boolean {
  return isWithin(category, 'user.content.self_image');
}

/** `sendEmail` is a function, `templateEmail` a template's. */
function isSomethingElse(lexicon: Lexicon, before: readonly string[]): boolean {
  return VERBS.has(before[0] ?? '') || mentions(before, lexicon.negative);
}

/** `config.email` is the system's, and so are the constant `SMTP_PASSWORD` and the component `PasswordInput`. */
function isNobodys(name: string, owner: Owner, isNamed: boolean): boolean {
  if (owner.kind === 'person') return false;
  return (owner.kind === 'other' && !isNamed) || isScreaming(name) || (owner.proper && isProper(name));
}

/** What the fields beside it can show: a `name` next to an `email` is a person's, a `title` can still be a document's. */
function isTellable(rule: NameRule): boolean {
  return rule.confidence !== 'low' && withinAny(rule.category, TELLABLE_CATEGORIES);
}

/** What only the fields beside it show is less sure than what its owner says. */
function confidenceOf(rule: NameRule, isOwned: boolean): Confidence {
  return rule.needsOwner && !isOwned && rule.confidence === 'high' ? 'medium' : rule.confidence;
}
