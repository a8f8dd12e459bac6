/** The rules of names, indexed by their words, and how they are found in a name. */
import type { NameRule, NameRules } from '../core/catalogue.ts';
import type { DataSubject } from '../core/privacy.ts';
import {
  CUTTING,
  DESCRIPTION,
  isScreaming,
  LEADING,
  LINKING,
  RECORD,
  splitWords,
  TRAILING,
  VERBS,
} from './names-words.ts';

/** The rules, indexed by the words they match. */
export interface Lexicon {
  /** {@link splitWords}, remembered: the same few names come again and again. */
  readonly wordsOf: (name: string) => readonly string[];
  readonly rules: ReadonlyMap<string, readonly CompiledRule[]>;
  /** The last words of the rules' names: a name with none of them holds nothing. */
  readonly heads: ReadonlySet<string>;
  /** Words of the longest name of a rule. */
  readonly longest: number;
  readonly people: ReadonlyMap<string, DataSubject>;
  readonly longestPerson: number;
  readonly negative: Phrases;
  readonly otherOwners: Phrases;
}

export interface CompiledRule extends NameRule {
  readonly unlessPhrases: Phrases;
}

const lexicons = new WeakMap<NameRules, Lexicon>();

/** The rules, indexed once, however many programs are analysed by them: a test of a policy analyses hundreds. */
export function lexiconOf(rules: NameRules): Lexicon {
  const known = lexicons.get(rules) ?? compileNames(rules);
  lexicons.set(rules, known);
  return known;
}

function compileNames(rules: NameRules): Lexicon {
  const index = new Map<string, CompiledRule[]>();
  for (const rule of rules.rules) {
    const compiled = { ...rule, unlessPhrases: phrasesOf(rule.unless) };
    for (const key of new Set(rule.names.map(normalise))) index.set(key, [...(index.get(key) ?? []), compiled]);
  }
  const people = new Map([...rules.people].map(([words, subject]) => [normalise(words), subject]));
  return {
    wordsOf: remembered(splitWords),
    rules: index,
    heads: new Set([...index.keys()].map((key) => key.slice(key.lastIndexOf(' ') + 1))),
    longest: longestOf(index.keys()),
    people,
    longestPerson: longestOf(people.keys()),
    negative: phrasesOf(rules.negative),
    otherOwners: phrasesOf(rules.otherOwners),
  };
}

/** Word sequences to be found anywhere in a name. */
export interface Phrases {
  readonly known: ReadonlySet<string>;
  readonly longest: number;
}

function phrasesOf(phrases: readonly string[]): Phrases {
  const known = new Set(phrases.map(normalise));
  return { known, longest: longestOf(known) };
}

/** Whether one of the phrases stands somewhere in the words. */
export function mentions(words: readonly string[], phrases: Phrases): boolean {
  return words.some((_, index) => endsWith(words, index + 1, phrases));
}

/** Whether one of the phrases ends `words[0 … end)`. */
function endsWith(words: readonly string[], end: number, { known, longest }: Phrases): boolean {
  for (let start = Math.max(0, end - longest); start < end; start++) {
    if (known.has(words.slice(start, end).join(' '))) return true;
  }
  return false;
}

function remembered(split: (name: string) => string[]): (name: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (name) => {
    let words = known.get(name);
    if (words === undefined) {
      words = split(name);
      known.set(name, words);
    }
    return words;
  };
}

function normalise(words: string): string {
  return splitWords(words).join(' ');
}

function longestOf(keys: Iterable<string>): number {
  let longest = 0;
  for (const key of keys) longest = Math.max(longest, key.split(' ').length);
  return longest;
}

/** Whether an object of this name is known to be about something else than a person. */
export function isOther(lexicon: Lexicon, words: readonly string[]): boolean {
  for (let end = words.length; end > 0; end--) {
    if (endsWith(words, end, lexicon.otherOwners)) return true;
    const last = words[end - 1] as string;
    if (!RECORD.has(last) && !DESCRIPTION.has(last)) return false;
  }
  return false;
}

/** The person a name stands for. As an `owner` it may also be what describes or fetches one: `UserSchema`, `getUser`. */
export function personIn(lexicon: Lexicon, name: string, as: 'value' | 'owner'): DataSubject | null {
  if (as === 'value' && isScreaming(name)) return null;
  const words = withoutMark(name, lexicon.wordsOf(name));
  const link = words.findIndex((_, index) => isLink(words, index));
  const whole = link > 0 ? link : words.length;
  const end = headOf(lexicon, words, whole, as);
  const match = longestPersonAt(lexicon, words, end);
  if (match === null) return null;
  const before = words.slice(0, match.start);
  if (mentions(before, lexicon.negative)) return null;
  // A profile is a person's, unless it says whose: `assetProfile`. Nor is one of its fields a person: `profileField`.
  const isRecord = RECORD.has(words[match.start] as string);
  if (isRecord && (mentions(before, lexicon.otherOwners) || words.slice(end, whole).includes('field'))) return null;
  return as === 'value' && isFunction(before, end < whole) ? null : match.subject;
}

/** `IUser` is a user. */
function withoutMark(name: string, words: readonly string[]): readonly string[] {
  return words.length > 1 && words[0] === 'i' && /^I\p{Lu}/u.test(name) ? words.slice(1) : words;
}

/** Where a name's head ends when what makes it a record is left out: `user` in `userData`. */
function headOf(lexicon: Lexicon, words: readonly string[], whole: number, as: 'value' | 'owner'): number {
  const isLeftOut = (word: string) =>
    RECORD.has(word) || /^\d+$/.test(word) || (as === 'owner' && DESCRIPTION.has(word));
  let end = whole;
  while (end > 1 && longestPersonAt(lexicon, words, end) === null && isLeftOut(words[end - 1] as string)) end--;
  return end;
}

/** `createUser` and `getUserData` are functions, but `CreateUserDto` and `updateUserInput` are records. */
function isFunction(before: readonly string[], isRecord: boolean): boolean {
  const verb = before[0] ?? '';
  return VERBS.has(verb) && !(isRecord && WRITING.has(verb));
}

const WRITING = new Set(['create', 'update', 'add', 'edit', 'register']);

function longestPersonAt(
  lexicon: Lexicon,
  words: readonly string[],
  end: number,
): { readonly start: number; readonly subject: DataSubject } | null {
  for (let start = Math.max(0, end - lexicon.longestPerson); start < end; start++) {
    const subject = lexicon.people.get(words.slice(start, end).join(' '));
    if (subject !== undefined) return { start, subject };
  }
  return null;
}

/** A rule's words found in a name: `words[start … end)`. */
export interface Match {
  readonly rules: readonly CompiledRule[];
  readonly start: number;
  readonly end: number;
}

/** Words before the head that leave it what it is: a person's or an adjective. */
export function isQuiet(lexicon: Lexicon, word: string): boolean {
  return LEADING.has(word) || lexicon.people.has(word);
}

/**
 * The person a name itself names (`newCustomerEmail`, `patientName`), and where the words about that person's data
 * start. `userAgent` and `userName` name nobody.
 */
export function personNamed(
  lexicon: Lexicon,
  words: readonly string[],
  match: Match,
): { readonly subject: DataSubject; readonly end: number } | null {
  const isFixed = words[match.start] === 'user' && ['agent', 'name', 'handle'].includes(words[match.start + 1] ?? '');
  for (let end = isFixed ? match.start : match.end - 1; end > 0; end--) {
    const person = longestPersonAt(lexicon, words, end);
    if (person !== null) return { subject: person.subject, end };
  }
  return null;
}

/** A rule that the owner begins and the name ends: `card.number`, `coords.latitude`. */
export function matchAcross(lexicon: Lexicon, owner: readonly string[], words: readonly string[]): Match | null {
  if (owner.length === 0 || words.length >= lexicon.longest) return null;
  for (let count = Math.min(owner.length, lexicon.longest - words.length); count > 0; count--) {
    // A `user`'s `name` is no `user name`.
    if (owner.slice(-count).some((word) => lexicon.people.has(word))) continue;
    const rules = lexicon.rules.get([...owner.slice(-count), ...words].join(' '));
    if (rules !== undefined) return { rules, start: 0, end: words.length };
  }
  return null;
}

/** The rule a name's head matches. */
export function matchIn(lexicon: Lexicon, words: readonly string[]): Match | null {
  const link = words.findIndex((_, index) => isLink(words, index));
  const whole = matchAtEnd(lexicon, words, words.length);
  if (whole !== null && (link < 0 || whole.start < link)) return whole;
  if (link < 0 || !CUTTING.has(words[link] as string) || ORDERING.has(words[link - 1] as string)) return null;
  return matchAtEnd(lexicon, words, link);
}

/** Words before `by` that make what follows a mere order. */
const ORDERING = new Set(['order', 'sort', 'group', 'filter', 'key', 'index', 'count', 'find', 'search', 'partition']);

/** `by` after a participle links nothing: `createdByEmail` is an e-mail, `usersByEmail` are users. */
function isLink(words: readonly string[], index: number): boolean {
  const word = words[index] as string;
  if (index === 0) return false;
  if (word === 'by') return !(words[index - 1] as string).endsWith('ed');
  return CUTTING.has(word) || LINKING.has(word);
}

function matchAtEnd(lexicon: Lexicon, words: readonly string[], limit: number): Match | null {
  for (let end = limit; end > 0; end--) {
    for (let start = Math.max(0, end - lexicon.longest); start < end; start++) {
      const rules = lexicon.rules.get(words.slice(start, end).join(' '));
      if (rules !== undefined) return { rules, start, end };
    }
    const last = words[end - 1] as string;
    if (!TRAILING.has(last) && !/^\d+$/.test(last)) return null;
  }
  return null;
}
