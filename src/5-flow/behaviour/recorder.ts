/**
 * Gathers what a program does with stored data while the engine evaluates it, and hands it out as plain data at the end.
 * Functions are evaluated several times: what is recorded later, under the same key, knows more.
 */
import type {
  AgeTest,
  Behaviour,
  CallEdge,
  CellOrigins,
  DataOperation,
  DueDate,
  FunctionPlace,
  Job,
  Layout,
  Link,
  Origin,
  Route,
  RouteGuard,
  StateRead,
} from '../../core/behaviour.ts';
import type { Flow } from '../../core/flow.ts';
import { compareText } from '../../core/location.ts';
import type { CellId, FunctionId } from '../../core/program.ts';
import type { Analysis } from '../analysis.ts';
import type { Place } from '../value.ts';
import { type FormRecord, formsOf } from './forms.ts';
import { type DeclaredStore, storesOf } from './stores.ts';

/** What one call of a chain says about an operation. */
export interface OperationPart extends Omit<DataOperation, 'verb' | 'file' | 'line' | 'answers'> {
  readonly verb: DataOperation['verb'] | 'part';
  /** Where the row came from that saves or deletes itself. */
  readonly row: Place | null;
  /** The reads whose rows a response holds. */
  readonly answers: readonly Place[];
  readonly place: Place;
}

export interface RouteRecord {
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly FunctionId[];
  /** What the handlers were given to call. */
  readonly given?: readonly FunctionId[];
  readonly guards: readonly RouteGuard[];
  readonly openGuards?: boolean;
  /** The router it was registered on, as the place that made it. */
  readonly router: string | null;
  readonly place: Place;
}

/** A router or middleware below a path. */
export interface MountRecord {
  readonly path: string;
  readonly guards: readonly RouteGuard[];
  readonly router: string | null;
  readonly targets: readonly string[];
  readonly place: Place;
}

interface JobRecord extends Omit<Job, 'file' | 'line'> {
  readonly given?: readonly FunctionId[];
  readonly place: Place;
}

const DEEPEST_MOUNT = 6;

export class BehaviourRecorder {
  readonly parts = new Map<string, OperationPart>();
  readonly routes = new Map<string, RouteRecord>();
  readonly mounts = new Map<string, MountRecord>();
  readonly jobs = new Map<string, JobRecord>();
  readonly edges = new Map<string, CallEdge>();
  readonly cells = new Map<CellId, readonly Origin[]>();
  readonly reads = new Map<string, StateRead>();
  readonly tests = new Map<string, AgeTest>();
  readonly links = new Map<string, Link>();
  readonly forms = new Map<string, FormRecord>();
  readonly layouts = new Map<string, Layout>();
  readonly dueDates = new Map<string, DueDate>();
  readonly stores = new Map<string, DeclaredStore>();
  /** What columns hold at first, by the place of their declaration: `boolean().default(true)`. */
  readonly starts = new Map<string, boolean>();
  /** Places of schemas that have a time to live, with its days. */
  readonly expiring = new Map<string, number | null>();

  finish(analysis: Analysis, flows: readonly Flow[]): Behaviour {
    const operations = this.#operations(analysis);
    return {
      stores: storesOf([...this.stores.values()], this.expiring, operations, flows, analysis),
      operations,
      routes: this.#routes(analysis),
      jobs: [...this.jobs.values()].map(
        ({ every, place, ...job }): Job => ({ every, handlers: this.#handlersOf(job), ...spotOf(place, analysis) }),
      ),
      calls: [...this.edges.values()],
      cells: [...this.cells].map(([cell, origins]): CellOrigins => ({ cell, origins })),
      functions: functionPlaces(analysis),
      reads: [...this.reads.values()],
      tests: [...this.tests.values()],
      forms: formsOf(this.forms.values()),
      layouts: [...this.layouts.values()],
      links: [...this.links.values()],
      dueDates: [...this.dueDates.values()],
    };
  }

  /** The calls of one chain start at the same place: `db.delete(users).where(…)` is one operation. */
  #operations(analysis: Analysis): DataOperation[] {
    const chains = new Map<string, OperationPart[]>();
    for (const part of this.parts.values()) {
      const key = `${part.function}:${part.place.file}:${part.place.span[0]}`;
      const chain = chains.get(key);
      if (chain) chain.push(part);
      else chains.set(key, [part]);
    }
    const rows = new Map<string, string>();
    for (const chain of chains.values()) {
      const entity = chain.find((part) => part.entity !== null)?.entity;
      for (const { place } of chain) if (entity) rows.set(rowKey(place), entity);
    }
    return [...chains.values()]
      .flatMap((chain) => mergeChain(chain, rows, analysis))
      .sort((a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.verb, b.verb));
  }

  /** Handlers, and what they were given to call where no edge says it: a wrapper calls one more for each of its callers. */
  #handlersOf({ handlers, given = [] }: Pick<RouteRecord, 'handlers' | 'given'>): readonly FunctionId[] {
    if (given.length === 0) return handlers;
    const called = new Set(
      [...this.edges.values()].flatMap(({ caller, callee }) => (handlers.includes(caller) ? [callee] : [])),
    );
    return [...new Set([...handlers, ...given.filter((id) => !called.has(id))])];
  }

  #routes(analysis: Analysis): Route[] {
    const mounts = [...this.mounts.values()];
    return [...this.routes.values()]
      .flatMap((route): Route[] => {
        const above = mountsOf(route, mounts, DEEPEST_MOUNT);
        const path = joinPaths([...above.prefixes, route.path]);
        const guards = [...above.guards, ...route.guards];
        const { method } = route;
        const openGuards = route.openGuards === true || mayGuard(route, analysis);
        const handlers = this.#handlersOf(route);
        return [{ method, path, handlers, guards, openGuards, ...spotOf(route.place, analysis) }];
      })
      .sort((a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.path, b.path));
  }
}

/** Whether what wraps a handler decides anything before it calls it: `withAdmin` may, what only catches does not. */
function mayGuard({ handlers, given = [] }: RouteRecord, { program }: Analysis): boolean {
  const wrappers = given.length > 0 ? [...handlers, ...given.slice(0, -1)] : [];
  return wrappers.some((id) => (program.functions[id]?.facts.guards.length ?? 0) > 0);
}

function rowKey({ file, span }: Place): string {
  return `${file}:${span[0]}`;
}

const RANK: Readonly<Record<string, number>> = {
  delete: 7,
  upsert: 6,
  update: 5,
  create: 4,
  expire: 3,
  'sign-out': 3,
  respond: 2,
  read: 1,
};

function mergeChain(
  chain: readonly OperationPart[],
  rows: ReadonlyMap<string, string>,
  analysis: Analysis,
): DataOperation[] {
  const named = chain.filter(({ verb }) => verb !== 'part');
  const [first] = named;
  if (!first) return [];
  const main = named.reduce((best, part) => ((RANK[part.verb] ?? 0) > (RANK[best.verb] ?? 0) ? part : best), first);
  const own = chain.find(({ entity }) => entity !== null)?.entity ?? null;
  const row = main.row ? (rows.get(rowKey(main.row)) ?? null) : null;
  return [
    {
      verb: main.verb as DataOperation['verb'],
      entity: own ?? row,
      data: chain.flatMap(({ data }) => data),
      openData: chain.some(({ openData }) => openData),
      filter: chain.flatMap(({ filter }) => filter),
      openFilter: chain.some(({ openFilter }) => openFilter),
      periods: chain.flatMap(({ periods }) => periods),
      includes: chain.flatMap(({ includes }) => includes),
      innerFilter: chain.flatMap(({ innerFilter }) => innerFilter),
      // `res.attachment('me.json').json(data)`
      format: chain.some(({ format }) => format === 'data') ? 'data' : main.format,
      answers: chain.flatMap(({ answers }) => answers.map((place) => spotOf(place, analysis))),
      conditions: main.conditions,
      function: main.function,
      ...spotOf(main.place, analysis),
    },
  ];
}

/** Paths and guards that mounts put before a route: those of its router, then those of the router above. */
function mountsOf(
  route: RouteRecord,
  mounts: readonly MountRecord[],
  depth: number,
): { prefixes: string[]; guards: RouteGuard[] } {
  const guards: RouteGuard[] = [];
  let prefixes: string[] = [];
  let router = route.router;
  let at: { readonly path: string; readonly place: Place } = route;
  for (let level = 0; router !== null && level < depth; level++) {
    const here = router;
    const before = at;
    // `router.use(requireAdmin)` holds for what is registered after it, below its path.
    const beside = mounts.filter(
      (mount) => mount.router === here && mount.targets.length === 0 && isBelow(before, mount),
    );
    const above = mounts.find((mount) => mount.targets.includes(here));
    guards.unshift(...(above?.guards ?? []), ...beside.flatMap((mount) => mount.guards));
    if (!above) break;
    prefixes = [above.path, ...prefixes];
    router = above.router === here ? null : above.router;
    at = above;
  }
  return { prefixes, guards };
}

function isBelow(route: { readonly path: string; readonly place: Place }, mount: MountRecord): boolean {
  const earlier = mount.place.file !== route.place.file || mount.place.span[0] < route.place.span[0];
  const prefix = mount.path.replace(/\/?\*.*$/, '').replace(/\/$/, '');
  return earlier && (prefix === '' || route.path === prefix || route.path.startsWith(`${prefix}/`));
}

function joinPaths(parts: readonly string[]): string {
  const joined = parts
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '' && part !== '*')
    .join('/');
  return `/${joined}`;
}

function spotOf(place: Place, analysis: Analysis): { file: string; line: number } {
  const file = analysis.program.files[place.file]?.file ?? '';
  return { file, line: analysis.lineOf(place.file, place.span[0]) };
}

function functionPlaces(analysis: Analysis): Map<FunctionId, FunctionPlace> {
  const places = new Map<FunctionId, FunctionPlace>();
  for (const { id, file, facts } of analysis.program.functions) {
    const [start, end] = facts.span;
    places.set(id, {
      name: facts.name,
      file: analysis.program.files[file]?.file ?? '',
      line: analysis.lineOf(file, start),
      endLine: analysis.lineOf(file, end),
      module: analysis.program.bases[file]?.functions === id,
    });
  }
  return places;
}
