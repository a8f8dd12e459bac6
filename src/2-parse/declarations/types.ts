/** Steps over declared types: what a member, a call or an argument may be. All of it asks the type checker. */
import { ts } from '#compiler';

/**
 * What a path or port may denote. `open` when part of it is beyond what the declarations say (`any`, a type argument),
 * so that what is not found there need not be wrong.
 */
export interface Place {
  readonly types: readonly ts.Type[];
  readonly open: boolean;
}

export const NOWHERE: Place = { types: [], open: false };
export const ANYWHERE: Place = { types: [], open: true };
/** The types a union or a `*` may stand for: enough for any library, and an end for those without one. */
const MOST_TYPES = 400;
/** Members and calls that a `**` may stand for. */
const DEEPEST = 3;

const NOT_OBJECTS = ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Never;
const UNSAID = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive;

export function isNowhere({ types, open }: Place): boolean {
  return types.length === 0 && !open;
}

export function join(places: readonly Place[]): Place {
  const types = [...new Set(places.flatMap((place) => place.types))].slice(0, MOST_TYPES);
  return { types, open: places.some(({ open }) => open) };
}

/** Questions about types, by one checker. */
export class TypeWalk {
  readonly #checker: ts.TypeChecker;
  readonly #parts = new Map<ts.Type, Place>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The types that declarations give, told apart: alternatives, constraints of type parameters, what a promise holds. */
  place(types: readonly ts.Type[]): Place {
    return join(types.map((type) => this.#partsOf(type)));
  }

  member(place: Place, name: string): Place {
    if (name === '[]') return this.elements(place);
    return join([...place.types.map((type) => this.#memberOf(type, name)), { types: [], open: place.open }]);
  }

  anyMember(place: Place): Place {
    const properties = place.types.flatMap((type) => this.#checker.getPropertiesOfType(type)).slice(0, MOST_TYPES);
    const indexed = place.types.flatMap((type) => this.#checker.getIndexInfosOfType(type).map((info) => info.type));
    const below = this.place([...properties.map((property) => this.#checker.getTypeOfSymbol(property)), ...indexed]);
    return { types: below.types, open: below.open || place.open };
  }

  /** `**`: the place itself and what members and calls lead to, as far as that is bounded. */
  anyPath(place: Place): Place {
    let all = place;
    let latest = place;
    for (let depth = 0; depth < DEEPEST && all.types.length < MOST_TYPES; depth++) {
      latest = join([this.anyMember(latest), this.returned(latest, 'call')]);
      all = join([all, latest]);
    }
    return { types: all.types, open: true };
  }

  elements(place: Place): Place {
    const below = place.types.map((type): Place => {
      const indexed = this.#checker.getIndexTypeOfType(type, ts.IndexKind.Number);
      if (indexed !== undefined) return this.place([indexed]);
      const iterated = ['__@iterator', '__@asyncIterator'].some((name) =>
        type.getProperties().some((property) => property.name.startsWith(name)),
      );
      return iterated ? ANYWHERE : NOWHERE;
    });
    return join([...below, { types: [], open: place.open }]);
  }

  /** What a call or a construction gives. */
  returned(place: Place, how: 'call' | 'new'): Place {
    const given = this.signatures(place, how).map((signature) => signature.getReturnType());
    return join([this.place(given), { types: [], open: place.open || place.types.some(isAnyFunction) }]);
  }

  signatures({ types }: Place, how: 'call' | 'new'): readonly ts.Signature[] {
    return types.flatMap((type) => (how === 'call' ? type.getCallSignatures() : type.getConstructSignatures()));
  }

  /** The parameters at an index of any of the signatures: `from` one on, or `all`. */
  parameters(signatures: readonly ts.Signature[], from: number, all: boolean): Place {
    return join(signatures.map((signature) => this.#parametersOf(signature, from, all)));
  }

  /** Names for "did you mean": the members of the place. */
  names({ types }: Place): string[] {
    return types.flatMap((type) => this.#checker.getPropertiesOfType(type).map(({ name }) => name));
  }

  #parametersOf(signature: ts.Signature, from: number, all: boolean): Place {
    const { parameters } = signature;
    const wanted = all ? parameters.slice(from) : parameters.slice(from, from + 1);
    const places = wanted.map((parameter) => this.#parameterType(parameter));
    const last = parameters.at(-1);
    const reachesRest = last !== undefined && isRest(last) && from >= parameters.length;
    return join(reachesRest ? [this.#parameterType(last)] : places);
  }

  /** Of a rest parameter, its elements. */
  #parameterType(parameter: ts.Symbol): Place {
    const place = this.place([this.#checker.getTypeOfSymbol(parameter)]);
    if (!isRest(parameter)) return place;
    const elements = this.elements(place);
    return isNowhere(elements) ? ANYWHERE : elements;
  }

  #memberOf(type: ts.Type, name: string): Place {
    const property = this.#checker.getPropertyOfType(type, name);
    if (property !== undefined) return this.place([this.#checker.getTypeOfSymbol(property)]);
    const indexed = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return indexed === undefined ? NOWHERE : this.place([indexed]);
  }

  #partsOf(type: ts.Type): Place {
    const known = this.#parts.get(type);
    if (known !== undefined) return known;
    this.#parts.set(type, NOWHERE);
    const parts = this.#split(type);
    this.#parts.set(type, parts);
    return parts;
  }

  #split(type: ts.Type): Place {
    if (type.flags & NOT_OBJECTS) return NOWHERE;
    if (type.flags & UNSAID) return ANYWHERE;
    if (type.isUnion()) return this.place(type.types.slice(0, MOST_TYPES));
    if (type.flags & ts.TypeFlags.Instantiable) return this.#constraint(type);
    if (isAnyFunction(type)) return { types: [type], open: true };
    const awaited = this.#checker.getPropertyOfType(type, 'then') && this.#checker.getAwaitedType(type);
    const held = awaited && awaited !== type ? this.#partsOf(awaited) : NOWHERE;
    return join([{ types: [type], open: isEmpty(type) }, held]);
  }

  /** Of a type parameter what it must extend; what a caller makes of it is open, unless it is `this`. */
  #constraint(type: ts.Type): Place {
    const constraint = this.#checker.getBaseConstraintOfType(type);
    if (constraint === undefined || constraint === type) return ANYWHERE;
    const isThis = 'isThisType' in type && type.isThisType === true;
    const { types, open } = this.#partsOf(constraint);
    return { types, open: open || !isThis };
  }
}

/** `Function`, of which nothing is said. */
function isAnyFunction(type: ts.Type): boolean {
  return type.symbol?.name === 'Function' && type.getCallSignatures().length === 0;
}

/** `{}` accepts anything. */
function isEmpty(type: ts.Type): boolean {
  const isObject = (type.flags & ts.TypeFlags.Object) !== 0;
  const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()];
  return isObject && signatures.length === 0 && type.getProperties().length === 0;
}

function isRest(parameter: ts.Symbol): boolean {
  const declaration = parameter.valueDeclaration;
  return declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
}
