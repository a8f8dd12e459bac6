/** `troth scan`: rules → scan → reports → exit code. Nothing is written before everything is rendered. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RenderOptions } from '../../7-report/report.ts';
import type { ScanResult } from '../../core/result.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { ScanOptions } from '../../scan.ts';
import type { Narrowed } from '../../scan-change.ts';
import type { Workers } from '../../worker-pool.ts';
import { openChange } from '../change.ts';
import { type Clock, startClock } from '../clock.ts';
import { followsLinks, wantsColor } from '../color.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { readDecisions } from '../decisions.ts';
import { type Destination, rejectForInventory, resolveDestinations } from '../destinations.ts';
import { exitCodeOf, isComplete } from '../exit-code.ts';
import { FLAG_GROUPS, type Flags } from '../flags.ts';
import { type Progress, startProgress } from '../progress.ts';
import { provenanceOf } from '../provenance.ts';
import { type Rules, readRules } from '../read-rules.ts';
import { startTime } from '../start-time.ts';
import { appendSummary, stepSummary } from '../step-summary.ts';
import { resolveTargets, type Targets } from '../targets.ts';
import { closingLine, mustBeSaid, printable, printNotification } from '../terminal.ts';
import { checkWritable, writeReport, writeStream } from '../write.ts';

export const scanCommand: CliCommand = {
  name: 'scan',
  description: 'find violations of the declared policies (the default)',
  argument: ['[paths...]', 'folders and files to scan; the working directory when none is given'],
  flags: FLAG_GROUPS,
  examples: `
    troth scan                               this folder, against what nearly every policy promises
    troth scan --policy 1mg services/shop    a folder, against a built-in policy
    troth -p privacy.yaml -o troth.sarif     text on the terminal, SARIF in a file
    troth scan --fail-on none -f json        everything found, as JSON, without a gate
    troth --since origin/main                what a pull request adds
    troth --staged                           what is about to be committed`,
  run: (paths, invocation) => runScan('scan', paths, invocation),
};

/** Scans, reports, and says how it ended. An inventory is a scan that judges nothing. */
export async function runScan(
  command: ScanResult['command'],
  paths: readonly string[],
  { flags, commands }: Invocation,
): Promise<number> {
  const clock = startClock();
  const destinations = resolveDestinations(flags.format, flags.output);
  if (command === 'inventory') rejectForInventory(destinations);
  for (const { path } of destinations) if (path !== undefined) checkWritable(path);
  const targets = resolveTargets(paths, process.cwd(), commands);
  const change = openChange(targets.root, flags);

  const rules = { ...(await readRules(targets.root, flags)), decisions: await readDecisions(targets.root, flags) };
  clock.lap('rules');
  const { narrowed, withScannedFolder } = await import('../../scan-change.ts');
  const { startWorkers, withWorkers } = await import('../../worker-pool.ts');
  const run = (workers: Workers) =>
    withScannedFolder(targets.root, change, maxFileSizeOf(flags), async (root) => {
      const progress = openProgress(flags);
      const options = { ...scanOptions(command, { ...targets, root }, rules, flags, progress), workers };
      const result = await scanTargets(command, { ...targets, root }, rules, flags, { clock, workers });
      const findings = await narrowed(result, targets.root, change, options).finally(progress.clear);
      await report(findings, destinations, { scanned: root, root: targets.root }, flags);
      clock.lap('report');
      await say(findings.shown, rules, clock, flags);
      return exitCodeOf(findings.shown, flags);
    });
  // A change is two scans.
  return change === null ? run(startWorkers()) : withWorkers(run);
}

/** The scan itself, for whatever is to be done with its result. Throws a UsageError when there is nothing to scan. */
export async function scanTargets(
  command: ScanResult['command'],
  targets: Targets,
  rules: Rules,
  flags: ScanFlags,
  { clock, ...extra }: { readonly clock?: Clock } & Pick<ScanOptions, 'question' | 'workers' | 'onRuleTimes'> = {},
): Promise<ScanResult> {
  const { startWorkers } = await import('../../worker-pool.ts');
  const { workers = startWorkers() } = extra;
  const { scan } = await import('../../scan.ts');
  clock?.lap('loading');
  const progress = openProgress(flags);
  const options = { ...scanOptions(command, targets, rules, flags, progress), ...extra, workers };
  const result = await scan(options).finally(progress.clear);
  clock?.lap('scan');
  rejectNothing(result, targets);
  return result;
}

type ScanFlags = Pick<Flags, 'includeTests' | 'confidence' | 'maxFileSize' | 'progress' | 'quiet'>;

/** A line on the terminal that goes away when the process does, however that ends. */
export function openProgress({ progress: wanted, quiet }: ScanFlags): Progress {
  const progress = startProgress(wanted && !quiet, process.env, process.stderr);
  process.once('exit', progress.clear);
  return progress;
}

/** A scan as the flags describe it. */
export function scanOptions(
  command: ScanResult['command'],
  targets: Targets,
  rules: Rules,
  flags: ScanFlags,
  progress: Progress,
): ScanOptions {
  const { includeTests, confidence } = flags;
  const maxFileSize = maxFileSizeOf(flags);
  return {
    command,
    ...targets,
    ...rules,
    includeTests,
    confidence,
    ...(maxFileSize !== undefined && { maxFileSize }),
    onProgress: progress.show,
  };
}

/** In bytes. */
function maxFileSizeOf({ maxFileSize }: Pick<Flags, 'maxFileSize'>): number | undefined {
  return maxFileSize === undefined ? undefined : maxFileSize * 1024;
}

function rejectNothing({ statistics, notifications }: ScanResult, { paths }: Targets): void {
  if (statistics.files > 0 || statistics.incomplete > 0 || notifications.some(({ level }) => level === 'error')) return;
  const where = paths.length === 0 ? 'the folder holds' : 'the paths hold';
  throw new UsageError(
    `Nothing to scan: ${where} no TypeScript or JavaScript that is not left out ` +
      '(node_modules, build output, ignored files; tests unless --include-tests; --include and --exclude).',
  );
}

/** Platforms compare these with an earlier report themselves: a finding left out would count as mended. */
const WHOLE_FORMATS: ReadonlySet<string> = new Set(['sarif', 'gitlab', 'gitlab-sast']);

interface Folders {
  /** Where the sources are read: the root, or what a commit holds of it. */
  readonly scanned: string;
  readonly root: string;
}

async function report(
  { all, shown }: Narrowed,
  destinations: readonly Destination[],
  folders: Folders,
  flags: Flags,
): Promise<void> {
  const { render } = await import('../../7-report/report.ts');
  const notices = new Set<string>();
  const commit = destinations.some(({ format }) => format === 'sarif') ? provenance(folders.root) : {};
  const options = {
    ...renderOptions(shown, folders, flags),
    ...commit,
    notify: (notice: string) => void notices.add(notice),
  };
  const reports = destinations.map(({ format, path }) => {
    const result = WHOLE_FORMATS.has(format) ? all : shown;
    return {
      path,
      text: render(format, result, path === undefined ? { ...options, ...printing(folders, flags) } : options),
    };
  });
  const summary = stepSummary(destinations, process.env);
  if (summary !== undefined) appendSummary(summary, render('markdown', shown, options));
  for (const { path, text } of reports) if (path !== undefined) writeReport(path, text);
  for (const { path, text } of reports) if (path === undefined) await writeStream(process.stdout, text);
  for (const notice of notices) process.stderr.write(`notice: ${printable(notice)}\n`);
}

/** What the formats are told besides the result, whichever they are. */
function renderOptions(result: ScanResult, { scanned, root }: Folders, flags: Flags): RenderOptions {
  const rootInRepository = locateInRepository(root);
  const startedAt = startTime(process.env);
  return {
    color: false,
    readSource: (file) => readSource(scanned, file),
    incompleteAllowed: isComplete(result, flags),
    exitCode: exitCodeOf(result, flags),
    suppressed: flags.sarifSuppressed,
    ...(flags.sarifCategory !== undefined && { category: flags.sarifCategory }),
    ...(rootInRepository !== undefined && { rootInRepository }),
    ...(startedAt !== undefined && { startedAt }),
  };
}

function provenance(root: string): Pick<RenderOptions, 'repository'> {
  const prefix = locateInRepository(root);
  const repository = prefix === undefined ? undefined : provenanceOf(root, prefix);
  return repository ? { repository } : {};
}

/** What only standard output gets. */
function printing({ root }: Folders, { color, quiet }: Flags): Partial<RenderOptions> {
  return {
    color: wantsColor(color, process.env, process.stdout),
    // On a terminal the closing line stands right below.
    verdict: quiet || process.stdout.isTTY !== true || process.stderr.isTTY !== true,
    ...linksFor(root),
  };
}

/** A file the scan named, byte order mark included. Undefined when it has gone meanwhile. */
function readSource(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

/** Links for a report on standard output, where its terminal follows them. */
export function linksFor(root: string): Pick<RenderOptions, 'linkTo'> {
  if (!followsLinks(process.env, process.stdout)) return {};
  return { linkTo: (file, line) => linkTo(root, file, line) };
}

/** Where a terminal's click leads: the file, and the line for editors that read fragments. */
function linkTo(root: string, file: string, line: number): string {
  return `${pathToFileURL(join(root, file)).href}#L${line}`;
}

/** The scanned folder as seen from the top of its git work tree: `packages/api`, or `` for the top itself. */
export function locateInRepository(root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return relative(folder, root).split(sep).join('/');
    if (folder === dirname(folder)) return undefined;
  }
}

/** One line per policy and one for the run, whatever the format of the report. */
async function say(result: ScanResult, { catalogue, policies }: Rules, clock: Clock, flags: Flags): Promise<void> {
  const lines: string[] = [];
  if (flags.verbose) {
    lines.push(`project file: ${catalogue.configuration.file ?? 'none'}`);
    lines.push(`policies: ${policies.map(({ id }) => id).join(', ') || 'none'}`);
    lines.push(...result.notifications.map(printNotification));
  }
  if (flags.timing) lines.push(...clock.laps());
  if (!flags.quiet) lines.push(...(await promiseLines(result)));
  if (!flags.quiet || mustBeSaid(result)) lines.push(closingLine(result, flags, clock.seconds()));
  if (lines.length > 0) process.stderr.write(`${lines.map(printable).join('\n')}\n`);
}

/** `1mg: 71 promises kept, 4 broken, 18 not exercised, 52 not decidable`. */
async function promiseLines(result: ScanResult): Promise<string[]> {
  const { countPromises, policySummaries } = await import('../../7-report/summary.ts');
  return policySummaries(result).map(countPromises);
}
