/** The format of `rules/libraries/**` and of the users' own models. */
import { z } from 'zod';
import { ACTIVITIES, CONFIDENCES, GUARD_KINDS, PROTECTIONS, SOURCE_KINDS } from '../core/privacy.ts';
import { apiPath, editorSchema, identifier, oneOf, oneOrMore, port, prose, taxonomyKey, word } from './shapes.ts';

const apiPaths = oneOrMore(apiPath);
const ports = oneOrMore(port);

const typeItem = z.strictObject({ type: word, api: apiPaths, port: ports.default(['return']) });

const sourceItem = z.strictObject({
  api: apiPaths,
  port: ports.exactOptional(),
  kind: oneOf(SOURCE_KINDS),
  data: taxonomyKey.exactOptional(),
  subject: taxonomyKey.exactOptional(),
  entity: word.exactOptional(),
  select: port.exactOptional(),
  omit: port.exactOptional(),
  include: port.exactOptional(),
  named: port.exactOptional(),
  field: port.exactOptional(),
  required: ports.exactOptional(),
});

/** `=sms` is the text `sms`, anything else a port. */
const attributeValue = word.superRefine((value, context) => {
  if (value.startsWith('=')) return;
  const problem = port.safeParse(value).error?.issues[0];
  if (problem) context.addIssue(`${problem.message}, or \`=\` and a literal`);
});

const throughItem = z.strictObject({
  by: port,
  takes: port,
  texts: port.exactOptional(),
  next: port.exactOptional(),
  entity: port.exactOptional(),
  gives: port.exactOptional(),
});

const sinkItem = z.strictObject({
  api: apiPaths,
  port: ports,
  activity: oneOf(ACTIVITIES),
  recipient: identifier.exactOptional(),
  url: port.exactOptional(),
  purpose: taxonomyKey.exactOptional(),
  attributes: z.record(word, attributeValue).default({}),
  entity: word.exactOptional(),
  named: port.exactOptional(),
  redact: port.exactOptional(),
  as: oneOf(['json', 'plain']).exactOptional(),
  shape: port.exactOptional(),
  through: oneOrMore(throughItem).exactOptional(),
});

const setting = word.regex(/^(?:on|absent|[=!].*|~.+)$/, {
  error: 'must be `on`, `absent`, `=` and a literal, `!` and a literal, or `~` and a part of a text',
});

const leakItem = z.strictObject({
  api: apiPaths,
  when: z.record(port, oneOrMore(setting)).default({}),
  activity: oneOf(ACTIVITIES),
  recipient: identifier.exactOptional(),
  purpose: taxonomyKey.exactOptional(),
  data: oneOrMore(taxonomyKey),
  confidence: oneOf(CONFIDENCES).exactOptional(),
  message: prose,
});

const propagatorItem = z.strictObject({
  api: apiPaths,
  from: oneOrMore(word.superRefine(checkFrom)),
  to: ports,
  keeps: oneOf(['value', 'taint', 'parsed', 'instance', 'entries']).default('value'),
  schema: port.exactOptional(),
  select: port.exactOptional(),
  omit: port.exactOptional(),
  include: port.exactOptional(),
  part: z.boolean().exactOptional(),
  where: port.exactOptional(),
  topic: z.union([z.literal('*'), port]).exactOptional(),
  unless: port.exactOptional(),
  literal: z.strictObject({ port, text: z.string() }).exactOptional(),
  shape: port.exactOptional(),
  as: oneOf(['json', 'plain']).exactOptional(),
});

function checkFrom(value: string, context: z.RefinementCtx<string>): void {
  const problem = value === 'nothing' ? undefined : port.safeParse(value).error?.issues[0];
  if (problem) context.addIssue(`${problem.message}, or \`nothing\``);
}

const sanitizerItem = z.strictObject({
  api: apiPaths,
  from: ports.default(['argument[0]']),
  to: ports.default(['return']),
  protection: oneOf(PROTECTIONS),
  algorithm: port.exactOptional(),
  key: port.exactOptional(),
  masks: port.exactOptional(),
  ofPart: z.boolean().exactOptional(),
  sums: port.exactOptional(),
});

const guardItem = z.strictObject({
  api: apiPaths,
  kind: oneOf(GUARD_KINDS),
  purpose: word.exactOptional(),
  purposeFrom: port.exactOptional(),
});

const schemaItem = z.strictObject({
  api: apiPaths,
  fields: port.exactOptional(),
  pick: port.exactOptional(),
  omit: port.exactOptional(),
  of: port.exactOptional(),
  name: port.exactOptional(),
  start: port.exactOptional(),
  unselected: z.record(word, z.boolean()).exactOptional(),
  hidden: z.record(word, z.boolean()).exactOptional(),
  refers: word.exactOptional(),
  expiry: port.exactOptional(),
  required: z.boolean().exactOptional(),
  fieldsRequired: z.boolean().exactOptional(),
});

const VERBS = ['create', 'read', 'update', 'upsert', 'delete', 'expire', 'respond', 'sign-out', 'part'] as const;

const columnTest = oneOf(['equal', 'unequal', 'nothing', 'something']);

const conditionItem = z.strictObject({
  api: apiPaths,
  column: port.exactOptional(),
  is: columnTest.exactOptional(),
  value: port.exactOptional(),
  all: port.exactOptional(),
});

const operationItem = z.strictObject({
  api: apiPaths,
  verb: oneOf(VERBS),
  entity: word.exactOptional(),
  data: port.exactOptional(),
  filter: port.exactOptional(),
  by: word.exactOptional(),
  is: columnTest.exactOptional(),
  value: port.exactOptional(),
  either: z.boolean().exactOptional(),
  select: port.exactOptional(),
  sql: port.exactOptional(),
  format: oneOf(['data', 'file', 'page']).exactOptional(),
});

const routeItem = z.strictObject({
  api: apiPaths,
  kind: oneOf(['route', 'mount', 'plugin', 'job']).default('route'),
  method: attributeValue.exactOptional(),
  path: port.exactOptional(),
  handlers: port,
  every: port.exactOptional(),
});

const fieldItem = z.strictObject({
  api: apiPaths,
  is: oneOf(['hidden', 'shown', 'stored', 'hook', 'guard']),
  by: port.exactOptional(),
  asks: word.exactOptional(),
});

const entryItem = z.strictObject({
  files: word,
  export: word,
  parameter: z.int().min(0).max(20).exactOptional(),
  type: word,
  directive: word.exactOptional(),
  members: z.boolean().exactOptional(),
  wraps: z.boolean().exactOptional(),
});

const functionItem = z.strictObject({
  api: apiPaths,
  as: oneOf(['curried', 'curry', 'flow', 'compose', 'pipe', 'piped']),
  arguments: z.int().min(1).max(9).exactOptional(),
});

const methodItem = z.strictObject({
  api: apiPaths,
  port: ports,
  of: word,
  rows: z.boolean().exactOptional(),
  named: attributeValue.exactOptional(),
  schema: port.exactOptional(),
  getter: z.boolean().exactOptional(),
  takes: port.exactOptional(),
});

const folderItem = z.strictObject({ api: apiPaths, folder: port });

/** One library. */
export const libraryFile = z.strictObject({
  $schema: editorSchema,
  package: word,
  aliases: z.array(word).default([]),
  docs: word,
  recipient: identifier.exactOptional(),
  globals: z.array(word).default([]),
  settings: z.array(apiPath).exactOptional(),
  types: z.array(typeItem).default([]),
  sources: z.array(sourceItem).default([]),
  sinks: z.array(sinkItem).default([]),
  propagators: z.array(propagatorItem).default([]),
  sanitizers: z.array(sanitizerItem).default([]),
  guards: z.array(guardItem).default([]),
  schemas: z.array(schemaItem).default([]),
  fields: z.array(fieldItem).default([]),
  entries: z.array(entryItem).default([]),
  leaks: z.array(leakItem).default([]),
  functions: z.array(functionItem).default([]),
  methods: z.array(methodItem).default([]),
  folders: z.array(folderItem).default([]),
  operations: z.array(operationItem).default([]),
  conditions: z.array(conditionItem).default([]),
  routes: z.array(routeItem).default([]),
});
