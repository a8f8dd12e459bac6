/** What a suppression says, and whether it says enough. */
import { isDay, reasonProblem, type SuppressionComment } from '../../core/suppression.ts';

export type CommentScope = 'line' | 'next-line' | 'file';

/** `troth-ignore-next-line p/a, p/b -- the reason (until 2027-03-31)`, read. */
export interface ReadComment {
  readonly scope: CommentScope;
  readonly rules: readonly string[];
  readonly reason: string;
  readonly until?: string;
  /** What is wrong with it: the comment then suppresses nothing. */
  readonly problem?: string;
}

/** Proposes a word that is near: `; did you mean …?`, or nothing. */
export type Guess = (word: string, candidates: Iterable<string>) => string;

const SCOPES: ReadonlyMap<string, CommentScope> = new Map([
  ['troth-ignore-line', 'line'],
  ['troth-ignore-next-line', 'next-line'],
  ['troth-ignore-file', 'file'],
]);
/** Words that mean a suppression, however they go on; what only begins with `troth-` may be prose. */
const MEANT = /^troth[-_ :]{0,2}(?:ig|ing|no|disable|suppress|skip|allow)/i;

const LONGEST_REASON = 400;

/** The comment as a suppression; null when it is not for us. */
export function readComment({ text, inText }: SuppressionComment, guess: Guess): ReadComment | null {
  const [word = ''] = /^[^\s,]+/.exec(text) ?? [];
  const scope = SCOPES.get(word);
  const meant = guess(word, SCOPES.keys());
  if (scope === undefined && meant === '' && !MEANT.test(text)) return null;
  const known = scope ?? 'line';
  const said = readReason(text.slice(word.length));
  if (scope === undefined) {
    const forms = [...SCOPES.keys()].join(', ');
    return { ...said, scope: known, problem: `'${word}' is no word of ours${meant || ` (there are ${forms})`}` };
  }
  if (!inText) return { ...said, scope };
  return { ...said, scope, problem: 'it stands in text that users see: write it as {/* … */}' };
}

type Said = Omit<ReadComment, 'scope'>;

function readReason(written: string): Said {
  const dashes = /(?:^|\s)(?:--+|—|–)(?:\s|$)/.exec(written);
  const rules = (dashes ? written.slice(0, dashes.index) : written)
    .split(/[\s,]+/)
    .filter((rule) => rule !== '')
    .slice(0, 20);
  const after = dashes ? written.slice(dashes.index + dashes[0].length).trim() : '';
  const { reason, until, problem } = readUntil(after);
  const said = { rules: dashes ? rules : rules.slice(0, 1), reason: reason.slice(0, LONGEST_REASON) };
  const wrong =
    (rules.length === 0 ? 'it names no rule' : undefined) ??
    (dashes ? undefined : "it gives no reason: write ' -- ' and why after the rule") ??
    problem ??
    reasonProblem(reason);
  return { ...said, ...(until !== undefined && { until }), ...(wrong !== undefined && { problem: wrong }) };
}

/** `(until 2027-03-31)` at the end of the reason. */
function readUntil(text: string): { reason: string; until?: string; problem?: string } {
  const found = /\((until|expires?)\b:?\s*([^()]*)\)\s*\.?$/i.exec(text);
  if (!found) return { reason: text };
  const reason = text.slice(0, found.index).trim();
  const day = (found[2] ?? '').trim();
  if (found[1] === 'until' && isDay(day)) return { reason, until: day };
  if (isDay(day)) return { reason, problem: `its date is written (until ${day})` };
  return { reason, problem: `'${day}' is no day: write (until YYYY-MM-DD)` };
}
