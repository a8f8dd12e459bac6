import { type ApiToken, type PortPath, parseApiPath, parsePort } from '../core/api-path.ts';
import type {
  Catalogue,
  GuardModel,
  LibraryModel,
  OperationModel,
  PropagatorModel,
  RouteModel,
  SanitizerModel,
  SchemaModel,
  SinkModel,
  SourceModel,
  TypeModel,
} from '../core/catalogue.ts';

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
  readonly operations: readonly OperationModel[];
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
  'operations',
  'routes',
];

interface Pattern {
  readonly tokens: readonly ApiToken[];
  readonly kind: Kind;
  readonly entry: Matched[Kind][number];
}

interface Compiled {
  readonly model: LibraryModel;
  readonly patterns: readonly Pattern[];
  readonly memo: Map<string, Matched>;
}

const NO_MATCH: Matched = {
  model: null,
  types: [],
  sources: [],
  sinks: [],
  propagators: [],
  sanitizers: [],
  guards: [],
  schemas: [],
  operations: [],
  routes: [],
  wildcard: null,
};

/** The library models, ready to be asked what a path into a package does. */
export class Models {
  readonly #packages = new Map<string, Compiled[]>();
  readonly #globals = new Map<string, string[]>();
  readonly #settings = new Map<string, (readonly ApiToken[])[]>();
  /** Packages whose every call goes to someone: what is passed to a method nobody modelled is shared with them. */
  readonly #clients = new Map<string, Matched>();

  constructor(catalogue: Pick<Catalogue, 'libraries' | 'recipients'>) {
    for (const model of catalogue.libraries) {
      const compiled: Compiled = { model, patterns: patternsOf(model), memo: new Map() };
      const settings = (model.settings ?? []).flatMap((api) => parseApiPath(api));
      for (const name of [model.package, ...model.aliases]) {
        append(this.#packages, name, compiled);
        for (const tokens of settings) append(this.#settings, name, tokens);
      }
      for (const name of model.globals) append(this.#globals, name, model.package);
    }
    for (const { id, packages } of catalogue.recipients) {
      for (const name of packages) this.#clients.set(name, clientMatch(name, id));
    }
  }

  /** The methods of a recipient's client that no model names. */
  #clientMatch(packageName: string, path: readonly string[]): Matched {
    const last = path.at(-1);
    const client = this.#clients.get(packageName);
    if (!client || !last?.startsWith('.') || isLocal(last.slice(1))) return NO_MATCH;
    // `client.list().map(…)`
    return this.match('javascript', ['<any>', last]).model ? NO_MATCH : client;
  }

  /** Packages in which a global name is a member. */
  globalPackages(name: string): readonly string[] {
    return this.#globals.get(name) ?? [];
  }

  knows(packageName: string): boolean {
    return this.#packages.has(packageName);
  }

  /** What the models say of a path. Asked at every call and property read of a library's value, so memoised. `api` is the path as one text. */
  match(packageName: string, path: readonly string[], api = path.join('')): Matched {
    const compiled = this.#packages.get(packageName);
    const [only] = compiled ?? [];
    if (!compiled || !only) return this.#clientMatch(packageName, path);
    if (compiled.length === 1) return matchIn(only, path, api);
    const matches = compiled.map((one) => matchIn(one, path, api)).filter((match) => match !== NO_MATCH);
    return matches.length < 2 ? (matches[0] ?? NO_MATCH) : mergeMatches(matches);
  }

  /** Whether a path leads to a setting of the system, not to a person's choice. */
  isSetting(packageName: string, path: readonly string[]): boolean {
    return this.#settings.get(packageName)?.some((tokens) => matchTokens(tokens, path) !== undefined) ?? false;
  }

  /** Whether any model of the package starts with this type: `<PrismaClient>`. */
  hasType(packageName: string, type: string): boolean {
    return (
      this.#packages
        .get(packageName)
        ?.some(({ patterns }) =>
          patterns.some(({ tokens: [first] }) => first?.kind === 'type' && first.name === type),
        ) ?? false
    );
  }
}

const LOCAL_METHODS = new Set(['on', 'once', 'off', 'use', 'default']);

/** Methods of clients that send nothing: listeners, settings, checks of signatures, builders of links. */
function isLocal(method: string): boolean {
  return (
    LOCAL_METHODS.has(method) || /^(?:verify|construct|parse|decode|validate|load|unseal)|(?:Url|URL)$/.test(method)
  );
}

/** A stand-in for the model that a recipient's client does not have. */
function clientMatch(packageName: string, recipient: string): Matched {
  const model: LibraryModel = {
    package: packageName,
    aliases: [],
    docs: '',
    globals: [],
    recipient,
    types: [],
    sources: [],
    sinks: [],
    propagators: [],
    sanitizers: [],
    guards: [],
    schemas: [],
    entries: [],
    file: '',
  };
  const sink: SinkModel = { api: '**', port: 'argument[*]', activity: 'share', attributes: {}, assumed: true };
  return { ...NO_MATCH, model, sinks: [{ model: sink, ports: parsePort(sink.port) }] };
}

function matchIn(compiled: Compiled, path: readonly string[], api: string): Matched {
  const known = compiled.memo.get(api);
  if (known) return known;
  const found = compiled.patterns.flatMap((pattern) => {
    const wildcard = matchTokens(pattern.tokens, path);
    return wildcard === undefined ? [] : [{ pattern, wildcard }];
  });
  const match = found.length === 0 ? NO_MATCH : collectMatches(compiled.model, found);
  compiled.memo.set(api, match);
  return match;
}

function collectMatches(model: LibraryModel, found: readonly { pattern: Pattern; wildcard: string | null }[]): Matched {
  const of = <K extends Kind>(kind: K): Matched[K][number][] =>
    found.flatMap(({ pattern }) => (pattern.kind === kind ? [pattern.entry as Matched[K][number]] : []));
  return {
    model,
    types: of('types'),
    sources: of('sources'),
    sinks: of('sinks'),
    propagators: of('propagators'),
    sanitizers: of('sanitizers'),
    guards: of('guards'),
    schemas: of('schemas'),
    operations: of('operations'),
    routes: of('routes'),
    wildcard: found.find(({ wildcard }) => wildcard !== null)?.wildcard ?? null,
  };
}

function mergeMatches(matches: readonly Matched[]): Matched {
  const all = <K extends Kind>(kind: K): Matched[K][number][] =>
    matches.flatMap((match) => match[kind] as Matched[K][number][]);
  return {
    model: matches[0]?.model ?? null,
    types: all('types'),
    sources: all('sources'),
    sinks: all('sinks'),
    propagators: all('propagators'),
    sanitizers: all('sanitizers'),
    guards: all('guards'),
    schemas: all('schemas'),
    operations: all('operations'),
    routes: all('routes'),
    wildcard: matches.find(({ wildcard }) => wildcard !== null)?.wildcard ?? null,
  };
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
    operations: (entry: OperationModel) => entry,
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
  switch (token.kind) {
    case 'member':
      return step === `.${token.name}`;
    case 'any-member':
      return step.startsWith('.');
    case 'call':
      return step === '()';
    case 'new':
      return step === 'new()';
    case 'type':
      return step === `<${token.name}>`;
    case 'element':
      return step === `element:${token.tag}` || (token.tag === '*' && step.startsWith('element:'));
    default:
      return false;
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
