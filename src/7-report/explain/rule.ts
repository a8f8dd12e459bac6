/** A rule's page: the promise, where it was read, how it is broken, kept and mended. And a clause's. */
import type { Policy, PolicyRule } from '../../core/policy.ts';
import { display } from '../display.ts';
import { type PromisedRule, sentence } from '../promises.ts';
import { paletteOf } from '../text/palette.ts';

const WIDEST_LINE = 1000;

/** The page, ending with a line break. */
export function renderRulePage(rule: PromisedRule, color: boolean): string {
  const palette = paletteOf(color);
  const what = [...rule.activities, ...rule.data].map((word) => display(word)).join(', ');
  const sections = [
    [`${palette.strong(display(rule.id))}  ${palette.level[rule.level](rule.level)}  ${palette.faint(what)}`],
    [display(rule.promise, WIDEST_LINE)],
    [
      `Policy '${display(rule.policy)}'${rule.clauses.length > 0 ? `, clauses ${display(rule.clauses.join(', '))}` : ''}.`,
    ],
    rule.examples ? [palette.strong('Breaks it'), ...code(rule.examples.broken)] : [],
    rule.examples ? [palette.strong('Keeps it'), ...code(rule.examples.kept)] : [],
    rule.fix === undefined ? [] : [palette.strong('To keep it'), `  ${display(rule.fix, WIDEST_LINE)}`],
    rule.kind === 'suppression'
      ? []
      : [
          palette.strong('To suppress one finding'),
          `  // troth-ignore-next-line ${display(rule.id)} -- the reason, in a few words`,
        ],
  ];
  return print(sections);
}

/** What became of a clause: the rules that decide it, or why none does. Null when no policy has it. */
export function renderClausePage(clause: string, policies: readonly Policy[], color: boolean): string | null {
  const palette = paletteOf(color);
  const sections = policies.flatMap((policy) => {
    const rules = policy.rules.filter(({ clauses }) => clauses.includes(clause));
    const open = policy.notCheckable.filter(({ clauses }) => clauses.includes(clause));
    const known = (policy.known ?? []).filter(({ clauses }) => clauses.includes(clause));
    if (rules.length + open.length + known.length === 0) return [];
    return [
      [`${palette.strong(display(clause))}  ${palette.faint(display(policy.title))}`],
      ...rules.map((rule) => ruleLines(rule)),
      ...open.map(({ why }) => [`Not decided by any code: ${display(sentence(why), WIDEST_LINE)}`]),
      ...known.map(({ code: lint, reading, why }) => [
        `Known conflict (${lint}): ${display(sentence(reading), WIDEST_LINE)} ${display(sentence(why), WIDEST_LINE)}`,
      ]),
    ];
  });
  return sections.length === 0 ? null : print(sections);
}

function ruleLines(rule: PolicyRule): string[] {
  const verb = rule.verb === 'require' ? `require ${rule.obligation}` : `${rule.verb} ${rule.activities.join(', ')}`;
  return [`${display(rule.id)}  (${verb}, ${rule.level})`, `  ${display(sentence(rule.promise), WIDEST_LINE)}`];
}

function code(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .map((line) => `  ${display(line.replaceAll('\t', '  '), WIDEST_LINE)}`.trimEnd());
}

function print(sections: readonly (readonly string[])[]): string {
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
