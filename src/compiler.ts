/**
 * The compiler, required and not imported: before it imports a CommonJS package, Node reads through its megabytes for the
 * names it exports, a tenth of a second in every scan. `#compiler` in package.json leads here, and to the types.
 */
import { createRequire } from 'node:module';
import type * as TsMorph from 'ts-morph';

export const { Project, ts } = createRequire(import.meta.url)('ts-morph') as typeof TsMorph;
