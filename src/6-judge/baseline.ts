/**
 * Findings × baseline → what is new, what is known, and which known ones are gone.
 *
 * A finding is known when an entry has its fingerprint; or stands at the same anchor (rule, file, function, callee) and
 * has all that the finding has, so that mending half of a finding makes no new one. Either way it must not be worse than
 * what was written down: the same data, sources and recipients or fewer, the same protections and guards or more. An
 * entry knows one finding. So a finding cannot take the place of another: whatever is swapped in is new.
 */
import { createHash } from 'node:crypto';
import type { Baseline, BaselineComparison, BaselineEntry, BaselineState } from '../core/baseline.ts';
import { type Flow, printGuard } from '../core/flow.ts';
import { compareText } from '../core/location.ts';
import type { Obligation, Policy, Violation } from '../core/policy.ts';
import type { Judgement } from './judge.ts';

/** What a baseline can know. */
export interface Findings {
  readonly violations: readonly Violation[];
  readonly obligations: readonly Obligation[];
}

/** Missing obligations with a fingerprint: the rule, the file, and what the message names, but no line numbers. */
export function withFingerprints(judgement: Judgement): Judgement {
  const seen = new Map<string, number>();
  const obligations = judgement.obligations.map((obligation): Obligation => {
    if (obligation.status !== 'missing' || obligation.fingerprint !== undefined) return obligation;
    const identity = JSON.stringify([obligation.rule, obligation.file, obligation.message.replace(/:\d+/g, '')]);
    const ordinal = seen.get(identity) ?? 0;
    seen.set(identity, ordinal + 1);
    return { ...obligation, fingerprint: hash(`${identity}\n${ordinal}`) };
  });
  return { ...judgement, obligations };
}

/** What a scan looked at: entries about anything else are neither there nor gone. */
export interface Scope {
  readonly policies: readonly Policy[];
  /** Files or folders below the root; empty for all. */
  readonly paths: readonly string[];
  /** Whether every file was analysed: of a part of the program, nothing can be said to be gone. */
  readonly complete: boolean;
}

export interface Compared {
  readonly violations: Violation[];
  readonly obligations: Obligation[];
  readonly baseline: BaselineComparison;
}

/** The findings with their states. */
export function compare(
  { violations, obligations }: Findings,
  flows: readonly Flow[],
  baseline: Baseline,
  scope: Scope,
): Compared {
  const described = describe({ violations, obligations }, flows, '');
  const known = match([...described.values()], baseline.entries);
  const stateOf = (finding: Violation | Obligation): BaselineState => {
    const entry = described.get(finding);
    const before = entry && known.get(entry);
    if (!entry || !before) return 'new';
    return before.line === entry.line ? 'unchanged' : 'moved';
  };
  const matched = new Set(known.values());
  const rest = baseline.entries.filter((entry) => !matched.has(entry));
  return {
    violations: violations.map((violation) => ({ ...violation, baselineState: stateOf(violation) })),
    obligations: obligations.map((obligation) =>
      obligation.status === 'missing' ? { ...obligation, baselineState: stateOf(obligation) } : obligation,
    ),
    baseline: {
      file: baseline.file,
      absent: rest.filter((entry) => isInScope(entry, scope)),
      unseen: rest.filter((entry) => !isInScope(entry, scope)),
    },
  };
}

/**
 * The entries that know exactly these findings, sorted by what does not move when lines do. What `previous` knew keeps
 * the day it was added.
 */
export function entriesOf(
  judgement: Findings,
  flows: readonly Flow[],
  today: string,
  previous: readonly BaselineEntry[] = [],
): BaselineEntry[] {
  const entries = [...describe(judgement, flows, today).values()];
  const known = match(entries, previous);
  return entries.map((entry) => ({ ...entry, added: known.get(entry)?.added ?? today })).sort(byAnchor);
}

/** The order of a baseline file. */
export function byAnchor(a: BaselineEntry, b: BaselineEntry): number {
  return compareText(anchorOf(a), anchorOf(b)) || compareText(a.fingerprint, b.fingerprint);
}

function describe(
  { violations, obligations }: Findings,
  flows: readonly Flow[],
  added: string,
): Map<Violation | Obligation, BaselineEntry> {
  const described = new Map<Violation | Obligation, BaselineEntry>();
  for (const violation of violations) described.set(violation, ofViolation(violation, flows, added));
  for (const obligation of obligations) {
    if (obligation.status === 'missing') described.set(obligation, ofObligation(obligation, added));
  }
  return described;
}

function ofViolation({ rule, fingerprint, data, flows: indexes }: Violation, flows: readonly Flow[], added: string) {
  const broken = indexes.flatMap((index) => flows[index] ?? []);
  const [first] = broken;
  const shared = <Item extends string>(list: (flow: Flow) => readonly Item[]) =>
    distinct(first ? list(first).filter((item) => broken.every((flow) => list(flow).includes(item))) : []);
  return {
    fingerprint,
    rule,
    file: first?.sink.file ?? '',
    line: first?.sink.line ?? 1,
    symbol: first?.sink.symbol ?? '',
    sink: distinct(broken.map(({ sink }) => sink.expression)).join(', '),
    data: distinct(data ?? broken.flatMap((flow) => flow.data)),
    sources: distinct(broken.map(({ source }) => source.expression)),
    recipients: distinct(broken.flatMap(({ recipient }) => recipient?.id ?? [])),
    protections: shared(({ protections }) => protections),
    guards: shared(({ guards }) => guards.map(printGuard)),
    added,
  };
}

function ofObligation({ rule, file, line, fingerprint = '' }: Obligation, added: string): BaselineEntry {
  const nothing = { data: [], sources: [], recipients: [], protections: [], guards: [] };
  return { fingerprint, rule, file, line, symbol: '', sink: '', ...nothing, added };
}

/** Which entry knows which finding. The surest matches are made first: same line, same fingerprint, same anchor. */
function match(
  findings: readonly BaselineEntry[],
  entries: readonly BaselineEntry[],
): Map<BaselineEntry, BaselineEntry> {
  const known = new Map<BaselineEntry, BaselineEntry>();
  const free = new Map<string, Set<BaselineEntry>>();
  for (const entry of entries) free.set(anchorOf(entry), (free.get(anchorOf(entry)) ?? new Set()).add(entry));
  for (const accepts of ROUNDS) {
    for (const finding of findings) {
      const candidates = free.get(anchorOf(finding));
      if (!candidates || known.has(finding)) continue;
      const [best] = [...candidates]
        .filter((entry) => accepts(finding, entry) && noWorse(finding, entry))
        .sort((a, b) => Math.abs(a.line - finding.line) - Math.abs(b.line - finding.line));
      if (!best) continue;
      known.set(finding, best);
      candidates.delete(best);
    }
  }
  return known;
}

const ROUNDS: readonly ((finding: BaselineEntry, entry: BaselineEntry) => boolean)[] = [
  (finding, entry) => finding.fingerprint === entry.fingerprint && finding.line === entry.line,
  (finding, entry) => finding.fingerprint === entry.fingerprint,
  // A missing obligation has nothing but its fingerprint.
  (finding, entry) => finding.sink !== '' && finding.line === entry.line,
  (finding) => finding.sink !== '',
];

/** The same data, sources and recipients or fewer; the same protections and guards or more. */
function noWorse(finding: BaselineEntry, entry: BaselineEntry): boolean {
  const within = (few: readonly string[], many: readonly string[]) => few.every((item) => many.includes(item));
  return (
    within(finding.data, entry.data) &&
    within(finding.sources, entry.sources) &&
    within(finding.recipients, entry.recipients) &&
    within(entry.protections, finding.protections) &&
    within(entry.guards, finding.guards)
  );
}

function anchorOf({ file, rule, symbol, sink }: BaselineEntry): string {
  return [file, rule, symbol, sink].join('\0');
}

function isInScope({ rule, file }: BaselineEntry, { policies, paths, complete }: Scope): boolean {
  if (!complete || !policies.some(({ id }) => rule.startsWith(`${id}/`))) return false;
  return paths.length === 0 || paths.some((path) => path === file || file.startsWith(`${path}/`));
}

function distinct<Item extends string>(items: readonly Item[]): Item[] {
  return [...new Set(items)].sort(compareText);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
