import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flow } from '../../src/core/flow.ts';

/**
 * What a fixture says of itself, on the line:
 *
 *     logger.info(user.email); // finds: log user.contact.email
 *     analytics.track(user); // finds: share user.contact.email, user.name -> segment; log user.name hashed
 *     logger.info(odd(user.email)); // misses: log user.contact.email
 *     logger.info(user.plan, odd(user)); // wrongly finds: log user.contact.email
 *
 * `misses` and `wrongly finds` are known gaps, counted in the README; several marks on a line are joined by ` | `.
 * One entry per category: `file:line activity category [-> recipient] [protections]`.
 */
export type Mark = 'finds' | 'misses' | 'wrongly finds';

export function expectationsIn(folder: string, mark: Mark): string[] {
  return sourceFiles(folder).flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    return lines.flatMap((text, index) =>
      marksOf(text)
        .filter(([name]) => name === mark)
        .flatMap(([, list]) => list.split(';').flatMap((entry) => entriesOf(`${file}:${index + 1}`, entry.trim()))),
    );
  });
}

function marksOf(line: string): [string, string][] {
  const comment = /(?:\/\/|\{\/\*|\/\*)\s*((?:finds|misses|wrongly finds): .*?)(?:\*\/\}?)?\s*$/.exec(line)?.[1];
  return (comment ?? '').split(' | ').flatMap((part): [string, string][] => {
    const match = /^(finds|misses|wrongly finds): (.*)$/.exec(part.trim());
    return match ? [[match[1] ?? '', (match[2] ?? '').trim()]] : [];
  });
}

function entriesOf(at: string, entry: string): string[] {
  const match = /^(\w+) ([\w.]+(?:, [\w.]+)*)(?: -> ([\w.-]+))?((?: [a-z-]+)*)$/.exec(entry);
  if (!match) throw new Error(`${at}: cannot read the expectation '${entry}'`);
  const [, activity, categories = '', recipient, protections = ''] = match;
  return categories
    .split(', ')
    .map((category) => print(at, activity ?? '', category, recipient, protections.trim().split(' ').filter(Boolean)));
}

/** What a scan found, in the same words; collection is not marked on lines. */
export function printFlows(flows: readonly Flow[]): string[] {
  const entries = flows
    .filter(({ activity }) => activity !== 'collect')
    .flatMap(({ activity, data, recipient, protections, sink }) =>
      data.map((category) =>
        print(
          `${sink.file}:${sink.line}`,
          activity,
          category,
          activity === 'share' ? recipient?.id : undefined,
          protections,
        ),
      ),
    );
  return [...new Set(entries)].sort();
}

function print(
  at: string,
  activity: string,
  category: string,
  recipient: string | undefined,
  protections: readonly string[],
): string {
  return [at, activity, category, ...(recipient ? [`-> ${recipient}`] : []), ...[...protections].sort()].join(' ');
}

export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .sort();
}
