import type { AnnotationFacts } from '../core/facts.ts';
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
