/** The stores of a program: declared by schemas and classes, or known by what is written to them. */
import { type DataOperation, entityKey, type Store, type StoreField } from '../../core/behaviour.ts';
import type { SchemaEntity } from '../../core/facts.ts';
import type { Flow } from '../../core/flow.ts';
import { compareText } from '../../core/location.ts';
import { type DataCategory, isWithin } from '../../core/privacy.ts';
import type { Analysis } from '../analysis.ts';

/** A schema as a call or class declares it. */
export interface DeclaredStore {
  readonly entity: string | null;
  /** Where the schema was made: `model('User', schema)` names the one made at its own place. */
  readonly made: string;
  readonly fields: readonly DeclaredField[];
  readonly expires: boolean;
  readonly lifetime: number | null;
  readonly file: string;
  readonly line: number;
}

export interface DeclaredField {
  readonly name: string;
  readonly entity?: string;
  readonly cascades?: boolean;
  readonly startsAs?: boolean;
  readonly annotation?: string | null;
  readonly file: string;
  readonly line: number;
}

interface Draft {
  readonly entity: string;
  readonly file: string;
  readonly line: number;
  expires: boolean;
  lifetime: number | null;
  readOnly: boolean;
  readonly fields: Map<string, DeclaredField>;
}

export function storesOf(
  declared: readonly DeclaredStore[],
  expiring: ReadonlyMap<string, number | null>,
  operations: readonly DataOperation[],
  flows: readonly Flow[],
  analysis: Analysis,
): Store[] {
  const drafts = new Map<string, Draft>();
  for (const entity of analysis.program.entities) addEntity(entity, drafts, analysis);
  for (const store of declared) addDeclared(store, expiring, drafts);
  for (const operation of operations) addOperation(operation, drafts);
  addReadings(operations, flows, drafts);
  return [...drafts.values()]
    .map((draft) => finish(draft, analysis))
    .sort((a, b) => compareText(a.entity, b.entity) || compareText(a.file, b.file));
}

function addEntity(entity: SchemaEntity, drafts: Map<string, Draft>, analysis: Analysis): void {
  const { file } = entity;
  const draft = draftOf(entity.name, entity, drafts);
  for (const { name, type, line, annotation, cascades, startsAs } of entity.fields) {
    const target = analysis.types.entityNamed(type)?.name;
    draft.fields.set(name, {
      name,
      file,
      line,
      ...(target === undefined ? {} : { entity: target }),
      ...(cascades ? { cascades } : {}),
      ...(startsAs === undefined ? {} : { startsAs }),
      ...(annotation === undefined ? (FLAG.test(type) ? { annotation: null } : {}) : { annotation }),
    });
  }
}

/** Types whose values tell nothing personal, whatever the name: `acceptPromotionalEmails Boolean`. */
const FLAG = /^boolean$/i;

function addDeclared(
  store: DeclaredStore,
  expiring: ReadonlyMap<string, number | null>,
  drafts: Map<string, Draft>,
): void {
  if (store.entity === null) return;
  const draft = draftOf(store.entity, store, drafts);
  if (store.expires) expireAfter(store.lifetime, draft);
  if (expiring.has(store.made)) expireAfter(expiring.get(store.made) ?? null, draft);
  for (const field of store.fields) draft.fields.set(field.name, field);
}

/** Rows vanish by the first time to live that is over. */
function expireAfter(days: number | null, draft: Draft): void {
  draft.lifetime = draft.expires && days !== null && draft.lifetime !== null ? Math.min(days, draft.lifetime) : days;
  draft.expires = true;
}

/** Tables that no code declares are known by what is written to them. */
function addOperation(operation: DataOperation, drafts: Map<string, Draft>): void {
  const { verb, entity, file, line } = operation;
  if (entity === null) return;
  const known = drafts.get(entityKey(entity));
  if (verb === 'expire' && known) expireAfter(operation.periods[0] ?? null, known);
  if (verb !== 'create' && verb !== 'upsert' && (verb !== 'update' || known)) return;
  const draft = known ?? draftOf(entity, operation, drafts);
  for (const { name } of operation.data) if (!draft.fields.has(name)) draft.fields.set(name, { name, file, line });
}

/** Tables that are only read are known by what flows from them: `for (const user of await findUsers()) mail(user.email)`. */
function addReadings(operations: readonly DataOperation[], flows: readonly Flow[], drafts: Map<string, Draft>): void {
  const reads = new Map<string, DataOperation>();
  for (const operation of operations)
    if (operation.verb === 'read' && operation.entity !== null)
      reads.set(`${operation.file}:${operation.line}`, operation);
  for (const { source, confidence } of flows) {
    if (source.kind !== 'database' || confidence === 'low') continue;
    const operation = reads.get(`${source.file}:${source.line}`);
    const name = /\.(\w+)$/.exec(source.expression)?.[1];
    if (!operation?.entity || name === undefined) continue;
    const { file, line } = operation;
    const draft = drafts.get(entityKey(operation.entity)) ?? draftOf(operation.entity, operation, drafts, true);
    if (draft.readOnly && !draft.fields.has(name)) draft.fields.set(name, { name, file, line });
  }
}

function draftOf(
  entity: string,
  spot: { file: string; line: number },
  drafts: Map<string, Draft>,
  readOnly = false,
): Draft {
  const key = entityKey(entity);
  let draft = drafts.get(key);
  if (!draft) {
    draft = { entity, file: spot.file, line: spot.line, expires: false, lifetime: null, readOnly, fields: new Map() };
    drafts.set(key, draft);
  }
  return draft;
}

function finish(draft: Draft, analysis: Analysis): Store {
  const { entity, file, line, expires, lifetime, readOnly } = draft;
  const declared = [...draft.fields.values()];
  // Relations are rows of their own: a campaign's `emails` do not make its `name` a person's.
  const siblings = declared.flatMap(({ name, entity: target }) => (target === undefined ? [name] : []));
  const belongs = declared.some(({ name }) => refersToPerson(name, analysis));
  const subject = personNamed(entity, analysis);
  const read = declared.map((field) =>
    field.entity === undefined ? categoryOf(field, entity, siblings, belongs, analysis) : null,
  );
  // A certificate's key and a host's password are nobody's, unless the row says whose it is.
  const isSomebodys = subject !== null || belongs || read.some((category) => category !== null && !isSecret(category));
  const fields = declared.map((field, index): StoreField => {
    const own = read[index] ?? null;
    const category = own !== null && isSecret(own) && !isSomebodys ? null : own;
    const target = field.entity === undefined ? {} : { entity: field.entity };
    const start = field.startsAs === undefined ? {} : { startsAs: field.startsAs };
    return { name: field.name, category, file: field.file, line: field.line, ...target, ...start };
  });
  const cascades = declared.flatMap((field) => (field.cascades && field.entity !== undefined ? [field.entity] : []));
  return { entity, file, line, fields, expires, lifetime, cascades, subject, readOnly };
}

function isSecret(category: DataCategory): boolean {
  return isWithin(category, 'user.authorization');
}

function personNamed(entity: string, analysis: Analysis): Store['subject'] {
  const name = entity.split('.').at(-1) ?? '';
  const single = name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : name;
  return analysis.names.personOf(name) ?? analysis.names.personOf(single);
}

/** `userId`, `customer_id`: rows with such a column belong to a person. */
function refersToPerson(name: string, analysis: Analysis): boolean {
  const whose = /^(.+?)_?[iI]d$/.exec(name)?.[1];
  return whose !== undefined && analysis.names.personOf(whose) !== null;
}

/** What names say in a row that belongs to a person: `address` beside `userId`. Names, titles and web sites may be the row's own. */
const OF_ITS_PERSON: readonly DataCategory[] = [
  'user.contact.email',
  'user.contact.phone_number',
  'user.contact.address',
];

function categoryOf(
  field: DeclaredField,
  entity: string,
  siblings: readonly string[],
  belongs: boolean,
  analysis: Analysis,
): DataCategory | null {
  if (field.annotation !== undefined) return field.annotation;
  const reading = analysis.names.classify(field.name, { owner: entity, siblings });
  if (reading && reading.confidence !== 'low') return reading.category;
  const isReference = /(?:^|_|[a-z])[iI]d$/.test(field.name);
  const owned = belongs && !isReference ? analysis.names.classify(field.name, { owner: 'user' }) : null;
  return owned && OF_ITS_PERSON.some((key) => isWithin(owned.category, key)) ? owned.category : null;
}
