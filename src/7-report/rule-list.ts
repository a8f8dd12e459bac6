/** The rules of policies, as `troth rules` lists them. */
import { compareText } from '../core/location.ts';
import type { Policy, PolicyRule } from '../core/policy.ts';
import { count, display, printJson } from './display.ts';
import { sentence } from './promises.ts';
import { paletteOf } from './text/palette.ts';

export const RULE_FORMATS = ['text', 'json', 'markdown'] as const;
export type RuleFormat = (typeof RULE_FORMATS)[number];

const LISTS: Readonly<Record<RuleFormat, (policies: readonly Policy[], color: boolean) => string>> = {
  text: renderText,
  json: renderJson,
  markdown: renderMarkdown,
};

/** The list in one format, ending with a line break; rules in the order of their policy. */
export function renderRules(policies: readonly Policy[], format: RuleFormat, color: boolean): string {
  return LISTS[format](policies, color);
}

function renderText(policies: readonly Policy[], color: boolean): string {
  const palette = paletteOf(color);
  const sections = policies.map((policy) => [
    `${palette.strong(`${display(policy.id)}: ${display(policy.title)}`)}  ${palette.faint(summaryOf(policy))}`,
    ...policy.rules.flatMap((rule) => [
      `  ${palette.level[rule.level](rule.level.padEnd(8))} ${palette.strong(display(rule.id))}  ${palette.faint(verbOf(rule))}`,
      `           ${display(sentence(rule.promise), 1000)} ${palette.faint(display(`(${rule.clauses.join(', ')})`))}`,
    ]),
    `  ${palette.faint(`what no rule names: ${defaultsOf(policy)}`)}`,
  ]);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function renderJson(policies: readonly Policy[]): string {
  return printJson({
    schemaVersion: 1,
    policies: policies.map(({ id, title, defaults, rules, notCheckable }) => ({
      id,
      title,
      defaults,
      rules: rules.map((rule) => ({
        id: rule.id,
        verb: rule.verb,
        of: rule.verb === 'require' ? [rule.obligation] : rule.activities,
        data: rule.data,
        level: rule.level,
        promise: sentence(rule.promise),
        clauses: rule.clauses,
        ...(rule.fix !== undefined && { fix: sentence(rule.fix) }),
      })),
      notCheckable,
    })),
  });
}

function renderMarkdown(policies: readonly Policy[]): string {
  const sections = policies.map((policy) => [
    `## ${cell(policy.title)} (\`${display(policy.id)}\`)`,
    '',
    '| rule | level | does | promise | clauses |',
    '| --- | --- | --- | --- | --- |',
    ...policy.rules.map((rule) => {
      const cells = [
        `\`${display(rule.id)}\``,
        rule.level,
        verbOf(rule),
        sentence(rule.promise),
        rule.clauses.join(', '),
      ];
      return `| ${cells.map(cell).join(' | ')} |`;
    }),
    '',
    `What no rule names: ${defaultsOf(policy)}.`,
  ]);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** `forbid share`, `require erasure`. */
function verbOf(rule: PolicyRule): string {
  if (rule.verb === 'require') return `require ${rule.obligation}`;
  return `${rule.verb} ${rule.activities.join(', ') || 'any flow'}`;
}

/** `log: error; share: error`; activities that are allowed are left out. */
function defaultsOf({ defaults }: Policy): string {
  const strict = Object.entries(defaults).filter(([, level]) => level !== 'allow');
  strict.sort(([a], [b]) => compareText(a, b));
  return strict.map(([activity, level]) => `${activity}: ${level}`).join('; ') || 'allowed';
}

function summaryOf({ rules, notCheckable }: Policy): string {
  const open = notCheckable.flatMap(({ clauses }) => clauses).length;
  return `${count(rules.length, 'rule')}, ${count(open, 'clause')} that no code decides`;
}

/** Text that stays inside its cell. */
function cell(text: string): string {
  return display(text, 1000).replace(/[\\*_[\]<>|]/g, '\\$&');
}
