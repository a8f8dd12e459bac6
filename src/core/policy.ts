/** A privacy policy as rules: the promises of a text, each with the clauses it was read from. */
import type { BaselineState } from './baseline.ts';
import type { ObligationKind } from './obligations.ts';
import type {
  Activity,
  DataCategory,
  DataSubject,
  DataUse,
  GuardKind,
  Protection,
  Provenance,
  RecipientClass,
  SourceKind,
} from './privacy.ts';
import type { AppliedSuppression } from './suppression.ts';

export type Level = 'error' | 'warning' | 'note';

export interface Policy {
  /** The short name its rules are known by: `1mg` in `1mg/no-spdi-in-logs`. */
  readonly id: string;
  readonly title: string;
  readonly document?: PolicyDocument;
  /** Ids of all clauses of the text, in its order; absent when the policy does not list them. */
  readonly clauses?: readonly string[];
  /** Named groups of data categories: `personal: [user]`. What a set exempts is in `exemptions`. */
  readonly sets: ReadonlyMap<string, readonly DataCategory[]>;
  readonly defaults: Readonly<Record<Activity, Level | 'allow'>>;
  /** The clauses that say what a default says: a list of recipients that is closed. */
  readonly defaultClauses?: Readonly<Partial<Record<Activity, readonly string[]>>>;
  readonly rules: readonly PolicyRule[];
  readonly notCheckable: readonly { readonly clauses: readonly string[]; readonly why: string }[];
  /** Contradictions and gaps of the text that its author knows of. */
  readonly known?: readonly KnownConflict[];
  /** The file it was read from, for messages. */
  readonly file: string;
}

/** The text that the promises were read from. Hashes only: a policy's text is its owner's. */
export interface PolicyDocument {
  readonly file: string;
  readonly sha256: string;
  /** Clause → {@link Passage}; or the file that holds them, relative to the policy's. */
  readonly passages?: ReadonlyMap<string, string> | string;
}

/** What is wrong with a policy's text, by the lint codes that `policy check` reports. */
export const LINT_CODES = [
  'absolute-vs-permission',
  'only-vs-other-purpose',
  'catch-all',
  'discretion-override',
  'undefined-term',
  'undefined-recipient',
  'undeclared-category',
  'consent-mode-conflict',
  'implied-consent',
  'retention-vs-erasure',
  'notice-conflict',
  'required-vs-voluntary',
  'anonymity-conflict',
  'missing-parameter',
  'hedge',
  'dangling-reference',
  'duplicate-clause',
  'scope-gap',
  'text-quality',
  'overlap',
  'dead-rule',
  'clause-without-place',
] as const;
export type LintCode = (typeof LINT_CODES)[number];

/** A conflict declared in the policy, with the reading that its rules take. */
export interface KnownConflict {
  readonly code: LintCode;
  readonly clauses: readonly string[];
  /** How the rules read the clauses: one sentence. */
  readonly reading: string;
  /** Why they are read so: one sentence. */
  readonly why: string;
}

interface Rule {
  /** `<policy>/<id>`. */
  readonly id: string;
  /** The promise in our own words: one sentence. */
  readonly promise: string;
  readonly clauses: readonly string[];
  readonly level: Level;
  /** The word that weakens the promise: `usually`, `such as`. The level is a warning at most. */
  readonly hedge?: string;
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
  /** Categories that are not meant. The deepest key of `data` and `except` decides; of equals, `data`. */
  readonly except?: readonly DataCategory[];
  readonly subject: readonly DataSubject[];
  /** `subject: { not: […] }`. */
  readonly notSubject?: readonly DataSubject[];
  /** How the data got here: by a survey, a contest, an address book. */
  readonly provenance?: readonly Provenance[];
  /** Kinds of sources. */
  readonly source?: readonly SourceKind[];
  readonly to: RecipientMatch | null;
  readonly purpose: readonly DataUse[];
  /** `purpose: { not: […] }`: for anything else. */
  readonly notPurpose?: readonly DataUse[];
  /** Module globs. */
  readonly in: readonly string[];
  /** `in: { not: […] }`. */
  readonly notIn?: readonly string[];
  /** All of these hold. */
  readonly where: readonly (AttributeTest | AnyAttribute)[];
  /** `allow` only: the payload may hold nothing of `data` beyond these. */
  readonly only: readonly DataCategory[] | null;
  /** `forbid`: not when this holds. */
  readonly unless: Condition | null;
  /** `allow`: only when this holds. */
  readonly if: Condition | null;
  /** Ids of the rules that this one is an exception to, though it is no narrower: the reading of a conflict. */
  readonly overrides?: readonly string[];
}

/** Demands that a code path exists. */
export interface ObligationRule extends Rule {
  readonly verb: 'require';
  readonly obligation: ObligationKind;
  readonly data: readonly DataCategory[];
  readonly except?: readonly DataCategory[];
  readonly subject?: readonly DataSubject[];
  /** Module globs: where the code path has to be. */
  readonly in?: readonly string[];
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
  /** ISO 3166 countries of establishment. */
  readonly country?: readonly string[];
  /** Established in none of these countries. */
  readonly outside?: readonly string[];
}

/** `where: { any: [{ attribute: secure, not: true }, { attribute: httpOnly, not: true }] }`. */
export interface AnyAttribute {
  readonly any: readonly AttributeTest[];
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
  | GuardCondition
  | { readonly kind: 'protection'; readonly protection: Protection }
  | { readonly kind: 'any' | 'all'; readonly of: readonly Condition[] };

export interface GuardCondition {
  readonly kind: 'guard';
  readonly guard: GuardKind;
  /** Purpose or channel: `marketing`, `sms`. */
  readonly purpose?: string;
  /** The channel of the guard is the channel of the sink: consent to SMS for an SMS. */
  readonly sameChannel?: boolean;
  /** `age`: the least age that the code may let through. */
  readonly atLeast?: number;
  /** What the tested flag is before the person chose: false for an opt-in. */
  readonly startsAs?: boolean;
}

/** A flow that breaks a rule, or that no rule discloses: a SARIF `result`. */
export interface Violation {
  /** `<policy>/<rule id>`, or `<policy>/undisclosed-<activity>` for a default. */
  readonly rule: string;
  readonly policy: string;
  readonly clauses: readonly string[];
  /** Ids of wider rules that the same flows break: their clauses are named, and one finding is enough. */
  readonly also?: readonly string[];
  readonly level: Level;
  /** The categories that break the rule; a flow may hold others that do not. */
  readonly data?: readonly DataCategory[];
  /** Index into the flows of the same result; the others that break the same rule at the same place follow. */
  readonly flows: readonly number[];
  /** Names data, source, sink and the promise; ends with a period. */
  readonly message: string;
  /** Survives unrelated edits and moved lines. */
  readonly fingerprint: string;
  /** Absent when the policy simply denies the flow. */
  readonly disclosure?: Disclosure;
  /** Absent without a baseline. */
  readonly baselineState?: BaselineState;
  /** Present where it stands among the suppressed ones. */
  readonly suppression?: AppliedSuppression;
}

/**
 * How a policy speaks about a flow it does not permit, after PoliCheck (Andow et al., USENIX Security 2020): it discloses
 * a part of what may be in it (`vague`), denies and permits it at once (`ambiguous`), or says nothing (`omitted`). What
 * it simply denies is `incorrect`: a violation without a disclosure. What it permits in so many words is `clear`, and none.
 */
export type DisclosureKind = 'vague' | 'ambiguous' | 'omitted';

export interface Disclosure {
  readonly kind: DisclosureKind;
  /** The rule that almost covers the flow; absent when none comes near. */
  readonly nearest?: string;
  /** Its clauses. */
  readonly clauses: readonly string[];
  /** What keeps it from covering the flow: `data`, `recipient`, `purpose`, `subject`, `condition`, … */
  readonly differs: readonly string[];
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
  /** Of a missing one, once judged: survives moved lines. */
  readonly fingerprint?: string;
  /** Absent without a baseline, and unless missing. */
  readonly baselineState?: BaselineState;
  /** Present where it stands among the suppressed ones. */
  readonly suppression?: AppliedSuppression;
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
