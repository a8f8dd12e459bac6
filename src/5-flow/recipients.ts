/** Who receives what a sink sends: by the project's word, the library, the address, or the name of a setting. */
import type { Recipient } from '../core/catalogue.ts';
import type { FlowRecipient } from '../core/flow.ts';
import { matchesGlob } from '../core/glob.ts';
import type { Analysis } from './analysis.ts';
import { isIndex } from './data.ts';
import { splitWords } from './names-words.ts';
import type { Emission, SinkSite } from './sinks.ts';
import { type Atom, type Value, valueWith } from './value.ts';

/** Who gets what arrives at a sink, with the addresses that are theirs; null when nothing shows it. */
interface Addressee {
  readonly recipient: FlowRecipient | null;
  readonly url: Value | null;
}

/** Everybody whose address it may be. */
export function recipientsOf({ site, url }: Emission, analysis: Analysis): readonly Addressee[] {
  const { activity } = site.model;
  if (activity !== 'share' && !site.recipient) return [{ recipient: null, url }];
  const byModule = moduleRecipient(site, analysis);
  if (byModule) return [{ recipient: flowRecipient(byModule), url }];
  if (site.recipient) {
    if (analysis.program.ownNames.has(nameOf(site.recipient))) return [{ recipient: SELF, url }];
    const known = analysis.catalogue.recipients.find(({ id }) => id === site.recipient);
    return [{ recipient: known ? flowRecipient(known) : unknown(site.recipient), url }];
  }
  return url ? urlRecipients(url, analysis) : [{ recipient: null, url }];
}

/** The project's own client for someone: `src/clients/courier/**`. */
function moduleRecipient(site: SinkSite, analysis: Analysis): Recipient | undefined {
  const file = analysis.program.files[site.place.file]?.file ?? '';
  return analysis.catalogue.configuration.recipients.find(({ modules }) =>
    modules.some((glob) => matchesGlob(glob, file)),
  );
}

function flowRecipient({ id, name, class: recipientClass, country, attributes }: Recipient): FlowRecipient {
  return { id, name, class: recipientClass, ...(country ? { country } : {}), attributes };
}

const SELF: FlowRecipient = { id: 'self', name: 'this application', class: 'self', attributes: [] };

const HOST = /^(?:https?|wss?):\/\/(?:[^/@?#]*@)?([^/:?#]+)/i;

function urlRecipients(url: Value, analysis: Analysis): readonly Addressee[] {
  const found = new Map<string, Addressee>();
  let isOwn = false;
  for (const atom of url.atoms) {
    if (atom.kind !== 'constant' || atom.type !== 'string') continue;
    const host = HOST.exec(atom.text)?.[1];
    if (host) {
      const recipient = recipientAt(host, analysis);
      if (!found.has(recipient.id)) found.set(recipient.id, { recipient, url: valueWith(atom) });
    } else if (/^\.{0,2}\/(?!\/)/.test(atom.text)) isOwn = true;
  }
  // A path beside an address is one below it.
  if (found.size > 0) return [...found.values()];
  return [{ recipient: isOwn ? SELF : namedRecipient(url, analysis), url }];
}

/** As {@link Program.ownNames} are written. */
function nameOf(id: string): string {
  return id.toLowerCase().replace(/[^a-z\d]/g, '');
}

/** Whose host it is; one called as the project calls itself is ours: `api.acme.example` in `@acme/web`. */
function recipientAt(host: string, { catalogue, program }: Analysis): FlowRecipient {
  const known = catalogue.recipientOfHost(host);
  if (!known) return unknown(host);
  return known.class === 'unknown' && program.ownNames.has(nameOf(known.id)) ? SELF : flowRecipient(known);
}

/** Whether an address is one of this application's own pages, or somebody else's; absent when the code does not show it. */
export function siteOf(url: Value | null, analysis: Analysis): { site?: 'own' | 'other' } {
  const sites = (url?.atoms ?? []).flatMap((atom) => {
    if (atom.kind !== 'constant' || atom.type !== 'string') return [];
    const host = HOST.exec(atom.text)?.[1];
    if (host) return [recipientAt(host, analysis).class === 'self' ? 'own' : 'other'] as const;
    return /^[./?#]/.test(atom.text) ? (['own'] as const) : [];
  });
  if (sites.includes('other')) return { site: 'other' };
  return sites.includes('own') ? { site: 'own' } : {};
}

function unknown(id: string): FlowRecipient {
  return { id, name: id, class: 'unknown', attributes: [] };
}

// ── addresses that are settings ────────────────────────────────────────────────────────────────────────────────────

/** `process.env.SLACK_WEBHOOK_URL`: the address is not in the code, but what it is called says whose it is. */
function namedRecipient(url: Value, analysis: Analysis): FlowRecipient | null {
  for (const atom of url.atoms) {
    const words = splitWords(addressName(atom));
    if (!words.some((word) => ADDRESS.has(word)) || words.some((word) => OWN.has(word))) continue;
    const known = recipientIn(words, analysis);
    if (known) return analysis.program.ownNames.has(nameOf(known.id)) ? SELF : flowRecipient(known);
  }
  return null;
}

/** Words of names that hold an address. */
const ADDRESS = new Set(['url', 'uri', 'webhook', 'hook', 'endpoint', 'host', 'hostname', 'dsn', 'api', 'domain']);
/** Words of addresses of ours that someone else is told: `GITHUB_CALLBACK_URL`. */
const OWN = new Set(['callback', 'redirect', 'return', 'success', 'cancel', 'logout', 'our', 'own', 'app', 'site']);

/** What the last part of the way to an address is called. */
function addressName(atom: Atom): string {
  if (atom.kind === 'library') {
    const last = atom.path.findLast((step) => step.startsWith('.'));
    return last?.slice(1) ?? '';
  }
  if (atom.kind !== 'data') return '';
  const last = atom.path.at(-1);
  if (last !== undefined) return isIndex(last) ? '' : last;
  return 'name' in atom.root ? atom.root.name : '';
}

const MOST_WORDS = 4;

/** The recipient whose id or name stands among the words; the longest wins. */
function recipientIn(words: readonly string[], analysis: Analysis): Recipient | null {
  const byName = recipientsByName(analysis);
  for (let length = Math.min(MOST_WORDS, words.length); length > 0; length--) {
    for (let start = 0; start + length <= words.length; start++) {
      const known = byName.get(words.slice(start, start + length).join(''));
      if (known) return known;
    }
  }
  return null;
}

const BY_NAME = new WeakMap<readonly Recipient[], ReadonlyMap<string, Recipient>>();

function recipientsByName({ catalogue: { recipients } }: Analysis): ReadonlyMap<string, Recipient> {
  let byName = BY_NAME.get(recipients);
  if (!byName) {
    const found = new Map<string, Recipient>();
    for (const recipient of recipients) {
      if (recipient.everyday) continue;
      for (const name of [recipient.id, recipient.name]) {
        const key = splitWords(name).join('');
        if (key.length > 1 && !found.has(key)) found.set(key, recipient);
      }
    }
    byName = found;
    BY_NAME.set(recipients, byName);
  }
  return byName;
}
