/**
 * The readers of the report formats, as far as their documentation and schemas say what they accept. Facts only:
 *
 * - GitHub: actions/runner `ActionCommand.TryParseV2`, actions/toolkit `docs/problem-matchers.md` (limits).
 * - GitLab Code Quality: docs.gitlab.com/ci/testing/code_quality; gitlab-org/gitlab `json_schemas/codeclimate.json`.
 * - GitLab SAST: gitlab-org/security-products/security-report-schemas 15.0.7, `sast-report-format.json`.
 * - JUnit: jenkinsci/xunit-plugin `junit-10.xsd`; gitlab-org/gitlab `parsers/test/junit.rb`.
 */
import { DOMParser, type Element } from '@xmldom/xmldom';
import { Ajv } from 'ajv';
import { marked, type Token } from 'marked';

export interface Command {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** The workflow commands in a step's output, as the runner reads them. */
export function readCommands(output: string): Command[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const trimmed = line.trimStart();
    const end = trimmed.indexOf('::', 2);
    if (!trimmed.startsWith('::') || end < 0) return [];
    const [head, message] = [trimmed.slice(2, end), trimmed.slice(end + 2)];
    const space = head.indexOf(' ');
    const written = space < 0 ? '' : head.slice(space + 1);
    const pairs = written.split(',').flatMap((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [] : [[pair.slice(0, equals).trim(), unescaped(pair.slice(equals + 1), true)] as const];
    });
    const kind = space < 0 ? head : head.slice(0, space);
    return [{ kind, properties: Object.fromEntries(pairs), message: unescaped(message, false) }];
  });
}

function unescaped(text: string, property: boolean): string {
  const plain = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return (property ? plain.replaceAll('%3A', ':').replaceAll('%2C', ',') : plain).replaceAll('%25', '%');
}

const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });
const text = { type: 'string', minLength: 1 } as const;
const path = { type: 'string', minLength: 1, pattern: '^(?!/)(?!\\./)(?![^]*(^|/)\\.\\.(/|$))' } as const;
const line = { type: 'integer', minimum: 1 } as const;

/** Stricter than GitLab's own schema, which takes any words: the severities and positions it can show. */
const codeQuality = ajv.compile({
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: text,
      check_name: text,
      fingerprint: text,
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path,
          lines: { type: 'object', required: ['begin'], properties: { begin: line } },
        },
      },
    },
  },
});

/** What is wrong with a Code Quality report; nothing is expected. */
export function codeQualityFaults(report: unknown): string[] {
  codeQuality(report);
  const fingerprints = Array.isArray(report) ? report.map((issue: { fingerprint?: string }) => issue.fingerprint) : [];
  const twice = fingerprints.filter((fingerprint, index) => fingerprints.indexOf(fingerprint) !== index);
  return [...faultsOf(codeQuality.errors), ...twice.map((fingerprint) => `two issues ${fingerprint}`)];
}

const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$' } as const;
const address = { type: 'string', pattern: '^https?://.+' } as const;
const tool = {
  type: 'object',
  required: ['id', 'name', 'version', 'vendor'],
  properties: {
    id: text,
    name: text,
    version: text,
    url: address,
    vendor: { type: 'object', required: ['name'], properties: { name: text } },
  },
} as const;
/** Of the kinds of `details`, those that revision 15.0 has and we write. */
const detail = {
  anyOf: [
    {
      type: 'object',
      required: ['type', 'value'],
      properties: { type: { const: 'text' }, value: { type: 'string' } },
    },
    {
      type: 'object',
      required: ['type', 'file_name', 'line_start'],
      properties: { type: { const: 'file-location' }, file_name: path, line_start: line, line_end: line },
    },
  ],
} as const;
const sast = ajv.compile({
  type: 'object',
  required: ['scan', 'version', 'vulnerabilities'],
  properties: {
    version: { type: 'string', pattern: '^15\\.[0-9]+\\.[0-9]+$' },
    scan: {
      type: 'object',
      required: ['analyzer', 'end_time', 'scanner', 'start_time', 'status', 'type'],
      properties: {
        analyzer: tool,
        scanner: tool,
        start_time: time,
        end_time: time,
        status: { enum: ['success', 'failure'] },
        type: { const: 'sast' },
        messages: {
          type: 'array',
          items: {
            type: 'object',
            required: ['level', 'value'],
            properties: { level: { enum: ['info', 'warn', 'fatal'] }, value: text },
          },
        },
      },
    },
    vulnerabilities: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'identifiers', 'location', 'name', 'description', 'severity'],
        // Dropped from the format, or meant for what we never write: the scanned source.
        not: { anyOf: [{ required: ['message'] }, { required: ['raw_source_code_extract'] }] },
        properties: {
          id: text,
          name: { type: 'string', minLength: 1, maxLength: 255 },
          description: { type: 'string', maxLength: 1_048_576 },
          severity: { enum: ['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical'] },
          solution: { type: 'string', maxLength: 7000 },
          identifiers: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['type', 'name', 'value'],
              properties: { type: text, name: text, value: text, url: address },
            },
          },
          location: {
            type: 'object',
            required: ['file', 'start_line', 'end_line'],
            properties: { file: path, start_line: line, end_line: line, method: text },
          },
          tracking: {
            type: 'object',
            required: ['type', 'items'],
            properties: {
              type: { const: 'source' },
              items: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['file', 'start_line', 'end_line', 'signatures'],
                  properties: {
                    file: path,
                    start_line: line,
                    end_line: line,
                    signatures: {
                      type: 'array',
                      minItems: 1,
                      items: {
                        type: 'object',
                        required: ['algorithm', 'value'],
                        properties: { algorithm: { enum: ['hash', 'location', 'scope_offset'] }, value: text },
                      },
                    },
                  },
                },
              },
            },
          },
          details: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['name', 'type', 'rows'],
              properties: {
                name: text,
                type: { const: 'table' },
                header: { type: 'array', items: detail },
                rows: { type: 'array', items: { type: 'array', items: detail } },
              },
            },
          },
        },
      },
    },
  },
});

/** What is wrong with a SAST report. GitLab shows one of several alerts with one primary identifier and place. */
export function sastFaults(report: unknown): string[] {
  sast(report);
  const { vulnerabilities = [] } = report as { vulnerabilities?: { id: string }[] };
  const ids = vulnerabilities.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [...faultsOf(sast.errors), ...twice.map((id) => `two vulnerabilities ${id}`)];
}

function faultsOf(errors: typeof sast.errors): string[] {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Element → what it may hold: attributes (with `!` required), children. */
const JUNIT: Readonly<Record<string, readonly [attributes: readonly string[], children: readonly string[]]>> = {
  testsuites: [['name', 'time', 'tests', 'failures', 'errors'], ['testsuite']],
  testsuite: [
    ['name!', 'tests!', 'failures!', 'errors!', 'skipped', 'time', 'timestamp', 'id', 'package', 'file'],
    ['properties', 'testcase', 'system-out', 'system-err'],
  ],
  properties: [[], ['property']],
  property: [['name!', 'value!'], []],
  testcase: [
    ['name!', 'classname', 'time', 'group'],
    ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  ],
  failure: [['message', 'type'], []],
  error: [['message', 'type'], []],
  skipped: [['message', 'type'], []],
};
/** GitLab reads XML with Rails, which acts on these values of any attribute `type`. */
const ACTED_ON = ['file', 'yaml', 'symbol', 'array', 'date', 'integer', 'boolean', 'hash'];

export interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly classname: string;
  readonly outcome: string;
  readonly message: string;
}

/** The test cases of a JUnit document. Throws when it is not well formed. */
export function readJunit(xml: string): { faults: string[]; cases: TestCase[] } {
  const refuse = (_: string, message: string): never => {
    throw new Error(message);
  };
  const document = new DOMParser({ onError: refuse }).parseFromString(xml, 'text/xml');
  const root = document.documentElement;
  if (!root) throw new Error('no root element');
  const suites = elementsOf(root);
  const cases = suites.flatMap((suite) => {
    const tests = elementsOf(suite).filter(({ tagName }) => tagName === 'testcase');
    return tests.map((test): TestCase => {
      const [ended] = elementsOf(test);
      return {
        suite: suite.getAttribute('name') ?? '',
        name: test.getAttribute('name') ?? '',
        classname: test.getAttribute('classname') ?? '',
        outcome: ended?.tagName ?? 'passed',
        message: ended?.getAttribute('message') ?? '',
      };
    });
  });
  const names = cases.map((test) => JSON.stringify([test.suite, test.classname, test.name]));
  return {
    faults: [
      ...(root.tagName === 'testsuites' ? [] : [`root ${root.tagName}`]),
      ...elementFaults(root),
      ...suites.flatMap((suite) => countFaults(suite, cases)),
      ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `two cases ${name}`),
    ],
    cases,
  };
}

function elementFaults(element: Element): string[] {
  const [attributes, children] = JUNIT[element.tagName] ?? [[], []];
  const present = [...element.attributes].map(({ name }) => name);
  const allowed = attributes.map((name) => name.replace('!', ''));
  const required = attributes.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1));
  return [
    ...(element.tagName in JUNIT ? [] : [`unknown element ${element.tagName}`]),
    ...present.filter((name) => !allowed.includes(name)).map((name) => `${element.tagName} has no ${name}`),
    ...required.filter((name) => !present.includes(name)).map((name) => `${element.tagName} without ${name}`),
    ...(ACTED_ON.includes(element.getAttribute('type') ?? '') ? [`${element.tagName} of a type that is acted on`] : []),
    ...elementsOf(element).flatMap((child) => [
      ...(children.includes(child.tagName) ? [] : [`${child.tagName} in ${element.tagName}`]),
      ...elementFaults(child),
    ]),
  ];
}

function countFaults(suite: Element, cases: readonly TestCase[]): string[] {
  const own = cases.filter((test) => test.suite === suite.getAttribute('name'));
  const expected = {
    tests: own.length,
    failures: own.filter(({ outcome }) => outcome === 'failure').length,
    errors: own.filter(({ outcome }) => outcome === 'error').length,
    skipped: own.filter(({ outcome }) => outcome === 'skipped').length,
  };
  return Object.entries(expected).flatMap(([name, number]) => {
    const written = suite.getAttribute(name);
    return written === String(number) ? [] : [`${name} is ${written}, not ${number}`];
  });
}

function elementsOf(element: Element): Element[] {
  return [...element.childNodes].filter((node): node is Element => node.nodeType === 1);
}

/** HTML that the markdown format writes itself. */
const OWN_HTML = /^\s*(?:<!-- troth -->|<!-- -->|<details><summary>[\w ,]+<\/summary>|<\/details>)\s*$/;

/** What GitHub's markdown would act on that is not ours: links, images, HTML, mentions, issue numbers. */
export function markdownFaults(markdown: string): string[] {
  const faults: string[] = [];
  void marked.walkTokens(marked.lexer(markdown, { gfm: true }), (token: Token) => {
    if (['link', 'image', 'def'].includes(token.type)) faults.push(`${token.type}: ${token.raw}`);
    if (token.type === 'html' && !OWN_HTML.test(token.raw)) faults.push(`html: ${token.raw}`);
    if (token.type === 'text' && !('tokens' in token) && /(?:^|\W)@\w|#\d/.test(token.text)) {
      faults.push(`reference: ${token.text}`);
    }
  });
  return faults;
}
