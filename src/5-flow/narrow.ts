import type { Analysis } from './analysis.ts';
import { rekey } from './data.ts';
import type { Frame } from './frame.ts';
import { property } from './properties.ts';
import { ANY, type Atom, type DataAtom, ELEMENT, isNothing, type Place, type Value } from './value.ts';

/** Where the model of a schema library keeps what a schema declares: field by field, each with its own schema. */
const SHAPE = '$shape';

/** Schemas in schemas, as deep as they are followed. */
const DEEPEST = 5;
/** Declarations with more fields may have lost some of them on the way. */
const MOST_FIELDS = 110;

interface Context {
  /** The schema library. */
  readonly package: string;
  readonly frame: Frame;
  readonly analysis: Analysis;
  readonly place: Place | null;
}

/**
 * What is left of a value after a schema has dropped all it does not declare. `declared` is what stands at the schema's
 * {@link SHAPE}; where that is not known in full, the value stays as it is.
 */
export function narrow(value: Value, declared: Value, context: Context, depth = DEEPEST): Value {
  const shape = shapeOf(declared, context);
  if (!shape || depth === 0) return value;
  const element = shape.get(ELEMENT);
  return element ? narrowElements(value, element, context, depth) : narrowFields(value, shape, context, depth);
}

/** The declared fields; null when more may be allowed than is seen: a part of the schema comes from somewhere unknown. */
function shapeOf({ atoms, fields }: Value, context: Context): ReadonlyMap<string, Value> | null {
  if (!fields || fields.size > MOST_FIELDS || fields.has(ANY)) return null;
  return atoms.some((atom) => mayDeclareMore(atom, context)) ? null : fields;
}

/**
 * Whether a part of a schema is one that nobody can see into. `...(isAdmin && { email: z.string() })`: a row's field that
 * decides is no schema; nor are the library's own paths that no model knows.
 */
function mayDeclareMore(atom: Atom, context: Context): boolean {
  if (atom.kind === 'data') return atom.root.kind !== 'source';
  if (atom.kind !== 'library') return atom.kind === 'module';
  if (atom.package !== context.package || atom.path.at(-1) === `.${SHAPE}`) return true;
  return context.analysis.models.match(atom.api).model !== null;
}

/** A list of what the schema of its elements keeps. */
function narrowElements(value: Value, schema: Value, context: Context, depth: number): Value {
  const inner = innerShape(schema);
  if (!inner) return value;
  const { frame, analysis, place } = context;
  const elements = narrow(property(value, ELEMENT, frame, analysis, place), inner, context, depth - 1);
  return { atoms: value.atoms.filter((atom) => atom.kind !== 'data'), fields: new Map([[ELEMENT, elements]]) };
}

function innerShape(schema: Value): Value | null {
  const shape = schema.fields?.get(SHAPE);
  return shape?.fields ? shape : null;
}

function narrowFields(value: Value, shape: ReadonlyMap<string, Value>, context: Context, depth: number): Value {
  const names = [...shape.keys()].sort();
  const atoms = value.atoms.map((atom) => (atom.kind === 'data' ? keepOnly(atom, names) : atom));
  const fields = new Map<string, Value>();
  for (const [key, field] of value.fields ?? []) {
    if (shape.has(key)) fields.set(key, narrowField(field, shape.get(key), context, depth));
  }
  const open = value.atoms.filter((atom): atom is DataAtom => atom.kind === 'data' && !atom.derived);
  for (const [key, schema] of shape) {
    if (fields.has(key) || !innerShape(schema)) continue;
    const parts = open.filter((atom) => !refersToRow(atom, key, context.analysis));
    if (parts.length < open.length || parts.length === 0) continue;
    const held = property({ atoms: parts, fields: null }, key, context.frame, context.analysis, context.place);
    if (!isNothing(held)) fields.set(key, narrowField(held, schema, context, depth));
  }
  return { atoms, fields: fields.size > 0 ? fields : null };
}

function narrowField(field: Value, schema: Value | undefined, context: Context, depth: number): Value {
  const inner = schema && innerShape(schema);
  return inner ? narrow(field, inner, context, depth - 1) : field;
}

function keepOnly(atom: DataAtom, names: readonly string[]): DataAtom {
  if (atom.derived) return atom;
  const only = atom.only ? names.filter((name) => atom.only?.includes(name)) : names;
  return rekey({ ...atom, only });
}

/** A row brings the rows it refers to only when the query asks for them, whatever the schema would allow. */
function refersToRow({ type }: DataAtom, key: string, analysis: Analysis): boolean {
  if (!type) return false;
  const isRow = analysis.types.resolve(type).kind === 'entity' || analysis.types.libraries(type).length > 0;
  const field = isRow ? analysis.types.field(type, key) : undefined;
  return field !== undefined && analysis.types.isTelling(field.type);
}
