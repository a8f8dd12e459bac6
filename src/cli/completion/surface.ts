/** What can stand where on the command line, as plain data that every shell's script is written from. */
import type { Option } from 'commander';
import type { CliCommand } from '../command.ts';
import { optionsOf } from '../flags.ts';

export interface CompletedCommand {
  /** The words that lead to it: `['config', 'print']`; none for troth itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly subcommands: readonly CompletedWord[];
  readonly flags: readonly CompletedFlag[];
}

export interface CompletedWord {
  readonly word: string;
  readonly description: string;
}

export interface CompletedFlag {
  /** As written: `-f`, `--format`. */
  readonly names: readonly string[];
  readonly description: string;
  /** `file`: any path; a list: one of these; null: no value. */
  readonly value: 'file' | readonly string[] | null;
}

const HELP: CompletedFlag = { names: ['-h', '--help'], description: 'print this help', value: null };
const VERSION: CompletedFlag = { names: ['-V', '--version'], description: 'print the version', value: null };

/** troth itself first: it takes what its first command takes. */
export function surfaceOf(commands: readonly CliCommand[]): CompletedCommand[] {
  const [first] = commands;
  const flags = first ? flagsOf(first) : [];
  const troth = { path: [], description: '', subcommands: commands.map(wordOf), flags: [...flags, VERSION] };
  return [troth, ...commands.flatMap((command) => completed(command, []))];
}

function completed(command: CliCommand, above: readonly string[]): CompletedCommand[] {
  const path = [...above, command.name];
  const subcommands = command.subcommands ?? [];
  const own = { path, description: command.description, subcommands: subcommands.map(wordOf), flags: flagsOf(command) };
  return [own, ...subcommands.flatMap((subcommand) => completed(subcommand, path))];
}

function wordOf({ name, description }: CliCommand): CompletedWord {
  return { word: name, description };
}

function flagsOf({ options, flags, formats }: CliCommand): CompletedFlag[] {
  const own = options?.() ?? [];
  const shared = optionsOf(flags, formats);
  const known = new Set(own.map(({ long }) => long));
  return [...own, ...shared.filter(({ long }) => !known.has(long))].map(flagOf).concat(HELP);
}

function flagOf(option: Option): CompletedFlag {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const value = option.required || option.optional ? (option.argChoices ?? 'file') : null;
  return { names, description: option.description, value };
}
