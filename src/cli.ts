/**
 * The command line: argv → options → scan → reports → exit code.
 *
 * Reports go to standard output or files, all else to standard error. Nothing is written before everything is rendered,
 * and the process ends by itself, so that pipes get every byte.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { CommanderError } from 'commander';
import { wantsColor } from './cli/color.ts';
import { type Destination, resolveDestinations } from './cli/destinations.ts';
import { EXIT_CODES, exitCodeOf, isComplete } from './cli/exit-code.ts';
import { COMMANDS, type CommandName, createProgram, type Flags } from './cli/program.ts';
import { resolveTargets, type Targets } from './cli/targets.ts';
import { closingLine, mustBeSaid, printable, printNotification } from './cli/terminal.ts';
import { checkWritable, writeReport, writeStream } from './cli/write.ts';
import type { Catalogue, Configuration } from './core/catalogue.ts';
import type { Policy } from './core/policy.ts';
import type { ScanResult } from './core/result.ts';
import { UsageError } from './core/usage-error.ts';

/** Runs one command line. Sets `process.exitCode` and never rejects. */
export async function main(argv: readonly string[]): Promise<void> {
  guardProcess();
  try {
    await createProgram(readVersion(), run).parseAsync(argv);
  } catch (error) {
    process.exitCode = explain(error);
  }
}

async function run(command: CommandName, paths: readonly string[], flags: Flags): Promise<void> {
  const clock = startClock();
  const destinations = resolveDestinations(flags.format, flags.output);
  for (const { path } of destinations) if (path !== undefined) checkWritable(path);
  const targets = resolveTargets(paths, process.cwd(), COMMANDS);

  const rules = await readRules(targets.root, flags);
  clock.lap('rules');
  const { scan } = await import('./scan.ts');
  clock.lap('loading');
  const options = {
    command,
    ...targets,
    ...rules,
    includeTests: flags.includeTests,
    confidence: flags.confidence,
    ...(flags.maxFileSize !== undefined && { maxFileSize: flags.maxFileSize * 1024 }),
  };
  const result = await scan(options);
  clock.lap('scan');
  rejectNothing(result, targets);

  await report(result, destinations, targets, flags);
  clock.lap('report');
  say(result, rules, clock, flags);
  process.exitCode = exitCodeOf(result, flags);
}

interface Rules {
  readonly catalogue: Catalogue;
  readonly policies: readonly Policy[];
}

/** The project file, then the flags, say which rules hold for `root`. */
async function readRules(root: string, flags: Flags): Promise<Rules> {
  const { loadConfiguration, NO_CONFIGURATION } = await import('./rules/configuration.ts');
  const { loadCatalogue } = await import('./rules/catalogue.ts');
  const { loadTaxonomy } = await import('./rules/taxonomy.ts');
  const taxonomy = loadTaxonomy();
  const written = flags.config === false ? NO_CONFIGURATION : loadConfiguration(root, flags.config ?? null, taxonomy);
  const configuration: Configuration = {
    ...written,
    include: flags.include.length > 0 ? flags.include : written.include,
    exclude: [...written.exclude, ...flags.exclude],
  };
  const catalogue = loadCatalogue({ root, configuration, packages: null, taxonomy });
  return { catalogue, policies: await readPolicies(root, catalogue, flags) };
}

/** Those of the flags; else those of the project file; else what nearly every policy promises. */
async function readPolicies(root: string, catalogue: Catalogue, flags: Flags): Promise<Policy[]> {
  const { loadPolicies } = await import('./rules/policies.ts');
  const { taxonomy, recipients, configuration } = catalogue;
  if (flags.policy.length > 0) return loadPolicies(flags.policy, { root: process.cwd(), taxonomy, recipients });
  const names = configuration.policies.length > 0 ? configuration.policies : ['baseline'];
  return loadPolicies(names, { root, taxonomy, recipients });
}

function rejectNothing({ statistics, notifications }: ScanResult, { paths }: Targets): void {
  if (statistics.files > 0 || statistics.incomplete > 0 || notifications.some(({ level }) => level === 'error')) return;
  const where = paths.length === 0 ? 'the folder' : 'the paths';
  throw new UsageError(
    `Nothing to scan: ${where} hold no TypeScript or JavaScript that is not left out ` +
      '(node_modules, build output, ignored files; tests unless --include-tests; --include and --exclude).',
  );
}

async function report(
  result: ScanResult,
  destinations: readonly Destination[],
  targets: Targets,
  flags: Flags,
): Promise<void> {
  const { render } = await import('./7-report/report.ts');
  const color = wantsColor(flags.color, process.env, process.stdout);
  const rootInRepository = locateInRepository(targets.root);
  const reports = destinations.map(({ format, path }) => {
    const text = render(format, result, {
      color: color && path === undefined,
      readSource: (file) => readSource(targets.root, file),
      incompleteAllowed: isComplete(result, flags),
      ...(rootInRepository !== undefined && { rootInRepository }),
    });
    return { path, text };
  });
  for (const { path, text } of reports) if (path !== undefined) writeReport(path, text);
  for (const { path, text } of reports) if (path === undefined) await writeStream(process.stdout, text);
}

/** A file the scan named, byte order mark included. Undefined when it has gone meanwhile. */
function readSource(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

/** The scanned folder as seen from the top of its git work tree: `packages/api`, or `` for the top itself. */
function locateInRepository(root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return relative(folder, root).split(sep).join('/');
    if (folder === dirname(folder)) return undefined;
  }
}

function say(result: ScanResult, { catalogue, policies }: Rules, clock: Clock, flags: Flags): void {
  const lines: string[] = [];
  if (flags.verbose) {
    lines.push(`project file: ${catalogue.configuration.file ?? 'none'}`);
    lines.push(`policies: ${policies.map(({ id }) => id).join(', ') || 'none'}`);
    lines.push(...result.notifications.map(printNotification));
  }
  if (flags.timing) lines.push(...clock.laps());
  if (!flags.quiet || mustBeSaid(result)) lines.push(closingLine(result, flags, clock.seconds()));
  if (lines.length > 0) process.stderr.write(`${lines.map(printable).join('\n')}\n`);
}

interface Clock {
  /** Ends a part of the run. */
  lap(part: string): void;
  /** One line for each part. */
  laps(): string[];
  seconds(): number;
}

function startClock(): Clock {
  const start = performance.now();
  const laps: { readonly part: string; readonly end: number }[] = [];
  return {
    lap: (part) => laps.push({ part, end: performance.now() }),
    laps: () =>
      laps.map(({ part, end }, index) => {
        const seconds = (end - (laps[index - 1]?.end ?? start)) / 1000;
        return `${part.padEnd(8)}${seconds.toFixed(3).padStart(9)} s`;
      }),
    seconds: () => (performance.now() - start) / 1000,
  };
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
