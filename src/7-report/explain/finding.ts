/** Why one finding, or one flow of the data map, was reported. */
import type { Account } from '../../core/account.ts';
import { isKnown } from '../../core/baseline.ts';
import type { Flow } from '../../core/flow.ts';
import type { Observations } from '../../core/observations.ts';
import type { ScanResult } from '../../core/result.ts';
import { display } from '../display.ts';
import { type Finding, findingsOf, suppressedFindings } from '../findings.ts';
import type { RenderOptions } from '../options.ts';
import { promisedRules } from '../promises.ts';
import { excerpt } from '../text/excerpt.ts';
import { printFinding, traceLines } from '../text/finding.ts';
import { paletteOf } from '../text/palette.ts';
import { accountLines, evidenceLines, guardLines, protectionLines } from './decision.ts';

/** What there is to be explained: a finding with its flows, or a flow that breaks nothing. */
export type Explained =
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'flow'; readonly flow: Flow };

/** Those that count, and those that people have decided to live with. */
export function everyFinding(result: ScanResult): Finding[] {
  return [...findingsOf(result), ...suppressedFindings(result)];
}

/** What people decided about the finding: a sentence; null when they decided nothing. */
export function decisionAbout({ suppression, baselineState }: Finding): string | null {
  if (suppression !== undefined) {
    const { file, line, reason, until } = suppression;
    return `Suppressed by ${display(file)}:${line}${until === undefined ? '' : ` until ${until}`}: ${display(reason)}`;
  }
  return isKnown(baselineState) ? 'Known from the baseline: it is listed there, and fails no gate.' : null;
}

/** All findings and flows whose id starts so. Findings come first; a flow of a finding is told with it. */
export function findById(id: string, result: ScanResult): Explained[] {
  const findings = everyFinding(result).filter(({ fingerprint }) => fingerprint?.startsWith(id));
  const flows = result.flows.filter((flow) => flow.id.startsWith(id));
  return [
    ...findings.map((finding): Explained => ({ kind: 'finding', finding })),
    ...flows.map((flow): Explained => ({ kind: 'flow', flow })),
  ];
}

/** How a list of candidates names one of them. */
export function nameOf(explained: Explained): string {
  if (explained.kind === 'flow') {
    const { id, activity, sink } = explained.flow;
    return `${id}  ${sink.file}:${sink.line}  ${activity}`;
  }
  const { fingerprint = '', file, line, rule } = explained.finding;
  return `${fingerprint}  ${file}:${line}  ${rule}`;
}

/** The whole story, ending with a line break. `accountsOf` says how the policies judged a flow. */
export function renderExplanation(
  explained: Explained,
  result: ScanResult,
  accountsOf: (flow: Flow) => readonly Account[],
  options: RenderOptions,
): string {
  const palette = paletteOf(options.color);
  const { flows } = explained.kind === 'finding' ? explained.finding : { flows: [explained.flow] };
  const conditions = (result.observations as Observations).conditions;
  const decision = explained.kind === 'finding' ? decisionAbout(explained.finding) : null;
  const sections = [
    headingOf(explained, result, options),
    decision === null ? [] : [decision],
    ...flows.flatMap((flow, index) => [
      flows.length > 1
        ? [palette.strong(`Flow ${index + 1} of ${flows.length}: from ${display(flow.source.expression)}`)]
        : [],
      evidenceLines(flow, palette),
      protectionLines(flow, palette),
      guardLines(flow, conditions, palette),
      accountLines(accountsOf(flow), palette),
    ]),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headingOf(explained: Explained, result: ScanResult, options: RenderOptions): string[] {
  const palette = paletteOf(options.color);
  if (explained.kind === 'finding') {
    const { finding } = explained;
    const rule = promisedRules(result.policies).find(({ id }) => id === finding.rule);
    const place = finding.flows[0]?.sink;
    const frame = place ? excerpt(place, options.readSource, new Map()) : [];
    return [
      palette.strong(display(finding.file)),
      ...printFinding(finding, rule, { palette, options, frame, explained: true }),
    ];
  }
  const { flow } = explained;
  const frame = excerpt(flow.sink, options.readSource, new Map());
  const to = flow.recipient ? ` to ${flow.recipient.name} (${flow.recipient.class})` : '';
  return [
    `${palette.strong(display(flow.sink.file))}:${flow.sink.line}  ${flow.activity}${display(to)}  ${display(flow.data.join(', '))}`,
    ...frame.map((line) => `  ${line}`),
    '',
    ...traceLines(flow, { palette, options, frame }),
  ];
}
