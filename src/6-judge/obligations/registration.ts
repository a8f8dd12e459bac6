/** What must happen before a person's first row is kept: an age gate, acceptance of the policy, a choice of their own. */
import type { ConditionFact, DataOperation, Route } from '../../core/behaviour.ts';

import { type Answer, accountsAmong, at, type Evidence, firstStore, list, type Question } from './evidence.ts';
import { MACHINE, STAFF } from './routes.ts';

interface Registration {
  readonly operation: DataOperation;
  readonly route: Route | null;
}

/** Who sets a server up does not sign up. */
const SETUP_FILE = /(?:^|\/)(?:setup|install(?:er)?)\.\w+$/i;

const SIGN_UP = /regist|sign_?-?up|join|enrol|create_?-?account|onboard/i;

/** Who makes accounts behind guards that are not seen may be staff, unless the route is called a sign-up. */
function isSignUp({ method, path, file, openGuards }: Route): boolean {
  const isOpen = openGuards && method === 'ALL';
  return (!isOpen || SIGN_UP.test(path)) && !MACHINE.test(path) && !STAFF.test(path) && !SETUP_FILE.test(file);
}

/** Calls that make a person's row at the person's own request, with the route that leads there. */
function registrationsOf({ evidence, stores }: Question): Registration[] {
  return accountsAmong(stores)
    .flatMap((store) => evidence.operations(['create', 'upsert'], store))
    .flatMap((operation): Registration[] => {
      const routes = evidence.routesTo(operation.function);
      if (routes.length > 0)
        return routes
          .map((route): Registration & { readonly route: Route } => ({ operation, route }))
          .filter((one) => isSignUp(one.route) && !isOfStaff(one, evidence));
      return evidence.behaviour.routes.length === 0 ? [{ operation, route: null }] : [];
    });
}

/** Accounts that people with a role make for others. */
function isOfStaff(registration: Registration, evidence: Evidence): boolean {
  const holds = ({ kind }: { readonly kind: string | null }): boolean => kind === 'role';
  return registration.route?.guards.some(holds) || isGuarded(registration, evidence, holds);
}

function isGuarded(
  { operation, route }: Registration,
  evidence: Evidence,
  holds: (condition: ConditionFact) => boolean,
): boolean {
  if (operation.conditions.some(holds)) return true;
  if (route) return !evidence.reachedWithout(route, operation.function, holds);
  const callers = evidence.callersOf(operation.function);
  return callers.length > 0 && callers.every(({ conditions }) => conditions.some(holds));
}

const NONE: Answer = { status: 'not-applicable', file: '', line: 1, message: 'No code creates a person’s row.' };

/** The age is compared with the promised number before the first store. */
export function ageGate(question: Question): Answer[] {
  const { evidence, rule } = question;
  const written = rule.parameters['age'];
  const age = written === undefined ? null : Number(written);
  const registrations = registrationsOf(question);
  if (registrations.length === 0) return [NONE];
  const holds = ({ kind, minimum }: ConditionFact): boolean =>
    kind === 'age' && (age === null ? (minimum ?? -1) > 0 : (minimum ?? -1) >= age);
  return registrations.map((registration): Answer => {
    const { operation, route } = registration;
    const place = { file: operation.file, line: operation.line };
    const way = route ? `${route.method} ${route.path}` : evidence.nameOf(operation.function);
    const wanted = age === null ? 'the age' : `an age of ${age}`;
    if (isGuarded(registration, evidence, holds))
      return { status: 'met', ...place, message: `${way} tests ${wanted} before it stores ${operation.entity}.` };
    if (route?.guards.some(({ kind }) => kind === 'age'))
      return {
        status: 'undecided',
        ...place,
        message: `${way} has an age check in front, whose number is not visible.`,
      };
    return ungated(registration, question, way, wanted, age);
  });
}

function ungated(
  { operation, route }: Registration,
  { evidence }: Question,
  way: string,
  wanted: string,
  age: number | null,
): Answer {
  const place = { file: operation.file, line: operation.line };
  const near = route ? evidence.reachOf(route.handlers) : evidence.above(operation.function);
  const tests = evidence.behaviour.tests.filter((test) => test.schema || near.has(test.function));
  const right = tests.find(({ minimum }) => age === null || minimum >= age);
  if (right) {
    const how = right.schema ? 'a schema asks for it' : 'it is tested';
    const message = `${way} stores ${operation.entity}; ${how} at ${at(right)}, but nothing shows that this comes first.`;
    return { status: 'undecided', ...place, message };
  }
  const [wrong] = tests;
  const instead = wrong ? ` ${at(wrong)} tests ${wrong.minimum} where ${age} is promised.` : '';
  return {
    status: 'missing',
    ...place,
    message: `${way} stores ${operation.entity} without testing ${wanted}.${instead}`,
  };
}

const ACCEPTANCE = /accept|agree|consent|terms|tos$|policy/i;

/** The policy is accepted before the first store. */
export function policyAcceptance(question: Question): Answer[] {
  const { evidence } = question;
  const registrations = registrationsOf(question);
  if (registrations.length === 0) return [NONE];
  const holds = ({ kind }: ConditionFact): boolean => kind === 'acceptance' || kind === 'consent';
  return registrations.map((registration): Answer => {
    const { operation, route } = registration;
    const place = { file: operation.file, line: operation.line };
    const way = route ? `${route.method} ${route.path}` : evidence.nameOf(operation.function);
    const guarded =
      isGuarded(registration, evidence, holds) || route?.guards.some(({ kind }) => kind === 'acceptance') === true;
    const field = operation.data.find(({ name }) => ACCEPTANCE.test(name));
    if (guarded) {
      const kept = field ? `, and keeps \`${field.name}\`` : '';
      const version = ofVersion(operation, question);
      if (version) return { ...place, ...version };
      return {
        status: 'met',
        ...place,
        message: `${way} tests the acceptance before it stores ${operation.entity}${kept}.`,
      };
    }
    const instead = field ? ` It writes \`${field.name}\` untested.` : '';
    return {
      status: 'missing',
      ...place,
      message: `${way} stores ${operation.entity} without testing that the policy was accepted.${instead}`,
    };
  });
}

/** What is wrong with, or not known of, the version that was accepted, where one is promised; null when it is right. */
function ofVersion(
  { data, entity, openData }: DataOperation,
  { rule }: Question,
): Pick<Answer, 'status' | 'message'> | null {
  const wanted = rule.parameters['version'];
  if (wanted === undefined) return null;
  const kept = data.find(({ name }) => VERSION.test(name));
  if (!kept && openData)
    return {
      status: 'undecided',
      message: `${entity} is stored with fields that are not visible: the version may be among them.`,
    };
  if (!kept)
    return {
      status: 'missing',
      message: `${entity} is stored without the version of the policy that was accepted (${wanted}).`,
    };
  if (kept.text === undefined)
    return {
      status: 'undecided',
      message: `\`${kept.name}\` of ${entity} is stored, but which version it is is not visible.`,
    };
  return kept.text === String(wanted)
    ? null
    : { status: 'missing', message: `\`${kept.name}\` of ${entity} is ${kept.text} where ${wanted} is in force.` };
}

const VERSION = /(?:policy|privacy|terms|consent|tos|notice)\w*version|version\w*(?:policy|privacy|terms|consent)/i;

/** The version that a person saw is kept and compared. */
export function policyVersionNotice({ evidence, stores, rule }: Question): Answer[] {
  const first = firstStore(stores);
  if (!first) return [{ ...NONE, message: 'No store of this data is visible.' }];
  const written = evidence
    .operations(['create', 'update', 'upsert'])
    .flatMap((operation) =>
      operation.data.filter(({ name }) => VERSION.test(name)).map(({ name }) => ({ name, operation })),
    );
  const fields = stores.flatMap((store) =>
    store.fields.filter(({ name }) => VERSION.test(name)).map((field) => ({ ...field, store })),
  );
  const compared = evidence.behaviour.reads.find(({ name, tested }) => tested && VERSION.test(name));
  const chosen = evidence.operations(['read']).find(({ filter }) => filter.some(({ name }) => VERSION.test(name)));
  const name = written[0]?.name ?? fields[0]?.name ?? compared?.name;
  if (name === undefined) {
    const message = `No version of the policy is kept with ${list(stores.map(({ entity }) => entity))}, so nobody can be told that it changed.`;
    return [{ status: 'missing', file: first.file, line: first.line, message }];
  }
  const where = compared ?? chosen;
  const days = rule.parameters['days'];
  if (where && days !== undefined) {
    const message = `\`${name}\` is compared with the version in force, but whether people are told ${days} days before is not visible.`;
    return [{ status: 'undecided', file: where.file, line: where.line, message }];
  }
  if (where)
    return [
      {
        status: 'met',
        file: where.file,
        line: where.line,
        message: `\`${name}\` is compared with the version in force.`,
      },
    ];
  const place = written[0]?.operation ?? fields[0] ?? first;
  const message = `\`${name}\` is kept, but nothing compares it with the version in force.`;
  return [{ status: 'missing', file: place.file, line: place.line, message }];
}

/** What people take part in. An entry or enrolment by itself may be one in a contest; a log's or a program's is none. */
const PROMOTION = /promotion|contest|sweepstake|raffle|giveaway|lottery|^(?:enrol\w*|participa\w*|entr(?:y|ies))$/i;

/** Entries come from what a person asks for, not from a loop over everybody. */
export function explicitEnrolment({ evidence }: Question): Answer[] {
  const entries = evidence
    .operations(['create', 'upsert'])
    .filter(({ entity }) => entity !== null && PROMOTION.test(entity));
  if (entries.length === 0) return [{ ...NONE, message: 'No code enrols people in anything.' }];
  return entries.map((operation): Answer => {
    const place = { file: operation.file, line: operation.line };
    const routes = evidence.routesTo(operation.function);
    const asked = routes.some(({ method }) => method !== 'GET');
    const rows = operation.data.some(({ origins }) =>
      evidence.resolve(origins).some((origin) => origin.kind === 'source' && origin.source === 'database'),
    );
    const jobs = evidence.reachOf(evidence.behaviour.jobs.flatMap(({ handlers }) => handlers));
    if (asked && !jobs.has(operation.function) && !rows)
      return { status: 'met', ...place, message: `${operation.entity} is made when a person asks for it.` };
    const why = rows ? 'from rows that are read, not from a request' : 'without a request of the person';
    return { status: 'missing', ...place, message: `${operation.entity} is made ${why}.` };
  });
}
