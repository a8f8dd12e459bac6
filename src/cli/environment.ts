/** Flags from the environment: `TROTH_FAIL_ON=warning`. What is written on the command line wins. */
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { UsageError } from '../core/usage-error.ts';
import { closest } from '../rules/closest.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'TROTH_';
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
]);

/**
 * Sets the options of both commands that were not written. Lists are divided at commas, those inside braces left alone.
 * An empty variable is none. Throws a UsageError that names the variable.
 */
export function applyEnvironment(commands: readonly Command[], environment: Environment): void {
  for (const command of commands) {
    for (const option of command.options) {
      const text = environment[variableOf(option)];
      const name = option.attributeName();
      const source = command.getOptionValueSource(name);
      if (text === undefined || text === '' || (source !== undefined && source !== 'default')) continue;
      const value = readValue(option, text);
      if (value !== undefined) command.setOptionValueWithSource(name, value, 'env');
    }
  }
}

/** A variable that looks like a misspelt flag: a gate that is not there must not go unnoticed. */
export function misspeltVariables(commands: readonly Command[], environment: Environment): string[] {
  const known = new Set(commands.flatMap((command) => command.options.map(variableOf)));
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .flatMap((name) => {
      const meant = closest(
        name.slice(PREFIX.length),
        [...known].map((each) => each.slice(PREFIX.length)),
      );
      return meant === null ? [] : [`the environment has ${name}; did you mean ${PREFIX}${meant}?`];
    });
}

/** `--fail-on` → `TROTH_FAIL_ON`. */
function variableOf(option: Option): string {
  return PREFIX + (option.long ?? '').slice(2).replaceAll('-', '_').toUpperCase();
}

function readValue(option: Option, text: string): unknown {
  if (!option.required && !option.optional) return readSwitch(option, text);
  const parse = option.parseArg;
  if (!parse) return text;
  const parts = Array.isArray(option.defaultValue) ? text.split(/,(?![^{]*\})/u).map((part) => part.trim()) : [text];
  try {
    return parts.reduce<unknown>((previous, part) => parse(part, previous), option.defaultValue);
  } catch (error) {
    if (error instanceof InvalidArgumentError)
      throw new UsageError(`${variableOf(option)}='${text}': ${error.message}`);
    throw error;
  }
}

/** Undefined when the variable leaves the flag off. */
function readSwitch(option: Option, text: string): boolean | undefined {
  const on = SWITCHES.get(text.toLowerCase());
  if (on === undefined) throw new UsageError(`${variableOf(option)}='${text}': It is one of 1, true, 0, false.`);
  if (!on) return undefined;
  return !option.negate;
}
