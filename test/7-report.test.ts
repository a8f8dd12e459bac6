// biome-ignore-all lint/suspicious/noTemplateCurlyInString: strings of source code
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { display } from '../src/7-report/display.ts';
import { render } from '../src/7-report/report.ts';
import { notificationDescriptors } from '../src/7-report/sarif/notifications.ts';
import { maskLiterals } from '../src/7-report/text/mask.ts';
import { ACTIVITIES, GUARD_KINDS, PROTECTIONS, RECIPIENT_CLASSES, SOURCE_KINDS } from '../src/core/privacy.ts';
import { FORMATS, showsFlows } from '../src/core/report-format.ts';
import {
  at,
  BROKEN,
  CLEAN,
  HOSTILE_TEXT,
  hostile,
  INCOMPLETE,
  LOG_DIAGNOSIS,
  LOG_EMAIL,
  OPTIONS,
  SHARE,
  SHARED,
} from './support/sarif-sample.ts';

/** What no report may hold raw, but for the line breaks of its own. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const ESCAPE = '\u001b';
const COLOR = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');
const LINK = new RegExp(`${ESCAPE}\\]8;;[^${ESCAPE}]*${ESCAPE}\\\\`, 'g');

describe('the text of a scan', () => {
  test('shows place, flow, promise, what keeps it, and the sums', () => {
    expect(render('text', BROKEN, OPTIONS)).toMatchInlineSnapshot(`
      "── src/lib/track.ts ──

        3:3  error  acme/no-personal-data-to-analytics
        Email address from 'req.body.email' is shared with Segment (analytics) by 'analytics.identify'; the policy promises: "Nothing personal goes to an analytics company".

            1 | export function track(email) {
            2 |   if (hasConsent('•••••••••')) {
          > 3 |     analytics.identify({ userId: ••••••••••••••••, traits: { email, plan: '•••••••' } });
              |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            4 |   }
            5 | }

        flow        1  src/routes/sign up.ts:4  email is read from the request body
                    2  src/routes/sign up.ts:5  email is passed to 'track'
                    3  src/lib/track.ts:3       email is shared with Segment
        clauses     acme-03, acme-04
        to keep it  Send an opaque identifier.
        why         troth explain fingerprint-

      ── src/main.ts ──

        1:1  warning  acme/account-deletion
        No code deletes an account.

          > 1 | import '•••••••••••••••••••';
              | ^
            2 |

        promise     A person can have the account deleted. (acme-07)
        to keep it  Add a route that deletes the account.

      ── src/routes/sign up.ts ──

        6:3  error  acme/no-health-data-in-logs
        Medical history from 'req.body.diagnosis' is logged by 'logger.info'.

            4 |   const email = req.body.email; //
            5 |   track(email, "•••••••••••••••••••••••");
          > 6 |   logger.info(\`••••\${email}•••••••••••••••••\`, { diagnosis: req.body.diagnosis });
              |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            7 | }
            8 |

        flow        1  src/routes/sign up.ts:6  diagnosis is read from the request body
                    2  src/routes/sign up.ts:6  diagnosis is logged
        promise     Health data never stands in a log. (acme-05)
        to keep it  Log the id of the record.
        why         troth explain fingerprint-

        6:3  warning  acme/undisclosed-log
        Email address from 'req.body.email' is logged by 'logger.info'; no rule of the policy 'acme' says that it may be logged.

        flow        1  src/routes/sign up.ts:4  email is read from the request body
                    2  src/routes/sign up.ts:6  email is logged
        also from   src/routes/sign up.ts:6  req.body.diagnosis
        promise     Personal data is logged only as the policy says.
        to keep it  Remove the flow, or disclose it in the policy with an 'allow: log' rule.
        why         troth explain fingerprint-

      Summary                                      error  warning     note
        user.contact.email                             1        1        0
        user.health_and_medical.medical_history        1        1        0
        missing obligations                            0        1        0
        all findings                                   2        2        0

      Promises
        acme: 1 promise kept, 1 broken, 1 not exercised, 1 not decidable
          broken         acme-03  acme/no-personal-data-to-analytics (1 finding)
          kept           acme-02
          not exercised  acme-06

      Notices
        - src/main.ts:1  Analysed in part. (syntax-error)

      ✖ 2 errors, 2 warnings, 1 suppressed in 3 files. 1 file only partly analysed.
      "
    `);
  });

  test('says that a clean scan is clean', () => {
    expect(render('text', CLEAN, OPTIONS)).toMatchInlineSnapshot(`
      "Promises
        acme: 1 promise kept, 0 broken, 0 not exercised, 0 not decidable
          kept           acme-02

      ✔ No violations among 0 flows in 3 files.
      "
    `);
  });

  test('never says so of an incomplete one, and names every file', () => {
    const text = render('text', INCOMPLETE, OPTIONS);
    expect(text).not.toContain('✔');
    expect(text).toMatchInlineSnapshot(`
      "Promises
        acme: 1 promise kept, 0 broken, 0 not exercised, 0 not decidable
          kept           acme-02

      Not analysed: this scan is incomplete
        ✖ src/huge.ts  The file is larger than 1 MB. (file-too-large)
        ✖ src/deep.ts  The analysis took too long. (analysis-timeout)

      Notices
        - An extends that cannot be resolved was ignored. (configuration-ignored)

      ✖ Incomplete (2 files not analysed). No violations among 0 flows in 1 file.
      "
    `);
  });

  test('is incomplete when only a notification says so', () => {
    const result = { ...CLEAN, notifications: INCOMPLETE.notifications };
    expect(render('text', result, OPTIONS)).toMatch(/✖ Incomplete \(see the notices\)/);
  });

  test('shows the most severe findings and counts the rest', () => {
    const text = render('text', BROKEN, { ...OPTIONS, maxFindingsShown: 2 });
    expect(text.match(/^ {2}\d+:\d+ {2}\S+ /gm)).toEqual(['  3:3  error ', '  6:3  error ']);
    expect(text).toContain('… 2 more findings (--format json has all)');
    expect(text).toContain('all findings                                   2        2        0');
  });

  test('shows 50 findings unless told', () => {
    const violations = Array.from({ length: 60 }, (_, index) => ({ ...SHARED, fingerprint: String(index) }));
    const text = render('text', { ...BROKEN, violations, obligations: [] }, OPTIONS);
    expect(text.match(/^ {2}3:3 {2}error/gm)).toHaveLength(50);
    expect(text).toContain('… 10 more findings');
  });

  test('holds no escape sequence without colour, and only colours with it', () => {
    const plain = render('text', BROKEN, OPTIONS);
    const colored = render('text', BROKEN, { ...OPTIONS, color: true });
    expect(plain).not.toMatch(UNSAFE);
    expect(colored).not.toBe(plain);
    expect(colored.replace(COLOR, '')).toBe(plain);
  });

  test('links paths when asked to, with nothing of the name raw in the link', () => {
    const linkTo = (file: string, line: number) => `file:///${file}#${line}`;
    expect(render('text', BROKEN, { ...OPTIONS, linkTo })).toContain(
      '\u001b]8;;file:///src/lib/track.ts#3\u001b\\3:3\u001b]8;;\u001b\\',
    );
    const text = render('text', hostile('scan'), { ...OPTIONS, linkTo });
    expect(text.replace(LINK, '')).not.toMatch(UNSAFE);
  });

  test('goes without a code frame when the file is gone or shorter', () => {
    for (const source of [undefined, 'x();\n']) {
      const text = render('text', BROKEN, { ...OPTIONS, readSource: () => source });
      expect(text).not.toContain('> 3 |');
      expect(text).toContain('3:3  error  acme/no-personal-data-to-analytics');
    }
  });
});

describe('code frames', () => {
  const frameOf = (source: string, place: ReturnType<typeof at>) => {
    const flow = { ...SHARE, sink: { ...SHARE.sink, ...place } };
    const text = render(
      'text',
      { ...BROKEN, flows: [flow], violations: [SHARED], obligations: [] },
      { color: false, readSource: () => source },
    );
    return text
      .split('\n')
      .filter((line) => /^ {4}(?:>| ) +\d* \|/.test(line))
      .slice(0, 5);
  };

  test('keep to the place in a line of a million characters', () => {
    const source = `${'a();'.repeat(250_000)}sink(email);${'b();'.repeat(1000)}`;
    const [line, caret] = frameOf(source, at('src/min.js', 1, 1_000_001, 1_000_013)) as [string, string];
    expect(line.length).toBeLessThan(140);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('sink(email);');
  });

  test('underline the place after tabs and characters that are escaped', () => {
    const source = '\t\t/**/\u202esink(email);\n';
    const [line, caret] = frameOf(source, at('src/a.ts', 1, 8, 19)) as [string, string];
    expect(line).toContain('\\u{202e}sink(email);');
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('sink(email)');
  });

  test('underline the first line of a call that spans several', () => {
    const source = '\ufeffsink(\r\n  email,\r\n);\r\n';
    expect(frameOf(source, { ...at('src/a.ts', 1, 1, 1), endLine: 3, endColumn: 2 })).toEqual([
      '    > 1 | sink(',
      '        | ^^^^^',
      '      2 |   email,',
      '      3 | );',
    ]);
  });
});

describe('literals of the scanned code', () => {
  test.each([
    ['log(\'bob\', "bob")', 'log(\'•••\', "•••")'],
    ['log(`a ${f(`b ${user.email} c`)} d`)', 'log(`••${f(`••${user.email}••`)}••`)'],
    ['log(`${{ a: { b: 1 } }}x`)', 'log(`${{ a: { b: 1 } }}•`)'],
    ['a / b / c', 'a / b / c'],
    ['x = /bob[/]s/g; y', 'x = /•••••••/g; y'],
    ['return /bob/', 'return /•••/'],
    ['f(4111111111111111, 0x4111n, 200)', 'f(••••••••••••••••, •••••••, 200)'],
    ['email // bob', 'email //    '],
    ['email /* bob */ + name', 'email /*     */ + name'],
    ["log('it\\'s bob')", "log('•••••••••')"],
    ["'bob\nemail", "'•••\nemail"],
    ['<p title="bob">{user.name}</p>', '<p title="•••">{user.name}</p>'],
    ['`bob', '`•••'],
    ['/* bob', '/*    '],
  ])('%j is shown as %j', (source, shown) => {
    expect(maskLiterals(source)).toBe(shown);
  });

  test('are in no format', () => {
    for (const format of FORMATS) {
      expect(render(format, BROKEN, OPTIONS)).not.toMatch(/bob@example|secret-token|4111|hunter2/);
    }
  });

  test('keep their length and lines, whatever the text', () => {
    const token = fc.constantFrom(
      '`',
      "'",
      '"',
      '/',
      '${',
      '}',
      '{',
      '//',
      '/*',
      '*/',
      '\\',
      '\n',
      '\r\n',
      'a',
      '1',
      ' ',
      '[',
      ']',
      '(',
      '=',
      '\u2028',
    );
    void fc.assert(
      fc.property(fc.array(token), (tokens) => {
        const text = tokens.join('');
        const shown = maskLiterals(text);
        expect(shown.length).toBe(text.length);
        expect(shown.match(/\r\n|[\r\n]/g)).toEqual(text.match(/\r\n|[\r\n]/g));
      }),
    );
  });

  test.each(["'", '`', '/[', '/*', '${', '(/', '`${', '\\'])('take no longer than linear time: %s', (piece) => {
    // Of this process, not of the clock: others may be at work.
    const start = process.cpuUsage();
    maskLiterals(piece.repeat(200_000));
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(3000);
  });
});

describe('the data map', () => {
  test('groups flows by activity and recipient', () => {
    expect(render('text', { ...BROKEN, command: 'inventory' }, OPTIONS)).toMatchInlineSnapshot(`
      "── log ──  2 flows
        user.contact.email  masked, medium confidence
          req.body.email (src/routes/sign up.ts:4)  →  logger.info (src/routes/sign up.ts:6)
        user.health_and_medical.medical_history  medium confidence
          req.body.diagnosis (src/routes/sign up.ts:6)  →  logger.info (src/routes/sign up.ts:6)

      ── share → Segment (analytics, US) ──  1 flow
        user.contact.email  for analytics, consent:marketing, high confidence
          req.body.email (src/routes/sign up.ts:4)  →  analytics.identify (src/lib/track.ts:3)

      Notices
        - src/main.ts:1  Analysed in part. (syntax-error)

      ✔ 3 flows of personal data in 3 files. 1 file only partly analysed.
      "
    `);
  });

  test('does not depend on the order of the flows', () => {
    const inventory = { ...BROKEN, command: 'inventory' as const };
    const reversed = { ...inventory, flows: [LOG_DIAGNOSIS, LOG_EMAIL, SHARE] };
    expect(render('text', reversed, OPTIONS)).toBe(render('text', inventory, OPTIONS));
  });
});

interface Report {
  readonly flows: readonly [{ readonly sink: object }];
  readonly violations: readonly [object];
}

describe('JSON', () => {
  const schema = JSON.parse(readFileSync(new URL('../rules/schema/report.schema.json', import.meta.url), 'utf8'));
  const matches = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

  test.each([
    ['findings', BROKEN],
    ['a clean scan', CLEAN],
    ['an incomplete scan', INCOMPLETE],
    ['an inventory', { ...BROKEN, command: 'inventory' as const }],
    ['hostile names', hostile('scan')],
  ])('of %s matches its schema', (_, result) => {
    matches(JSON.parse(render('json', result, OPTIONS)));
    expect(matches.errors ?? []).toEqual([]);
  });

  test.each<[string, (report: Report) => void]>([
    ['an unknown key', (report) => Object.assign(report, { extra: 1 })],
    ['a missing key', (report) => Reflect.deleteProperty(report, 'summary')],
    ['another version', (report) => Object.assign(report, { schemaVersion: 2 })],
    ['an unknown activity', (report) => Object.assign(report.flows[0], { activity: 'sell' })],
    ['an unknown key of a flow', (report) => Object.assign(report.flows[0].sink, { text: 'x' })],
    ['an absolute path', (report) => Object.assign(report.violations[0], { file: '/home/me/x.ts' })],
    ['line 0', (report) => Object.assign(report.violations[0], { line: 0 })],
  ])('with %s does not', (_, mutate) => {
    const report = JSON.parse(render('json', BROKEN, OPTIONS));
    mutate(report);
    expect(matches(report)).toBe(false);
  });

  test('has a schema with the words of the vocabulary', () => {
    const { flow, notification } = schema.definitions;
    expect(flow.properties.activity.enum).toEqual(ACTIVITIES);
    expect(flow.properties.protections.items.enum).toEqual(PROTECTIONS);
    expect(flow.properties.source.properties.kind.enum).toEqual(SOURCE_KINDS);
    expect(flow.properties.recipient.anyOf[1].properties.class.enum).toEqual(RECIPIENT_CLASSES);
    for (const kind of GUARD_KINDS) expect(kind).toMatch(new RegExp(flow.properties.guards.items.pattern));
    expect('a guess').not.toMatch(new RegExp(flow.properties.guards.items.pattern));
    expect(notification.properties.code.enum.toSorted()).toEqual(notificationDescriptors('').map(({ id }) => id));
  });

  test('places a violation at the sink of its first flow', () => {
    const [violation] = JSON.parse(render('json', BROKEN, OPTIONS)).violations;
    expect(violation).toEqual({
      rule: SHARED.rule,
      clauses: ['acme-03', 'acme-04'],
      level: 'error',
      file: 'src/lib/track.ts',
      line: 3,
      column: 3,
      flow: 'flow-share',
      message: SHARED.message,
      fingerprint: 'fingerprint-share',
    });
  });

  test('holds a flow in the published shape', () => {
    const [flow] = JSON.parse(render('json', BROKEN, OPTIONS)).flows;
    expect(flow).toEqual({
      id: 'flow-share',
      activity: 'share',
      data: ['user.contact.email'],
      subject: 'customer',
      recipient: { id: 'segment', name: 'Segment', class: 'analytics' },
      purpose: 'analytics',
      source: { file: 'src/routes/sign up.ts', line: 4, column: 17, kind: 'request-body' },
      sink: {
        file: 'src/lib/track.ts',
        line: 3,
        column: 3,
        model: '@segment/analytics-node: new Analytics().identify',
      },
      protections: [],
      guards: ['consent:marketing'],
      confidence: 'high',
      steps: [
        { file: 'src/routes/sign up.ts', line: 4, column: 17, message: 'email is read from the request body' },
        { file: 'src/routes/sign up.ts', line: 5, column: 3, message: "email is passed to 'track'" },
        { file: 'src/lib/track.ts', line: 3, column: 3, message: 'email is shared with Segment' },
      ],
    });
  });

  test('keeps its keys in order and ends with a line break', () => {
    const json = render('json', BROKEN, OPTIONS);
    expect(Object.keys(JSON.parse(json))).toEqual([
      'schemaVersion',
      'tool',
      'policies',
      'summary',
      'flows',
      'violations',
      'obligations',
      'promises',
      'suppressed',
      'notifications',
    ]);
    expect(json).toMatch(/^\{\n {2}"schemaVersion": 1,[\s\S]*\}\n$/);
  });

  test('keeps the value of what it escapes', () => {
    const report = JSON.parse(render('json', hostile('scan'), OPTIONS));
    expect(report.flows[0].id).toBe(HOSTILE_TEXT);
  });
});

describe('untrusted text', () => {
  test.each(FORMATS)('puts no raw control, bidirectional or invisible character into %s', (format) => {
    expect(HOSTILE_TEXT).toMatch(UNSAFE);
    const readSource = () => `sink(${HOSTILE_TEXT})\n`;
    for (const command of ['scan', 'inventory'] as const) {
      if (command === 'inventory' && !showsFlows(format)) continue;
      const text = render(format, hostile(command), { color: false, readSource });
      // RFC 4180 ends lines with CR LF.
      expect(format === 'csv' ? text.replaceAll('\r\n', '\n') : text).not.toMatch(UNSAFE);
    }
  });

  test('starts no line with a command to a build server, nor hides one in it', () => {
    const readSource = () => `${HOSTILE_TEXT}\n::error::x\n`;
    // The commands of `github` are its own: formats.test.ts.
    const printed = FORMATS.filter((format) => format !== 'github');
    for (const [format, command] of printed.flatMap((name) => [
      [name, 'scan'] as const,
      [name, 'inventory'] as const,
    ])) {
      if (command === 'inventory' && !showsFlows(format)) continue;
      const text = render(format, hostile(command), { color: false, readSource });
      expect(text).not.toMatch(/^\s*::/m);
      expect(text).not.toMatch(/##(?:vso)?\[/);
    }
  });

  test('is cut', () => {
    expect(display('x'.repeat(1_000_000)).length).toBeLessThan(500);
  });
});

test('every format is the same for the same result', () => {
  for (const format of FORMATS) {
    expect(render(format, structuredClone(BROKEN), OPTIONS)).toBe(render(format, BROKEN, OPTIONS));
  }
});
