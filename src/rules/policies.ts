/** Policies: the built-in packs of `rules/policies`, and users' own files in the same format. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Recipient, Taxonomy } from '../core/catalogue.ts';
import type { Policy, PolicyDocument, PolicyRule } from '../core/policy.ts';
import type { Activity } from '../core/privacy.ts';
import { UsageError } from '../core/usage-error.ts';
import { type Checked, checked, readRules as readRulesFile } from './checked.ts';
import { closest, didYouMean } from './closest.ts';
import { isDataFile, listDataFiles, nameOf, RULES_DIRECTORY } from './files.ts';
import { checkClauses, readClauses } from './policy-clauses.ts';
import { readRule } from './policy-rules.ts';
import { type PolicyWritten, policyFile } from './policy-schema.ts';
import { readData, readExemptions, type Terms } from './policy-terms.ts';
import { loadRecipients } from './recipients.ts';
import { loadTaxonomy } from './taxonomy.ts';
import { inline, issuesError, readDataFile } from './yaml.ts';

const PACKS = join(RULES_DIRECTORY, 'policies');

export interface PolicyContext {
  /** Absolute; paths of policy files are relative to it. */
  readonly root: string;
  /** The built-in ones when left out; a project's own recipients have to be handed over. */
  readonly taxonomy?: Taxonomy;
  readonly recipients?: readonly Recipient[];
}

/** The policies of these names, each a built-in pack (`indiamart`) or a file (`./privacy/policy.yaml`). */
export function loadPolicies(names: readonly string[], context: PolicyContext): Policy[] {
  const taxonomy = context.taxonomy ?? loadTaxonomy();
  const recipients = new Set((context.recipients ?? loadRecipients()).map(({ id }) => id));
  const policies = [...new Set(names)].map((name) => readPolicy(openPolicy(name, context.root), taxonomy, recipients));
  const files = new Map<string, string>();
  for (const { id, file } of policies) {
    if (id === 'troth')
      throw new UsageError(`${file}: a policy cannot be called \`troth\`: rules about suppressions are`);
    const other = files.get(id);
    if (other !== undefined) throw new UsageError(`${file}: the policy \`${id}\` is already in ${other}`);
    files.set(id, file);
  }
  return policies;
}

/** The absolute path of a policy's file. */
export function locatePolicy(name: string, root: string): string {
  return isPath(name) ? resolve(root, name) : join(PACKS, `${name}.yaml`);
}

/** The names of the built-in packs, sorted. */
export function policyPacks(): string[] {
  return listDataFiles(PACKS).map((file) => file.replace(/\.[a-z]+$/, ''));
}

/** Whether a policy's name means a file: it has a slash or ends like one. */
export function isPath(name: string): boolean {
  return /[/\\]/.test(name) || isDataFile(name);
}

function openPolicy(name: string, root: string): Checked<PolicyWritten> {
  if (isPath(name)) {
    const path = resolve(root, name);
    if (!existsSync(path)) throw new UsageError(`${inline(name)}: there is no such policy file`);
    return checked(policyFile, readDataFile(path, nameOf(path, root)));
  }
  const packs = policyPacks();
  if (packs.includes(name))
    return readRulesFile(join(PACKS, `${name}.yaml`), `rules/policies/${name}.yaml`, policyFile);
  const meant = closest(name, packs);
  throw new UsageError(
    `there is no policy \`${inline(name)}\`${meant === null ? '' : `; did you mean \`${meant}\`?`} ` +
      `(built in: ${packs.join(', ')}; a file is named by its path: ./${inline(name)}.yaml)`,
  );
}

/** One policy from its file; everything that is wrong with it at once. */
export function readPolicy(
  policy: Checked<PolicyWritten>,
  taxonomy: Taxonomy,
  recipients: ReadonlySet<string>,
): Policy {
  const written = policy.data;
  const parameters = new Map(Object.entries(written.parameters));
  const terms: Terms = { taxonomy, recipients, sets: new Map(), exemptions: new Map(), parameters, issues: [] };
  readSets(written.sets, terms);
  const clauses = readClauses(written.clauses, terms.issues);
  checkClauses(written, clauses, terms.issues);
  const rules = readRules(policy, terms);
  if (terms.issues.length > 0) throw issuesError(policy.source(), terms.issues);
  return {
    id: written.policy,
    title: written.title,
    ...(written.document && { document: readDocument(written.document) }),
    ...(clauses && { clauses }),
    sets: terms.sets,
    ...readDefaults(written.defaults),
    rules,
    notCheckable: written['not-checkable'],
    ...(written.known.length > 0 && { known: written.known }),
    file: policy.file,
  };
}

function readRules(policy: Checked<PolicyWritten>, terms: Terms): PolicyRule[] {
  const written = policy.data;
  const ids = new Set<string>();
  const rules = written.rules.map((rule, index) => {
    if (ids.has(rule.id))
      terms.issues.push({ path: ['rules', index, 'id'], message: `another rule is called \`${rule.id}\`` });
    ids.add(rule.id);
    return readRule(rule, written.policy, ['rules', index], policy.lineOfRule(index), terms);
  });
  for (const [index, { overrides = [] }] of written.rules.entries()) {
    for (const [position, id] of overrides.entries()) {
      if (ids.has(id)) continue;
      const message = `there is no rule \`${id}\` in this policy${didYouMean(id, ids)}`;
      terms.issues.push({ path: ['rules', index, 'overrides', position], message });
    }
  }
  return rules.filter((rule) => rule !== null);
}

function readDocument({ passages, ...document }: NonNullable<PolicyWritten['document']>): PolicyDocument {
  if (passages === undefined) return document;
  return { ...document, passages: typeof passages === 'string' ? passages : new Map(Object.entries(passages)) };
}

function readDefaults(written: PolicyWritten['defaults']): Pick<Policy, 'defaults' | 'defaultClauses'> {
  const entries = Object.entries(written) as [Activity, PolicyWritten['defaults'][Activity]][];
  const clauses = entries.filter(([, entry]) => entry.clauses.length > 0).map(([key, entry]) => [key, entry.clauses]);
  return {
    defaults: Object.fromEntries(entries.map(([key, { level }]) => [key, level])) as Policy['defaults'],
    ...(clauses.length > 0 && { defaultClauses: Object.fromEntries(clauses) }),
  };
}

/** A set may name those above it; it takes over what they exempt. */
function readSets(sets: PolicyWritten['sets'], terms: Terms): void {
  for (const [name, written] of Object.entries(sets)) {
    if (terms.taxonomy.categories.has(name)) {
      terms.issues.push({
        path: ['sets', name],
        message: `\`${name}\` is a data category; call the set something else`,
        part: 'key',
      });
    }
    const { of, except } = Array.isArray(written) ? { of: written, except: undefined } : written;
    const path = Array.isArray(written) ? ['sets', name] : ['sets', name, 'of'];
    const members = readData(of, path, terms);
    const exempt = readExemptions(of, except, ['sets', name, 'except'], terms);
    terms.sets.set(name, members);
    if (exempt.length > 0) terms.exemptions.set(name, exempt);
  }
}
