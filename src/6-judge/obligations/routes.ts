/** Who gets through to whose rows: role guards on staff routes, owner and tenant predicates, sign-out. */
import type { DataOperation, Route, Spot, Store } from '../../core/behaviour.ts';
import {
  type Answer,
  at,
  type Evidence,
  fieldsOf,
  firstStore,
  isAsked,
  isDate,
  isOwn,
  list,
  type Question,
} from './evidence.ts';

const NO_ROUTES: Answer = { status: 'not-applicable', file: '', line: 1, message: 'No route returns this data.' };
export const STAFF =
  /(?:^|[/_.-])(?:admin\w*|staff|ops|support|backoffice|back-office|(?<!_)internal|moderation|moderator|management|crm|console|agents?|employees?)(?:[/_.+-]|$)/i;

/** Routes that other programs call, or that set a server up: no person asks there, and none signs up. */
export const MACHINE =
  /(?:^|[/_.-])(?:web-?hooks?|hooks|cron|jobs?|scim|import\w*|sync\w*|seed\w*|migrat\w*|setup|install\w*)(?:[/_.+-]|$)/i;

interface Reading {
  readonly route: Route;
  readonly operation: DataOperation;
  readonly store: Store;
}

/** Reads of personal rows that routes lead to. */
function readingsOf({ evidence, stores, rule }: Question): Reading[] {
  return evidence.behaviour.routes.flatMap((route) => {
    const reached = evidence.reachOf(route.handlers);
    const shown = shownBy(reached, evidence);
    return stores.flatMap((store) =>
      evidence
        .operations(['read'], store)
        .filter((operation) => reached.has(operation.function) && isShown(operation, fieldsOf(rule, store), shown))
        .map((operation) => ({ route, operation, store })),
    );
  });
}

/** Places of reads whose rows are in an answer as they are, and of those where data starts that leaves the program. */
interface Shown {
  readonly whole: ReadonlySet<string>;
  readonly exposed: ReadonlySet<string>;
}

export function shownBy(reached: ReadonlySet<number>, evidence: Evidence): Shown {
  const answers = evidence.operations(['respond']).filter(({ function: id }) => reached.has(id));
  const files = new Set([...reached].map((id) => evidence.behaviour.functions.get(id)?.file));
  const flows = evidence.flows.filter(({ activity, sink }) => activity === 'expose' && files.has(sink.file));
  return {
    whole: new Set(answers.flatMap((operation) => operation.answers.map(spotKey))),
    exposed: new Set(flows.map(({ source }) => spotKey(source))),
  };
}

function spotKey({ file, line }: Spot): string {
  return `${file}:${line}`;
}

/** Rows that only help to decide are not shown: an answer, or a flow out of the program, has to start at the read. */
export function isShown(operation: DataOperation, fields: readonly { readonly name: string }[], shown: Shown): boolean {
  const key = spotKey(operation);
  return (shown.whole.has(key) && asksFor(operation, fields)) || shown.exposed.has(key);
}

/** Whether a read that names what it wants wants any of these. */
function asksFor({ includes }: DataOperation, fields: readonly { readonly name: string }[]): boolean {
  return includes.length === 0 || fields.some(({ name }) => includes.includes(name));
}

/** Rows of many people, or of whoever the request names. */
function isOthers({ operation }: Reading, evidence: Evidence): boolean {
  return !operation.filter.some((field) => isOwn(evidence.resolve(field.origins)));
}

function hasRole({ route, operation }: Reading, evidence: Evidence): boolean {
  const holds = ({ kind }: { readonly kind: string }): boolean => kind === 'role';
  return (
    route.guards.some(({ kind }) => kind === 'role') ||
    operation.conditions.some(holds) ||
    !evidence.reachedWithout(route, operation.function, holds)
  );
}

function isStaff({ route, operation }: Reading): boolean {
  if (STAFF.test(route.path) || STAFF.test(route.file)) return true;
  // A list without any choice of rows is a list of everybody.
  return operation.filter.filter((field) => !isDate(field)).length === 0 && !operation.openFilter;
}

/** Every route that returns other people's data sits behind a role or permission check. */
export function roleGuard(question: Question): Answer[] {
  const { evidence } = question;
  const readings = readingsOf(question).filter((one) => isStaff(one) && isOthers(one, evidence));
  if (readings.length === 0) return [NO_ROUTES];
  return perRoute(readings, (all) => {
    const [{ route }] = all;
    const rows = list(all.map(({ store }) => store.entity));
    const name = `${route.method} ${route.path}`;
    const open = all.find((one) => !hasRole(one, evidence));
    if (!open) return ofRole(all, name, rows, question);
    const others = route.guards.map((guard) => guard.name);
    const exists = others.length > 0 ? ` In front of it: ${list(others)}, none of which checks a role.` : '';
    return { status: 'missing', message: `${name} returns other people's ${rows} without a role check.${exists}` };
  });
}

/** Whether the role that is promised is the one that is checked; not decidable where no role is named. */
function ofRole(
  all: readonly Reading[],
  name: string,
  rows: string,
  { evidence, rule }: Question,
): Pick<Answer, 'status' | 'message'> {
  const { role } = rule.parameters;
  const met = `${name} returns other people's ${rows} behind a role check`;
  if (role === undefined) return { status: 'met', message: `${met}.` };
  const checked = all.map((one) => rolesOf(one, evidence));
  if (checked.every((words) => words.some((word) => namesRole(word, String(role)))))
    return { status: 'met', message: `${met} for ${role}.` };
  const literal = [...new Set(checked.flat())].filter((word) => !/role|permission|guard|authori|access/i.test(word));
  if (literal.length === 0) return { status: 'undecided', message: `${met}, but for which role is not visible.` };
  return { status: 'missing', message: `${met} that names ${list(literal)} and not ${role}.` };
}

/** What role checks before a reading name: `support` of `requireRole('support')`, `isAdmin`. */
function rolesOf({ route, operation }: Reading, evidence: Evidence): string[] {
  const before = route.guards
    .filter(({ kind }) => kind === 'role')
    .flatMap(({ name, words }) => (words.length > 0 ? words : [name]));
  const reached = evidence.reachOf(route.handlers);
  const edges = evidence.behaviour.calls.filter(({ caller }) => reached.has(caller));
  const conditions = [...operation.conditions, ...edges.flatMap((edge) => edge.conditions)];
  return [...before, ...conditions.flatMap(({ kind, words }) => (kind === 'role' ? (words ?? []) : []))];
}

function namesRole(word: string, role: string): boolean {
  const parts = (text: string): string[] =>
    text
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z\d]+/)
      .map((part) => part.replace(/s$/, ''));
  const wanted = parts(role);
  const named = parts(word);
  return wanted.every((part) => named.includes(part));
}

function perRoute(
  readings: readonly Reading[],
  judge: (all: readonly [Reading, ...Reading[]]) => Pick<Answer, 'status' | 'message'>,
): Answer[] {
  const groups = new Map<string, [Reading, ...Reading[]]>();
  for (const reading of readings) {
    const key = `${reading.route.method} ${reading.route.path} ${at(reading.route)}`;
    const group = groups.get(key);
    if (group) group.push(reading);
    else groups.set(key, [reading]);
  }
  return [...groups.values()].map((group) => {
    const { file, line, openGuards } = group[0].route;
    const { status, message } = judge(group);
    // A schema's directive, a procedure's builder or a wrapper may check what the code around the handler does not.
    return { file, line, status: openGuards && status === 'missing' ? 'undecided' : status, message };
  });
}

const TENANT = /tenant|seller|org|shop|company|workspace|store|vendor|account|team|merchant|pharmacy/i;

/** People get their own rows only: the choice of rows holds who is signed in, not what the request names alone. */
export function ownerPredicate(question: Question): Answer[] {
  return predicate(question, null, 'owner');
}

/** The same for the rows of sellers, shops, organisations. */
export function tenantPredicate(question: Question): Answer[] {
  return predicate(question, TENANT, 'tenant');
}

function predicate(question: Question, fields: RegExp | null, what: string): Answer[] {
  const { evidence } = question;
  const readings = readingsOf(question).filter(
    (one) =>
      !STAFF.test(one.route.path) &&
      !MACHINE.test(one.route.path) &&
      !isSignIn(one, evidence) &&
      !hasRole(one, evidence) &&
      one.operation.filter.length > 0 &&
      (fields === null || one.store.fields.some(({ name }) => fields.test(name) && /id$/i.test(name))),
  );
  if (readings.length === 0) return [NO_ROUTES];
  return perRoute(readings, (all) => {
    const [{ route }] = all;
    const name = `${route.method} ${route.path}`;
    const judged = all.map((one) => ({ one, answer: ownershipOf(one, fields, evidence) }));
    const asked = judged.find(({ answer }) => answer === 'asked');
    if (asked) {
      const { operation, store } = asked.one;
      const by = list(operation.filter.map((field) => field.name));
      const message = `${name} returns rows of ${store.entity} chosen by ${by} from the request alone (${at(operation)}): nothing compares the ${what} with who is signed in.`;
      return { status: 'missing', message };
    }
    const hidden = judged.find(({ answer }) => answer === 'unknown');
    if (hidden) {
      const { operation, store } = hidden.one;
      return {
        status: 'undecided',
        message: `${name} returns rows of ${store.entity} (${at(operation)}), but where their choice comes from is not visible.`,
      };
    }
    return {
      status: 'met',
      message: `${name} returns the rows of the signed-in ${what === 'owner' ? 'person' : what} only.`,
    };
  });
}

const SIGN_IN = /(?:sign|log)-?_?(?:in|on)\b|credential|authenticat/i;

/** Whoever signs in names the account, and proves it by the password. */
function isSignIn({ route, operation }: Reading, evidence: Evidence): boolean {
  return SIGN_IN.test(route.path) || SIGN_IN.test(evidence.nameOf(operation.function));
}

function ownershipOf(
  { route, operation }: Reading,
  fields: RegExp | null,
  evidence: Evidence,
): 'own' | 'asked' | 'unknown' {
  const holds = ({ kind }: { readonly kind: string }): boolean => kind === 'owner';
  const chosen = operation.filter.filter(({ name }) => fields === null || fields.test(name));
  if (chosen.some((field) => isOwn(evidence.resolve(field.origins)))) return 'own';
  if (operation.conditions.some(holds) || route.guards.some(({ kind }) => kind === 'owner')) return 'own';
  if (isComparedLater(operation, evidence)) return 'own';
  if (operation.filter.some((field) => isAsked(evidence.resolve(field.origins)))) return 'asked';
  return 'unknown';
}

/** `if (order.userId !== req.user.id) return 404`: the answer depends on the owner of what was read. */
function isComparedLater(operation: DataOperation, evidence: Evidence): boolean {
  const answers = evidence
    .operations(['respond'])
    .filter((one) => one.function === operation.function && one.line >= operation.line);
  const owned = evidence.flows.some(
    ({ activity, source, guards }) =>
      activity === 'expose' &&
      source.file === operation.file &&
      source.line === operation.line &&
      guards.some(({ kind }) => kind === 'owner'),
  );
  return owned || answers.some(({ conditions }) => conditions.some(({ kind }) => kind === 'owner'));
}

/** A way out: the session ends where the person asks for it. */
export function signOut({ evidence, stores }: Question): Answer[] {
  const { routes, operations, functions } = evidence.behaviour;
  // Where sessions are rows, deleting one ends it.
  const ending = operations.filter(
    ({ verb, entity }) => verb === 'sign-out' || (verb === 'delete' && /session/i.test(entity ?? '')),
  );
  const named = routes.find(({ path }) => /(?:sign|log)-?_?(?:out|off)/i.test(path));
  const reached =
    ending.find((operation) => evidence.routesTo(operation.function).length > 0) ??
    // A page asks the provider itself: `<button onClick={() => signOut()}>`.
    ending.find(({ verb }) => verb === 'sign-out');
  if (named) {
    const own = ending.find((operation) => evidence.reachOf(named.handlers).has(operation.function));
    const place = { file: named.file, line: named.line };
    if (own)
      return [{ status: 'met', ...place, message: `${named.method} ${named.path} ends the session (${at(own)}).` }];
    return [
      { status: 'missing', ...place, message: `${named.method} ${named.path} answers without ending the session.` },
    ];
  }
  if (reached)
    return [
      { status: 'met', file: reached.file, line: reached.line, message: `The session is ended at ${at(reached)}.` },
    ];
  const signsIn = routes.find(({ path }) => SIGN_IN.test(path) || /session/i.test(path));
  const person = firstStore(stores.filter(({ subject }) => subject !== null));
  if (!signsIn && !person)
    return [{ status: 'not-applicable', file: '', line: 1, message: 'No code signs people in.' }];
  const place = signsIn ?? person ?? { file: [...functions.values()][0]?.file ?? '', line: 1 };
  const message = signsIn
    ? `${signsIn.method} ${signsIn.path} signs people in, but no route ends a session.`
    : 'No route ends a session.';
  return [{ status: signsIn ? 'missing' : 'undecided', file: place.file, line: place.line, message }];
}
