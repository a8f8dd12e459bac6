/** A step of the build: keeps what reading `rules/` gives, so that a scan need not parse YAML. See `rules/checked.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { COMPILED_RULES, type Compiled, checked, compile, hashOf } from './rules/checked.ts';
import { listDataFiles, RULES_DIRECTORY } from './rules/files.ts';
import { libraryFile } from './rules/library-schema.ts';
import { policyFile } from './rules/policy-schema.ts';
import { processorsFile } from './rules/processors.ts';
import { recipientsFile } from './rules/recipients.ts';
import { categoriesFile, guardsFile, namesFile, provenanceFile } from './rules/taxonomy.ts';
import { parseDataFile, readText } from './rules/yaml.ts';

const SCHEMAS: readonly (readonly [prefix: string, schema: z.ZodType])[] = [
  ['libraries/', libraryFile],
  ['policies/', policyFile],
  ['recipients/', recipientsFile],
  ['taxonomy/categories.yaml', categoriesFile],
  ['taxonomy/names.yaml', namesFile],
  ['taxonomy/guards.yaml', guardsFile],
  ['taxonomy/processors.yaml', processorsFile],
  ['taxonomy/provenance.yaml', provenanceFile],
];

/** Every file of `rules/`, checked, by the hash of its text. */
export function compileRules(): Record<string, Compiled> {
  const compiled: Record<string, Compiled> = {};
  for (const [prefix, schema] of SCHEMAS) {
    for (const file of listDataFiles(RULES_DIRECTORY).filter((name) => name.startsWith(prefix))) {
      const text = readText(join(RULES_DIRECTORY, file), `rules/${file}`);
      compiled[hashOf(text)] = compile(checked(schema, parseDataFile(text, `rules/${file}`)));
    }
  }
  return compiled;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(COMPILED_RULES, JSON.stringify(compileRules()));
}
