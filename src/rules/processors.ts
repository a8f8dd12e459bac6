/** Which dependencies look as if they processed data: `rules/taxonomy/processors.yaml`. */
import { join } from 'node:path';
import { z } from 'zod';
import { readRules } from './checked.ts';
import { RULES_DIRECTORY } from './files.ts';
import { editorSchema, word } from './shapes.ts';

export const processorsFile = z.strictObject({ $schema: editorSchema, words: z.array(word), never: z.array(word) });

/** What a package says of itself. */
export interface PackageWords {
  readonly name: string;
  readonly keywords: readonly string[];
}

/** Reads the words; the result gives the one by which a package looks like a processor, or null. */
export function loadProcessorWords(): (said: PackageWords) => string | null {
  const { data } = readRules(
    join(RULES_DIRECTORY, 'taxonomy/processors.yaml'),
    'rules/taxonomy/processors.yaml',
    processorsFile,
  );
  const words = new Set(data.words);
  const never = new Set(data.never);
  return ({ name, keywords }) => {
    const said = [...keywords.map(normalised), ...name.toLowerCase().split(/[^a-z0-9]+/)];
    return said.some((one) => never.has(one)) ? null : (said.find((one) => words.has(one)) ?? null);
  };
}

/** `Push-Notifications` → `push notifications`. */
function normalised(keyword: string): string {
  return keyword
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}
