/**
 * Rules of built-in packs whose examples the engine does not decide yet, by what it would have to see. A rule that is
 * not listed has to hold.
 */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'where: required': ['1mg/nothing-more-is-mandatory', 'mmed/surveys-are-voluntary'],
};

export const GAPS: ReadonlySet<string> = new Set(Object.values(NEEDS).flat());
