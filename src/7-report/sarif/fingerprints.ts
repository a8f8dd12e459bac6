/** What lets a reader recognise a result in the next run. */
import { type Finding, fingerprintOf } from '../findings.ts';
import type { SourceLines } from './source-lines.ts';

/** GitHub reads `primaryLocationLineHash` only; `troth/v1` is ours and survives edits near the line. */
export function fingerprintsOf(alert: Finding, lines: SourceLines): Record<string, string> {
  const hash = lines.hash(alert.file, alert.line);
  return { ...(hash !== undefined && { primaryLocationLineHash: hash }), 'troth/v1': fingerprintOf(alert) };
}
