/**
 * How long a scan takes, measured against what the parser alone needs for the same files.
 *
 *     npm run bench -- [--phases] <folder> [...folders]
 *
 * Every run is a process of its own, with all start-up and warm-up. Parsing and scanning take turns, so that a machine
 * that slows down slows both, and the medians of three are compared. Read the ratio; the seconds are those of the machine.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { discover } from './1-discover/discover.ts';
import { parse } from './2-parse/parse.ts';
import { parsePrisma } from './2-parse/prisma.ts';
import { readSource } from './2-parse/read.ts';
import { link } from './4-link/link.ts';
import { followData } from './5-flow/flow.ts';
import type { Catalogue } from './core/catalogue.ts';
import { joinSchemas } from './core/facts.ts';
import { lineStartsOf } from './core/location.ts';
import { MAX_FILE_SIZE, type Workspace } from './core/workspace.ts';
import { loadCatalogue } from './rules/catalogue.ts';
import { loadConfiguration } from './rules/configuration.ts';
import { startWorkers } from './worker-pool.ts';

const RUNS = 3;
const TROTH = fileURLToPath(new URL('../bin/troth.js', import.meta.url));
const SELF = fileURLToPath(import.meta.url);
/** A scan that could not analyse every file has still done its work. */
const INCOMPLETE = 3;
/** Runs inside the measured process and says on a stream of its own, at the very end, how much memory it took. */
const REPORT_MEMORY =
  "data:text/javascript,import{writeSync}from'node:fs';" +
  "process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS)))";

interface Parsed {
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
  readonly seconds: number;
}

type Phases = Readonly<Record<string, number>>;

interface Ended {
  readonly output: string;
  readonly seconds: number;
  readonly megabytes: number;
}

interface Row {
  readonly folder: string;
  readonly parsed: Parsed;
  readonly functions: number;
  readonly scan: { readonly seconds: number; readonly megabytes: number };
  readonly phases: Phases | null;
}

/** What a process of its own measures. The second word is the folder. */
const PARTS: Readonly<Record<string, (folder: string) => unknown>> = {
  '--parse-of': measureParse,
  '--phases-of': measurePhases,
};

async function main(words: readonly string[]): Promise<void> {
  const [first = '', second] = words;
  const part = PARTS[first];
  if (part && second !== undefined) {
    process.stdout.write(JSON.stringify(await part(second)));
    return;
  }
  const folders = words.filter((word) => !word.startsWith('--'));
  const flags = words.filter((word) => word.startsWith('--'));
  if (folders.length === 0 || flags.some((flag) => flag !== '--phases')) {
    process.stderr.write('usage: npm run bench -- [--phases] <folder> [...folders]\n');
    process.exitCode = 2;
    return;
  }
  const rows: Row[] = [];
  for (const folder of folders) rows.push(await measure(folder, flags.length > 0));
  process.stdout.write(printTable(rows));
}

async function measure(folder: string, withPhases: boolean): Promise<Row> {
  const parses: Parsed[] = [];
  const scans: Ended[] = [];
  for (let run = 0; run < RUNS; run++) {
    parses.push(JSON.parse((await runNode([SELF, '--parse-of', folder])).output));
    scans.push(await runNode([TROTH, 'inventory', folder, '--format', 'json', '--quiet']));
  }
  const { functions } = JSON.parse(scans[0]?.output ?? '').summary;
  return {
    folder,
    parsed: { ...(parses[0] as Parsed), seconds: median(parses.map(({ seconds }) => seconds)) },
    functions,
    scan: {
      seconds: median(scans.map(({ seconds }) => seconds)),
      megabytes: median(scans.map(({ megabytes }) => megabytes)),
    },
    phases: withPhases ? JSON.parse((await runNode([SELF, '--phases-of', folder])).output) : null,
  };
}

/** The compiler's parser on every file the scan analyses, the texts already in memory and the trees dropped. */
function measureParse(folder: string): Parsed {
  const { workspace } = openProject(folder);
  const sources = workspace.files.flatMap((file) => {
    const { text } = readSource(workspace.root, file, MAX_FILE_SIZE);
    return text === undefined ? [] : [{ file, text }];
  });
  const started = performance.now();
  for (const { file, text } of sources) parse(file, text);
  const seconds = (performance.now() - started) / 1000;
  return {
    files: sources.length,
    lines: sum(sources.map(({ text }) => lineStartsOf(text).length)),
    bytes: sum(sources.map(({ text }) => Buffer.byteLength(text))),
    seconds,
  };
}

/** The steps of `scan.ts`, one by one. */
async function measurePhases(folder: string): Promise<Phases> {
  const phases: Record<string, number> = {};
  let started = 0;
  const lap = (phase: string): void => {
    const now = performance.now();
    phases[phase] = (now - started) / 1000;
    started = now;
  };
  lap('loading');
  const { workspace, catalogue } = openProject(folder);
  lap('rules and discover');
  const schemas = workspace.schemas.flatMap(({ file }) => {
    const { text } = readSource(workspace.root, file, MAX_FILE_SIZE);
    return text === undefined ? [] : parsePrisma(text, file);
  });
  const workers = startWorkers();
  const { facts } = await workers.lower({
    root: workspace.root,
    files: workspace.files,
    maxFileSize: MAX_FILE_SIZE,
  });
  await workers.end();
  lap('parse and lower');
  const program = link(facts, joinSchemas(schemas), workspace);
  lap('link');
  await followData(program, catalogue);
  lap('flow');
  return phases;
}

/** What the command line makes of a folder: its project file, its models, its files. */
function openProject(folder: string): { workspace: Workspace; catalogue: Catalogue } {
  const root = resolve(folder);
  const configuration = loadConfiguration(root, null);
  const catalogue = loadCatalogue({ root, configuration, packages: null });
  const { include, exclude } = configuration;
  const options = { root, paths: [], include, exclude, includeTests: false, maxFileSize: MAX_FILE_SIZE };
  return { workspace: discover(options), catalogue };
}

/** Runs a program to its end, and says how long it took and how much memory it had at most. */
function runNode(words: readonly string[]): Promise<Ended> {
  return new Promise((done, failed) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--import', REPORT_MEMORY, ...words], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    const output: Buffer[] = [];
    const memory: Buffer[] = [];
    child.stdio[1]?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stdio[3]?.on('data', (chunk: Buffer) => memory.push(chunk));
    child.on('error', failed).on('close', (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code !== 0 && code !== INCOMPLETE) failed(new Error(`${words.join(' ')}: exit code ${code}`));
      else done({ output: String(Buffer.concat(output)), seconds, megabytes: Number(Buffer.concat(memory)) / 1024 });
    });
  });
}

const COLUMNS: readonly (readonly [title: string, cell: (row: Row) => string])[] = [
  ['folder', ({ folder }) => folder],
  ['files', ({ parsed }) => String(parsed.files)],
  ['lines', ({ parsed }) => String(parsed.lines)],
  ['MB', ({ parsed }) => (parsed.bytes / 1e6).toFixed(2)],
  ['functions', ({ functions }) => String(functions)],
  ['parse s', ({ parsed }) => parsed.seconds.toFixed(2)],
  ['troth s', ({ scan }) => scan.seconds.toFixed(2)],
  ['ratio', ({ parsed, scan }) => (scan.seconds / parsed.seconds).toFixed(2)],
  ['max RSS MB', ({ scan }) => scan.megabytes.toFixed(0)],
];

function printTable(rows: readonly Row[]): string {
  const phases = [...new Set(rows.flatMap(({ phases: measured }) => Object.keys(measured ?? {})))];
  const columns = [
    ...COLUMNS,
    ...phases.map((phase) => [`${phase} s`, (row: Row) => (row.phases?.[phase] ?? 0).toFixed(2)] as const),
  ];
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return `${lines.join('\n')}\n`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

await main(process.argv.slice(2));
