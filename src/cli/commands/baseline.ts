/**
 * `troth baseline`: the findings a project lives with for now. What they are is decided by the scan that writes them; an
 * incomplete one writes nothing, since of what was not seen nobody can say that it is gone.
 */
import { existsSync } from 'node:fs';
import type { BaselineEntry } from '../../core/baseline.ts';
import { isKnown } from '../../core/baseline.ts';
import type { Decisions } from '../../core/decisions.ts';
import type { ScanResult } from '../../core/result.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { baselinePath, readDecisions } from '../decisions.ts';
import { EXIT_CODES, isComplete, notAnalysed } from '../exit-code.ts';
import { type FlagGroup, SCAN_GROUPS } from '../flags.ts';
import { readRules } from '../read-rules.ts';
import { resolveTargets } from '../targets.ts';
import { printable } from '../terminal.ts';
import { writeReport, writeStream } from '../write.ts';
import { scanTargets } from './scan.ts';

const FLAGS: readonly FlagGroup[] = [...SCAN_GROUPS, 'completeness', 'baseline', 'today'];
const ARGUMENT = ['[folder]', 'the folder to scan; the working directory when none is given'] as const;

export const baselineCommand: CliCommand = {
  name: 'baseline',
  description: 'findings that are known and fail no gate: create, update, prune, check',
  flags: [],
  examples: `
    troth baseline create    from now on only new findings fail
    troth baseline check     in CI: nothing new, and nothing left in the file that is gone
    troth baseline prune     take out what has been mended`,
  subcommands: [
    {
      name: 'create',
      description: 'write every finding of today into a new file',
      argument: ARGUMENT,
      flags: FLAGS,
      examples: `
        troth baseline create                                 .troth/baseline.json
        troth baseline create --baseline debt.json services   another file, another folder`,
      run: (words, invocation) => write(words, invocation, create),
    },
    {
      name: 'update',
      description: 'make the file know exactly the findings of today',
      argument: ARGUMENT,
      flags: FLAGS,
      examples: `
        troth baseline update    after a review: accept what is new, drop what is gone`,
      run: (words, invocation) => write(words, invocation, update),
    },
    {
      name: 'prune',
      description: 'take out what is gone, and add nothing',
      argument: ARGUMENT,
      flags: FLAGS,
      examples: `
        troth baseline prune    after mending something`,
      run: (words, invocation) => write(words, invocation, prune),
    },
    {
      name: 'check',
      description: 'fail when a finding is new, or when the file holds one that is gone',
      argument: ARGUMENT,
      flags: FLAGS,
      examples: `
        troth baseline check    in CI, so that the debt can only shrink`,
      run: runCheck,
    },
  ],
};

/** A scan, and the file it is held against. */
interface Held {
  readonly result: ScanResult;
  readonly decisions: Decisions;
  readonly path: string;
  readonly name: string;
}

/** The entries to write, and what to say of it. */
interface Change {
  readonly entries: readonly BaselineEntry[];
  readonly said: string;
}

type Writing = {
  /** Whether the file has to be there already. */
  readonly needsFile: boolean;
  readonly change: (held: Held) => Promise<Change>;
};

const create: Writing = {
  needsFile: false,
  change: async ({ result, decisions }) => {
    const { entriesOf } = await import('../../6-judge/baseline.ts');
    const entries = entriesOf(result, result.flows, decisions.today);
    return { entries, said: `${count(entries.length)} written` };
  },
};

const update: Writing = {
  needsFile: true,
  change: async ({ result, decisions }) => {
    const { byAnchor, entriesOf } = await import('../../6-judge/baseline.ts');
    const now = entriesOf(result, result.flows, decisions.today, decisions.baseline?.entries);
    const { added, absent } = statesOf(result);
    // What this scan did not look at, such as the findings of another policy, stays.
    const entries = [...now, ...(result.baseline?.unseen ?? [])].sort(byAnchor);
    return { entries, said: `${added} added, ${absent} taken out, ${count(entries.length)} in all` };
  },
};

const prune: Writing = {
  needsFile: true,
  change: async ({ result, decisions }) => {
    const gone = new Set(result.baseline?.absent);
    const { byAnchor } = await import('../../6-judge/baseline.ts');
    const entries = (decisions.baseline?.entries ?? []).filter((entry) => !gone.has(entry)).sort(byAnchor);
    return { entries, said: `${gone.size} taken out, ${count(entries.length)} left` };
  },
};

async function write(
  words: readonly string[],
  invocation: Invocation,
  { needsFile, change }: Writing,
): Promise<number> {
  const held = await hold(words, invocation, needsFile);
  const { flags } = invocation;
  if (!isComplete(held.result, flags)) {
    const missed = notAnalysed(held.result);
    process.stderr.write(`! incomplete: ${missed} not analysed; ${printable(held.name)} was not written\n`);
    return EXIT_CODES.incomplete;
  }
  const { printBaseline } = await import('../../rules/baseline.ts');
  const { entries, said } = await change(held);
  writeReport(held.path, printBaseline(entries));
  if (!flags.quiet) process.stderr.write(`✔ ${printable(held.name)}: ${said}\n`);
  return EXIT_CODES.passed;
}

async function runCheck(words: readonly string[], invocation: Invocation): Promise<number> {
  const { result, name } = await hold(words, invocation, true);
  const { added, known, moved, absent } = statesOf(result);
  const lines = [...(await linesOfNew(result)), ...(result.baseline?.absent ?? []).map(lineOfAbsent)];
  if (lines.length > 0) await writeStream(process.stdout, `${lines.map(printable).join('\n')}\n`);
  const complete = isComplete(result, invocation.flags);
  const failed = added + absent > 0;
  const mark = complete ? (failed ? '✖' : '✔') : '! incomplete:';
  const said = `${added} new, ${known} known (${moved} moved), ${absent} gone`;
  const hint = absent > 0 ? "; 'troth baseline prune' takes out what is gone" : '';
  if (!invocation.flags.quiet || !complete) process.stderr.write(`${mark} ${printable(name)}: ${said}${hint}\n`);
  if (!complete) return EXIT_CODES.incomplete;
  return failed ? EXIT_CODES.failed : EXIT_CODES.passed;
}

async function hold(words: readonly string[], { flags, commands }: Invocation, needsFile: boolean): Promise<Held> {
  if (flags.baseline === false) throw new UsageError("'troth baseline' is about a baseline: leave --no-baseline out.");
  const targets = resolveTargets(words, process.cwd(), commands);
  if (targets.paths.length > 0) throw new UsageError('A baseline is about a whole folder: name one, and no file.');
  const { path, name } = await baselinePath(targets.root, flags.baseline);
  if (needsFile !== existsSync(path)) throw new UsageError(needsFile ? missing(name) : existing(name));
  const rules = await readRules(targets.root, flags);
  const decisions = await readDecisions(targets.root, needsFile ? flags : { ...flags, baseline: false });
  const result = await scanTargets('scan', targets, { ...rules, decisions }, flags);
  return { result, decisions, path, name };
}

function missing(name: string): string {
  return `${name}: there is no such baseline; 'troth baseline create' writes one`;
}

function existing(name: string): string {
  return `${name}: is there already; 'troth baseline update' writes it anew, 'prune' takes out what is gone`;
}

function statesOf({ violations, obligations, baseline }: ScanResult) {
  const states = [...violations, ...obligations].flatMap(({ baselineState }) => baselineState ?? []);
  return {
    added: states.filter((state) => state === 'new').length,
    known: states.filter(isKnown).length,
    moved: states.filter((state) => state === 'moved').length,
    absent: baseline?.absent.length ?? 0,
  };
}

async function linesOfNew(result: ScanResult): Promise<string[]> {
  const { newFindingsOf } = await import('../../7-report/findings.ts');
  return newFindingsOf(result)
    .filter(({ rule }) => !rule.startsWith('troth/'))
    .map(({ file, line, column, rule, message }) => `new   ${file}:${line}:${column}  ${rule}  ${message}`);
}

function lineOfAbsent({ file, line, rule, sink }: BaselineEntry): string {
  return `gone  ${file}:${line}  ${rule}  ${sink}`;
}

function count(entries: number): string {
  return entries === 1 ? '1 finding' : `${entries} findings`;
}
