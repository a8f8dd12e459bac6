import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import type { ArtifactLocation, Log, Region, ReportingDescriptor, Result, Run, ThreadFlowLocation } from 'sarif';
import { beforeEach, describe, expect, test } from 'vitest';
import { render } from '../src/7-report/report.ts';
import { GITHUB_LIMITS } from '../src/7-report/sarif/limits.ts';
import { uriOf } from '../src/7-report/sarif/locations.ts';
import { nameOf } from '../src/7-report/sarif/rules.ts';
import { renderSarif } from '../src/7-report/sarif/sarif.ts';
import { readLines } from '../src/7-report/sarif/source-lines.ts';
import type { ScanResult } from '../src/core/result.ts';
import { lineHashes } from './support/line-hash.ts';
import { breachesOf } from './support/sarif-contract.ts';
import { validate } from './support/sarif-multitool.ts';
import {
  at,
  BROKEN,
  CLEAN,
  HOSTILE_FILE,
  hostile,
  INCOMPLETE,
  OPTIONS,
  POLICY,
  SHARE,
  SHARED,
  SOURCES,
  step,
} from './support/sarif-sample.ts';

/**
 * Notes we accept: literal messages (GitHub wants them), no provenance without git, ids that people can read, no snippets
 * (they would copy the scanned code).
 */
const ACCEPTED_NOTES = ['SARIF2002', 'SARIF2003', 'SARIF2009', 'SARIF2010', 'SARIF2011'];

const readFile = (path: string): string | undefined => SOURCES.get(path);

function logOf(result: ScanResult, options = OPTIONS): Log {
  return JSON.parse(render('sarif', result, options)) as Log;
}

function runOf(log: Log): Run {
  return log.runs[0] as Run;
}

function resultOf(log: Log, index = 0): Result {
  return runOf(log).results?.[index] as Result;
}

function ruleOf(log: Log, index = 0): ReportingDescriptor {
  return runOf(log).tool.driver.rules?.[index] as ReportingDescriptor;
}

describe('validators', () => {
  const require = createRequire(import.meta.url);
  const schema = JSON.parse(readFileSync(require.resolve('@microsoft/sarif-multitool-linux/sarif-2.1.0.json'), 'utf8'));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const matches = ajv.compile(schema);

  test.each([
    ['findings', BROKEN],
    ['a clean scan', CLEAN],
    ['an incomplete scan', INCOMPLETE],
    ['hostile names', hostile('scan')],
  ])('%s match the schema', (_, result) => {
    matches(logOf(result));
    expect(matches.errors ?? []).toEqual([]);
  });

  test('the schema refuses a log with line 0', () => {
    const log = logOf(BROKEN);
    const location = resultOf(log).locations?.[0]?.physicalLocation;
    if (location?.region) location.region.startLine = 0;
    expect(matches(log)).toBe(false);
  });

  test.each([
    ['findings', BROKEN],
    ['an incomplete scan', INCOMPLETE],
    ['hostile names', hostile('scan')],
  ])('the multitool has no error, no warning and no unexpected note about %s', (_, result) => {
    const complaints = validate(render('sarif', result, OPTIONS));
    expect(complaints.filter(({ level, rule }) => level !== 'note' || !ACCEPTED_NOTES.includes(rule))).toEqual([]);
  });

  test('the multitool complains about a rule without help', () => {
    const log = logOf(BROKEN);
    delete (ruleOf(log) as { help?: unknown }).help;
    expect(validate(JSON.stringify(log))).toContainEqual({ level: 'error', rule: 'GH2012' });
  });
});

describe('the contract that no validator checks', () => {
  test.each([
    ['findings', BROKEN],
    ['a clean scan', CLEAN],
    ['an incomplete scan', INCOMPLETE],
  ])('%s keep it', (_, result) => {
    expect(breachesOf(logOf(result), readFile)).toEqual([]);
  });

  test('hostile names keep it', () => {
    const readHostile = (path: string) => (path === HOSTILE_FILE.replace('\ud800', '\ufffd') ? 'x();\n' : undefined);
    const log = logOf(hostile('scan'), { color: false, readSource: () => 'x();\n' });
    expect(breachesOf(log, readHostile)).toEqual([]);
  });

  const mutations: readonly [name: string, breach: RegExp, mutate: (log: Log) => void][] = [
    [
      'two rules with one id',
      /two rules with the id/,
      (log) => runOf(log).tool.driver.rules?.push({ ...ruleOf(log), name: 'Other' }),
    ],
    ['a ruleIndex of another rule', /ruleIndex is another/, (log) => Object.assign(resultOf(log), { ruleIndex: 0 })],
    ['an empty uri', /empty uri/, (log) => Object.assign(artifactOf(log), { uri: '' })],
    ['the uri of no file', /no file/, (log) => Object.assign(artifactOf(log), { uri: 'src/gone.ts' })],
    [
      'thirty tags',
      /too many tags/,
      (log) =>
        setProperty(
          log,
          'tags',
          Array.from({ length: 30 }, (_, index) => `tag-${index}`),
        ),
    ],
    ['a severity that is a number', /security-severity/, (log) => setProperty(log, 'security-severity', 8)],
    ['a severity that is a word', /security-severity/, (log) => setProperty(log, 'security-severity', 'abc')],
    ['an unknown precision', /unknown precision/, (log) => setProperty(log, 'precision', 'perfect')],
    [
      'a link that leads nowhere',
      /leads nowhere/,
      (log) => Object.assign(resultOf(log).message, { text: 'See [x](7).' }),
    ],
    ['a message without a period', /no sentence/, (log) => Object.assign(resultOf(log).message, { text: 'Leaked' })],
    [
      'a description of 3000 characters',
      /description too long/,
      (log) => Object.assign(ruleOf(log), { fullDescription: { text: `${'x'.repeat(2999)}.` } }),
    ],
    [
      'suppressions on some results',
      /suppressions on some/,
      (log) => Object.assign(resultOf(log), { suppressions: [] }),
    ],
    [
      'baselineState on some results',
      /baselineState on some/,
      (log) => Object.assign(resultOf(log), { baselineState: 'new' }),
    ],
    ['no columnKind', /columnKind/, (log) => Reflect.deleteProperty(runOf(log), 'columnKind')],
    [
      'a failed run without a failure',
      /executionSuccessful/,
      (log) => Object.assign(runOf(log).invocations?.[0] ?? {}, { executionSuccessful: false }),
    ],
    [
      'a wrong line hash',
      /wrong line hash/,
      (log) => Object.assign(resultOf(log), { partialFingerprints: { primaryLocationLineHash: 'abc:1' } }),
    ],
    ['no line hash', /wrong line hash/, (log) => Object.assign(resultOf(log), { partialFingerprints: {} })],
    ['two runs', /not exactly one run/, (log) => log.runs.push(runOf(log))],
    ['no results', /no results/, (log) => Reflect.deleteProperty(runOf(log), 'results')],
    ['another schema', /schema that GitHub/, (log) => Object.assign(log, { $schema: 'https://example.com/rtm.5' })],
    ['an unknown problem.severity', /problem\.severity/, (log) => setProperty(log, 'problem.severity', 'severe')],
    ['a security-severity of 0', /security-severity/, (log) => setProperty(log, 'security-severity', '0.0')],
    ['a long name', /name too long/, (log) => Object.assign(ruleOf(log), { name: 'X'.repeat(256) })],
    [
      'a description that is no sentence',
      /no sentence/,
      (log) => Object.assign(ruleOf(log), { shortDescription: { text: 'A rule' } }),
    ],
    ['a result without a level', /no level/, (log) => Reflect.deleteProperty(resultOf(log), 'level')],
    [
      'two locations',
      /exactly one location/,
      (log) => resultOf(log).locations?.push(resultOf(log, 1).locations?.[0] ?? {}),
    ],
    [
      'an alert over two lines',
      /more lines than a pull request/,
      (log) => Object.assign(regionOf(log), { endLine: 4, endColumn: 1 }),
    ],
    ['a region without its end', /four numbers/, (log) => Reflect.deleteProperty(regionOf(log), 'endColumn')],
    ['a region that ends before it starts', /ends before/, (log) => Object.assign(regionOf(log), { endLine: 1 })],
    ['an absolute uri', /not below the root/, (log) => Object.assign(artifactOf(log), { uri: '/src/main.ts' })],
    ['a uri that climbs', /not below the root/, (log) => Object.assign(artifactOf(log), { uri: 'src/../src/main.ts' })],
    ['a Windows path', /not below the root/, (log) => Object.assign(artifactOf(log), { uri: 'src\\main.ts' })],
    ['a uri that is not encoded', /not below the root/, (log) => Object.assign(artifactOf(log), { uri: 'src/a b.ts' })],
    ['a uri without its base', /source root/, (log) => Reflect.deleteProperty(artifactOf(log), 'uriBaseId')],
    [
      'a related location that nothing links',
      /is not linked/,
      (log) => Object.assign(resultOf(log).message, { text: 'Leaked.' }),
    ],
    [
      'two related locations of one id',
      /two related locations/,
      (log) => Object.assign(resultOf(log).relatedLocations?.[1] ?? {}, { id: 1 }),
    ],
    [
      'a step that says nothing',
      /step without/,
      (log) => Reflect.deleteProperty(stepOf(log).location ?? {}, 'message'),
    ],
    [
      'too many steps',
      /more steps/,
      (log) => resultOf(log).codeFlows?.[0]?.threadFlows[0]?.locations.push(...Array(10_000).fill(stepOf(log))),
    ],
    [
      'too many locations',
      /more locations/,
      (log) =>
        Object.assign(resultOf(log), { relatedLocations: Array(1000).fill(resultOf(log).relatedLocations?.[0]) }),
    ],
    [
      'too many rules',
      /more rules/,
      (log) => Object.assign(runOf(log).tool.driver, { rules: Array(25_001).fill(ruleOf(log)) }),
    ],
    ['a category', /category/, (log) => Object.assign(runOf(log), { automationDetails: { id: 'troth/' } })],
    [
      'a suppressed result',
      /suppressed result/,
      (log) => Object.assign(resultOf(log), { suppressions: [{ kind: 'inSource' }] }),
    ],
    [
      'the name of the machine',
      /tells machine/,
      (log) => Object.assign(invocationOf(log), { machine: 'laptop-of-bob' }),
    ],
    [
      'a time',
      /tells startTimeUtc/,
      (log) => Object.assign(invocationOf(log), { startTimeUtc: '2026-01-01T00:00:00Z' }),
    ],
    [
      'where the sources are',
      /tells where/,
      (log) => Object.assign(runOf(log), { originalUriBaseIds: { '%SRCROOT%': { uri: 'file:///home/bob/' } } }),
    ],
    ['a snippet', /snippet/, (log) => Object.assign(regionOf(log), { snippet: { text: 'x' } })],
    ['a result twice', /one alert/, (log) => runOf(log).results?.push(resultOf(log))],
    [
      'too many results',
      /more results/,
      (log) => Object.assign(runOf(log), { results: Array(25_001).fill(resultOf(log)) }),
    ],
    [
      'too many bytes',
      /more bytes/,
      (log) => Object.assign(runOf(log), { properties: { blob: randomBytes(11_000_000).toString('base64') } }),
    ],
  ];

  test.each(mutations)('%s is noticed', (_, breach, mutate) => {
    const log = logOf(BROKEN);
    mutate(log);
    expect(breachesOf(log, readFile).join('\n')).toMatch(breach);
  });

  test('a second run writes the same bytes', () => {
    expect(render('sarif', structuredClone(BROKEN), OPTIONS)).toBe(render('sarif', BROKEN, OPTIONS));
  });
});

describe('rules', () => {
  test('are all of the policies in use, sorted, whatever was found', () => {
    const ids = (result: ScanResult) => runOf(logOf(result)).tool.driver.rules?.map((rule) => rule.id);
    expect(ids(CLEAN)).toEqual([
      'acme/account-deletion',
      'acme/no-health-data-in-logs',
      'acme/no-personal-data-to-analytics',
      'acme/offers-over-18-only',
      'acme/undisclosed-collect',
      'acme/undisclosed-expose',
      'acme/undisclosed-log',
      'acme/undisclosed-share',
      'troth/expired-suppression',
      'troth/expiring-suppression',
      'troth/malformed-suppression',
      'troth/unknown-suppressed-rule',
      'troth/unused-suppression',
    ]);
    expect(runOf(logOf(BROKEN)).tool.driver.rules).toEqual(runOf(logOf(CLEAN)).tool.driver.rules);
  });

  test('show the promise, the broken and the kept form, and how to keep it', () => {
    expect(ruleOf(logOf(BROKEN), 2).help?.markdown).toMatchInlineSnapshot(`
      "**Nothing personal goes to an analytics company.**

      Policy 'acme', clauses acme-03, acme-04.

      ## Breaks it

      \`\`\`ts
      analytics.identify({ email: user.email });
      \`\`\`

      ## Keeps it

      \`\`\`ts
      analytics.identify({ userId: \`\${user.id}\` });
      \`\`\`

      ## How to keep it

      Send an opaque identifier.

      ## How to suppress one finding

      On the line above it, with the reason:

      \`\`\`ts
      // troth-ignore-next-line acme/no-personal-data-to-analytics -- the reason, in a few words
      \`\`\`"
    `);
  });

  test('are as severe as their level and their data', () => {
    const severities = runOf(logOf(CLEAN)).tool.driver.rules?.map((rule) => rule.properties?.['security-severity']);
    expect(severities).toEqual([
      ...['5.5', '9.5', '8.0', undefined, '8.0', '5.5', '5.5', '8.0'],
      // About suppressions, which are no weakness of the code.
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
  });

  test('cannot break out of their code block or their length', () => {
    const rules = [
      {
        ...(POLICY.rules[1] as (typeof POLICY.rules)[1]),
        promise: 'x'.repeat(5000),
        examples: { broken: 'a\n````\nb', kept: 'c' },
      },
    ];
    const rule = ruleOf(logOf({ ...CLEAN, policies: [{ ...POLICY, rules }] }));
    expect(rule.shortDescription?.text.length).toBeLessThanOrEqual(1024);
    expect(rule.help?.markdown).toContain('`````ts\na\n````\nb\n`````');
  });

  test.each([
    ['no-spdi-in-logs', 'NoSpdiInLogs'],
    ['over-18-only', 'Over18Only'],
    ['a-b', 'Ruleab'],
    ['18', 'Rule18'],
    ['file-not-read', 'FileNotRead'],
  ])('%s is named %s', (id, name) => {
    expect(nameOf(id)).toBe(name);
    expect(name).toMatch(/^(?:\p{Lu}[\p{Ll}\p{Nd}]+)+$/u);
  });
});

describe('results', () => {
  test('stand at the sink and link what they speak of', () => {
    const { ruleId, level, message, locations, relatedLocations } = resultOf(logOf(BROKEN));
    expect({ ruleId, level, message }).toEqual({
      ruleId: 'acme/no-personal-data-to-analytics',
      level: 'error',
      message: { text: `${SHARED.message} Source: [req.body.email](1). Guard: [consent:marketing](2).` },
    });
    expect(locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/lib/track.ts', uriBaseId: '%SRCROOT%' },
          region: { startLine: 3, startColumn: 3, endLine: 3, endColumn: 87 },
        },
      },
    ]);
    expect(relatedLocations?.map((location) => location.physicalLocation?.artifactLocation?.uri)).toEqual([
      'src/routes/sign%20up.ts',
      'src/lib/track.ts',
    ]);
  });

  test('show every step of the way', () => {
    const locations = resultOf(logOf(BROKEN)).codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
    expect(
      locations.map(({ executionOrder, importance, location }) => [
        executionOrder,
        importance,
        location?.message?.text,
      ]),
    ).toEqual([
      [1, 'essential', 'email is read from the request body'],
      [2, 'important', "email is passed to 'track'"],
      [3, 'essential', 'email is shared with Segment'],
    ]);
  });

  test('leave suppressed findings out and name missing obligations', () => {
    expect(runOf(logOf(BROKEN)).results?.map((result) => result.ruleId)).toEqual([
      'acme/no-personal-data-to-analytics',
      'acme/account-deletion',
      'acme/no-health-data-in-logs',
      'acme/undisclosed-log',
    ]);
    expect(render('sarif', BROKEN, OPTIONS)).not.toContain('fingerprint-suppressed');
  });

  test('hold suppressed findings when told, and then each says whether it is one', () => {
    const log = logOf(BROKEN, { ...OPTIONS, suppressed: 'include' });
    const suppressions = runOf(log).results?.map((result) => result.suppressions?.map(({ status }) => status));
    expect(suppressions).toEqual([[], [], [], [], ['accepted']]);
    expect(resultOf(log, 4).partialFingerprints?.['troth/v1']).toBe('fingerprint-suppressed');
    expect(validate(JSON.stringify(log)).filter(({ level }) => level !== 'note')).toEqual([]);
    const breaches = breachesOf(log, readFile, { suppressed: true });
    // The sample suppresses a finding that it also reports.
    expect(breaches).toEqual([expect.stringMatching(/^two results that are one alert: acme\/no-health-data-in-logs /)]);
  });

  test('stay on the first line of a call that spans several', () => {
    const sink = { ...SHARE.sink, line: 2, column: 2, endLine: 4, endColumn: 3 };
    const result = resultOf(logOf({ ...BROKEN, flows: [{ ...SHARE, sink }], violations: [SHARED] }));
    expect(result.locations?.[0]?.physicalLocation?.region).toEqual({
      startLine: 2,
      startColumn: 2,
      endLine: 2,
      endColumn: 32,
    });
  });

  test('have no line hash when the file is gone, and no other difference', () => {
    const { partialFingerprints, ...gone } = resultOf(logOf(BROKEN, { color: false, readSource: () => undefined }));
    const { partialFingerprints: _, ...there } = resultOf(logOf(BROKEN));
    expect(partialFingerprints).toEqual({ 'troth/v1': 'fingerprint-share' });
    expect(gone).toEqual(there);
  });

  test('are relative to the repository, not to the scanned folder', () => {
    const log = logOf(BROKEN, { ...OPTIONS, rootInRepository: 'packages/my api' });
    expect(artifactOf(log).uri).toBe('packages/my%20api/src/lib/track.ts');
    expect(breachesOf(log, (path) => readFile(path.replace('packages/my api/', '')))).toEqual([]);
  });

  test.each([
    ['src/a b#c?.ts', 'src/a%20b%23c%3F.ts'],
    ['./a:b.ts', 'a%3Ab.ts'],
    ['src/é\ud800.ts', 'src/%C3%A9%EF%BF%BD.ts'],
  ])('%j is the uri %s', (file, uri) => {
    expect(uriOf(file, '')).toBe(uri);
  });
});

/** Vectors of github/codeql-action's own tests. */
test('line hashes are those of GitHub', () => {
  const hashes = (text: string, lines: number) => {
    const { hash } = readLines(() => text);
    return Array.from({ length: lines }, (_, index) => hash('x.ts', index + 1));
  };
  expect(hashes('', 1)).toEqual(['c129715d7a2bc9a3:1']);
  expect(hashes(' a\nb\n  \t\tc\n d', 4)).toEqual([
    '271789c17abda88f:1',
    '54703d4cd895b18:1',
    '180aee12dab6264:1',
    'a23a3dc5e078b07b:1',
  ]);
  expect(hashes('Lorem ipsum dolor sit amet.\n'.repeat(10), 11).slice(5)).toEqual([
    'a7f2ff13bc495cf2:6',
    'a7f2ff1481e87703:1',
    expect.any(String),
    expect.any(String),
    expect.any(String),
    'c129715d7a2bc9a3:1',
  ]);
  expect(hashes('\ufeffa', 1)).not.toEqual(hashes('a', 1));
});

test('line hashes are those of the algorithm, written anew, whatever the text', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\ufeff',
    '\u2028',
    '\u{1f600}',
    'x'.repeat(60),
    '\0',
  );
  void fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const { hash } = readLines(() => text);
      for (const [line, expected] of lineHashes(text)) expect([line, hash('x.ts', line)]).toEqual([line, expected]);
    }),
    { numRuns: 500 },
  );
});

describe('the run', () => {
  test('failed when files are missing, so that their alerts stay open', () => {
    const [invocation] = runOf(logOf(INCOMPLETE)).invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(false);
    expect(invocation?.toolExecutionNotifications?.map(({ level, message }) => [level, message.text])).toEqual([
      ['error', 'src/huge.ts: The file is larger than 1 MB.'],
      ['error', 'src/deep.ts: The analysis took too long.'],
    ]);
    expect(invocation?.toolConfigurationNotifications?.map(({ descriptor }) => descriptor?.id)).toEqual([
      'configuration-ignored',
    ]);
  });

  test('succeeded when the user accepts that files are missing; they are still named', () => {
    const [invocation] = runOf(logOf(INCOMPLETE, { ...OPTIONS, incompleteAllowed: true })).invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(true);
    expect(invocation?.toolExecutionNotifications?.map(({ level }) => level)).toEqual(['warning', 'warning']);
  });

  test('succeeded when there are findings', () => {
    expect(runOf(logOf(BROKEN)).invocations?.[0]?.executionSuccessful).toBe(true);
  });

  test('says how it ended when told', () => {
    const ended = (exitCode: number) => runOf(logOf(BROKEN, { ...OPTIONS, exitCode })).invocations?.[0];
    expect(ended(1)).toMatchObject({
      exitCode: 1,
      exitCodeDescription: 'Complete, with findings at or above the gate.',
      executionSuccessful: true,
    });
    expect(ended(0)?.exitCodeDescription).toBe('Complete, and nothing at or above the gate.');
    expect(runOf(logOf(BROKEN)).invocations?.[0]).not.toHaveProperty('exitCode');
  });

  test('says what became of every promise', () => {
    expect(runOf(logOf(BROKEN)).properties?.['troth/promises']).toEqual({
      acme: { 'acme-01': 'not-decidable', 'acme-02': 'kept', 'acme-03': 'broken', 'acme-06': 'not-exercised' },
    });
  });

  test('has a category and a commit only when told, and never a password', () => {
    expect(runOf(logOf(BROKEN)).automationDetails).toBeUndefined();
    const repository = { uri: 'https://me:secret@example.com/acme/shop?x=1', revision: 'abc', branch: 'main' };
    const log = logOf(BROKEN, { ...OPTIONS, category: 'troth', repository });
    expect(runOf(log).automationDetails?.id).toBe('troth/');
    expect(runOf(log).versionControlProvenance?.[0]?.repositoryUri).toBe('https://example.com/acme/shop');
    expect(JSON.stringify(log)).not.toContain('secret@');
    expect(validate(JSON.stringify(log)).filter(({ level }) => level !== 'note')).toEqual([]);
  });

  test('is refused for an inventory, which has no results and would close every alert', () => {
    expect(() => render('sarif', { ...BROKEN, command: 'inventory' }, OPTIONS)).toThrow(/no sarif form/);
  });
});

describe('limits', () => {
  const said: string[] = [];
  beforeEach(() => void said.splice(0));
  const options = { ...OPTIONS, notify: (notice: string) => void said.push(notice) };
  const limited = (result: ScanResult, limits: Partial<typeof GITHUB_LIMITS>) =>
    JSON.parse(renderSarif(result, options, { ...GITHUB_LIMITS, ...limits })) as Log;
  const notices = (log: Log) => {
    return runOf(log).invocations?.[0]?.toolExecutionNotifications?.filter(
      ({ descriptor }) => descriptor?.id === 'limit-reached',
    );
  };

  test('keep the most severe results and say so', () => {
    const log = limited(BROKEN, { results: 2 });
    expect(runOf(log).results?.map((result) => result.level)).toEqual(['error', 'error']);
    expect(notices(log)?.[0]?.message.text).toBe(
      'Only the 2 most severe of 4 results are written: code scanning takes no more.',
    );
    expect(said).toEqual(['SARIF: Only the 2 most severe of 4 results are written: code scanning takes no more.']);
    expect(breachesOf(log, readFile)).toEqual([]);
  });

  test('keep the compressed log small enough', () => {
    const bytes = gzipSync(render('sarif', BROKEN, OPTIONS)).length - 1;
    const text = renderSarif(BROKEN, OPTIONS, { ...GITHUB_LIMITS, bytes });
    expect(gzipSync(text).length).toBeLessThanOrEqual(bytes);
    expect(runOf(JSON.parse(text)).results?.length).toBe(3);
    expect(notices(JSON.parse(text))).toHaveLength(1);
  });

  test('keep both ends of a long path', () => {
    const middle = Array.from({ length: 200 }, (_, index) => step(at('src/lib/track.ts', 1, 1, 2), `step ${index}`));
    const [first, , last] = SHARE.steps;
    const flow = { ...SHARE, steps: [first, ...middle, last] as typeof SHARE.steps };
    const log = limited(
      { ...BROKEN, flows: [flow, flow, flow, flow, flow], violations: [{ ...SHARED, flows: [0, 1, 2, 3, 4] }] },
      {},
    );
    const flows = resultOf(log).codeFlows ?? [];
    const steps = flows[0]?.threadFlows[0]?.locations ?? [];
    expect([flows.length, steps.length]).toEqual([4, 50]);
    expect(steps.at(-1)?.location?.message?.text).toBe('email is shared with Segment');
    expect(notices(log)?.[0]?.message.text).toBe('1 of the results show only some of their paths or steps.');
  });

  test('shorten the paths of a log with too many steps, never to less than their ends', () => {
    const log = limited(BROKEN, { allSteps: 5 });
    const paths = runOf(log).results?.map(({ codeFlows = [] }) =>
      codeFlows.map((flow) => flow.threadFlows[0]?.locations.length),
    );
    expect(paths).toEqual([[2], [], [2], [2]]);
    expect(notices(log)?.[0]?.message.text).toBe('2 of the results show only some of their paths or steps.');
    expect(breachesOf(log, readFile)).toEqual([]);
  });

  test('are not spoken of when nothing is left out', () => {
    expect(notices(limited(BROKEN, {}))).toEqual([]);
    expect(said).toEqual([]);
  });
});

function artifactOf(log: Log): ArtifactLocation {
  return resultOf(log).locations?.[0]?.physicalLocation?.artifactLocation ?? {};
}

function regionOf(log: Log): Region {
  return resultOf(log).locations?.[0]?.physicalLocation?.region ?? {};
}

function stepOf(log: Log): ThreadFlowLocation {
  return resultOf(log).codeFlows?.[0]?.threadFlows[0]?.locations[0] ?? {};
}

function invocationOf(log: Log): object {
  return runOf(log).invocations?.[0] ?? {};
}

function setProperty(log: Log, name: string, value: unknown): void {
  Object.assign(ruleOf(log).properties ?? {}, { [name]: value });
}
