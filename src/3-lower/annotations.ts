import type { AnnotationFacts, MarkFacts } from '../core/facts.ts';
import { skipTrivia } from './file-lowering.ts';

/** A comment that never ends takes the rest of the text, so that no text is read twice. */
const COMMENT = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\r\n]*/g;
const MARK = /@(personal|notPersonal)\b(?:[ \t]+([a-z][\w.]*))?/;

/** `@personal <category>` and `@notPersonal` in comments. Texts without the words cost one search. */
export function annotationsOf(text: string): AnnotationFacts[] {
  if (!text.includes('@personal') && !text.includes('@notPersonal')) return [];
  return [...text.matchAll(COMMENT)].flatMap((comment): AnnotationFacts[] => {
    const mark = MARK.exec(comment[0]);
    if (!mark) return [];
    const offset = skipTrivia(text, comment.index + comment[0].length);
    return [{ offset, category: mark[1] === 'personal' ? (mark[2] ?? 'user') : null }];
  });
}

const OTHER_MARK = /@(purpose|provenance)[ \t]+([a-z][\w.-]*)/;

/** `@purpose <use>` and `@provenance <word>` in comments. */
export function marksOf(text: string): MarkFacts[] {
  if (!text.includes('@purpose') && !text.includes('@provenance')) return [];
  return [...text.matchAll(COMMENT)].flatMap((comment): MarkFacts[] => {
    const mark = OTHER_MARK.exec(comment[0]);
    if (!mark) return [];
    const offset = skipTrivia(text, comment.index + comment[0].length);
    return [{ offset, kind: mark[1] === 'purpose' ? 'purpose' : 'provenance', word: mark[2] ?? '' }];
  });
}
