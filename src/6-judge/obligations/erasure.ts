/** Erasure, retention, closing accounts: what becomes of the data in the end. */
import { type DataOperation, entityKey, type Store, type WrittenField } from '../../core/behaviour.ts';
import type { FunctionId } from '../../core/program.ts';
import {
  type Answer,
  accountsAmong,
  at,
  type Evidence,
  fieldsOf,
  firstStore,
  isDate,
  isOfSubject,
  isSecret,
  list,
  type Question,
} from './evidence.ts';

const NONE: Answer = { status: 'not-applicable', file: '', line: 1, message: 'No store of this data is visible.' };

function isErased({ value }: WrittenField): boolean {
  return value !== 'data' && value !== 'true';
}

/** What an operation leaves of a store: nothing, some columns, or everything (null). */
function leavesOf(operation: DataOperation, store: Store, { rule }: Question): string[] | null {
  if (operation.verb === 'delete') return [];
  const erased = new Set(operation.data.filter(isErased).map(({ name }) => name.toLowerCase()));
  const columns = fieldsOf(rule, store).map(({ name }) => name);
  const left = columns.filter(
    (name) => !erased.has(name.replace(/_/g, '').toLowerCase()) && !erased.has(name.toLowerCase()),
  );
  // A code that is taken back erases nobody.
  const told = fieldsOf(rule, store).filter(({ category }) => !isSecret(category));
  const keepsAll = told.length > 0 ? told.every(({ name }) => left.includes(name)) : left.length === columns.length;
  return keepsAll || operation.openData ? null : left;
}

interface Coverage {
  readonly id: FunctionId;
  /** By entity: what each operation on it leaves. */
  readonly erased: ReadonlyMap<string, { readonly operation: DataOperation; readonly left: readonly string[] }>;
  readonly size: number;
}

/** What a function erases of one person, by itself and through those it calls. */
function coverageOf(
  id: FunctionId,
  question: Question,
  counts: (one: DataOperation, store: Store) => boolean,
): Coverage {
  const { evidence, stores } = question;
  const reached = evidence.reach(id);
  const erased = new Map<string, { operation: DataOperation; left: readonly string[] }>();
  for (const store of stores) {
    for (const operation of evidence.operations(['delete', 'update', 'upsert'], store)) {
      if (!reached.has(operation.function) || !counts(operation, store)) continue;
      const left = leavesOf(operation, store, question);
      if (left === null) continue;
      const known = erased.get(store.entity);
      if (!known || left.length < known.left.length) erased.set(store.entity, { operation, left });
    }
  }
  addCascades(erased, question);
  return { id, erased, size: reached.size };
}

/** Rows that the database deletes with those they refer to. */
function addCascades(
  erased: Map<string, { operation: DataOperation; left: readonly string[] }>,
  { evidence, stores }: Question,
): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const store of stores) {
      if (erased.has(store.entity)) continue;
      for (const parent of store.cascades) {
        const name = evidence.storeNamed(parent)?.entity ?? parent;
        const above = erased.get(name);
        if (above?.operation.verb !== 'delete') continue;
        erased.set(store.entity, above);
        changed = true;
        break;
      }
    }
  }
}

/** Functions that could be "the" erasure: any but the bodies of modules, which reach everything. */
function bestCoverage(question: Question, counts: (one: DataOperation, store: Store) => boolean): Coverage | null {
  const { evidence } = question;
  const accounts = accountsAmong(question.stores);
  const touching = new Set(evidence.operations(['delete', 'update', 'upsert']).map((operation) => operation.function));
  const candidates = new Set([...touching].flatMap((id) => [...evidence.above(id)]));
  let best: Coverage | null = null;
  for (const id of candidates) {
    if (evidence.behaviour.functions.get(id)?.module && !touching.has(id)) continue;
    const coverage = coverageOf(id, question, counts);
    // Sessions and messages are deleted all the time; somebody is erased where the account goes.
    if (coverage.erased.size === 0 || (accounts.length > 0 && !accounts.some((one) => coverage.erased.has(one.entity))))
      continue;
    if (!best || rank(coverage, evidence) > rank(best, evidence)) best = coverage;
  }
  return best;
}

/** One that requests lead to, then the most erased, then a function with a name, then the smallest. */
function rank(coverage: Coverage, evidence: Evidence): number {
  const asked = evidence.isAskedFor(coverage.id) ? 1e9 : 0;
  return asked + score(coverage) * 1e6 + (evidence.isNamed(coverage.id) ? 5e5 : 0) - Math.min(coverage.size, 4e5);
}

function score({ erased }: Coverage): number {
  return [...erased.values()].reduce((sum, { left }) => sum + (left.length === 0 ? 2 : 1), 0);
}

/** Every store of a person's data is deleted or anonymised, filtered by subject, in all identifying columns. */
export function erasure(question: Question): Answer[] {
  const { stores } = question;
  const first = firstStore(stores);
  if (!first) return [NONE];
  const best = bestCoverage(question, isOfSubject);
  if (!best) return [nothingErases(first, question)];
  return judgeCoverage(best, question, 'deletes or anonymises');
}

function nothingErases(first: Store, { evidence, stores }: Question): Answer {
  const place = { file: first.file, line: first.line };
  const names = list(stores.map(({ entity }) => entity));
  const hidden = evidence.operations(['delete']).find(({ entity }) => entity === null);
  if (hidden) {
    const message = `A deletion at ${at(hidden)} does not show which of ${names} it is about.`;
    return { status: 'undecided', ...place, message };
  }
  const everybody = stores
    .flatMap((store) => evidence.operations(['delete'], store))
    .find(({ filter, openFilter }) => filter.length === 0 && !openFilter);
  const soft = evidence
    .operations(['update'], first)
    .find(({ data }) => data.some(({ name }) => /delet|closed|active/i.test(name)));
  const instead = everybody
    ? ` ${at(everybody)} deletes all rows, not those of one person.`
    : soft
      ? ` ${at(soft)} only marks the row.`
      : '';
  return {
    status: 'missing',
    ...place,
    message: `No code deletes or anonymises one person's rows of ${names}.${instead}`,
  };
}

function judgeCoverage(best: Coverage, question: Question, does: string): Answer[] {
  const { evidence, stores, rule } = question;
  const name = evidence.nameOf(best.id);
  const done = list([...best.erased.keys()]);
  const hidden = evidence
    .operations(['delete'])
    .find(({ entity, function: id }) => entity === null && evidence.reach(best.id).has(id));
  const accounts = accountsAmong(stores);
  const missing = stores.flatMap((store): Answer[] => {
    const own = best.erased.get(store.entity);
    if (own && own.left.length === 0) return [];
    if (!belongsTo(store, accounts) && erasesByItself(store, question)) return [];
    const place = { file: store.file, line: store.line };
    if (own) {
      const message = `${name} overwrites ${store.entity} at ${at(own.operation)} but leaves ${list(own.left)}.`;
      return [{ status: 'missing', ...place, message }];
    }
    const fields = list(fieldsOf(rule, store).map((field) => field.name));
    if (hidden) {
      const message = `${name} deletes rows at ${at(hidden)} whose model is not visible: ${store.entity} may be among them.`;
      return [{ status: 'undecided', ...place, message }];
    }
    const other = elsewhere(store, question);
    return [
      { status: 'missing', ...place, message: `${name} ${does} ${done} but not ${store.entity} (${fields}).${other}` },
    ];
  });
  if (missing.length > 0) return missing;
  const { file, line } = evidence.behaviour.functions.get(best.id) ?? { file: '', line: 1 };
  const place = { file, line };
  const days = rule.obligation === 'erasure' ? rule.parameters['days'] : undefined;
  if (days !== undefined && evidence.routesTo(best.id).length === 0) {
    const message = `${name} ${does} ${done}, but no request is seen to lead there: whether within ${days} days is not visible.`;
    return [{ status: 'undecided', ...place, message }];
  }
  return [{ status: 'met', ...place, message: `${name} ${does} ${done}.` }];
}

/** `userId`, `user_id` */
const REFERENCE = /^(\w+?)_?id$/i;

/** Whether a store's rows are an account's, or refer to one. */
function belongsTo(store: Store, accounts: readonly Store[]): boolean {
  return accounts.some(
    (account) =>
      account === store ||
      store.fields.some(
        ({ name, entity }) =>
          entity === account.entity || REFERENCE.exec(name)?.[1]?.toLowerCase() === entityKey(account.entity),
      ),
  );
}

/** Whether requests delete rows of people without an account, of whom somebody else keeps records. */
function erasesByItself(store: Store, { evidence }: Question): boolean {
  return evidence
    .operations(['delete'], store)
    .some((operation) => isOfSubject(operation, store) && evidence.isAskedFor(operation.function));
}

/** What is done to a store where it does not count. */
function elsewhere(store: Store, { evidence }: Question): string {
  const found = evidence.operations(['delete'], store)[0];
  if (!found) return '';
  const whose = isOfSubject(found, store) ? 'on another path' : 'without saying whose';
  return ` ${at(found)} deletes its rows ${whose}.`;
}

/** Whether rows go within the days that are promised; not decidable where the code does not show after how many they do. */
function inTime(
  does: string,
  periods: readonly number[],
  { rule }: Question,
  every: number | null = null,
): Pick<Answer, 'status' | 'message'> {
  const promised = rule.parameters['days'];
  if (promised === undefined) return { status: 'met', message: `${does}.` };
  if (periods.length === 0)
    return {
      status: 'undecided',
      message: `${does}, but after how many days is not visible; ${promised} are promised.`,
    };
  // Days are promised in whole ones: who comes every day is never late, who comes once a month is.
  const longest = Math.max(...periods) + (every !== null && every > 1 ? every : 0);
  const days = `after ${longest < 1 ? 'less than a day' : counted(longest)}`;
  return longest <= Number(promised)
    ? { status: 'met', message: `${does} ${days}, within ${promised}.` }
    : { status: 'missing', message: `${does} ${days} where ${promised} are promised.` };
}

function counted(days: number): string {
  const whole = Math.round(days * 10) / 10;
  return `${whole} ${whole === 1 ? 'day' : 'days'}`;
}

/** A time to live or a scheduled purge for every store, within the days that are promised. */
export function retention(question: Question): Answer[] {
  const { evidence, stores } = question;
  if (stores.length === 0) return [NONE];
  const ending = endings(question);
  return stores.map((store): Answer => {
    const place = { file: store.file, line: store.line };
    const own = ending(store);
    if (own) return { ...place, ...own };
    for (const name of store.cascades) {
      const parent = evidence.storeNamed(name);
      const above = parent && ending(parent);
      if (above)
        return { ...place, ...above, message: `${store.entity} is deleted with ${parent.entity}. ${above.message}` };
    }
    const [idle] = purgesOf(store, question);
    if (idle) {
      const message = `${at(idle)} purges ${store.entity} by age, but nothing in the code schedules it.`;
      return { status: 'undecided', ...place, message };
    }
    const others = stores.filter((other) => ending(other) !== null).map(({ entity }) => entity);
    const instead = others.length > 0 ? ` Only ${list(others)} ${others.length > 1 ? 'are' : 'is'} purged.` : '';
    const message = `Nothing ends the storage of ${store.entity}: it has no time to live, and no job deletes its rows by age.${instead}`;
    return { status: 'missing', ...place, message };
  });
}

/** Deletions and erasing updates that choose a store's rows by a date. */
function purgesOf(store: Store, question: Question): DataOperation[] {
  return question.evidence
    .operations(['delete', 'update'], store)
    .filter((one) => one.filter.some(isDate) && leavesOf(one, store, question)?.length === 0);
}

/** How a store's rows end by themselves or by a job, if they do. */
function endings(question: Question): (store: Store) => Pick<Answer, 'status' | 'message'> | null {
  const { evidence } = question;
  const jobs = evidence.behaviour.jobs.map(({ handlers, every }) => ({ reached: evidence.reachOf(handlers), every }));
  const running = ({ function: id }: DataOperation) => jobs.filter(({ reached }) => reached.has(id));
  return (store) => {
    const { entity, expires, lifetime } = store;
    if (expires) return inTime(`Rows of ${entity} expire by themselves`, lifetime === null ? [] : [lifetime], question);
    const run = purgesOf(store, question).find((one) => running(one).length > 0);
    if (run)
      return inTime(
        `A job purges ${entity} by age at ${at(run)}`,
        evidence.periodsOf(run),
        question,
        oftenest(running(run)),
      );
    const emptied = evidence
      .operations(['delete'], store)
      .find((one) => one.filter.length === 0 && !one.openFilter && running(one).length > 0);
    if (!emptied) return null;
    const every = oftenest(running(emptied));
    return inTime(`A job empties ${entity} at ${at(emptied)}`, every === null ? [] : [every], question);
  };
}

/** How often the first of several jobs comes round; null when one of them does not show it. */
function oftenest(jobs: readonly { readonly every: number | null }[]): number | null {
  const known = jobs.flatMap(({ every }) => (every === null ? [] : [every]));
  return known.length < jobs.length ? null : Math.min(...known);
}

const CLOSING = /status|state|active|closed|deactivat|disabled|deleted/i;
const CLOSED = /^(?:closed|deactivated|inactive|disabled|deleted|terminated|cancelled)$/i;

interface Closing {
  readonly operation: DataOperation;
  /** Null: the row is gone. */
  readonly flag: string | null;
}

function closingsOf(store: Store, evidence: Evidence): Closing[] {
  return evidence.operations(['delete', 'update'], store).flatMap((operation): Closing[] => {
    if (!isOfSubject(operation, store)) return [];
    if (operation.verb === 'delete') return [{ operation, flag: null }];
    const flag = operation.data.find(
      ({ name, value, text }) =>
        CLOSING.test(name) && (value === 'made' || value === 'true' || value === 'false' || CLOSED.test(text ?? '')),
    );
    return flag ? [{ operation, flag: flag.name }] : [];
  });
}

/** A person can close the account, and what the closing writes is read before the account is used. */
export function accountClosing(question: Question): Answer[] {
  return closing(question, true);
}

/** Only the second half: closed accounts are locked out. */
export function accountStatus(question: Question): Answer[] {
  return closing(question, false);
}

function closing({ evidence, stores, people }: Question, needsRoute: boolean): Answer[] {
  const known = accountsAmong(stores);
  // Rows of members only say who belongs where, when there are rows that say who people are.
  const accounts = known.length > 0 ? known : people;
  const [account] = accounts;
  if (!account) return [NONE];
  const place = { file: account.file, line: account.line };
  const closings = accounts.flatMap((store) => closingsOf(store, evidence));
  const [first] = closings;
  if (!first) {
    if (!needsRoute) return [{ ...NONE, message: 'No code closes accounts, so none has to be locked out.' }];
    const hidden = evidence.operations(['delete']).find(({ entity }) => entity === null);
    if (hidden) {
      const message = `A deletion at ${at(hidden)} does not show whether it is about ${list(accounts.map(({ entity }) => entity))}.`;
      return [{ status: 'undecided', ...place, message }];
    }
    const message = `No code deletes or deactivates a row of ${list(accounts.map(({ entity }) => entity))}.`;
    return [{ status: 'missing', ...place, message }];
  }
  const reached = closings.filter(({ operation }) => evidence.routesTo(operation.function).length > 0);
  if (needsRoute && reached.length === 0 && evidence.behaviour.routes.length > 0) {
    const message = `${at(first.operation)} closes an account, but no route leads there.`;
    return [{ status: 'missing', ...place, message }];
  }
  const able = needsRoute && reached.length > 0 ? reached : closings;
  const gone = able.find(({ flag }) => flag === null);
  const read = able.find(({ flag }) => flag !== null && isRead(flag, evidence));
  const found = gone ?? read;
  if (found) {
    const effect = found.flag === null ? 'deletes the row' : `writes \`${found.flag}\`, which other code reads`;
    const message = `${evidence.nameOf(found.operation.function)} closes the account: it ${effect} (${at(found.operation)}).`;
    const { file, line } = found.operation;
    return [{ status: 'met', file, line, message }];
  }
  const { flag, operation } = able[0] as Closing;
  const message = `${at(operation)} writes \`${flag}\` when an account is closed, but nothing reads \`${flag}\`: the closing has no effect.`;
  return [{ status: 'missing', file: operation.file, line: operation.line, message }];
}

/** Whether a field decides anything: tested in a condition, or used to choose rows. */
function isRead(flag: string, evidence: Evidence): boolean {
  const { reads, operations } = evidence.behaviour;
  return (
    reads.some(({ name, tested }) => tested && sameName(name, flag)) ||
    operations.some(({ verb, filter }) => verb === 'read' && filter.some(({ name }) => sameName(name, flag)))
  );
}

export function sameName(a: string, b: string): boolean {
  const bare = (name: string): string => (name.split('.').at(-1) ?? '').replace(/_/g, '').toLowerCase();
  return bare(a) === bare(b);
}

const MINOR = /minor|underage|under_?age|child/i;

/** A path that closes minors' accounts and erases their data everywhere. */
export function minorAccountClosing(question: Question): Answer[] {
  const { evidence, stores, rule } = question;
  const first = firstStore(stores);
  if (!first) return [NONE];
  const age = Number(rule.parameters['age'] ?? 0);
  const { functions, tests } = evidence.behaviour;
  const named = [...functions].filter(([, { name, module }]) => !module && MINOR.test(name)).map(([id]) => id);
  const testing = tests.filter(({ schema, minimum }) => !schema && (age === 0 || minimum === age));
  const candidates = [...named, ...testing.map((test) => test.function)];
  const coverages = candidates
    .map((id) => coverageOf(id, question, isOfSubject))
    .filter(({ erased }) => erased.size > 0);
  const [best] = coverages.sort((a, b) => score(b) - score(a) || a.size - b.size);
  if (best) return judgeCoverage(best, question, 'erases for minors');
  const wrong = tests.find(({ minimum }) => age !== 0 && minimum !== age);
  const close = candidates.flatMap((id) =>
    evidence.operations(['update'], first).filter(({ function: at }) => evidence.reach(id).has(at)),
  )[0];
  const instead = close
    ? ` ${at(close)} changes ${close.entity} only, and erases nothing.`
    : wrong
      ? ` ${at(wrong)} tests ${wrong.minimum}.`
      : '';
  const message = `No code erases the account and data of somebody found to be ${age ? `under ${age}` : 'a minor'}.${instead}`;
  return [{ status: 'missing', file: first.file, line: first.line, message }];
}
