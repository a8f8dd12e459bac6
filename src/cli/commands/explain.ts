/** `troth explain`: a rule's or a clause's page, why one finding was reported, or why a line was not. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Explained } from '../../7-report/explain/finding.ts';
import type { Account } from '../../core/account.ts';
import type { Flow } from '../../core/flow.ts';
import type { Policy } from '../../core/policy.ts';
import type { ScanResult } from '../../core/result.ts';
import { UsageError } from '../../core/usage-error.ts';
import { didYouMean } from '../../rules/closest.ts';
import { wantsColor } from '../color.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { readDecisions } from '../decisions.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { SCAN_GROUPS } from '../flags.ts';
import { type Rules, readRules } from '../read-rules.ts';
import { resolveTargets } from '../targets.ts';
import { writeStream } from '../write.ts';
import { linksFor, scanTargets } from './scan.ts';

export const explainCommand: CliCommand = {
  name: 'explain',
  description: 'why a finding was reported or a line was not; what a rule or clause says',
  argument: ['<what...>', "a finding's id, a rule, a clause or <file>:<line>; then the folder, as for the scan"],
  flags: [...SCAN_GROUPS, 'baseline', 'withoutBaseline', 'today'],
  examples: `
    troth explain 1mg/no-personal-data-to-advertisers    the rule: promise, examples, how to keep it
    troth explain 1mg-093                                the clause: what decides it
    troth explain 3f2a91c07b                             the finding with this id
    troth explain src/lib/track.ts:31                    what was seen at the line, and what came of it`,
  run: async ([what = '', folder], invocation) => {
    const root = rootOf(folder, invocation);
    const decisions = await readDecisions(root, invocation.flags);
    const rules = { ...(await readRules(root, invocation.flags)), decisions };
    await writeStream(process.stdout, await explain(what, root, rules, invocation));
    return EXIT_CODES.passed;
  },
};

const LINE = /^(.+?):(\d{1,7})(?::\d{1,7})?$/u;
const ID = /^[0-9a-f]{4,64}(?:-\d+)?$/u;

function rootOf(folder: string | undefined, { commands }: Invocation): string {
  const { root, paths } = resolveTargets([folder ?? '.'], process.cwd(), commands);
  if (paths.length > 0)
    throw new UsageError(`'${folder}' is no folder. Behind what to explain, name the folder to scan.`);
  return root;
}

async function explain(what: string, root: string, rules: Rules, invocation: Invocation): Promise<string> {
  const page = await pageOf(what, root, rules, invocation);
  if (page !== null) return page;
  const [, file, line] = LINE.exec(what) ?? [];
  if (file !== undefined) return explainLine(file, Number(line), root, rules, invocation);
  if (ID.test(what)) return explainFinding(what, root, rules, invocation);
  const known = rules.policies.flatMap((policy) => policy.rules.flatMap(({ id, clauses }) => [id, ...clauses]));
  throw new UsageError(
    `There is no rule or clause '${what}' in the policies in use${didYouMean(what, known) || '.'} ` +
      'A finding is named by its id, a line by <file>:<line>.',
  );
}

// ── rules and clauses ──────────────────────────────────────────────────────────────────────────────────────────────

/** The page of a rule (`1mg/no-x`, `no-x`) or a clause; null when there is none. A pack need not be in use. */
async function pageOf(what: string, root: string, rules: Rules, { flags }: Invocation): Promise<string | null> {
  const { renderClausePage, renderRulePage } = await import('../../7-report/explain/rule.ts');
  const { promisedRules } = await import('../../7-report/promises.ts');
  const color = wantsColor(flags.color, process.env, process.stdout);
  const policies = [...rules.policies, ...(await packOf(what, root, rules))];
  const found = promisedRules(policies).filter(({ id }) => id === what || id.endsWith(`/${what}`));
  if (found.length > 0) return found.map((rule) => renderRulePage(rule, color)).join('\n');
  return renderClausePage(what, policies, color);
}

/** The built-in pack that `1mg/no-x` and `1mg-093` speak of, when it is not in use. */
async function packOf(what: string, root: string, { catalogue, policies }: Rules): Promise<Policy[]> {
  const { loadPolicies, policyPacks } = await import('../../rules/policies.ts');
  const pack = policyPacks().find((name) => what.startsWith(`${name}/`) || what.startsWith(`${name}-`));
  if (pack === undefined || policies.some(({ id }) => id === pack)) return [];
  return loadPolicies([pack], { root, taxonomy: catalogue.taxonomy, recipients: catalogue.recipients });
}

// ── findings ───────────────────────────────────────────────────────────────────────────────────────────────────────

async function explainFinding(id: string, root: string, rules: Rules, invocation: Invocation): Promise<string> {
  const { flags } = invocation;
  const { findById, renderExplanation } = await import('../../7-report/explain/finding.ts');
  const result = await scanTargets('scan', { root, paths: [] }, rules, flags, { question: {} });
  const found = oneOf(id, findById(id, result), await import('../../7-report/explain/finding.ts'));
  return renderExplanation(found, result, await accounts(result), renderOptions(root, invocation));
}

function oneOf(id: string, found: readonly Explained[], { nameOf }: { nameOf: (one: Explained) => string }): Explained {
  const [only, ...others] = found;
  if (only === undefined) {
    throw new UsageError(
      `No finding or flow here has an id that starts with '${id}'. ` +
        'Name the folder and write the flags (--policy, --config, --confidence) that the scan had.',
    );
  }
  if (others.length === 0) return only;
  const list = found.slice(0, 10).map((one) => `\n  ${nameOf(one)}`);
  throw new UsageError(`${found.length} findings and flows have ids that start with '${id}':${list.join('')}`);
}

// ── lines ──────────────────────────────────────────────────────────────────────────────────────────────────────────

async function explainLine(
  path: string,
  line: number,
  root: string,
  rules: Rules,
  invocation: Invocation,
): Promise<string> {
  const { flags } = invocation;
  const file = fileBelow(path, root);
  await rejectLeftOut(file, root, rules, invocation);
  rejectBeyondEnd(file, line, root);
  const { renderLine } = await import('../../7-report/explain/line.ts');
  const every = { ...flags, confidence: 'low' } as const;
  const result = await scanTargets('scan', { root, paths: [] }, rules, every, { question: { file, line } });
  const question = { file, line, confidence: flags.confidence };
  return renderLine(question, result, await accounts(result), renderOptions(root, invocation));
}

/** Relative to the scanned folder, whether it was written so or as seen from the working directory. */
function fileBelow(path: string, root: string): string {
  for (const candidate of [resolve(path), resolve(root, path)]) {
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats?.isFile()) return relative(root, realpathSync(candidate)).split(sep).join('/');
  }
  throw new UsageError(`No such file: '${path}'. Write the path as the report has it.`);
}

/** The simplest reason for silence: the file was not analysed. */
async function rejectLeftOut(file: string, root: string, { catalogue }: Rules, { flags }: Invocation): Promise<void> {
  const { discover } = await import('../../1-discover/discover.ts');
  const { include, exclude } = catalogue.configuration;
  const maxFileSize = flags.maxFileSize === undefined ? {} : { maxFileSize: flags.maxFileSize * 1024 };
  const { files, notifications } = discover({
    root,
    paths: [],
    include,
    exclude,
    includeTests: flags.includeTests,
    ...maxFileSize,
  });
  if (files.includes(file)) return;
  const said = notifications.find((notification) => notification.file === file)?.message;
  throw new UsageError(
    `'${file}' is not analysed: ${said ?? 'it is left out (tests unless --include-tests, build output, ignore files, --include and --exclude), or no TypeScript or JavaScript.'}`,
  );
}

function rejectBeyondEnd(file: string, line: number, root: string): void {
  const lines = readFileSync(join(root, file), 'utf8').split(/\r\n|\r|\n/u).length;
  if (line < 1 || line > lines) throw new UsageError(`'${file}' has ${lines} lines; there is no line ${line}.`);
}

// ── both ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function accounts({ policies }: ScanResult): Promise<(flow: Flow) => readonly Account[]> {
  const { accountsOf } = await import('../../6-judge/account.ts');
  return (flow) => policies.flatMap((policy) => accountsOf(policy, flow));
}

function renderOptions(root: string, { flags }: Invocation) {
  return {
    color: wantsColor(flags.color, process.env, process.stdout),
    ...linksFor(root),
    readSource: (file: string) => readFileSync(join(root, file), 'utf8'),
  };
}
