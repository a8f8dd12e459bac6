import type { Flow } from '../core/flow.ts';
import type { Disclosure, FlowRule, Policy } from '../core/policy.ts';
import type { Activity, DataCategory } from '../core/privacy.ts';
import type { Breach } from './decide.ts';
import { ACTIVITY_WORDS, categoryWords, conditionWords, listed } from './words.ts';

const MOST_CATEGORIES = 5;
const MOST_SOURCES = 3;

/**
 * One sentence: which data, from where, to whom, and the promise that this breaks. `Email address from 'req.body.email'
 * is shared with Segment (analytics) by 'analytics.identify'; the policy promises: "…".` Holds names, never literals.
 */
export function violationMessage(
  policy: Policy,
  { rule, disclosure }: Pick<Breach, 'rule' | 'disclosure'>,
  flows: readonly [Flow, ...Flow[]],
  data: readonly DataCategory[],
): string {
  const [{ activity }] = flows;
  const what = listed(data.map(categoryWords), MOST_CATEGORIES);
  const from = listed(
    flows.map(({ source }) => `'${source.expression}'`),
    MOST_SOURCES,
  );
  const verb =
    data.length > 1 ||
    /(?:messages|posts|credentials|connections|details|contents|answers|measurements|preferences)$/.test(what)
      ? 'are'
      : 'is';
  const happened = `${verb} ${ACTIVITY_WORDS[activity]}${recipientWords(flows)}${sinkWords(flows)}`;
  return `${capitalised(what)} from ${from} ${happened}; ${rule === null ? undisclosedWords(policy, disclosure, activity) : promiseWords(rule)}.`;
}

function recipientWords(flows: readonly [Flow, ...Flow[]]): string {
  const [{ activity }] = flows;
  if (activity !== 'share') return '';
  const names = flows.map(({ recipient }) =>
    recipient === null ? 'an unknown recipient' : `${recipient.name} (${recipient.class})`,
  );
  return ` with ${listed(names, MOST_SOURCES)}`;
}

/** A `collect` flow ends where it starts: nothing to add. */
function sinkWords(flows: readonly [Flow, ...Flow[]]): string {
  const [{ activity }] = flows;
  return activity === 'collect'
    ? ''
    : ` by ${listed(
        flows.map(({ sink }) => `'${sink.expression}'`),
        MOST_SOURCES,
      )}`;
}

const DIFFERENCES: Readonly<Record<string, string>> = {
  data: 'for other data',
  source: 'from another source',
  place: 'in another part of the code',
  subject: 'for other people',
  provenance: 'for data that came in otherwise',
  purpose: 'for another purpose',
  recipient: 'to another recipient',
  attribute: 'in another way',
  payload: 'with less in it',
  condition: 'on a condition that is not met',
};

/** Which clause comes nearest, and why it does not cover the flow. */
function undisclosedWords(policy: Policy, disclosure: Disclosure | null, activity: Activity): string {
  const none = `no rule of the policy '${policy.id}' says that it may be ${ACTIVITY_WORDS[activity]}`;
  if (disclosure?.nearest === undefined) return none;
  const { nearest, clauses, differs } = disclosure;
  const name = clauses.length > 0 ? `${listed(clauses, MOST_CATEGORIES)} (${nearest})` : nearest;
  const how = listed(
    differs.map((field) => DIFFERENCES[field] ?? field),
    MOST_CATEGORIES,
  );
  return `${none}; nearest is ${name}, which allows it ${how}`;
}

function promiseWords(rule: FlowRule): string {
  const promise = `"${rule.promise.replace(/\.$/, '')}"`;
  if (rule.verb === 'forbid') return `the policy promises: ${promise}`;
  const terms = [
    ...(rule.only ? [`for ${listed(rule.only.map(categoryWords), MOST_CATEGORIES)}`] : []),
    ...(rule.if ? [`given ${conditionWords(rule.if)}`] : []),
  ];
  return `the policy allows this only ${terms.join(' and ')}: ${promise}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
