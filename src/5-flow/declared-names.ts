import type { Configuration } from '../core/catalogue.ts';
import { type NameReader, type NameReading, splitWords } from './names.ts';

/**
 * The project's own word on its names comes before ours: `data: [{ category: user.government_id, names: [uan] }]` makes
 * them personal wherever they stand, `{ none: [displayName] }` never.
 */
export function withDeclaredNames(reader: NameReader, data: Configuration['data']): NameReader {
  if (data.length === 0) return reader;
  const declared = new Map<string, NameReading | null>();
  for (const { category, names } of data) {
    const reading: NameReading | null = category === null ? null : { category, confidence: 'high', subject: null };
    for (const name of names) declared.set(splitWords(name).join(' '), reading);
  }
  const own = (name: string): NameReading | null | undefined => declared.get(splitWords(name).join(' '));
  return {
    classify: (name, context) => {
      const reading = own(name);
      return reading === undefined ? reader.classify(name, context) : reading;
    },
    classifyPath: (path, siblings) => {
      const reading = own(path.at(-1) ?? '');
      return reading === undefined ? reader.classifyPath(path, siblings) : reading;
    },
    classifyResult: (name) => reader.classifyResult(name),
    personOf: (name) => reader.personOf(name),
    isAboutThing: (name) => reader.isAboutThing(name),
  };
}
