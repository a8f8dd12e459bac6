/** How a flow came to be judged: evidence, protections, guards, and rule by rule what came of it. */
import type { Account, RuleAccount } from '../../core/account.ts';
import { type Flow, printGuard } from '../../core/flow.ts';
import type { Location } from '../../core/location.ts';
import type { SeenCondition } from '../../core/observations.ts';
import { display } from '../display.ts';
import { sentence } from '../promises.ts';
import type { Palette } from '../text/palette.ts';

const WIDEST_LINE = 1000;
const MOST_CONDITIONS = 20;

/** Names that promise a protection; only the body of the function says whether it keeps the promise. */
const PROTECTIVE_NAME = /mask|hash|digest|redact|encrypt|cipher|anonymi|pseudonymi|tokeni|scrub|saniti|obfuscat/i;

/** What made each category personal. */
export function evidenceLines({ evidence, confidence }: Flow, palette: Palette): string[] {
  return [
    palette.strong('Why it is personal'),
    ...evidence.map(({ category, kind, reason }) => `  ${display(category)}  ${kind}: ${display(reason)}`),
    `  ${palette.faint(`confidence: ${confidence}`)}`,
  ];
}

/** What protects the value on its way, and what only sounds like it. */
export function protectionLines({ protections, steps }: Flow, palette: Palette): string[] {
  const named = new Map<string, string>();
  for (const { file, line, message } of steps) {
    const name = /([\w$]+)\(\)/.exec(message)?.[1];
    if (name && PROTECTIVE_NAME.test(name) && !named.has(name)) named.set(name, `${display(file)}:${line}`);
  }
  const unkept = protections.length > 0 ? [] : [...named];
  return [
    palette.strong('Protections on the way'),
    ...protections.map((protection) => `  ${palette.good('✔')} ${protection}`),
    ...unkept.map(([name, place]) => {
      return `  ${palette.bad('✖')} ${display(name)}() (${place}) does not count: only its name says so, its body hands the data on`;
    }),
    ...(protections.length + unkept.length === 0 ? ['  none was seen'] : []),
  ];
}

/** The conditions under which the sink runs: those that count as guards, and those that do not. */
export function guardLines(flow: Flow, conditions: readonly SeenCondition[], palette: Palette): string[] {
  const { sink, guards, steps } = flow;
  // A sink is reached from many callers: those of this flow are in the files of its steps.
  const files = new Set(steps.map(({ file }) => file));
  const before = conditions.filter(({ sink: at, file }) => samePlace(at, sink) && files.has(file));
  const counted = guards.map((guard) => {
    const about = { same: 'the same person', other: 'another person', unknown: 'a person the code does not show' };
    const place = `${display(guard.location.file)}:${guard.location.line}`;
    return `  ${palette.good('✔')} ${display(printGuard(guard))} (${place}), about ${about[guard.subject]}`;
  });
  const others = before.filter(({ guard }) => guard === null || !guards.some((each) => printGuard(each) === guard));
  return [
    palette.strong('Guards on the way'),
    ...counted,
    ...others.slice(0, MOST_CONDITIONS).map((condition) => conditionLine(condition, palette)),
    ...(counted.length + others.length === 0 ? ['  none: the sink runs unconditionally'] : []),
  ];
}

function samePlace(a: Location, b: Location): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function conditionLine({ file, line, name, holds, guard, because }: SeenCondition, palette: Palette): string {
  const tested = name === '' ? 'a condition' : `${display(name)} is ${holds ? 'true' : 'false'}`;
  const reason = guard === null ? because : `${display(guard)} does not hold on every way here`;
  return `  ${palette.faint('·')} ${tested} (${display(file)}:${line}) does not count: ${reason}`;
}

/** Rule by rule what each policy says of each category. Categories that fared alike are told once. */
export function accountLines(accounts: readonly Account[], palette: Palette): string[] {
  const alike = new Map<string, Account[]>();
  for (const account of accounts) {
    const { category: _, ...rest } = account;
    const key = JSON.stringify(rest);
    alike.set(key, [...(alike.get(key) ?? []), account]);
  }
  return [
    palette.strong('What decided'),
    ...[...alike.values()].flatMap((group) => {
      const [first] = group;
      const categories = group.map(({ category }) => display(category)).join(', ');
      return first ? [`  ${categories}, by '${display(first.policy)}':`, ...verdictLines(first, palette)] : [];
    }),
  ];
}

function verdictLines({ rules, byDefault }: Account, palette: Palette): string[] {
  const lines = rules.flatMap((rule) => [
    `    ${markOf(rule, palette)} ${display(rule.rule)} ${VERDICTS[rule.verdict]}${rule.terms && `: ${display(rule.terms)}`}`,
    ...rule.lacking.map((lack) => `        ${display(lack)}`),
    ...(rule.verdict === 'open' ? [] : [`        ${palette.faint(display(sentence(rule.promise), WIDEST_LINE))}`]),
  ]);
  if (byDefault === null) return lines;
  const outcome = byDefault === 'allow' ? 'the default allows it' : `the default is: ${byDefault}`;
  return [
    ...lines,
    `    ${byDefault === 'allow' ? palette.good('✔') : palette.bad('✖')} no rule speaks about it; ${outcome}`,
  ];
}

const VERDICTS: Readonly<Record<RuleAccount['verdict'], string>> = {
  breaks: 'forbids it',
  excused: 'would forbid it, and is excused',
  overruled: 'would forbid it, and a narrower permission holds',
  permits: 'permits it',
  unmet: 'would permit it, and its terms are not met',
  open: 'may speak about it',
};

function markOf({ verdict }: RuleAccount, palette: Palette): string {
  if (verdict === 'breaks' || verdict === 'unmet') return palette.bad('✖');
  return verdict === 'open' ? palette.faint('·') : palette.good('✔');
}
