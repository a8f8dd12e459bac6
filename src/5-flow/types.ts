import type { AnnotationFacts, MemberFacts, PropertyFacts, SchemaEntity, TypeFacts } from '../core/facts.ts';
import type { ClassId, DeclarationId, FileIndex, Program, TypeTarget } from '../core/program.ts';
import { ancestors } from './classes.ts';
import { instantiate, recordName } from './generics.ts';
import { append } from './patterns.ts';
import type { Schemas } from './schemas.ts';
import type { Place } from './value.ts';

/** A declared type where it was written, or an entity of a schema. */
export type TypeRef =
  | DeclaredType
  | { readonly kind: 'class'; readonly class: ClassId }
  | { readonly kind: 'entity'; readonly entity: SchemaEntity };

export interface DeclaredType {
  readonly kind: 'declared';
  readonly file: FileIndex;
  readonly type: TypeFacts;
}

/** What a type comes down to. */
export type ResolvedType =
  | { readonly kind: 'class'; readonly class: ClassId }
  | {
      readonly kind: 'object';
      readonly name: string;
      readonly declaration: DeclarationId | null;
      readonly fields: readonly TypeField[];
    }
  | { readonly kind: 'entity'; readonly entity: SchemaEntity }
  | {
      readonly kind: 'library';
      readonly package: string;
      readonly name: string;
      readonly arguments: readonly TypeRef[];
    }
  | { readonly kind: 'array'; readonly of: TypeRef }
  | { readonly kind: 'primitive'; readonly name: string };

export interface TypeField {
  readonly name: string;
  readonly type: TypeRef;
  readonly origin: {
    readonly kind: 'type' | 'schema';
    readonly owner: string;
    readonly file: string;
    readonly line: number;
  };
  /** All fields of the same object: a `name` beside an `email` is a person's. One array per type. */
  readonly siblings: readonly string[];
  readonly optional?: boolean;
  /** From `@personal` and `@notPersonal`: a category, or null for not personal. */
  readonly annotation?: string | null;
  /** Queries do not give it unless asked, or its JSON does not have it. */
  readonly leftOut?: 'query' | 'json';
  /** The table whose rows it refers to. */
  readonly refers?: string;
  /** Whether it has to be given: by what checks it, or (false) by its `?`. A type alone checks nothing. */
  readonly required?: boolean;
}

type LibraryType = Extract<ResolvedType, { kind: 'library' }>;

const PRIMITIVE: ResolvedType = { kind: 'primitive', name: 'unknown' };
const FUNCTION: ResolvedType = { kind: 'primitive', name: 'function' };
/** Generic types of the language that are transparent: what they hold is what matters. */
const TRANSPARENT = new Set(['Promise', 'PromiseLike', 'Partial', 'Required', 'Readonly', 'NonNullable', 'Awaited']);
const COLLECTIONS = new Set([
  'Set',
  'ReadonlySet',
  'Iterable',
  'AsyncIterable',
  'Iterator',
  'Generator',
  'AsyncGenerator',
]);
const DEEPEST = 12;
const NO_NAMES: readonly string[] = [];

/** Answers questions about declared types; everything is memoised, since types are asked about at every property read. */
export class Types {
  readonly #program: Program;
  readonly #schemas: Schemas;
  readonly #resolved = new WeakMap<object, ResolvedType>();
  readonly #libraries = new WeakMap<object, readonly LibraryType[]>();
  readonly #unions = new WeakMap<TypeFacts, { members: readonly TypeFacts[]; union: DeclaredType }[]>();
  readonly #fields = new Map<string, readonly TypeField[]>();
  readonly #entities = new Map<string, SchemaEntity>();
  #records: Map<string, TypeRef[]> | undefined;
  readonly #lineOf: (file: FileIndex, offset: number) => number;

  constructor(program: Program, schemas: Schemas, lineOf: (file: FileIndex, offset: number) => number) {
    this.#program = program;
    this.#schemas = schemas;
    this.#lineOf = lineOf;
    for (const entity of program.entities) this.#entities.set(entity.name.toLowerCase(), entity);
  }

  /** The schema entity of that name, in whatever case an API spells it. */
  entityNamed(name: string): SchemaEntity | undefined {
    return this.#entities.get(name.toLowerCase());
  }

  /** The type that a table's rows have, judging by the table's name: `users` of `interface User`. */
  rowsOf(table: string): TypeRef | null {
    this.#records ??= this.#recordTypes();
    return this.#records.get(recordName(table))?.find((ref) => this.fields(ref).length > 1) ?? null;
  }

  /** Interfaces, object types and classes of the program by their names in lower case. */
  #recordTypes(): Map<string, TypeRef[]> {
    const found = new Map<string, TypeRef[]>();
    const note = (name: string, ref: TypeRef): void => append(found, recordName(name), ref);
    for (const { name, file, type } of this.#schemas.tables()) note(name, { kind: 'declared', file, type });
    for (const { id, facts } of this.#program.classes) if (facts.name) note(facts.name, { kind: 'class', class: id });
    for (const [file, facts] of this.#program.files.entries()) {
      for (const { name, kind, typeParameters } of facts.types) {
        if (kind === 'enum' || typeParameters.length > 0) continue;
        note(name, { kind: 'declared', file, type: { kind: 'reference', name, arguments: [] } });
      }
    }
    return found;
  }

  /** What a type is; of lists of lists, the innermost is never a list: `type Tree = Tree[]` ends, too. */
  resolve(ref: TypeRef, depth = DEEPEST): ResolvedType {
    if (ref.kind !== 'declared') return ref;
    const known = this.#resolved.get(ref.type);
    if (known) return known;
    const resolved = depth === 0 ? PRIMITIVE : this.#resolveDeclared(ref.file, ref.type, depth - 1);
    if (resolved.kind === 'array') this.resolve(resolved.of, Math.max(0, depth - 1));
    // A list that holds itself has met itself by now, and was told where it ends.
    const settled = this.#resolved.get(ref.type) ?? resolved;
    this.#resolved.set(ref.type, settled);
    return settled;
  }

  #resolveDeclared(file: FileIndex, type: TypeFacts, depth: number): ResolvedType {
    switch (type.kind) {
      case 'reference':
        return this.#resolveReference(file, type, depth);
      case 'array':
        return { kind: 'array', of: { kind: 'declared', file, type: type.of } };
      case 'object':
        return this.#resolveObject(file, type);
      case 'typeof': {
        const schema = this.#schemas.named(file, type.name);
        return schema ? this.resolve({ kind: 'declared', file, type: schema }, depth) : PRIMITIVE;
      }
      case 'union':
        return this.#resolveUnion(file, type.of, depth);
      case 'intersection':
        return this.#resolveIntersection(file, type.of, depth);
      case 'indexed': {
        const key = type.index.kind === 'literal' ? type.index.text : undefined;
        const of: TypeRef = { kind: 'declared', file, type: type.object };
        const property = key === undefined ? undefined : this.property(of, key);
        return property ? this.resolve(property, depth) : PRIMITIVE;
      }
      case 'primitive':
        return { kind: 'primitive', name: type.name };
      case 'function':
        return FUNCTION;
      case 'elsewhere':
        return this.resolve({ kind: 'declared', file: type.file, type: type.type }, depth);
      default:
        return PRIMITIVE;
    }
  }

  /** An object type as it is written, or the fields of a schema. */
  #resolveObject(file: FileIndex, { properties, schema }: TypeFacts & { kind: 'object' }): ResolvedType {
    const name = schema ?? '';
    const fields = this.#typeFields(file, name, properties, schema === undefined ? 'type' : 'schema');
    return { kind: 'object', name, declaration: null, fields };
  }

  /** What the schema that a call made describes. */
  schemaAt(place: Place): TypeRef | null {
    const type = this.#schemas.at(place);
    return type && { kind: 'declared', file: place.file, type };
  }

  #resolveReference(file: FileIndex, type: TypeFacts & { kind: 'reference' }, depth: number): ResolvedType {
    const target = this.#program.typeNamed(file, type.name);
    if (target) return this.#resolveTarget(target, file, type.arguments, depth);
    const [first, second] = type.arguments;
    if (!first) return PRIMITIVE;
    const inner: TypeRef = { kind: 'declared', file, type: first };
    if (TRANSPARENT.has(type.name)) return this.resolve(inner, depth);
    if (COLLECTIONS.has(type.name)) return { kind: 'array', of: inner };
    if ((type.name === 'Record' || type.name === 'Map') && second)
      return { kind: 'array', of: { kind: 'declared', file, type: second } };
    if (type.name === 'Pick' || type.name === 'Omit') return this.#narrow(inner, second, type.name === 'Pick', depth);
    return PRIMITIVE;
  }

  #resolveTarget(
    target: TypeTarget,
    file: FileIndex,
    typeArguments: readonly TypeFacts[],
    depth: number,
  ): ResolvedType {
    if (target.kind === 'class') return target;
    if (target.kind === 'library') {
      const entity = this.#entities.get(target.name.toLowerCase());
      if (entity) return { kind: 'entity', entity };
      // `z.infer<typeof signUp>`, `InferSelectModel<typeof users>`
      const [only] = typeArguments;
      const schema = only?.kind === 'typeof' ? this.#schemas.named(file, only.name) : null;
      if (schema) return this.resolve({ kind: 'declared', file, type: schema }, depth);
      return {
        kind: 'library',
        package: target.package,
        name: target.name,
        arguments: typeArguments.map((type): TypeRef => ({ kind: 'declared', file, type })),
      };
    }
    if (typeArguments.length > 0) return this.#resolveDeclaration(target, typeArguments, file, depth);
    // The same name is written in many places, and means the same wherever it takes no arguments.
    const known = this.#resolved.get(target.declaration);
    if (known) return known;
    const resolved = this.#resolveDeclaration(target, [], file, depth);
    // Far down, where types are cut off, is no place to learn what one is elsewhere.
    if (depth > DEEPEST / 2) this.#resolved.set(target.declaration, resolved);
    return resolved;
  }

  #resolveDeclaration(
    target: TypeTarget & { kind: 'declaration' },
    typeArguments: readonly TypeFacts[],
    file: FileIndex,
    depth: number,
  ): ResolvedType {
    const declaration = instantiate(target.declaration, typeArguments, file);
    if (declaration.kind === 'alias') {
      const resolved = this.resolve({ kind: 'declared', file: target.file, type: declaration.type }, depth);
      return resolved.kind === 'object' && resolved.name === ''
        ? {
            ...resolved,
            name: declaration.name,
            declaration: target.id,
            fields: rename(resolved.fields, declaration.name),
          }
        : resolved;
    }
    if (declaration.kind === 'enum' || declaration.type.kind !== 'object') return PRIMITIVE;
    const own = this.#typeFields(target.file, declaration.name, declaration.type.properties);
    const inherited = declaration.extends.flatMap((type) =>
      this.fields({ kind: 'declared', file: target.file, type }, depth),
    );
    const names = new Set(own.map(({ name }) => name));
    const fields = [...own, ...inherited.filter(({ name }) => !names.has(name))];
    return { kind: 'object', name: declaration.name, declaration: target.id, fields };
  }

  /** The first that says something; of several kinds of object, what any of them has. */
  #resolveUnion(file: FileIndex, members: readonly TypeFacts[], depth: number): ResolvedType {
    const resolved = members.map((type) => this.resolve({ kind: 'declared', file, type }, depth));
    const first = resolved.find(({ kind }) => kind !== 'primitive') ?? resolved[0] ?? PRIMITIVE;
    const objects = resolved.filter((one) => one.kind === 'object');
    if (first.kind !== 'object' || objects.length < 2) return first;
    const fields = new Map<string, TypeField>();
    for (const { fields: own } of objects) {
      for (const field of own) {
        const known = fields.get(field.name);
        if (!known || !mayTell(known.type)) fields.set(field.name, field);
      }
    }
    return { kind: 'object', name: '', declaration: null, fields: [...fields.values()] };
  }

  /** What a union is made of, through the names of other unions; null for what is none. */
  membersOf(ref: TypeRef, depth = DEEPEST): readonly DeclaredType[] | null {
    if (ref.kind !== 'declared' || depth === 0) return null;
    const { file, type } = ref;
    if (type.kind === 'elsewhere') return this.membersOf({ ...ref, file: type.file, type: type.type }, depth - 1);
    if (type.kind === 'union') {
      return type.of.flatMap((of) => {
        const member: DeclaredType = { kind: 'declared', file, type: of };
        return this.membersOf(member, depth - 1) ?? [member];
      });
    }
    const target = type.kind === 'reference' ? this.#program.typeNamed(file, type.name) : undefined;
    if (type.kind !== 'reference' || target?.kind !== 'declaration') return null;
    const declaration = instantiate(target.declaration, type.arguments, file);
    if (declaration.kind !== 'alias') return null;
    return this.membersOf({ kind: 'declared', file: target.file, type: declaration.type }, depth - 1);
  }

  /** One of several: the same object for the same types, which are known by their identity. */
  unionOf(members: readonly DeclaredType[]): TypeRef {
    const [first, ...others] = members as readonly [DeclaredType, ...DeclaredType[]];
    if (others.length === 0) return first;
    const known = this.#unions.get(first.type) ?? [];
    this.#unions.set(first.type, known);
    const found = known.find(
      (one) => one.members.length === members.length && one.members.every((type, at) => type === members[at]?.type),
    );
    if (found) return found.union;
    const of = members.map(({ file, type }): TypeFacts => ({ kind: 'elsewhere', file, type }));
    const union: DeclaredType = { kind: 'declared', file: first.file, type: { kind: 'union', of } };
    known.push({ members: members.map(({ type }) => type), union });
    return union;
  }

  /** The literals that a type allows, also a member of an enum as it is written; empty when it allows anything else. */
  literalsOf(ref: TypeRef): readonly string[] {
    const members = this.membersOf(ref) ?? [ref];
    const literals = members.map((member) => {
      if (member.kind !== 'declared') return undefined;
      const { type } = member;
      if (type.kind === 'literal') return type.text;
      return type.kind === 'reference' && type.name.includes('.') ? type.name : undefined;
    });
    return literals.every((text) => text !== undefined) ? (literals as string[]) : [];
  }

  #resolveIntersection(file: FileIndex, members: readonly TypeFacts[], depth: number): ResolvedType {
    const refs = members.map((type): TypeRef => ({ kind: 'declared', file, type }));
    const library = refs
      .map((ref) => this.resolve(ref, depth))
      .find(({ kind }) => kind === 'library' || kind === 'class');
    const fields = refs.flatMap((ref) => this.fields(ref, depth));
    if (library && fields.length === 0) return library;
    return { kind: 'object', name: '', declaration: null, fields };
  }

  #narrow(of: TypeRef, keys: TypeFacts | undefined, pick: boolean, depth: number): ResolvedType {
    const names = new Set(keys ? literalTexts(keys) : []);
    const fields = this.fields(of, depth).filter(({ name }) => names.has(name) === pick);
    return { kind: 'object', name: this.nameOf(of), declaration: null, fields };
  }

  #typeFields(
    file: FileIndex,
    owner: string,
    properties: readonly PropertyFacts[],
    kind: 'type' | 'schema' = 'type',
  ): TypeField[] {
    const facts = this.#program.files[file];
    const siblings = properties.map(({ name }) => name);
    return properties.map((property): TypeField => {
      const { name, type, span, optional, leftOut, refers, required = optional ? false : undefined } = property;
      const annotation = annotationAt(facts?.annotations ?? [], span[0]);
      return {
        name,
        type: { kind: 'declared', file, type },
        origin: { kind, owner, file: facts?.file ?? '', line: this.#lineOf(file, span[0]) },
        siblings,
        ...(optional && { optional }),
        ...(annotation === undefined ? {} : { annotation }),
        ...(required === undefined ? {} : { required }),
        ...(leftOut && { leftOut }),
        ...(refers && { refers }),
      };
    });
  }

  /** The libraries' types that a type is or extends: `interface ApiContext extends ParameterizedContext<State>`. */
  libraries(ref: TypeRef): readonly LibraryType[] {
    const key = ref.kind === 'declared' ? ref.type : ref;
    let found = this.#libraries.get(key);
    if (!found) {
      found = this.#findLibraries(ref);
      this.#libraries.set(key, found);
    }
    return found;
  }

  #findLibraries(start: TypeRef): LibraryType[] {
    const found: LibraryType[] = [];
    const pending: TypeRef[] = [start];
    for (let steps = 0; pending.length > 0 && steps < 40; steps++) {
      const ref = pending.shift() as TypeRef;
      const resolved = this.resolve(ref);
      if (resolved.kind === 'library') found.push(resolved);
      else pending.push(...this.#bases(ref, resolved));
    }
    return found;
  }

  #bases(ref: TypeRef, resolved: ResolvedType): TypeRef[] {
    if (resolved.kind === 'class') {
      const { file, facts } = this.#program.classes[resolved.class] as Program['classes'][number];
      return facts.extends ? [{ kind: 'declared', file, type: facts.extends }] : [];
    }
    if (ref.kind !== 'declared') return [];
    const { file, type } = ref;
    if (type.kind === 'intersection' || type.kind === 'union')
      return type.of.map((of): TypeRef => ({ kind: 'declared', file, type: of }));
    if (type.kind !== 'reference') return [];
    const target = this.#program.typeNamed(file, type.name);
    if (target?.kind !== 'declaration') return [];
    const { declaration } = target;
    const bases = declaration.kind === 'alias' ? [declaration.type] : declaration.extends;
    return bases.map((base): TypeRef => ({ kind: 'declared', file: target.file, type: base }));
  }

  /** The declared fields of a type; empty for primitives, arrays and libraries' types. */
  fields(ref: TypeRef, depth = DEEPEST): readonly TypeField[] {
    const resolved = this.resolve(ref, depth);
    if (resolved.kind === 'object') return resolved.fields;
    if (resolved.kind === 'entity') return this.#entityFields(resolved.entity);
    return resolved.kind === 'class' ? this.#classFields(resolved.class) : [];
  }

  /**
   * Whether a declared type, or its absence, leaves open what is passed: `any`, `ReturnType<typeof express>`, or a type
   * whose declaration is not seen: `Route.ActionArgs` of a file that a framework generates.
   */
  leavesOpen(file: FileIndex, type: TypeFacts | undefined): boolean {
    if (type === undefined) return true;
    if (type.kind !== 'reference') return type.kind === 'primitive' && type.name === 'any';
    if (type.name === 'ReturnType') return true;
    const [name] = type.name.split('.');
    const isImported = this.#program.files[file]?.imports.some(({ local }) => local === name) ?? false;
    return isImported && this.resolve({ kind: 'declared', file, type }) === PRIMITIVE;
  }

  /** Whether any schema leaves fields out of its rows' JSON. */
  get hidesFields(): boolean {
    return this.#schemas.hidesFields;
  }

  /** Fields that queries do not give unless asked, or that its JSON does not have. */
  leftOut(ref: TypeRef, of: 'query' | 'json'): readonly string[] {
    const resolved = this.resolve(ref);
    if (resolved.kind !== 'object') return NO_NAMES;
    const names = resolved.fields.flatMap(({ name, leftOut }) => (leftOut === of ? [name] : NO_NAMES));
    return names.length > 0 ? names : NO_NAMES;
  }

  #entityFields(entity: SchemaEntity): readonly TypeField[] {
    return this.#memo(`entity ${entity.name}`, () => {
      // Relations are rows of their own: a campaign's `emails` do not make its `name` a person's.
      const siblings = entity.fields.flatMap(({ name, type }) => (this.entityNamed(type) ? [] : [name]));
      return entity.fields.map((field): TypeField => {
        const target = this.entityNamed(field.type);
        const type: TypeRef = target
          ? { kind: 'entity', entity: target }
          : { kind: 'declared', file: 0, type: { kind: 'primitive', name: field.type } };
        return {
          name: field.name,
          type,
          origin: { kind: 'schema', owner: entity.name, file: entity.file, line: field.line },
          siblings,
          ...(field.annotation === undefined ? {} : { annotation: field.annotation }),
        };
      });
    });
  }

  #classFields(id: ClassId): readonly TypeField[] {
    return this.#memo(`class ${id}`, () => {
      const fields = new Map<string, TypeField>();
      const siblings: string[] = [];
      for (const at of ancestors(id, this.#program)) {
        const { file, facts } = this.#program.classes[at] as Program['classes'][number];
        for (const member of facts.members) {
          if (member.static || fields.has(member.name) || !isFieldLike(member)) continue;
          fields.set(member.name, this.#memberField(member, at, facts.name, file, siblings));
        }
      }
      for (const base of this.#schemas.bases(id)) {
        const { required } = base;
        for (const field of this.#classFields(base.class))
          if (base.keeps(field.name) && !fields.has(field.name))
            fields.set(field.name, required === undefined ? field : { ...field, required });
      }
      siblings.push(...fields.keys());
      return [...fields.values()];
    });
  }

  #memberField(
    member: MemberFacts,
    id: ClassId,
    owner: string,
    file: FileIndex,
    siblings: readonly string[],
  ): TypeField {
    const { name, span, optional, type = { kind: 'primitive', name: 'unknown' } } = member;
    const facts = this.#program.files[file];
    const annotation = annotationAt(facts?.annotations ?? [], span[0]);
    const required = optional ? false : this.#schemas.isRequired(id, name);
    return {
      name,
      type: { kind: 'declared', file, type },
      origin: { kind: 'type', owner, file: facts?.file ?? '', line: this.#lineOf(file, span[0]) },
      siblings,
      ...(annotation === undefined ? {} : { annotation }),
      ...(required === undefined ? {} : { required }),
    };
  }

  #memo(key: string, make: () => readonly TypeField[]): readonly TypeField[] {
    let fields = this.#fields.get(key);
    if (!fields) {
      fields = make();
      this.#fields.set(key, fields);
    }
    return fields;
  }

  /** What calling a value of this type returns, when it is declared as a function. */
  returned(ref: TypeRef | null, depth = DEEPEST): TypeRef | null {
    if (ref?.kind !== 'declared' || depth === 0) return null;
    const { file, type } = ref;
    if (type.kind === 'function') return { kind: 'declared', file, type: type.returns };
    const target = type.kind === 'reference' ? this.#program.typeNamed(file, type.name) : undefined;
    if (target?.kind !== 'declaration' || target.declaration.kind !== 'alias') return null;
    return this.returned({ kind: 'declared', file: target.file, type: target.declaration.type }, depth - 1);
  }

  /** Whether a type says anything: what it holds, or whose it is. */
  isTelling(ref: TypeRef): boolean {
    const resolved = this.resolve(ref);
    return resolved.kind === 'array' ? this.isTelling(resolved.of) : resolved.kind !== 'primitive';
  }

  /** Whether a type is one or a list of them: `link: Link | Link[]`, which is resolved to the first of the two. */
  mayBeList(ref: TypeRef): boolean {
    if (ref.kind !== 'declared' || ref.type.kind !== 'union') return false;
    return ref.type.of.some((type) => this.resolve({ kind: 'declared', file: ref.file, type }).kind === 'array');
  }

  field(ref: TypeRef, key: string): TypeField | undefined {
    return this.fields(ref).find(({ name }) => name === key);
  }

  /** The declared type of a property, or of the elements for `[]`. */
  property(ref: TypeRef, key: string): TypeRef | undefined {
    const resolved = this.resolve(ref);
    if (resolved.kind === 'array') return resolved.of;
    return this.field(ref, key)?.type;
  }

  /** What people call the type: `User`, `CreateUserDto`; empty for anonymous ones. */
  nameOf(ref: TypeRef): string {
    if (ref.kind === 'declared' && ref.type.kind === 'reference') {
      const last = ref.type.name.split('.').at(-1) ?? '';
      const [first] = ref.type.arguments;
      return TRANSPARENT.has(last) && first ? this.nameOf({ kind: 'declared', file: ref.file, type: first }) : last;
    }
    const resolved = this.resolve(ref);
    if (resolved.kind === 'class') return this.#program.classes[resolved.class]?.facts.name ?? '';
    if (resolved.kind === 'entity') return resolved.entity.name;
    return resolved.kind === 'object' || resolved.kind === 'library' ? resolved.name : '';
  }
}

/** What belongs to something that may be left out may be left out. */
export function within(field: TypeField, owner: TypeField | null): TypeField {
  return field.required && owner?.required === false ? { ...field, required: false } : field;
}

/** Fields and getters, and methods whose body is elsewhere: their type says what they return. */
function isFieldLike({ kind, type, function: body }: MemberFacts): boolean {
  return kind === 'field' || kind === 'getter' || (kind === 'method' && body === undefined && type !== undefined);
}

function rename(fields: readonly TypeField[], owner: string): TypeField[] {
  return fields.map((field) => (field.origin.owner === '' ? { ...field, origin: { ...field.origin, owner } } : field));
}

function literalTexts(type: TypeFacts): string[] {
  if (type.kind === 'literal') return [type.text];
  return type.kind === 'union' ? type.of.flatMap(literalTexts) : [];
}

/**
 * Whether a type is written as more than a plain value. What its names stand for is not asked: types of trees hold
 * themselves, and would be asked for in the middle of being resolved.
 */
function mayTell(ref: TypeRef): boolean {
  if (ref.kind !== 'declared') return true;
  const { type } = ref;
  if (type.kind === 'array') return mayTell({ ...ref, type: type.of });
  if (type.kind === 'union') return type.of.some((of) => mayTell({ ...ref, type: of }));
  return type.kind !== 'primitive' && type.kind !== 'literal' && type.kind !== 'function';
}

function annotationAt(annotations: readonly AnnotationFacts[], offset: number): string | null | undefined {
  return annotations.find((annotation) => annotation.offset === offset)?.category;
}
