/** Flows of two states of a program → how the data map changed. Lines, files and the number of flows do not count. */
import type { DataMapEntry, EntryChange, Holder, HolderChange } from '../core/data-map.ts';
import { type Flow, printGuard } from '../core/flow.ts';
import { compareText } from '../core/location.ts';
import type { Activity, DataCategory } from '../core/privacy.ts';

/** Giving away is graver than keeping. */
const GRAVITY: readonly Activity[] = ['share', 'expose', 'log', 'store', 'collect'];

export interface Comparison {
  readonly added: readonly HolderChange[];
  readonly removed: readonly HolderChange[];
  readonly altered: readonly EntryChange[];
}

/** What came, what went, and what stays on other conditions. */
export function compareDataMaps(before: readonly Flow[], after: readonly Flow[]): Comparison {
  const [old, young] = [dataMapOf(before), dataMapOf(after)];
  const lacks = (map: ReadonlyMap<string, DataMapEntry>) => (key: string) => !map.has(key);
  return {
    added: holderChanges(pick(young, lacks(old)), old),
    removed: holderChanges(pick(old, lacks(young)), young),
    altered: [...young]
      .flatMap(([key, entry]) => alteration(old.get(key), entry) ?? [])
      .sort((a, b) => compareEntries(a.entry, b.entry)),
  };
}

/** What of a comparison concerns files, by the names they had before and have after: what flows through them. */
export function narrowComparison(
  { added, removed, altered }: Comparison,
  files: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> },
): Comparison {
  const through = (entries: readonly DataMapEntry[], names: ReadonlySet<string>) =>
    entries.filter(({ flows }) => flows.some((flow) => passes(flow, names)));
  const narrowed = (changes: readonly HolderChange[], names: ReadonlySet<string>) =>
    changes
      .map((change) => ({ ...change, entries: through(change.entries, names) }))
      .filter(({ entries }) => entries.length > 0);
  return {
    added: narrowed(added, files.after),
    removed: narrowed(removed, files.before),
    altered: altered.filter(({ entry }) => through([entry], files.after).length > 0),
  };
}

function passes({ source, sink, steps }: Flow, files: ReadonlySet<string>): boolean {
  return [source, sink, ...steps].some(({ file }) => files.has(file));
}

function pick(map: ReadonlyMap<string, DataMapEntry>, wanted: (key: string) => boolean): DataMapEntry[] {
  return [...map].filter(([key]) => wanted(key)).map(([, entry]) => entry);
}

/** Activity, holder and category → entry. */
function dataMapOf(flows: readonly Flow[]): Map<string, DataMapEntry> {
  const groups = new Map<string, { category: DataCategory; holder: Holder | null; flows: Flow[] }>();
  for (const flow of flows) {
    const holder = holderOf(flow);
    for (const category of flow.data) {
      const key = JSON.stringify([flow.activity, holder?.id ?? null, category]);
      const group = groups.get(key);
      if (group) group.flows.push(flow);
      else groups.set(key, { category, holder, flows: [flow] });
    }
  }
  return new Map([...groups].map(([key, group]) => [key, entryOf(group.category, group.holder, group.flows)]));
}

function entryOf(category: DataCategory, holder: Holder | null, flows: readonly Flow[]): DataMapEntry {
  return {
    activity: flows[0]?.activity ?? 'collect',
    category,
    holder,
    purposes: sortedSet(flows.flatMap(({ purpose }) => purpose ?? [])),
    protections: inEach(flows.map(({ protections }) => protections)),
    guards: inEach(flows.map(({ guards }) => guards.map(printGuard))),
    flows,
  };
}

/** Whoever gets the data; for what is stored with nobody else, the library that stores it. */
function holderOf({ activity, recipient, sink }: Flow): Holder | null {
  if (recipient) {
    const { id, name, class: kind, country } = recipient;
    return { id, name, attributes: [kind, ...(country === undefined ? [] : [country])] };
  }
  if (activity === 'share') return { id: '', name: 'someone the code does not show', attributes: [] };
  if (activity !== 'store') return null;
  const library = sink.model.split(': ')[0] ?? sink.model;
  return { id: `library ${library}`, name: library, attributes: [] };
}

function holderChanges(entries: readonly DataMapEntry[], others: ReadonlyMap<string, DataMapEntry>): HolderChange[] {
  const known = new Set([...others.values()].map(holderKey));
  const groups = new Map<string, DataMapEntry[]>();
  for (const entry of [...entries].sort(compareEntries)) {
    const group = groups.get(holderKey(entry));
    if (group) group.push(entry);
    else groups.set(holderKey(entry), [entry]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (!first) return [];
    return [{ activity: first.activity, holder: first.holder, entirely: !known.has(key), entries: group }];
  });
}

function holderKey({ activity, holder }: DataMapEntry): string {
  return JSON.stringify([activity, holder?.id ?? null]);
}

function alteration(before: DataMapEntry | undefined, entry: DataMapEntry): EntryChange | null {
  if (!before) return null;
  const lost = [
    ...without(before.protections, entry.protections).map((protection) => `no longer ${protection}`),
    ...without(before.guards, entry.guards).map((guard) => `no longer only with ${guard}`),
  ];
  const gained = [
    ...without(entry.protections, before.protections).map((protection) => `now ${protection}`),
    ...without(entry.guards, before.guards).map((guard) => `now only with ${guard}`),
  ];
  const purposes = without(entry.purposes, before.purposes);
  if (lost.length + gained.length + purposes.length === 0) return null;
  return { entry, weaker: lost, stronger: gained, purposes };
}

function compareEntries(a: DataMapEntry, b: DataMapEntry): number {
  return (
    GRAVITY.indexOf(a.activity) - GRAVITY.indexOf(b.activity) ||
    compareText(a.holder?.name ?? '', b.holder?.name ?? '') ||
    compareText(a.holder?.id ?? '', b.holder?.id ?? '') ||
    compareText(a.category, b.category)
  );
}

function inEach(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  return sortedSet(first.filter((each) => others.every((list) => list.includes(each))));
}

function without(list: readonly string[], others: readonly string[]): string[] {
  return list.filter((each) => !others.includes(each));
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareText);
}
