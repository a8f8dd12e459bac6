/** The names of the report formats: what `--format` takes and `7-report` renders. */
export const FORMATS = [
  'text',
  'compact',
  'json',
  'sarif',
  'github',
  'gitlab',
  'gitlab-sast',
  'junit',
  'markdown',
  'csv',
  'agent',
] as const;
export type Format = (typeof FORMATS)[number];

/**
 * Formats whose readers take an empty report for a clean one: an inventory, which judges nothing, would close every
 * alert there.
 */
const FINDINGS_ONLY: ReadonlySet<Format> = new Set(['sarif', 'github', 'gitlab', 'gitlab-sast', 'junit']);

/** Whether the format can show a data map. */
export function showsFlows(format: Format): boolean {
  return !FINDINGS_ONLY.has(format);
}
