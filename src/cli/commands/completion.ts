/** `troth completion`: a script that lets the shell complete commands, flags and their values. */
import { UsageError } from '../../core/usage-error.ts';
import { didYouMean } from '../../rules/closest.ts';
import type { CliCommand } from '../command.ts';
import { SCRIPTS, SHELLS } from '../completion/scripts.ts';
import { surfaceOf } from '../completion/surface.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { writeStream } from '../write.ts';

export const completionCommand: CliCommand = {
  name: 'completion',
  description: 'print a script that completes commands and flags in your shell',
  argument: ['<shell>', SHELLS.join(', ')],
  flags: [],
  examples: `
    source <(troth completion bash)                                  this session
    troth completion fish > ~/.config/fish/completions/troth.fish    every session`,
  run: async ([word = ''], { all }) => {
    const shell = SHELLS.find((known) => known === word);
    if (!shell) {
      const meant = didYouMean(word, SHELLS) || '.';
      throw new UsageError(`There is no completion for '${word}'${meant} There is one for ${SHELLS.join(', ')}.`);
    }
    await writeStream(process.stdout, SCRIPTS[shell](surfaceOf(all)));
    return EXIT_CODES.passed;
  },
};
