/** A change of the data map in words. All of it is untrusted text: formats escape it. */
import type { DataMapEntry, EntryChange, HolderChange } from '../../core/data-map.ts';
import type { Activity } from '../../core/privacy.ts';

/** One change: `new recipient Mixpanel (analytics, US) for user.contact.email`, and where to look. */
export interface ChangeLine {
  readonly sign: '+' | '-' | '!' | '~';
  /** Up to the data. */
  readonly lead: string;
  readonly data: readonly string[];
  /** After the data. */
  readonly rest: string;
  /** The first flow of each category. */
  readonly entries: readonly DataMapEntry[];
}

interface Phrases {
  /** Of a holder that has nothing else of this activity. */
  readonly fresh: (holder: string) => string;
  /** Of a holder, or of none, that has had other data. */
  readonly more: (holder: string) => string;
}

const ADDED: Readonly<Record<Activity, Phrases>> = {
  share: { fresh: (holder) => `new recipient ${holder} for`, more: (holder) => `${holder} now also gets` },
  store: { fresh: (holder) => `new store ${holder} for`, more: (holder) => `${holder} now also stores` },
  log: { fresh: () => 'new category in logs:', more: () => 'new category in logs:' },
  expose: { fresh: () => 'newly exposed:', more: () => 'newly exposed:' },
  collect: { fresh: () => 'newly collected:', more: () => 'newly collected:' },
};

const REMOVED: Readonly<Record<Activity, Phrases>> = {
  share: { fresh: (holder) => `recipient ${holder} is gone; it got`, more: (holder) => `${holder} no longer gets` },
  store: { fresh: (holder) => `store ${holder} is gone; it held`, more: (holder) => `${holder} no longer stores` },
  log: { fresh: () => 'no longer in logs:', more: () => 'no longer in logs:' },
  expose: { fresh: () => 'no longer exposed:', more: () => 'no longer exposed:' },
  collect: { fresh: () => 'no longer collected:', more: () => 'no longer collected:' },
};

const STAYS: Readonly<Record<Activity, (holder: string) => string>> = {
  share: (holder) => `shared with ${holder}`,
  store: (holder) => `stored by ${holder}`,
  log: () => 'in logs',
  expose: () => 'exposed',
  collect: () => 'collected',
};

/** What came or went. */
export function holderLine(change: HolderChange, sign: '+' | '-'): ChangeLine {
  const { activity, holder, entirely, entries } = change;
  const phrases = (sign === '+' ? ADDED : REMOVED)[activity];
  const lead = phrases[entirely ? 'fresh' : 'more'](printHolder(holder));
  const to = holder !== null && !['share', 'store'].includes(activity) ? ` (${printHolder(holder)})` : '';
  return { sign, lead, data: entries.map(({ category }) => category), rest: to, entries };
}

/** What stays on other conditions: `!` when less is done for the person. */
export function alteredLine({ entry, weaker, stronger, purposes }: EntryChange): ChangeLine {
  const news = [...weaker, ...stronger, ...purposes.map((purpose) => `now for ${purpose}`)];
  const place = STAYS[entry.activity](printHolder(entry.holder));
  const rest = `, ${place}: ${news.join('; ')}`;
  return { sign: weaker.length > 0 ? '!' : '~', lead: '', data: [entry.category], rest, entries: [entry] };
}

function printHolder(holder: DataMapEntry['holder']): string {
  if (holder === null) return '';
  return holder.attributes.length === 0 ? holder.name : `${holder.name} (${holder.attributes.join(', ')})`;
}
