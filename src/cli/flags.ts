/** The flags that commands share, in groups: a command names the groups it takes. */
import { InvalidArgumentError, Option } from 'commander';
import { CONFIDENCES, type Confidence } from '../core/privacy.ts';
import { FORMATS, type Format } from '../core/report-format.ts';
import { isDay } from '../core/suppression.ts';
import { didYouMean } from '../rules/closest.ts';
import { readWhen, WHEN } from './color.ts';
import { GATES, type Gate } from './exit-code.ts';

const SUPPRESSED = ['omit', 'include'] as const;

/** The shared flags as written, each with its default. */
export interface Flags {
  readonly policy: readonly string[];
  readonly format: readonly string[];
  readonly output: readonly string[];
  /** Absent: none, so that CI settings hold. */
  readonly sarifCategory?: string;
  readonly sarifSuppressed: (typeof SUPPRESSED)[number];
  readonly failOn: Gate;
  /** A file, or false for none; absent: looked for. */
  readonly config?: string | false;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly includeTests: boolean;
  readonly confidence: Confidence;
  /** A branch, tag or commit. */
  readonly since?: string;
  readonly staged: boolean;
  readonly allowIncomplete: number;
  readonly strict: boolean;
  /** A file, or false for none; absent: the usual one when it is there. */
  readonly baseline?: string | false;
  readonly reportUnusedSuppressions: UnusedReport;
  /** `2026-11-25`; absent: the day it is. */
  readonly today?: string;
  /** In KiB. */
  readonly maxFileSize?: number;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly timing: boolean;
  readonly progress: boolean;
  /** Absent: the environment and the terminal decide. */
  readonly color?: boolean;
}

export const UNUSED_REPORTS = ['off', 'warn', 'error'] as const;
export type UnusedReport = (typeof UNUSED_REPORTS)[number];

/** A new flag is one line here, one in {@link Flags}, and a test of the process. */
const GROUPS = {
  policy: () => [repeatable('-p, --policy <pack|file>', 'a built-in policy or a policy file')],
  report: (formats) => [
    withChoices(
      repeatable('-f, --format <format>', `${formats.join(', ')}; without --output on standard output`),
      formats,
    ),
    repeatable('-o, --output <[format=]path>', 'write a report to a file; the extension can say the format'),
  ],
  sarif: () => [
    new Option('--sarif-category <name>', 'tells several analyses of one repository apart').argParser(readCategory),
    oneOf('--sarif-suppressed <what>', 'suppressed findings in SARIF (GitHub shows them as open)', SUPPRESSED, 'omit'),
  ],
  gate: () => [oneOf('--fail-on <level>', 'exit with 1 from this level of violations on', GATES, 'error')],
  completeness: () => [
    whole('--allow-incomplete <n>', 'how many files may stay unanalysed', 0).default(0),
    yes('--strict', 'partly analysed files make the scan incomplete, too'),
  ],
  baseline: () => [
    new Option('--baseline <file>', 'findings that are known and fail no gate; without it, .troth/baseline.json'),
  ],
  withoutBaseline: () => [new Option('--no-baseline', 'report known findings like new ones')],
  suppressions: () => [
    oneOf(
      '--report-unused-suppressions <level>',
      'what to make of suppressions that hide nothing',
      UNUSED_REPORTS,
      'warn',
    ),
  ],
  today: () => [
    day('--today <YYYY-MM-DD>', 'the day to hold expiry dates against; without it, SOURCE_DATE_EPOCH or the day it is'),
  ],
  config: () => [new Option('-c, --config <file>', 'the project file; without it, troth.config.yaml is looked for')],
  withoutConfig: () => [new Option('--no-config', 'use no project file')],
  globs: () => [
    repeatable('--include <glob>', 'scan only what matches'),
    repeatable('--exclude <glob>', 'leave out what matches'),
  ],
  files: () => [
    yes('--include-tests', 'scan tests, fixtures and stories, too'),
    whole('--max-file-size <KiB>', 'do not analyse larger files (they count as unanalysed)', 1),
  ],
  confidence: () => [oneOf('--confidence <level>', 'leave out flows that are less sure', CONFIDENCES, 'medium')],
  change: () => [
    new Option('--since <ref>', 'show only what changed since this branch, tag or commit; everything is analysed'),
    yes('--staged', 'show only what is staged, as it would be committed; everything is analysed'),
  ],
  verbose: () => [yes('-v, --verbose', 'say what was read, and what was skipped and why')],
  timing: () => [yes('--timing', 'say how long each part took')],
  progress: () => [new Option('--no-progress', 'do not say what is going on')],
  terminal: () => [
    yes('-q, --quiet', 'no closing line'),
    withChoices(new Option('--color <when>', 'colours: auto, always, never (alone: always)'), WHEN).argParser(readWhen),
    new Option('--no-color', 'no colours'),
  ],
} as const satisfies Readonly<Record<string, (formats: readonly Format[]) => readonly Option[]>>;

export type FlagGroup = keyof typeof GROUPS;
export const FLAG_GROUPS = Object.keys(GROUPS) as readonly FlagGroup[];

/** What every command that scans a project as configured takes. */
export const SCAN_GROUPS: readonly FlagGroup[] = [
  'policy',
  'config',
  'withoutConfig',
  'globs',
  'files',
  'confidence',
  'progress',
  'terminal',
];

/** Fresh options of these groups, in the order of the help; `formats` are those that the command can write. */
export function optionsOf(groups: readonly FlagGroup[], formats: readonly Format[] = FORMATS): readonly Option[] {
  return FLAG_GROUPS.filter((group) => groups.includes(group)).flatMap((group) => [...GROUPS[group](formats)]);
}

/** GitHub takes what follows the last `/` for the number of a run. */
function readCategory(value: string): string {
  const category = value.replace(/\/+$/u, '');
  if (category !== '' && !/[\p{Cc}\p{Cf}]/u.test(category)) return category;
  throw new InvalidArgumentError('Expected a name, such as "backend".');
}

/** A flag without a value, off when not written. */
export function yes(flags: string, description: string): Option {
  return new Option(flags, description).default(false);
}

/** A flag that may be written several times. */
function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description} (repeatable)`)
    .default([])
    .argParser((value: string, previous: readonly string[]) => [...previous, value]);
}

/** What completion offers; checking is up to the flag's own parser, which says what was meant. */
export function withChoices(option: Option, choices: readonly string[]): Option {
  option.argChoices = [...choices];
  return option;
}

/** A flag whose value is one of these words. */
function oneOf(flags: string, description: string, choices: readonly string[], fallback: string): Option {
  const option = new Option(flags, `${description}: ${choices.join(', ')}`).default(fallback);
  return withChoices(option, choices).argParser((value: string) => {
    if (choices.includes(value)) return value;
    throw new InvalidArgumentError(`It is one of ${choices.join(', ')}${didYouMean(value, choices) || '.'}`);
  });
}

/** A flag whose value is a whole number, `least` or more. */
function whole(flags: string, description: string, least: number): Option {
  return new Option(flags, description).argParser((value: string) => {
    if (/^\d{1,9}$/u.test(value) && Number(value) >= least) return Number(value);
    throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
  });
}

/** A flag whose value is a day. */
function day(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string) => {
    if (isDay(value)) return value;
    throw new InvalidArgumentError('Expected a day such as 2026-11-25.');
  });
}
