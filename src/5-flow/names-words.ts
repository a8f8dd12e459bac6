/**
 * Names read as English: how an identifier falls into words, and the closed classes of words that say nothing about
 * what a value holds (`new`, `value`, `get`, `by`). What is personal is data and stands in `rules/taxonomy/names.yaml`.
 */

/** Longer names are generated or minified: not read, so that no name can cost more than this. */
const LONGEST_NAME = 160;

const WORD = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}]+|\p{N}+/gu;
/** `userIDs`, `URLs`: the plural of an acronym. */
const ACRONYM_PLURAL = /(\p{Lu}{2})s(?![\p{Ll}\p{Lo}])/gu;

/** Spellings that camel case or a hyphen tears apart. */
const JOINED: ReadonlyMap<string, string> = new Map([
  ['e mail', 'email'],
  ['o auth', 'oauth'],
  ['i pv', 'ip'],
  ['i os', 'ios'],
  ['opt in', 'optin'],
  ['opt out', 'optout'],
  ['opted in', 'optedin'],
  ['opted out', 'optedout'],
]);

/** Words in `s` that are no plurals, and plurals whose stem the rules below would miss. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['ids', 'id'],
  ['ips', 'ip'],
  ['ipv', 'ip'],
  ['cookies', 'cookie'],
  ['movies', 'movie'],
  ['series', 'series'],
  ['species', 'species'],
  ['caches', 'cache'],
  ['diagnoses', 'diagnosis'],
  ['biometrics', 'biometric'],
  ['cosmetics', 'cosmetics'],
  ['children', 'child'],
  ['people', 'person'],
  ['statuses', 'status'],
  ['aliases', 'alias'],
  ['alias', 'alias'],
  ['bias', 'bias'],
  ['canvas', 'canvas'],
  ['lens', 'lens'],
  ['news', 'news'],
  ['https', 'https'],
  ['always', 'always'],
  ['does', 'does'],
  ['redis', 'redis'],
  ['postgres', 'postgres'],
  ['kubernetes', 'kubernetes'],
]);

/**
 * The words of an identifier in lower case and singular: `userIPAddresses` → `user ip address`, `e-mail` → `email`,
 * `line1` → `line 1`. Empty for a name that holds no letters or is absurdly long.
 */
export function splitWords(identifier: string): string[] {
  if (identifier.length > LONGEST_NAME) return [];
  const raw = identifier.replace(ACRONYM_PLURAL, '$1 ').match(WORD) ?? [];
  const words: string[] = [];
  for (let index = 0; index < raw.length; index++) {
    const word = (raw[index] as string).toLowerCase();
    const joined = JOINED.get(`${word} ${(raw[index + 1] ?? '').toLowerCase()}`) ?? joinedPlural(word, raw[index + 1]);
    if (joined !== undefined) index++;
    words.push(singular(joined ?? word));
  }
  return words;
}

/** `e-mails`, `optIns`. */
function joinedPlural(word: string, next: string | undefined): string | undefined {
  return next === undefined ? undefined : JOINED.get(`${word} ${singular(next.toLowerCase())}`);
}

function singular(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 4 || !word.endsWith('s') || /(?:[sui]s|ics)$/.test(word)) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** Whether a name is written as constants and environment variables are: `SMTP_PASSWORD`. */
export function isScreaming(identifier: string): boolean {
  return /^[\p{Lu}\p{N}_]*$/u.test(identifier) && /\p{Lu}{2}|\p{Lu}_/u.test(identifier);
}

/** Whether a name is written as types, classes and components are: `UserEmail`. */
export function isProper(identifier: string): boolean {
  return /^\p{Lu}[\p{L}\p{N}]*\p{Ll}/u.test(identifier) && !identifier.includes('-');
}

/** After a name's head they leave what it holds as it is: `emailValue`, `passwordInput`, `addresses2`. */
export const TRAILING = words(
  `value string str text raw input list array arr set map normalized normalised lower lowercase trimmed plain plaintext
   clear param parameter control ref current original primary secondary alternate alternative json safe const var prop
   new old encoded escaped`,
);

/** Fields that hold what their owner is named after: `email.value`, `passwordRef.current`. */
export const HOLDERS = words('value current raw string');

/** Before a name's head they leave what it holds as it is: `newEmail`, `currentUser`, `primaryAddress`. */
export const LEADING = words(
  `new old current previous prev updated existing original raw normalized normalised trimmed my your our their his her
   initial primary secondary main safe clean parsed lower selected final given provided submitted the a an x stored saved
   plain plaintext decrypted next last first real full actual other another all each unique known extra optional db`,
);

/** First in a name they make it a function or a yes-or-no: `sendEmail`, `setPassword`, `onEmail`. */
export const VERBS = words(
  `get set fetch load find send validate verify check compare parse format render update change reset create add remove
   delete edit handle on use save lookup search select hash encrypt decrypt mask redact generate make build store
   read write upsert insert query list count sort filter group assert ensure require match resolve test sync import
   export copy toggle open close show hide enable disable allow include exclude skip forgot forget mark request submit
   do should can may must will did is has have was are be been need want prefer if when by bypass ignore suppress
   refetch refresh invalidate extract convert transform register unregister link unlink connect prompt download upload view complete authenticate force always
   regenerate issue lock unlock append detect merge capture reject promote subscribe unsubscribe print remember unseed
   prepare notify provision derive exchange mut collect log track display present identify`,
);

/** The head of a name stands before them: `emailByUserId` is an e-mail, `tokenForEmail` a token. */
export const CUTTING = words('by for of from per');
/** What follows them is not the name's head either, but nor is what precedes: `emailInUse`, `signWithToken`. */
export const LINKING = words('to in on at as with without via');

/** A person's record is the person: `userData`, `CreateCustomerDto`, `patients`. */
export const RECORD = words(
  `data record info information detail dto entity profile row doc document model input form payload body obj object list
   map array arr json param parameter value result response request entry item instance snapshot record vo
   prop attribute set insert summary profile`,
);
/** The same for what only describes the fields of a record: `UserSchema`, `usersTable`. */
export const DESCRIPTION = words(
  'schema type interface table option column field shape validator update create where select args fragment',
);

/** Objects that hold whatever was put in: neither a person nor not one. */
export const CONTAINERS = words(
  `body query param parameter input data payload dto value form field arg prop req request res response json result row
   record doc this self ctx context state obj object header variable output detail info attribute local
   current original where create update select set node edge entry item parsed validated raw event message job
   claim metadata user_metadata previous next snapshot to from new old control ref element target formdata root option`,
);

/** Parts of a user interface, and what is done with them: of `CreateTeamDialog` the team is left. */
export const INTERFACE = words(
  `form field dialog modal page setting button menu view screen section card sheet drawer panel wizard step control label
   input list table row column item icon image color theme style popover tab area text select picker editor builder
   component container header footer route router navigation template placeholder new inner base general`,
);

/** Verbs of functions that give what the rest of their name says. */
export const GETTERS = words('get fetch load read extract generate create build make compute decrypt retrieve lookup');

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
