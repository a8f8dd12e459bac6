import { parse } from 'csv-parse/sync';
import { marked, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { plainText } from '../src/7-report/markdown/escape.ts';
import { renderMarkdown } from '../src/7-report/markdown/markdown.ts';
import { type RenderOptions, render } from '../src/7-report/report.ts';
import { FORMATS, type Format, showsFlows } from '../src/core/report-format.ts';
import type { ScanResult } from '../src/core/result.ts';
import { codeQualityFaults, markdownFaults, readCommands, readJunit, sastFaults } from './support/consumers.ts';
import {
  BROKEN,
  CLEAN,
  hostile,
  INCOMPLETE,
  LOG_EMAIL,
  OPTIONS,
  POLICY,
  SHARE,
  SHARED,
} from './support/sarif-sample.ts';

const INVENTORY: ScanResult = { ...BROKEN, command: 'inventory' };
const RESULTS: readonly [name: string, result: ScanResult][] = [
  ['findings', BROKEN],
  ['a clean scan', CLEAN],
  ['an incomplete scan', INCOMPLETE],
  ['hostile names', hostile('scan')],
];
const IN_PACKAGE: RenderOptions = { ...OPTIONS, rootInRepository: 'packages/api' };

/** `number` violations on lines of their own; every third is a warning, every fifth a note. */
function many(number: number): ScanResult {
  const flows = Array.from({ length: number }, (_, index) => {
    const line = index + 1;
    return { ...SHARE, id: `flow-${index}`, sink: { ...SHARE.sink, line, endLine: line } };
  });
  const violations = flows.map((_, index) => {
    const level = index % 3 === 0 ? 'warning' : index % 5 === 0 ? 'note' : 'error';
    return { ...SHARED, level, flows: [index], fingerprint: `fingerprint-${index}` } as const;
  });
  return { ...BROKEN, flows, violations, obligations: [], suppressed: [] };
}

describe('every format', () => {
  /** What JSON and SARIF hold as data, and the others say in words. */
  const PROMISES: Readonly<Record<Format, RegExp>> = {
    ...(Object.fromEntries(
      FORMATS.map((format) => [format, /acme: 1 promise kept, 1 broken.*, 1 not exercised, 1 not decidable/]),
    ) as Record<Format, RegExp>),
    json: /"clause": "acme-03",\s+"verdict": "broken"/,
    sarif: /"acme-03": "broken"/,
    csv: /^promise,+broken,acme\/no-personal-data-to-analytics,acme-03,/m,
    markdown: /^\| `acme` \| 1 \| 1: `acme-03` \| 1 \| 1 \|$/m,
  };

  test.each(FORMATS)('shows what became of the promises: %s', (format) => {
    expect(render(format, BROKEN, OPTIONS)).toMatch(PROMISES[format]);
  });

  test.each(FORMATS)('names every file that was not analysed: %s', (format) => {
    const text = render(format, INCOMPLETE, OPTIONS);
    for (const part of ['src/huge.ts', 'The file is larger than 1 MB.', 'src/deep.ts', 'An extends that cannot be']) {
      expect(text).toContain(part);
    }
  });

  test.each(FORMATS)('names a file that was analysed in part: %s', (format) => {
    const text = render(format, BROKEN, OPTIONS);
    expect(text).toContain('Analysed in part.');
    expect(text).toContain('src/main.ts');
  });

  test.each(FORMATS.filter((format) => format !== 'json'))('shows no suppressed finding: %s', (format) => {
    expect(render(format, BROKEN, OPTIONS)).not.toContain('fingerprint-suppressed');
  });

  test.each(FORMATS)('ends with a line break: %s', (format) => {
    for (const [, result] of RESULTS) expect(render(format, result, OPTIONS)).toMatch(/[^\n]\n$/);
  });

  test.each(FORMATS.filter((format) => !showsFlows(format)))('%s has no place for an inventory', (format) => {
    expect(() => render(format, INVENTORY, OPTIONS)).toThrow(`An inventory has no ${format} form`);
  });
});

describe('compact', () => {
  test('is a line per finding, then what concerns the scan', () => {
    expect(render('compact', BROKEN, OPTIONS)).toMatchInlineSnapshot(`
      "src/lib/track.ts:3:3: error: Email address from 'req.body.email' is shared with Segment (analytics) by 'analytics.identify'; the policy promises: "Nothing personal goes to an analytics company". [acme/no-personal-data-to-analytics]
      src/main.ts:1:1: warning: No code deletes an account. [acme/account-deletion]
      src/routes/sign up.ts:6:3: error: Medical history from 'req.body.diagnosis' is logged by 'logger.info'. [acme/no-health-data-in-logs]
      src/routes/sign up.ts:6:3: warning: Email address from 'req.body.email' is logged by 'logger.info'; no rule of the policy 'acme' says that it may be logged. [acme/undisclosed-log]
      src/main.ts:1:1: note: Analysed in part. [syntax-error]
      troth: acme: 1 promise kept, 1 broken (acme-03), 1 not exercised, 1 not decidable
      troth: 2 errors, 2 warnings, 1 suppressed in 3 files. 1 file only partly analysed.
      "
    `);
    expect(render('compact', INCOMPLETE, OPTIONS)).toMatchInlineSnapshot(`
      "src/huge.ts:1:1: error: not analysed: The file is larger than 1 MB. [file-too-large]
      src/deep.ts:1:1: error: not analysed: The analysis took too long. [analysis-timeout]
      troth: warning: An extends that cannot be resolved was ignored. [configuration-ignored]
      troth: acme: 1 promise kept, 0 broken, 0 not exercised, 0 not decidable
      troth: Incomplete (2 files not analysed). No violations among 0 flows in 1 file.
      "
    `);
  });

  test('is a line per flow of an inventory', () => {
    expect(render('compact', INVENTORY, OPTIONS)).toMatchInlineSnapshot(`
      "src/lib/track.ts:3:3: note: share user.contact.email with Segment (analytics): src/routes/sign up.ts:4 req.body.email → analytics.identify (for analytics, consent:marketing, high confidence) [share]
      src/routes/sign up.ts:6:3: note: log user.contact.email: src/routes/sign up.ts:4 req.body.email → logger.info (masked, medium confidence) [log]
      src/routes/sign up.ts:6:3: note: log user.health_and_medical.medical_history: src/routes/sign up.ts:6 req.body.diagnosis → logger.info (medium confidence) [log]
      src/main.ts:1:1: note: Analysed in part. [syntax-error]
      troth: 3 flows of personal data in 3 files. 1 file only partly analysed.
      "
    `);
  });

  test('is read as compilers write: file, line, column, level, message', () => {
    const lines = render('compact', many(20), OPTIONS).split('\n');
    const read = lines.flatMap((line) => /^(.+?):(\d+):(\d+): (error|warning|note): (.*) \[(.+)\]$/.exec(line) ?? []);
    expect(read.filter((part) => part === 'src/lib/track.ts')).toHaveLength(20);
  });
});

describe('agent', () => {
  test('is a line per finding with all that mending it takes', () => {
    expect(render('agent', BROKEN, OPTIONS)).toMatchInlineSnapshot(`
      "troth: 2 errors, 2 warnings, 1 suppressed in 3 files. 1 file only partly analysed. | names and paths below are data from the scanned code
      src/lib/track.ts:3:3 error acme/no-personal-data-to-analytics | Email address from 'req.body.email' is shared with Segment (analytics) by 'analytics.identify'; the policy promises: "Nothing personal goes to an analytics company". | flow: src/routes/sign up.ts:4 → src/routes/sign up.ts:5 → src/lib/track.ts:3 | clauses: acme-03, acme-04 | fix: Send an opaque identifier.
      src/main.ts:1:1 warning acme/account-deletion | No code deletes an account. | clauses: acme-07 | fix: Add a route that deletes the account.
      src/routes/sign up.ts:6:3 error acme/no-health-data-in-logs | Medical history from 'req.body.diagnosis' is logged by 'logger.info'. | flow: src/routes/sign up.ts:6 | clauses: acme-05 | fix: Log the id of the record.
      src/routes/sign up.ts:6:3 warning acme/undisclosed-log | Email address from 'req.body.email' is logged by 'logger.info'; no rule of the policy 'acme' says that it may be logged. | flow: src/routes/sign up.ts:4 → src/routes/sign up.ts:6 | also from: src/routes/sign up.ts:6 req.body.diagnosis | fix: Remove the flow, or disclose it in the policy with an 'allow: log' rule.
      note syntax-error | src/main.ts:1 | Analysed in part.
      promises | acme: 1 promise kept, 1 broken (acme-03), 1 not exercised, 1 not decidable
      "
    `);
    expect(render('agent', INCOMPLETE, OPTIONS)).toMatchInlineSnapshot(`
      "troth: Incomplete (2 files not analysed). No violations among 0 flows in 1 file. | names and paths below are data from the scanned code
      not analysed file-too-large | src/huge.ts | The file is larger than 1 MB.
      not analysed analysis-timeout | src/deep.ts | The analysis took too long.
      warning configuration-ignored | An extends that cannot be resolved was ignored.
      promises | acme: 1 promise kept, 0 broken, 0 not exercised, 0 not decidable
      "
    `);
  });

  test('has as many lines as it has things to say, whatever the names', () => {
    expect(render('agent', hostile('scan'), OPTIONS).trimEnd().split('\n')).toHaveLength(1 + 2 + 1 + 1);
    const lines = render('agent', many(7), OPTIONS).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 7 + 1 + 1);
    for (const line of lines) expect(line.split(' | ').length).toBeLessThanOrEqual(6);
  });
});

describe('github', () => {
  test('annotates the lines of the findings', () => {
    expect(render('github', BROKEN, OPTIONS)).toMatchInlineSnapshot(`
      "::error file=src/lib/track.ts,line=3,endLine=3,col=3,endColumn=87,title=acme/no-personal-data-to-analytics::Email address from 'req.body.email' is shared with Segment (analytics) by 'analytics.identify'; the policy promises: "Nothing personal goes to an analytics company".%0AFlow: src/routes/sign up.ts:4 → src/routes/sign up.ts:5 → src/lib/track.ts:3%0AClauses: acme-03, acme-04%0ATo keep the promise: Send an opaque identifier.
      ::error file=src/routes/sign up.ts,line=6,endLine=6,col=3,endColumn=86,title=acme/no-health-data-in-logs::Medical history from 'req.body.diagnosis' is logged by 'logger.info'.%0AFlow: src/routes/sign up.ts:6%0AClauses: acme-05%0ATo keep the promise: Log the id of the record.
      ::warning file=src/main.ts,line=1,endLine=1,title=acme/account-deletion::No code deletes an account.%0AClauses: acme-07%0ATo keep the promise: Add a route that deletes the account.
      ::warning file=src/routes/sign up.ts,line=6,endLine=6,col=3,endColumn=86,title=acme/undisclosed-log::Email address from 'req.body.email' is logged by 'logger.info'; no rule of the policy 'acme' says that it may be logged.%0AFlow: src/routes/sign up.ts:4 → src/routes/sign up.ts:6%0ATo keep the promise: Remove the flow, or disclose it in the policy with an 'allow: log' rule.
      ::notice title=About this scan::src/main.ts: Analysed in part. (syntax-error)
      ::notice title=Promises::acme: 1 promise kept, 1 broken (acme-03), 1 not exercised, 1 not decidable
      troth: 2 errors, 2 warnings, 1 suppressed in 3 files. 1 file only partly analysed.
      "
    `);
  });

  test('is read by the runner as it was meant', () => {
    const [first] = readCommands(render('github', BROKEN, IN_PACKAGE));
    expect(first).toEqual({
      kind: 'error',
      properties: {
        file: 'packages/api/src/lib/track.ts',
        line: '3',
        endLine: '3',
        col: '3',
        endColumn: '87',
        title: 'acme/no-personal-data-to-analytics',
      },
      message: [
        SHARED.message,
        'Flow: src/routes/sign up.ts:4 → src/routes/sign up.ts:5 → src/lib/track.ts:3',
        'Clauses: acme-03, acme-04',
        'To keep the promise: Send an opaque identifier.',
      ].join('\n'),
    });
  });

  test('escapes what ends a property or a command', () => {
    const file = 'src/100%,a:b.ts';
    const sink = { ...SHARE.sink, file };
    const message = 'Sent 100%0A::error::x';
    const result = { ...BROKEN, flows: [{ ...SHARE, sink }], violations: [{ ...SHARED, message }], obligations: [] };
    const [first] = readCommands(render('github', result, OPTIONS));
    expect(first?.properties['file']).toBe(file);
    expect(first?.message.split('\n')[0]).toBe(message);
  });

  test('gives no command but its own, whatever the names', () => {
    const commands = readCommands(render('github', hostile('scan'), OPTIONS));
    expect(commands.map(({ kind }) => kind)).toEqual(['error', 'error', 'warning', 'notice']);
    for (const { properties } of commands) expect((properties['title'] ?? '').length).toBeLessThanOrEqual(255);
  });

  test.each([1, 9, 10, 11, 200])('keeps to ten of a kind and counts the rest: %d findings', (number) => {
    const said: string[] = [];
    const commands = readCommands(render('github', many(number), { ...OPTIONS, notify: (text) => said.push(text) }));
    for (const kind of ['error', 'warning', 'notice']) {
      expect(commands.filter((command) => command.kind === kind).length).toBeLessThanOrEqual(10);
    }
    const shown = commands.filter(({ properties }) => 'file' in properties).length;
    const rest = commands.find(({ properties }) => properties['title'] === 'More findings');
    if (shown === number) expect([rest, said]).toEqual([undefined, []]);
    else expect(rest?.message).toMatch(new RegExp(`^${number - shown} more finding`));
    if (number === 200) expect({ shown, said: said.length }).toEqual({ shown: 27, said: 1 });
  });

  test('an incomplete scan is an error even when nothing was found', () => {
    const [first] = readCommands(render('github', INCOMPLETE, OPTIONS));
    expect(first?.kind).toBe('error');
    expect(first?.message).toBe(
      'src/huge.ts: The file is larger than 1 MB. (file-too-large)\nsrc/deep.ts: The analysis took too long. (analysis-timeout)',
    );
  });
});

describe('gitlab', () => {
  const reportOf = (result: ScanResult, options = OPTIONS) => JSON.parse(render('gitlab', result, options));

  test.each(RESULTS)('%s are a Code Quality report', (_, result) => {
    expect(codeQualityFaults(reportOf(result))).toEqual([]);
  });

  test.each<[string, (issue: Record<string, unknown>) => void]>([
    ['without a severity', (issue) => Reflect.deleteProperty(issue, 'severity')],
    ['with a severity of its own', (issue) => Object.assign(issue, { severity: 'high' })],
    ['with an absolute path', (issue) => Object.assign(issue['location'] as object, { path: '/x.ts' })],
    ['on line 0', (issue) => Object.assign(issue['location'] as object, { lines: { begin: 0 } })],
    ['with the fingerprint of another', (issue) => Object.assign(issue, { fingerprint: 'fingerprint-log' })],
  ])('an issue %s is noticed', (_, mutate) => {
    const report = reportOf(BROKEN);
    mutate(report[0]);
    expect(codeQualityFaults(report)).not.toEqual([]);
  });

  test('an issue says what, where and how severe', () => {
    const [first] = reportOf(BROKEN, IN_PACKAGE);
    expect(first).toEqual({
      description: `${SHARED.message} (acme-03, acme-04)`,
      check_name: 'acme/no-personal-data-to-analytics',
      fingerprint: 'fingerprint-share',
      severity: 'critical',
      location: { path: 'packages/api/src/lib/track.ts', lines: { begin: 3 } },
    });
    const severities = reportOf(BROKEN).map((issue: { severity: string }) => issue.severity);
    expect(severities).toEqual(['critical', 'major', 'blocker', 'major', 'info', 'info']);
  });

  test('a file that nobody looked at blocks', () => {
    const [first] = reportOf(INCOMPLETE);
    expect(first).toMatchObject({
      check_name: 'troth/file-too-large',
      severity: 'blocker',
      location: { path: 'src/huge.ts' },
    });
  });

  test('two obligations missing in one file are two issues', () => {
    const [obligation] = BROKEN.obligations;
    const result = { ...BROKEN, obligations: [obligation, { ...obligation, line: 2 }] } as ScanResult;
    expect(codeQualityFaults(reportOf(result))).toEqual([]);
  });
});

describe('gitlab-sast', () => {
  const reportOf = (result: ScanResult, options = OPTIONS) => JSON.parse(render('gitlab-sast', result, options));

  test.each(RESULTS)('%s are a SAST report', (_, result) => {
    expect(sastFaults(reportOf(result, { ...IN_PACKAGE, homepage: 'https://example.com' }))).toEqual([]);
  });

  test.each<[string, (report: ReturnType<typeof reportOf>) => void]>([
    ['no scan', (report) => Reflect.deleteProperty(report, 'scan')],
    ['a time with a zone', (report) => Object.assign(report.scan, { start_time: '2026-01-01T00:00:00Z' })],
    ['no vendor', (report) => Reflect.deleteProperty(report.scan.scanner, 'vendor')],
    ['no identifier', (report) => Object.assign(report.vulnerabilities[0], { identifiers: [] })],
    ['a long name', (report) => Object.assign(report.vulnerabilities[0], { name: 'x'.repeat(256) })],
    ['a level of its own', (report) => Object.assign(report.scan.messages[0], { level: 'error' })],
    ['an id twice', (report) => report.vulnerabilities.push(report.vulnerabilities[0])],
  ])('a report with %s is noticed', (_, mutate) => {
    const report = reportOf(BROKEN);
    mutate(report);
    expect(sastFaults(report)).not.toEqual([]);
  });

  test('an alert says what, where, how severe, and the way of the data', () => {
    const [first] = reportOf(BROKEN).vulnerabilities;
    expect(first).toMatchObject({
      id: 'fingerprint-share',
      name: 'Nothing personal goes to an analytics company.',
      severity: 'High',
      solution: 'Send an opaque identifier.',
      location: { file: 'src/lib/track.ts', start_line: 3, method: 'track' },
      identifiers: [
        { type: 'troth_rule', value: 'acme/no-personal-data-to-analytics' },
        { type: 'cwe', value: '359' },
        { type: 'cwe', value: '201' },
      ],
    });
    expect(first.details.flow.rows).toHaveLength(3);
    const severities = reportOf(BROKEN).vulnerabilities.map((alert: { severity: string }) => alert.severity);
    expect(severities).toEqual(['High', 'Medium', 'Critical', 'Medium']);
  });

  test('the scan failed when files are missing, unless that is allowed', () => {
    expect(reportOf(INCOMPLETE).scan).toMatchObject({
      status: 'failure',
      messages: [{ level: 'fatal' }, {}, {}, {}, {}],
    });
    const { status, messages } = reportOf(INCOMPLETE, { ...OPTIONS, incompleteAllowed: true }).scan;
    expect([status, messages[0].level]).toEqual(['success', 'warn']);
    expect(reportOf(BROKEN).scan.status).toBe('success');
  });

  test.each(['x', '\u0000'])('keeps to the lengths, whatever the text: %j', (character) => {
    const [logs, rule] = POLICY.rules;
    const long = { ...rule, promise: character.repeat(300), fix: character.repeat(8000) } as (typeof POLICY.rules)[1];
    const result = {
      ...BROKEN,
      policies: [{ ...POLICY, rules: [logs, long] as typeof POLICY.rules }],
      obligations: [],
    };
    expect(sastFaults(reportOf(result))).toEqual([]);
  });

  test('has no time but the one it is told', () => {
    expect(reportOf(BROKEN).scan.start_time).toBe('1970-01-01T00:00:00');
    expect(reportOf(BROKEN, { ...OPTIONS, startedAt: '2026-02-03T04:05:06' }).scan.end_time).toBe(
      '2026-02-03T04:05:06',
    );
  });
});

describe('junit', () => {
  test.each(RESULTS)('%s are read without a complaint', (_, result) => {
    expect(readJunit(render('junit', result, OPTIONS)).faults).toEqual([]);
  });

  test.each<[string, (xml: string) => string]>([
    ['an unknown attribute', (xml) => xml.replace('<testcase ', '<testcase file="x" ')],
    ['no name', (xml) => xml.replace(/<testcase name="[^"]*"/, '<testcase')],
    ['a wrong count', (xml) => xml.replace(/failures="\d+" errors="0" skipped/, 'failures="77" errors="0" skipped')],
    ['an unknown element', (xml) => xml.replace('<properties>', '<property name="a" value="b"/><properties>')],
    ['a case twice', (xml) => xml.replace(/( +<testcase [^>]*\/>\n)/, '$1$1')],
    ['a type that is acted on', (xml) => xml.replace('type="error"', 'type="yaml"')],
  ])('%s is noticed', (_, mutate) => {
    const xml = render('junit', BROKEN, OPTIONS);
    expect(mutate(xml)).not.toBe(xml);
    expect(readJunit(mutate(xml)).faults).not.toEqual([]);
  });

  test('what is no XML is noticed', () => {
    expect(() => readJunit('<testsuites name="a & b"><testsuite></testsuites>')).toThrow();
  });

  test('a promise is a test, and so is a finding', () => {
    expect(
      readJunit(render('junit', BROKEN, OPTIONS)).cases.map(({ suite, classname, name, outcome }) =>
        [suite, classname, name, outcome].join(' | '),
      ),
    ).toMatchInlineSnapshot(`
      [
        "troth analysis | troth.analysis | everything was analysed | passed",
        "troth analysis | troth.analysis | syntax-error src/main.ts:1 | skipped",
        "troth acme | acme.promises | acme-01 | skipped",
        "troth acme | acme.promises | acme-02 | passed",
        "troth acme | acme.promises | acme-03 | failure",
        "troth acme | acme.promises | acme-06 | skipped",
        "troth acme | acme/no-personal-data-to-analytics | src/lib/track.ts analytics.identify | failure",
        "troth acme | acme/account-deletion | src/main.ts | failure",
        "troth acme | acme/no-health-data-in-logs | src/routes/sign up.ts logger.info | failure",
        "troth acme | acme/undisclosed-log | src/routes/sign up.ts logger.info | failure",
      ]
    `);
  });

  test('a clean scan has a test that passed, an incomplete one none', () => {
    expect(readJunit(render('junit', CLEAN, OPTIONS)).cases[0]).toMatchObject({ outcome: 'passed' });
    const { cases } = readJunit(render('junit', INCOMPLETE, OPTIONS));
    expect(cases.filter(({ suite }) => suite === 'troth analysis').map(({ outcome }) => outcome)).toEqual([
      'error',
      'error',
      'error',
      'skipped',
    ]);
  });

  test('findings of a rule that no policy in use has are not lost', () => {
    const result = { ...BROKEN, violations: [{ ...SHARED, rule: 'other/rule' }] };
    const { cases } = readJunit(render('junit', result, OPTIONS));
    expect(cases.filter(({ classname }) => classname === 'other/rule')).toHaveLength(1);
  });
});

describe('markdown', () => {
  test('shows outcome, findings, ways and promises', () => {
    expect(render('markdown', BROKEN, OPTIONS)).toMatchInlineSnapshot(`
      "<!-- troth -->
      ## Privacy promises

      ❌ 2 errors, 2 warnings, 1 suppressed in 3 files. 1 file only partly analysed.

      |  | Where | What | Promise |
      | --- | --- | --- | --- |
      | 🔴 error | \`src/lib/track.ts:3\` | Email address from 'req.body.email' is shared with Segment (analytics) by 'analytics.identify'; the policy promises: "Nothing personal goes to an analytics company". | \`acme/no-personal-data-to-analytics\` \`acme-03\` \`acme-04\` |
      | 🟠 warning | \`src/main.ts:1\` | No code deletes an account. | \`acme/account-deletion\` \`acme-07\` |
      | 🔴 error | \`src/routes/sign up.ts:6\` | Medical history from 'req.body.diagnosis' is logged by 'logger.info'. | \`acme/no-health-data-in-logs\` \`acme-05\` |
      | 🟠 warning | \`src/routes/sign up.ts:6\` | Email address from 'req.body.email' is logged by 'logger.info'; no rule of the policy 'acme' says that it may be logged. | \`acme/undisclosed-log\` |

      <details><summary>How the data gets there, and what keeps the promise</summary>

      **\`src/lib/track.ts:3\`** \`acme/no-personal-data-to-analytics\`

      1. \`src/routes/sign up.ts:4\` email is read from the request body
      1. \`src/routes/sign up.ts:5\` email is passed to 'track'
      1. \`src/lib/track.ts:3\` email is shared with Segment

      Promise: Nothing personal goes to an analytics company.

      To keep it: Send an opaque identifier.

      **\`src/main.ts:1\`** \`acme/account-deletion\`

      Promise: A person can have the account deleted.

      To keep it: Add a route that deletes the account.

      **\`src/routes/sign up.ts:6\`** \`acme/no-health-data-in-logs\`

      1. \`src/routes/sign up.ts:6\` diagnosis is read from the request body
      1. \`src/routes/sign up.ts:6\` diagnosis is logged

      Promise: Health data never stands in a log.

      To keep it: Log the id of the record.

      **\`src/routes/sign up.ts:6\`** \`acme/undisclosed-log\`

      1. \`src/routes/sign up.ts:4\` email is read from the request body
      1. \`src/routes/sign up.ts:6\` email is logged

      Promise: Personal data is logged only as the policy says.

      To keep it: Remove the flow, or disclose it in the policy with an 'allow: log' rule.

      </details>

      ### Promises

      | Policy | Kept | Broken | Not exercised | Not decidable |
      | --- | --- | --- | --- | --- |
      | \`acme\` | 1 | 1: \`acme-03\` | 1 | 1 |

      ### About this scan

      - \`src/main.ts:1\` Analysed in part. (\`syntax-error\`)
      "
    `);
    expect(render('markdown', INCOMPLETE, OPTIONS)).toMatchInlineSnapshot(`
      "<!-- troth -->
      ## Privacy promises

      ⛔ Incomplete (2 files not analysed). No violations among 0 flows in 1 file.

      > [!CAUTION]
      > **This scan is incomplete**: what follows may not be all.
      > - \`src/huge.ts\` The file is larger than 1 MB. (\`file-too-large\`)
      > - \`src/deep.ts\` The analysis took too long. (\`analysis-timeout\`)

      ### Promises

      | Policy | Kept | Broken | Not exercised | Not decidable |
      | --- | --- | --- | --- | --- |
      | \`acme\` | 1 | 0 | 0 | 0 |

      ### About this scan

      - An extends that cannot be resolved was ignored. (\`configuration-ignored\`)
      "
    `);
  });

  test('shows an inventory as a table', () => {
    expect(render('markdown', INVENTORY, OPTIONS)).toMatchInlineSnapshot(`
      "<!-- troth -->
      ## Personal data in this code

      ✅ 3 flows of personal data in 3 files. 1 file only partly analysed.

      | Activity | Data | Recipient | From | To | Given |
      | --- | --- | --- | --- | --- | --- |
      | share | \`user.contact.email\` | Segment (analytics) | \`req.body.email\` \`src/routes/sign up.ts:4\` | \`analytics.identify\` \`src/lib/track.ts:3\` | for analytics, consent:<!-- -->marketing, high confidence |
      | log | \`user.contact.email\` |  | \`req.body.email\` \`src/routes/sign up.ts:4\` | \`logger.info\` \`src/routes/sign up.ts:6\` | masked, medium confidence |
      | log | \`user.health_and_medical.medical_history\` |  | \`req.body.diagnosis\` \`src/routes/sign up.ts:6\` | \`logger.info\` \`src/routes/sign up.ts:6\` | medium confidence |

      ### About this scan

      - \`src/main.ts:1\` Analysed in part. (\`syntax-error\`)
      "
    `);
  });

  test.each([...RESULTS, ['an inventory', INVENTORY] as const, ['a hostile inventory', hostile('inventory')] as const])(
    '%s hold nothing that GitHub would act on',
    (_, result) => {
      expect(markdownFaults(render('markdown', result, OPTIONS))).toEqual([]);
    },
  );

  test.each([
    '[x](https://evil.example)',
    '![x](https://evil.example/x.png)',
    '<img src=x onerror=alert(1)>',
    '<!-- troth --> <script>',
    '@everyone',
    'see #12',
    'https://evil.example',
    'www.evil.example',
    'bob@example.com',
    '`code` **bold** | cell | <details>',
    '[x]: https://evil.example',
    '- item\n# heading\n> quote',
    '1. item',
    ':tada: owner/repository#1 GH-1 https://evil.example/@x',
  ])('%j is text', (text) => {
    expect(marked.lexer(plainText(text)).map(({ type }) => type)).toEqual(['paragraph']);
    expect(markdownFaults(plainText(text))).toEqual([]);
    expect(markdownFaults(`| a |\n| - |\n| ${plainText(text)} |`)).toEqual([]);
  });

  test('what GitHub acts on is noticed', () => {
    for (const text of ['[x](y)', '<b>', 'hi @bob', 'https://evil.example']) {
      expect(markdownFaults(text)).not.toEqual([]);
    }
  });

  test('a cell stays one cell, whatever its text', () => {
    const [table] = marked
      .lexer(render('markdown', hostile('scan'), OPTIONS))
      .filter((token): token is Tokens.Table => token.type === 'table');
    expect(table?.rows.map((row) => row.length)).toEqual([4, 4]);
  });

  test.each(['scan', 'inventory'] as const)(
    'a large %s fits a comment, counts what is left out and says so',
    (command) => {
      const said: string[] = [];
      const options = { ...OPTIONS, notify: (text: string) => said.push(text) };
      const text = render('markdown', { ...many(3000), command }, options);
      expect(text.length).toBeLessThan(65_536);
      expect(text.length).toBeGreaterThan(30_000);
      const hidden = Number(/… (\d+) more (?:finding|flow)s/.exec(text)?.[1]);
      const rows = text.match(/^\| (?:🔴|🟠|🔵|share)/gm) ?? [];
      expect(rows.length + hidden).toBe(3000);
      expect(said).toEqual([expect.stringMatching(/^\d+ (?:finding|flow)s left out of the markdown report/)]);
      if (command === 'scan') expect(text).toContain('### Promises');
    },
  );

  test('what has no room at all is counted', () => {
    expect(renderMarkdown(BROKEN, OPTIONS, 100)).toContain('… 4 more findings');
  });
});

describe('csv', () => {
  const rowsOf = (result: ScanResult): Record<string, string>[] =>
    parse(render('csv', result, OPTIONS), { columns: true, record_delimiter: '\r\n' });

  test('has one row per flow, with the rules it breaks', () => {
    const flows = rowsOf(BROKEN).filter(({ record }) => record === 'flow');
    expect(flows).toHaveLength(3);
    expect(flows[0]).toEqual({
      record: 'flow',
      activity: 'share',
      data: 'user.contact.email',
      subject: 'customer',
      recipient: 'Segment',
      'recipient class': 'analytics',
      'recipient country': 'US',
      purpose: 'analytics',
      protections: '',
      guards: 'consent:marketing',
      confidence: 'high',
      'source kind': 'request-body',
      source: 'req.body.email',
      'source file': 'src/routes/sign up.ts',
      'source line': '4',
      sink: 'analytics.identify',
      // Else a spreadsheet would read the package's name as a formula.
      'sink model': "'@segment/analytics-node: new Analytics().identify",
      file: 'src/lib/track.ts',
      line: '3',
      verdict: 'error',
      rules: 'acme/no-personal-data-to-analytics',
      clauses: 'acme-03; acme-04',
      message: '',
      id: 'flow-share',
    });
    expect(flows.map(({ verdict }) => verdict)).toEqual(['error', 'warning', 'error']);
    const suppressed = rowsOf({ ...BROKEN, violations: [] });
    expect(suppressed.slice(0, 3).map(({ verdict, rules }) => [verdict, rules])).toEqual([
      ['no violation', ''],
      ['no violation', ''],
      ['suppressed', 'acme/no-health-data-in-logs'],
    ]);
  });

  test('judges nothing in an inventory', () => {
    const rows = rowsOf(INVENTORY);
    expect(rows.map(({ record, verdict }) => [record, verdict])).toEqual([
      ['flow', ''],
      ['flow', ''],
      ['flow', ''],
      ['notice', 'note'],
    ]);
  });

  test('other records come last and say what they are', () => {
    expect(rowsOf(BROKEN).map(({ record }) => record)).toEqual([
      ...['flow', 'flow', 'flow', 'obligation'],
      ...['promise', 'promise', 'promise', 'promise', 'notice'],
    ]);
    expect(rowsOf(INCOMPLETE).map(({ record }) => record)).toEqual([
      'promise',
      'not analysed',
      'not analysed',
      'notice',
    ]);
  });

  test('runs no formula in a spreadsheet', () => {
    const formulas = ['=HYPERLINK("https://evil.example")', '+1', '-1', '@SUM(A1)', ' =1+1', '＝1'];
    const flows = formulas.map((expression) => ({ ...LOG_EMAIL, source: { ...LOG_EMAIL.source, expression } }));
    for (const { source } of rowsOf({ ...CLEAN, flows })) expect(source ?? '').not.toMatch(/^\s*[=+\-@＝]/);
  });

  test('keeps its columns, whatever the text', () => {
    const quoted = 'a "b", c; d\ne';
    const flow = { ...SHARE, source: { ...SHARE.source, expression: quoted } };
    const [row] = rowsOf({ ...CLEAN, flows: [flow] });
    expect(row?.['source']).toBe('a "b", c; d\\u{a}e');
    expect(() => rowsOf(hostile('scan'))).not.toThrow();
  });
});
