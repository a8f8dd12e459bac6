import type { Catalogue } from './core/catalogue.ts';
import type { Policy } from './core/policy.ts';
import type { ScanResult } from './core/result.ts';

export interface ScanOptions {
  readonly command: 'scan' | 'inventory';
  /** Absolute path of the folder to scan; everything reported is relative to it. */
  readonly root: string;
  /** Files or folders below `root` to look at, relative to it; empty for all. */
  readonly paths: readonly string[];
  readonly catalogue: Catalogue;
  readonly policies: readonly Policy[];
  /** Tests, fixtures and stories too. */
  readonly includeTests: boolean;
}

/** The pipeline. Each phase sees what the one before it returned, and nothing else. */
export async function scan(_options: ScanOptions): Promise<ScanResult> {
  throw new Error('not built yet');
}
