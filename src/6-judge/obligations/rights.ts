/** Access, portability, rectification: what a person can see, take along and correct. */
import { type DataOperation, entityKey, type Route, type Store } from '../../core/behaviour.ts';
import type { ObligationRule } from '../../core/policy.ts';
import { type DataCategory, isWithin } from '../../core/privacy.ts';
import type { FunctionId } from '../../core/program.ts';
import { sameName } from './erasure.ts';
import {
  type Answer,
  accountsAmong,
  at,
  type Evidence,
  fieldsOf,
  firstStore,
  isOfSubject,
  isSecret,
  list,
  type Question,
} from './evidence.ts';
import { isShown, shownBy } from './routes.ts';

const NONE: Answer = { status: 'not-applicable', file: '', line: 1, message: 'No store of this data is visible.' };
const NO_ROUTES = 'No route is seen to lead to any store, so what people can ask for is not visible.';

/** Stores whose rows of one person are read inside `functions`, by themselves or with the rows they belong to. */
function readStores(
  functions: ReadonlySet<FunctionId>,
  { evidence, stores }: Question,
  counts: (operation: DataOperation, store: Store) => boolean = () => true,
): Set<string> {
  const found = new Set<string>();
  for (const store of evidence.behaviour.stores) {
    for (const operation of evidence.operations(['read'], store)) {
      if (!functions.has(operation.function) || !isOfSubject(operation, store) || !counts(operation, store)) continue;
      if (stores.includes(store)) found.add(store.entity);
      for (const entity of related(operation, store, evidence)) found.add(entity);
    }
  }
  return found;
}

/** Stores whose rows of one person are in what a route answers. */
function handedOut(route: Route, question: Question): Set<string> {
  const { evidence } = question;
  const reached = evidence.reachOf(route.handlers);
  const shown = shownBy(reached, evidence);
  return readStores(reached, question, (operation, store) => isShown(operation, fieldsOf(question.rule, store), shown));
}

/** `include: { orders: true }`: the entities that a read brings along. */
function related(operation: DataOperation, store: Store, evidence: Evidence): string[] {
  return operation.includes.flatMap((name) => {
    const field = store.fields.find((one) => one.name === name && one.entity !== undefined);
    const direct = field?.entity ?? evidence.storeNamed(name)?.entity;
    return direct === undefined ? [] : [direct];
  });
}

/** Fields that tell something of a person; tokens and hashes of passwords are handed to nobody, not even to them. */
function toldFields(rule: ObligationRule, store: Store): { name: string; category: DataCategory }[] {
  return fieldsOf(rule, store).filter(({ category }) => !isSecret(category));
}

function tellingStores({ stores, rule }: Question): readonly Store[] {
  return stores.filter((store) => toldFields(rule, store).length > 0);
}

/** Every store can be read, by somebody about whom it is, over some route. */
export function access(question: Question): Answer[] {
  const { evidence, rule } = question;
  const stores = tellingStores(question);
  if (stores.length === 0) return [NONE];
  const { routes } = evidence.behaviour;
  if (routes.length === 0 || !evidence.routesReachStores) return [undecided(question, NO_ROUTES)];
  const readable = readStores(evidence.reachOf(routes.flatMap(({ handlers }) => handlers)), question);
  const missing = stores.filter(({ entity }) => !readable.has(entity));
  if (missing.length === 0) {
    const [place] = stores as readonly [Store];
    const message = `Routes read ${list(stores.map(({ entity }) => entity))} for the person they are about.`;
    return [{ status: 'met', file: place.file, line: place.line, message }];
  }
  const shown = readable.size > 0 ? ` Routes show ${list([...readable])}.` : '';
  return missing.map((store) => {
    const open = evidence
      .operations(['read'], store)
      .find((one) => one.openFilter && evidence.isAskedFor(one.function));
    if (open) {
      const message = `${at(open)} reads rows of ${store.entity}, but how they are chosen is not visible.`;
      return { status: 'undecided', file: store.file, line: store.line, message };
    }
    const fields = list(toldFields(rule, store).map(({ name }) => name));
    const message = `No route reads one person's rows of ${store.entity} (${fields}).${shown}`;
    return { status: 'missing', file: store.file, line: store.line, message };
  });
}

function undecided({ stores }: Question, message: string): Answer {
  const first = firstStore(stores);
  return { status: 'undecided', file: first?.file ?? '', line: first?.line ?? 1, message };
}

/** One route hands out every store in a form that programs read. */
export function portability(question: Question): Answer[] {
  const { evidence, rule } = question;
  const stores = tellingStores(question);
  const first = firstStore(stores);
  if (!first) return [NONE];
  const { routes } = evidence.behaviour;
  if (routes.length === 0 || !evidence.routesReachStores) return [undecided(question, NO_ROUTES)];
  const ranked = routes
    .map((route) => ({ route, read: handedOut(route, question), format: formatOf(route, evidence) }))
    .filter(({ read }) => read.size > 0)
    .sort((a, b) => b.read.size - a.read.size || Number(a.format === 'page') - Number(b.format === 'page'));
  const [best] = ranked;
  if (!best) {
    const message = `No route hands out one person's rows of ${list(stores.map(({ entity }) => entity))}.`;
    return [{ status: 'missing', file: first.file, line: first.line, message }];
  }
  const { route, read, format } = best;
  const place = { file: route.file, line: route.line };
  const name = `${route.method} ${route.path}`;
  const left = stores.filter(({ entity }) => !read.has(entity)).map(({ entity }) => entity);
  if (left.length > 0) {
    const message = `No route hands out all data of a person: the most, ${name}, hands out ${list([...read])} but not ${list(left)}.`;
    return [{ status: 'missing', ...place, message }];
  }
  if (format === 'page')
    return [
      {
        status: 'missing',
        ...place,
        message: `${name} shows ${list([...read])} as a page, not in a format that programs read.`,
      },
    ];
  const wanted = rule.parameters['format'];
  if (wanted !== undefined && !(String(wanted).toLowerCase() === 'json' && format === 'data'))
    return [
      {
        status: 'undecided',
        ...place,
        message: `${name} hands out ${list([...read])}, but whether as ${wanted} is not visible.`,
      },
    ];
  if (format === null)
    return [
      {
        status: 'undecided',
        ...place,
        message: `${name} reads ${list([...read])}, but how it answers is not visible.`,
      },
    ];
  return [{ status: 'met', ...place, message: `${name} hands out ${list([...read])} in a format that programs read.` }];
}

/** How a route answers: data before files before pages. */
function formatOf(route: Route, evidence: Evidence): string | null {
  const reached = evidence.reachOf(route.handlers);
  const formats = evidence.operations(['respond']).flatMap((one) => (reached.has(one.function) ? [one.format] : []));
  if (formats.includes('data')) return 'data';
  if (formats.includes('file')) return 'file';
  if (formats.includes('page')) return 'page';
  const last = Math.max(...route.handlers.map((id) => evidence.behaviour.functions.get(id)?.endLine ?? 0));
  const returned = evidence.flows.some(
    ({ activity, sink }) =>
      activity === 'expose' && sink.file === route.file && sink.line >= route.line && sink.line <= last,
  );
  return returned ? 'data' : null;
}

/** What is observed of a person, or made for them (tokens, hashes of passwords), is nothing that they gave and could correct. */
const OBSERVED = [
  'user.authorization',
  'user.device',
  'user.behavior',
  'user.telemetry',
  'user.unique_id',
  'user.sensor',
  'user.privacy_preferences',
];

const REQUEST =
  /(?:data|privacy|subject|support|user|change|correction)_?requests?$|^requests?$|ticket|rectif|correction|dsr|dsar|case/i;
/** What happened, and what is used once: neither is there to be corrected. */
const RECORD = /audit|history|session|token|verification|reset|otp|(?:activity|access|security|event|error)_?log/i;

/** A column that says whose a row is. */
const WHOSE = /(?:user|owner|customer|member|author|account|profile|person|created_?by)_?id$/i;

/** A key of one row: `id`, or the name of a compound one (`email_teamId.email`). */
const ROW = /^_?id$|^[a-z]\w*_\w+\./i;

/** Whether a row is somebody's who could correct it: a picture in the record of a thing is not. */
function isSomebodys(store: Store): boolean {
  const isTold = (category: DataCategory | null) => category !== null && !isWithin(category, 'user.content');
  return store.subject !== null || store.fields.some(({ name, category }) => WHOSE.test(name) || isTold(category));
}

/**
 * Single rows that requests take out and make anew are corrected that way. An account is not, nor is what goes with it
 * when it is erased.
 */
function isReplaced(store: Store, reached: ReadonlySet<FunctionId>, { evidence, stores }: Question): boolean {
  if (accountsAmong(stores).includes(store)) return false;
  const made = evidence.operations(['create'], store).filter((one) => reached.has(one.function));
  return evidence
    .operations(['delete'], store)
    .some(
      ({ function: id, filter, openFilter }) =>
        made.length > 0 &&
        reached.has(id) &&
        (openFilter || filter.some(({ name }) => ROW.test(name)) || made.some((one) => one.function === id)),
    );
}

/** Every stored field is written by some update that a person can cause. */
export function rectification(question: Question): Answer[] {
  const { evidence, rule } = question;
  const withinDays = rule.parameters['days'] === undefined ? [] : rectificationDeadline(question);
  // What people ask for is no data that would have to be corrected itself.
  const stores = question.stores.filter(
    (store) => isSomebodys(store) && !REQUEST.test(store.entity) && !RECORD.test(store.entity),
  );
  if (stores.length === 0) return withinDays.length > 0 ? withinDays : [NONE];
  const { routes } = evidence.behaviour;
  const reached = evidence.reachOf(routes.flatMap(({ handlers }) => handlers));
  if (routes.length > 0 && !evidence.routesReachStores) return [undecided(question, NO_ROUTES)];
  const answers = stores.flatMap((store): Answer[] => {
    const wanted = fieldsOf(rule, store)
      .filter(({ category }) => !OBSERVED.some((key) => isWithin(category, key)))
      .map(({ name }) => name);
    if (wanted.length === 0) return [];
    const updates = evidence
      .operations(['update', 'upsert'], store)
      .filter((operation) => routes.length === 0 || reached.has(operation.function));
    const place = { file: store.file, line: store.line };
    const replaced: Answer = {
      status: 'met',
      ...place,
      message: `Rows of ${store.entity} can be deleted and made anew.`,
    };
    if (updates.length === 0) {
      if (isReplaced(store, reached, question)) return [replaced];
      const message = `Nothing that a request reaches updates ${store.entity}: ${list(wanted)} cannot be corrected.`;
      return [{ status: 'missing', ...place, message }];
    }
    const open = updates.find(({ openData }) => openData);
    const left = wanted.filter(
      (name) => !updates.some(({ data }) => data.some((one) => one.value === 'data' && sameName(one.name, name))),
    );
    const where = at(updates[0] as DataOperation);
    if (left.length === 0)
      return [{ status: 'met', ...place, message: `Updates of ${store.entity} write ${list(wanted)} (${where}).` }];
    if (open) {
      const message = `${at(open)} updates ${store.entity} with fields that are not visible: ${list(left)} may be among them.`;
      return [{ status: 'undecided', ...place, message }];
    }
    if (isReplaced(store, reached, question)) return [replaced];
    const message = `Updates of ${store.entity} (${where}) never write ${list(left)}.`;
    return [{ status: 'missing', ...place, message }];
  });
  if (answers.length === 0 && withinDays.length === 0) return [NONE];
  return [...answers, ...withinDays];
}

/** Requests to correct are kept with the date by which they must be answered. */
export function rectificationDeadline(question: Question): Answer[] {
  const { evidence, stores, rule } = question;
  const { dueDates, functions } = evidence.behaviour;
  const days = Number(rule.parameters['days'] ?? 30);
  const requests = evidence
    .operations(['create', 'upsert'])
    .filter(({ entity }) => entity !== null && REQUEST.test(entity));
  const kept = requests.flatMap((operation) =>
    dueDates
      .filter(({ name, file }) => file === operation.file && operation.data.some((field) => field.name === name))
      .map((due) => ({ operation, due })),
  );
  const [first] = kept;
  if (!first) {
    const place = requests[0] ?? firstStore(stores) ?? { file: [...functions.values()][0]?.file ?? '', line: 1 };
    const exists = requests[0] ? ` ${at(requests[0])} keeps ${requests[0].entity} without a date.` : '';
    const message = `No request is kept with a date by which it must be answered (${days} days).${exists}`;
    return [{ status: 'missing', file: place.file, line: place.line, message }];
  }
  const { due, operation } = first;
  const place = { file: due.file, line: due.line };
  const kind = entityKey(operation.entity ?? '');
  if (due.days === null)
    return [
      {
        status: 'undecided',
        ...place,
        message: `\`${due.name}\` of ${kind} is set, but the number of days is not visible.`,
      },
    ];
  const longest = Math.round(due.days * 10) / 10;
  if (longest > days)
    return [
      {
        status: 'missing',
        ...place,
        message: `\`${due.name}\` of ${kind} lies ${longest} days ahead where ${days} are promised.`,
      },
    ];
  return [
    { status: 'met', ...place, message: `\`${due.name}\` of ${kind} lies ${longest} days ahead, within ${days}.` },
  ];
}
