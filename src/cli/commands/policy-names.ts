/** Which policies a command of `troth policy` is about. */
import type { Invocation } from '../command.ts';
import { type Rules, readRules } from '../read-rules.ts';

export const POLICIES_ARGUMENT = [
  '[policies...]',
  'built-in packs and policy files; those of the project file when none is given',
] as const;

export interface NamedPolicies {
  /** As written, in the order of `rules.policies`. */
  readonly names: readonly string[];
  readonly rules: Rules;
}

/** The policies named, else those of the project file, else the built-in packs. */
export async function readPolicies(words: readonly string[], { flags }: Invocation): Promise<NamedPolicies> {
  const { policyPacks } = await import('../../rules/policies.ts');
  const root = process.cwd();
  const rules = await readRules(root, { ...flags, policy: words });
  if (words.length > 0) return { names: [...new Set(words)], rules };
  const { policies } = rules.catalogue.configuration;
  if (policies.length > 0) return { names: policies, rules };
  const packs = policyPacks();
  return { names: packs, rules: await readRules(root, { ...flags, policy: packs }) };
}
