/** `troth policy passage`: what a policy file keeps of a passage of its text. */
import { UsageError } from '../../core/usage-error.ts';
import type { CliCommand } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { writeStream } from '../write.ts';

export const policyPassageCommand: CliCommand = {
  name: 'passage',
  description: 'what `document.passages` keeps of a passage: the number of its words, and a hash',
  argument: ['[words...]', 'the passage, as it stands in the text of the policy'],
  flags: [],
  examples: `
    troth policy passage 'We never sell your data.'    5:38492d1611d9e561`,
  async run(words) {
    if (words.join('').trim() === '') throw new UsageError('Write the passage: troth policy passage "We never sell …"');
    const { printPassage } = await import('../../rules/passages.ts');
    await writeStream(process.stdout, `${printPassage(words.join(' '))}\n`);
    return EXIT_CODES.passed;
  },
};
