/** Policies: the built-in packs of `rules/policies`, and users' own files in the same format. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Recipient, Taxonomy } from '../core/catalogue.ts';
import type { Policy } from '../core/policy.ts';
import { UsageError } from '../core/usage-error.ts';
import { type Checked, checked, readRules } from './checked.ts';
import { closest } from './closest.ts';
import { isDataFile, listDataFiles, nameOf, RULES_DIRECTORY } from './files.ts';
import { readRule } from './policy-rules.ts';
import { type PolicyWritten, policyFile } from './policy-schema.ts';
import { readData, type Terms } from './policy-terms.ts';
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
    const other = files.get(id);
    if (other !== undefined) throw new UsageError(`${file}: the policy \`${id}\` is already in ${other}`);
    files.set(id, file);
  }
  return policies;
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
  if (packs.includes(name)) return readRules(join(PACKS, `${name}.yaml`), `rules/policies/${name}.yaml`, policyFile);
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
  const terms: Terms = { taxonomy, recipients, sets: new Map(), issues: [] };
  readSets(written.sets, terms);
  const ids = new Set<string>();
  const rules = written.rules.map((rule, index) => {
    if (ids.has(rule.id))
      terms.issues.push({ path: ['rules', index, 'id'], message: `another rule is called \`${rule.id}\`` });
    ids.add(rule.id);
    return readRule(rule, written.policy, ['rules', index], policy.lineOfRule(index), terms);
  });
  if (terms.issues.length > 0) throw issuesError(policy.source(), terms.issues);
  return {
    id: written.policy,
    title: written.title,
    ...(written.document === undefined ? {} : { document: written.document }),
    sets: terms.sets,
    defaults: written.defaults,
    rules: rules.filter((rule) => rule !== null),
    notCheckable: written['not-checkable'],
    file: policy.file,
  };
}

/** A set may name those above it. */
function readSets(sets: Readonly<Record<string, readonly string[]>>, terms: Terms): void {
  for (const [name, members] of Object.entries(sets)) {
    if (terms.taxonomy.categories.has(name)) {
      terms.issues.push({
        path: ['sets', name],
        message: `\`${name}\` is a data category; call the set something else`,
        part: 'key',
      });
    }
    terms.sets.set(name, readData(members, ['sets', name], terms));
  }
}
