/** Colours and links: what the flags, the environment and the terminal together say. */
import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../rules/closest.ts';

type Environment = Readonly<Record<string, string | undefined>>;
interface Terminal {
  readonly isTTY?: boolean | undefined;
}

/** Whether to colour what goes to `stream`: the flag, then FORCE_COLOR, then NO_COLOR, then the terminal decides. */
export function wantsColor(flag: boolean | undefined, environment: Environment, stream: Terminal): boolean {
  if (flag !== undefined) return flag;
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal } = environment;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (none !== undefined && none !== '') return false;
  return stream.isTTY === true && terminal !== 'dumb';
}

const ANSWERS: ReadonlyMap<string, boolean | undefined> = new Map([
  ['auto', undefined],
  ['always', true],
  ['never', false],
]);

/** When to colour. */
export const WHEN: readonly string[] = [...ANSWERS.keys()];

/** `--color=always`. */
export function readWhen(word: string): boolean | undefined {
  if (ANSWERS.has(word)) return ANSWERS.get(word);
  throw new InvalidArgumentError(`It is one of ${WHEN.join(', ')}${didYouMean(word, WHEN) || '.'}`);
}

/** `--color` alone is `--color=always`; what stands behind it is a path, unless it says when. */
export function completeColor(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, index) => {
    const alone = argument === '--color' && (end < 0 || index < end) && !ANSWERS.has(argv[index + 1] ?? '');
    return alone ? '--color=always' : argument;
  });
}

/** Programs that announce themselves in TERM_PROGRAM and follow links. */
const LINKING_PROGRAMS = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'Tabby', 'rio', 'zed']);
const LINKING_TERMINALS = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm)/;
/** Variables that a terminal with links sets. */
const LINKING_VARIABLES = ['WT_SESSION', 'KITTY_WINDOW_ID', 'KONSOLE_VERSION', 'DOMTERM'];
/** In hundredths: VTE 0.50 was the first. */
const LINKING_VTE = 5000;

/** Whether the terminal behind `stream` follows links (OSC 8). FORCE_HYPERLINK decides; else it must be known to. */
export function followsLinks(environment: Environment, stream: Terminal): boolean {
  const { FORCE_HYPERLINK: force, CI: ci, TERM: terminal = '', TERM_PROGRAM: program = '' } = environment;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (stream.isTTY !== true || (ci !== undefined && ci !== '') || terminal === 'dumb') return false;
  return (
    LINKING_PROGRAMS.has(program) ||
    LINKING_TERMINALS.test(terminal) ||
    LINKING_VARIABLES.some((name) => environment[name] !== undefined) ||
    Number(environment['VTE_VERSION'] ?? 0) >= LINKING_VTE
  );
}
