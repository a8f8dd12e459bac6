/** Everything the analysis looks things up in, put together for one project. */
import type { Catalogue, Configuration, Taxonomy } from '../core/catalogue.ts';
import { loadLibraries, loadOwnModels } from './libraries.ts';
import { hostLookup, loadRecipients, overrideRecipients } from './recipients.ts';
import { loadTaxonomy } from './taxonomy.ts';

export interface CatalogueOptions {
  /** Absolute path of the scanned root. */
  readonly root: string;
  readonly configuration: Configuration;
  /** Names of packages the project imports or declares; null for all there are models of. */
  readonly packages: ReadonlySet<string> | null;
  /** When it is already read. */
  readonly taxonomy?: Taxonomy;
}

/** Reads what `rules/` and the project say about its libraries. The project's own models come first. */
export function loadCatalogue({
  root,
  configuration,
  packages,
  taxonomy = loadTaxonomy(),
}: CatalogueOptions): Catalogue {
  const recipients = overrideRecipients(loadRecipients(), configuration.recipients);
  const known = { taxonomy, recipients: new Set(recipients.map(({ id }) => id)) };
  return {
    libraries: [...loadOwnModels(configuration.models, root, known), ...loadLibraries(packages)],
    recipients,
    taxonomy,
    configuration,
    recipientOfHost: hostLookup(recipients, configuration.firstParty),
  };
}
