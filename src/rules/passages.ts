/**
 * Has the text of a policy changed since its rules were written? A passage is kept as the number of its words and a hash
 * of them, so that a policy file holds no text that is somebody else's: `23:9f86d081884c7d65`. Layout, case and
 * punctuation do not count.
 */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Policy } from '../core/policy.ts';
import { UsageError } from '../core/usage-error.ts';
import { isInside, nameOf, RULES_DIRECTORY } from './files.ts';
import { isPath, locatePolicy } from './policies.ts';
import { word } from './shapes.ts';
import { validate } from './validate.ts';
import { inline, readDataFile } from './yaml.ts';

/** `<words>:<hash>`. */
const passage = word.regex(/^[1-9]\d{0,3}:[0-9a-f]{16}$/, {
  error: 'must be the number of words and 16 hexadecimal digits: `23:9f86d081884c7d65`',
});
const passagesFile = z.strictObject({ passages: z.record(word, passage) });

export interface DocumentCheck {
  /** Of the text as it is today. */
  readonly sha256: string;
  /** Byte for byte the text that the policy was read from. */
  readonly same: boolean;
  /** Clauses whose passage is no longer in the text. */
  readonly changed: readonly string[];
  /** How many clauses have a passage to compare. */
  readonly compared: number;
}

/** Compares a text with what the policy remembers of it. */
export function checkDocument(policy: Policy, passages: ReadonlyMap<string, string>, text: Buffer): DocumentCheck {
  const words = wordsOf(text.toString('utf8'));
  const hashes = new Map<number, ReadonlySet<string>>();
  const changed = [...passages].filter(([, written]) => {
    const [length = 0, hash = ''] = [Number(written.split(':')[0]), written.split(':')[1]];
    const windows = hashes.get(length) ?? windowsOf(words, length);
    hashes.set(length, windows);
    return !windows.has(hash);
  });
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    sha256,
    same: sha256 === policy.document?.sha256,
    changed: changed.map(([clause]) => clause),
    compared: passages.size,
  };
}

/** What a policy keeps of a passage. */
export function printPassage(text: string): string {
  const words = wordsOf(text);
  return `${words.length}:${hashOf(words)}`;
}

/**
 * The passages of a policy: inline, in the file it names, or, of a built-in pack, in `rules/documents`. `name` is how the
 * policy itself was named.
 */
export function readPassages(policy: Policy, name: string, root: string): ReadonlyMap<string, string> {
  const own = isPath(name);
  const written = policy.document?.passages ?? (own ? new Map<string, string>() : `../documents/${name}.yaml`);
  if (typeof written !== 'string') return checkInline(written, policy);
  const path = resolve(dirname(locatePolicy(name, root)), written);
  if (!isInside(path, own ? root : RULES_DIRECTORY)) {
    throw new UsageError(`${policy.file}: document.passages: \`${inline(written)}\` is outside the project`);
  }
  const source = readDataFile(path, nameOf(path, own ? root : resolve(RULES_DIRECTORY, '..')));
  return new Map(Object.entries(validate(passagesFile, source).passages));
}

function checkInline(passages: ReadonlyMap<string, string>, policy: Policy): ReadonlyMap<string, string> {
  for (const [clause, written] of passages) {
    const problem = passage.safeParse(written).error?.issues[0];
    if (problem)
      throw new UsageError(`${policy.file}: document.passages.${inline(clause)}: ${inline(problem.message)}`);
  }
  return passages;
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function windowsOf(words: readonly string[], length: number): ReadonlySet<string> {
  const hashes = new Set<string>();
  for (let start = 0; start + length <= words.length; start++) hashes.add(hashOf(words.slice(start, start + length)));
  return hashes;
}

function hashOf(words: readonly string[]): string {
  return createHash('sha256').update(words.join(' ')).digest('hex').slice(0, 16);
}
