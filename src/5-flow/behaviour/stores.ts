/** The stores of a program: declared by schemas and classes, or known by what is written to them. */
import { type DataOperation, entityKey, type Store, type StoreField } from '../../core/behaviour.ts';
import type { SchemaEntity } from '../../core/facts.ts';
import { compareText } from '../../core/location.ts';
import type { DataCategory } from '../../core/privacy.ts';
import type { Analysis } from '../analysis.ts';

/** A schema as a call or class declares it. */
export interface DeclaredStore {
  readonly entity: string | null;
  /** Where the schema was made: `model('User', schema)` names the one made at its own place. */
  readonly made: string;
  readonly fields: readonly DeclaredField[];
  readonly expires: boolean;
  readonly file: string;
  readonly line: number;
}

export interface DeclaredField {
  readonly name: string;
  readonly entity?: string;
  readonly cascades?: boolean;
  readonly annotation?: string | null;
  readonly file: string;
  readonly line: number;
}

interface Draft {
  readonly entity: string;
  readonly file: string;
  readonly line: number;
  expires: boolean;
  readonly fields: Map<string, DeclaredField>;
}

export function storesOf(
  declared: readonly DeclaredStore[],
  expiring: ReadonlySet<string>,
  operations: readonly DataOperation[],
  analysis: Analysis,
): Store[] {
  const drafts = new Map<string, Draft>();
  for (const entity of analysis.program.entities) addEntity(entity, drafts, analysis);
  for (const store of declared) addDeclared(store, expiring, drafts);
  for (const operation of operations) addOperation(operation, drafts);
  return [...drafts.values()]
    .map((draft) => finish(draft, analysis))
    .sort((a, b) => compareText(a.entity, b.entity) || compareText(a.file, b.file));
}

function addEntity(entity: SchemaEntity, drafts: Map<string, Draft>, analysis: Analysis): void {
  const { file } = entity;
  const draft = draftOf(entity.name, entity, drafts);
  for (const { name, type, line, annotation, cascades } of entity.fields) {
    const target = analysis.types.entityNamed(type)?.name;
    draft.fields.set(name, {
      name,
      file,
      line,
      ...(target === undefined ? {} : { entity: target }),
      ...(cascades ? { cascades } : {}),
      ...(annotation === undefined ? {} : { annotation }),
    });
  }
}

function addDeclared(store: DeclaredStore, expiring: ReadonlySet<string>, drafts: Map<string, Draft>): void {
  if (store.entity === null) return;
  const draft = draftOf(store.entity, store, drafts);
  draft.expires ||= store.expires || expiring.has(store.made);
  for (const field of store.fields) draft.fields.set(field.name, field);
}

/** Tables that no code declares are known by what is written to them. */
function addOperation(operation: DataOperation, drafts: Map<string, Draft>): void {
  const { verb, entity, file, line } = operation;
  if (entity === null) return;
  const known = drafts.get(entityKey(entity));
  if (verb === 'expire' && known) known.expires = true;
  if (verb !== 'create' && verb !== 'upsert' && (verb !== 'update' || known)) return;
  const draft = known ?? draftOf(entity, operation, drafts);
  for (const { name } of operation.data) if (!draft.fields.has(name)) draft.fields.set(name, { name, file, line });
}

function draftOf(entity: string, spot: { file: string; line: number }, drafts: Map<string, Draft>): Draft {
  const key = entityKey(entity);
  let draft = drafts.get(key);
  if (!draft) {
    draft = { entity, file: spot.file, line: spot.line, expires: false, fields: new Map() };
    drafts.set(key, draft);
  }
  return draft;
}

function finish(draft: Draft, analysis: Analysis): Store {
  const { entity, file, line, expires } = draft;
  const declared = [...draft.fields.values()];
  const siblings = declared.map(({ name }) => name);
  const fields = declared.map((field): StoreField => {
    const category = field.entity === undefined ? categoryOf(field, entity, siblings, analysis) : null;
    const target = field.entity === undefined ? {} : { entity: field.entity };
    return { name: field.name, category, file: field.file, line: field.line, ...target };
  });
  const cascades = declared.flatMap((field) => (field.cascades && field.entity !== undefined ? [field.entity] : []));
  return { entity, file, line, fields, expires, cascades, subject: personNamed(entity, analysis) };
}

function personNamed(entity: string, analysis: Analysis): Store['subject'] {
  const name = entity.split('.').at(-1) ?? '';
  const single = name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : name;
  return analysis.names.personOf(name) ?? analysis.names.personOf(single);
}

function categoryOf(
  field: DeclaredField,
  entity: string,
  siblings: readonly string[],
  analysis: Analysis,
): DataCategory | null {
  if (field.annotation !== undefined) return field.annotation;
  const reading = analysis.names.classify(field.name, { owner: entity, siblings });
  return reading && reading.confidence !== 'low' ? reading.category : null;
}
