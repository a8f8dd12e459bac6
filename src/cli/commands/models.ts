/** `troth models`: are the project's library models sound, and which models apply to it? */
import type { LibraryModel } from '../../core/catalogue.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { ModelList, OwnModelCheck } from '../../models.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { resolveTargets } from '../targets.ts';
import { printable } from '../terminal.ts';
import { writeStream } from '../write.ts';

const checkCommand: CliCommand = {
  name: 'check',
  description: 'check model files: format, names, and API paths in the declarations of installed packages',
  argument: ['[files...]', 'model files and folders; the `models` of the project file when none is given'],
  flags: ['config', 'withoutConfig', 'terminal'],
  examples: `
    troth models check                    the models of the project file
    troth models check privacy/models     those of a folder`,
  run: runCheck,
};

const listCommand: CliCommand = {
  name: 'list',
  description: 'list the models that apply to a project, and dependencies that seem to need one',
  argument: ['[folder]', 'the project; the working directory when none is given'],
  flags: ['config', 'withoutConfig', 'terminal'],
  examples: `
    troth models list                     this folder
    troth models list services/shop       another`,
  run: runList,
};

export const modelsCommand: CliCommand = {
  name: 'models',
  description: 'library models: check, list',
  flags: [],
  examples: `
    troth models list
    troth models check`,
  subcommands: [checkCommand, listCommand],
};

async function runCheck(files: readonly string[], { flags }: Invocation): Promise<number> {
  const root = process.cwd();
  // A model named in the project file that cannot be read is what is to be told, not a reason to stop before.
  const { known, models } = await readKnown(root, flags);
  const paths = files.length > 0 ? files : models;
  if (paths.length === 0)
    throw new UsageError('No model files to check: name some, or list them as `models` in the project file.');
  const { checkOwnModels } = await import('../../models.ts');
  const checks = checkOwnModels(paths, root, known);
  await print(checks.flatMap(linesOfCheck));
  return checks.some(({ problems }) => problems.length > 0) ? EXIT_CODES.failed : EXIT_CODES.passed;
}

function linesOfCheck({ file, package: name, found, open, problems }: OwnModelCheck): string[] {
  if (found === null)
    return [`✔ ${file}: well-formed; paths not checked, as ${name} is not installed here or has no types`];
  const unsaid = open === 0 ? '' : `, ${open} cannot be checked`;
  const outcome = `${found} paths and ports found in the declarations of ${name}${unsaid}`;
  return [`${problems.length === 0 ? '✔' : '✖'} ${file}: ${outcome}`, ...problems.map((problem) => `  ${problem}`)];
}

async function runList(words: readonly string[], { flags, commands }: Invocation): Promise<number> {
  const { root } = resolveTargets(words, process.cwd(), commands);
  const { known, models } = await readKnown(root, flags);
  const { listModels } = await import('../../models.ts');
  await print(linesOfList(listModels(root, models, known)));
  return EXIT_CODES.passed;
}

function linesOfList({ applying, missing, dependencies }: ModelList): string[] {
  const width = Math.max(0, ...applying.map(({ model }) => model.package.length));
  return [
    `${applying.length} models apply to the ${dependencies} dependencies of this project:`,
    ...applying.map(
      ({ model, own }) => `  ${model.package.padEnd(width)}  ${summaryOf(model)}${own ? `  (${model.file})` : ''}`,
    ),
    ...(missing.length === 0 ? [] : ['', `${missing.length} more look like they process data, and have no model:`]),
    ...missing.map(({ name, word }) => `  ${name} (${word})`),
    ...(missing.length === 0
      ? []
      : ['A model of your own goes into a file listed under `models` in the project file.']),
  ];
}

/** `share, log → sentry`: what leaves through it and to whom, what enters, else what it does. */
function summaryOf({ sinks, sources, sanitizers, guards, recipient }: LibraryModel): string {
  const activities = [...new Set(sinks.map(({ activity }) => activity))];
  const parts = [
    ...activities,
    ...(sources.length > 0 ? ['source'] : []),
    ...(sanitizers.length > 0 ? ['protection'] : []),
    ...(guards.length > 0 ? ['guard'] : []),
  ];
  return `${parts.join(', ') || 'passes data on'}${recipient === undefined ? '' : ` → ${recipient}`}`;
}

/** What models may refer to, and the model files of the project file. */
async function readKnown(root: string, flags: Invocation['flags']) {
  const { loadConfiguration, NO_CONFIGURATION } = await import('../../rules/configuration.ts');
  const { loadRecipients, overrideRecipients } = await import('../../rules/recipients.ts');
  const { loadTaxonomy } = await import('../../rules/taxonomy.ts');
  const taxonomy = loadTaxonomy();
  const configuration =
    flags.config === false ? NO_CONFIGURATION : loadConfiguration(root, flags.config ?? null, taxonomy);
  const recipients = overrideRecipients(loadRecipients(), configuration.recipients);
  return { known: { taxonomy, recipients: new Set(recipients.map(({ id }) => id)) }, models: configuration.models };
}

async function print(lines: readonly string[]): Promise<void> {
  await writeStream(process.stdout, `${lines.map(printable).join('\n')}\n`);
}
