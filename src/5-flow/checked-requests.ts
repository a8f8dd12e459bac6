/**
 * What a route has checked of a request before its handlers run, by the schemas among what it is registered with:
 *
 *     router.post('/users', celebrate({ body: newUser }), create);
 *     router.post('/users', validate(newUser), wrap(create));        // functions of the project that hold a schema
 *     server.post('/users', { schema: { body: newUser } }, create);
 *
 * In `create`, and in what only hands on to it, the request's body is what `newUser` describes.
 */
import type { SourceKind } from '../core/privacy.ts';
import type { FunctionId } from '../core/program.ts';
import type { Analysis } from './analysis.ts';
import type { LibraryCall } from './library-calls/ports.ts';
import type { TypeRef, Types } from './types.ts';
import { type Atom, ELEMENT, type Value } from './value.ts';

/** The parts of a request that a route has schemas for. */
export type Checks = Partial<Record<Part, TypeRef>>;

const PARTS = ['body', 'query', 'params'] as const;
type Part = (typeof PARTS)[number];

const PART_OF: Partial<Record<SourceKind, Part>> = {
  'request-body': 'body',
  'request-query': 'query',
  'request-parameters': 'params',
};

/** Arguments of arguments, and functions that hold functions, as deep as schemas and handlers are looked for. */
const DEEPEST = 3;

/** The type of what a source of this kind gives in a function, where every route that runs it agrees. */
export function checkedType(kind: SourceKind, id: FunctionId, analysis: Analysis): TypeRef | null {
  const part = PART_OF[kind];
  return (part && analysis.checksOf(id)?.[part]) ?? null;
}

/** What two routes check alike. */
export function agreed(one: Checks, other: Checks): Checks {
  const both: Checks = {};
  for (const part of PARTS) {
    const type = one[part];
    if (type && isSameType(type, other[part])) both[part] = type;
  }
  return both;
}

export function isSame(one: Checks, other: Checks): boolean {
  return PARTS.every((part) => (one[part] ? isSameType(one[part], other[part]) : !other[part]));
}

function isSameType(one: TypeRef, other: TypeRef | undefined): boolean {
  return one.kind === 'declared' && other?.kind === 'declared' && one.type === other.type;
}

/** Notes what a call that registers a route has checked before its handlers. */
export function noteChecks({ call, match, analysis }: LibraryCall): void {
  if (!match.routes.some(({ kind }) => kind === 'route')) return;
  const checks: Checks = {};
  for (const value of call.arguments) find(value, null, checks, analysis.types, DEEPEST);
  for (const id of call.arguments.flatMap((value) => handlersIn(value, DEEPEST))) analysis.noteChecks(id, checks);
}

/** Looks for schemas: of a part of the request, or (where nothing says of which) of its body. */
function find(value: Value, part: Part | null, into: Checks, types: Types, depth: number): void {
  for (const atom of value.atoms) {
    const type = atom.kind === 'library' && atom.place ? types.schemaAt(atom.place) : null;
    if (type) assign(type, part, into, types);
    else if (depth > 0) for (const held of heldBy(atom)) find(held, part, into, types, depth - 1);
  }
  if (depth === 0) return;
  for (const [key, field] of value.fields ?? []) {
    const named = PART_NAMED[key] ?? null;
    if (named || WRAPPERS.has(key)) find(field, named ?? part, into, types, depth - 1);
  }
}

/** What the parts are called in such options. */
const PART_NAMED: Readonly<Record<string, Part | undefined>> = Object.assign(Object.create(null), {
  body: 'body',
  query: 'query',
  querystring: 'query',
  params: 'params',
});

/** Options of routes and middlewares that hold schemas by the part of the request. */
const WRAPPERS: ReadonlySet<string> = new Set([ELEMENT, '0', '1', '2', '3', 'schema', 'schemas', 'request']);

function assign(type: TypeRef, part: Part | null, into: Checks, types: Types): void {
  if (part) {
    into[part] ??= type;
    return;
  }
  // `z.object({ body: z.object({ … }), query: … })`
  const parts = PARTS.flatMap((one) => {
    const inner = types.property(type, one);
    return inner && types.fields(inner).length > 0 ? [[one, inner] as const] : [];
  });
  if (parts.length === 0) into.body ??= type;
  for (const [one, inner] of parts) into[one] ??= inner;
}

/** What was given to the call that made a library's value, or is known in a function. */
function heldBy(atom: Atom): readonly Value[] {
  if (atom.kind === 'library') return atom.arguments ?? [];
  return atom.kind === 'function' ? [...atom.captured.values(), ...atom.bound] : [];
}

function handlersIn(value: Value, depth: number): FunctionId[] {
  const own = value.atoms.flatMap((atom): FunctionId[] => {
    const held = depth > 0 && atom.kind === 'function' ? heldBy(atom) : [];
    const inside = held.flatMap((one) => handlersIn(one, depth - 1));
    return atom.kind === 'function' ? [atom.function, ...inside] : inside;
  });
  const listed = [...(value.fields ?? [])].filter(([key]) => key === ELEMENT || key === 'handler' || /^\d$/.test(key));
  return depth === 0 ? own : [...own, ...listed.flatMap(([, field]) => handlersIn(field, depth - 1))];
}
