import type { Flow } from '../core/flow.ts';
import type { FlowRule, Policy } from '../core/policy.ts';
import type { DataCategory } from '../core/privacy.ts';
import { ACTIVITY_WORDS, categoryWords, conditionWords, listed } from './words.ts';

const MOST_CATEGORIES = 5;
const MOST_SOURCES = 3;

/**
 * One sentence: which data, from where, to whom, and the promise that this breaks. `Email address from 'req.body.email'
 * is shared with Segment (analytics) by 'analytics.identify'; the policy promises: "…".` Holds names, never literals.
 */
export function violationMessage(
  policy: Policy,
  rule: FlowRule | null,
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
  return `${capitalised(what)} from ${from} ${happened}; ${promiseWords(policy, rule, activity)}.`;
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

function promiseWords(policy: Policy, rule: FlowRule | null, activity: Flow['activity']): string {
  if (rule === null) return `no rule of the policy '${policy.id}' says that it may be ${ACTIVITY_WORDS[activity]}`;
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
