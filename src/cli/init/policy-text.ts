/** A first policy, written from what the code does: each kind of flow that was found is a rule to confirm or strike. */
import { type Flow, printGuard } from '../../core/flow.ts';
import { compareText } from '../../core/location.ts';
import { ACTIVITIES, type Activity } from '../../core/privacy.ts';
import { printable } from '../terminal.ts';

/** Flows that one rule describes: the same activity, the same recipient. */
interface Kind {
  readonly activity: Activity;
  /** Whom a share goes to: an id, or `unknown`. */
  readonly to: string | null;
  readonly name: string;
  readonly flows: Flow[];
}

const MOST_PLACES = 3;
const IDENTIFIER = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/u;

const SAYS: Readonly<Record<Activity, string>> = {
  collect: 'We collect only these kinds of data.',
  log: 'Our logs hold no other personal data.',
  share: '',
  store: 'We store only these kinds of data.',
  expose: 'Answers, pages and links show no other personal data.',
};

/** The text of `privacy/policy.yaml`. `id` is an identifier, `title` any text, `schema` where editors find the format. */
export function policyText(id: string, title: string, flows: readonly Flow[], schema: string): string {
  const kinds = kindsOf(flows);
  const rules = kinds.map((kind, index) => ruleText(kind, `${id}-${String(index + 1).padStart(2, '0')}`));
  return `# yaml-language-server: $schema=${schema}
#
# Written by 'troth init' from what the code does today. Go through the rules one by one:
#   - is it what your privacy policy says? Put its promise in your own words, and name the clause.
#   - is it not? Strike the rule: 'troth' then reports every such flow, and says where it is.
# What no rule allows takes the defaults. 'troth policy check' finds gaps and contradictions.
policy: ${id}
title: ${JSON.stringify(title)}

defaults: { collect: warning, log: error, share: error, store: warning, expose: warning }

rules:${rules.length === 0 ? ' [] # no flow of personal data was found' : ''}
${rules.join('\n')}`;
}

function kindsOf(flows: readonly Flow[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const flow of flows) {
    const { activity, recipient } = flow;
    // What stays with ourselves is no sharing.
    if (activity === 'share' && recipient?.class === 'self') continue;
    const to = activity === 'share' ? recipientTerm(flow) : null;
    const key = `${activity} ${to ?? ''}`;
    const known = kinds.get(key);
    if (known) known.flows.push(flow);
    else
      kinds.set(key, {
        activity,
        to,
        name: to === 'unknown' ? 'somebody unknown' : (recipient?.name ?? ''),
        flows: [flow],
      });
  }
  return [...kinds.values()].sort(
    (a, b) => ACTIVITIES.indexOf(a.activity) - ACTIVITIES.indexOf(b.activity) || compareText(a.to ?? '', b.to ?? ''),
  );
}

/** How a policy names whom the flow goes to. */
export function recipientTerm({ recipient }: Flow): string {
  return recipient !== null && IDENTIFIER.test(recipient.id) ? recipient.id : 'unknown';
}

function ruleText({ activity, to, name, flows }: Kind, clause: string): string {
  const data = [...new Set(flows.flatMap((flow) => flow.data))].sort(compareText);
  const terms = termsOf(flows);
  const promise = activity === 'share' ? `We share only these kinds of data with ${name}.` : SAYS[activity];
  const lines = [
    ...commentOf(flows).map((line) => `# ${line}`),
    `- id: ${to === null ? activity : `share-${to.replaceAll('.', '-')}`}`,
    `  promise: ${JSON.stringify(promise)}`,
    `  clauses: [] # once confirmed, the clause of your text that says so: [${clause}]`,
    `  allow: ${activity}`,
    '  data:',
    ...data.map((category) => `    - ${category}`),
    ...(to === null ? [] : [`  to: ${to}`]),
    ...(terms.length === 0 ? [] : [`  if: ${terms.length === 1 ? terms[0] : `{ all: [${terms.join(', ')}] }`}`]),
  ];
  return lines.map((line) => `  ${line}\n`).join('');
}

function commentOf(flows: readonly Flow[]): string[] {
  const places = [...new Set(flows.map(({ sink }) => `${sink.file}:${sink.line}`))].sort(compareText);
  const more = places.length > MOST_PLACES ? `, ${places.length - MOST_PLACES} more` : '';
  const shown = oneLine(places.slice(0, MOST_PLACES).join(', '));
  return [`Confirm or strike. Found at ${shown}${more}`];
}

/** What protects or guards every one of the flows: the rule then holds for the next one, too. */
function termsOf(flows: readonly Flow[]): string[] {
  const [first, ...others] = flows.map(({ protections, guards }) => [
    ...protections,
    ...guards.filter(({ subject }) => subject !== 'other').map(printGuard),
  ]);
  const shared = (first ?? []).filter((term) => others.every((terms) => terms.includes(term)));
  return [...new Set(shared)].filter((term) => /^[a-z][\w:.-]*$/iu.test(term)).sort(compareText);
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return printable(text.replaceAll('\n', ' '));
}
