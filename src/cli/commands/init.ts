/** `troth init`: a project file and a policy written from what the code does. What is there already stays as it is. */
import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Option } from 'commander';
import type { Flow, FlowRecipient } from '../../core/flow.ts';
import { compareText } from '../../core/location.ts';
import type { ScanResult } from '../../core/result.ts';
import { UsageError } from '../../core/usage-error.ts';
import { didYouMean } from '../../rules/closest.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { withChoices, yes } from '../flags.ts';
import { CI_FILES, CI_SERVICES, type CiFile } from '../init/ci-text.ts';
import { projectFileText } from '../init/config-text.ts';
import { policyText, recipientTerm } from '../init/policy-text.ts';
import { canAsk, openQuestions, type Questions } from '../init/questions.ts';
import { type Rules, readRules } from '../read-rules.ts';
import { resolveTargets } from '../targets.ts';
import { printable } from '../terminal.ts';
import { writeReport, writeStream } from '../write.ts';
import { scanTargets } from './scan.ts';

const PROJECT_FILE = 'troth.config.yaml';
const POLICY_FILE = 'privacy/policy.yaml';
const DEFAULT_PACKS = ['baseline'];
const SCHEMAS = 'node_modules/troth/rules/schema';

export const initCommand: CliCommand = {
  name: 'init',
  description: 'write a project file and a policy from what the code does',
  argument: ['[folder]', 'the project; the working directory when none is given'],
  flags: ['policy', 'globs', 'files', 'confidence', 'progress', 'terminal'],
  options: () => [
    yes('-y, --yes', 'ask nothing, and take the defaults'),
    withChoices(new Option('--ci <service>', `write a file for CI, too: ${CI_SERVICES.join(', ')}`), CI_SERVICES),
    yes('--with-baseline', "accept today's findings, so that only new ones fail"),
  ],
  examples: `
    troth init                           ask, then write troth.config.yaml and privacy/policy.yaml
    troth init --yes -p 1mg --ci github  without questions, with a built-in policy and a workflow`,
  run: runInit,
};

/** What init goes by, and the list of what it did. */
interface Work {
  readonly root: string;
  readonly invocation: Invocation;
  readonly ask: Questions;
  readonly done: string[];
  /** Commands to go on with. */
  readonly next: string[];
}

async function runInit([folder = '.']: readonly string[], invocation: Invocation): Promise<number> {
  const { root, paths } = resolveTargets([folder], process.cwd(), invocation.commands);
  if (paths.length > 0) throw new UsageError(`'${folder}' is no folder. 'troth init' sets up a whole one.`);
  const ciFile = ciFileOf(invocation.own['ci']);
  const packs = await checkPacks(invocation.flags.policy);
  const ask = openQuestions(canAsk() && invocation.own['yes'] !== true);
  const work: Work = { root, invocation, ask, done: [], next: [] };
  try {
    await setUp(work, packs);
    if (ciFile) await writeNew(ciFile.path, ciFile.text, work, ciFile.next);
    await offerBaseline(work);
  } finally {
    ask.close();
  }
  const next = work.next.map((line, index) => `${index === 0 ? '\nNext: ' : '      '}${line}`);
  const lines = [...work.done.map(printable), ...next];
  if (!invocation.flags.quiet) await writeStream(process.stdout, `${lines.join('\n')}\n`);
  return EXIT_CODES.passed;
}

function ciFileOf(service: unknown): CiFile | null {
  if (service === undefined) return null;
  const known = CI_SERVICES.find((name) => name === service);
  if (known) return CI_FILES[known];
  const meant = didYouMean(String(service), CI_SERVICES) || '.';
  throw new UsageError(`--ci '${String(service)}': It is one of ${CI_SERVICES.join(', ')}${meant}`);
}

/** The names, each a built-in pack. */
async function checkPacks(names: readonly string[]): Promise<readonly string[]> {
  const { policyPacks } = await import('../../rules/policies.ts');
  const packs = policyPacks();
  const wrong = names.find((name) => !packs.includes(name));
  if (wrong === undefined) return names;
  throw new UsageError(
    `There is no built-in policy '${wrong}'${didYouMean(wrong, packs) || '.'} There are ${packs.join(', ')}.`,
  );
}

/** The project file and the policy, unless the project has one already. */
async function setUp(work: Work, packs: readonly string[]): Promise<void> {
  const { root, invocation } = work;
  const { flags } = invocation;
  const present = await readRules(root, { ...flags, policy: [] });
  if (present.catalogue.configuration.file !== undefined) {
    work.done.push(`· ${present.catalogue.configuration.file} is there already, and stays as it is`);
    return;
  }
  const rules = await readRules(root, { ...flags, config: false, policy: DEFAULT_PACKS });
  const result = await scanTargets('inventory', { root, paths: [] }, rules, flags);
  work.done.push(...(await foundLines(result, root, rules)));
  const chosen = packs.length > 0 ? packs : await askForPacks(work.ask);
  const own = await work.ask.confirm(`Write ${POLICY_FILE} from the ${result.flows.length} flows found?`, true);
  const unknown = own ? unknownRecipients(result.flows, rules) : [];
  const policies = [...(own ? [`./${POLICY_FILE}`] : []), ...chosen];
  const project = projectFileText({ policies, unknown, schema: `./${SCHEMAS}/config.schema.json` });
  const id = await policyId(root);
  const policy = policyText(id, `Privacy policy of ${titleOf(root)}`, result.flows, `../${SCHEMAS}/policy.schema.json`);
  if (own) await writeNew(POLICY_FILE, policy, work, 'Confirm or strike its rules.');
  await writeNew(PROJECT_FILE, project, work);
  await readRules(root, { ...flags, policy: [] });
  work.next.push(
    'troth                 what is reported now',
    'troth policy check    is the policy complete and consistent',
  );
}

async function askForPacks(ask: Questions): Promise<readonly string[]> {
  const { policyPacks } = await import('../../rules/policies.ts');
  const question = `Built-in policies to hold the code against (${policyPacks().join(', ')})`;
  for (;;) {
    const answer = await ask.text(question, DEFAULT_PACKS.join(', '));
    const names = answer.split(/[\s,]+/u).filter(Boolean);
    try {
      return await checkPacks(names);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      process.stderr.write(`${printable(error.message)}\n`);
    }
  }
}

/** Writes a file that is not there yet; never through a link that leads out of the project. */
async function writeNew(path: string, text: string, { root, done }: Work, next?: string): Promise<void> {
  const target = join(root, path);
  if (lstatSync(target, { throwIfNoEntry: false })) {
    done.push(`· ${path} is there already, and stays as it is`);
    return;
  }
  const { isInside } = await import('../../rules/files.ts');
  if (!isInside(target, root)) throw new UsageError(`${path}: its folder is a link that leads out of the project`);
  mkdirSync(dirname(target), { recursive: true });
  writeReport(target, text);
  done.push(`✔ wrote ${path}${next === undefined ? '' : `. ${next}`}`);
}

// ── what was found ─────────────────────────────────────────────────────────────────────────────────────────────────

async function foundLines(result: ScanResult, root: string, { catalogue }: Rules): Promise<string[]> {
  const { discover } = await import('../../1-discover/discover.ts');
  const { include, exclude } = catalogue.configuration;
  const { packages } = discover({ root, paths: [], include, exclude, includeTests: false });
  const dependencies = new Set(packages.flatMap((manifest) => Object.keys(manifest.dependencies)));
  const modelled = catalogue.libraries
    .filter((model) => [model.package, ...model.aliases].some((name) => dependencies.has(name)))
    .map((model) => model.package);
  const recipients = new Map(
    result.flows.flatMap(({ activity, recipient }) => {
      if (activity !== 'share' || recipient === null || recipient.class === 'self') return [];
      return [[recipient.id, `${recipient.name} (${recipient.class})`] as const];
    }),
  );
  return [
    `Found ${result.flows.length} flows of personal data in ${result.statistics.files} files.`,
    `Libraries: ${modelled.join(', ') || 'none that troth knows'}`,
    `Recipients: ${[...recipients.values()].sort(compareText).join(', ') || 'none'}`,
    '',
  ];
}

/** Recipients that a policy can name only when the project file declares them. */
function unknownRecipients(flows: readonly Flow[], { catalogue }: Rules): FlowRecipient[] {
  const known = new Set(catalogue.recipients.map(({ id }) => id));
  const unknown = new Map<string, FlowRecipient>();
  for (const flow of flows) {
    const { activity, recipient } = flow;
    if (activity !== 'share' || !recipient || recipient.class === 'self' || known.has(recipient.id)) continue;
    if (recipientTerm(flow) === recipient.id) unknown.set(recipient.id, recipient);
  }
  return [...unknown.values()].sort((a, b) => compareText(a.id, b.id));
}

function titleOf(root: string): string {
  const manifest = join(root, 'package.json');
  if (!existsSync(manifest)) return basename(root);
  try {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown };
    return typeof name === 'string' && name !== ''
      ? printable(name.replaceAll('\n', ' ')).slice(0, 100)
      : basename(root);
  } catch {
    return basename(root);
  }
}

/** `@acme/Shop` → `acme-shop`; never the name of a pack. */
async function policyId(root: string): Promise<string> {
  const { policyPacks } = await import('../../rules/policies.ts');
  const words =
    titleOf(root)
      .toLowerCase()
      .match(/[a-z0-9]+/gu) ?? [];
  const id = words.join('-').slice(0, 40).replace(/-$/u, '') || 'privacy';
  return policyPacks().includes(id) ? `${id}-policy` : id;
}

// ── baseline ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The command of its own does it: what a baseline is, is not ours to know. */
async function offerBaseline({ root, invocation, ask, done, next }: Work): Promise<void> {
  const create = invocation.all
    .find(({ name }) => name === 'baseline')
    ?.subcommands?.find(({ name }) => name === 'create');
  if (!create?.run || existsSync(join(root, '.troth/baseline.json'))) return;
  const wanted = invocation.own['withBaseline'] === true;
  if (!wanted && !(await ask.confirm("Accept today's findings as a baseline, so that only new ones fail?", false))) {
    if (next.length > 0) next.push("troth baseline create accept today's findings, so that only new ones fail");
    return;
  }
  const flags = { ...invocation.flags, policy: [], quiet: true };
  await create.run([root], { ...invocation, flags, own: {} });
  done.push('✔ wrote .troth/baseline.json: only new findings fail');
}
