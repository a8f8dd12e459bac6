/** A privacy policy as rules: the promises of a text, each with the clauses it was read from. */
import type { Activity, DataCategory, DataSubject, DataUse, GuardKind, Protection, RecipientClass } from './privacy.ts';

export type Level = 'error' | 'warning' | 'note';

export interface Policy {
  /** The short name its rules are known by: `1mg` in `1mg/no-spdi-in-logs`. */
  readonly id: string;
  readonly title: string;
  readonly document?: { readonly file: string; readonly sha256: string };
  /** Named groups of data categories: `personal: [user]`. */
  readonly sets: ReadonlyMap<string, readonly DataCategory[]>;
  readonly defaults: Readonly<Record<Activity, Level | 'allow'>>;
  readonly rules: readonly PolicyRule[];
  readonly notCheckable: readonly { readonly clauses: readonly string[]; readonly why: string }[];
  /** The file it was read from, for messages. */
  readonly file: string;
}

interface Rule {
  /** `<policy>/<id>`. */
  readonly id: string;
  /** The promise in our own words: one sentence. */
  readonly promise: string;
  readonly clauses: readonly string[];
  readonly level: Level;
  /** What keeps the promise: one sentence. */
  readonly fix?: string;
  readonly examples?: { readonly broken: string; readonly kept: string };
  /** 1-based line in the policy file, for messages. */
  readonly line: number;
}

/** Forbids or discloses flows. A field left out matches any flow. */
export interface FlowRule extends Rule {
  readonly verb: 'forbid' | 'allow';
  readonly activities: readonly Activity[];
  /** Categories, sets already replaced by their members. */
  readonly data: readonly DataCategory[];
  readonly subject: readonly DataSubject[];
  readonly to: RecipientMatch | null;
  readonly purpose: readonly DataUse[];
  /** Module globs. */
  readonly in: readonly string[];
  readonly where: readonly AttributeTest[];
  /** `allow` only: the payload may hold nothing of `data` beyond these. */
  readonly only: readonly DataCategory[] | null;
  /** `forbid`: not when this holds. */
  readonly unless: Condition | null;
  /** `allow`: only when this holds. */
  readonly if: Condition | null;
}

/** Demands that a code path exists. */
export interface ObligationRule extends Rule {
  readonly verb: 'require';
  readonly obligation: string;
  readonly data: readonly DataCategory[];
  readonly parameters: Readonly<Record<string, string | number>>;
}

export type PolicyRule = FlowRule | ObligationRule;

export interface RecipientMatch {
  /** Recipient ids and classes, attributes as `{class, attributes}`. */
  readonly any: readonly RecipientTerm[];
  /** True for `to: { not: […] }`. */
  readonly not: boolean;
}
export interface RecipientTerm {
  readonly id?: string;
  readonly class?: RecipientClass;
  readonly attributes: readonly string[];
}

/** `where: [{ attribute: maxAge, above: 0 }]`. Exactly one test. */
export interface AttributeTest {
  readonly attribute: string;
  readonly is?: readonly (string | number | boolean)[];
  readonly not?: readonly (string | number | boolean)[];
  readonly above?: number;
  readonly below?: number;
  readonly present?: boolean;
}

/** Guards and protections, combined: `unless: [consent, hashed]` is `any`. */
export type Condition =
  | { readonly kind: 'guard'; readonly guard: GuardKind; readonly purpose?: string }
  | { readonly kind: 'protection'; readonly protection: Protection }
  | { readonly kind: 'any' | 'all'; readonly of: readonly Condition[] };

/** A flow that breaks a rule, or that no rule discloses: a SARIF `result`. */
export interface Violation {
  /** `<policy>/<rule id>`, or `<policy>/undisclosed-<activity>` for a default. */
  readonly rule: string;
  readonly policy: string;
  readonly clauses: readonly string[];
  readonly level: Level;
  /** Index into the flows of the same result; the others that break the same rule at the same place follow. */
  readonly flows: readonly number[];
  /** Names data, source, sink and the promise; ends with a period. */
  readonly message: string;
  /** Survives unrelated edits and moved lines. */
  readonly fingerprint: string;
}

export interface Obligation {
  readonly rule: string;
  readonly policy: string;
  readonly clauses: readonly string[];
  readonly level: Level;
  readonly status: 'met' | 'missing' | 'not-applicable';
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface PromiseVerdict {
  readonly clause: string;
  readonly policy: string;
  readonly verdict: 'kept' | 'broken' | 'not-exercised' | 'not-decidable';
  readonly rules: readonly string[];
  /** Fingerprints of the violations. */
  readonly findings: readonly string[];
  /** Why it is not decidable. */
  readonly reason?: string;
}
