/**
 * Schemas that code declares with a library: `z.object({ … })`, `pgTable('users', { … })`. What a schema declares is read
 * from the facts, before and beside the flow analysis, as a type: then `z.infer<typeof schema>` is a type like any other,
 * and what `schema.parse` or a query gives back can take it.
 *
 * Values are followed as far as declarations go: variables, imports, members, chained calls. Nothing here depends on what
 * the analysis knows so far, so the answers are the same at every visit.
 */

import { type PortPath, type PortStep, parsePort } from '../core/api-path.ts';
import type { SchemaModel } from '../core/catalogue.ts';
import type {
  CallOperation,
  FileFacts,
  ObjectEntry,
  ObjectOperation,
  Operation,
  PropertyFacts,
  Register,
  TypeFacts,
} from '../core/facts.ts';
import type { ClassId, FileIndex, ModuleReference, Program } from '../core/program.ts';
import { libraryPath } from './library-path.ts';
import type { Models } from './models.ts';
import type { Place } from './value.ts';

/** A register of a function of a file. */
interface At {
  readonly file: FileIndex;
  readonly function: number;
  readonly register: Register;
}

/** What a register is known to hold without running anything. */
type Known =
  | { readonly kind: 'library'; readonly package: string; readonly path: readonly string[]; readonly made: Made | null }
  | { readonly kind: 'module'; readonly file: FileIndex }
  | { readonly kind: 'class'; readonly class: ClassId }
  | { readonly kind: 'object'; readonly at: At; readonly operation: ObjectOperation }
  | { readonly kind: 'list'; readonly of: readonly At[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'flag' };

/** The call that made a library's value, and the models of what it called. */
interface Made {
  readonly at: At;
  readonly call: CallOperation;
  readonly schemas: readonly SchemaModel[];
  /** Whether a field that is declared with it has to be given. */
  readonly required?: boolean;
}

/** A class whose fields another takes over, all or some. */
interface Base {
  readonly class: ClassId;
  readonly keeps: (name: string) => boolean;
  /** What taking them over makes of all of them: `PartialType(CreateUser)`. */
  readonly required?: boolean;
}

/** Fields as they are written in one file; a schema may be made of several. */
interface Part {
  readonly file: FileIndex;
  readonly properties: readonly PropertyFacts[];
  /** As an object in the call itself, not by another schema. */
  readonly written?: boolean;
}

const DEEPEST = 24;
/** How often one object is written to before it is used. */
const MOST_VERSIONS = 1_000;
const DEEPEST_FIELDS = 4;
const UNKNOWN: TypeFacts = { kind: 'primitive', name: 'unknown' };
const BOOLEAN: TypeFacts = { kind: 'primitive', name: 'boolean' };
/** Columns and fields of these kinds hold a yes or no. */
const YES_OR_NO = /^\.bool(?:ean)?$/i;

/** Arguments that a field's type may be a choice among. */
const HOLDS_SCHEMAS: ReadonlySet<Known['kind']> = new Set(['library', 'object']);

/** `userSchema` is about a user, not about schemas. */
const NO_OWNER = /_?(?:Schema|Model|Table|Validator|Entity)$/i;

/** Answers which fields a declared schema has. */
export class Schemas {
  /** Whether a schema was seen that leaves fields out of its rows' JSON. */
  hidesFields = false;
  readonly #program: Program;
  readonly #models: Models;
  readonly #named = new Map<string, TypeFacts | null>();
  readonly #writers = new Map<string, readonly (Operation | undefined)[]>();
  readonly #calls = new Map<FileIndex, ReadonlyMap<string, At>>();
  readonly #types = new Map<CallOperation, TypeFacts | null>();

  constructor(program: Program, models: Models) {
    this.#program = program;
    this.#models = models;
  }

  /** The type that the schema in a variable describes: `typeof signUp`, `typeof users.$inferSelect`. */
  named(file: FileIndex, name: string): TypeFacts | null {
    const key = `${file}#${name}`;
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    this.#named.set(key, null);
    const [first = '', ...rest] = name.split('.');
    let value = this.#variable(file, first);
    let type = value && this.#typeOf(value, 0);
    for (const member of rest) {
      // What a schema offers under a name is made of the schema: `$inferSelect`, `_output`.
      if (type) break;
      value = value && this.#member(value, member, 0);
      type = value && this.#typeOf(value, 0);
    }
    this.#named.set(key, type);
    return type;
  }

  /** The type of the schema that the call at a place made. */
  at({ file, span }: Place): TypeFacts | null {
    let calls = this.#calls.get(file);
    if (!calls) {
      calls = this.#callsOf(file);
      this.#calls.set(file, calls);
    }
    const at = calls.get(`${span[0]}-${span[1]}`);
    const value = at && this.#known(at, 0);
    return value ? this.#typeOf(value, 0) : null;
  }

  /** Every schema at the top of a module that has a name of its own or a variable's: tables and models. */
  *tables(): Generator<{ readonly name: string; readonly file: FileIndex; readonly type: TypeFacts }> {
    for (const [file, facts] of this.#program.files.entries()) {
      if (!specifiersOf(facts).some((specifier) => this.#hasSchemas(file, specifier))) continue;
      for (const operation of facts.functions[0]?.operations ?? []) {
        // `export default model('User', schema)` is a table without a variable.
        if (operation.kind !== 'bind' && operation.kind !== 'call') continue;
        const register = operation.kind === 'bind' ? operation.from : operation.into;
        const value = this.#known({ file, function: 0, register }, 0);
        if (value?.kind !== 'library' || !value.made?.schemas.some(({ name }) => name !== undefined)) continue;
        const type = this.#typeOf(value, 0);
        if (!type) continue;
        if (operation.kind === 'bind') yield { name: operation.name, file, type };
        else yield { name: this.#nameOf(value.made), file, type };
      }
    }
  }

  /** Whether a file imports a library that makes schemas, so that others need not be looked at. */
  #hasSchemas(file: FileIndex, specifier: string): boolean {
    const module = this.#program.module(file, specifier);
    return module.kind === 'package' && this.#models.makesSchemas(module.package);
  }

  /** What a class extends that a call made of another: `extends PartialType(CreateUser)`. */
  bases(id: ClassId): readonly Base[] {
    const { file } = this.#program.classes[id] as Program['classes'][number];
    const index = id - (this.#program.bases[file]?.classes ?? 0);
    for (const [position, { operations }] of (this.#program.files[file]?.functions ?? []).entries()) {
      const made = operations.find((one) => one.kind === 'class' && one.class === index);
      if (made?.kind !== 'class') continue;
      if (made.extends === undefined) return [];
      const value = this.#known({ file, function: position, register: made.extends }, 0);
      return value?.kind === 'library' && value.made ? this.#mixedFrom(value.made) : [];
    }
    return [];
  }

  #mixedFrom(made: Made): Base[] {
    return made.schemas.flatMap((model) => {
      const keeps = this.#keeps(model, made);
      const places = parsePort(model.fields ?? 'this').flatMap((port) => this.#registersAt(port, made));
      return places.flatMap((at): Base[] => {
        const value = this.#known(at, 0);
        const own = model.fieldsRequired === undefined ? {} : { required: model.fieldsRequired };
        if (value?.kind === 'class') return [{ class: value.class, keeps, ...own }];
        const inner = value?.kind === 'library' && value.made ? this.#mixedFrom(value.made) : [];
        return inner.map((base) => ({ ...base, keeps: (name) => keeps(name) && base.keeps(name), ...own }));
      });
    });
  }

  /** Whether the decorators of a class's field say that it has to be given. */
  isRequired(id: ClassId, name: string): boolean | undefined {
    const { file } = this.#program.classes[id] as Program['classes'][number];
    const index = id - (this.#program.bases[file]?.classes ?? 0);
    const facts = this.#program.files[file];
    if (!facts?.imports.some(({ specifier }) => this.#hasSchemas(file, specifier))) return undefined;
    const said = facts.functions.flatMap(({ operations }, position) =>
      operations.flatMap((one): boolean[] => {
        if (one.kind !== 'decorate' || one.class !== index || one.member !== name || one.parameter !== undefined)
          return [];
        const value = this.#known({ file, function: position, register: one.decorator }, 0);
        const required = value?.kind === 'library' ? value.made?.required : undefined;
        return required === undefined ? [] : [required];
      }),
    );
    return said.length === 0 ? undefined : said.every((required) => required);
  }

  #callsOf(file: FileIndex): Map<string, At> {
    const calls = new Map<string, At>();
    for (const [index, { operations }] of (this.#program.files[file]?.functions ?? []).entries()) {
      for (const operation of operations) {
        if (operation.kind !== 'call') continue;
        calls.set(`${operation.span[0]}-${operation.span[1]}`, { file, function: index, register: operation.into });
      }
    }
    return calls;
  }

  // ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #writer({ file, function: index, register }: At): Operation | undefined {
    const key = `${file}:${index}`;
    let writers = this.#writers.get(key);
    if (!writers) {
      const list: (Operation | undefined)[] = [];
      for (const operation of this.#program.files[file]?.functions[index]?.operations ?? [])
        if ('into' in operation) list[operation.into] = operation;
      writers = list;
      this.#writers.set(key, writers);
    }
    return writers[register];
  }

  /** A variable of a module, by its name. */
  #variable(file: FileIndex, name: string): Known | null {
    const facts = this.#program.files[file];
    const imported = facts?.imports.find(({ local }) => local === name);
    if (imported) return this.#imported(this.#program.module(file, imported.specifier), imported.imported, 0);
    const bound = facts?.functions[0]?.operations.find((one) => one.kind === 'bind' && one.name === name);
    if (bound?.kind === 'bind') return this.#known({ file, function: 0, register: bound.from }, 0);
    return null;
  }

  #imported(module: ModuleReference, name: string, depth: number): Known | null {
    if (depth > DEEPEST || module.kind === 'unknown') return null;
    if (module.kind === 'package') {
      const full = [module.package, ...module.subpath].join('/');
      const own = module.subpath.length > 0 && this.#models.knows(full);
      const path = own ? [] : module.subpath.map((part) => `.${part}`);
      if (name !== '*' && name !== 'default') path.push(`.${name}`);
      return { kind: 'library', package: own ? full : module.package, path, made: null };
    }
    if (name === '*') return { kind: 'module', file: module.file };
    const binding = this.#program.exported(module.file, name);
    if (binding?.kind === 'cell') return this.#cell(binding.cell, depth + 1);
    if (binding?.kind === 'module') return this.#imported(binding.module, '*', depth + 1);
    return binding ? this.#imported(binding.module, binding.name, depth + 1) : null;
  }

  /** What is put into a variable, when one place does it. */
  #cell(id: number, depth: number): Known | null {
    const { file, owner } = this.#program.cells[id] as Program['cells'][number];
    const base = this.#program.bases[file];
    if (!base) return null;
    const index = owner - base.functions;
    const local = id - base.cells;
    const stores = (this.#program.files[file]?.functions[index]?.operations ?? []).filter(
      (one) => one.kind === 'store' && one.cell === local,
    );
    const [first] = stores;
    return first?.kind === 'store' ? this.#known({ file, function: index, register: first.from }, depth + 1) : null;
  }

  /** The register that the same value is in before it was only written to or renamed. */
  #before(at: At): At {
    let found = at;
    for (let steps = 0; steps < MOST_VERSIONS; steps++) {
      const operation = this.#writer(found);
      if (operation?.kind === 'bind' || operation?.kind === 'after' || operation?.kind === 'refine')
        found = { ...found, register: operation.from };
      // `schema.methods.fullName = …` is the same schema.
      else if (operation?.kind === 'set') found = { ...found, register: operation.base };
      else break;
    }
    return found;
  }

  #known(after: At, depth: number): Known | null {
    const at = this.#before(after);
    const operation = this.#writer(at);
    if (!operation || depth > DEEPEST) return null;
    const { file } = at;
    const read = (register: Register): Known | null => this.#known({ ...at, register }, depth + 1);
    switch (operation.kind) {
      case 'phi':
        return operation.from.reduce<Known | null>((found, register) => found ?? read(register), null);
      case 'import': {
        const facts = this.#program.files[file]?.imports[operation.import];
        return facts ? this.#imported(this.#program.module(file, facts.specifier), facts.imported, depth) : null;
      }
      case 'require':
        return this.#imported(this.#program.module(file, operation.specifier), '*', depth);
      case 'load':
        return this.#cell((this.#program.bases[file]?.cells ?? 0) + operation.cell, depth);
      case 'get': {
        const base = typeof operation.key === 'string' ? read(operation.from) : null;
        return base && this.#member(base, operation.key as string, depth);
      }
      case 'call':
        return this.#called(at, operation, depth);
      case 'object':
        return { kind: 'object', at, operation };
      case 'array':
        return { kind: 'list', of: operation.elements.map(({ value }): At => ({ ...at, register: value })) };
      case 'class':
        return { kind: 'class', class: (this.#program.bases[file]?.classes ?? 0) + operation.class };
      case 'constant':
        return operation.type === 'string' ? { kind: 'text', text: operation.text ?? '' } : null;
      case 'global':
        return operation.name === 'Boolean' ? { kind: 'flag' } : null;
      default:
        return null;
    }
  }

  #member(base: Known, key: string, depth: number): Known | null {
    if (base.kind === 'module') return this.#imported({ kind: 'file', file: base.file }, key, depth + 1);
    if (base.kind === 'library') {
      return key === 'default' && base.path.length === 0 ? base : { ...base, path: [...base.path, `.${key}`] };
    }
    if (base.kind !== 'object') return null;
    const entry = base.operation.entries.find((one) => 'key' in one && one.key === key);
    return entry && 'value' in entry ? this.#known({ ...base.at, register: entry.value }, depth + 1) : null;
  }

  #called(at: At, call: CallOperation, depth: number): Known | null {
    const callee = this.#known({ ...at, register: call.callee }, depth + 1);
    if (callee?.kind !== 'library') return null;
    const path = call.new ? [...callee.path, 'new()'] : callee.path;
    const match = this.#models.match(libraryPath(callee.package, path));
    const typed = match.types.find(({ ports }) => ports.some(({ root, steps }) => root.kind === 'return' && !steps[0]));
    const next = typed ? [`<${typed.model.type}>`] : call.new ? path : [...path, '()'];
    const required = match.schemas.find((model) => model.required !== undefined)?.required;
    const schemas = match.schemas.filter(({ fields }) => fields !== undefined);
    const made: Made = { at, call, schemas, ...(required === undefined ? {} : { required }) };
    return { kind: 'library', package: callee.package, path: next, made };
  }

  // ── types ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What a schema describes; null for what is none. */
  #typeOf(value: Known, depth: number): TypeFacts | null {
    if (value.kind !== 'library' || !value.made || depth > DEEPEST_FIELDS) return null;
    const { call } = value.made;
    const known = this.#types.get(call);
    if (known !== undefined) return known;
    this.#types.set(call, null);
    const type = this.#elements(value.made, depth) ?? this.#object(value.made, depth);
    this.#types.set(call, type);
    return type;
  }

  #elements(made: Made, depth: number): TypeFacts | null {
    for (const { of } of made.schemas) {
      for (const port of of === undefined ? [] : parsePort(of)) {
        const [at] = this.#registersAt(port, made);
        const value = at && this.#known(at, 0);
        const element = value ? this.#typeOf(value, depth + 1) : null;
        if (element) return { kind: 'array', of: element };
      }
    }
    return null;
  }

  #object(made: Made, depth: number): TypeFacts | null {
    const parts = this.#partsOf(made, depth);
    const name = this.#nameOf(made).replace(NO_OWNER, '');
    const types = parts
      .filter(({ properties }) => properties.length > 0)
      .map(({ file, properties }): TypeFacts => {
        return { kind: 'elsewhere', file, type: { kind: 'object', properties, schema: name } };
      });
    const [first] = types;
    return first === undefined || types.length === 1 ? (first ?? null) : { kind: 'intersection', of: types };
  }

  /** The fields of each schema that a call builds on. A method that no model knows is one of a builder. */
  #partsOf(made: Made, depth: number): Part[] {
    const receiver = this.#receiver(made);
    if (made.schemas.length === 0) return receiver && receiver !== made ? this.#partsOf(receiver, depth) : [];
    return made.schemas.flatMap((model) => {
      if (model.of !== undefined) return [];
      const keeps = this.#keeps(model, made);
      const parts = parsePort(model.fields ?? 'this').flatMap((port) => {
        const found =
          port.root.kind === 'this'
            ? receiver
              ? this.#partsOf(receiver, depth)
              : []
            : this.#registersAt(port, made).flatMap((at) => this.#partsAt(at, depth, [model], model.fieldsRequired));
        return found.map((part) => withRequired(part, model, made));
      });
      return parts.map(({ properties, ...part }) => ({
        ...part,
        properties: properties.filter(({ name }) => keeps(name)),
      }));
    });
  }

  #receiver({ at, call }: Made): Made | null {
    const value = call.receiver === undefined ? null : this.#known({ ...at, register: call.receiver }, 0);
    return value?.kind === 'library' ? value.made : null;
  }

  /** An object's entries as fields, the fields of another schema, or those of all in a list: `union([a, b])`. */
  #partsAt(at: At, depth: number, models: readonly SchemaModel[] = [], usually?: boolean): Part[] {
    const value = this.#known(at, 0);
    if (value?.kind === 'library' && value.made) return this.#partsOf(value.made, depth);
    if (value?.kind === 'list') return value.of.flatMap((one) => this.#partsAt(one, depth + 1, models, usually));
    if (value?.kind !== 'object' || depth > DEEPEST_FIELDS) return [];
    const { file } = value.at;
    const spread: Part[] = [];
    const properties: PropertyFacts[] = [];
    for (const entry of value.operation.entries) {
      if ('spread' in entry)
        spread.push(...this.#partsAt({ ...value.at, register: entry.spread }, depth + 1, models, usually));
      else if (typeof entry.key === 'string') {
        const field = { ...value.at, register: entry.value };
        const type = this.#fieldType(field, depth + 1);
        const { key: name, span } = entry;
        const said = {
          ...this.#isRequired(field, usually),
          ...this.#leftOut(field, models),
          ...this.#refers(field, models),
        };
        properties.push({ name, type, optional: false, span, ...said });
      }
    }
    return [{ file, properties, written: true }, ...spread];
  }

  /** `{ type: String, select: false }`: what an option of a field's declaration says of where it is left out. */
  #leftOut(field: At, models: readonly SchemaModel[]): Pick<PropertyFacts, 'leftOut'> {
    if (!models.some(({ unselected, hidden }) => unselected || hidden)) return {};
    const value = this.#known(field, 0);
    const options = value?.kind === 'object' ? value.operation.entries : [];
    const says = (named: Readonly<Record<string, boolean>> = {}): boolean =>
      options.some(
        (entry) =>
          'key' in entry &&
          typeof entry.key === 'string' &&
          Object.hasOwn(named, entry.key) &&
          value?.kind === 'object' &&
          this.#isFlag({ ...value.at, register: entry.value }, named[entry.key] as boolean),
      );
    if (models.some(({ unselected }) => says(unselected))) return { leftOut: 'query' };
    if (!models.some(({ hidden }) => says(hidden))) return {};
    this.hidesFields = true;
    return { leftOut: 'json' };
  }

  /** `{ type: ObjectId, ref: 'User' }`, or a list of them. */
  #refers(field: At, models: readonly SchemaModel[]): Pick<PropertyFacts, 'refers'> {
    const options = new Set(models.flatMap(({ refers }) => refers ?? []));
    if (options.size === 0) return {};
    const value = this.#known(field, 0);
    const one = value?.kind === 'list' && value.of[0] ? this.#known(value.of[0], 0) : value;
    if (one?.kind !== 'object') return {};
    for (const entry of one.operation.entries) {
      if (!('key' in entry) || typeof entry.key !== 'string' || !options.has(entry.key)) continue;
      const table = this.#known({ ...one.at, register: entry.value }, 0);
      if (table?.kind === 'text') return { refers: table.text };
    }
    return {};
  }

  #isFlag(at: At, expected: boolean): boolean {
    const operation = this.#writer(at);
    return operation?.kind === 'constant' && operation.type === 'boolean' && operation.text === String(expected);
  }

  /**
   * Whether a field has to be given: what the calls that declare it say, the last of them first
   * (`z.string().optional()`), else `usually`. Nothing for what cannot be seen, and for alternatives.
   */
  #isRequired(field: At, usually: boolean | undefined): Pick<PropertyFacts, 'required'> {
    let value = this.#known(field, 0);
    for (let steps = 0; value?.kind === 'library' && steps < DEEPEST; steps++) {
      const { made } = value as Known & { kind: 'library' };
      if (made?.required !== undefined) return { required: made.required };
      const receiver = made && this.#receiver(made);
      if (!made || receiver) {
        if (!receiver) return usually === undefined ? {} : { required: usually };
        value = { ...(value as Known & { kind: 'library' }), made: receiver };
        continue;
      }
      const inner = made.call.arguments.map((argument) => this.#known({ ...made.at, register: argument.value }, 0));
      if (inner.some((one) => one?.kind === 'list')) return {};
      if (made.schemas.length === 0 && inner.some((one) => one !== null && HOLDS_SCHEMAS.has(one.kind))) return {};
      const [first] = inner;
      if (first?.kind !== 'library' || made.schemas.some(({ of }) => of !== undefined))
        return usually === undefined ? {} : { required: usually };
      value = first;
    }
    return {};
  }

  #fieldType(at: At, depth: number): TypeFacts {
    const value = this.#known(at, 0);
    if (!value || depth > DEEPEST_FIELDS) return UNKNOWN;
    if (value.kind === 'flag') return BOOLEAN;
    if (value.kind === 'list' && value.of[0]) return { kind: 'array', of: this.#fieldType(value.of[0], depth + 1) };
    if (value.kind === 'object') return this.#nested(value, depth);
    if (value.kind !== 'library') return UNKNOWN;
    if (this.#isYesOrNo(value)) return BOOLEAN;
    return this.#typeOf(value, depth) ?? UNKNOWN;
  }

  /** `{ type: String, required: true }` describes one field, `{ street: String }` several. */
  #nested(value: Known & { kind: 'object' }, depth: number): TypeFacts {
    const type = value.operation.entries.find((entry) => 'key' in entry && entry.key === 'type');
    if (type && 'value' in type) return this.#fieldType({ ...value.at, register: type.value }, depth + 1);
    const [part] = this.#partsAt({ ...value.at }, depth);
    return part ? { kind: 'object', properties: part.properties, schema: '' } : UNKNOWN;
  }

  /** `z.boolean().default(false)`, `DataTypes.BOOLEAN`. */
  #isYesOrNo(value: Known & { kind: 'library' }): boolean {
    let at: (Known & { kind: 'library' }) | null = value;
    for (let steps = 0; at && steps < DEEPEST; steps++) {
      if (YES_OR_NO.test(at.path.at(-1) ?? '')) return true;
      const made: Made | null = at.made;
      const callee: Known | null = made && this.#known({ ...made.at, register: made.call.callee }, 0);
      if (callee?.kind !== 'library' || callee === at) return false;
      if (YES_OR_NO.test(callee.path.at(-1) ?? '')) return true;
      at = callee.made && callee.made !== made ? callee : null;
    }
    return false;
  }

  #nameOf({ at, call, schemas }: Made): string {
    for (const { name } of schemas) {
      for (const port of name === undefined ? [] : parsePort(name)) {
        const [register] = this.#registersAt(port, { at, call, schemas });
        const value = register && this.#known(register, 0);
        if (value?.kind === 'text') return value.text;
      }
    }
    const bound = this.#program.files[at.file]?.functions[at.function]?.operations.find(
      (one) => one.kind === 'bind' && one.from === call.into,
    );
    return bound?.kind === 'bind' ? bound.name : '';
  }

  // ── ports ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Which fields `pick` and `omit` leave. */
  #keeps({ pick, omit }: SchemaModel, made: Made): (name: string) => boolean {
    const only = pick === undefined ? null : this.#keysAt(pick, made);
    const without = omit === undefined ? null : this.#keysAt(omit, made);
    return (name) => (only === null || only.has(name)) && !without?.has(name);
  }

  /** The keys of an object, or the texts of a list, at a port; null when they are not known. */
  #keysAt(text: string, made: Made): ReadonlySet<string> | null {
    const values = parsePort(text)
      .flatMap((port) => this.#registersAt(port, made))
      .map((at) => this.#known(at, 0));
    const names = values.flatMap((value): string[] => {
      if (value?.kind === 'text') return [value.text];
      if (value?.kind === 'object')
        return value.operation.entries.flatMap((entry) =>
          'key' in entry && typeof entry.key === 'string' ? [entry.key] : [],
        );
      if (value?.kind !== 'list') return [];
      return value.of.flatMap((at) => {
        const element = this.#known(at, 0);
        return element?.kind === 'text' ? [element.text] : [];
      });
    });
    return names.length > 0 ? new Set(names) : null;
  }

  #registersAt({ root, steps }: PortPath, { at, call }: Made): At[] {
    if (root.kind !== 'argument') return [];
    const { index } = root;
    const all = call.arguments.map(({ value }): At => ({ ...at, register: value }));
    const chosen =
      typeof index === 'number'
        ? all.slice(index, index + 1)
        : index === 'all'
          ? all
          : 'from' in index
            ? all.slice(index.from)
            : all.slice(-index.last);
    return chosen.flatMap((one) => this.#stepsInto(one, steps));
  }

  #stepsInto(at: At, steps: readonly PortStep[]): At[] {
    let found: At | null = at;
    for (const step of steps) {
      const value: Known | null = found && this.#known(found, 0);
      if (step.kind !== 'property' || value?.kind !== 'object') return [];
      const entry: ObjectEntry | undefined = value.operation.entries.find(
        (one) => 'key' in one && one.key === step.name,
      );
      found = entry && 'value' in entry ? { ...value.at, register: entry.value } : null;
    }
    return found ? [found] : [];
  }
}

/** The modules that a file imports, or requires where it starts. */
function specifiersOf({ imports, functions }: FileFacts): string[] {
  const required = (functions[0]?.operations ?? []).flatMap((one) => (one.kind === 'require' ? [one.specifier] : []));
  return [...imports.map(({ specifier }) => specifier), ...required];
}

/**
 * A schema that is changed (`partial()`) has all its fields alike; which of them a call with arguments means
 * (`partial({ name: true })`) is left open. Fields that are written for a schema say it themselves.
 */
function withRequired(part: Part, { fieldsRequired }: SchemaModel, { call }: Made): Part {
  if (fieldsRequired === undefined || part.written) return { ...part, written: false };
  const some = call.receiver !== undefined && call.arguments.length > 0;
  const properties = part.properties.map(({ required: _, ...rest }): PropertyFacts => {
    return some ? rest : { ...rest, required: fieldsRequired };
  });
  return { ...part, properties };
}
