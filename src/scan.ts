import { readFileSync } from 'node:fs';
import { discover } from './1-discover/discover.ts';
import { parsePrisma } from './2-parse/prisma.ts';
import { readSource } from './2-parse/read.ts';
import { link } from './4-link/link.ts';
import { followData } from './5-flow/flow.ts';
import { compare, withFingerprints } from './6-judge/baseline.ts';
import { type Judgement, judge } from './6-judge/judge.ts';
import { ruleTimes } from './6-judge/rule-times.ts';
import { placesOf, suppress } from './6-judge/suppressions/suppress.ts';
import type { Catalogue } from './core/catalogue.ts';
import { suppressionComments } from './core/comments.ts';
import type { Decisions } from './core/decisions.ts';
import { type FileFacts, joinSchemas, type SchemaFacts } from './core/facts.ts';
import type { Flow } from './core/flow.ts';
import { invariant } from './core/invariant.ts';
import { compareText } from './core/location.ts';
import type { Notification } from './core/notification.ts';
import type { Observations, Question } from './core/observations.ts';
import type { Policy } from './core/policy.ts';
import { type Confidence, isSure } from './core/privacy.ts';
import type { ScanResult } from './core/result.ts';
import type { CommentedFile } from './core/suppression.ts';
import { MAX_FILE_SIZE, type Workspace } from './core/workspace.ts';
import type { LoweredBatch } from './lower-files.ts';
import { didYouMean } from './rules/closest.ts';
import { startWorkers, type Workers } from './worker-pool.ts';

export interface ScanOptions {
  readonly command: 'scan' | 'inventory';
  /** Absolute path of the folder to scan; everything reported is relative to it. */
  readonly root: string;
  /** Files or folders below `root` to look at, relative to it; empty for all. */
  readonly paths: readonly string[];
  /** Everything else below `root`, too: `paths` then only adds what a walk leaves out. */
  readonly wholeProgram?: boolean;
  readonly catalogue: Catalogue;
  readonly policies: readonly Policy[];
  /** Tests, fixtures and stories too. */
  readonly includeTests: boolean;
  /** Flows less sure than this are left out. */
  readonly confidence: Confidence;
  /** In bytes; larger files are not analysed, and named. */
  readonly maxFileSize?: number;
  /** Asked by who wants to know why something was, or was not, reported; the answer is in `observations`. */
  readonly question?: Question;
  /** Started earlier, to have them ready; the scan ends them. */
  readonly workers?: Workers;
  /** Told what is going on; `done` of `total` where they can be counted. */
  readonly onProgress?: (stage: string, done?: number, total?: number) => void;
  /** Told how long each rule takes by itself, by who wants to know which are slow. */
  readonly onRuleTimes?: (times: ReturnType<typeof ruleTimes>) => void;
  /** What people decided about findings; absent: nothing is suppressed or known. */
  readonly decisions?: Decisions;
}

/** In bytes; what is larger was written by a program, such as a lock file. */
const MAX_OTHER_SIZE = 256 * 1024;

const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/** The pipeline. Each phase sees what the one before it returned, and nothing else. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const { catalogue, policies, maxFileSize = MAX_FILE_SIZE } = options;
  const { include, exclude } = catalogue.configuration;
  const progress = options.onProgress ?? (() => undefined);
  progress('looking for files');
  const workspace = discover({ ...options, include, exclude, maxFileSize });
  const { schemas, comments, notifications: schemaNotifications } = readSchemas(workspace, maxFileSize);
  const lowered = await lowerAll(workspace, options);
  const analysed = await analyse({ facts: lowered.facts, schemas, workspace }, options);
  const notifications = [
    ...workspace.notifications,
    ...schemaNotifications,
    ...lowered.notifications,
    ...analysed.notifications,
  ].sort(byFile);
  invariantOfFiles(workspace, lowered.facts.length, notifications);
  const incomplete = notifications.filter(({ level }) => level === 'error');
  const commented = [...lowered.facts, ...comments, ...readOthers(workspace)].filter(
    ({ comments: each }) => each.length > 0,
  );
  return {
    command: options.command,
    version: VERSION,
    policies,
    statistics: {
      files: lowered.facts.length,
      functions: analysed.functions,
      incomplete: incomplete.filter(({ file }) => file !== undefined).length,
    },
    flows: analysed.flows,
    ...settle(analysed, commented, incomplete.length === 0, options),
    notifications,
    ...(analysed.observations && { observations: analysed.observations }),
  };
}

/** Threads keep nothing while data is followed: that needs the memory. */
async function lowerAll({ root, files }: Workspace, options: ScanOptions): Promise<LoweredBatch> {
  const { maxFileSize = MAX_FILE_SIZE, workers = startWorkers(), onProgress } = options;
  try {
    return await workers.lower({ root, files, maxFileSize }, onProgress);
  } finally {
    await workers.end();
  }
}

type Settled = Pick<ScanResult, 'violations' | 'obligations' | 'promises' | 'suppressed' | 'suppressions' | 'baseline'>;

/** What people decided about the findings: those they suppress, and those they know. */
function settle(
  { judgement, flows, suspectedFlows }: Analysed,
  comments: readonly CommentedFile[],
  complete: boolean,
  { command, catalogue, policies, decisions, ...targets }: ScanOptions,
): Settled {
  if (command !== 'scan' || decisions === undefined) return { ...judgement, suppressed: [] };
  const { today, unused, packs, baseline } = decisions;
  const paths = targets.wholeProgram ? [] : targets.paths;
  const { suppressions: configured, file } = catalogue.configuration;
  const settled = suppress(withFingerprints(judgement), flows, {
    comments: [...comments].sort((a, b) => compareText(a.file, b.file)),
    configured,
    ...(file !== undefined && { configurationFile: file }),
    guess: didYouMean,
    policies,
    packs,
    today,
    complete: complete && paths.length === 0,
    unused,
    suspected: () => [...placesOf(judge(suspectedFlows, policies, { confidence: 'low' }), suspectedFlows).values()],
  });
  if (baseline === undefined) return settled;
  return { ...settled, ...compare(settled, flows, baseline, { policies, paths, complete }) };
}

/** What reading and lowering a project gives. */
export interface Lowered {
  readonly facts: readonly FileFacts[];
  readonly schemas: SchemaFacts;
  readonly workspace: Workspace;
}

interface Analysed {
  readonly functions: number;
  readonly flows: readonly Flow[];
  /** Those too unsure to be reported, too. */
  readonly suspectedFlows: readonly Flow[];
  readonly judgement: Judgement;
  readonly notifications: readonly Notification[];
  readonly observations?: Observations;
}

/** The pipeline past 3-lower: no I/O. For a scan, and for the examples of policies. */
export async function analyse(
  { facts, schemas, workspace }: Lowered,
  options: Pick<
    ScanOptions,
    'command' | 'catalogue' | 'policies' | 'confidence' | 'question' | 'onProgress' | 'onRuleTimes'
  >,
): Promise<Analysed> {
  const { command, catalogue, policies, confidence } = options;
  options.onProgress?.('linking');
  const program = link(facts, schemas, workspace);
  const judging = command === 'scan';
  const obliged = policies.some(({ rules }) => rules.some(({ verb }) => verb === 'require'));
  options.onProgress?.('following data');
  const followed = await followData(program, catalogue, { behaviour: judging && obliged, question: options.question });
  const flows = followed.flows.filter((flow) => isSure(flow.confidence, confidence));
  const judged = { confidence, behaviour: followed.behaviour };
  const judgement = judging ? judge(flows, policies, judged) : NO_JUDGEMENT;
  if (options.onRuleTimes) options.onRuleTimes(ruleTimes(flows, policies, judged));
  const { flows: suspectedFlows, notifications, observations } = followed;
  return {
    functions: program.functions.length,
    flows,
    suspectedFlows,
    judgement,
    notifications,
    ...(observations && { observations }),
  };
}

const NO_JUDGEMENT: Judgement = { violations: [], obligations: [], promises: [] };

function readSchemas(
  workspace: Workspace,
  maxFileSize: number,
): { schemas: SchemaFacts; comments: CommentedFile[]; notifications: Notification[] } {
  const read: SchemaFacts[] = [];
  const comments: CommentedFile[] = [];
  const notifications: Notification[] = [];
  for (const { file } of workspace.schemas) {
    const { text, notification } = readSource(workspace.root, file, maxFileSize);
    if (notification) notifications.push(notification);
    if (text === undefined) continue;
    comments.push({ file, comments: suppressionComments(file, text) });
    const parsed = parsePrisma(text, file);
    read.push(parsed);
    notifications.push(...parsed.notifications);
  }
  return { schemas: joinSchemas(read), comments, notifications };
}

/** What people say to troth in files that are not analysed. One that cannot be read says nothing, and hides nothing. */
function readOthers({ root, others }: Workspace): CommentedFile[] {
  return others.flatMap((file) => {
    const { text } = readSource(root, file, MAX_OTHER_SIZE);
    return text === undefined ? [] : [{ file, comments: suppressionComments(file, text) }];
  });
}

function byFile(a: Notification, b: Notification): number {
  return compareText(a.file ?? '', b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || compareText(a.code, b.code);
}

/** Never a green that is not earned: every listed file was analysed or is named with an error. */
function invariantOfFiles(workspace: Workspace, analysed: number, notifications: readonly Notification[]): void {
  const failed = new Set(
    notifications.flatMap(({ level, file }) => (level === 'error' && file !== undefined ? [file] : [])),
  );
  const named = workspace.files.filter((file) => failed.has(file)).length;
  invariant(workspace.files.length === analysed + named, 'Every listed file is analysed or reported');
}
