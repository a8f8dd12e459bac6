import { parsePort } from '../core/api-path.ts';
import type { Catalogue, LibraryModel, SinkModel } from '../core/catalogue.ts';
import { type LibraryPath, libraryPath } from './library-path.ts';
import { append, type CompiledModel, compiledModel, type Matched, matchedOf, NO_MATCH } from './patterns.ts';

/** The library models, ready to be asked what a path into a package does. */
export class Models {
  readonly #packages = new Map<string, CompiledModel[]>();
  readonly #globals = new Map<string, string[]>();
  /** Packages whose every call goes to someone: what is passed to a method nobody modelled is shared with them. */
  readonly #clients = new Map<string, Matched>();
  readonly #matches = new Map<LibraryPath, Matched>();

  constructor(catalogue: Pick<Catalogue, 'libraries' | 'recipients'>) {
    for (const model of catalogue.libraries) {
      const compiled = compiledModel(model);
      for (const name of [model.package, ...model.aliases]) append(this.#packages, name, compiled);
      for (const name of model.globals) append(this.#globals, name, model.package);
    }
    for (const { id, packages } of catalogue.recipients) {
      for (const name of packages) this.#clients.set(name, clientMatch(name, id));
    }
  }

  /** The methods of a recipient's client that no model names. */
  #clientMatch({ package: packageName, steps }: LibraryPath): Matched {
    const last = steps.at(-1);
    const client = this.#clients.get(packageName);
    if (!client || !last?.startsWith('.') || isLocal(last.slice(1))) return NO_MATCH;
    // `client.list().map(…)`
    return this.match(libraryPath('javascript', ['<any>', last])).model ? NO_MATCH : client;
  }

  /** Packages in which a global name is a member. */
  globalPackages(name: string): readonly string[] {
    return this.#globals.get(name) ?? [];
  }

  knows(packageName: string): boolean {
    return this.#packages.has(packageName);
  }

  /** What the models say of a path. Asked at every call and property read of a library's value, so memoised. */
  match(path: LibraryPath): Matched {
    let match = this.#matches.get(path);
    if (!match) {
      match = this.#modelled(path);
      if (match === NO_MATCH && !this.#keeps(path.package)) match = this.#clientMatch(path);
      this.#matches.set(path, match);
    }
    return match;
  }

  /** A client of a database or a log sends whatever is looked up; what is kept there is in its model. */
  #keeps(packageName: string): boolean {
    return this.#packages.get(packageName)?.some((one) => one.keeps) ?? false;
  }

  #modelled({ package: packageName, steps }: LibraryPath): Matched {
    const models = this.#packages.get(packageName) ?? [];
    const matches = models.map((one) => one.match(steps)).filter((match) => match !== NO_MATCH);
    return matches.length < 2 ? (matches[0] ?? NO_MATCH) : mergeMatches(matches);
  }

  /** Whether a path leads to a setting of the system, not to a person's choice. */
  isSetting(packageName: string, path: readonly string[]): boolean {
    return this.#packages.get(packageName)?.some((model) => model.isSetting(path)) ?? false;
  }

  /** Whether any model of the package knows calls that make schemas. */
  makesSchemas(packageName: string): boolean {
    return this.#packages.get(packageName)?.some(({ model }) => model.schemas.length > 0) ?? false;
  }

  /** Whether code can give methods to what the package makes. */
  givesMethods(packageName: string): boolean {
    return this.#packages.get(packageName)?.some(({ model }) => (model.methods?.length ?? 0) > 0) ?? false;
  }

  /** Whether any model of the package starts with this type: `<PrismaClient>`. */
  hasType(packageName: string, type: string): boolean {
    return this.#packages.get(packageName)?.some((model) => model.hasType(type)) ?? false;
  }
}

const LOCAL_METHODS = new Set(['on', 'once', 'off', 'use', 'default']);

/** Methods of clients that send nothing: listeners, settings, checks of signatures, builders of links and of requests. */
function isLocal(method: string): boolean {
  return (
    LOCAL_METHODS.has(method) ||
    /^(?:verify|construct|parse|decode|validate|load|unseal|set(?=[A-Z]))|^url$|(?:Url|URL)$/.test(method)
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

function mergeMatches(matches: readonly Matched[]): Matched {
  const wildcard = matches.find((match) => match.wildcard !== null)?.wildcard ?? null;
  return matchedOf(matches[0]?.model ?? null, wildcard, (kind) =>
    matches.flatMap((match): Matched[typeof kind][number][] => [...match[kind]]),
  );
}
