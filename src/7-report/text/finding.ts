/** One finding in full: what, where, the way the data takes, the promise, and what keeps it. */
import type { Flow, Step } from '../../core/flow.ts';
import { display } from '../display.ts';
import type { Finding } from '../findings.ts';
import type { RenderOptions } from '../options.ts';
import type { PromisedRule } from '../promises.ts';
import type { Palette } from './palette.ts';

export interface Printing {
  readonly palette: Palette;
  readonly options: RenderOptions;
  /** The code frame; empty where the one above shows the same place, or there is nothing to show. */
  readonly frame: readonly string[];
  /** The explanation follows, so nobody needs to be told how to get it. */
  readonly explained?: boolean;
}

const MARGIN = '  ';
const LABEL_WIDTH = 12;
const STEPS_SHOWN = 30;
/** Enough of a fingerprint to find it again. */
const ID_SHOWN = 12;
const OTHER_FLOWS_SHOWN = 5;

/** The heading of the findings of one file. */
export function fileHeading(file: string, palette: Palette): string {
  return palette.strong(`── ${display(file)} ──`);
}

/** The finding, line by line; `rule` is undefined when no policy in use has it. */
export function printFinding(finding: Finding, rule: PromisedRule | undefined, printing: Printing): string[] {
  const { palette, options, frame } = printing;
  const [flow, ...others] = finding.flows;
  const at = link(`${finding.line}:${finding.column}`, finding, options);
  return [
    `${at}  ${palette.level[finding.level](finding.level)}  ${palette.strong(display(finding.rule))}`,
    display(finding.message, 1000),
    ...(frame.length > 0 ? ['', ...frame.map((line) => MARGIN + line)] : []),
    '',
    ...(flow ? traceLines(flow, printing) : []),
    ...otherFlowLines(others, printing),
    ...promiseLines(finding, rule, palette),
    ...(finding.fingerprint === undefined || printing.explained
      ? []
      : [`${label('why', palette)}troth explain ${finding.fingerprint.slice(0, ID_SHOWN)}`]),
  ].map((line) => (line === '' ? line : MARGIN + line));
}

export function traceLines(flow: Flow, { palette, options }: Printing): string[] {
  const steps: readonly Step[] = flow.steps.slice(0, STEPS_SHOWN);
  const places = steps.map((step) => `${display(step.file)}:${step.line}`);
  const width = Math.min(48, Math.max(...places.map((place) => place.length)));
  const digits = String(steps.length).length;
  const lines = steps.map((step, index) => {
    const place = places[index] ?? '';
    const number = String(index + 1).padStart(digits);
    const gap = ' '.repeat(Math.max(0, width - place.length));
    return `${label(index === 0 ? 'flow' : '', palette)}${number}  ${link(place, step, options)}${gap}  ${display(step.message)}`;
  });
  const hidden = flow.steps.length - steps.length;
  return hidden > 0 ? [...lines, `${label('', palette)}… ${hidden} more`] : lines;
}

function otherFlowLines(flows: readonly Flow[], { palette, options }: Printing): string[] {
  const lines = flows.slice(0, OTHER_FLOWS_SHOWN).map(({ source }, index) => {
    const place = link(`${display(source.file)}:${source.line}`, source, options);
    return `${label(index === 0 ? 'also from' : '', palette)}${place}  ${display(source.expression)}`;
  });
  const hidden = flows.length - lines.length;
  return hidden > 0 ? [...lines, `${label('', palette)}… ${hidden} more`] : lines;
}

/** The promise is not repeated when the message quotes it. */
function promiseLines(finding: Finding, rule: PromisedRule | undefined, palette: Palette): string[] {
  const clauses = display(finding.clauses.join(', '));
  const quoted = rule === undefined || finding.message.includes(rule.promise.replace(/[.!?]$/, ''));
  const promise = quoted ? '' : `${display(rule.promise, 1000)}${clauses && ` (${clauses})`}`;
  return [
    ...(promise ? [`${label('promise', palette)}${promise}`] : []),
    ...(quoted && clauses ? [`${label('clauses', palette)}${clauses}`] : []),
    ...(rule?.fix ? [`${label('to keep it', palette)}${display(rule.fix, 1000)}`] : []),
  ];
}

function label(text: string, palette: Palette): string {
  return palette.faint(text.padEnd(LABEL_WIDTH));
}

/** A terminal hyperlink (OSC 8) when the caller asked for them. */
function link(text: string, place: { file: string; line: number }, { linkTo }: RenderOptions): string {
  if (!linkTo) return text;
  return `\u001b]8;;${display(linkTo(place.file, place.line), 4000)}\u001b\\${text}\u001b]8;;\u001b\\`;
}
