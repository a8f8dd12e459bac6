/** Untrusted text in markdown that GitHub and GitLab render: nothing in it acts, links, or calls a person. */
import { display } from '../display.ts';

/**
 * Text as it stands. A backslash takes the meaning of punctuation; but mentions, issue numbers and addresses become links
 * after that, so an empty comment parts them: `@<!-- -->everyone`.
 */
export function plainText(text: string, limit = 1000): string {
  return display(text, limit)
    .replace(/[\\`*_{}[\]<>|~&!$^]/gu, '\\$&')
    .replace(/[@#]|:(?=\S)|\b(?:www|gh)(?=[.-])/giu, '$&<!-- -->')
    .replace(/^(\s*)(?:(\d+)([.)])|([-+=]))/u, '$1$2\\$3$4');
}

/** A code span; in a table a bar would end its cell, even there. */
export function codeSpan(text: string): string {
  const shown = display(text).trim().replaceAll('|', '\\|');
  if (shown === '') return '';
  const longest = (shown.match(/`+/gu) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  const edge = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${edge}${shown}${edge}${fence}`;
}

/** A table, line by line; its cells are markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}
