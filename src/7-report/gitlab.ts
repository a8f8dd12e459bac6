/**
 * GitLab's Code Quality report (docs.gitlab.com/ci/testing/code_quality, "Code Quality report format"): a JSON array.
 *
 * GitLab stops reading at the first issue that lacks a field, and keeps the last of several with one fingerprint, both in
 * silence: every issue has all fields, and no fingerprint comes twice.
 */
import type { Notification } from '../core/notification.ts';
import type { ScanResult } from '../core/result.ts';
import { display, printJson } from './display.ts';
import { type Finding, findingsOf, fingerprintsOf, hashOf } from './findings.ts';
import type { RenderOptions } from './options.ts';
import { repositoryPath } from './places.ts';
import { promisedRules, sentence } from './promises.ts';
import { isSensitive } from './severity.ts';
import { byUrgency, countPromisesNaming, policySummaries } from './summary.ts';

/** `blocker` is left to what nobody should merge: sensitive data, and files that nobody looked at. */
const SEVERITIES = { error: 'critical', warning: 'major', note: 'minor' } as const;
const OF_NOTIFICATION = { error: 'blocker', warning: 'minor', note: 'info' } as const;
/** Where an issue stands that is about no file: every project has one. */
const MAIN_FILE = 'package.json';

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** The findings, what was not analysed, and the promises of each policy as an issue of severity `info`. */
export function renderGitlab(result: ScanResult, options: RenderOptions): string {
  const findings = findingsOf(result);
  const fingerprints = fingerprintsOf(findings);
  const sensitive = new Set(
    promisedRules(result.policies)
      .filter(isSensitive)
      .map(({ id }) => id),
  );
  return printJson([
    ...findings.map((finding, index): Issue => {
      const severity = finding.level === 'error' && sensitive.has(finding.rule) ? 'blocker' : SEVERITIES[finding.level];
      return issueOf(finding, fingerprints[index] ?? '', severity, options);
    }),
    ...byUrgency(result.notifications).map((notification) => notificationIssue(notification, options)),
    ...policySummaries(result).map((summary): Issue => {
      const description = display(countPromisesNaming(summary), 2000);
      const fingerprint = hashOf(['promises', description]);
      const location = locationOf(MAIN_FILE, 1, options);
      return { description, check_name: 'troth/promises', fingerprint, severity: 'info', location };
    }),
  ]);
}

function issueOf(
  { message, clauses, rule, file, line }: Finding,
  fingerprint: string,
  severity: Issue['severity'],
  options: RenderOptions,
): Issue {
  const promised = clauses.length > 0 ? ` (${clauses.join(', ')})` : '';
  return {
    description: display(`${message}${promised}`, 2000),
    check_name: rule,
    fingerprint,
    severity,
    location: locationOf(file, line, options),
  };
}

function notificationIssue(
  { level, code, message, file = MAIN_FILE, line = 1 }: Notification,
  options: RenderOptions,
): Issue {
  const said = level === 'error' ? `Not analysed, the scan is incomplete: ${message}` : message;
  return {
    description: display(sentence(said), 2000),
    check_name: `troth/${code}`,
    fingerprint: hashOf([code, file, String(line), message]),
    severity: OF_NOTIFICATION[level],
    location: locationOf(file, line, options),
  };
}

function locationOf(file: string, line: number, options: RenderOptions): Issue['location'] {
  return { path: repositoryPath(file, options), lines: { begin: line } };
}
