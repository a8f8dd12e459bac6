/** What lets a reader recognise a result in the next run. */
import { createHash } from 'node:crypto';
import type { Finding } from '../findings.ts';
import type { SourceLines } from './source-lines.ts';

/** GitHub reads `primaryLocationLineHash` only; `troth/v1` is ours and survives edits near the line. */
export function fingerprintsOf(alert: Finding, lines: SourceLines): Record<string, string> {
  const hash = lines.hash(alert.file, alert.line);
  return {
    ...(hash !== undefined && { primaryLocationLineHash: hash }),
    'troth/v1': alert.fingerprint ?? obligationFingerprint(alert),
  };
}

/** A missing obligation is the same one as long as its rule and place are. */
function obligationFingerprint({ rule, file }: Finding): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, file]))
    .digest('hex')
    .slice(0, 32);
}
