/** Consent, withdrawal, unsubscribing, objection, restriction: states that a person sets and that code reads. */
import type { DataOperation, Spot, StateRead, WrittenField } from '../../core/behaviour.ts';
import type { Flow } from '../../core/flow.ts';
import type { ObligationRule } from '../../core/policy.ts';
import type { FunctionId } from '../../core/program.ts';
import { sameName } from './erasure.ts';
import { type Answer, at, type Evidence, firstStore, list, type Question } from './evidence.ts';

interface Flag {
  readonly name: string;
  readonly negated: boolean;
  readonly file: string;
  readonly line: number;
}

const CONSENT = /consent|opt_?in|opted_?in|subscribed|newsletter|marketing/i;
const CONSENT_STORE = /consent|preference/i;

/** States of the kinds that are tested in a condition or choose the rows of a read. */
function flagsRead(evidence: Evidence, wanted: (read: Pick<StateRead, 'name' | 'kind'>) => boolean): Flag[] {
  const { reads, operations } = evidence.behaviour;
  const kinds = new Map(reads.map(({ name, kind, negated }) => [name, { kind, negated }]));
  const tested = reads.filter((read) => read.tested && wanted(read));
  const chosen = operations.flatMap(({ verb, filter, innerFilter, file, line }): Flag[] =>
    verb !== 'read'
      ? []
      : [...filter, ...innerFilter].flatMap(({ name }) => {
          const bare = name.split('.').at(-1) ?? name;
          const known = kinds.get(bare) ?? { kind: kindByName(bare), negated: NEGATED.test(bare) };
          return wanted({ name: bare, kind: known.kind }) ? [{ name: bare, negated: known.negated, file, line }] : [];
        }),
  );
  const flags = new Map<string, Flag>();
  for (const flag of [...tested, ...chosen]) if (!flags.has(flag.name)) flags.set(flag.name, flag);
  return [...flags.values()];
}

const NEGATED = /opt(?:ed)?_?out|unsubscri|object|restrict|suppress|stopp|do_?not|block/i;

function kindByName(name: string): StateRead['kind'] {
  if (NEGATED.test(name)) return 'opt-out';
  return CONSENT.test(name) ? 'consent' : null;
}

/** Whether some store keeps a state: one that none keeps may be a setting of the server (`emailEnabled`). */
function isKept(name: string, evidence: Evidence): boolean {
  const { stores, operations } = evidence.behaviour;
  return (
    stores.some(({ fields }) => fields.some((field) => sameName(field.name, name))) ||
    operations.some(({ data, filter }) => [...data, ...filter].some((field) => sameName(field.name, name)))
  );
}

function writersOf(name: string, evidence: Evidence, verbs: readonly DataOperation['verb'][]) {
  return evidence
    .operations(verbs)
    .flatMap((operation) =>
      operation.data.filter((field) => sameName(field.name, name)).map((field) => ({ operation, field })),
    );
}

/** Whether a write can end what the flag permits. */
function ends(field: WrittenField, negated: boolean): boolean {
  if (field.value === 'data' || field.value === 'made') return field.value === 'data' || negated;
  return negated ? field.value === 'true' : field.value === 'false' || field.value === 'nothing';
}

/** Each consent that code relies on can be taken back: some update writes it false. */
export function withdrawal({ evidence, rule }: Question): Answer[] {
  const flags = flagsRead(
    evidence,
    ({ name, kind }) => kind === 'consent' || (kind === 'opt-out' && NEGATED.test(name)),
  ).filter(({ name }) => isFor(rule, name));
  if (flags.length === 0) return [none('No code depends on consent.')];
  return flags.map((flag) => {
    const place = { file: flag.file, line: flag.line };
    if (!isKept(flag.name, evidence)) {
      const message = `\`${flag.name}\` decides here, but no store is seen to keep it.`;
      return { status: 'undecided', ...place, message };
    }
    const writers = writersOf(flag.name, evidence, ['update', 'upsert']);
    const end = writers.find(({ field }) => ends(field, flag.negated));
    if (end) return { status: 'met', ...place, message: `${at(end.operation)} can take \`${flag.name}\` back.` };
    const deletes = evidence
      .operations(['delete'])
      .find(({ entity }) => entity !== null && CONSENT_STORE.test(entity) && CONSENT.test(flag.name));
    if (deletes)
      return {
        status: 'met',
        ...place,
        message: `${at(deletes)} deletes the ${deletes.entity} that \`${flag.name}\` is read from.`,
      };
    const open = evidence.operations(['update', 'upsert']).find(({ openData }) => openData);
    if (open)
      return {
        status: 'undecided',
        ...place,
        message: `${at(open)} updates fields that are not visible: \`${flag.name}\` may be among them.`,
      };
    const writes = [...writers, ...writersOf(flag.name, evidence, ['create'])];
    const exists =
      writes.length > 0
        ? ` It is written at ${list(writes.map(({ operation }) => at(operation)))}.`
        : ' Nothing writes it.';
    const wanted = flag.negated ? 'true' : 'false';
    return {
      status: 'missing',
      ...place,
      message: `\`${flag.name}\` decides here, but no update writes it ${wanted}.${exists}`,
    };
  });
}

function none(message: string): Answer {
  return { status: 'not-applicable', file: '', line: 1, message };
}

/** Consent is kept as the person gave it. */
export function consentRecorded({ evidence, stores }: Question): Answer[] {
  const first = firstStore(stores);
  const writes = consentWrites(evidence);
  const given = writes.find(({ operation, field }) => field.value === 'data' || isConditional(operation));
  if (given) {
    const { operation, field } = given;
    const message = `${at(operation)} records \`${field.name}\` in ${operation.entity ?? 'a store'}.`;
    return [{ status: 'met', file: operation.file, line: operation.line, message }];
  }
  const [assumed] = writes.filter(({ field }) => field.value === 'true' || field.value === 'made');
  if (assumed) {
    const { operation, field } = assumed;
    const message = `${at(operation)} records \`${field.name}\` without asking: its value does not come from the person, and nothing tests their answer.`;
    return [{ status: 'missing', file: operation.file, line: operation.line, message }];
  }
  if (!first) return [none('No store of this data is visible.')];
  const message = `Nothing that is written to ${list(stores.map(({ entity }) => entity))} or elsewhere records consent.`;
  return [{ status: 'missing', file: first.file, line: first.line, message }];
}

function isConditional(operation: DataOperation): boolean {
  return operation.conditions.some(({ kind }) => kind === 'consent' || kind === 'acceptance');
}

function consentWrites(evidence: Evidence): { operation: DataOperation; field: WrittenField }[] {
  return evidence.operations(['create', 'update', 'upsert']).flatMap((operation) =>
    operation.data
      .filter(({ name }) => CONSENT.test(name) || (operation.entity !== null && /consent/i.test(operation.entity)))
      .filter(({ name }) => !/^(?:id|_id|.*Id|.*_id)$/.test(name))
      .map((field) => ({ operation, field })),
  );
}

const PURPOSE = /purpose|scope|channel|topic|use$|type$|category/i;
const NAMED_PURPOSE =
  /marketing|newsletter|email|sms|phone|call|push|analytic|profil|shar|partner|advert|cookie|location|track|survey|research/i;

/** Consent is kept with what it was given for. */
export function purposeRecorded({ evidence }: Question): Answer[] {
  const records = evidence
    .operations(['create', 'upsert', 'update'])
    .filter(
      ({ entity, data }) =>
        (entity !== null && /consent/i.test(entity)) || data.some(({ name }) => /consent|opt_?in/i.test(name)),
    );
  if (records.length === 0) return [none('No code records consent.')];
  return records.map((operation): Answer => {
    const place = { file: operation.file, line: operation.line };
    const where = operation.entity ?? 'a store';
    const field = operation.data.find(
      ({ name }) => PURPOSE.test(name) || (/consent|opt_?in/i.test(name) && NAMED_PURPOSE.test(name)),
    );
    if (field)
      return {
        status: 'met',
        ...place,
        message: `Consent is recorded in ${where} with its purpose (\`${field.name}\`).`,
      };
    if (operation.openData)
      return {
        status: 'undecided',
        ...place,
        message: `Consent is recorded in ${where} with fields that are not visible.`,
      };
    const written = list(operation.data.map(({ name }) => name));
    return {
      status: 'missing',
      ...place,
      message: `Consent is recorded in ${where} without a purpose: ${written} say nothing of it.`,
    };
  });
}

const MARKETING = /newsletter|campaign|promo|marketing|offer|mailing|digest|broadcast|blast/i;
const SENDERS: readonly string[] = ['communication-provider', 'mailing-agent'];

/** The field that a person's settings write is the field that senders read. */
export function unsubscribe({ evidence, rule }: Question): Answer[] {
  const channel = rule.parameters['channel'];
  const mailings = evidence.flows.filter((flow) => isMailing(flow, evidence));
  const senders = mailings.filter((flow) => channel === undefined || (channelOf(flow) ?? channel) === channel);
  if (senders.length === 0)
    return [none(channel === undefined ? 'No code sends mailings.' : `No code sends mailings by ${channel}.`)];
  const seen = new Set<string>();
  return senders.flatMap((flow): Answer[] => {
    const place = { file: flow.sink.file, line: flow.sink.line };
    if (seen.has(at(place))) return [];
    seen.add(at(place));
    const read = preferencesBefore(flow, evidence);
    if (read.length === 0)
      return [
        {
          status: 'missing',
          ...place,
          message: `${flow.sink.expression} sends without reading any preference of the person.`,
        },
      ];
    if (channel !== undefined && channelOf(flow) === null)
      return [
        {
          status: 'undecided',
          ...place,
          message: `${flow.sink.expression} sends, but whether by ${channel} is not visible.`,
        },
      ];
    const kept = read.find(
      ({ name }) => isOfChannel(name, channel) && writersOf(name, evidence, ['update', 'upsert']).length > 0,
    );
    const names = list(read.map(({ name }) => `\`${name}\``));
    if (kept) {
      const [writer] = writersOf(kept.name, evidence, ['update', 'upsert']);
      return [
        {
          status: 'met',
          ...place,
          message: `Senders read \`${kept.name}\`, which ${writer ? at(writer.operation) : 'an update'} writes.`,
        },
      ];
    }
    const written = evidence
      .operations(['update', 'upsert'])
      .flatMap((operation) =>
        operation.data.filter(({ name }) => kindByName(name) !== null).map(({ name }) => ({ name, operation })),
      );
    const open = evidence.operations(['update', 'upsert']).find(({ openData }) => openData);
    if (open && written.length === 0)
      return [
        {
          status: 'undecided',
          ...place,
          message: `Senders read ${names}; ${at(open)} updates fields that are not visible.`,
        },
      ];
    const instead = written[0] ? ` Settings write \`${written[0].name}\` instead (${at(written[0].operation)}).` : '';
    return [{ status: 'missing', ...place, message: `Senders read ${names}, but no update writes it.${instead}` }];
  });
}

const CHANNELS = ['email', 'sms', 'push', 'phone', 'whatsapp', 'post'];

/** The channel of a message, where its sink tells. */
function channelOf(flow: Flow): string | null {
  const { channel } = flow.sink.attributes;
  return typeof channel === 'string' ? channel : null;
}

/** Whether a preference may be about a channel: it names no other. */
function isOfChannel(name: string, channel: string | number | undefined): boolean {
  if (channel === undefined) return true;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  const named = CHANNELS.filter((one) => words.includes(one));
  return named.length === 0 || named.includes(String(channel));
}

function isMailing(flow: Flow, evidence: Evidence): boolean {
  if (flow.activity !== 'share' || !SENDERS.includes(flow.recipient?.class ?? '')) return false;
  if (flow.purpose?.startsWith('marketing')) return true;
  // A transport that all mails share is no mailing: the way of this one says what it is.
  const way = [flow.sink, ...flow.steps].flatMap((place) => [
    place.file,
    ...functionsAt(place, evidence).map((id) => evidence.nameOf(id)),
  ]);
  return (
    [flow.sink.symbol, ...way].some((name) => MARKETING.test(name)) || preferencesBefore(flow, evidence).length > 0
  );
}

/** The functions whose text holds a place. */
function functionsAt({ file, line }: Spot, evidence: Evidence): FunctionId[] {
  return [...evidence.behaviour.functions].flatMap(([id, place]) =>
    !place.module && file === place.file && place.line <= line && place.endLine >= line ? [id] : [],
  );
}

/** The functions around a sink, and all above them. */
function functionsAround(flow: Flow, evidence: Evidence): FunctionId[] {
  return [...new Set(functionsAt(flow.sink, evidence).flatMap((id) => [...evidence.above(id)]))];
}

/** Consent and opt-out states read by those who send, or by the queries that choose whom to send to. */
function preferencesBefore(flow: Flow, evidence: Evidence): { name: string }[] {
  const above = functionsAround(flow, evidence);
  const near = new Set(above.flatMap((id) => [...evidence.reach(id)]));
  const { reads, operations } = evidence.behaviour;
  const tested = reads.filter(
    (read) => read.tested && near.has(read.function) && (read.kind === 'consent' || read.kind === 'opt-out'),
  );
  const chosen = operations.flatMap((operation) =>
    operation.verb === 'read' && near.has(operation.function)
      ? [...operation.filter, ...operation.innerFilter]
          .map(({ name }) => ({ name: name.split('.').at(-1) ?? name }))
          .filter(({ name }) => kindByName(name) !== null)
      : [],
  );
  return [...tested, ...chosen];
}

/** A state of this kind is set by somebody and read before the use. */
function stateOf(words: RegExp, what: string): (question: Question) => Answer[] {
  return ({ evidence, stores, rule }) => {
    const fits = (name: string): boolean => words.test(name);
    const written = evidence
      .operations(['create', 'update', 'upsert', 'delete'])
      .flatMap((operation) => [
        ...operation.data.filter(({ name }) => fits(name)).map(({ name }) => ({ name, operation })),
        ...(operation.entity !== null && fits(operation.entity) && operation.verb !== 'delete'
          ? [{ name: operation.entity, operation }]
          : []),
      ]);
    const read = flagsRead(evidence, ({ name }) => fits(name) && isKept(name, evidence));
    const stored = evidence.operations(['read']).filter(({ entity }) => entity !== null && fits(entity));
    const first = firstStore(stores) ?? written[0]?.operation ?? read[0];
    if (!first) return [none('No store of this data is visible.')];
    const match = written.find(
      ({ name, operation }) =>
        read.some((flag) => sameName(flag.name, name)) || stored.some(({ entity }) => entity === operation.entity),
    );
    const purpose = rule.parameters['purpose'];
    if (match && purpose !== undefined && !written.some(({ name }) => fits(name) && isFor(rule, name))) {
      const { operation } = match;
      const message = `\`${match.name}\` is set at ${at(operation)}, but whether it is about ${purpose} is not visible.`;
      return [{ status: 'undecided', file: operation.file, line: operation.line, message }];
    }
    if (match) {
      const { operation } = match;
      const message = `\`${match.name}\` is set at ${at(operation)} and read before the data is used.`;
      return [{ status: 'met', file: operation.file, line: operation.line, message }];
    }
    const place = { file: first.file, line: first.line };
    const [set] = written;
    if (set) {
      const { operation } = set;
      const message = `${at(operation)} sets \`${set.name}\`, but nothing reads it before the data is used.`;
      return [{ status: 'missing', file: operation.file, line: operation.line, message }];
    }
    const [flag] = read;
    if (flag)
      return [
        {
          status: 'missing',
          file: flag.file,
          line: flag.line,
          message: `\`${flag.name}\` is read here, but nothing sets it.`,
        },
      ];
    return [{ status: 'missing', ...place, message: `No state records that a person ${what}.` }];
  };
}

export const objection = stateOf(/object(?:ed|ion)|do_?not_?process|opt(?:ed)?_?out/i, 'objects to a use');
export const restriction = stateOf(/restrict/i, 'has the use of their data restricted');
export const collectionStop = stateOf(
  /stopp?ed|stop_?(?:collect|track)|(?:tracking|collection)_?(?:off|disabled|allowed|enabled)/i,
  'wants no more data collected',
);

/** Opt-ins start as false: in the schema, and where rows are made. */
export function optInDefault({ evidence, rule }: Question): Answer[] {
  const isOptIn = (name: string): boolean => kindByName(name) === 'consent' && isFor(rule, name);
  const declared = evidence.behaviour.stores.flatMap(({ entity, fields }) =>
    fields.flatMap(({ name, startsAs, file, line }): Answer[] =>
      startsAs === undefined || !isOptIn(name) ? [] : [startAnswer(`${entity}.${name}`, startsAs, { file, line })],
    ),
  );
  const written = evidence
    .operations(['create'])
    .flatMap((operation) =>
      operation.data
        .filter(({ name }) => isOptIn(name))
        .map(({ name, value }) => startAnswer(name, value === 'true' && !isConditional(operation), operation)),
    );
  const answers = [...declared, ...written];
  return answers.length === 0 ? [none('No opt-in is declared with a default or written when a row is made.')] : answers;
}

function startAnswer(name: string, assumed: boolean, { file, line }: Spot): Answer {
  return assumed
    ? { status: 'missing', file, line, message: `\`${name}\` starts as true: nobody chose it.` }
    : { status: 'met', file, line, message: `\`${name}\` starts as the person says.` };
}

/** Whether a flag is for the purpose that the rule names; every flag is when it names none. */
function isFor({ parameters }: ObligationRule, name: string): boolean {
  const purpose = String(parameters['purpose'] ?? '').toLowerCase();
  return purpose === '' || name.toLowerCase().includes(purpose);
}
