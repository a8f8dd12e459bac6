/**
 * The SARIF 2.1.0 format, written for GitHub code scanning first: one run, one location per result (the sink), every
 * rule of the policies in use, content-based fingerprints. The same input gives the same bytes.
 */
import { gzipSync } from 'node:zlib';
import type { Log, Result, Run } from 'sarif';
import type { Notification } from '../../core/notification.ts';
import type { ScanResult } from '../../core/result.ts';
import { printJson } from '../display.ts';
import { type Finding, findingsOf, mostSevere, suppressedFindings } from '../findings.ts';
import type { RenderOptions } from '../options.ts';
import { promisedRules } from '../promises.ts';
import { CWE } from '../weaknesses.ts';
import { exceeds, limitsFor } from './code-flows.ts';
import { GITHUB_LIMITS, type SarifLimits } from './limits.ts';
import { SOURCE_ROOT } from './locations.ts';
import { invocationOf, notificationDescriptors } from './notifications.ts';
import { type ResultContext, resultOf, suppressionOf } from './results.ts';
import { descriptorOf } from './rules.ts';
import { readLines } from './source-lines.ts';

/** More results than this are for programs only: indentation would be most of the log. */
const MOST_INDENTED = 1000;
const HOMEPAGE = 'https://www.npmjs.com/package/troth';

/** The log. What exceeds a limit is left out, least severe first, and a notification in the log says so. */
export function renderSarif(result: ScanResult, options: RenderOptions, limits: SarifLimits = GITHUB_LIMITS): string {
  const all = findingsOf(result);
  let written = mostSevere(all, limits.results);
  for (;;) {
    const fitting = limitsFor(written, limits);
    const reached = limitNotifications(all, written, fitting);
    const log = logOf(result, written, options, fitting, reached);
    const text = printJson(log, written.length > MOST_INDENTED ? 0 : 2);
    const excess = compressedSize(text, limits) / limits.bytes;
    if (excess <= 1 || written.length === 0) {
      for (const { message } of reached) options.notify?.(`SARIF: ${message}`);
      return text;
    }
    written = mostSevere(written, Math.floor((0.9 * written.length) / excess));
  }
}

/** Compressing takes time: what is small enough raw is not compressed. */
function compressedSize(text: string, limits: SarifLimits): number {
  return text.length <= limits.bytes ? 0 : gzipSync(text).length;
}

function limitNotifications(all: readonly Finding[], written: readonly Finding[], limits: SarifLimits): Notification[] {
  const messages: string[] = [];
  if (written.length < all.length) {
    messages.push(
      `Only the ${written.length} most severe of ${all.length} results are written: code scanning takes no more.`,
    );
  }
  const cut = written.filter((alert) => exceeds(alert, limits)).length;
  if (cut > 0) messages.push(`${cut} of the results show only some of their paths or steps.`);
  return messages.map((message) => ({ level: 'warning', code: 'limit-reached', message }));
}

function logOf(
  result: ScanResult,
  alerts: readonly Finding[],
  options: RenderOptions,
  limits: SarifLimits,
  limitsReached: readonly Notification[],
): Log {
  const rules = promisedRules(result.policies);
  const ruleIndexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const root = options.rootInRepository ?? '';
  const homepage = options.homepage ?? HOMEPAGE;
  const context = { ruleIndexes, root, limits, lines: readLines(options.readSource) };
  const run: Run = {
    tool: {
      driver: {
        name: 'troth',
        version: result.version,
        semanticVersion: result.version,
        informationUri: homepage,
        rules: rules.map((rule) => descriptorOf(rule, homepage)),
        notifications: notificationDescriptors(homepage),
        supportedTaxonomies: [{ name: CWE.name, guid: CWE.guid, index: 0 }],
      },
    },
    taxonomies: [CWE],
    ...(options.category !== undefined && { automationDetails: { id: `${options.category}/` } }),
    originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: 'The root of the source tree.' } } },
    ...provenance(options.repository),
    invocations: [invocationOf([...result.notifications, ...limitsReached], root, options)],
    columnKind: 'utf16CodeUnits',
    results: resultsOf(alerts, result, options, context),
    properties: {
      'troth/policies': result.policies.map((policy) => policy.id),
      'troth/statistics': result.statistics,
      'troth/promises': promiseProperties(result),
    },
  };
  return { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
}

/** When suppressed findings are written, every result says whether it is one (SARIF §3.27.23). */
function resultsOf(
  alerts: readonly Finding[],
  result: ScanResult,
  { suppressed }: RenderOptions,
  context: ResultContext,
): Result[] {
  const open = alerts.map((alert) => resultOf(alert, context));
  if (suppressed !== 'include') return open;
  const aside = suppressedFindings(result).map((alert): Result => {
    const state = result.baseline && { baselineState: 'new' as const };
    return { ...resultOf(alert, context), ...state, suppressions: [suppressionOf(alert, context.root)] };
  });
  return [...open.map((each): Result => ({ ...each, suppressions: [] })), ...aside];
}

/** Policy → clause → verdict. */
function promiseProperties({ policies, promises }: ScanResult): Record<string, Record<string, string>> {
  const verdictsOf = (policy: string) =>
    promises.filter((promise) => promise.policy === policy).map(({ clause, verdict }) => [clause, verdict] as const);
  return Object.fromEntries(policies.map(({ id }) => [id, Object.fromEntries(verdictsOf(id))]));
}

/** A remote's URL can hold a password: only its host and path are written. */
function provenance(repository: RenderOptions['repository']): Pick<Run, 'versionControlProvenance'> {
  if (!repository || !URL.canParse(repository.uri)) return {};
  const { protocol, host, pathname } = new URL(repository.uri);
  const { revision, branch } = repository;
  return {
    versionControlProvenance: [
      {
        repositoryUri: `${protocol}//${host}${pathname}`,
        revisionId: revision,
        ...(branch !== undefined && { branch }),
        mappedTo: { uriBaseId: SOURCE_ROOT },
      },
    ],
  };
}
