/** The surface of the command line: commands, flags, help. What they do is in `commands/`. */
import { type Argument, Command, type Option } from 'commander';
import { UsageError } from '../core/usage-error.ts';
import type { CliCommand, FlagOrigin } from './command.ts';
import { applyEnvironment, misspeltVariables } from './environment.ts';
import { FLAG_GROUPS, type Flags, optionsOf } from './flags.ts';
import { printable } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ troth                                  this folder, against what nearly every policy promises
  $ troth scan --policy 1mg services/shop  a folder, against a built-in policy
  $ troth -p privacy.yaml -o troth.sarif   text on the terminal, SARIF in a file
  $ troth inventory -f json                every flow of personal data

Environment:
  Every flag is a variable, too: TROTH_FAIL_ON=warning, TROTH_POLICY=1mg,./privacy.yaml, TROTH_STRICT=1.
  Flags on the command line win. NO_COLOR, FORCE_COLOR and FORCE_HYPERLINK are heeded.

Exit codes:
  0    complete, and nothing at or above --fail-on
  1    complete, with violations at or above --fail-on
  2    usage: bad flag, policy or configuration, nothing to scan, crash
  3    incomplete: some file was not analysed (see --allow-incomplete)
  130  interrupted, 143 terminated
`;

const ORIGINS: ReadonlyMap<string | undefined, FlagOrigin> = new Map([
  ['cli', 'command line'],
  ['env', 'environment'],
]);

/** Told how a command ended. */
type End = (exitCode: number) => void;

/**
 * The program reads the shared flags, so that they may stand before or after the command. A command's help lists those
 * it takes, and the others are refused. The first command is what runs when none is named.
 * Throws a CommanderError instead of ending the process.
 */
export function createProgram(version: string, commands: readonly [CliCommand, ...CliCommand[]], end: End): Command {
  const program = new Command('troth')
    .description('Finds where code breaks the promises of a privacy policy.')
    .usage('[command] [options] [paths…]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ optionDescription: describe, subcommandTerm: termOf })
    .showHelpAfterError("Run 'troth --help' for the commands and flags.")
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .hook('preAction', (_, action) => {
      refuseForeignFlags(program, action);
      readEnvironment([...new Set([program, action])]);
    });
  addOptions(program, optionsOf(FLAG_GROUPS));
  const names = commands.map(({ name }) => name);
  const runOne = async (command: CliCommand, words: readonly string[], own: Readonly<Record<string, unknown>>) => {
    const flags = program.opts<Flags>();
    const originOf = (flag: string) => ORIGINS.get(program.getOptionValueSource(flag)) ?? 'default';
    end((await command.run?.(words, { flags, own, commands: names, all: commands, originOf, version })) ?? 0);
  };
  for (const command of commands) addCommand(program, command, runOne);
  const [first] = commands;
  if (first.argument) program.argument(...first.argument);
  return program.action((words: string[]) => runOne(first, words, {}));
}

type RunOne = (command: CliCommand, words: readonly string[], own: Readonly<Record<string, unknown>>) => Promise<void>;

function addCommand(parent: Command, command: CliCommand, run: RunOne): void {
  const { name, description, argument, further, flags, formats, options, examples, subcommands = [] } = command;
  const child = parent.command(name).description(description).helpCommand(false);
  child.addHelpText('after', `\nExamples:\n${examples.trim().replace(/^ */gmu, '  $ ')}\n`);
  child.showHelpAfterError(`Run '${pathOf(child)} --help' for what it takes.`);
  if (argument) child.argument(...argument);
  if (further) child.argument(...further);
  addOptions(child, options?.() ?? []);
  addOptions(child, optionsOf(flags, formats));
  for (const subcommand of subcommands) addCommand(child, subcommand, run);
  if (!command.run) return;
  child.action((...received: unknown[]) => {
    const words = received.slice(0, child.registeredArguments.length).flatMap((word) => word ?? []);
    return run(command, words.map(String), child.opts());
  });
}

function addOptions(command: Command, options: readonly Option[]): void {
  for (const option of options) command.addOption(option);
}

/** Throws when a shared flag was written for a command that has no use for it. */
function refuseForeignFlags(program: Command, command: Command): void {
  if (command === program) return;
  const taken = new Set(command.options.map((option) => option.attributeName()));
  for (const option of program.options) {
    const name = option.attributeName();
    if (program.getOptionValueSource(name) !== 'cli' || taken.has(name)) continue;
    const path = pathOf(command);
    throw new UsageError(`'${path}' takes no ${option.long}. Run '${path} --help' for what it takes.`);
  }
}

function readEnvironment(commands: readonly Command[]): void {
  applyEnvironment(commands, process.env);
  for (const message of misspeltVariables(commands, process.env)) {
    process.stderr.write(`warning: ${printable(message)}\n`);
  }
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** `scan [paths...]`: that a command takes flags goes without saying. */
function termOf(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(wordOf)].join(' ');
}

function wordOf(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Only defaults that say something are worth a reader's time. */
function describe({ description, defaultValue }: Option): string {
  const worthwhile = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  return worthwhile ? `${description} (default: ${defaultValue})` : description;
}
