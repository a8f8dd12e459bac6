/** What `5-flow` finds: personal data on its way from where it enters to where it leaves. */
import type { Location } from './location.ts';
import type {
  Activity,
  Confidence,
  DataCategory,
  DataSubject,
  DataUse,
  GuardKind,
  Protection,
  Provenance,
  RecipientClass,
  SourceKind,
} from './privacy.ts';

/** Personal data that travels from a source to a sink. */
export interface Flow {
  /** Stable between runs and unrelated edits: hash of the sink, the source and the data. */
  readonly id: string;
  readonly activity: Activity;
  /** Sorted, without duplicates, never empty. */
  readonly data: readonly DataCategory[];
  readonly subject: DataSubject | null;
  /** Where code, entity names or declarations show it. */
  readonly provenance?: readonly Provenance[];
  readonly recipient: FlowRecipient | null;
  readonly purpose: DataUse | null;
  readonly source: FlowSource;
  readonly sink: FlowSink;
  /** Those that every personal value of this flow went through, sorted. */
  readonly protections: readonly Protection[];
  readonly guards: readonly FlowGuard[];
  readonly confidence: Confidence;
  /** From the source to the sink, both included. */
  readonly steps: readonly Step[];
  /** Why each category was believed: one per category, in the order of `data`. */
  readonly evidence: readonly Evidence[];
}

export interface FlowRecipient {
  readonly id: string;
  readonly name: string;
  readonly class: RecipientClass;
  readonly country?: string;
  readonly attributes: readonly string[];
}

export interface FlowSource extends Location {
  readonly kind: SourceKind;
  /** What is read there, as one would write it: `req.body.email`. Names only, never literals. */
  readonly expression: string;
}

export interface FlowSink extends Location {
  /** `package: api path`, or `function: name` for a declared one. */
  readonly model: string;
  /** What is called there: `logger.info`. */
  readonly expression: string;
  /** Innermost named function around it: `UserService.create`, `` at module level. */
  readonly symbol: string;
  /** Sink facts that `where` asks for: `maxAge: 86400000`, `channel: sms`. `null` when written but not a literal. */
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
}

export interface FlowGuard {
  readonly kind: GuardKind;
  /** Purpose or channel, where the code shows one: `marketing`, `sms`. */
  readonly purpose?: string;
  /** `age`: the number compared with; the person is at least that old where the sink runs. */
  readonly atLeast?: number;
  /** What the tested flag is before anyone chose, where its schema says. */
  readonly startsAs?: boolean;
  /** Whether the tested value belongs to the same person as the payload. */
  readonly subject: 'same' | 'other' | 'unknown';
  readonly location: Location;
}

export interface Step extends Location {
  /** One short sentence: `email is read from the request body`. */
  readonly message: string;
}

export interface Evidence {
  readonly category: DataCategory;
  readonly kind: 'declared' | 'schema' | 'framework' | 'type' | 'name';
  /** `field email of model User (schema.prisma:14)`. */
  readonly reason: string;
}

/** How a guard is written in reports and policies: `consent:marketing`, `age:18`. */
export function printGuard(guard: {
  readonly kind: string;
  readonly purpose?: string | undefined;
  readonly atLeast?: number | undefined;
}): string {
  const detail = guard.purpose || guard.atLeast;
  return detail === undefined || detail === '' ? guard.kind : `${guard.kind}:${detail}`;
}
