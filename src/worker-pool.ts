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
/** Deep nesting overflows the parser's stack long before this: 20,000 levels need about 40 MB. */
const STACK_MEGABYTES = 96;
const HEAP_MEGABYTES = 4096;
/** Below this a second worker costs more start-up than it saves. */
const FILES_PER_WORKER = 600;

/** Told how many files of all are done. */
type Progress = (stage: string, done: number, total: number) => void;

/**
 * Lowers files off the main thread, where a large stack and a time limit are possible. A batch that fails is tried
 * again file by file, so that one hostile file costs only itself, and is named.
 */
export async function lowerAll(batch: Batch, progress: Progress = () => undefined): Promise<LoweredBatch> {
  const worker = fileURLToPath(new URL('./lower-files.js', import.meta.url));
  // Under a test runner there is no compiled worker to start.
  const inProcess = import.meta.url.endsWith('.ts');
  const results = inProcess ? [await lowerHere(batch)] : await lowerInPool(worker, batch, progress);
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

async function lowerInPool(worker: string, batch: Batch, progress: Progress): Promise<LoweredBatch[]> {
  const { root, files, maxFileSize } = batch;
  // On every core: the main thread only waits.
  const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(files.length / FILES_PER_WORKER)));
  const pool = new Tinypool({
    filename: worker,
    minThreads: 1,
    maxThreads: threads,
    env: {},
    execArgv: [],
    resourceLimits: { stackSizeMb: STACK_MEGABYTES, maxOldGenerationSizeMb: HEAP_MEGABYTES },
  });
  try {
    const chunks: string[][] = [];
    for (let start = 0; start < files.length; start += BATCH) chunks.push(files.slice(start, start + BATCH));
    let done = 0;
    progress('reading files', done, files.length);
    const lowered = chunks.map(async (chunk) => {
      const batches = await lowerChunk(pool, { root, files: chunk, maxFileSize });
      done += chunk.length;
      progress('reading files', done, files.length);
      return batches;
    });
    return (await Promise.all(lowered)).flat();
  } finally {
    await pool.destroy();
  }
}

async function lowerChunk(pool: Tinypool, batch: Batch): Promise<LoweredBatch[]> {
  try {
    return [await pool.run(batch, { name: 'lowerFiles', signal: timeLimit(batch.files.length) })];
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

/** Batches wait in line, so the limit is for the whole line before them too. */
function timeLimit(files: number): AbortSignal {
  return AbortSignal.timeout(files === 1 ? SECONDS_PER_FILE * 1000 : SECONDS_PER_FILE * 10_000);
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
