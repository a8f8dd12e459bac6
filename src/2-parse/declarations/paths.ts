/** Whether an API path and its ports exist in a package's declarations. */
import type { ApiToken, ArgumentIndex, PortPath, PortStep } from '../../core/api-path.ts';
import type { Declarations } from './declarations.ts';
import { ANYWHERE, isNowhere, join, NOWHERE, type Place } from './types.ts';

/** `open`: the declarations do not say. `missing`: what was looked for at which token or step, and what there is instead. */
export type Verdict =
  | { readonly kind: 'found' }
  | { readonly kind: 'open' }
  | { readonly kind: 'missing'; readonly what: string; readonly at: number; readonly names: readonly string[] };

/** Where values of a library's type come from: the model's own items for it. */
export interface TypeOrigin {
  readonly type: string;
  readonly tokens: readonly ApiToken[];
  readonly port: PortPath;
}

/** What `<any>` mostly is. */
const STANDARD = ['Array', 'String', 'Map', 'Set', 'Promise', 'Uint8Array', 'Headers', 'Response'];
const FOUND: Verdict = { kind: 'found' };
const OPEN: Verdict = { kind: 'open' };

/** Looks up the paths of one library model. */
export class DeclaredPaths {
  readonly #declarations: Declarations;
  readonly #origins: ReadonlyMap<string, readonly TypeOrigin[]>;
  readonly #given: ReadonlySet<string>;
  readonly #types = new Map<string, Place>();

  /** `given`: types of values that the framework hands to what it calls, which nothing declares. */
  constructor(declarations: Declarations, origins: readonly TypeOrigin[], given: ReadonlySet<string>) {
    this.#declarations = declarations;
    this.#given = given;
    this.#origins = group(origins);
  }

  /** A path alone. */
  checkPath(tokens: readonly ApiToken[]): Verdict {
    let place: Place = NOWHERE;
    for (const [index, token] of tokens.entries()) {
      const next = index === 0 ? this.#start(token) : this.#step(place, token);
      if (isNowhere(next)) {
        const names = index === 0 ? this.#startNames(token) : this.#declarations.walk.names(place);
        return { kind: 'missing', what: describe(token), at: index, names };
      }
      place = next;
    }
    return place.types.length > 0 ? FOUND : OPEN;
  }

  /** A port of a path that exists. */
  checkPort(tokens: readonly ApiToken[], port: PortPath): Verdict {
    let place = this.#root(tokens, port);
    if (isNowhere(place)) return { kind: 'missing', what: describeRoot(port), at: -1, names: [] };
    for (const step of stepsAfterRoot(port)) {
      const next = this.#portStep(place, step);
      if (isNowhere(next)) {
        const names = step.kind === 'property' ? this.#declarations.walk.names(place) : [];
        return { kind: 'missing', what: describeStep(step), at: port.steps.indexOf(step), names };
      }
      place = next;
    }
    return place.types.length > 0 || !place.open ? FOUND : OPEN;
  }

  /** The place a path leads to. */
  #resolve(tokens: readonly ApiToken[]): Place {
    return tokens.reduce<Place>(
      (place, token, index) => (index === 0 ? this.#start(token) : this.#step(place, token)),
      NOWHERE,
    );
  }

  #start(token: ApiToken): Place {
    const { walk, modules } = this.#declarations;
    const values = walk.place(modules.flatMap((module) => module.values));
    switch (token.kind) {
      case 'root':
        return values;
      case 'type':
        return this.#type(token.name);
      case 'element':
        return this.#element(token.tag);
      case 'member':
        return this.#member(values, token.name);
      case 'any-member':
        return walk.anyMember(values);
      default:
        return walk.anyPath(values);
    }
  }

  /** An export, or a name that is there without an import. Of a script's own names in a page nothing is declared. */
  #member(values: Place, name: string): Place {
    const { walk, globals, global } = this.#declarations;
    const exported = walk.member(values, name);
    const type = global(name);
    if (type !== undefined) return join([exported, walk.place([type])]);
    return isNowhere(exported) && globals.includes(name) ? ANYWHERE : exported;
  }

  #element(tag: string): Place {
    if (tag === '*') return ANYWHERE;
    const { walk, modules } = this.#declarations;
    const component = walk.member(walk.place(modules.flatMap((module) => module.values)), tag);
    if (!isNowhere(component)) return component;
    const type = this.#declarations.element(tag);
    return type === undefined ? NOWHERE : walk.place([type]);
  }

  /** A library's type: what the model says gives it, and what the package exports under the name. */
  #type(name: string): Place {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    this.#types.set(name, NOWHERE);
    const { walk, modules, globalType } = this.#declarations;
    const exported = modules.flatMap((module) => module.type(name) ?? []);
    const platform =
      modules.length > 0 ? [] : (name === 'any' ? STANDARD : [name]).flatMap((one) => globalType(one) ?? []);
    const made = (this.#origins.get(name) ?? []).map(({ tokens, port }) => this.#portPlace(tokens, port));
    const place = join([
      walk.place([...exported, ...platform]),
      { types: [], open: name === 'any' || this.#given.has(name) },
      ...made,
    ]);
    this.#types.set(name, place);
    return place;
  }

  #step(place: Place, token: ApiToken): Place {
    const { walk } = this.#declarations;
    switch (token.kind) {
      case 'member':
        return walk.member(place, token.name);
      case 'any-member':
        return walk.anyMember(place);
      case 'any-path':
        return walk.anyPath(place);
      case 'call':
      case 'new':
        return walk.returned(place, token.kind);
      default:
        return NOWHERE;
    }
  }

  #portPlace(tokens: readonly ApiToken[], port: PortPath): Place {
    return stepsAfterRoot(port).reduce<Place>((place, step) => this.#portStep(place, step), this.#root(tokens, port));
  }

  #root(tokens: readonly ApiToken[], { root, steps }: PortPath): Place {
    // How frameworks name the properties of HTML elements is not in the browser's declarations.
    if (tokens[0]?.kind === 'element' && this.#declarations.modules.length === 0) return ANYWHERE;
    const constructs = tokens.at(-1)?.kind === 'new';
    const called = constructs ? tokens.slice(0, -1) : tokens;
    switch (root.kind) {
      case 'argument':
        return this.#arguments(this.#resolve(called), constructs ? 'new' : 'call', root.index);
      case 'return':
        return this.#returned(this.#resolve(called), constructs ? 'new' : 'call');
      case 'this':
        return steps[0]?.kind === 'argument'
          ? this.#makersArgument(tokens, steps[0].index)
          : this.#resolve(tokens.length > 1 ? tokens.slice(0, -1) : tokens);
      case 'property':
      case 'assigned':
        return this.#resolve(tokens);
      case 'package':
      case 'program':
        return ANYWHERE;
      // A decorator says nothing of what it stands on.
      case 'decorated':
        return steps.length === 0 ? this.#resolve(tokens) : ANYWHERE;
    }
  }

  /** What gives nothing back still has a result, of which nothing is said. */
  #returned(callee: Place, how: 'call' | 'new'): Place {
    const { walk } = this.#declarations;
    const given = walk.returned(callee, how);
    return isNowhere(given) && walk.signatures(callee, how).length > 0 ? ANYWHERE : given;
  }

  /** `this.argument[0]`: an argument of the call that made the receiver. */
  #makersArgument(tokens: readonly ApiToken[], index: ArgumentIndex): Place {
    const made = tokens.slice(0, -1).findLastIndex(({ kind }) => kind === 'call' || kind === 'new');
    if (made >= 0) return this.#arguments(this.#resolve(tokens.slice(0, made)), callKind(tokens[made]), index);
    const [start] = tokens;
    const origins = start?.kind === 'type' ? (this.#origins.get(start.name) ?? []) : [];
    const places = origins.map(({ tokens: maker }) =>
      maker.at(-1)?.kind === 'new'
        ? this.#arguments(this.#resolve(maker.slice(0, -1)), 'new', index)
        : this.#arguments(this.#resolve(maker), 'call', index),
    );
    return places.length === 0 ? ANYWHERE : join(places);
  }

  #arguments(callee: Place, how: 'call' | 'new', index: ArgumentIndex): Place {
    const { walk } = this.#declarations;
    const signatures = walk.signatures(callee, how);
    if (signatures.length === 0) return this.#componentProperties(callee);
    const [from, all] = rangeOf(index);
    const place = walk.parameters(signatures, from, all);
    return { types: place.types, open: place.open || callee.open };
  }

  /** JSX passes what is written on an element as its first argument. */
  #componentProperties(callee: Place): Place {
    const { walk } = this.#declarations;
    const made = walk.returned(callee, 'new');
    const properties = walk.member(made, 'props');
    return callee.open || callee.types.length === 0 || isNowhere(properties)
      ? { types: [], open: callee.open }
      : properties;
  }

  #portStep(place: Place, step: PortStep): Place {
    const { walk } = this.#declarations;
    switch (step.kind) {
      case 'property':
        // A name of the model's own, for what an object keeps between two calls.
        return /^[$@]/.test(step.name) ? ANYWHERE : walk.member(place, step.name);
      case 'any-property':
        return ANYWHERE;
      case 'element':
        return walk.elements(place);
      case 'return':
        return walk.returned(place, 'call');
      case 'parameter':
      case 'argument': {
        const [from, all] = step.kind === 'parameter' ? ([step.index, false] as const) : rangeOf(step.index);
        const parameters = walk.parameters(walk.signatures(place, 'call'), from, all);
        return { types: parameters.types, open: parameters.open || place.open };
      }
    }
  }

  #startNames(token: ApiToken): string[] {
    const { walk, modules } = this.#declarations;
    if (token.kind === 'type') return [...this.#origins.keys()];
    return walk.names(walk.place(modules.flatMap((module) => module.values)));
  }
}

function group(origins: readonly TypeOrigin[]): Map<string, TypeOrigin[]> {
  const groups = new Map<string, TypeOrigin[]>();
  for (const origin of origins) groups.set(origin.type, [...(groups.get(origin.type) ?? []), origin]);
  return groups;
}

function callKind(token: ApiToken | undefined): 'call' | 'new' {
  return token?.kind === 'new' ? 'new' : 'call';
}

/** The first parameter meant, and whether those after it are too. Arguments are counted from the end for callbacks. */
function rangeOf(index: ArgumentIndex): readonly [from: number, all: boolean] {
  if (typeof index === 'number') return [index, false];
  return [typeof index === 'object' && 'from' in index ? index.from : 0, true];
}

/** The maker's argument is part of the root here. */
function stepsAfterRoot({ root, steps }: PortPath): readonly PortStep[] {
  return root.kind === 'this' && steps[0]?.kind === 'argument' ? steps.slice(1) : steps;
}

function describe(token: ApiToken): string {
  switch (token.kind) {
    case 'member':
      return `\`${token.name}\``;
    case 'type':
      return `type \`${token.name}\``;
    case 'element':
      return `element \`${token.tag}\``;
    case 'call':
      return 'function to call';
    case 'new':
      return 'class to construct';
    default:
      return 'members';
  }
}

function describeRoot({ root }: PortPath): string {
  if (root.kind !== 'argument') return `\`${root.kind}\``;
  return typeof root.index === 'number' ? `argument ${root.index}` : 'such arguments';
}

function describeStep(step: PortStep): string {
  switch (step.kind) {
    case 'property':
      return `\`${step.name}\``;
    case 'parameter':
      return `parameter ${step.index} of a callback`;
    case 'return':
      return 'callback';
    default:
      return 'elements';
  }
}
