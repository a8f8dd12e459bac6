/** What a command is: one file in `commands/`, one line in {@link ./commands.ts}. */
import type { Option } from 'commander';
import type { Format } from '../core/report-format.ts';
import type { FlagGroup, Flags } from './flags.ts';

export interface CliCommand {
  readonly name: string;
  /** For the list of commands: no capital, no full stop. */
  readonly description: string;
  /** What stands behind the name: `[paths...]` and what it means. */
  readonly argument?: readonly [syntax: string, description: string];
  /** What stands behind that. */
  readonly further?: readonly [syntax: string, description: string];
  /** Which of the shared flags it takes; any other is a usage error. */
  readonly flags: readonly FlagGroup[];
  /** With the group `report`: the formats it can write, when not all. */
  readonly formats?: readonly Format[];
  /** Flags of its own; they stand behind the name. */
  readonly options?: () => readonly Option[];
  /** Command lines with what they do, one a line, for its help. */
  readonly examples: string;
  /** Instead of `run`: `baseline create`, `baseline check`. */
  readonly subcommands?: readonly CliCommand[];
  /** Does it; throws a UsageError, or returns the exit code. */
  readonly run?: (words: readonly string[], invocation: Invocation) => Promise<number>;
}

export type FlagOrigin = 'command line' | 'environment' | 'default';

/** Everything on the command line but the words. */
export interface Invocation {
  readonly flags: Flags;
  /** Values of the command's own flags, by their camel-cased names. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The names of all commands, for "did you mean". */
  readonly commands: readonly string[];
  /** All commands with their flags, for completion. */
  readonly all: readonly CliCommand[];
  /** Where a shared flag's value is from. */
  readonly originOf: (flag: keyof Flags) => FlagOrigin;
  /** Of troth. */
  readonly version: string;
}
