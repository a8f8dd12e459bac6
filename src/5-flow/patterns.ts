/** What one library model says of the paths into its package. */
import { type ApiToken, type PortPath, parseApiPath, parsePort } from '../core/api-path.ts';
import type {
  ConditionModel,
  FieldModel,
  FolderModel,
  FunctionModel,
  GuardModel,
  LeakModel,
  LibraryModel,
  MethodModel,
  OperationModel,
  PropagatorModel,
  RouteModel,
  SanitizerModel,
  SchemaModel,
  SinkModel,
  SourceModel,
  TypeModel,
} from '../core/catalogue.ts';

/** A leak with what its settings must be, and the sink it is. */
export interface CompiledLeak {
  readonly model: LeakModel;
  readonly settings: readonly { readonly ports: readonly PortPath[]; readonly expected: readonly string[] }[];
  readonly sink: SinkModel;
}

/** A model with its ports parsed. */
export interface Matched {
  readonly model: LibraryModel | null;
  readonly types: readonly { readonly model: TypeModel; readonly ports: readonly PortPath[] }[];
  readonly sources: readonly { readonly model: SourceModel; readonly ports: readonly PortPath[] }[];
  readonly sinks: readonly { readonly model: SinkModel; readonly ports: readonly PortPath[] }[];
  readonly propagators: readonly {
    readonly model: PropagatorModel;
    readonly from: readonly PortPath[];
    readonly to: readonly PortPath[];
  }[];
  readonly sanitizers: readonly {
    readonly model: SanitizerModel;
    readonly from: readonly PortPath[];
    readonly to: readonly PortPath[];
  }[];
  readonly guards: readonly GuardModel[];
  readonly schemas: readonly SchemaModel[];
  readonly fields: readonly FieldModel[];
  readonly leaks: readonly CompiledLeak[];
  readonly functions: readonly FunctionModel[];
  readonly methods: readonly { readonly model: MethodModel; readonly ports: readonly PortPath[] }[];
  readonly folders: readonly { readonly model: FolderModel; readonly ports: readonly PortPath[] }[];
  readonly operations: readonly OperationModel[];
  readonly conditions: readonly ConditionModel[];
  readonly routes: readonly RouteModel[];
  /** What the path's first `*` stood for: `user` in `prisma.user.create`. */
  readonly wildcard: string | null;
}

type Kind = Exclude<keyof Matched, 'model' | 'wildcard'>;
const KINDS: readonly Kind[] = [
  'types',
  'sources',
  'sinks',
  'propagators',
  'sanitizers',
  'guards',
  'schemas',
  'fields',
  'leaks',
  'functions',
  'methods',
  'folders',
  'operations',
  'conditions',
  'routes',
];

/** One entry under one of the paths it is written for. */
interface Pattern {
  readonly tokens: readonly ApiToken[];
  readonly kind: Kind;
  readonly entry: Matched[Kind][number];
}

/** A match with what `of` gives for each kind of entry. */
export function matchedOf(
  model: LibraryModel | null,
  wildcard: string | null,
  of: (kind: Kind) => readonly Matched[Kind][number][],
): Matched {
  const entries = Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as unknown as Pick<Matched, Kind>;
  return { model, ...entries, wildcard };
}

export const NO_MATCH: Matched = matchedOf(null, null, () => []);

/** A library model, asked by path. Its paths are parsed when the first is asked for: most models are of packages that a project does not have. */
export class CompiledModel {
  readonly model: LibraryModel;
  #patterns: PatternIndex | null = null;
  #settings: readonly (readonly ApiToken[])[] | null = null;

  constructor(model: LibraryModel) {
    this.model = model;
  }

  /** Whether it is a place where data is kept: a database, a log. */
  get keeps(): boolean {
    return this.model.sinks.some(({ activity }) => activity === 'store' || activity === 'log');
  }

  /** What the model says of a path: `.createLogger`, `()`, `.info`. */
  match(path: readonly string[]): Matched {
    this.#patterns ??= new PatternIndex(patternsOf(this.model));
    const found = this.#patterns.candidates(path).flatMap((pattern) => {
      const wildcard = matchTokens(pattern.tokens, path);
      return wildcard === undefined ? [] : [{ pattern, wildcard }];
    });
    return found.length === 0 ? NO_MATCH : collectMatches(this.model, found);
  }

  /** Whether the model says that a path leads to a setting of the system. */
  isSetting(path: readonly string[]): boolean {
    this.#settings ??= (this.model.settings ?? []).flatMap((api) => parseApiPath(api));
    return this.#settings.some((tokens) => matchTokens(tokens, path) !== undefined);
  }

  /** Whether some path starts at this type: `<PrismaClient>`. */
  hasType(type: string): boolean {
    this.#patterns ??= new PatternIndex(patternsOf(this.model));
    return this.#patterns.types.has(type);
  }
}

const compiled = new WeakMap<LibraryModel, CompiledModel>();

/** Compiled once, however many programs are analysed by it: a test of a policy analyses hundreds. */
export function compiledModel(model: LibraryModel): CompiledModel {
  const known = compiled.get(model) ?? new CompiledModel(model);
  compiled.set(model, known);
  return known;
}

/** Patterns by how they end: of the hundreds that start at `<any>`, few end in `.map()`. */
class PatternIndex {
  /** Types that patterns start at. */
  readonly types: ReadonlySet<string>;
  readonly #byEnd = new Map<string, Pattern[]>();
  /** Those that may end in anything. */
  readonly #open: Pattern[] = [];

  constructor(patterns: readonly Pattern[]) {
    this.types = new Set(patterns.flatMap(({ tokens: [first] }) => (first?.kind === 'type' ? [first.name] : [])));
    for (const pattern of patterns) {
      const end = endOfTokens(pattern.tokens);
      if (end === null) this.#open.push(pattern);
      else append(this.#byEnd, end, pattern);
    }
  }

  /** The patterns that may fit, in the order they are written in within each half. */
  candidates(path: readonly string[]): readonly Pattern[] {
    const ending = this.#byEnd.get(endOfSteps(path));
    return ending ? [...ending, ...this.#open] : this.#open;
  }
}

/** The last names and calls of a pattern as a path would have them; null where it may end in several ways. */
function endOfTokens(tokens: readonly ApiToken[]): string | null {
  const last = tokens.at(-1);
  const step = last && stepOf(last);
  if (step === undefined || step === null) return null;
  if (!isCall(step)) return step;
  const before = tokens.at(-2);
  const called = before && stepOf(before);
  return called === undefined || called === null ? null : called + step;
}

function endOfSteps(path: readonly string[]): string {
  const last = path.at(-1) ?? '';
  return isCall(last) ? (path.at(-2) ?? '') + last : last;
}

function isCall(step: string): boolean {
  return step === '()' || step === 'new()';
}

/** The only step that a token fits; null where there are several or none. */
function stepOf(token: ApiToken): string | null {
  switch (token.kind) {
    case 'member':
      return `.${token.name}`;
    case 'call':
      return '()';
    case 'new':
      return 'new()';
    case 'type':
      return `<${token.name}>`;
    case 'element':
      return token.tag === '*' ? null : `element:${token.tag}`;
    default:
      return null;
  }
}

function collectMatches(model: LibraryModel, found: readonly { pattern: Pattern; wildcard: string | null }[]): Matched {
  const wildcard = found.find((one) => one.wildcard !== null)?.wildcard ?? null;
  return matchedOf(model, wildcard, (kind) =>
    found.flatMap(({ pattern }) => (pattern.kind === kind ? [pattern.entry] : [])),
  );
}

function patternsOf(model: LibraryModel): Pattern[] {
  const ports = (text: string | undefined): PortPath[] => (text === undefined ? [] : parsePort(text));
  const from = (text: string): PortPath[] => (text === 'nothing' ? [] : parsePort(text));
  const parsed: Record<Kind, (entry: never) => Matched[Kind][number]> = {
    types: (entry: TypeModel) => ({ model: entry, ports: ports(entry.port) }),
    sources: (entry: SourceModel) => ({ model: entry, ports: ports(entry.port) }),
    sinks: (entry: SinkModel) => ({ model: entry, ports: ports(entry.port) }),
    propagators: (entry: PropagatorModel) => ({ model: entry, from: from(entry.from), to: ports(entry.to) }),
    sanitizers: (entry: SanitizerModel) => ({ model: entry, from: from(entry.from), to: ports(entry.to) }),
    guards: (entry: GuardModel) => entry,
    schemas: (entry: SchemaModel) => entry,
    fields: (entry: FieldModel) => entry,
    leaks: compileLeak,
    functions: (entry: FunctionModel) => entry,
    methods: (entry: MethodModel) => ({ model: entry, ports: ports(entry.port) }),
    folders: (entry: FolderModel) => ({ model: entry, ports: ports(entry.folder) }),
    operations: (entry: OperationModel) => entry,
    conditions: (entry: ConditionModel) => entry,
    routes: (entry: RouteModel) => entry,
  };
  return KINDS.flatMap((kind) =>
    (model[kind] ?? []).flatMap((entry) => {
      const compiled = parsed[kind](entry as never);
      return parseApiPath(entry.api).map((tokens): Pattern => ({ tokens, kind, entry: compiled }));
    }),
  );
}

/**
 * Whether a path (`.createLogger`, `()`, `.info`) fits a pattern; the name its first `*` stood for, null when it has
 * none, undefined when it does not fit. `**` makes this a search; patterns are short and have at most one.
 */
function matchTokens(tokens: readonly ApiToken[], path: readonly string[]): string | null | undefined {
  const pending: { token: number; step: number; wildcard: string | null }[] = [{ token: 0, step: 0, wildcard: null }];
  for (let state = pending.pop(); state; state = pending.pop()) {
    const { token, step, wildcard } = state;
    const expected = tokens[token];
    if (!expected) {
      if (step === path.length) return wildcard;
      continue;
    }
    if (expected.kind === 'root') {
      pending.push({ token: token + 1, step, wildcard });
      continue;
    }
    if (expected.kind === 'any-path') {
      pending.push({ token: token + 1, step, wildcard });
      if (step < path.length) pending.push({ token, step: step + 1, wildcard });
      continue;
    }
    const actual = path[step];
    if (actual === undefined || !fits(expected, actual)) continue;
    const stoodFor = expected.kind === 'any-member' ? (wildcard ?? actual.slice(1)) : wildcard;
    pending.push({ token: token + 1, step: step + 1, wildcard: stoodFor });
  }
  return undefined;
}

function fits(token: ApiToken, step: string): boolean {
  if (token.kind === 'any-member') return step.startsWith('.');
  if (token.kind === 'element' && token.tag === '*') return step.startsWith('element:');
  return step === stepOf(token);
}

export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function compileLeak(model: LeakModel): CompiledLeak {
  const { api, activity, recipient, purpose } = model;
  const sent = { api, activity, port: 'argument[*]', attributes: {} };
  return {
    model,
    settings: Object.entries(model.when).map(([port, expected]) => ({ ports: parsePort(port), expected })),
    sink: { ...sent, ...(recipient === undefined ? {} : { recipient }), ...(purpose === undefined ? {} : { purpose }) },
  };
}
