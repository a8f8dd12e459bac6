/**
 * The command line: argv → command → exit code. What a command does is in `cli/commands`.
 *
 * Reports go to standard output or files, all else to standard error. The process ends by itself, so that pipes get
 * every byte.
 */
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { completeColor } from './cli/color.ts';
import { COMMANDS } from './cli/commands.ts';
import { EXIT_CODES } from './cli/exit-code.ts';
import { createProgram } from './cli/program.ts';
import { printable } from './cli/terminal.ts';
import { UsageError } from './core/usage-error.ts';

/** Runs one command line. Sets `process.exitCode` and never rejects. */
export async function main(argv: readonly string[]): Promise<void> {
  guardProcess();
  try {
    const program = createProgram(readVersion(), COMMANDS, (exitCode) => {
      process.exitCode = exitCode;
    });
    await program.parseAsync(completeColor(argv));
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** Says what went wrong, and returns the exit code. */
function explain(error: unknown): number {
  // Commander has said it, whether error or help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.passed : EXIT_CODES.usage;
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${printable(error.message)}\n`);
    return EXIT_CODES.usage;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error: troth failed; please report this bug.\n${printable(details)}\n`);
  return EXIT_CODES.usage;
}

/** A crash must not look like a failed gate, nor an interruption like a passed one. */
function guardProcess(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => process.exit(explain(error)));
  }
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.on(signal, () => process.exit(code));
  }
  // Writes report their own failures; a reader that has left is none.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
