/**
 * The user's mistake: a bad flag, config, policy or model. The CLI prints the message alone and exits with 2.
 * Messages name the file, the line, the key and what would be right.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
