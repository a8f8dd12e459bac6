/** What a name alone says about a file or folder: whether it is of interest, and whether it is left out unless asked for. */

/** Why the walk lists a file. */
export type Role = 'source' | 'manifest' | 'workspaces' | 'compiler' | 'schema' | 'other';

const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/\.[cm]?[jt]s$|\.(?:[jt]sx|vue|svelte)$/, 'source'],
  [/^package\.json$/, 'manifest'],
  [/^pnpm-workspace\.yaml$/, 'workspaces'],
  [/^(?:jsconfig|tsconfig[^/]*)\.json$/, 'compiler'],
  [/\.prisma$/, 'schema'],
  // Not analysed; but people write comments to troth in them.
  [/\.(?:ya?ml|graphqls?|gql|sql|html?|astro)$/, 'other'],
];

export function roleOf(name: string): Role | null {
  return ROLES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Other people's code, and what tools write: never the team's own source, wherever it stands. */
const GENERATED_FOLDERS = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'third_party',
  'dist',
  'storybook-static',
  'playwright-report',
  'cdk.out',
  '.git',
  '.hg',
  '.svn',
  '.next',
  '.nuxt',
  '.output',
  '.svelte-kit',
  '.angular',
  '.astro',
  '.docusaurus',
  '.expo',
  '.yarn',
  '.pnpm-store',
  '.cache',
  '.parcel-cache',
  '.turbo',
  '.nx',
  '.vercel',
  '.netlify',
  '.wrangler',
  '.open-next',
  '.serverless',
  '.aws-sam',
  '.sst',
  '.nyc_output',
]);

/** Output at the top of a package, but a word of the business below `src`: an insurer has `src/coverage`. */
const OUTPUT_FOLDERS = new Set(['build', 'out', 'coverage', 'vendor']);
const SOURCE_FOLDERS = new Set(['src', 'app', 'pages', 'routes', 'modules']);

const TEST_FOLDERS = new Set([
  '__tests__',
  '__mocks__',
  '__fixtures__',
  '__snapshots__',
  'test',
  'tests',
  'mocks',
  'fixtures',
  'e2e',
  'e2e-tests',
  'integration-tests',
  'cypress',
  'playwright',
  'stories',
  '.storybook',
  // What fills a new database: people who do not exist.
  'seeds',
  'seeders',
]);
/** The same, but elsewhere a word of the business: a wallet has `src/seed`. */
const SEED_FOLDER = 'seed';

const GENERATED_FILE = /\.d\.[cm]?ts$|[.-]min\.[cm]?js$|^\.pnp\.c?js$/;
const TEST_FILE = /\.(?:test|spec|stories|cy|e2e|e2e-spec)\.(?:[cm]?[jt]sx?|vue|svelte)$|^seeds?\.[cm]?[jt]s$/;

/** `inSource` says that a folder above, within the scanned root, holds source by its name. */
export function excludesFolder(name: string, inSource: boolean, includeTests: boolean): boolean {
  if (GENERATED_FOLDERS.has(name)) return true;
  if (OUTPUT_FOLDERS.has(name)) return !inSource;
  return !includeTests && (TEST_FOLDERS.has(name) || (name === SEED_FOLDER && !inSource));
}

export function excludesFile(name: string, includeTests: boolean): boolean {
  return GENERATED_FILE.test(name) || (!includeTests && TEST_FILE.test(name));
}

export function holdsSource(folderName: string): boolean {
  return SOURCE_FOLDERS.has(folderName);
}

/** Lock files of editors: links whose target is a user and a process, not a file. */
export function isEditorLock(name: string): boolean {
  return name.startsWith('.#');
}
