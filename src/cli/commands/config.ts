/** `troth config`: what holds, and where it was said; is it right; what may be written. */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Catalogue, Configuration } from '../../core/catalogue.ts';
import type { Policy } from '../../core/policy.ts';
import { UsageError } from '../../core/usage-error.ts';
import { didYouMean } from '../../rules/closest.ts';
import type { CliCommand, Invocation } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { withChoices } from '../flags.ts';
import { readRules } from '../read-rules.ts';
import { printable } from '../terminal.ts';
import { writeStream } from '../write.ts';

const FORMATS = ['yaml', 'json'];
const SCHEMAS = ['config', 'policy', 'model', 'report'];

const printCommand: CliCommand = {
  name: 'print',
  description: 'show the settings in force, each with where it was set',
  flags: ['policy', 'config', 'withoutConfig', 'globs', 'terminal'],
  options: () => [withChoices(new Option('-f, --format <format>', `${FORMATS.join(', ')} (default: yaml)`), FORMATS)],
  examples: `
    troth config print
    troth config print -f json --exclude 'legacy/**'`,
  run: printConfiguration,
};

const validateCommand: CliCommand = {
  name: 'validate',
  description: 'check the project file, its policies and its models',
  flags: ['config', 'terminal'],
  examples: `
    troth config validate
    troth config validate -c privacy/troth.yaml`,
  run: async (_, { flags }) => {
    const { catalogue, policies } = await readRules(process.cwd(), { ...flags, policy: [], include: [], exclude: [] });
    const { file } = catalogue.configuration;
    if (file === undefined) {
      throw new UsageError("There is no project file here to validate. Run 'troth init' to write one.");
    }
    await writeStream(process.stdout, `✔ ${printable(file)}: ${counted(catalogue, policies)}\n`);
    return EXIT_CODES.passed;
  },
};

const schemaCommand: CliCommand = {
  name: 'schema',
  description: 'print the JSON Schema of a file format, for editors',
  argument: ['[format]', `${SCHEMAS.join(', ')}; config when none is given`],
  flags: [],
  examples: `
    troth config schema > troth.schema.json
    troth config schema policy`,
  run: async ([word = 'config']) => {
    if (!SCHEMAS.includes(word)) {
      throw new UsageError(
        `There is no schema '${word}'${didYouMean(word, SCHEMAS) || '.'} There are ${SCHEMAS.join(', ')}.`,
      );
    }
    const text = readFileSync(new URL(`../../../rules/schema/${word}.schema.json`, import.meta.url), 'utf8');
    await writeStream(process.stdout, text);
    return EXIT_CODES.passed;
  },
};

export const configCommand: CliCommand = {
  name: 'config',
  description: 'the project file: print, validate, schema',
  flags: [],
  examples: `
    troth config print       the settings in force
    troth config validate    is the project file right
    troth config schema      its JSON Schema`,
  subcommands: [printCommand, validateCommand, schemaCommand],
};

type Setting = Exclude<keyof Configuration, 'file'>;

/** In the order of the documentation. */
const SETTINGS: readonly Setting[] = [
  'policies',
  'firstParty',
  'recipients',
  'purposes',
  'guards',
  'protections',
  'models',
  'data',
  'include',
  'exclude',
];

async function printConfiguration(_: readonly string[], invocation: Invocation): Promise<number> {
  const { flags } = invocation;
  const [format = 'yaml', second] = flags.format;
  const wrong = second ?? format;
  if (second !== undefined || !FORMATS.includes(format)) {
    const meant = didYouMean(wrong, FORMATS) || '.';
    throw new UsageError(`'troth config print' prints one of ${FORMATS.join(', ')}, not '${wrong}'${meant}`);
  }
  const { catalogue, policies } = await readRules(process.cwd(), flags);
  const settings = SETTINGS.map((name) => settingOf(name, catalogue.configuration, policies, invocation));
  const file = catalogue.configuration.file ?? null;
  const text = format === 'json' ? asJson(file, settings) : await asYaml(file, settings);
  await writeStream(process.stdout, text);
  return EXIT_CODES.passed;
}

interface PrintedSetting {
  readonly name: Setting;
  readonly value: unknown;
  /** Where it was said: `troth.config.yaml, --exclude`. */
  readonly origin: string;
}

function settingOf(
  name: Setting,
  configuration: Configuration,
  policies: readonly Policy[],
  { originOf }: Invocation,
): PrintedSetting {
  const flag = FLAG_OF.get(name);
  const said = flag === undefined ? 'default' : originOf(flag);
  const written = configuration.file !== undefined && configuration[name].length > 0;
  if (name === 'policies') {
    const value = said === 'default' ? policies.map(({ id }, index) => configuration.policies[index] ?? id) : null;
    return { name, value: value ?? policies.map(({ id }) => id), origin: origins(said, written, flag, configuration) };
  }
  const value = configuration[name];
  return { name, value, origin: origins(said, written, flag, configuration) };
}

const FLAG_OF: ReadonlyMap<Setting, 'policy' | 'include' | 'exclude'> = new Map([
  ['policies', 'policy'],
  ['include', 'include'],
  ['exclude', 'exclude'],
]);

/** Flags replace what the file says, but for `--exclude`, which adds to it. */
function origins(
  said: ReturnType<Invocation['originOf']>,
  written: boolean,
  flag: string | undefined,
  { file = '' }: Configuration,
): string {
  if (said === 'default') return written ? file : 'default';
  const spelling = said === 'environment' ? `TROTH_${(flag ?? '').toUpperCase()}` : `--${flag}`;
  return flag === 'exclude' && file !== '' ? `${file}, ${spelling}` : spelling;
}

function asJson(file: string | null, settings: readonly PrintedSetting[]): string {
  const values = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  const said = Object.fromEntries(settings.map(({ name, origin }) => [name, origin]));
  return `${JSON.stringify({ file, settings: values, origins: said }, null, 2)}\n`;
}

async function asYaml(file: string | null, settings: readonly PrintedSetting[]): Promise<string> {
  const { stringify } = await import('yaml');
  const parts = settings.map(({ name, value, origin }) => `# from: ${origin}\n${stringify({ [name]: value })}`);
  return printable(`# project file: ${file ?? 'none'}\n${parts.join('')}`);
}

function counted({ configuration }: Catalogue, policies: readonly Policy[]): string {
  const rules = policies.flatMap((policy) => policy.rules).length;
  const names = policies.map(({ id }) => id).join(', ');
  const own = SETTINGS.filter((name) => name !== 'policies' && configuration[name].length > 0).map(
    (name) => `${name} ${configuration[name].length}`,
  );
  return [`policies ${names} (${rules} rules)`, ...own].join('; ');
}
