import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flow, FlowGuard } from '../../src/core/flow.ts';

/**
 * What a fixture says of itself, on the line:
 *
 *     logger.info(user.email); // finds: log user.contact.email
 *     analytics.track(user); // finds: share user.contact.email, user.name -> segment; log user.name hashed
 *     logger.info(odd(user.email)); // misses: log user.contact.email
 *     logger.info(user.plan, odd(user)); // wrongly finds: log user.contact.email
 *
 *     mailer.send(user.email); // finds: share user.contact.email -> resend if consent:marketing
 *
 * `misses` and `wrongly finds` are known gaps, counted in the README; several marks on a line are joined by ` | `.
 * One entry per category: `file:line activity category [-> recipient] [protections] [if guards]`. Guards are compared
 * in `fixtures/guards` alone: an unmarked flow there has none.
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
  const comment = /(?:\/\/|\{\/\*|\/\*|<!--)\s*((?:finds|misses|wrongly finds): .*?)(?:\*\/\}?|-->)?\s*$/.exec(
    line,
  )?.[1];
  return (comment ?? '').split(' | ').flatMap((part): [string, string][] => {
    const match = /^(finds|misses|wrongly finds): (.*)$/.exec(part.trim());
    return match ? [[match[1] ?? '', (match[2] ?? '').trim()]] : [];
  });
}

function entriesOf(at: string, written: string): string[] {
  const [entry = '', guards = ''] = written.split(' if ');
  const match = /^(\w+) ([\w.]+(?:, [\w.]+)*)(?: -> ([\w.-]+))?((?: [a-z-]+)*)$/.exec(entry);
  if (!match) throw new Error(`${at}: cannot read the expectation '${entry}'`);
  const [, activity, categories = '', recipient, protections = ''] = match;
  const words = (list: string, separator: string) => list.trim().split(separator).filter(Boolean);
  return words(categories, ', ').map((category) =>
    print(at, activity ?? '', category, recipient, words(protections, ' '), words(guards, ', ')),
  );
}

/** What a scan found, in the same words; collection is not marked on lines. With guards, those about the same person. */
export function printFlows(flows: readonly Flow[], { guards: withGuards = false } = {}): string[] {
  const entries = flows
    .filter(({ activity }) => activity !== 'collect')
    .flatMap(({ activity, data, recipient, protections, guards, sink }) =>
      data.map((category) =>
        print(
          `${sink.file}:${sink.line}`,
          activity,
          category,
          activity === 'share' ? recipient?.id : undefined,
          protections,
          withGuards ? guards.flatMap(printGuard) : [],
        ),
      ),
    );
  return [...new Set(entries)].sort();
}

function printGuard({ kind, purpose, subject }: FlowGuard): string[] {
  return subject === 'other' ? [] : [purpose ? `${kind}:${purpose}` : kind];
}

function print(
  at: string,
  activity: string,
  category: string,
  recipient: string | undefined,
  protections: readonly string[],
  guards: readonly string[],
): string {
  const to = recipient ? [`-> ${recipient}`] : [];
  const conditions = guards.length > 0 ? [`if ${[...guards].sort().join(', ')}`] : [];
  return [at, activity, category, ...to, ...[...protections].sort(), ...conditions].join(' ');
}

export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(file))
    .sort();
}
