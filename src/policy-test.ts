/** Runs the examples of policy rules through the pipeline: does the broken one break its rule, and the kept one keep it? */
import { parsePrisma } from './2-parse/prisma.ts';
import type { Catalogue, Configuration, Recipient } from './core/catalogue.ts';
import { type FileFacts, joinSchemas, type SchemaFacts } from './core/facts.ts';
import type { Policy, PolicyRule } from './core/policy.ts';
import { RECIPIENT_CLASSES, type RecipientClass } from './core/privacy.ts';
import { UsageError } from './core/usage-error.ts';
import type { Workspace } from './core/workspace.ts';
import { lowerText } from './lower-files.ts';
import { loadCatalogue } from './rules/catalogue.ts';
import { parseConfiguration } from './rules/configuration.ts';
import { type ExampleFile, filesOfExample } from './rules/examples.ts';
import { analyse } from './scan.ts';

type Kind = 'broken' | 'kept';

/** An example that does not show what it should, or a rule without examples. */
export interface ExampleProblem {
  readonly rule: string;
  /** Of the rule in the policy's file. */
  readonly line: number;
  /** Completes "the rule …". */
  readonly problem: string;
  /** Only worth a word: the example shows its own rule right. */
  readonly minor: boolean;
}

export interface PolicyTest {
  readonly policy: Policy;
  readonly examples: number;
  readonly problems: readonly ExampleProblem[];
  /** Ids of rules without examples. */
  readonly untested: readonly string[];
}

/** Tests every rule of a policy that has examples. */
export async function testPolicy(policy: Policy, catalogue: Catalogue): Promise<PolicyTest> {
  const problems: ExampleProblem[] = [];
  const known = configured(catalogue.configuration, catalogue);
  const tested = policy.rules.filter((rule) => rule.examples !== undefined);
  for (const rule of tested) {
    for (const kind of ['broken', 'kept'] as const) {
      const problem = await testExample(rule, kind, policy, known);
      if (problem) problems.push({ rule: rule.id, line: rule.line, ...problem });
    }
  }
  const untested = policy.rules.filter((rule) => rule.examples === undefined).map(({ id }) => id);
  return { policy, examples: tested.length * 2, problems, untested };
}

type Problem = Pick<ExampleProblem, 'problem' | 'minor'> | null;

async function testExample(rule: PolicyRule, kind: Kind, policy: Policy, catalogue: Catalogue): Promise<Problem> {
  const broken = await brokenRules(rule.examples?.[kind] ?? '', policy, catalogue);
  if (typeof broken === 'string') return { problem: `has a ${kind} example that ${broken}`, minor: false };
  const own = breaks(rule, broken, policy);
  // A few lines of code cannot also keep every obligation of the policy.
  const required = new Set(policy.rules.filter(({ verb }) => verb === 'require').map(({ id }) => id));
  const others = broken.filter((id) => id !== rule.id && !required.has(id));
  if (kind === 'broken') {
    if (own) return null;
    const instead = others.length > 0 ? ` (it breaks ${others.join(', ')})` : '';
    return { problem: `is not broken by its broken example${instead}`, minor: false };
  }
  if (own) return { problem: 'is broken by its kept example', minor: false };
  return others.length > 0 ? { problem: `has a kept example that breaks ${others.join(', ')}`, minor: true } : null;
}

/** What an `allow` without terms leaves out is undisclosed, or falls under a wider prohibition: its broken example shows that. */
export function breaks(rule: PolicyRule, broken: readonly string[], { id, rules }: Policy): boolean {
  if (broken.includes(rule.id)) return true;
  if (rule.verb !== 'allow' || rule.if !== null || rule.only !== null) return false;
  return rule.activities.some(
    (activity) =>
      broken.includes(`${id}/undisclosed-${activity}`) ||
      rules.some(
        (other) => other.verb === 'forbid' && other.activities.includes(activity) && broken.includes(other.id),
      ),
  );
}

/** The ids of the rules that an example breaks, or why it cannot be analysed. */
async function brokenRules(code: string, policy: Policy, catalogue: Catalogue): Promise<string[] | string> {
  const files = filesOfExample(code);
  const facts: FileFacts[] = [];
  const schemas: SchemaFacts[] = [];
  for (const { file, text } of files) {
    if (file.endsWith('.prisma')) schemas.push(parsePrisma(text, file));
    if (!/\.[cm]?[jt]sx?$/.test(file)) continue;
    const lowered = lowerText(file, text);
    if (!('functions' in lowered) || lowered.syntaxErrors.length > 0) return `has a syntax error in ${file}`;
    facts.push(lowered);
  }
  const known = withConfiguration(files, policy, catalogue);
  const { judgement } = await analyse(
    { facts, schemas: joinSchemas(schemas), workspace: workspaceOf(facts) },
    { command: 'scan', catalogue: known, policies: [policy], confidence: 'medium' },
  );
  const missing = judgement.obligations.filter(({ status }) => status === 'missing').map(({ rule }) => rule);
  return [...new Set([...judgement.violations.flatMap(({ rule, also = [] }) => [rule, ...also]), ...missing])];
}

const CONFIGURATION = /^troth\.config\.(?:yaml|yml|json)$/;

/** An example may declare recipients, guards and purposes in a project file of its own. It reads no other files. */
function withConfiguration(files: readonly ExampleFile[], policy: Policy, catalogue: Catalogue): Catalogue {
  const own = files.find(({ file }) => CONFIGURATION.test(file));
  if (own === undefined) return catalogue;
  try {
    return configured(parseConfiguration(own.text, own.file, '/', catalogue.taxonomy), catalogue);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${policy.file}: in an example: ${error.message}`);
  }
}

/**
 * What examples see: `https://advertising.example` and the hosts below it are of the class `advertising`, and so for each
 * class, so that an example need not declare whom it sends to. What the project declares comes first.
 */
function configured(written: Configuration, { taxonomy, libraries }: Catalogue): Catalogue {
  const recipients = [...written.recipients, ...RECIPIENT_CLASSES.filter((word) => word !== 'self').map(exampleOf)];
  const configuration: Configuration = { ...written, recipients, models: [], policies: [] };
  return { ...loadCatalogue({ root: '/', configuration, packages: new Set(), taxonomy }), libraries };
}

function exampleOf(recipientClass: RecipientClass): Recipient {
  const domain = `${recipientClass}.example`;
  return {
    id: domain,
    name: domain,
    class: recipientClass,
    hosts: [domain, `*.${domain}`],
    packages: [],
    modules: [],
    attributes: [],
  };
}

function workspaceOf(facts: readonly FileFacts[]): Workspace {
  return {
    root: '/',
    files: facts.map(({ file }) => file),
    packages: [],
    tsconfigs: [],
    schemas: [],
    others: [],
    notifications: [],
  };
}
