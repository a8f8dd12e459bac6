/** Words that obligations look for in names: states of accounts and rows, due dates, checks of a role. */
import type { GuardKind } from '../../core/privacy.ts';
import type { Analysis } from '../analysis.ts';

export const STATE =
  /status|state$|active|closed|deleted|deactivat|disabled|suspended|version|restrict|object(?:ed|ion)|stopp?ed|blocked|archived/i;
export const VERSION =
  /(?:policy|privacy|terms|consent|tos|notice)\w*version|version\w*(?:policy|privacy|terms|consent)/i;
export const DUE = /due|deadline|respond(?:_?by|_?until)|resolve_?by|complete_?by|answer_?by/i;
const ROLE = /roles?\b|admin|staff|permission|privilege|rbac|acl|abilit|authori[sz]|moderator|superuser|agent/i;

/** What a function that runs before a handler checks, by its name. */
export function guardKind(name: string, analysis: Analysis): GuardKind | null {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[_.-]/g, ' ');
  if (ROLE.test(words)) return 'role';
  const core = name
    .replace(/^(?:require|requires|ensure|check|assert|must|only|verify)_?(?=[A-Z])/, '')
    .replace(/(?:Guard|Middleware|Required|Only|Check|Handler)$/, '');
  const reading = analysis.guardWords.classify(core.charAt(0).toLowerCase() + core.slice(1));
  return reading && !reading.negated ? reading.kind : null;
}
