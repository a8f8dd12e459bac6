#!/usr/bin/env node
/**
 * Scans a checkout and scores what was found against the list of the same name.
 *
 *     npm run recall -- juice-shop ../checkouts/juice-shop
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TROTH = fileURLToPath(new URL('../../bin/troth.js', import.meta.url));
/** Incomplete: some file could not be analysed. What was found still counts. */
const INCOMPLETE = 3;

process.exitCode = main(process.argv.slice(2));

function main([name, checkout, ...rest]) {
  if (name === undefined || checkout === undefined || rest.length > 0) {
    return complain('usage: npm run recall -- <name> <checkout>');
  }
  const lists = readdirSync(HERE).filter((file) => file.endsWith('.json'));
  if (!lists.includes(`${name}.json`)) {
    const known = lists.map((file) => file.slice(0, -'.json'.length)).sort();
    return complain(`no list named '${name}'; there are ${known.join(', ')}`);
  }
  if (!existsSync(checkout)) return complain(`no such folder: ${checkout}`);
  const folder = mkdtempSync(join(tmpdir(), 'troth-recall-'));
  try {
    return score(join(HERE, `${name}.json`), checkout, join(folder, 'inventory.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function score(list, checkout, inventory) {
  const scanned = runNode([TROTH, 'inventory', checkout, '--format', 'json', '--output', inventory]);
  if (scanned !== 0 && scanned !== INCOMPLETE) return 2;
  return runNode([join(HERE, 'score.mjs'), inventory, list]);
}

/** Node's exit code, or 2 when a signal ended it. */
function runNode(arguments_) {
  return spawnSync(process.execPath, arguments_, { stdio: 'inherit' }).status ?? 2;
}

function complain(line) {
  process.stderr.write(`${line}\n`);
  return 2;
}
