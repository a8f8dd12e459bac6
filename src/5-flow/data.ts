/** Atoms of data: how they are made, what tells them apart, and what is at their properties. */
import { PROTECTIONS, type Protection } from '../core/privacy.ts';
import type { FunctionId } from '../core/program.ts';
import type { TypeField, TypeRef } from './types.ts';
import { type Condition, type DataAtom, ELEMENT, LONGEST_PATH, type Place, type Root } from './value.ts';

export function data(root: Root, type: TypeRef | null = null): DataAtom {
  return rekey({
    kind: 'data',
    key: '',
    root,
    path: [],
    at: `${root.key}.`,
    derived: false,
    protections: 0,
    uncertain: false,
    naming: null,
    type,
    field: null,
    only: null,
    without: null,
    condition: null,
    chosen: null,
    trace: null,
    read: null,
  });
}

/** What a closure may get from whoever calls it: the closure itself says the same of its parameter. */
export function unknownInput(id: FunctionId, index: number): DataAtom {
  const place: Place = { file: 0, span: [0, 0] };
  return data({ kind: 'opaque', key: `${UNKNOWN_INPUT}${id}:${index}`, name: '', nameable: false, place });
}

export function isUnknownInput({ root }: DataAtom): boolean {
  return root.kind === 'opaque' && root.key.startsWith(UNKNOWN_INPUT);
}

const UNKNOWN_INPUT = 'U';

/** Gives a copy its key: everything that tells two atoms apart. Atoms are made by the million, so it is not copied again. */
export function rekey(copy: DataAtom): DataAtom {
  (copy as { key: string }).key = copy.at + shapeOf(copy);
  return copy;
}

/** What happened to the data, as a text; empty for most. */
function shapeOf({ derived, protections, uncertain, naming, only, without, condition, chosen }: DataAtom): string {
  if (!derived && !uncertain && protections === 0 && !naming && !only && !without && !condition && !chosen) return '';
  const shape = `|${derived ? 'd' : ''}${uncertain ? 'u' : ''}${protections === 0 ? '' : protections}`;
  const kept = only || without ? `+${only?.join(',') ?? ''}-${without?.join(',') ?? ''}` : '';
  const asked = condition ? printCondition(condition) : '';
  const by = chosen ? `&${chosen.map(({ kind, purpose }) => `${kind}:${purpose ?? ''}`).join()}` : '';
  return `${shape}${naming ? `:${naming.category}` : ''}${kept}${asked}${by}`;
}

function printCondition({ holds, index, path, texts }: Condition): string {
  return `?${holds ? '' : '!'}${index}.${path.join('.')}${texts ? `=${texts.join()}` : ''}`;
}

/** Whether a key is a position in a list. */
export function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57 && /^\d+$/.test(key);
}

const ADDRESS_PARTS = new Set(['protocol', 'host', 'hostname', 'port', 'origin']);

/** The data at a property of an atom; undefined where `pick` or `omit` took it away. */
export function below(
  atom: DataAtom,
  key: string,
  type: TypeRef | null,
  read: Place | null,
  field: TypeField | null = null,
): DataAtom | undefined {
  // A host says nothing of the data in an address; nor does any other part before the path.
  if (atom.derived) return ADDRESS_PARTS.has(key) ? undefined : atom;
  const name = isIndex(key) && !isPositionKept(atom, key) ? ELEMENT : key;
  const keeps = name === ELEMENT || isIndex(name);
  if (!keeps) {
    if (atom.only && !atom.only.includes(name)) return undefined;
    if (atom.without?.includes(name)) return undefined;
  }
  const copy: Mutable<DataAtom> = { ...atom };
  if (atom.path.length < LONGEST_PATH) {
    copy.path = [...atom.path, name];
    copy.at = atom.path.length === 0 ? atom.at + name : `${atom.at}.${name}`;
  } else {
    copy.path = [...atom.path.slice(0, -1), name];
    copy.at = `${atom.root.key}.${copy.path.join('.')}`;
    copy.only = null;
    copy.without = null;
  }
  copy.type = type;
  copy.read = read ?? atom.read;
  if (!keeps) {
    // A property is not the part of its object that was cut out.
    copy.protections = atom.protections & ~PART_OF_TEXT;
    copy.naming = null;
    copy.field = field;
    copy.only = null;
    copy.without = null;
  }
  return rekey(copy);
}

/** A caller's list may be known element by element: `([total, users]) => …` after `Promise.all([count(), find()])`. */
function isPositionKept({ root }: DataAtom, key: string): boolean {
  return key.length === 1 && (root.kind === 'input' || root.kind === 'cell' || root.kind === 'result');
}

/** On data of which only a part is left; a bit beside those of the protections, that no report shows. See `masks.ts`. */
export const PART_OF_TEXT = 1 << 24;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function protectionBit(protection: Protection): number {
  return 1 << PROTECTIONS.indexOf(protection);
}

export function protectionsOf(bits: number): Protection[] {
  return PROTECTIONS.filter((_, index) => bits & (1 << index));
}
