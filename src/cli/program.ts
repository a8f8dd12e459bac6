/** The surface of the command line: commands, flags, help. What they do is up to the caller. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { CONFIDENCES, type Confidence } from '../core/privacy.ts';
import { didYouMean } from '../rules/closest.ts';
import { FORMATS } from './destinations.ts';
import { GATES, type Gate } from './exit-code.ts';

export const COMMANDS = ['scan', 'inventory'] as const;
export type CommandName = (typeof COMMANDS)[number];

/** The flags as written, each with its default. */
export interface Flags {
  readonly policy: readonly string[];
  readonly format: readonly string[];
  readonly output: readonly string[];
  readonly failOn: Gate;
  /** A file, or false for none; absent: looked for. */
  readonly config?: string | false;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly includeTests: boolean;
  readonly confidence: Confidence;
  readonly allowIncomplete: number;
  readonly strict: boolean;
  /** In KiB. */
  readonly maxFileSize?: number;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly timing: boolean;
  readonly color?: boolean;
}

export type Run = (command: CommandName, paths: readonly string[], flags: Flags) => Promise<void>;

const EXAMPLES = `
Examples:
  $ troth                                  this folder, against what nearly every policy promises
  $ troth scan --policy 1mg services/shop  a folder, against a built-in policy
  $ troth -p privacy.yaml -o troth.sarif   text on the terminal, SARIF in a file
  $ troth inventory -f json                every flow of personal data

Exit codes:
  0    complete, and nothing at or above --fail-on
  1    complete, with violations at or above --fail-on
  2    usage: bad flag, policy or configuration, nothing to scan, crash
  3    incomplete: some file was not analysed (see --allow-incomplete)
  130  interrupted, 143 terminated
`;

/**
 * Flags belong to the program, so that they may stand before or after the command, and mean the same for all.
 * Throws a CommanderError instead of ending the process.
 */
export function createProgram(version: string, run: Run): Command {
  const program = new Command('troth')
    .description('Finds where code breaks the promises of a privacy policy.')
    .usage('[command] [options] [paths…]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, optionDescription: describe })
    .showHelpAfterError("Run 'troth --help' for the commands and flags.")
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  addReportFlags(program);
  addScopeFlags(program);
  addTerminalFlags(program);
  addCommand(program, 'scan', 'find violations of the declared policies (the default)', run);
  addCommand(program, 'inventory', 'list every flow of personal data, whatever the policy says', run);
  return program
    .argument('[paths...]', 'folders and files to scan; the working directory when none is given')
    .action((paths: string[]) => run('scan', paths, program.opts<Flags>()));
}

/** Only defaults that say something are worth a reader's time. */
function describe({ description, defaultValue }: Option): string {
  const worthwhile = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  return worthwhile ? `${description} (default: ${defaultValue})` : description;
}

function addCommand(program: Command, name: CommandName, description: string, run: Run): void {
  program
    .command(name)
    .description(description)
    .usage('[options] [paths…]')
    .argument('[paths...]', 'folders and files to scan; the working directory when none is given')
    .addHelpText('after', EXAMPLES)
    .action((paths: string[]) => run(name, paths, program.opts<Flags>()));
}

function addReportFlags(program: Command): void {
  program
    .addOption(repeatable('-p, --policy <pack|file>', 'a built-in policy or a policy file'))
    .addOption(repeatable('-f, --format <format>', `${FORMATS.join(', ')}; without --output on standard output`))
    .addOption(repeatable('-o, --output <[format=]path>', 'write a report to a file; the extension can say the format'))
    .addOption(oneOf('--fail-on <level>', 'exit with 1 from this level of violations on', GATES, 'error'))
    .addOption(oneOf('--confidence <level>', 'leave out flows that are less sure', CONFIDENCES, 'medium'))
    .addOption(whole('--allow-incomplete <n>', 'how many files may stay unanalysed', 0).default(0))
    .option('--strict', 'partly analysed files make the scan incomplete, too', false);
}

function addScopeFlags(program: Command): void {
  program
    .option('-c, --config <file>', 'the project file; without it, troth.config.yaml is looked for')
    .option('--no-config', 'use no project file')
    .addOption(repeatable('--include <glob>', 'scan only what matches'))
    .addOption(repeatable('--exclude <glob>', 'leave out what matches'))
    .option('--include-tests', 'scan tests, fixtures and stories, too', false)
    .addOption(whole('--max-file-size <KiB>', 'do not analyse larger files (they count as unanalysed)', 1));
}

function addTerminalFlags(program: Command): void {
  program
    .option('-q, --quiet', 'no closing line', false)
    .option('-v, --verbose', 'say what was read, and what was skipped and why', false)
    .option('--timing', 'say how long each part took', false)
    .option('--color', 'colours even when not on a terminal')
    .option('--no-color', 'no colours');
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description} (repeatable)`)
    .default([])
    .argParser((value: string, previous: readonly string[]) => [...previous, value]);
}

function oneOf(flags: string, description: string, choices: readonly string[], fallback: string): Option {
  return new Option(flags, `${description}: ${choices.join(', ')}`).default(fallback).argParser((value: string) => {
    if (choices.includes(value)) return value;
    throw new InvalidArgumentError(`It is one of ${choices.join(', ')}${didYouMean(value, choices) || '.'}`);
  });
}

function whole(flags: string, description: string, least: number): Option {
  return new Option(flags, description).argParser((value: string) => {
    if (/^\d{1,9}$/u.test(value) && Number(value) >= least) return Number(value);
    throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  });
}
