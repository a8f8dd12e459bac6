/** Comments that speak to troth, found in the text of any file. */
import { lineStartsOf, positionAt } from './location.ts';
import type { SuppressionComment } from './suppression.ts';

/** One way to write a comment. */
interface CommentForm {
  readonly open: string;
  /** Null when it ends with its line. */
  readonly close: string | null;
  /** Whether the line so far is in such a comment, with nothing said yet. */
  readonly begins: RegExp;
}

/** `//` and `///`, but not that of a URL. */
const SLASHES: CommentForm = { open: '//', close: null, begins: /(?:^|[^:])\/\/+\s*$/ };
/** The lines of a long comment begin with a star. */
const STARS: CommentForm = { open: '/*', close: '*/', begins: /(?:\/\*+!?|^\s*\*+)\s*$/ };
const HASH: CommentForm = { open: '#', close: null, begins: /#+\s*$/ };
const DASHES: CommentForm = { open: '--', close: null, begins: /--\s*$/ };
const MARKUP: CommentForm = { open: '<!--', close: '-->', begins: /<!--\s*$/ };

const FORMS: readonly (readonly [RegExp, readonly CommentForm[]])[] = [
  [/\.(?:[cm]?[jt]sx?|prisma)$/, [SLASHES, STARS]],
  [/\.(?:ya?ml|graphqls?|gql)$/, [HASH]],
  [/\.sql$/, [DASHES, STARS]],
  [/\.(?:vue|svelte|astro|html?)$/, [MARKUP, SLASHES, STARS]],
];

/** `troth-` and a letter, or `troth` and what looks like `ignore`: the first words of a comment that is for us. */
const FIRST_WORDS = /\btroth(?:-[a-z]|[_ :]{0,2}ign|[_ :]{1,2}ing)/gi;
const LONGEST_COMMENT = 1000;
/** A file with more of them is no file of a person's. */
const MOST_COMMENTS = 1000;
/** How far back the opener of a comment is looked for: there is nothing but space between it and the first word. */
const LONGEST_OPENING = 200;

/** What is at an offset, where the caller knows the language; `code` is also what a string literal holds. */
export type Standing = 'comment' | 'text' | 'code';

/**
 * The comments of `text` that begin with a word to troth. `standing` keeps string literals out; without it, whatever
 * follows the opener of a comment counts.
 */
export function suppressionComments(
  file: string,
  text: string,
  standing: (offset: number) => Standing = () => 'comment',
): SuppressionComment[] {
  const forms = FORMS.find(([pattern]) => pattern.test(file))?.[1];
  if (forms === undefined || !/troth/i.test(text)) return [];
  const found: SuppressionComment[] = [];
  const lineStarts = lineStartsOf(text);
  for (const { index } of text.matchAll(FIRST_WORDS)) {
    const { line, column } = positionAt(lineStarts, index);
    const before = text.slice(Math.max(index - LONGEST_OPENING, index - column + 1), index);
    const form = forms.find(({ begins }) => begins.test(before));
    const where = form ? standing(index) : 'code';
    if (form === undefined || where === 'code') continue;
    if (found.length === MOST_COMMENTS) break;
    const end = endOf(text, index, form);
    const next = nextCode(text, end + (form.close?.length ?? 0), /\{\s*\/\*+!?\s*$/.test(before), forms);
    found.push({
      line,
      column,
      text: onOneLine(text.slice(index, Math.min(end, index + LONGEST_COMMENT))),
      nextLine: next < text.length ? positionAt(lineStarts, next).line : null,
      inText: where === 'text',
    });
  }
  return found;
}

/** The offset of the closer, or of the line break that ends the comment. */
function endOf(text: string, start: number, { close }: CommentForm): number {
  if (close === null) {
    LINE_BREAK.lastIndex = start;
    return LINE_BREAK.exec(text)?.index ?? text.length;
  }
  const end = text.indexOf(close, start);
  return end < 0 ? text.length : end;
}

const LINE_BREAK = /[\r\n]/g;

/** The offset of the first character that is neither white space nor comment; `braced` when JSX's `{…}` is around it. */
function nextCode(text: string, start: number, braced: boolean, forms: readonly CommentForm[]): number {
  let offset = braced ? skipBrace(text, start) : start;
  for (;;) {
    offset = skipSpace(text, offset);
    const inBrace = text[offset] === '{' ? skipSpace(text, offset + 1) : offset;
    const form = forms.find(({ open }) => text.startsWith(open, inBrace));
    if (form === undefined || (inBrace > offset && form !== STARS)) return offset;
    const end = endOf(text, inBrace + form.open.length, form) + (form.close?.length ?? 0);
    offset = inBrace > offset ? skipBrace(text, end) : end;
  }
}

function skipBrace(text: string, start: number): number {
  const offset = skipSpace(text, start);
  return text[offset] === '}' ? offset + 1 : start;
}

function skipSpace(text: string, start: number): number {
  SPACE.lastIndex = start;
  SPACE.test(text);
  return Math.max(start, SPACE.lastIndex);
}

const SPACE = /\s*/y;

/** A comment of several lines, without the stars at their beginnings. */
function onOneLine(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map((line, index) => (index === 0 ? line : line.trim().replace(/^\*+/, '')).trim())
    .filter((line) => line !== '')
    .join(' ');
}
