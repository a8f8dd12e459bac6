/** Names that models and recipients take from elsewhere: data categories, uses, subjects, recipients. */
import type { z } from 'zod';
import type { Taxonomy } from '../core/catalogue.ts';
import { didYouMean } from './closest.ts';
import type { libraryFile } from './library-schema.ts';
import type { DataPath, Issue } from './yaml.ts';

/** What may be referred to. */
export interface Known {
  readonly taxonomy: Taxonomy;
  /** Ids. */
  readonly recipients: ReadonlySet<string>;
}

/** Every name in a library model that nothing defines. */
export function checkReferences(library: z.output<typeof libraryFile>, { taxonomy, recipients }: Known): Issue[] {
  const issues: (Issue | null)[] = [checkRecipient(library.recipient, recipients, ['recipient'])];
  for (const [index, source] of library.sources.entries()) {
    issues.push(checkCategory(source.data, taxonomy, ['sources', index, 'data']));
    issues.push(checkSubject(source.subject, taxonomy, ['sources', index, 'subject']));
  }
  for (const [index, sink] of library.sinks.entries()) {
    issues.push(checkUse(sink.purpose, taxonomy, ['sinks', index, 'purpose']));
    issues.push(checkRecipient(sink.recipient, recipients, ['sinks', index, 'recipient']));
  }
  for (const [index, leak] of library.leaks.entries()) {
    issues.push(...leak.data.map((key) => checkCategory(key, taxonomy, ['leaks', index, 'data'])));
    issues.push(checkUse(leak.purpose, taxonomy, ['leaks', index, 'purpose']));
    issues.push(checkRecipient(leak.recipient, recipients, ['leaks', index, 'recipient']));
  }
  return issues.filter((issue) => issue !== null);
}

export function checkCategory(key: string | undefined, taxonomy: Taxonomy, path: DataPath): Issue | null {
  if (key === undefined || taxonomy.categories.has(key)) return null;
  return unknown(`\`${key}\` is no data category`, key, taxonomy.categories.keys(), path);
}

export function checkUse(key: string | undefined, taxonomy: Taxonomy, path: DataPath): Issue | null {
  if (key === undefined || taxonomy.uses.includes(key)) return null;
  return unknown(`\`${key}\` is no data use`, key, taxonomy.uses, path);
}

export function checkSubject(key: string | undefined, taxonomy: Taxonomy, path: DataPath): Issue | null {
  if (key === undefined || taxonomy.subjects.includes(key)) return null;
  return unknown(`\`${key}\` is no data subject`, key, taxonomy.subjects, path);
}

function checkRecipient(id: string | undefined, recipients: ReadonlySet<string>, path: DataPath): Issue | null {
  if (id === undefined || recipients.has(id)) return null;
  return unknown(`there is no recipient \`${id}\``, id, recipients, path);
}

function unknown(message: string, word: string, candidates: Iterable<string>, path: DataPath): Issue {
  return { path, message: message + didYouMean(word, candidates) };
}
