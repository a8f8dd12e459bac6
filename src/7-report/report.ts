/**
 * Phase 7: what a scan found → text for people, JSON for programs, SARIF for code scanning.
 *
 * Input: a {@link ScanResult}, sorted by `6-judge`. Output: one string, the same bytes for the same input: no time, no
 * absolute path, no machine. Every format names every file that was not analysed.
 * Names, paths and policy texts are untrusted: no format holds a raw control, bidirectional or invisible character.
 */
import type { ScanResult } from '../core/result.ts';
import { renderJson } from './json.ts';
import type { RenderOptions } from './options.ts';
import { renderSarif } from './sarif/sarif.ts';
import { renderText } from './text/text.ts';

export type { RenderOptions } from './options.ts';

export const FORMATS = ['text', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

const RENDERERS: Readonly<Record<Format, (result: ScanResult, options: RenderOptions) => string>> = {
  text: renderText,
  json: renderJson,
  sarif: renderSarif,
};

/** The report in one format, ending with a line break. */
export function render(format: Format, result: ScanResult, options: RenderOptions): string {
  return RENDERERS[format](result, options);
}
