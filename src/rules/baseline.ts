/** The baseline file: known findings, one a line, sorted, so that people can read it and branches can be merged. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Baseline, BaselineEntry } from '../core/baseline.ts';
import { UsageError } from '../core/usage-error.ts';
import { validate } from './validate.ts';
import { type DataPath, readText } from './yaml.ts';

/** Where it is looked for, below the scanned folder. */
export const BASELINE_FILE = '.troth/baseline.json';

const MOST_CHARACTERS = 50_000_000;
const VERSION = 1;

const text = z.string().max(2000);
const list = z.array(text).max(1000).default([]);

const entry = z.strictObject({
  fingerprint: text.min(1),
  rule: text.min(1),
  file: text.min(1),
  line: z.int().min(1),
  symbol: text.default(''),
  sink: text.default(''),
  data: list,
  sources: list,
  recipients: list,
  protections: list,
  guards: list,
  added: z.iso.date({ error: 'must be a day such as `2026-11-25`' }),
});

/** The format of the file. */
export const baselineFile = z.strictObject({
  $schema: z.string().exactOptional(),
  schemaVersion: z.literal(VERSION),
  findings: z.array(entry),
});

/** Reads the baseline at `path`; `name` is how messages call it. Throws a UsageError that says what is wrong, and where. */
export function readBaseline(path: string, name: string): Baseline {
  if (!existsSync(path)) {
    throw new UsageError(`${name}: there is no such baseline; 'troth baseline create' writes one`);
  }
  const written = readText(path, name, MOST_CHARACTERS);
  const { findings } = validate(baselineFile, { file: name, data: parse(written, name), positionOf: placeIn(written) });
  // Two branches may have added the same one.
  const distinct = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  return { file: name, entries: [...distinct.values()] };
}

function parse(written: string, name: string): unknown {
  const conflict = /^(?:<{7}|={7}|>{7})(?: |$)/m.exec(written);
  if (conflict) {
    const line = written.slice(0, conflict.index).split('\n').length;
    throw new UsageError(`${name}:${line}:1: has a conflict of a merge: keep the lines of both sides`);
  }
  try {
    return JSON.parse(written);
  } catch (error) {
    // Not every engine says where.
    const offset = /position (\d+)/.exec(String(error))?.[1];
    const line = offset === undefined ? '' : `:${written.slice(0, Number(offset)).split('\n').length}`;
    throw new UsageError(`${name}${line}: is not valid JSON; take it from version control, or create it anew`);
  }
}

/** A finding has a line of its own, after the first that opens the list. */
function placeIn(written: string): (path: DataPath) => { line: number; column: number } {
  return ([key, index]) => {
    if (key !== 'findings' || typeof index !== 'number') return { line: 1, column: 1 };
    const first = written.slice(0, written.indexOf('"findings"')).split('\n').length;
    return { line: first + 1 + index, column: 1 };
  };
}

/** The file with these entries, in their order: the same bytes for the same findings. Empty lists are left out. */
export function printBaseline(entries: readonly BaselineEntry[]): string {
  const lines = entries.map((each) => `    ${printEntry(each)}`);
  const findings = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "schemaVersion": ${VERSION},\n  "findings": ${findings}\n}\n`;
}

function printEntry({ file, line, rule, symbol, sink, fingerprint, added, ...lists }: BaselineEntry): string {
  const { data, sources, recipients, protections, guards } = lists;
  const parts = { file, line, rule, symbol, sink, data, sources, recipients, protections, guards, added, fingerprint };
  const written = Object.entries(parts).filter(
    ([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return `{ ${written.map(([key, value]) => `${JSON.stringify(key)}: ${printValue(value)}`).join(', ')} }`;
}

function printValue(value: string | number | readonly string[]): string {
  return Array.isArray(value) ? `[${value.map((item) => printable(item)).join(', ')}]` : printable(value);
}

/** As JSON, with nothing in it that a terminal would obey. */
function printable(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
    return units.map((unit) => `\\u${unit}`).join('');
  });
}
