/** Writes the JSON Schemas of `rules/schema/` that editors use, from the schemas the readers use. Draft 7: what they know. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { baselineFile } from './rules/baseline.ts';
import { configurationFile } from './rules/configuration-schema.ts';
import { libraryFile } from './rules/library-schema.ts';
import { policyFile } from './rules/policy-schema.ts';

const DIRECTORY = fileURLToPath(new URL('../rules/schema/', import.meta.url));

const SCHEMAS: Readonly<Record<string, { readonly title: string; readonly schema: z.ZodType }>> = {
  'baseline.schema.json': { title: 'troth baseline (.troth/baseline.json)', schema: baselineFile },
  'config.schema.json': { title: 'troth project file (troth.config.yaml)', schema: configurationFile },
  'model.schema.json': { title: 'troth library model', schema: libraryFile },
  'policy.schema.json': { title: 'troth privacy policy', schema: policyFile },
};

/** The schema files: name → text. */
export function jsonSchemas(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, { title, schema }] of Object.entries(SCHEMAS)) {
    const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
    files[name] = `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
  }
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(DIRECTORY + name, text);
}
