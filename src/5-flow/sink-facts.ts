/** Facts about the call at a sink that policies ask for: the lifetime of a cookie, who may read a file, the scheme. */
import type { Flow } from '../core/flow.ts';
import type { Emission, SinkSite } from './sinks.ts';
import { type Atom, NOTHING, type Value } from './value.ts';

/** All of them, as a text that tells two ways to a sink apart. */
export function settingsOf({ site, attributes }: Emission): string {
  return attributes.size === 0 ? '' : JSON.stringify(attributeValues(site, attributes));
}

export function attributeValues(site: SinkSite, read: ReadonlyMap<string, Value>): Flow['sink']['attributes'] {
  const values: Record<string, string | number | boolean | null> = {};
  for (const [name, port] of Object.entries(site.model.attributes)) {
    if (port.startsWith('=')) values[name] = port.slice(1);
    else {
      const { atoms, fields } = read.get(name) ?? NOTHING;
      const said = atoms.filter((atom) => !isOfType(atom));
      if (said.length > 0 || fields) values[name] = literal(said);
    }
  }
  return values;
}

/** `http`, `https`, `ftp`: how data travels to a host that is not this machine. */
export function schemeOf(url: Value | null): { scheme?: string } {
  for (const atom of url?.atoms ?? []) {
    if (atom.kind !== 'constant' || atom.type !== 'string') continue;
    const [, scheme, host = ''] = /^([a-z][a-z0-9+.-]{1,20}):\/\/(?:[^/@?#]*@)?([^/:?#]*)/i.exec(atom.text) ?? [];
    if (scheme === undefined || /^(?:localhost|127\..*|\[?::1\]?|.*\.local)$/i.test(host)) continue;
    return { scheme: scheme.toLowerCase() };
  }
  return {};
}

/** `acl: ObjectCannedACL`, `options: CookieOptions`: which of its values it is, a library's type does not say. */
function isOfType(atom: Atom): boolean {
  return atom.kind === 'library' && /^<[^>]*>(?:\.\w+)*$/.test(atom.path.join(''));
}

function literal(atoms: readonly Atom[]): string | number | boolean | null {
  const [only] = atoms;
  if (atoms.length !== 1 || only?.kind !== 'constant' || !only.whole) return null;
  if (only.type === 'number') return Number(only.text);
  return only.type === 'boolean' ? only.text === 'true' : only.text;
}
