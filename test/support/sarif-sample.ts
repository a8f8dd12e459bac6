// biome-ignore-all lint/suspicious/noTemplateCurlyInString: strings of source code
/** Scan results written by hand, and the sources they speak of: what the report tests render. */

import type { RenderOptions } from '../../src/7-report/report.ts';
import type { Flow, FlowSink, FlowSource, Step } from '../../src/core/flow.ts';
import type { Location } from '../../src/core/location.ts';
import type { FlowRule, ObligationRule, Policy, Violation } from '../../src/core/policy.ts';
import type { ScanResult } from '../../src/core/result.ts';

export const SOURCES: ReadonlyMap<string, string> = new Map([
  [
    'src/routes/sign up.ts',
    [
      "import { track } from '../lib/track.ts';",
      '',
      'export function signUp(req, res) {',
      '  const email = req.body.email; // bob@example.com',
      '  track(email, "secret-token-1234567890");',
      '  logger.info(`new ${email} 4111111111111111`, { diagnosis: req.body.diagnosis });',
      '}',
      '',
    ].join('\n'),
  ],
  [
    'src/lib/track.ts',
    [
      'export function track(email) {',
      "\tif (hasConsent('marketing')) {",
      "\t\tanalytics.identify({ userId: 4111111111111111, traits: { email, plan: 'hunter2' } });",
      '\t}',
      '}',
      '',
    ].join('\r\n'),
  ],
  ['src/main.ts', "import './routes/sign up.ts';\n"],
]);

/** Options that read {@link SOURCES}. */
export const OPTIONS: RenderOptions = { color: false, readSource: (file) => SOURCES.get(file) };

export function at(file: string, line: number, column: number, endColumn: number): Location {
  return { file, line, column, endLine: line, endColumn };
}

function source(place: Location, expression: string): FlowSource {
  return { ...place, kind: 'request-body', expression };
}

function sink(place: Location, expression: string, model: string, symbol: string): FlowSink {
  return { ...place, expression, model, symbol, attributes: {} };
}

export function step(place: Location, message: string): Step {
  return { ...place, message };
}

const EMAIL = source(at('src/routes/sign up.ts', 4, 17, 31), 'req.body.email');
const DIAGNOSIS = source(at('src/routes/sign up.ts', 6, 64, 82), 'req.body.diagnosis');
const IDENTIFY = sink(
  at('src/lib/track.ts', 3, 3, 87),
  'analytics.identify',
  '@segment/analytics-node: new Analytics().identify',
  'track',
);
const INFO = sink(at('src/routes/sign up.ts', 6, 3, 86), 'logger.info', 'winston: createLogger().info', 'signUp');

export const SHARE: Flow = {
  id: 'flow-share',
  activity: 'share',
  data: ['user.contact.email'],
  subject: 'customer',
  recipient: { id: 'segment', name: 'Segment', class: 'analytics', country: 'US', attributes: [] },
  purpose: 'analytics',
  source: EMAIL,
  sink: IDENTIFY,
  protections: [],
  guards: [{ kind: 'consent', purpose: 'marketing', subject: 'same', location: at('src/lib/track.ts', 2, 6, 29) }],
  confidence: 'high',
  steps: [
    step(EMAIL, 'email is read from the request body'),
    step(at('src/routes/sign up.ts', 5, 3, 42), "email is passed to 'track'"),
    step(IDENTIFY, 'email is shared with Segment'),
  ],
  evidence: [{ category: 'user.contact.email', kind: 'name', reason: "the name 'email'" }],
};

export const LOG_EMAIL: Flow = {
  ...SHARE,
  id: 'flow-log-email',
  activity: 'log',
  recipient: null,
  purpose: null,
  sink: INFO,
  guards: [],
  protections: ['masked'],
  confidence: 'medium',
  steps: [step(EMAIL, 'email is read from the request body'), step(INFO, 'email is logged')],
};

export const LOG_DIAGNOSIS: Flow = {
  ...LOG_EMAIL,
  id: 'flow-log-diagnosis',
  data: ['user.health_and_medical.medical_history'],
  subject: null,
  source: DIAGNOSIS,
  protections: [],
  steps: [step(DIAGNOSIS, 'diagnosis is read from the request body'), step(INFO, 'diagnosis is logged')],
};

const FLOW_RULE: Omit<FlowRule, 'id' | 'promise' | 'clauses' | 'activities' | 'data'> = {
  verb: 'forbid',
  level: 'error',
  subject: [],
  to: null,
  purpose: [],
  in: [],
  where: [],
  only: null,
  unless: null,
  if: null,
  line: 1,
};

const RULES: Readonly<Record<'advertising' | 'logs' | 'offers', FlowRule>> & Readonly<{ erasure: ObligationRule }> = {
  advertising: {
    ...FLOW_RULE,
    id: 'acme/no-personal-data-to-analytics',
    promise: 'Nothing personal goes to an analytics company',
    clauses: ['acme-03', 'acme-04'],
    activities: ['share'],
    data: ['user'],
    fix: 'Send an opaque identifier',
    examples: {
      broken: 'analytics.identify({ email: user.email });',
      kept: 'analytics.identify({ userId: `${user.id}` });',
    },
  },
  logs: {
    ...FLOW_RULE,
    id: 'acme/no-health-data-in-logs',
    promise: 'Health data never stands in a log.',
    clauses: ['acme-05'],
    activities: ['log'],
    data: ['user.health_and_medical'],
    fix: 'Log the id of the record.',
  },
  offers: {
    ...FLOW_RULE,
    verb: 'allow',
    level: 'note',
    id: 'acme/offers-over-18-only',
    promise: 'Offers go to adults.',
    clauses: ['acme-06'],
    activities: ['share'],
    data: ['user.contact'],
  },
  erasure: {
    verb: 'require',
    id: 'acme/account-deletion',
    promise: 'A person can have the account deleted.',
    clauses: ['acme-07'],
    level: 'warning',
    line: 1,
    obligation: 'erasure',
    data: ['user'],
    parameters: {},
    fix: 'Add a route that deletes the account.',
  },
};

export const POLICY: Policy = {
  id: 'acme',
  title: 'Acme privacy policy',
  sets: new Map(),
  defaults: { collect: 'error', log: 'warning', share: 'error', store: 'allow', expose: 'warning' },
  rules: [RULES.logs, RULES.advertising, RULES.offers, RULES.erasure],
  notCheckable: [{ clauses: ['acme-01'], why: 'Addresses the reader.' }],
  file: 'acme.yaml',
};

export const SHARED: Violation = {
  rule: 'acme/no-personal-data-to-analytics',
  policy: 'acme',
  clauses: ['acme-03', 'acme-04'],
  level: 'error',
  flows: [0],
  message:
    "Email address from 'req.body.email' is shared with Segment (analytics) by 'analytics.identify'; the policy promises: \"Nothing personal goes to an analytics company\".",
  fingerprint: 'fingerprint-share',
};

const LOGGED: Violation = {
  rule: 'acme/no-health-data-in-logs',
  policy: 'acme',
  clauses: ['acme-05'],
  level: 'error',
  flows: [2],
  message: "Medical history from 'req.body.diagnosis' is logged by 'logger.info'.",
  fingerprint: 'fingerprint-log',
};

const UNDISCLOSED: Violation = {
  rule: 'acme/undisclosed-log',
  policy: 'acme',
  clauses: [],
  level: 'warning',
  flows: [1, 2],
  message:
    "Email address from 'req.body.email' is logged by 'logger.info'; no rule of the policy 'acme' says that it may be logged.",
  fingerprint: 'fingerprint-undisclosed',
};

/** Three violations, one missing obligation, every verdict, a notice: a complete scan. */
export const BROKEN: ScanResult = {
  command: 'scan',
  version: '0.1.0',
  policies: [POLICY],
  statistics: { files: 3, functions: 5, incomplete: 0 },
  flows: [SHARE, LOG_EMAIL, LOG_DIAGNOSIS],
  violations: [SHARED, LOGGED, UNDISCLOSED],
  obligations: [
    {
      rule: 'acme/account-deletion',
      policy: 'acme',
      clauses: ['acme-07'],
      level: 'warning',
      status: 'missing',
      file: 'src/main.ts',
      line: 1,
      message: 'No code deletes an account.',
    },
  ],
  promises: [
    {
      clause: 'acme-01',
      policy: 'acme',
      verdict: 'not-decidable',
      rules: [],
      findings: [],
      reason: 'Addresses the reader.',
    },
    { clause: 'acme-02', policy: 'acme', verdict: 'kept', rules: ['acme/x'], findings: [] },
    {
      clause: 'acme-03',
      policy: 'acme',
      verdict: 'broken',
      rules: ['acme/no-personal-data-to-analytics'],
      findings: ['fingerprint-share'],
    },
    { clause: 'acme-06', policy: 'acme', verdict: 'not-exercised', rules: ['acme/offers-over-18-only'], findings: [] },
  ],
  suppressed: [{ ...LOGGED, fingerprint: 'fingerprint-suppressed' }],
  notifications: [{ level: 'note', code: 'syntax-error', message: 'Analysed in part.', file: 'src/main.ts', line: 1 }],
};

/** Nothing found, everything analysed. */
export const CLEAN: ScanResult = {
  ...BROKEN,
  flows: [],
  violations: [],
  obligations: [],
  promises: [{ clause: 'acme-02', policy: 'acme', verdict: 'kept', rules: ['acme/x'], findings: [] }],
  suppressed: [],
  notifications: [],
};

/** Nothing found, but two files were not looked at. */
export const INCOMPLETE: ScanResult = {
  ...CLEAN,
  statistics: { files: 1, functions: 1, incomplete: 2 },
  notifications: [
    { level: 'error', code: 'file-too-large', message: 'The file is larger than 1 MB.', file: 'src/huge.ts' },
    { level: 'error', code: 'analysis-timeout', message: 'The analysis took too long.', file: 'src/deep.ts' },
    { level: 'warning', code: 'configuration-ignored', message: 'An extends that cannot be resolved was ignored.' },
  ],
};

/** Every text that can come from a scanned repository tries to move the cursor, hide, or be taken for something else. */
export const HOSTILE_TEXT =
  'a\u001b[2Kb\rc\nd\u0000e\u007ff\u009bg\u202eh\u200bi\ufeffj\u2066k\u2028l\ud800m\u{e0041}n ::stop-commands::x ##[error]o ##vso[task]p [q](7) ]\\ `r`';
export const HOSTILE_FILE = `::error::${HOSTILE_TEXT}/\n::warning::.ts`;

export function hostile(command: ScanResult['command']): ScanResult {
  const place = at(HOSTILE_FILE, 1, 1, 9);
  const flow: Flow = {
    ...SHARE,
    id: HOSTILE_TEXT,
    data: [HOSTILE_TEXT],
    purpose: HOSTILE_TEXT,
    subject: HOSTILE_TEXT,
    recipient: { id: HOSTILE_TEXT, name: HOSTILE_TEXT, class: 'unknown', country: HOSTILE_TEXT, attributes: [] },
    source: source(place, `::debug::${HOSTILE_TEXT}`),
    sink: sink(place, HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT),
    guards: [{ kind: 'consent', purpose: HOSTILE_TEXT, subject: 'same', location: place }],
    steps: [step(place, HOSTILE_TEXT), step(place, `::group::${HOSTILE_TEXT}`)],
  };
  const rule = { ...RULES.advertising, promise: HOSTILE_TEXT, fix: HOSTILE_TEXT, clauses: [HOSTILE_TEXT] };
  return {
    ...BROKEN,
    command,
    policies: [
      { ...POLICY, rules: [{ ...rule, examples: { broken: HOSTILE_TEXT, kept: HOSTILE_TEXT } }, RULES.erasure] },
    ],
    flows: [flow],
    violations: [{ ...SHARED, message: `::error::${HOSTILE_TEXT}`, clauses: [HOSTILE_TEXT] }],
    obligations: [
      { ...(BROKEN.obligations[0] as ScanResult['obligations'][0]), file: HOSTILE_FILE, message: HOSTILE_TEXT },
    ],
    promises: [
      { clause: HOSTILE_TEXT, policy: 'acme', verdict: 'broken', rules: [HOSTILE_TEXT], findings: [HOSTILE_TEXT] },
      { clause: HOSTILE_TEXT, policy: 'acme', verdict: 'kept', rules: [], findings: [] },
    ],
    suppressed: [],
    notifications: [{ level: 'error', code: 'file-not-read', message: HOSTILE_TEXT, file: HOSTILE_FILE }],
  };
}
