import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import Tinypool from 'tinypool';
import type { FileFacts } from './core/facts.ts';
import { compareText } from './core/location.ts';
import type { Notification } from './core/notification.ts';
import type { Batch, LoweredBatch } from './lower-files.ts';

const BATCH = 128;
/** Per file; generated files of many megabytes take a second or two. */
const SECONDS_PER_FILE = 30;
const FILES_OF_A_SLOW_BATCH = 10;
/** Deep nesting overflows the parser's stack long before this: 20,000 levels need about 40 MB. */
const STACK_MEGABYTES = 96;
const HEAP_MEGABYTES = 4096;
/** Below this a second worker costs more start-up than it saves. */
const FILES_PER_WORKER = 600;

/** Told how many files of all are done. */
type Progress = (stage: string, done: number, total: number) => void;

/** Threads that parse and lower. */
export interface Workers {
  readonly lower: (batch: Batch, progress?: Progress) => Promise<LoweredBatch>;
  /** Ends the threads, and gives their memory back. */
  readonly end: () => Promise<void>;
}

/** Several scans with the same workers: they load the parser once, and end when `use` has. */
export async function withWorkers<T>(use: (workers: Workers) => Promise<T>): Promise<T> {
  const workers = startWorkers();
  try {
    return await use({ ...workers, end: async () => undefined });
  } finally {
    await workers.end();
  }
}

/** Starts the first worker, which loads the parser while the main thread reads rules and looks for files. */
export function startWorkers(): Workers {
  // Under a test runner there is no compiled worker to start.
  if (import.meta.url.endsWith('.ts')) {
    return { lower: async (batch) => inOrder([await lowerHere(batch)]), end: async () => undefined };
  }
  const pool = openPool();
  // An empty batch has the parser loaded; whatever is wrong with that shows at the first real one.
  const ready = lowerChunk(pool, { root: '', files: [], maxFileSize: 0 });
  return {
    lower: async (batch, progress) => {
      // While it is busy, a batch would start another thread.
      await ready;
      return inOrder(await lowerInPool(pool, batch, progress));
    },
    end: () => pool.destroy(),
  };
}

function inOrder(results: readonly LoweredBatch[]): LoweredBatch {
  const facts = results.flatMap((result) => result.facts);
  const notifications = results.flatMap((result) => result.notifications);
  facts.sort((a: FileFacts, b: FileFacts) => compareText(a.file, b.file));
  return { facts, notifications };
}

/** The parser is loaded where it runs: the main thread of a scan never needs it. */
async function lowerHere(batch: Batch): Promise<LoweredBatch> {
  const { lowerFiles } = await import('./lower-files.ts');
  return lowerFiles(batch);
}

function openPool(): Tinypool {
  return new Tinypool({
    filename: fileURLToPath(new URL('./lower-files.js', import.meta.url)),
    minThreads: 1,
    maxThreads: availableParallelism(),
    env: {},
    execArgv: [],
    resourceLimits: { stackSizeMb: STACK_MEGABYTES, maxOldGenerationSizeMb: HEAP_MEGABYTES },
  });
}

/**
 * Lowers files off the main thread, where a large stack and a time limit are possible. A batch that fails is tried
 * again file by file, so that one hostile file costs only itself, and is named.
 */
async function lowerInPool(
  pool: Tinypool,
  { root, files, maxFileSize }: Batch,
  progress: Progress = () => undefined,
): Promise<LoweredBatch[]> {
  const lowered: LoweredBatch[] = [];
  let done = 0;
  progress('reading files', done, files.length);
  const chunks = chunksOf(files);
  async function work(): Promise<void> {
    for (const chunk of chunks) {
      lowered.push(...(await lowerChunk(pool, { root, files: chunk, maxFileSize })));
      done += chunk.length;
      progress('reading files', done, files.length);
    }
  }
  // On every core, since the main thread only waits. The pool starts a thread when there is more than one batch at a time.
  const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(files.length / FILES_PER_WORKER)));
  await Promise.all(Array.from({ length: threads }, work));
  return lowered;
}

/** The files in batches; whoever is free takes the next. */
function* chunksOf(files: readonly string[]): Generator<string[]> {
  for (let start = 0; start < files.length; start += BATCH) yield files.slice(start, start + BATCH);
}

async function lowerChunk(pool: Tinypool, batch: Batch): Promise<LoweredBatch[]> {
  try {
    return [JSON.parse(await pool.run(batch, { name: 'lowerFilesToText', signal: timeLimit(batch.files.length) }))];
  } catch (error) {
    const [file] = batch.files;
    if (batch.files.length > 1) {
      const singles: LoweredBatch[] = [];
      for (const single of batch.files) singles.push(...(await lowerChunk(pool, { ...batch, files: [single] })));
      return singles;
    }
    return [{ facts: [], notifications: [failure(file ?? '', error)] }];
  }
}

/** A whole batch may take as long as ten of its files alone: what hangs is found when they are tried one by one. */
function timeLimit(files: number): AbortSignal {
  return AbortSignal.timeout(SECONDS_PER_FILE * 1000 * (files === 1 ? 1 : FILES_OF_A_SLOW_BATCH));
}

function failure(file: string, error: unknown): Notification {
  const timedOut = error instanceof Error && /abort|terminat/i.test(`${error.name} ${error.message}`);
  return timedOut
    ? {
        level: 'error',
        code: 'analysis-timeout',
        message: `Not analysed: it took more than ${SECONDS_PER_FILE} seconds.`,
        file,
      }
    : { level: 'error', code: 'analysis-failed', message: 'Not analysed: the analysis of this file failed.', file };
}
