/** Completion scripts: the command line's surface as data, in the language of each shell. Nothing is run to complete. */
import type { CompletedCommand, CompletedFlag } from './surface.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** Surface → script. */
export const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

function bashScript(commands: readonly CompletedCommand[]): string {
  return `# bash completion for troth:  source <(troth completion bash)
_troth() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${pathPatterns(commands)}) path="$path $word" ;;
    esac
  done
  case "$previous" in
${valueCases(commands, (names, words) => `    ${names}) COMPREPLY=($(compgen -W "${words}" -- "$current")); return ;;`)}
    ${fileFlags(commands)}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$path" in
${commands.map((command) => `    "${pathText(command)}") words="${wordsOf(command).join(' ')}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ $current == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _troth troth
`;
}

function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef troth
# zsh completion for troth:  troth completion zsh > "\${fpath[1]}/_troth"
_troth() {
  local path_so_far="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_so_far $word" in
      ${pathPatterns(commands)}) path_so_far="$path_so_far $word" ;;
    esac
  done
  case "\${words[CURRENT-1]}" in
${valueCases(commands, (names, words) => `    ${names}) compadd -- ${words}; return ;;`)}
    ${fileFlags(commands)}) _files; return ;;
  esac
  case "$path_so_far" in
${commands.map((command) => `    "${pathText(command)}") compadd -- ${wordsOf(command).join(' ')} ;;`).join('\n')}
  esac
  [[ "\${words[CURRENT]}" == -* ]] || _files
}
if [[ "$funcstack[1]" == "_troth" ]]; then _troth "$@"; else compdef _troth troth; fi
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => {
    const here = fishCondition(command);
    const subcommands = command.subcommands.map(({ word, description }) => {
      return `complete -c troth -n ${here} -a ${word} -d ${quoted(description)}`;
    });
    return [...subcommands, ...command.flags.map((flag) => fishFlag(flag, here))];
  });
  return `# fish completion for troth:  troth completion fish > ~/.config/fish/completions/troth.fish\n${lines.join('\n')}\n`;
}

/** Inside the command, and in none of its subcommands. */
function fishCondition({ path, subcommands }: CompletedCommand): string {
  const inside = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const outside = subcommands.length > 0 ? [`not __fish_seen_subcommand_from ${names(subcommands)}`] : [];
  return quoted([...inside, ...outside].join('; and ') || 'true');
}

function fishFlag({ names: written, value, description }: CompletedFlag, here: string): string {
  const spelling = written.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const values = value === null ? [] : value === 'file' ? ['-r -F'] : [`-x -a ${quoted(value.join(' '))}`];
  return ['complete -c troth -n', here, ...spelling, ...values, '-d', quoted(description)].join(' ');
}

function powershellScript(commands: readonly CompletedCommand[]): string {
  const candidates = commands.map((command) => `    '${pathText(command)}' = ${powershellList(wordsOf(command))}`);
  const values = flagsWithWords(commands).flatMap(({ names: written, words }) =>
    written.map((name) => `    '${name}' = ${powershellList(words)}`),
  );
  return `# PowerShell completion for troth:  troth completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName troth -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $candidates = [System.Collections.Hashtable]::new([System.StringComparer]::Ordinal)
  @{
${candidates.join('\n')}
  }.GetEnumerator() | ForEach-Object { $candidates[$_.Key] = $_.Value }
  $values = @{
${values.join('\n')}
  }
  $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '' -and $typed.Count -gt 0) { $typed = @($typed | Select-Object -SkipLast 1) }
  $path = ''
  foreach ($word in $typed) { if ($candidates.ContainsKey("$path $word")) { $path = "$path $word" } }
  $previous = if ($typed.Count -gt 0) { $typed[-1] } else { '' }
  $words = if ($values.ContainsKey($previous)) { $values[$previous] } else { $candidates[$path] }
  $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

function powershellList(words: readonly string[]): string {
  return `@(${words.map(quoted).join(', ')})`;
}

/** Patterns of all commands: `" config"|" config print"`. */
function pathPatterns(commands: readonly CompletedCommand[]): string {
  return commands
    .filter(({ path }) => path.length > 0)
    .map((command) => `"${pathText(command)}"`)
    .join('|');
}

/** ` config print`: every word with a blank before it. */
function pathText({ path }: CompletedCommand): string {
  return path.map((word) => ` ${word}`).join('');
}

function wordsOf({ subcommands, flags }: CompletedCommand): string[] {
  return [...subcommands.map(({ word }) => word), ...flags.flatMap((flag) => flag.names)];
}

function valueCases(commands: readonly CompletedCommand[], print: (names: string, words: string) => string): string {
  return flagsWithWords(commands)
    .map(({ names: written, words }) => print(written.join('|'), words.join(' ')))
    .join('\n');
}

/** A flag means the same wherever it is taken; where the lists differ, the first one stands. */
function flagsWithWords(
  commands: readonly CompletedCommand[],
): { names: readonly string[]; words: readonly string[] }[] {
  const found = new Map<string, { names: readonly string[]; words: readonly string[] }>();
  for (const { names: written, value } of commands.flatMap(({ flags }) => flags)) {
    if (value === null || value === 'file') continue;
    const key = written.at(-1) ?? '';
    if (!found.has(key)) found.set(key, { names: written, words: value });
  }
  return [...found.values()];
}

function fileFlags(commands: readonly CompletedCommand[]): string {
  const flags = commands.flatMap((command) => command.flags).filter(({ value }) => value === 'file');
  return [...new Set(flags.flatMap((flag) => flag.names))].join('|');
}

function names(words: readonly { readonly word: string }[]): string {
  return words.map(({ word }) => word).join(' ');
}

/** In single quotes, which fish and PowerShell both end only at the next one. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
