/** The text format: what a person reads in a terminal. Most severe and most useful first, the verdict last. */
import type { ScanResult } from '../../core/result.ts';
import { type Finding, isAboutSuppression, mostSevere, newFindingsOf } from '../findings.ts';
import type { RenderOptions } from '../options.ts';
import { promisedRules } from '../promises.ts';
import { excerpt, type MaskedFiles } from './excerpt.ts';
import { fileHeading, printFinding } from './finding.ts';
import { inventory } from './inventory.ts';
import { notices, verdict } from './notices.ts';
import { type Palette, paletteOf } from './palette.ts';
import { promiseTable } from './promise-table.ts';
import { summaryTable } from './summary-table.ts';

const FINDINGS_SHOWN = 50;

/** The report of a scan, or the data map of an inventory. */
export function renderText(result: ScanResult, options: RenderOptions): string {
  const palette = paletteOf(options.color);
  const sections =
    result.command === 'inventory'
      ? inventorySections(result, palette, options)
      : scanSections(result, palette, options);
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `${withoutCommands(text)}\n`;
}

function scanSections(result: ScanResult, palette: Palette, options: RenderOptions): string[][] {
  const findings = newFindingsOf(result);
  const shown = mostSevere(findings, options.maxFindingsShown ?? FINDINGS_SHOWN);
  const hidden = findings.length - shown.length;
  return [
    ...findingSections(shown, result, palette, options),
    hidden > 0
      ? [palette.strong(`… ${hidden} more ${hidden === 1 ? 'finding' : 'findings'} (--format json has all)`)]
      : [],
    summaryTable(findings, palette),
    promiseTable(result, palette),
    ...notices(result, palette),
    options.verdict === false ? [] : [verdict(findings, result, palette)],
  ];
}

function inventorySections(result: ScanResult, palette: Palette, options: RenderOptions): string[][] {
  const end = options.verdict === false ? [] : [verdict([], result, palette)];
  return [...inventory(result, palette), ...notices(result, palette), end];
}

function findingSections(
  findings: readonly Finding[],
  result: ScanResult,
  palette: Palette,
  options: RenderOptions,
): string[][] {
  const rules = new Map(promisedRules(result.policies).map((rule) => [rule.id, rule]));
  const files: MaskedFiles = new Map();
  return findings.map((finding, index) => {
    const { file, line, column } = finding;
    const above = findings[index - 1];
    const heading = above?.file === file ? [] : [fileHeading(file, palette), ''];
    const place = finding.flows[0]?.sink ?? { file, line, column, endLine: line, endColumn: column };
    const seen = above?.file === file && above.line === line;
    // Excerpts leave comments out.
    const frame = seen || isAboutSuppression(finding) ? [] : excerpt(place, options.readSource, files);
    return [...heading, ...printFinding(finding, rules.get(finding.rule), { palette, options, frame })];
  });
}

/** `::…` at the start of a line is a command to GitHub's runner. */
function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*)::/gm, '$1\\u{3a}:');
}
