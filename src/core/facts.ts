/**
 * The facts of a file: its functions as straight lists of operations on registers, plus its declarations as plain data.
 * The intermediate representation of troth; `3-lower` writes it and nothing after that sees the compiler.
 *
 * Registers are in static single assignment form: each is written once, a variable that is assigned twice becomes two
 * registers, branches meet in a `phi`. So flow-sensitivity costs the flow engine nothing. Objects follow the same idea:
 * `user.email = 'n/a'` makes a new version of `user` (`set`), and later reads see that version.
 *
 *     function greet(user) {            parameters: [0]
 *       let who = user.email;           1 = get 0 .email
 *       if (user.vip) who = 'you';      2 = get 0 .vip    3 = constant 'you'    4 = phi [1, 3]
 *       console.log(who);               5 = global console    6 = get 5 .log    7 = call 6 (4)
 *     }
 *
 * Everything here can be sent to a worker or written to a cache: no nodes, no functions, no cycles.
 */
import type { Span } from './location.ts';
import type { SuppressionComment } from './suppression.ts';

export type Register = number;

/** Index into {@link FileFacts.functions}. 0 is the module's own body. */
export type FunctionIndex = number;
/** Index into {@link FileFacts.cells}. */
export type CellIndex = number;
/** Index into {@link FunctionFacts.guards}; -1 when nothing is tested on the way. */
export type GuardIndex = number;

export interface FileFacts {
  readonly file: string;
  /** See `lineStartsOf`. */
  readonly lineStarts: readonly number[];
  readonly functions: readonly FunctionFacts[];
  readonly classes: readonly ClassFacts[];
  readonly types: readonly TypeDeclaration[];
  readonly cells: readonly CellFacts[];
  readonly imports: readonly ImportFacts[];
  readonly exports: readonly ExportFacts[];
  readonly annotations: readonly AnnotationFacts[];
  /** Comments that suppress findings, or mean to. */
  readonly comments: readonly SuppressionComment[];
  /** `@purpose` and `@provenance` comments; absent when there are none. */
  readonly marks?: readonly MarkFacts[];
  /** File-level directives such as `use server`. */
  readonly directives: readonly string[];
  /** Offsets of recovered syntax errors: the file is partly analysed. */
  readonly syntaxErrors: readonly number[];
}

/** A variable that outlives one function's registers: captured by a closure, or declared at module level and exported. */
export interface CellFacts {
  readonly name: string;
  readonly owner: FunctionIndex;
  readonly type?: TypeFacts;
}

export interface FunctionFacts {
  /** As one would say it: `register`, `UserService.create`, `handler`, `(anonymous)`. */
  readonly name: string;
  readonly parameters: readonly ParameterFacts[];
  /** The register of `this`; absent for arrow functions, which read the enclosing one from a cell. */
  readonly receiver?: Register;
  /** How many registers `operations` use. */
  readonly registers: number;
  readonly operations: readonly Operation[];
  readonly guards: readonly GuardFacts[];
  /** What holds where the body's last line is passed; absent when it never is, and when nothing is tested at all. */
  readonly end?: GuardIndex;
  readonly returnType?: TypeFacts;
  /** Index of the class it is a member of. */
  readonly class?: number;
  readonly directives: readonly string[];
  readonly span: Span;
}

export interface ParameterFacts {
  readonly name: string;
  readonly register: Register;
  readonly type?: TypeFacts;
  readonly rest: boolean;
  readonly span: Span;
}

/** A condition that holds where an operation runs: `if (c) { here }`, or everything after `if (!c) return;`. */
export interface GuardFacts {
  readonly parent: GuardIndex;
  readonly test: Register;
  /** Whether `test` is truthy there. */
  readonly holds: boolean;
}

/** Property keys: a name, or the register of a computed one. `[]` stands for any element. */
export type Key = string | { readonly computed: Register };

interface Written {
  readonly into: Register;
}
interface Spanned {
  readonly span: Span;
}

/** One step of a function body. `kind` says what it does to `into`. */
export type Operation =
  | ConstantOperation
  | GlobalOperation
  | ImportOperation
  | RequireOperation
  | LoadOperation
  | StoreOperation
  | StoreImportOperation
  | ExportOperation
  | BindOperation
  | GetOperation
  | SetOperation
  | DeleteOperation
  | ObjectOperation
  | ArrayOperation
  | DeriveOperation
  | TestOperation
  | PhiOperation
  | RefineOperation
  | FunctionOperation
  | ClassOperation
  | DecorateOperation
  | CallOperation
  | AfterOperation
  | ElementOperation
  | IterateOperation
  | CatchOperation
  | ReturnOperation
  | ThrowOperation;

/** A literal. `text` is present for strings, numbers and booleans; a regular expression has kind `regexp` and no text. */
export interface ConstantOperation extends Written, Spanned {
  readonly kind: 'constant';
  readonly type: 'string' | 'number' | 'boolean' | 'regexp' | 'nothing';
  readonly text?: string;
}
/** A name nobody in the file declares: `console`, `process`, `fetch`. */
export interface GlobalOperation extends Written, Spanned {
  readonly kind: 'global';
  readonly name: string;
}
/** A binding of an import declaration. */
export interface ImportOperation extends Written, Spanned {
  readonly kind: 'import';
  readonly import: number;
}
/** `require('x')` or `import('x')` with a literal specifier. */
export interface RequireOperation extends Written, Spanned {
  readonly kind: 'require';
  readonly specifier: string;
}
/** Reads a variable of an enclosing function. */
export interface LoadOperation extends Written, Spanned {
  readonly kind: 'load';
  readonly cell: CellIndex;
}
/** Writes a variable that closures read. */
export interface StoreOperation extends WritesBack {
  readonly kind: 'store';
  readonly cell: CellIndex;
  readonly from: Register;
}
/** An object of another module was written to: `settings.locale = v` with `import { settings } from './settings'`. */
export interface StoreImportOperation extends WritesBack {
  readonly kind: 'store-import';
  readonly import: number;
  readonly from: Register;
}
/** `module.exports = v` (name `*`) or `exports.name = v`. */
export interface ExportOperation {
  readonly kind: 'export';
  readonly name: string;
  readonly from: Register;
}
/** A declared variable gets its value: where names and declared types become evidence. */
export interface BindOperation extends Written, Spanned {
  readonly kind: 'bind';
  readonly from: Register;
  readonly name: string;
  readonly type?: TypeFacts;
}
export interface GetOperation extends Written, Spanned {
  readonly kind: 'get';
  readonly from: Register;
  readonly key: Key;
}
/** What an operation writes may be written back only: the object was changed by a call, and is where it was before. */
interface WritesBack {
  readonly back?: true;
}
/** `into` is `base` after `base.key = from`. */
export interface SetOperation extends Written, WritesBack, Spanned {
  readonly kind: 'set';
  readonly base: Register;
  readonly key: Key;
  readonly from: Register;
  readonly guard: GuardIndex;
}
export interface DeleteOperation extends Written {
  readonly kind: 'delete';
  readonly base: Register;
  readonly key: Key;
}
/** An object literal, or what a rest pattern leaves (`omit`). */
export interface ObjectOperation extends Written, Spanned {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntry[];
}
export type ObjectEntry =
  | { readonly key: Key; readonly value: Register; readonly span: Span }
  | { readonly spread: Register; readonly omit?: readonly string[] };
export interface ArrayOperation extends Written, Spanned {
  readonly kind: 'array';
  readonly elements: readonly { readonly value: Register; readonly spread: boolean }[];
}
/** A new value made out of others: `+`, a template. It holds the data of all, and has lost their shape. */
export interface DeriveOperation extends Written, Spanned {
  readonly kind: 'derive';
  readonly from: readonly Register[];
  readonly how: 'template' | 'concatenation' | 'arithmetic' | 'tagged';
}
/** A yes or no about values: carries none of their data, but is what guards are made of. */
export interface TestOperation extends Written, Spanned {
  readonly kind: 'test';
  readonly operator: string;
  readonly operands: readonly Register[];
}
/** One of several values, depending on the path taken; also `a ?? b`, `a || b`, `c ? a : b`. */
export interface PhiOperation extends Written {
  readonly kind: 'phi';
  readonly from: readonly Register[];
  /** Under which guard each of them comes: those of `c ? a : b`, and the last of `a && b`. */
  readonly guards?: readonly GuardIndex[];
  /** What `a && b` and `a || b` were made of. */
  readonly logical?: { readonly operator: string; readonly operands: readonly Register[] };
}
/**
 * A variable where a test of what it is came out one way: inside `if (typeof user === 'string')`. Another version of the
 * variable, as after a write; where the ways meet again it is what it was.
 */
export interface RefineOperation extends Written {
  readonly kind: 'refine';
  readonly from: Register;
  readonly as: Refinement;
  /** Whether the test came out true. */
  readonly holds: boolean;
}
export type Refinement =
  /** Falsy when it holds: inside `if (!user)`. */
  | { readonly is: 'absent' }
  /** Equal to a literal. */
  | { readonly is: 'literal'; readonly text: string }
  | { readonly is: 'typeof'; readonly name: string }
  | { readonly is: 'instance'; readonly of: Register }
  | { readonly is: 'list' }
  /** `'email' in contact` */
  | { readonly is: 'owner'; readonly key: string }
  /** `event.type === 'created'`, and `result.ok` with the text `true`. */
  | { readonly is: 'variant'; readonly key: string; readonly texts: readonly string[] };
/** A function expression or declaration becomes a value. */
export interface FunctionOperation extends Written, Spanned {
  readonly kind: 'function';
  readonly function: FunctionIndex;
}
export interface ClassOperation extends Written, Spanned {
  readonly kind: 'class';
  /** Index into {@link FileFacts.classes}. */
  readonly class: number;
  readonly extends?: Register;
}
/** `@decorator` on a class, a member or a parameter. */
export interface DecorateOperation extends Spanned {
  readonly kind: 'decorate';
  readonly class: number;
  readonly member?: string;
  readonly parameter?: number;
  readonly decorator: Register;
}
export interface CallOperation extends Written, Spanned {
  readonly kind: 'call';
  readonly callee: Register;
  /** `a` in `a.b()`. */
  readonly receiver?: Register;
  readonly arguments: readonly { readonly value: Register; readonly spread: boolean }[];
  readonly new: boolean;
  /** What the code calls it, for messages: `sendMail` in `this.mailer.sendMail()`. */
  readonly name: string;
  readonly typeArguments?: readonly TypeFacts[];
  readonly guard: GuardIndex;
}
/** A variable's value after a call it took part in, since the call may have written to it. `argument` -1 is the receiver. */
export interface AfterOperation extends Written {
  readonly kind: 'after';
  readonly from: Register;
  /** The `into` of the call. */
  readonly call: Register;
  readonly argument: number;
}
/** A JSX element: `tag` for intrinsic ones (`input`), `component` for ours and libraries'. */
export interface ElementOperation extends Written, Spanned {
  readonly kind: 'element';
  readonly tag?: string;
  readonly component?: Register;
  readonly attributes: readonly ObjectEntry[];
  readonly children: readonly Register[];
  readonly guard: GuardIndex;
}
/** The loop variable of `for … of` (`values`) and `for … in` (`keys`). */
export interface IterateOperation extends Written, Spanned {
  readonly kind: 'iterate';
  readonly from: Register;
  readonly what: 'values' | 'keys';
}
/** The variable of a `catch`: whatever the `try` block throws. */
export interface CatchOperation extends Written, Spanned {
  readonly kind: 'catch';
  readonly thrown: readonly Register[];
  /** Calls in the block: what they throw arrives here. */
  readonly calls: readonly Register[];
}
/** `element` for `yield`: the function returns something iterable that holds it. */
export interface ReturnOperation extends Spanned {
  readonly kind: 'return';
  readonly from: Register;
  readonly element: boolean;
  readonly guard: GuardIndex;
  /** What the function wrote to its inputs: the latest version of parameter `argument` (-1: the receiver). */
  readonly effects: readonly { readonly argument: number; readonly from: Register }[];
}
export interface ThrowOperation extends Spanned {
  readonly kind: 'throw';
  readonly from: Register;
  readonly guard: GuardIndex;
}

export interface ClassFacts {
  readonly name: string;
  readonly members: readonly MemberFacts[];
  /** Class names as written, dotted: `Base`, `mixins.Timestamped`. */
  readonly extends?: TypeFacts;
  readonly implements: readonly TypeFacts[];
  readonly typeParameters: readonly string[];
  /** Runs the instance field initialisers. */
  readonly initializer?: FunctionIndex;
  readonly abstract: boolean;
  readonly span: Span;
}

export interface MemberFacts {
  readonly name: string;
  readonly kind: 'constructor' | 'method' | 'getter' | 'setter' | 'field';
  readonly static: boolean;
  /** Absent for fields and for members without a body. */
  readonly function?: FunctionIndex;
  /** Of a field or parameter property: its declared type. Of an abstract method: a function with what it returns. */
  readonly type?: TypeFacts;
  readonly optional: boolean;
  readonly span: Span;
}

/** Code that a tool writes before the program runs: a copy of a package, made for this program. */
export interface GeneratedCode {
  /** Relative to the scanned root, `/` separators. */
  readonly directory: string;
  /** The package it stands for. */
  readonly package: string;
}

/** What schema files say. */
export interface SchemaFacts {
  readonly entities: readonly SchemaEntity[];
  readonly generated: readonly GeneratedCode[];
}

export const NO_SCHEMAS: SchemaFacts = { entities: [], generated: [] };

/** What several schema files say together. */
export function joinSchemas(schemas: readonly SchemaFacts[]): SchemaFacts {
  return {
    entities: schemas.flatMap(({ entities }) => entities),
    generated: schemas.flatMap(({ generated }) => generated),
  };
}

/** A named type: interface, alias or enum (a class's instance type is in {@link ClassFacts}). */
export interface TypeDeclaration {
  readonly name: string;
  readonly kind: 'interface' | 'alias' | 'enum';
  readonly typeParameters: readonly string[];
  readonly extends: readonly TypeFacts[];
  readonly type: TypeFacts;
  readonly span: Span;
}

/** A declared type, read from the syntax alone. Nested at most 12 deep; deeper parts are `unknown`. */
export type TypeFacts =
  | { readonly kind: 'reference'; readonly name: string; readonly arguments: readonly TypeFacts[] }
  /** `typeof schema`: the type of a variable. */
  | { readonly kind: 'typeof'; readonly name: string }
  /** `schema`: the name of the schema that declares it, where it is no written type. */
  | { readonly kind: 'object'; readonly properties: readonly PropertyFacts[]; readonly schema?: string }
  | { readonly kind: 'array'; readonly of: TypeFacts }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly TypeFacts[] }
  /** `User['email']` */
  | { readonly kind: 'indexed'; readonly object: TypeFacts; readonly index: TypeFacts }
  | { readonly kind: 'literal'; readonly text: string }
  /** `string`, `number`, `boolean`, `Date`-like primitives and everything not understood (`unknown`). */
  | { readonly kind: 'primitive'; readonly name: string }
  | { readonly kind: 'function'; readonly returns: TypeFacts }
  /** What stands for a type parameter, with the file whose names it uses; made when a generic type is resolved. */
  | { readonly kind: 'elsewhere'; readonly file: number; readonly type: TypeFacts };

export interface PropertyFacts {
  readonly name: string;
  readonly type: TypeFacts;
  readonly optional: boolean;
  /** Of a schema's field: queries do not give it unless asked, or its JSON does not have it. */
  readonly leftOut?: 'query' | 'json';
  /** Of a schema's field: the table whose rows it refers to. */
  readonly refers?: string;
  /** Of a schema's field: whether it has to be given. Absent where nothing checks that. */
  readonly required?: boolean;
  readonly span: Span;
}

export interface ImportFacts {
  readonly specifier: string;
  /** The local name. */
  readonly local: string;
  /** What is imported: a name, `default`, or `*` for the whole module. */
  readonly imported: string;
  readonly typeOnly: boolean;
  readonly span: Span;
}

/**
 * `export { local as exported }`, `export { imported as exported } from 'x'`, `export * from 'x'` (exported `*`),
 * `export * as exported from 'x'` (imported `*`).
 */
export interface ExportFacts {
  readonly exported: string;
  /** A local variable, class, function or type of that name; `cell` when it is a value. */
  readonly local?: string;
  readonly cell?: CellIndex;
  readonly from?: { readonly specifier: string; readonly imported: string };
}

/** `@personal <category>` (or `@notPersonal`: null) in a comment; applies to the declaration that starts after it. */
export interface AnnotationFacts {
  /** Offset of the first character after the comment and its white space. */
  readonly offset: number;
  readonly category: string | null;
}

/** `@purpose <use>` or `@provenance <word>` in a comment; applies to what stands on the line that follows it. */
export interface MarkFacts {
  /** Offset of the first character after the comment and its white space. */
  readonly offset: number;
  readonly kind: 'purpose' | 'provenance';
  /** As written, not checked yet. */
  readonly word: string;
}

/** A schema written outside the code: the tables of a `schema.prisma`. */
export interface SchemaEntity {
  /** As the library's API spells it: `User` is reached as `prisma.user`. */
  readonly name: string;
  readonly origin: 'prisma';
  readonly fields: readonly SchemaField[];
  readonly file: string;
  readonly line: number;
}
export interface SchemaField {
  readonly name: string;
  /** Another entity's name, or a scalar's. */
  readonly type: string;
  readonly list: boolean;
  /** Its rows vanish with the row it refers to. */
  readonly cascades?: boolean;
  /** `@personal`/`@notPersonal` in its documentation comment. */
  readonly annotation?: string | null;
  /** `@default(true)`, `@default(false)`. */
  readonly startsAs?: boolean;
  readonly line: number;
}
