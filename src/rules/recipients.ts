/** Who receives data: `rules/recipients`, and which of them answers at a host. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Domains from 'tldts';
import { z } from 'zod';
import type { Recipient } from '../core/catalogue.ts';
import { RECIPIENT_CLASSES, type RecipientClass } from '../core/privacy.ts';
import { UsageError } from '../core/usage-error.ts';
import { readRules } from './checked.ts';
import { listDataFiles, RULES_DIRECTORY } from './files.ts';
import { editorSchema, hostGlob, identifier, moduleGlob, oneOf, oneOrMore, taxonomyKey, word } from './shapes.ts';

/** Two tables of some size, read when the first unlisted host turns up. */
const require = createRequire(import.meta.url);

/** One recipient, in `rules/recipients` as in a project's configuration. */
export const recipientItem = z.strictObject({
  $schema: editorSchema,
  id: identifier,
  name: word.exactOptional(),
  class: oneOf(RECIPIENT_CLASSES),
  country: word.regex(/^[A-Z]{2}$/, { error: 'must be an ISO 3166 country code such as `US`' }).exactOptional(),
  hosts: z.array(hostGlob).default([]),
  packages: z.array(word).default([]),
  modules: z.array(moduleGlob).default([]),
  purpose: taxonomyKey.exactOptional(),
  attributes: z.array(word).default([]),
  everyday: z.boolean().exactOptional(),
  source: word.exactOptional(),
});

/** A file of recipients: one, or a list. */
export const recipientsFile = oneOrMore(recipientItem);

/** The built-in recipients, in the order of their files. */
export function loadRecipients(directory: string = join(RULES_DIRECTORY, 'recipients')): Recipient[] {
  const recipients = listDataFiles(directory).flatMap((file) =>
    readRules(join(directory, file), `rules/recipients/${file}`, recipientsFile).data.map(toRecipient),
  );
  const ids = new Set<string>();
  for (const { id } of recipients) {
    if (ids.has(id)) throw new UsageError(`rules/recipients: the recipient \`${id}\` is there twice`);
    ids.add(id);
  }
  return recipients;
}

/** A recipient as written, completed: without a `name`, the id in words. */
export function toRecipient({ $schema: _, ...item }: z.output<typeof recipientItem>): Recipient {
  return { ...item, name: item.name ?? inWords(item.id) };
}

/** The same recipients, those of the configuration in place of built-in ones with their id. */
export function overrideRecipients(builtIn: readonly Recipient[], own: readonly Recipient[]): Recipient[] {
  const overridden = new Set(own.map(({ id }) => id));
  return [...own, ...builtIn.filter(({ id }) => !overridden.has(id))];
}

/**
 * The function behind `Catalogue.recipientOfHost`. Of several host globs that match, the longest wins, at equal length
 * the earlier recipient; `*.x.example` also means `x.example` itself.
 */
export function hostLookup(
  recipients: readonly Recipient[],
  firstParty: readonly string[],
): (host: string) => Recipient | null {
  const globs = [...firstParty.map((glob) => ({ glob, recipient: SELF })), ...hostsOf(recipients)];
  globs.sort((a, b) => b.glob.length - a.glob.length);
  const known = new Map<string, Recipient | null>();
  return (written) => {
    const host = plainHost(written);
    let recipient = known.get(host);
    if (recipient === undefined) {
      recipient = globs.find(({ glob }) => matchesHost(glob, host))?.recipient ?? unmodelled(host, globs);
      known.set(host, recipient);
    }
    return recipient;
  };
}

interface HostGlob {
  readonly glob: string;
  readonly recipient: Recipient;
}

function hostsOf(recipients: readonly Recipient[]): HostGlob[] {
  return recipients.flatMap((recipient) => recipient.hosts.map((glob) => ({ glob: glob.toLowerCase(), recipient })));
}

const NOTHING_DECLARED = { hosts: [], packages: [], modules: [], attributes: [] } as const;

/** We ourselves, at a first-party host. */
const SELF: Recipient = { id: 'self', name: 'us', class: 'self', ...NOTHING_DECLARED };

/** `API.Example.com.:443` → `api.example.com`. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

function matchesHost(glob: string, host: string): boolean {
  if (glob.startsWith('*.') && host === glob.slice(2)) return true;
  return matchesFrom(glob.split('*'), host);
}

/** The literal parts of a glob in order, first and last at the ends: linear, and no regular expression. */
function matchesFrom(parts: readonly string[], host: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return host === first;
  if (!host.startsWith(first) || !host.endsWith(last) || host.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = host.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= host.length - last.length;
}

/** A host that no glob names. */
function unmodelled(host: string, globs: readonly HostGlob[]): Recipient | null {
  if (isLocal(host)) return SELF;
  const { parse } = require('tldts') as typeof Domains;
  const { domain, domainWithoutSuffix, isIp, isPrivate } = parse(host, { allowPrivateDomains: true });
  if (isIp) return { id: host, name: host, class: 'unknown', ...NOTHING_DECLARED };
  if (domain === null || !domainWithoutSuffix) return null;
  const owner = ownerOf(domain, globs);
  if (owner !== null) return owner;
  const listed = isPrivate === true ? null : listedEntity(host);
  return {
    id: domainWithoutSuffix,
    name: listed?.name ?? domain,
    class: listed?.class ?? 'unknown',
    ...NOTHING_DECLARED,
  };
}

/** The one recipient with hosts at this registrable domain. A first-party host says nothing about its neighbours. */
function ownerOf(domain: string, globs: readonly HostGlob[]): Recipient | null {
  const there = globs.filter(({ glob, recipient }) => recipient !== SELF && `.${glob}`.endsWith(`.${domain}`));
  const owners = new Set(there.map(({ recipient }) => recipient));
  return owners.size === 1 ? ([...owners][0] ?? null) : null;
}

const LOCAL_NAMES = /^(?:[\w-]+|[\w.-]+\.(?:localhost|local|internal|lan|home\.arpa))$/;
const LOCAL_ADDRESSES =
  /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|0\.0\.0\.0$|\[?::1\]?$|\[?f[cd][0-9a-f]{2}:)/;

/** Our own machine or network: `localhost`, `redis`, `users.internal`, `10.0.0.4`. */
function isLocal(host: string): boolean {
  return host !== '' && (LOCAL_ADDRESSES.test(host) || LOCAL_NAMES.test(host));
}

/** How the list of third parties sorts them. Those that only host or deliver somebody's content say nothing. */
const CLASSES: Readonly<Record<string, RecipientClass>> = {
  ad: 'advertising',
  analytics: 'analytics',
  'consent-provider': 'service-provider',
  'customer-success': 'service-provider',
  marketing: 'advertising',
  social: 'social-network',
  'tag-manager': 'analytics',
  utility: 'service-provider',
  video: 'service-provider',
};

interface Entity {
  readonly name: string;
  readonly category: string;
}

function listedEntity(host: string): { readonly name: string; readonly class: RecipientClass } | null {
  const { getEntity } = require('third-party-web/nostats-subset') as {
    getEntity(host: string): Entity | undefined;
  };
  const entity = getEntity(host);
  if (entity === undefined) return null;
  return { name: entity.name, class: CLASSES[entity.category] ?? 'unknown' };
}

function inWords(id: string): string {
  return id
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ');
}
