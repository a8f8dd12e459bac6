/** Which rules hold: the project file, then the flags. */
import type { Catalogue, Configuration } from '../core/catalogue.ts';
import type { Decisions } from '../core/decisions.ts';
import type { Policy } from '../core/policy.ts';
import type { Flags } from './flags.ts';

export interface Rules {
  readonly catalogue: Catalogue;
  readonly policies: readonly Policy[];
  /** What people decided about findings, where it matters; see {@link ./decisions.ts}. */
  readonly decisions?: Decisions;
}

type RuleFlags = Pick<Flags, 'config' | 'policy' | 'include' | 'exclude'>;

/** Everything a scan of `root` (absolute) goes by. Throws a UsageError that says what is wrong, and where. */
export async function readRules(root: string, flags: RuleFlags): Promise<Rules> {
  const { loadConfiguration, NO_CONFIGURATION } = await import('../rules/configuration.ts');
  const { loadCatalogue } = await import('../rules/catalogue.ts');
  const { loadTaxonomy } = await import('../rules/taxonomy.ts');
  const taxonomy = loadTaxonomy();
  const written = flags.config === false ? NO_CONFIGURATION : loadConfiguration(root, flags.config ?? null, taxonomy);
  const configuration: Configuration = {
    ...written,
    include: flags.include.length > 0 ? flags.include : written.include,
    exclude: [...written.exclude, ...flags.exclude],
  };
  const catalogue = loadCatalogue({ root, configuration, packages: null, taxonomy });
  return { catalogue, policies: await readPolicies(root, catalogue, flags) };
}

/** Those of the flags; else those of the project file; else what nearly every policy promises. */
async function readPolicies(root: string, catalogue: Catalogue, flags: RuleFlags): Promise<Policy[]> {
  const { loadPolicies } = await import('../rules/policies.ts');
  const { taxonomy, recipients, configuration } = catalogue;
  if (flags.policy.length > 0) return loadPolicies(flags.policy, { root: process.cwd(), taxonomy, recipients });
  const names = configuration.policies.length > 0 ? configuration.policies : ['baseline'];
  return loadPolicies(names, { root, taxonomy, recipients });
}
