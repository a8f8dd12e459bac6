/**
 * Looks up every API path and port of the built-in library models in the packages' own type declarations.
 *
 *     npm run verify:models -- [--latest] [names…]
 *
 * Installs the versions that `test/models/declarations.json` records into a cache (`--latest`: the newest ones, which are then
 * recorded), and records how much of each model was checked. Exits with 1 when the declarations lack something.
 */

import { type DeclarationFolder, installedVersion, openFolder } from './2-parse/declarations/declarations.ts';
import { checkModel, type ModelCheck } from './check-model.ts';
import { UsageError } from './core/usage-error.ts';
import {
  type DeclarationRecord,
  declarationsDirectory,
  install,
  type LibraryRecord,
  readRecord,
  writeRecord,
} from './declaration-store.ts';
import type { Checked } from './rules/checked.ts';
import { type LibraryFile, readLibraryFiles } from './rules/libraries.ts';
import { issuesError } from './rules/yaml.ts';

const MODELS_A_FOLDER = 12;

function main(words: readonly string[]): void {
  const latest = words.includes('--latest');
  const names = words.filter((word) => !word.startsWith('--'));
  const record = readRecord();
  install(latest ? mapValues(record.packages, () => 'latest') : record.packages);
  const libraries: Record<string, LibraryRecord> = { ...record.libraries };
  const checks: ModelCheck[] = [];
  let folder = openFolder(declarationsDirectory());
  for (const model of readLibraryFiles()) {
    const name = model.data.package;
    if (names.length > 0 && !names.includes(name)) continue;
    const known = libraries[name] ?? {};
    const check = verify(model, known, folder);
    checks.push(check);
    // The compiler keeps what it read; beyond some packages that costs more than it saves.
    if (checks.length % MODELS_A_FOLDER === 0) folder = openFolder(declarationsDirectory());
    libraries[name] = { ...known, found: check.found, of: countOf(check) };
  }
  const packages = mapValues(record.packages, (version, name) => {
    return installedVersion(declarationsDirectory(), name) ?? version;
  });
  const next: DeclarationRecord = { packages, libraries };
  writeRecord(next);
  process.stdout.write(`${summary(checks)}\n`);
  if (checks.some(({ issues, needless }) => issues.length + needless.length > 0)) process.exitCode = 1;
}

function verify(model: Checked<LibraryFile>, known: LibraryRecord, folder: DeclarationFolder): ModelCheck {
  const check = checkModel(model, {
    folder,
    additions: known.with ?? [],
    undeclared: Object.keys(known.undeclared ?? {}),
  });
  if (check.issues.length > 0) process.stdout.write(`${issuesError(model.source(), check.issues).message}\n`);
  for (const name of check.needless) {
    process.stdout.write(
      `${model.file}: \`${name}\` is declared by now; take it out of test/models/declarations.json\n`,
    );
  }
  return check;
}

function summary(checks: readonly ModelCheck[]): string {
  const found = checks.reduce((sum, check) => sum + check.found, 0);
  const all = checks.reduce((sum, check) => sum + countOf(check), 0);
  const wrong = checks.reduce((sum, { issues }) => sum + issues.length, 0);
  const undeclared = checks.filter(({ declared }) => !declared).length;
  const share = all === 0 ? 0 : (100 * found) / all;
  return (
    `${found} of ${all} paths and ports (${share.toFixed(1)} %) are in the declarations, ${wrong} are wrong; ` +
    `${undeclared} of ${checks.length} libraries have no declarations`
  );
}

function countOf({ found, open, issues }: ModelCheck): number {
  return found + open.length + issues.length;
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string, key: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}
