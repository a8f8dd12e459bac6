/** The data map: which personal data is collected, logged, shared, stored and exposed, and how a change alters it. */
import type { Flow } from './flow.ts';
import type { Notification } from './notification.ts';
import type { Activity, DataCategory } from './privacy.ts';

/** One category of data, what happens to it, and who gets it or what keeps it. */
export interface DataMapEntry {
  readonly activity: Activity;
  readonly category: DataCategory;
  /** Null where the activity says it all: what is collected, logged, or exposed to whoever is on the other side. */
  readonly holder: Holder | null;
  readonly purposes: readonly string[];
  /** Those that every flow of the entry has. */
  readonly protections: readonly string[];
  /** Those that every flow of the entry has, as `consent:marketing`. */
  readonly guards: readonly string[];
  /** In the order of the scan, never empty. */
  readonly flows: readonly Flow[];
}

export interface Holder {
  /** A recipient's id, or the library that stores. */
  readonly id: string;
  readonly name: string;
  /** Recipient class and country, as far as known. */
  readonly attributes: readonly string[];
}

/** What a change makes of the data map. All lists are sorted, the gravest first. */
export interface DataMapChange {
  /** What the user compared with: `main`. */
  readonly since: string;
  readonly added: readonly HolderChange[];
  readonly removed: readonly HolderChange[];
  readonly altered: readonly EntryChange[];
  /** What the reader must know about the two scans: above all what was not analysed. */
  readonly notifications: readonly { readonly state: 'before' | 'after'; readonly notification: Notification }[];
  readonly files: { readonly before: number; readonly after: number };
}

/** Entries that one activity with one holder gained or lost. */
export interface HolderChange {
  readonly activity: Activity;
  readonly holder: Holder | null;
  /** The holder has nothing else: it is new, or gone. */
  readonly entirely: boolean;
  /** Sorted by category, never empty. */
  readonly entries: readonly DataMapEntry[];
}

/** An entry that stays, on other conditions. */
export interface EntryChange {
  readonly entry: DataMapEntry;
  /** `no longer hashed`, `no longer only with consent`: less is done for the person. */
  readonly weaker: readonly string[];
  /** `now hashed`. */
  readonly stronger: readonly string[];
  /** Purposes that came. */
  readonly purposes: readonly string[];
}
