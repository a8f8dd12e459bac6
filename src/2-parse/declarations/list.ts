/** What a package offers: its functions and the methods of its classes, as API paths. */
import type { ts } from '#compiler';
import type { Declarations } from './declarations.ts';

export interface DeclaredCall {
  /** `createTransport`, `new Resend().emails.send`. */
  readonly api: string;
  /** Names of the parameters of its first signature. */
  readonly parameters: readonly string[];
}

const MOST_CALLS = 200;
/** Members of objects that are members of objects: `new Resend().emails.send`. */
const DEEPEST = 2;
const HIDDEN = /^(?:_|#|__)|^(?:constructor|prototype|toString|toJSON|apply|call|bind|then|catch|finally)$/;

/** The calls that the exports of the modules lead to, in their order, each once. */
export function listCalls({ modules, walk }: Declarations): DeclaredCall[] {
  const calls = new Map<string, DeclaredCall>();
  const pending = modules
    .flatMap(({ values }) => walk.place(values).types)
    .map((type) => ({ type, api: '', depth: 0 }));
  for (const { type } of pending) addCall(calls, 'default', type);
  for (let next = pending.shift(); next && calls.size < MOST_CALLS; next = pending.shift()) {
    const { type, api, depth } = next;
    for (const property of type.getProperties()) {
      if (HIDDEN.test(property.name) || property.name === 'default' || !/^[\w$]+$/.test(property.name)) continue;
      const path = api === '' ? property.name : `${api}.${property.name}`;
      for (const below of walk.member({ types: [type], open: false }, property.name).types) {
        addCall(calls, path, below);
        const [made] = below.getConstructSignatures();
        if (made !== undefined && api === '')
          pending.push({ type: made.getReturnType(), api: `new ${path}()`, depth: 1 });
        else if (isPlainObject(below) && depth < DEEPEST) pending.push({ type: below, api: path, depth: depth + 1 });
      }
    }
  }
  return [...calls.values()];
}

function addCall(calls: Map<string, DeclaredCall>, api: string, type: ts.Type): void {
  const [signature] = type.getCallSignatures();
  if (signature === undefined || calls.has(api)) return;
  calls.set(api, { api, parameters: signature.getParameters().map(({ name }) => name) });
}

/** Objects that group functions; not functions, arrays and texts themselves. */
function isPlainObject(type: ts.Type): boolean {
  return (
    type.getCallSignatures().length + type.getConstructSignatures().length === 0 &&
    type.getProperties().length > 0 &&
    type.getNumberIndexType() === undefined &&
    !type.isLiteral()
  );
}
