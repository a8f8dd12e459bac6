/** Microsoft's SARIF validator with its GitHub rules, the optional ones too. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';

/** Off unless asked for. GH1004's limits are out of date, so it stays off. */
const OPTIONAL_RULES = [
  'GH1001.ProvideRequiredLocationProperties',
  'GH1002.InlineThreadFlowLocations',
  'GH1003.ProvideRequiredRegionProperties',
  'GH1005.LocationsMustBeRelativeUrisOrFilePaths',
  'GH1006.ProvideCheckoutPath',
  'GH1007.ProvideFullyFormattedMessageStrings',
];

export interface Complaint {
  readonly level: string;
  readonly rule: string;
}

/** What the validator has to say about a log. It exits with 0 whatever it finds, so its own report is read. */
export function validate(sarif: string): Complaint[] {
  const folder = mkdtempSync(join(tmpdir(), 'troth-sarif-'));
  try {
    const [log, configuration, output] = ['log.sarif', 'rules.xml', 'report.sarif'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(log, sarif);
    writeFileSync(configuration, configurationXml());
    const levels = 'Error;Warning;Note';
    const flags = ['--rule-kind', 'Sarif;Ghas', '--level', levels, '--config', configuration, '--output', output];
    execFileSync(executable(), ['validate', log, ...flags, '--log', 'ForceOverwrite', '--quiet'], {
      env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
      stdio: 'pipe',
    });
    return complaintsOf(JSON.parse(readFileSync(output, 'utf8').replace(/^\ufeff/, '')) as Log);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** npm without install scripts leaves the binary without its executable bit. */
function executable(): string {
  const path = createRequire(import.meta.url)('@microsoft/sarif-multitool') as string;
  chmodSync(path, 0o755);
  return path;
}

function complaintsOf(report: Log): Complaint[] {
  const run = report.runs[0];
  const failures = (run?.invocations ?? []).flatMap((invocation) => [
    ...(invocation.toolExecutionNotifications ?? []),
    ...(invocation.toolConfigurationNotifications ?? []),
  ]);
  return [
    ...failures
      .filter(({ level }) => level === 'error')
      .map(({ message }) => ({ level: 'error', rule: `failed: ${message.text}` })),
    ...(run?.results ?? []).map((result) => ({ level: result.level ?? 'warning', rule: result.ruleId ?? '' })),
  ];
}

function configurationXml(): string {
  const option = (rule: string, value: string) =>
    `<Properties Key="${rule}.Options"><Property Key="RuleEnabled" Value="${value}" Type="Driver.RuleEnabledState" /></Properties>`;
  const offline = option('SARIF2006.UrisShouldBeReachable', 'Disabled');
  return `<?xml version="1.0" encoding="utf-8"?><Properties>${OPTIONAL_RULES.map((rule) => option(rule, 'Error')).join('')}${offline}</Properties>`;
}
