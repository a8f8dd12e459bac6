/** How much of a log GitHub code scanning accepts, and how much of a path a person reads. */
export interface SarifLimits {
  readonly results: number;
  /** Of the compressed log. */
  readonly bytes: number;
  /** Per result. */
  readonly paths: number;
  /** Per path. */
  readonly steps: number;
  /** Of all paths of the log: what a string can hold in memory, with room to spare. */
  readonly allSteps: number;
  /** Per result. */
  readonly relatedLocations: number;
}

export const GITHUB_LIMITS: SarifLimits = {
  results: 25_000,
  bytes: 10_000_000,
  paths: 4,
  steps: 50,
  allSteps: 500_000,
  relatedLocations: 20,
};

/** Lengths of a rule's texts, in characters. */
export const LONGEST_NAME = 255;
export const LONGEST_DESCRIPTION = 1024;
export const MOST_TAGS = 9;
