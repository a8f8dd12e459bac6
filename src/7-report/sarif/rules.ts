/** A promise as a SARIF rule (SARIF §3.49), with a help page that shows how it is broken, kept and mended. */
import type { ReportingDescriptor, ReportingDescriptorRelationship } from 'sarif';
import { display } from '../display.ts';
import type { PromisedRule } from '../promises.ts';
import { securitySeverity } from '../severity.ts';
import { CWE, type Weakness, weaknessesOf } from '../weaknesses.ts';
import { LONGEST_DESCRIPTION, LONGEST_NAME, MOST_TAGS } from './limits.ts';
import { plainMessage } from './locations.ts';

const SEVERITIES = { error: 'error', warning: 'warning', note: 'recommendation' } as const;
/** A rule that names its flows is surer than one that reports what nobody named. */
const PRECISIONS = { flow: 'high', obligation: 'medium', undisclosed: 'medium', suppression: 'very-high' } as const;

/** The descriptor. Depends on the policy alone, never on what was found. */
export function descriptorOf(rule: PromisedRule, homepage: string): ReportingDescriptor {
  const weaknesses = weaknessesOf(rule.activities);
  const severity = securitySeverity(rule);
  return {
    id: rule.id,
    name: nameOf(rule.id.slice(rule.id.indexOf('/') + 1)),
    shortDescription: { text: shorten(plainMessage(rule.promise)) },
    fullDescription: { text: shorten(plainMessage(`${rule.promise} ${origin(rule)}`)) },
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    helpUri: homepage,
    defaultConfiguration: { level: rule.level },
    ...(weaknesses.length > 0 && { relationships: weaknesses.map(relationship) }),
    properties: {
      tags: [
        'privacy',
        ...(severity === undefined ? [] : ['security']),
        ...weaknesses.map((id) => `external/cwe/cwe-${id}`),
        ...rule.activities,
      ].slice(0, MOST_TAGS),
      precision: PRECISIONS[rule.kind],
      'problem.severity': SEVERITIES[rule.level],
      ...(severity !== undefined && { 'security-severity': severity }),
    },
  };
}

function relationship(id: Weakness): ReportingDescriptorRelationship {
  return { target: { id, toolComponent: { name: CWE.name, guid: CWE.guid, index: 0 } }, kinds: ['relevant'] };
}

/**
 * `no-spdi-in-logs` → `NoSpdiInLogs`. Words of one letter or with a leading digit join the word before, since each has
 * to start with a capital and go on (SARIF2012): `over-18-only` → `Over18Only`.
 */
export function nameOf(id: string): string {
  const words: string[] = [];
  for (const word of id.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    if (/^[a-z][a-z0-9]+$/.test(word)) words.push(word);
    else words.push(`${words.pop() ?? 'rule'}${word}`);
  }
  if (words.length === 0) words.push('rule');
  return words
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .slice(0, LONGEST_NAME);
}

function helpText(rule: PromisedRule): string {
  const fix = rule.fix === undefined ? '' : `To keep it: ${rule.fix}\n`;
  const suppress = rule.kind === 'suppression' ? '' : `To suppress one finding: ${suppression(rule)}`;
  return `${rule.promise}\n${origin(rule)}\n${fix}${suppress}`
    .trimEnd()
    .split('\n')
    .map((line) => plainMessage(line))
    .join('\n');
}

function helpMarkdown(rule: PromisedRule): string {
  const sections = [
    `**${markdown(rule.promise)}**`,
    markdown(origin(rule)),
    ...(rule.examples ? ['## Breaks it', fenced(rule.examples.broken), '## Keeps it', fenced(rule.examples.kept)] : []),
    ...(rule.fix === undefined ? [] : ['## How to keep it', markdown(rule.fix)]),
    ...(rule.kind === 'suppression'
      ? []
      : ['## How to suppress one finding', 'On the line above it, with the reason:', fenced(suppression(rule))]),
  ];
  return sections.join('\n\n');
}

function origin({ policy, clauses, kind }: PromisedRule): string {
  if (kind === 'suppression') return 'A rule about suppressions themselves, which cannot be suppressed.';
  if (kind === 'undisclosed') return `The policy '${policy}' has no rule that discloses such a flow.`;
  return `Policy '${policy}', ${clauses.length === 1 ? 'clause' : 'clauses'} ${clauses.join(', ') || 'not given'}.`;
}

function suppression(rule: PromisedRule): string {
  return `// troth-ignore-next-line ${rule.id} -- the reason, in a few words`;
}

function shorten(text: string): string {
  return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 2).trimEnd()}….`;
}

/** Text with nothing in it that markdown would act on. */
function markdown(text: string): string {
  return display(text, 2000).replace(/[\\`*_[\]<>#|!@&~]/g, '\\$&');
}

/** A code block whose fence is longer than any run of backticks in it. */
function fenced(code: string): string {
  const longest = (code.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  const lines = code
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .map((line) => display(line.replaceAll('\t', '  '), 1000));
  return [`${fence}ts`, ...lines, fence].join('\n');
}
