/**
 * Phase 7: what a scan found → text for people, JSON for programs, SARIF for code scanning, and what
 * each place where teams look at findings reads.
 *
 * Input: a {@link ScanResult}, sorted by `6-judge`. Output: one string, the same bytes for the same input: no time, no
 * absolute path, no machine. Every format names every file that was not analysed.
 * Names, paths and policy texts are untrusted: no format holds a raw control, bidirectional or invisible character.
 */
import { type Format, showsFlows } from '../core/report-format.ts';
import type { ScanResult } from '../core/result.ts';
import { UsageError } from '../core/usage-error.ts';
import { renderAgent } from './agent.ts';
import { renderCompact } from './compact.ts';
import { renderCsv } from './csv.ts';
import { renderGithub } from './github.ts';
import { renderGitlab } from './gitlab.ts';
import { renderGitlabSast } from './gitlab-sast.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit/junit.ts';
import { renderMarkdown } from './markdown/markdown.ts';
import type { RenderOptions } from './options.ts';
import { renderSarif } from './sarif/sarif.ts';
import { renderText } from './text/text.ts';

export type { RenderOptions } from './options.ts';

const RENDERERS: Readonly<Record<Format, (result: ScanResult, options: RenderOptions) => string>> = {
  text: renderText,
  compact: renderCompact,
  json: renderJson,
  sarif: renderSarif,
  github: renderGithub,
  gitlab: renderGitlab,
  'gitlab-sast': renderGitlabSast,
  junit: renderJunit,
  markdown: renderMarkdown,
  csv: renderCsv,
  agent: renderAgent,
};

/** The report in one format, ending with a line break. Throws for a data map in a format that has no place for it. */
export function render(format: Format, result: ScanResult, options: RenderOptions): string {
  if (result.command === 'inventory' && !showsFlows(format)) {
    throw new UsageError(`An inventory has no ${format} form: use the format csv, json, markdown or text.`);
  }
  return RENDERERS[format](result, options);
}
