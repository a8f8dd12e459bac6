#!/usr/bin/env node
/**
 * How many of the sinks that a reader found does an inventory hold?
 *
 *     troth inventory <checkout> --format json > inventory.json
 *     node test/recall/score.mjs inventory.json test/recall/juice-shop.json
 *
 * Prints every sink as found or missed, the share that was found, and which harmless lines were reported.
 */
import { readFileSync } from 'node:fs';

const NEARBY_LINES = 1;

main(process.argv.slice(2));

function main(paths) {
  const [inventoryPath, listPath] = paths;
  if (inventoryPath === undefined || listPath === undefined || paths.length > 2) {
    complain('usage: node test/recall/score.mjs <inventory.json> <list.json>');
    return;
  }
  const { flows } = readJson(inventoryPath);
  const list = readJson(listPath);
  if (!Array.isArray(flows) || !Array.isArray(list.sinks) || !Array.isArray(list.harmless)) {
    complain('expected an inventory with `flows`, then a list with `sinks` and `harmless`');
    return;
  }
  const byFile = groupByFile(flows);
  print(`${list.repository} at ${list.commit}\n`);
  printSinks(list.sinks.map((sink) => scoreSink(sink, byFile)));
  printHarmless(list.harmless, byFile);
}

function groupByFile(flows) {
  const groups = new Map();
  for (const flow of flows) {
    const group = groups.get(flow.sink.file);
    if (group) group.push(flow);
    else groups.set(flow.sink.file, [flow]);
  }
  return groups;
}

/** The flows that report the sink; for those missed, what is reported at the same place instead. */
function scoreSink(sink, byFile) {
  const places = [sink, ...(sink.also ?? []).map(readPlace)];
  const here = places.flatMap((place) => flowsAt(place, byFile));
  const matches = here.filter((flow) => flow.activity === sink.activity && shareCategory(flow.data, sink.data));
  return { sink, found: matches.length > 0, fromSource: matches.some((flow) => passesSource(flow, sink.source)), here };
}

function flowsAt({ file, line }, byFile) {
  return (byFile.get(file) ?? []).filter((flow) => Math.abs(flow.sink.line - line) <= NEARBY_LINES);
}

/** `src/a.ts:12` */
function readPlace(text) {
  const colon = text.lastIndexOf(':');
  return { file: text.slice(0, colon), line: Number(text.slice(colon + 1)) };
}

function shareCategory(reported, listed) {
  return reported.some((one) => listed.some((other) => isWithin(one, other) || isWithin(other, one)));
}

/** `user.contact.email` is within `user.contact`. */
function isWithin(key, parent) {
  return key === parent || key.startsWith(`${parent}.`);
}

/** Whether the flow goes through the file where the reader saw the data come in: a hint, not part of the score. */
function passesSource(flow, source) {
  const { file } = readPlace(source);
  return flow.source.file === file || flow.steps.some((step) => step.file === file);
}

function printSinks(scores) {
  for (const { sink, found, fromSource, here } of scores) {
    const verdict = found ? (fromSource ? 'found ' : 'found*') : 'missed';
    const place = `${sink.file}:${sink.line}`;
    print(`${verdict}  ${sink.activity.padEnd(6)}  ${String(sink.calls).padStart(2)} calls  ${place}`);
    if (!found) print(`        ${sink.data.join(', ')}: ${sink.note}${instead(here)}`);
  }
  print(`\n${share('found', scores)} (* from another source file than listed)`);
  print(
    share(
      'two or more calls away',
      scores.filter(({ sink }) => sink.calls >= 2),
    ),
  );
  print(
    share(
      'in another file',
      scores.filter(({ sink }) => readPlace(sink.source).file !== sink.file),
    ),
  );
  for (const activity of ['log', 'share', 'store', 'expose']) {
    print(
      share(
        activity,
        scores.filter(({ sink }) => sink.activity === activity),
      ),
    );
  }
}

function instead(flows) {
  if (flows.length === 0) return '';
  const kinds = new Set(flows.map((flow) => `${flow.activity} ${flow.data.join(', ')}`));
  return ` (reported instead: ${[...kinds].join('; ')})`;
}

function share(name, scores) {
  const found = scores.filter((score) => score.found).length;
  const percentage = scores.length === 0 ? '-' : `${((100 * found) / scores.length).toFixed(1)} %`;
  return `${name}: ${found} of ${scores.length}, ${percentage}`;
}

/** Only the very line counts here: the next one may well leak. */
function printHarmless(harmless, byFile) {
  const hits = harmless.filter((place) => flowsAt(place, byFile).some(({ sink }) => sink.line === place.line));
  print(`\nharmless lines reported: ${hits.length} of ${harmless.length}`);
  for (const { file, line, why } of hits) print(`        ${file}:${line}  ${why}`);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

function complain(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
