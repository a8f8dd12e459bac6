/** What the analysis saw on its way: kept only when a person asks why something was, or was not, reported. */
import type { Location } from './location.ts';
import type { Activity, Confidence, DataCategory } from './privacy.ts';

/** What is asked about. Conditions before sinks are always kept, calls and sinks only of a line. */
export interface Question {
  readonly file?: string;
  readonly line?: number;
}

export interface Observations {
  /** Calls that start on the line; when none does, the innermost around it. By place. */
  readonly calls: readonly SeenCall[];
  /** Places on the line that a model calls a sink. By place. */
  readonly sinks: readonly SeenSink[];
  /** Conditions that hold where a sink is, or where a function that leads to it is called. */
  readonly conditions: readonly SeenCondition[];
}

export interface SeenCall extends Location {
  /** As the code calls it: `info`. */
  readonly name: string;
  readonly callees: readonly SeenCallee[];
}

export interface SeenCallee {
  readonly kind: 'project' | 'library' | 'unknown';
  /** `sendMail`, or `winston: createLogger().info`. */
  readonly name: string;
  /** Whether a model says what the library does there. */
  readonly modelled: boolean;
}

export interface SeenSink extends Location {
  readonly activity: Activity;
  /** `package: api path`. */
  readonly model: string;
  /** What was handed over; empty when only literals were. */
  readonly values: readonly SeenValue[];
}

export interface SeenValue {
  /** Names only: `user.plan`. */
  readonly expression: string;
  /** `input`: whatever a caller passes, so it is judged where its callers are known. */
  readonly origin: 'source' | 'input' | 'unknown';
  /** Empty when nothing says that it is personal. */
  readonly data: readonly {
    readonly category: DataCategory;
    readonly confidence: Confidence;
    readonly reason: string;
  }[];
}

export interface SeenCondition extends Location {
  /** The sink it stands before. */
  readonly sink: Location;
  /** What is tested: `marketingOptIn`. Empty when the code gives it no name. */
  readonly name: string;
  /** Whether the test is truthy where the sink runs. */
  readonly holds: boolean;
  /** The guard it was taken for: `consent:marketing`; null when it counts as none. */
  readonly guard: string | null;
  /** Why it counts as none: a part of a sentence. */
  readonly because: string | null;
}
