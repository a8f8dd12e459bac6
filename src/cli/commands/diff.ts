/** `troth diff <ref>`: what a change adds to the data map, and what it takes from it. It has no gate to fail. */
import type { DataMapChange } from '../../core/data-map.ts';
import type { ScanResult } from '../../core/result.ts';
import { UsageError } from '../../core/usage-error.ts';
import { startClock } from '../clock.ts';
import { wantsColor } from '../color.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { resolveDestinations } from '../destinations.ts';
import { EXIT_CODES } from '../exit-code.ts';
import type { Flags } from '../flags.ts';
import { readRules } from '../read-rules.ts';
import { forkPoint, requireRepository } from '../revisions.ts';
import { resolveTargets, type Targets } from '../targets.ts';
import { count, printable } from '../terminal.ts';
import { movedFiles } from '../trees.ts';
import { checkWritable, writeReport, writeStream } from '../write.ts';
import { locateInRepository, openProgress, scanOptions, scanTargets } from './scan.ts';

const DIFF_FORMATS = ['text', 'markdown'] as const;

export const diffCommand: CliCommand = {
  name: 'diff',
  description: 'what a change adds to the data map, and what it removes from it',
  argument: ['<ref>', 'the branch, tag or commit to compare with, from where HEAD parted from it'],
  further: ['[paths...]', 'folders and files to compare; the working directory when none is given'],
  flags: ['report', 'config', 'withoutConfig', 'globs', 'files', 'confidence', 'progress', 'terminal'],
  formats: DIFF_FORMATS,
  examples: `
    troth diff origin/main                  what this branch does to the data map
    troth diff HEAD                         what is not committed yet
    troth diff origin/main src/api.ts       what concerns this file
    troth diff origin/main -f markdown      for a comment on the pull request`,
  run: ([ref = '', ...paths], invocation) => runDiff(ref, paths, invocation),
};

async function runDiff(ref: string, paths: readonly string[], { flags, commands }: Invocation): Promise<number> {
  const clock = startClock();
  const destinations = readDestinations(flags);
  const targets = resolveTargets(paths, process.cwd(), commands);
  requireRepository(targets.root, 'troth diff');
  const base = forkPoint(targets.root, ref, 'troth diff');
  const rules = await readRules(targets.root, { ...flags, policy: [] });
  const progress = openProgress(flags);
  const options = scanOptions('inventory', targets, rules, flags, progress);
  const { scanCommit } = await import('../../scan-change.ts');
  const { withWorkers } = await import('../../worker-pool.ts');
  // The older state first: when it cannot be read, nobody has waited for the other.
  const [before, after] = await withWorkers(async (workers) => [
    await scanCommit(targets.root, base, { ...options, workers }).finally(progress.clear),
    await scanTargets('inventory', targets, rules, flags, { workers }),
  ]);
  const change = await narrowedTo(targets, base, await compare(ref, before, after));
  await write(change, destinations, targets.root, flags);
  if (!flags.quiet || !isComplete(change)) {
    process.stderr.write(`${printable(`${closing(change)} (${clock.seconds().toFixed(1)} s)`)}\n`);
  }
  return isComplete(change) ? EXIT_CODES.passed : EXIT_CODES.incomplete;
}

/** Named files stand for what flows through them; at `base` they may have had other names. */
async function narrowedTo(targets: Targets, base: string, change: DataMapChange): Promise<DataMapChange> {
  if (!targets.wholeProgram) return change;
  const { narrowComparison } = await import('../../6-judge/data-map.ts');
  const moved = movedFiles(targets.root, base);
  const before = new Set(targets.paths.map((path) => moved.get(path) ?? path));
  return { ...change, ...narrowComparison(change, { before, after: new Set(targets.paths) }) };
}

interface ChangeDestination {
  readonly format: 'text' | 'markdown';
  readonly path?: string;
}

function readDestinations(flags: Flags): ChangeDestination[] {
  return resolveDestinations(flags.format, flags.output).map(({ format, path }) => {
    if (format !== 'text' && format !== 'markdown') {
      throw new UsageError(`'troth diff' has no format '${format}'. There are text and markdown.`);
    }
    if (path !== undefined) checkWritable(path);
    return { format, ...(path !== undefined && { path }) };
  });
}

async function compare(since: string, before: ScanResult | null, after: ScanResult): Promise<DataMapChange> {
  const { compareDataMaps } = await import('../../6-judge/data-map.ts');
  const told = new Set(before?.notifications.map((notification) => JSON.stringify(notification)));
  return {
    since,
    ...compareDataMaps(before?.flows ?? [], after.flows),
    notifications: [
      ...(before?.notifications ?? []).map((notification) => ({ state: 'before' as const, notification })),
      ...after.notifications
        .filter((notification) => notification.level === 'error' || !told.has(JSON.stringify(notification)))
        .map((notification) => ({ state: 'after' as const, notification })),
    ],
    files: { before: before?.statistics.files ?? 0, after: after.statistics.files },
  };
}

async function write(
  change: DataMapChange,
  destinations: readonly ChangeDestination[],
  root: string,
  flags: Flags,
): Promise<void> {
  const { renderDataMapChange } = await import('../../7-report/data-map-change/render.ts');
  const color = wantsColor(flags.color, process.env, process.stdout);
  const prefix = locateInRepository(root) ?? '';
  const reports = destinations.map(({ format, path }) => {
    return { path, text: renderDataMapChange(format, change, { color: color && path === undefined, prefix }) };
  });
  for (const { path, text } of reports) if (path !== undefined) writeReport(path, text);
  for (const { path, text } of reports) if (path === undefined) await writeStream(process.stdout, text);
}

function closing({ added, removed, altered, files, since, ...change }: DataMapChange): string {
  const mark = change.notifications.some(({ notification }) => notification.level === 'error') ? '! incomplete:' : '✔';
  const changed = added.length + removed.length + altered.length;
  const outcome = changed === 0 ? 'the data map did not change' : `${count(changed, 'change')} of the data map`;
  return `${mark} ${count(files.after, 'file')} compared with ${files.before} in ${since}; ${outcome}`;
}

function isComplete({ notifications }: DataMapChange): boolean {
  return notifications.every(({ notification }) => notification.level !== 'error');
}
