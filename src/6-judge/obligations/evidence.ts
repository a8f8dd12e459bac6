/** Questions that several obligations ask of a program's behaviour: who reaches whom, whose rows, what comes from where. */
import {
  type Behaviour,
  type CallEdge,
  type ConditionFact,
  type DataOperation,
  entityKey,
  type FilterField,
  type Origin,
  type Route,
  type Store,
} from '../../core/behaviour.ts';
import type { Flow } from '../../core/flow.ts';
import type { ObligationRule } from '../../core/policy.ts';
import { type DataCategory, isWithin, type SourceKind } from '../../core/privacy.ts';
import type { FunctionId } from '../../core/program.ts';

/** What an obligation is decided by. */
export interface Question {
  readonly rule: ObligationRule;
  readonly evidence: Evidence;
  /** Stores that hold data the rule is about. */
  readonly stores: readonly Store[];
  /** Stores whose rows are the people the rule is about, whatever else is known of them. */
  readonly people: readonly Store[];
}

/** One thing that exists, is missing, does not arise, or cannot be seen. */
export interface Answer {
  readonly status: 'met' | 'missing' | 'not-applicable' | 'undecided';
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const DEEPEST_ORIGIN = 6;
/** Identifiers alone make no store of personal data: every table has them. */
const IDENTIFIERS = ['user.unique_id', 'user.account.settings'];

export class Evidence {
  readonly behaviour: Behaviour;
  readonly flows: readonly Flow[];
  readonly #callees = new Map<FunctionId, FunctionId[]>();
  readonly #callers = new Map<FunctionId, CallEdge[]>();
  readonly #cells: ReadonlyMap<number, readonly Origin[]>;
  readonly #callsFrom = new Map<FunctionId, CallEdge[]>();
  readonly #byEntity = new Map<string, DataOperation[]>();
  readonly #registrars: ReadonlySet<FunctionId>;
  #askedFor: ReadonlySet<FunctionId> | undefined;
  readonly #reached = new Map<FunctionId, ReadonlySet<FunctionId>>();

  constructor(behaviour: Behaviour, flows: readonly Flow[]) {
    this.behaviour = behaviour;
    this.flows = flows;
    this.#cells = new Map(behaviour.cells.map(({ cell, origins }) => [cell, origins]));
    for (const edge of behaviour.calls) {
      push(this.#callees, edge.caller, edge.callee);
      push(this.#callers, edge.callee, edge);
      push(this.#callsFrom, edge.caller, edge);
    }
    for (const operation of behaviour.operations)
      if (operation.entity !== null) push(this.#byEntity, entityKey(operation.entity), operation);
    this.#registrars = registrarsOf(behaviour);
  }

  /** A function and all it may run. */
  reach(id: FunctionId): ReadonlySet<FunctionId> {
    let reached = this.#reached.get(id);
    if (!reached) {
      const found = new Set([id]);
      for (const at of found) for (const callee of this.#callees.get(at) ?? []) found.add(callee);
      reached = found;
      this.#reached.set(id, reached);
    }
    return reached;
  }

  reachOf(ids: readonly FunctionId[]): Set<FunctionId> {
    return new Set(ids.flatMap((id) => [...this.reach(id)]));
  }

  callersOf(id: FunctionId): readonly CallEdge[] {
    return this.#callers.get(id) ?? [];
  }

  /** Those who call a function, and theirs, but for the bodies of modules. */
  above(id: FunctionId): Set<FunctionId> {
    const found = new Set([id]);
    for (const at of found) {
      for (const { caller } of this.callersOf(at))
        if (!this.behaviour.functions.get(caller)?.module && !this.isRegistrar(caller)) found.add(caller);
    }
    return found;
  }

  routesTo(id: FunctionId): Route[] {
    return this.behaviour.routes.filter(({ handlers }) => handlers.some((handler) => this.reach(handler).has(id)));
  }

  /** Whether a route or a job leads to a function: scripts and what only tests run do not count as a way for people. */
  isAskedFor(id: FunctionId): boolean {
    const { routes, jobs } = this.behaviour;
    this.#askedFor ??= this.reachOf([...routes, ...jobs].flatMap(({ handlers }) => handlers));
    return this.#askedFor.has(id);
  }

  operations(verbs: readonly DataOperation['verb'][], store?: Store): DataOperation[] {
    const all = store ? (this.#byEntity.get(entityKey(store.entity)) ?? []) : this.behaviour.operations;
    return all.filter(({ verb }) => verbs.includes(verb));
  }

  /** Whether a function makes routes: it runs at start, and what it registers is not what it does. */
  isRegistrar(id: FunctionId): boolean {
    return this.#registrars.has(id);
  }

  /** Whether any route is seen to lead to any store; if none is, what routes do is not visible. */
  get routesReachStores(): boolean {
    const reached = this.reachOf(this.behaviour.routes.flatMap(({ handlers }) => handlers));
    return this.behaviour.operations.some(({ entity, function: id }) => entity !== null && reached.has(id));
  }

  nameOf(id: FunctionId): string {
    const place = this.behaviour.functions.get(id);
    return place && this.isNamed(id) ? `${place.name}()` : 'The code';
  }

  isNamed(id: FunctionId): boolean {
    const place = this.behaviour.functions.get(id);
    return place !== undefined && !place.module && place.name !== '' && !place.name.startsWith('(');
  }

  storeNamed(entity: string): Store | undefined {
    return this.behaviour.stores.find((store) => entityKey(store.entity) === entityKey(entity));
  }

  /** Where a value comes from, callers' arguments and captured variables put in. */
  resolve(origins: readonly Origin[], depth = DEEPEST_ORIGIN): readonly Origin[] {
    if (depth === 0) return origins;
    return origins.flatMap((origin): readonly Origin[] => {
      if (origin.kind === 'cell') return this.resolve(this.#cells.get(origin.cell) ?? [{ kind: 'unknown' }], depth - 1);
      if (origin.kind !== 'input') return [origin];
      const given = this.callersOf(origin.function).flatMap(({ arguments: args }) => args[origin.index] ?? []);
      return given.length === 0 ? [origin] : this.resolve(given, depth - 1);
    });
  }

  /** Days back that an operation's filter reaches, those of dates that callers hand over put in. */
  periodsOf({ periods, filter }: DataOperation): readonly number[] {
    if (periods.length > 0) return periods;
    return filter
      .filter(isDate)
      .flatMap(({ origins }) => origins.flatMap((origin) => this.#periodsGiven(origin, DEEPEST_ORIGIN)));
  }

  #periodsGiven(origin: Origin, depth: number): number[] {
    if (origin.kind !== 'input' || depth === 0) return [];
    return this.callersOf(origin.function).flatMap(({ periods, arguments: args }) => {
      const own = periods[origin.index] ?? null;
      if (own !== null) return [own];
      return (args[origin.index] ?? []).flatMap((given) => this.#periodsGiven(given, depth - 1));
    });
  }

  /** Whether a path leads from a handler to a function without meeting such a condition. */
  reachedWithout(route: Route, target: FunctionId, holds: (condition: ConditionFact) => boolean): boolean {
    const pending = [...route.handlers];
    const seen = new Set(pending);
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at === target) return true;
      for (const edge of this.#callsFrom.get(at) ?? []) {
        if (seen.has(edge.callee) || edge.conditions.some(holds)) continue;
        seen.add(edge.callee);
        pending.push(edge.callee);
      }
    }
    return false;
  }
}

function registrarsOf({ routes, functions }: Behaviour): Set<FunctionId> {
  const handlers = new Set(routes.flatMap((route) => route.handlers));
  const found = new Set<FunctionId>();
  for (const [id, place] of functions) {
    if (handlers.has(id)) continue;
    if (routes.some(({ file, line }) => file === place.file && line >= place.line && line <= place.endLine))
      found.add(id);
  }
  return found;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Whether a category is among the data that a rule is about. */
export function isMeant({ data, except = [] }: ObligationRule, category: DataCategory): boolean {
  if (except.some((key) => isWithin(category, key))) return false;
  return data.length === 0 || data.some((key) => isWithin(category, key));
}

/** Fields of a store that hold what a rule is about; identifiers left out unless the rule names them. */
export function fieldsOf(rule: ObligationRule, store: Store): { name: string; category: DataCategory }[] {
  return store.fields.flatMap(({ name, category }) => {
    if (category === null || !isMeant(rule, category)) return [];
    const identifier = IDENTIFIERS.some((key) => isWithin(category, key));
    return identifier && !rule.data.some((key) => IDENTIFIERS.includes(key)) ? [] : [{ name, category }];
  });
}

const DATE = /(?:at|date|time|on|until|since|expir\w*|created|updated|login|seen|activity|inactive\w*)$/i;
const ORDER = /^(?:\$?(?:lt|lte|gt|gte)|before|after|<=?|>=?|between)$/;

/** A field that says when, not whose. */
export function isDate({ name, operator = '' }: FilterField): boolean {
  return ORDER.test(operator) || DATE.test(name);
}

const STATUS = /status|state|active|deleted|closed|archived|legal/i;

/** Whether the rows are those of one person: by a field that says whose, or in the person's own table. */
export function isOfSubject(operation: DataOperation, store: Store): boolean {
  return operation.filter.some((field) => {
    if (isDate(field) || STATUS.test(field.name)) return false;
    if (field.origins.length > 0 && field.origins.every(({ kind }) => kind === 'constant')) return false;
    if (store.subject !== null) return true;
    const isKey = /^_?id$/.test(field.name);
    return !isKey || field.origins.some((origin) => origin.kind === 'source' && origin.source === 'database');
  });
}

const OWN: readonly SourceKind[] = ['session', 'identity-provider', 'request-cookies', 'request-headers'];
const ASKED: readonly SourceKind[] = ['request-parameters', 'request-query', 'request-body'];
const IDENTITY = /user|session|auth|account|viewer|principal|token|claims|identity|member|customer|tenant|seller|^me$/i;

/** Whether a value is who is signed in. */
export function isOwn(origins: readonly Origin[]): boolean {
  return origins.some(
    (origin) =>
      (origin.kind === 'source' && OWN.includes(origin.source)) ||
      (origin.kind === 'named' && IDENTITY.test(origin.name)),
  );
}

/** Whether a value is what the request asks for. */
export function isAsked(origins: readonly Origin[]): boolean {
  return origins.some((origin) => origin.kind === 'source' && ASKED.includes(origin.source));
}

/** `name, email and phone`. */
export function list(words: readonly string[], most = 6): string {
  const unique = [...new Set(words)];
  const shown = unique.length > most ? [...unique.slice(0, most), `${unique.length - most} more`] : unique;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

export function at({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

/** The person's own store first: what a finding without a better place is about. */
export function firstStore(stores: readonly Store[]): Store | undefined {
  return accountsAmong(stores)[0] ?? stores[0];
}

/** Stores whose rows are people; where some of them sign in, those: the others are people that they keep records of. */
export function accountsAmong(stores: readonly Store[]): readonly Store[] {
  const people = stores.filter(({ subject }) => subject !== null);
  const accounts = people.filter(({ fields }) => fields.some(({ name }) => /passw(?:or)?d/i.test(name)));
  return accounts.length > 0 ? accounts : people;
}

/** Passwords, tokens, codes: made for the service, nothing that a person told. */
export function isSecret(category: DataCategory | null): boolean {
  return category !== null && isWithin(category, 'user.authorization');
}
