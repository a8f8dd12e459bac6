/** `troth rules`: what the policies in use promise. */
import { Option } from 'commander';
import { UsageError } from '../../core/usage-error.ts';
import { didYouMean } from '../../rules/closest.ts';
import { wantsColor } from '../color.ts';
import type { CliCommand } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { withChoices } from '../flags.ts';
import { readRules } from '../read-rules.ts';
import { writeStream } from '../write.ts';

const FORMATS = ['text', 'json', 'markdown'];

export const rulesCommand: CliCommand = {
  name: 'rules',
  description: 'list the rules of the policies in use',
  flags: ['policy', 'config', 'withoutConfig', 'terminal'],
  options: () => [withChoices(new Option('-f, --format <format>', `${FORMATS.join(', ')} (default: text)`), FORMATS)],
  examples: `
    troth rules                         of the project file, else of the baseline pack
    troth rules --policy 1mg -f json    of a built-in pack, as JSON
    troth rules -p ./privacy.yaml -f markdown > promises.md`,
  run: async (_, { flags }) => {
    const { RULE_FORMATS, renderRules } = await import('../../7-report/rule-list.ts');
    const [word = 'text', second] = flags.format;
    const format = RULE_FORMATS.find((known) => known === word);
    if (!format || second !== undefined) {
      const wrong = second ?? word;
      throw new UsageError(
        `'troth rules' prints one of ${RULE_FORMATS.join(', ')}, not '${wrong}'${didYouMean(wrong, RULE_FORMATS) || '.'}`,
      );
    }
    const { policies } = await readRules(process.cwd(), flags);
    await writeStream(
      process.stdout,
      renderRules(policies, format, wantsColor(flags.color, process.env, process.stdout)),
    );
    return EXIT_CODES.passed;
  },
};
