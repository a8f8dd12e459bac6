/** Why a line was reported, or was not: what was seen there, and what came of it. */
import type { Account } from '../../core/account.ts';
import type { Flow } from '../../core/flow.ts';
import { compareText, type Location } from '../../core/location.ts';
import type { Observations, SeenCall, SeenCallee, SeenSink, SeenValue } from '../../core/observations.ts';
import { type Confidence, isSure } from '../../core/privacy.ts';
import type { ScanResult } from '../../core/result.ts';
import { count, display } from '../display.ts';
import type { Finding } from '../findings.ts';
import type { RenderOptions } from '../options.ts';
import { excerpt } from '../text/excerpt.ts';
import { type Palette, paletteOf } from '../text/palette.ts';
import { accountLines, guardLines, protectionLines } from './decision.ts';
import { decisionAbout, everyFinding } from './finding.ts';

export interface LineQuestion {
  readonly file: string;
  readonly line: number;
  /** Flows less sure than this are not reported. */
  readonly confidence: Confidence;
}

const MOST_FLOWS = 12;

/** The answer, ending with a line break. The result is of a scan that asked about the line, and left out no flow. */
export function renderLine(
  question: LineQuestion,
  result: ScanResult,
  accountsOf: (flow: Flow) => readonly Account[],
  options: RenderOptions,
): string {
  const palette = paletteOf(options.color);
  const { file, line } = question;
  const observations = result.observations as Observations;
  const flows = result.flows.filter(({ sink }) => sink.file === file && sink.line <= line && line <= sink.endLine);
  const starting = flows.filter(({ sink }) => sink.line === line);
  const here = collectedLast(starting.length > 0 ? starting : flows);
  const sections = [
    [palette.strong(`${display(file)}:${line}`), ...frameOf(question, observations, options)],
    ...here.slice(0, MOST_FLOWS).map((flow) => flowLines(flow, question, result, accountsOf(flow), palette)),
    here.length > MOST_FLOWS ? [`… ${count(here.length - MOST_FLOWS, 'more flow')}`] : [],
    silentSinks(observations.sinks, here, palette),
    otherCalls(observations, palette),
    emptyLine(observations, here),
    throughLines(question, result),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What leaves is what a reader asks about first. */
function collectedLast(flows: readonly Flow[]): Flow[] {
  const collected = flows.filter(({ activity }) => activity === 'collect');
  return [...flows.filter(({ activity }) => activity !== 'collect'), ...collected];
}

function frameOf({ file, line }: LineQuestion, { calls, sinks }: Observations, options: RenderOptions): string[] {
  const seen: Location | undefined = [...sinks, ...calls].find((each) => each.line === line);
  const place = seen ?? { file, line, column: 1, endLine: line, endColumn: 2 };
  return excerpt(place, options.readSource, new Map()).map((row) => `  ${row}`);
}

/** A flow that was seen here, and what kept it from being reported. */
function flowLines(
  flow: Flow,
  { confidence }: LineQuestion,
  result: ScanResult,
  accounts: readonly Account[],
  palette: Palette,
): string[] {
  const finding = everyFinding(result).find(({ flows }) => flows.includes(flow));
  const sure = isSure(flow.confidence, confidence);
  const to = flow.recipient ? ` to ${flow.recipient.name}` : '';
  const head = `${flow.activity}${to}: ${flow.data.join(', ')} from ${flow.source.expression}`;
  const id = finding?.fingerprint ?? flow.id;
  return [
    `${palette.strong(display(head))} (${display(flow.source.file)}:${flow.source.line})`,
    verdictOf(sure, confidence, flow, finding, palette),
    ...(flow.activity === 'collect' ? [] : protectionLines(flow, palette)),
    ...(flow.activity === 'collect' ? [] : guardLines(flow, result.observations?.conditions ?? [], palette)),
    ...accountLines(accounts, palette),
    palette.faint(`More: troth explain ${id.slice(0, 12)}${sure ? '' : ` --confidence ${flow.confidence}`}`),
  ];
}

function verdictOf(
  sure: boolean,
  confidence: Confidence,
  flow: Flow,
  finding: Finding | undefined,
  palette: Palette,
): string {
  if (!sure) {
    return palette.faint(`Not reported: its confidence is ${flow.confidence}, and --confidence is ${confidence}.`);
  }
  if (finding === undefined) return palette.good('Not reported: no policy forbids it. See below what decided.');
  const decision = decisionAbout(finding);
  return decision === null
    ? palette.bad(`Reported, by ${display(finding.rule)}.`)
    : `${palette.faint(decision)} (${display(finding.rule)})`;
}

/** Sinks that nothing personal reaches. */
function silentSinks(sinks: readonly SeenSink[], flows: readonly Flow[], palette: Palette): string[] {
  const silent = sinks.filter(
    (sink) => !flows.some((flow) => flow.activity === sink.activity && samePlace(flow.sink, sink)),
  );
  return silent.flatMap((sink) => [
    `${palette.strong(`${sink.activity}: no personal data reaches this sink`)} (${display(sink.model)})`,
    ...(sink.values.length === 0 ? ['  only literals, or nothing at all, are handed to it'] : []),
    ...sink.values.map((value) => `  ${display(value.expression)}: ${whyHarmless(value)}`),
  ]);
}

function samePlace(a: Location, b: Location): boolean {
  return a.line === b.line && a.column === b.column;
}

function whyHarmless({ origin, data }: SeenValue): string {
  const categories = data.map(({ category }) => category).join(', ');
  if (origin === 'input') {
    return categories
      ? `would be ${display(categories)}, but no caller that was seen passes personal data`
      : 'whatever callers pass, and none that was seen passes personal data';
  }
  if (categories) return `may be ${display(categories)}, but does not reach the sink as such`;
  return origin === 'source'
    ? 'comes from outside, but neither a schema, a type nor its name says that it is personal'
    : 'neither where it comes from, a type nor its name says that it is personal';
}

/** Calls that are no sink: to a library without a model, to our own code, to who knows what. */
function otherCalls({ calls, sinks }: Observations, palette: Palette): string[] {
  const others = calls.filter((call) => !sinks.some((sink) => samePlace(sink, call) || samePlaceEnd(sink, call)));
  const lines = others.flatMap((call) => whatIsCalled(call));
  return lines.length === 0 ? [] : [palette.strong('Calls that are no sink'), ...[...new Set(lines)].sort(compareText)];
}

function samePlaceEnd(a: Location, b: Location): boolean {
  return a.endLine === b.endLine && a.endColumn === b.endColumn && a.line === b.line;
}

function whatIsCalled({ name, callees }: SeenCall): string[] {
  const called = name === '' ? 'a call' : `${display(name)}()`;
  if (callees.length === 0) return [`  ${called}: what is called is not known, so its result is kept as uncertain`];
  return known(callees).map((callee) => `  ${called}: ${whyNoSink(callee)}`);
}

/** One value often goes by several names; those that nobody knows add nothing to one that is known. */
function known(callees: readonly SeenCallee[]): readonly SeenCallee[] {
  const found = callees.filter(({ kind, modelled }) => modelled || kind === 'project');
  const named = callees.filter(({ kind }) => kind !== 'unknown');
  return found.length > 0 ? found : named.length > 0 ? named : callees;
}

function whyNoSink({ kind, name, modelled }: SeenCallee): string {
  if (kind === 'project')
    return `a function of the project${name && ` (${display(name)})`}: what it does is judged where it does it`;
  if (kind === 'unknown') return 'what is called is not known, so its result is kept as uncertain';
  if (modelled) return `${display(name)} has a model, which says that it is no sink`;
  return `no model says what ${display(name)} does: write one if data leaves there (models: in the project file)`;
}

function emptyLine({ calls, sinks }: Observations, flows: readonly Flow[]): string[] {
  if (calls.length + sinks.length + flows.length > 0) return [];
  return ['Nothing is called here, and no sink was seen: data can pass this line, but not leave by it.'];
}

/** Flows that end elsewhere and pass the line. */
function throughLines({ file, line }: LineQuestion, { flows }: ScanResult): string[] {
  const passing = flows.filter(
    ({ sink, steps }) =>
      !(sink.file === file && sink.line === line) && steps.some((step) => step.file === file && step.line === line),
  );
  const ends = passing.map(({ id, activity, sink }) => `  ${activity} at ${display(sink.file)}:${sink.line}  (${id})`);
  return ends.length === 0
    ? []
    : ['Flows that pass here and end elsewhere:', ...[...new Set(ends)].slice(0, MOST_FLOWS)];
}
