/**
 * Begins a library model: the entry with all calls that the package's declarations offer, to choose from, and a fixture.
 *
 *     npm run new:library <npm name>
 *
 * Installs the package's newest version into the cache of declarations and records it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Declarations,
  installedManifest,
  openDeclarations,
  openFolder,
} from './2-parse/declarations/declarations.ts';
import { type DeclaredCall, listCalls } from './2-parse/declarations/list.ts';
import { UsageError } from './core/usage-error.ts';
import {
  declarationsDirectory,
  install,
  packageOf,
  readRecord,
  typesPackageOf,
  writeRecord,
} from './declaration-store.ts';
import { RULES_DIRECTORY } from './rules/files.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/libraries/', import.meta.url));
const NPM_NAME = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:\/[\w.-]+)*$/;

function main([name, ...rest]: readonly string[]): void {
  if (name === undefined || rest.length > 0 || !NPM_NAME.test(name) || name.includes('..')) {
    throw new UsageError('usage: npm run new:library <npm name>');
  }
  const entry = join(RULES_DIRECTORY, 'libraries', `${name}.yaml`);
  const fixture = join(FIXTURES, name, 'usage.ts');
  for (const file of [entry, fixture]) if (existsSync(file)) throw new UsageError(`${file} is already there`);
  const declarations = obtain(name);
  const calls = listCalls(declarations);
  const manifest = installedManifest(declarationsDirectory(), packageOf(name));
  write(entry, entryText(name, String(manifest?.['homepage'] ?? `https://www.npmjs.com/package/${name}`), calls));
  write(fixture, fixtureText(name, calls));
  process.stdout.write(
    `rules/libraries/${name}.yaml: ${calls.length} calls to choose from\nfixtures/libraries/${name}/usage.ts\n` +
      `Then: npm run verify:models -- ${name} && npx vitest run test/fixtures.test.ts\n`,
  );
}

/** Installs the package and, when it has no declarations of its own, those others wrote. */
function obtain(name: string): Declarations {
  const record = readRecord();
  const packages = { ...record.packages };
  for (const one of [packageOf(name), typesPackageOf(packageOf(name))]) {
    install({ ...packages, [one]: packages[one] ?? 'latest' });
    packages[one] = String(installedManifest(declarationsDirectory(), one)?.['version']);
    writeRecord({ ...record, packages });
    const wanted = { specifiers: [name], globals: [], additions: [] };
    const declarations = openDeclarations(openFolder(declarationsDirectory()), wanted);
    if (declarations.modules.length > 0) return declarations;
  }
  throw new UsageError(`neither ${name} nor ${typesPackageOf(packageOf(name))} has type declarations`);
}

function entryText(name: string, docs: string, calls: readonly DeclaredCall[]): string {
  const items = calls.map(({ api, parameters }) => {
    return `#   - { api: '${api}', port: 'argument[0]', activity: share }  # (${parameters.join(', ')})`;
  });
  return `# What it is, and what about it is worth knowing.
package: '${name}'
docs: ${docs}
# recipient: who gets what is shared, an id of rules/recipients

# Keep the calls through which personal data leaves, with the ports that take it and the activity (log, share, store,
# expose); those that bring data in are \`sources\`, those that pass it on \`propagators\`. Delete the rest.
# sinks:
${items.join('\n')}
`;
}

function fixtureText(name: string, [first]: readonly DeclaredCall[]): string {
  return `import * as library from '${name}';

interface User {
  id: string;
  email: string;
}

export function use(user: User) {
  // Lines that send personal data end with what must be found, lines that do not with nothing.
  // library.${first?.api ?? 'send'}(user.email); // finds: share user.contact.email
  // library.${first?.api ?? 'send'}(user.id);
  return [library, user];
}
`;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}
