/**
 * What GitHub code scanning needs of a SARIF log and no validator checks: neither the OASIS schema nor the multitool
 * with its GitHub rules notices any of these defects.
 */
import { gzipSync } from 'node:zlib';
import { computeRollingHashes } from '@microsoft/sarif';
import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif';

/** docs.github.com: "SARIF support for code scanning", limits. */
const MOST_RESULTS = 25_000;
const MOST_BYTES = 10_000_000;
const MOST_RULES = 25_000;
const MOST_STEPS = 10_000;
const MOST_LOCATIONS = 1000;
const SCHEMAS = ['https://json.schemastore.org/sarif-2.1.0.json'];
const PRECISIONS = ['very-high', 'high', 'medium', 'low'];
const SEVERITIES = ['error', 'warning', 'recommendation'];
const LINK = /(?<!\\)\[(?:[^[\]\\]|\\.)*\]\((\d+)\)/g;

/** Reads a file of the repository by its path; undefined when there is none. */
type ReadFile = (path: string) => string | undefined;

/** What the caller asked the log to hold, though GitHub would rather not. */
interface Asked {
  readonly category?: boolean;
  readonly suppressed?: boolean;
}

/** Every breach of the contract, in words; empty when the log is as it should be. */
export function breachesOf(log: Log, readFile: ReadFile, asked: Asked = {}): string[] {
  const [run, ...others] = log.runs;
  if (!run || others.length > 0) return ['not exactly one run'];
  const rules = run.tool.driver.rules ?? [];
  const results = run.results ?? [];
  return [
    ...(SCHEMAS.includes(log.$schema ?? '') ? [] : ['a schema that GitHub does not name']),
    ...(run.results ? [] : ['no results, not even none']),
    ...runBreaches(run, results),
    ...privacyBreaches(log, run),
    ...askedBreaches(run, results, asked),
    ...sizeBreaches(log, rules, results),
    ...duplicates(rules.map((rule) => rule.id)).map((id) => `two rules with the id ${id}`),
    ...rules.flatMap(ruleBreaches),
    ...results.flatMap((result) => resultBreaches(result, rules, readFile)),
    ...partialPresence('suppressions', results),
    ...partialPresence('baselineState', results),
    ...duplicates(results.map(identityOf)).map((identity) => `two results that are one alert: ${identity}`),
  ];
}

function runBreaches(run: Run, results: readonly Result[]): string[] {
  const failures = (run.invocations ?? []).flatMap((invocation) => invocation.toolExecutionNotifications ?? []);
  const failed = failures.some((notification) => notification.level === 'error');
  return [
    ...(results.length > 0 && run.columnKind !== 'utf16CodeUnits' ? ['columnKind is not utf16CodeUnits'] : []),
    ...(run.invocations ?? [])
      .filter((invocation) => invocation.executionSuccessful === failed)
      .map(() => 'executionSuccessful contradicts the notifications'),
  ];
}

/** A log is published: it says nothing about the machine, the person or the moment. */
function privacyBreaches(log: Log, run: Run): string[] {
  const telling = ['machine', 'account', 'commandLine', 'environmentVariables', 'startTimeUtc', 'workingDirectory'];
  const told = (run.invocations ?? []).flatMap((invocation) => telling.filter((property) => property in invocation));
  const root = Object.values(run.originalUriBaseIds ?? {}).some(({ uri }) => uri !== undefined);
  return [
    ...told.map((property) => `invocation tells ${property}`),
    ...(root ? ['originalUriBaseIds tells where the sources are'] : []),
    ...(JSON.stringify(log).includes('"snippet"') ? ['a snippet of the scanned code'] : []),
  ];
}

/** A category overrides the user's in the workflow; a suppressed result is an open alert. */
function askedBreaches(run: Run, results: readonly Result[], { category, suppressed }: Asked): string[] {
  const open = results.some(({ suppressions }) => suppressions && suppressions.length > 0);
  return [
    ...(run.automationDetails && !category ? ['a category that nobody asked for'] : []),
    ...(open && !suppressed ? ['a suppressed result that nobody asked for'] : []),
  ];
}

function sizeBreaches(log: Log, rules: readonly ReportingDescriptor[], results: readonly Result[]): string[] {
  const text = JSON.stringify(log);
  return [
    ...(rules.length > MOST_RULES ? ['more rules than accepted'] : []),
    ...(results.length > MOST_RESULTS ? ['more results than accepted'] : []),
    ...(text.length > MOST_BYTES && gzipSync(text).length > MOST_BYTES ? ['more bytes than accepted'] : []),
  ];
}

function ruleBreaches(rule: ReportingDescriptor): string[] {
  const { tags = [], precision, ...properties } = rule.properties ?? {};
  const severity = properties['security-severity'];
  const number = typeof severity === 'string' && /^\d+(?:\.\d+)?$/.test(severity) ? Number(severity) : Number.NaN;
  return [
    ...(tags.length > 9 ? [`${rule.id}: too many tags`] : []),
    ...(severity !== undefined && !(number > 0 && number <= 10)
      ? [`${rule.id}: security-severity is no number in a string`]
      : []),
    ...(PRECISIONS.includes(precision) ? [] : [`${rule.id}: unknown precision`]),
    ...(SEVERITIES.includes(properties['problem.severity']) ? [] : [`${rule.id}: unknown problem.severity`]),
    ...((rule.name?.length ?? 256) > 255 ? [`${rule.id}: name too long`] : []),
    ...[rule.shortDescription, rule.fullDescription].flatMap((description) => {
      const text = description?.text ?? '';
      return text.length > 1024 || !text.endsWith('.') ? [`${rule.id}: description too long or no sentence`] : [];
    }),
  ];
}

function resultBreaches(result: Result, rules: readonly ReportingDescriptor[], readFile: ReadFile): string[] {
  const name = result.ruleId ?? '(no rule)';
  const text = result.message.text ?? '';
  const related = result.relatedLocations ?? [];
  const ids = new Set(related.map((location) => location.id));
  const links = [...text.matchAll(LINK)].map((match) => Number(match[1]));
  const steps = (result.codeFlows ?? []).flatMap((flow) => flow.threadFlows.flatMap((thread) => thread.locations));
  const locations = [...(result.locations ?? []), ...related, ...steps.flatMap((step) => step.location ?? [])];
  return [
    ...(rules[result.ruleIndex ?? -1]?.id === result.ruleId ? [] : [`${name}: ruleIndex is another rule's`]),
    ...(text.endsWith('.') ? [] : [`${name}: message is no sentence`]),
    ...(steps.length > MOST_STEPS ? [`${name}: more steps than accepted`] : []),
    ...(related.length >= MOST_LOCATIONS ? [`${name}: more locations than accepted`] : []),
    ...(result.level ? [] : [`${name}: no level`]),
    ...(result.locations?.length === 1 ? [] : [`${name}: not exactly one location`]),
    ...(oneLine(result) ? [] : [`${name}: more lines than a pull request changes`]),
    ...links.filter((id) => !ids.has(id)).map((id) => `${name}: link to ${id} leads nowhere`),
    ...related
      .filter(({ id }) => !links.includes(id ?? -1))
      .map(({ id }) => `${name}: related location ${id} is not linked`),
    ...duplicates(related.map(({ id }) => String(id))).map((id) => `${name}: two related locations ${id}`),
    ...steps.filter((step) => !step.location?.message?.text).map(() => `${name}: step without a message`),
    ...locations.flatMap((location) => locationBreaches(location, readFile).map((breach) => `${name}: ${breach}`)),
    ...hashBreaches(result, readFile).map((breach) => `${name}: ${breach}`),
  ];
}

function locationBreaches({ physicalLocation }: Location, readFile: ReadFile): string[] {
  const { uri, uriBaseId } = physicalLocation?.artifactLocation ?? {};
  const { startLine, startColumn, endLine, endColumn } = physicalLocation?.region ?? {};
  return [
    ...(uri ? [] : ['empty uri']),
    ...(uri && /^(?:[a-z]+:|[/\\])|(?:^|\/)\.\.?(?:\/|$)|[\\ ]/i.test(uri) ? [`uri ${uri} is not below the root`] : []),
    ...(uri && readFile(decodeURIComponent(uri)) === undefined ? [`no file ${uri}`] : []),
    ...(uriBaseId === '%SRCROOT%' ? [] : ['uri not relative to the source root']),
    ...(startLine && startColumn && endLine && endColumn ? [] : ['region without its four numbers']),
    ...(Number(endLine) < Number(startLine) ? ['region that ends before it starts'] : []),
  ];
}

/** A pull request shows an alert only when all its lines are in the diff. */
function oneLine({ locations }: Result): boolean {
  const { startLine, endLine } = locations?.[0]?.physicalLocation?.region ?? {};
  return startLine === endLine;
}

function hashBreaches(result: Result, readFile: ReadFile): string[] {
  const place = result.locations?.[0]?.physicalLocation;
  const text = readFile(decodeURIComponent(place?.artifactLocation?.uri ?? ''));
  if (text === undefined) return [];
  const expected = hashesOf(text).get(place?.region?.startLine ?? 0);
  return result.partialFingerprints?.['primaryLocationLineHash'] === expected ? [] : ['wrong line hash'];
}

const computed = new Map<string, ReadonlyMap<number, string>>();

function hashesOf(text: string): ReadonlyMap<number, string> {
  const hashes = computed.get(text) ?? computeRollingHashes(text);
  computed.set(text, hashes);
  return hashes;
}

function partialPresence(property: 'suppressions' | 'baselineState', results: readonly Result[]): string[] {
  const present = results.filter((result) => result[property] !== undefined).length;
  return present === 0 || present === results.length ? [] : [`${property} on some results only`];
}

function identityOf({ ruleId, partialFingerprints, locations }: Result): string {
  const uri = locations?.[0]?.physicalLocation?.artifactLocation?.uri;
  return `${ruleId} ${uri} ${partialFingerprints?.['primaryLocationLineHash']}`;
}

function duplicates(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(texts.filter((text) => seen.size === seen.add(text).size))];
}
