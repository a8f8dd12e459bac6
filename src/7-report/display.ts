/** Untrusted text made safe to print: names, paths and messages may come from the scanned repository. */

/** Controls, bidirectional marks, invisible characters, line separators and halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** Runs of all else but printable ASCII and line breaks: most text has none, and is done with a look. */
const UNUSUAL = /[^\n -~]+/gu;
/** `##[…]` and `##vso[…]` are commands to the build servers of GitHub and Azure, wherever they stand in a line. */
const BUILD_COMMAND = /##(?=\[|vso\[)/gi;

/** The text on one line with nothing in it that moves, hides or reorders what is printed: `a\u{202e}b`. */
export function display(text: string, limit = 400): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return shown.replace(UNSAFE, escapeCodePoint).replace(BUILD_COMMAND, '#\\u{23}');
}

/** {@link display} for a consumer that takes so many characters and no more: escapes can make text longer. */
export function displayWithin(text: string, limit: number): string {
  const shown = display(text, limit);
  return shown.length <= limit ? shown : `${shown.slice(0, limit - 1)}…`;
}

/** JSON, `indent` spaces deep, with every unsafe character as `\uXXXX`: the same value, but harmless in a terminal. */
export function printJson(value: unknown, indent = 2): string {
  const json = JSON.stringify(value, null, indent);
  const safe = json.replace(UNUSUAL, (run) => run.replace(UNSAFE, escapeUnits));
  return `${safe.replace(BUILD_COMMAND, '#\\u0023')}\n`;
}

function escapeCodePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
