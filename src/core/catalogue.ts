/**
 * What troth knows before it reads a line of the scanned code: the files of `rules/` (and the user's own, in the same
 * format) as `src/rules` hands them to the phases.
 *
 * A library model is a function summary written by hand. It names the library's functions by API path and their inputs
 * and outputs by port:
 *
 *     createLogger().info            the method `info` of what `createLogger` returned
 *     new PrismaClient().*.create    `*`: any one member        `**`: any members and calls in between
 *     {get,post}                     one of these
 *     <Request>.body                 a property of a value of the library's type `Request`
 *     default                        the package itself, called: `axios(config)`
 *
 *     argument[0]   argument[*]   argument[1..]   argument[-1]     .email   .{a,b}   .*   []   below any port
 *     argument[1].parameter[0]    what the library passes to a callback
 *     argument[0].return          what a callback returns
 *     this   return   assigned (`document.cookie = …`)   decorated (`@Body() dto`)
 *     this.@state   return.@state   package.@jobs    what an object, or the package, keeps between calls, wherever it is
 *     program.@user                                  the same of all packages together
 */
import type { DataVerb } from './behaviour.ts';
import type {
  Activity,
  Confidence,
  DataCategory,
  DataSubject,
  DataUse,
  GuardKind,
  Protection,
  Provenance,
  RecipientClass,
  SourceKind,
} from './privacy.ts';
import type { ConfiguredSuppression } from './suppression.ts';

/** An API path, as written. */
export type ApiPath = string;
/** A port, as written. */
export type Port = string;

export interface LibraryModel {
  /** npm name, or `browser`, `node:fs`, `javascript` for what needs no import. */
  readonly package: string;
  /** Other specifiers that mean the same package: `fs` for `node:fs`. */
  readonly aliases: readonly string[];
  /** The library's documentation of what is modelled. */
  readonly docs: string;
  /** Id of the recipient that gets what this library's `share` sinks send, when it is always the same. */
  readonly recipient?: string;
  /** What is set where the program runs: `process.env.*`. It is the same for everybody, so it is nobody's consent. */
  readonly settings?: readonly ApiPath[];
  /** Global names that are members of this package without an import: `fetch`, `gtag`. */
  readonly globals: readonly string[];
  readonly types: readonly TypeModel[];
  readonly sources: readonly SourceModel[];
  readonly sinks: readonly SinkModel[];
  readonly propagators: readonly PropagatorModel[];
  readonly sanitizers: readonly SanitizerModel[];
  readonly guards: readonly GuardModel[];
  readonly schemas: readonly SchemaModel[];
  /** Decorators that say what becomes of a class's fields. */
  readonly fields?: readonly FieldModel[];
  readonly entries: readonly EntryModel[];
  /** Settings that send personal data nobody passes. */
  readonly leaks?: readonly LeakModel[];
  /** What makes functions of functions. */
  readonly functions?: readonly FunctionModel[];
  /** Functions that code gives the library's objects. */
  readonly methods?: readonly MethodModel[];
  /** Calls that load all modules of a folder. */
  readonly folders?: readonly FolderModel[];
  /** What calls do to stores; evidence for obligations. */
  readonly operations?: readonly OperationModel[];
  /** Calls that make a condition for the filter of a query: `eq(users.optedIn, true)`. */
  readonly conditions?: readonly ConditionModel[];
  /** What registers handlers and jobs; evidence for obligations. */
  readonly routes?: readonly RouteModel[];
  /** The file it was read from, for messages. */
  readonly file: string;
}

/** The value at this port is of the library's type `type`; later paths start with `<type>`. */
export interface TypeModel {
  readonly type: string;
  readonly api: ApiPath;
  readonly port: Port;
}

/** Personal data enters here. Without `data`, schema, field names or type say what it is. */
export interface SourceModel {
  readonly api: ApiPath;
  /** Absent: the property itself, read and not called. */
  readonly port?: Port;
  readonly kind: SourceKind;
  readonly data?: DataCategory;
  readonly subject?: DataSubject;
  /**
   * Which schema describes the fields: `*` for the member the path's first `*` matched (`prisma.user` → `User`),
   * `type-argument` for `Repository<User>`, or a port (`argument[0]`, `this.argument[0]`) whose value names it.
   */
  readonly entity?: string;
  /** Only, and all but, the fields that are keys of the object at this port: `argument[0].select` of a query. */
  readonly select?: Port;
  readonly omit?: Port;
  /** The rows it refers to that a query loads with it, by the keys of the object at this port; others are not there. */
  readonly include?: Port;
  /** The text at this port says which entry is read: `req.get('User-Agent')`. */
  readonly named?: Port;
  /** Of a form: the port whose text names what is asked for, where that is no attribute of a control. */
  readonly field?: Port;
  /** Of what is asked for: the ports that say whether it has to be given. */
  readonly required?: readonly Port[];
}

/** Personal data leaves here. */
export interface SinkModel {
  readonly api: ApiPath;
  readonly port: Port;
  readonly activity: Activity;
  /** A recipient id; defaults to the model's for `share`. */
  readonly recipient?: string;
  /** The recipient is whoever answers at the URL in this port: `argument[0]`, `this.argument[0].baseURL`. */
  readonly url?: Port;
  readonly purpose?: DataUse;
  /** Ports whose literal texts are paths into what is handed over, masked on the way: a logger's `redact`. */
  readonly redact?: Port;
  /** Facts about the call that a policy's `where` can ask for: name → port of the value (`maxAge: argument[2].maxAge`) or a literal (`channel: =sms`). */
  readonly attributes: Readonly<Record<string, string>>;
  readonly entity?: string;
  /** A port whose literal text says what is stored: `argument[0]` of `setItem('token', value)`. */
  readonly named?: Port;
  /** Objects are written as JSON: what has a `toJSON` is what that returns. Always so where data is shared or exposed. */
  readonly as?: WrittenAs;
  /** What is sent has no more fields than the class that this function gives, `() => User`, shows of itself. */
  readonly shape?: Port;
  /** Functions of the project that everything goes through on its way: a `beforeSend`, a hook before saving. */
  readonly through?: readonly ThroughModel[];
  /** Nobody wrote it: the package is a recipient's client, and what it is called with is taken to be sent. */
  readonly assumed?: boolean;
}

/** `json`: an object is what its `toJSON` returns; `plain`: it has the fields that its class's decorators leave. */
export type WrittenAs = 'json' | 'plain';

/** A function that may change what is handed over before it leaves. Its own ports start at its arguments. */
export interface ThroughModel {
  /** Where it is known from: `package.@beforeSend`. */
  readonly by: Port;
  /** Where it gets what is handed over: `this`, `argument[0].user`. */
  readonly takes: Port;
  /** Where it gets a text, if elsewhere: `argument[0].message`. */
  readonly texts?: Port;
  /** The function that it hands the rest on to: `argument[1]`. */
  readonly next?: Port;
  /** Where it is told which entity is written: `argument[0].model`. */
  readonly entity?: Port;
  /** Where the result has it: `return.data`. As in `takes` unless told. */
  readonly gives?: Port;
}

/** A decorator of a class or a field, or (`<Model>.$beforeInsert`) a method that the library's class gives a meaning to. */
export interface FieldModel {
  readonly api: ApiPath;
  /**
   * `hidden` and `shown`: whether the field is there when the object is written; on a class, fields are hidden unless
   * shown. `stored`: a function says what is stored. `hook`: a method that runs before an object is stored. `guard`: the
   * method (all of the class's, on a class) runs only where classes say yes.
   */
  readonly is: 'hidden' | 'shown' | 'stored' | 'hook' | 'guard';
  /** Of `stored`: the function, an option of the decorator: `argument[0].transformer.to`. Of `guard`: the classes. */
  readonly by?: Port;
  /** Of `guard`: the method that says yes. */
  readonly asks?: string;
}

/**
 * A call that makes the library send or log personal data by itself, because of a setting or its default:
 * `init({ sendDefaultPii: true })`. The flow's source is the setting.
 */
export interface LeakModel {
  readonly api: ApiPath;
  /**
   * Port of a setting → what it must be, one of: `=true` (that literal), `!false` (anything else, or left out),
   * `~:remote-addr` (a text that holds this), `on` (written, and neither `false`, `0` nor empty), `absent`. All settings must hold; of a
   * port with alternatives, or with several elements, one. A setting whose value cannot be told is only suspected.
   */
  readonly when: Readonly<Record<Port, readonly string[]>>;
  readonly activity: Activity;
  /** As in {@link SinkModel}. */
  readonly recipient?: string;
  readonly purpose?: DataUse;
  readonly data: readonly DataCategory[];
  /** `high` unless told: lower where it depends on what the application does besides. */
  readonly confidence?: Confidence;
  /** What is sent, as a clause with the setting before it: `records what is typed into forms`. */
  readonly message: string;
}

/** A call that takes functions, or makes some. */
export interface FunctionModel {
  readonly api: ApiPath;
  /**
   * `curried`: waits for all its arguments (`get('email')(user)`); `curry`: makes the function it is given do so;
   * `flow` and `compose`: what is given to the result goes through the functions, first or last one first; `pipe`: the
   * same for the first argument, at once; `piped`: for what it is called on, where the arguments are functions that a
   * library made (`users$.pipe(map(format))`).
   */
  readonly as: 'curried' | 'curry' | 'flow' | 'compose' | 'pipe' | 'piped';
  /** Of `curried`: how many it waits for. */
  readonly arguments?: number;
}

/** Functions that code gives a schema's objects: `schema.methods.label = function () { return this.name; }`. */
export interface MethodModel {
  readonly api: ApiPath;
  /** The function, or (`argument[1].methods.*`) each of several, named by its key. */
  readonly port: Port;
  /** The library's type whose values have it, of those that were made with the schema. */
  readonly of: string;
  /** Rows that the schema describes are such values. */
  readonly rows?: boolean;
  /** Where its name is, or `=` and the name; without it, what the path's `*` stood for. None is called by name: a hook. */
  readonly named?: string;
  /** Where the schema is; without it, what is called, or what the call makes. */
  readonly schema?: Port;
  /** It is read, not called. */
  readonly getter?: boolean;
  /** It is given the row there, and not as `this`: `argument[1]` of `transform(document, plain)`. */
  readonly takes?: Port;
}

/** A call that gives the modules of a folder by their names: `autoload(path.join(__dirname, 'models'))`. */
export interface FolderModel {
  readonly api: ApiPath;
  /** Where the folder's path is, or how it ends. */
  readonly folder: Port;
}

/** `from` reaches `to`. `value` keeps its shape (fields stay fields), `taint` makes a new value out of it. */
export interface PropagatorModel {
  readonly api: ApiPath;
  /** `nothing`: the result holds no data of the inputs (`includes`, `length`, a count). */
  readonly from: Port | 'nothing';
  readonly to: Port;
  /**
   * `parsed`: a text becomes an object again, whose fields are read from it (`JSON.parse`). `instance`: a class becomes an
   * object of it, as a container makes one (`inject(Mailer)`). `entries`: what came in as pairs of names and values (a
   * form) becomes an object of them.
   */
  readonly keeps: 'value' | 'taint' | 'parsed' | 'instance' | 'entries';
  /** What comes out is what the schema at this port describes: `this` of `schema.parse(input)`. */
  readonly schema?: Port;
  /** Only / all but the fields whose names are the texts at this port: `pick(user, ['id'])`. */
  readonly select?: Port;
  readonly omit?: Port;
  /** The rows it refers to come with it, by the names at this port; of those, `select` names the fields. */
  readonly include?: Port;
  /** What comes out is only a part of a text: `slice(-4)`. Beside mask characters it is masked. */
  readonly part?: boolean;
  /** Only elements for which the function at this port says yes: `argument[0]` of `filter`. */
  readonly where?: Port;
  /**
   * What is kept (`@event`) is kept under the text at this port: `emit('login', user)` is heard by `on('login', …)`; `*`
   * is what the path's own `*` stood for.
   */
  readonly topic?: Port | '*';
  /** Not when the call has an argument there: `useStore()` gives all of the state, `useStore(select)` a part. */
  readonly unless?: Port;
  /** Stands for the other entries of its path where this text is written at the port: `split('@')`. */
  readonly literal?: { readonly port: Port; readonly text: string };
  /** Only what the value at this port declares, field by field: a schema drops the rest. */
  readonly shape?: Port;
  /** How objects are written. */
  readonly as?: WrittenAs;
}

/** The result at `to` holds the data of `from`, protected. */
export interface SanitizerModel {
  readonly api: ApiPath;
  readonly from: Port;
  readonly to: Port;
  readonly protection: Protection;
  /** Only when the literal at this port is made of mask characters: `replace(/./g, '*')`. */
  readonly masks?: Port;
  /** Only what is a part of a text already: `text.slice(-4).padStart(16, '*')`. */
  readonly ofPart?: boolean;
  /** Only when a number is at this port: `incomes.reduce((sum, income) => sum + income, 0)` tells of nobody. */
  readonly sums?: Port;
  /** Names the algorithm, and holds the key: `where` asks for weak ones. */
  readonly algorithm?: Port;
  readonly key?: Port;
}

/** A call or property that, when truthy, is a guard. */
export interface GuardModel {
  readonly api: ApiPath;
  readonly kind: GuardKind;
  readonly purpose?: string;
  /** The purpose is the text at this port: `hasConsent('marketing')`. */
  readonly purposeFrom?: Port;
}

/** A call that makes a schema: `z.object({…})`, `new Schema({…})`, `pgTable('users', {…})`. */
export interface SchemaModel {
  readonly api: ApiPath;
  /** The port whose value's fields are the schema's. */
  readonly fields?: Port;
  /** Only, and all but, the fields that are keys of the object (or texts of the list) at this port. */
  readonly pick?: Port;
  readonly omit?: Port;
  /** It describes a list, whose elements are what the schema at this port describes. */
  readonly of?: Port;
  readonly name?: Port;
  /** What a column that is declared by a chain of calls holds at first: `boolean().default(true)`. */
  readonly start?: Port;
  /** Options of a field (`select: false`) that mean: queries do not give it unless they ask; its JSON does not have it. */
  readonly unselected?: Readonly<Record<string, boolean>>;
  readonly hidden?: Readonly<Record<string, boolean>>;
  /** The option of a field that names the table whose rows it refers to: `ref: 'User'`. */
  readonly refers?: string;
  /** Something here means that rows vanish by themselves. */
  readonly expiry?: Port;
  /** Whether a field that is declared with it has to be given. */
  readonly required?: boolean;
  /** The same of the fields it declares, where they do not say it; of all, where it changes another schema. */
  readonly fieldsRequired?: boolean;
}

/** A file or export that the framework calls by convention: Next.js route handlers, Lambda's `handler`. */
export interface EntryModel {
  /** A glob on the path relative to the nearest package. */
  readonly files: string;
  /** `{GET,POST}`, `default`, `*`. */
  readonly export: string;
  /** What gets a value of the type. Without it the type is the function's own, as if called with it: `argument[0].return`. */
  readonly parameter?: number;
  readonly type: string;
  /** Only in files or functions with this directive: `use server`. */
  readonly directive?: string;
  /** The functions in the exported object, and in the objects in it: a map of resolvers. */
  readonly members?: boolean;
  /** A component that the framework puts around every page of its folder. */
  readonly wraps?: boolean;
}

/** A call that touches a store, answers a request or ends a session. Calls of one chain are read together. */
export interface OperationModel {
  readonly api: ApiPath;
  /** `part`: says something about the chain's operation (`.where(…)`), which another call names. */
  readonly verb: DataVerb | 'part';
  /** As in {@link SourceModel}; `this` for a row that saves or deletes itself. */
  readonly entity?: string;
  readonly data?: Port;
  readonly filter?: Port;
  /** The field that `filter` is a value of: `id` in `findById(id)`. */
  readonly by?: string;
  /** What the column that `filter` names has to be; by itself, what the arguments after it say. */
  readonly is?: ColumnTest;
  /** What it is compared with. */
  readonly value?: Port;
  /** It also lets rows through that did not pass the filters before: `orWhere`. */
  readonly either?: boolean;
  /** Fields asked for, and related entities. */
  readonly select?: Port;
  /** A SQL text that says all of this itself. */
  readonly sql?: Port;
  /** Of `respond`: `data`, `file` or `page`. */
  readonly format?: 'data' | 'file' | 'page';
}

/** What a filter asks of a column. */
export type ColumnTest = 'equal' | 'unequal' | 'nothing' | 'something';

/** A call that makes a condition: of a column, or of conditions that must all hold. */
export interface ConditionModel {
  readonly api: ApiPath;
  readonly column?: Port;
  /** `equal` unless told. */
  readonly is?: ColumnTest;
  /** What the column is compared with. */
  readonly value?: Port;
  readonly all?: Port;
}

/** A call (or decorator) that makes functions reachable from outside. */
export interface RouteModel {
  readonly api: ApiPath;
  /** `mount` puts routers and middlewares below a path, `plugin` a function that gets a router of its own. */
  readonly kind: 'route' | 'mount' | 'plugin' | 'job';
  /** `=GET` or a port; else the method's own name says it. */
  readonly method?: string;
  readonly path?: Port;
  /** Handlers and what runs before them. */
  readonly handlers: Port;
  /** Of a job: the port that says how often it runs, as a cron expression, a period or milliseconds. */
  readonly every?: Port;
}

/** Who receives data (GDPR Art. 4(9)). */
export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly class: RecipientClass;
  /** ISO 3166 country of establishment, when known. */
  readonly country?: string;
  /** Host globs: `api.segment.io`, `*.sendgrid.net`. */
  readonly hosts: readonly string[];
  readonly packages: readonly string[];
  /** Module globs of the scanned project that stand for it. */
  readonly modules: readonly string[];
  readonly purpose?: DataUse;
  readonly attributes: readonly string[];
  /** Its name is an everyday word, which in the name of a variable need not mean it: `FRONT_URL`. */
  readonly everyday?: boolean;
  readonly source?: string;
}

/** Data categories and the words that name them. See `rules/taxonomy`. */
export interface Taxonomy {
  readonly categories: ReadonlyMap<DataCategory, { readonly name: string; readonly extends?: string }>;
  readonly subjects: readonly DataSubject[];
  readonly uses: readonly DataUse[];
  readonly names: NameRules;
  readonly guards: readonly GuardWords[];
  /** Words and categories that say how data came in. */
  readonly provenance?: readonly ProvenanceWords[];
}

export interface ProvenanceWords {
  readonly provenance: Provenance;
  /** Word sequences in the name of a model, list or field: `survey response`. */
  readonly names: readonly string[];
  readonly categories: readonly DataCategory[];
}

/** How names are read: as words, in the context of their owner and neighbours. */
export interface NameRules {
  readonly rules: readonly NameRule[];
  /** Words that say an object is about a person: `user`, `customer`, `patient`. With the subject they name. */
  readonly people: ReadonlyMap<string, DataSubject>;
  /** Words that turn a personal name into something else, wherever they stand: `template`, `is`, `verified`, `count`. */
  readonly negative: readonly string[];
  /** Owners whose fields are not about a person: `config`, `product`, `file`. */
  readonly otherOwners: readonly string[];
}

export interface NameRule {
  readonly category: DataCategory;
  /** Word sequences, lower case: `email`, `phone number`. */
  readonly names: readonly string[];
  /** Only inside an owner that is a person, or beside fields that are personal: `name`, `address`, `age`. */
  readonly needsOwner: boolean;
  readonly confidence: Confidence;
  /** Further words that make this rule's names something else: `url` after `profile`. */
  readonly unless: readonly string[];
}

export interface GuardWords {
  readonly kind: GuardKind;
  /** Word sequences that name the state: `marketing consent`, `opted in`. */
  readonly names: readonly string[];
  /** True for states that forbid when true: `unsubscribed`, `opted out`. */
  readonly negated: boolean;
}

/** The project file (`troth.config.yaml`), validated. Paths are relative to the scanned root. */
export interface Configuration {
  readonly policies: readonly string[];
  readonly firstParty: readonly string[];
  readonly recipients: readonly Recipient[];
  readonly purposes: readonly { readonly purpose: DataUse; readonly modules: readonly string[] }[];
  /** Data of these models, or read in these files, came in this way. */
  readonly provenance: readonly {
    readonly provenance: Provenance;
    readonly modules: readonly string[];
    readonly entities: readonly string[];
  }[];
  readonly guards: readonly {
    readonly kind: GuardKind;
    readonly purpose?: string;
    readonly functions: readonly string[];
  }[];
  readonly protections: readonly { readonly kind: Protection; readonly functions: readonly string[] }[];
  readonly models: readonly string[];
  readonly data: readonly { readonly category: DataCategory | null; readonly names: readonly string[] }[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly suppressions: readonly ConfiguredSuppression[];
  /** Where it was read, for messages; absent when there is none. */
  readonly file?: string;
}

/** Everything the analysis looks things up in. */
export interface Catalogue {
  readonly libraries: readonly LibraryModel[];
  readonly recipients: readonly Recipient[];
  readonly taxonomy: Taxonomy;
  readonly configuration: Configuration;
  /**
   * Who answers at a host: declared and listed recipients, ourselves (`self`), else one named after the second-level
   * label of the registrable domain, of class `unknown` unless a list of third parties knows it. Null for no host.
   */
  recipientOfHost(host: string): Recipient | null;
}
