/**
 * Protections that protect little: broken algorithms and keys that stand in the code. A model says which port names the
 * algorithm and which holds the key; what was found stays on the data, in the bits above those of its protections, and
 * a policy asks for it with `where: { attribute: hash, is: [md5, sha1] }`.
 */
import { PROTECTIONS } from '../core/privacy.ts';
import { textsOf, type Value } from './value.ts';

/** Broken by RFC 6151 (MD5), RFC 6194 (SHA-1), NIST SP 800-131A (DES), RFC 7465 (RC4); ECB shows equal blocks. */
const ALGORITHMS = [
  { attribute: 'hash', value: 'md5', named: /(?:^|-)md5$/i },
  { attribute: 'hash', value: 'sha1', named: /(?:^|-)sha-?1$/i },
  { attribute: 'cipher', value: 'des', named: /^des(?:-|$)/i },
  { attribute: 'cipher', value: 'rc4', named: /^rc4(?:-|$)/i },
  { attribute: 'cipher', value: 'ecb', named: /-ecb$/i },
] as const;

const FIRST = PROTECTIONS.length;
const LITERAL_KEY = 1 << (FIRST + ALGORITHMS.length);

/** The weaknesses that these values show: of the port that names the algorithm, and of the one that holds the key. */
export function weaknessBits(algorithm: Value | null, key: Value | null): number {
  let bits = key !== null && isLiteral(key) ? LITERAL_KEY : 0;
  for (const text of algorithm ? textsOf(algorithm) : []) {
    for (const [index, { named }] of ALGORITHMS.entries()) if (named.test(text)) bits |= 1 << (FIRST + index);
  }
  return bits;
}

/** The facts that a policy can ask for: `{ hash: 'md5' }`. */
export function weaknessesOf(bits: number): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [index, { attribute, value }] of ALGORITHMS.entries()) {
    if (bits & (1 << (FIRST + index))) found[attribute] = value;
  }
  if (bits & LITERAL_KEY) found['key'] = 'literal';
  return found;
}

/** Written out in the code, and not put together from what only runs know. */
function isLiteral({ atoms }: Value): boolean {
  return (
    atoms.length > 0 &&
    atoms.every((atom) => atom.kind === 'constant' && atom.type === 'string' && atom.whole && atom.text !== '')
  );
}
