/** Clause ids: the list of a policy's clauses, and the places that name them. */
import { didYouMean } from './closest.ts';
import type { ClausesWritten, PolicyWritten } from './policy-schema.ts';
import { type DataPath, type Issue, inline } from './yaml.ts';

const MOST_CLAUSES = 5000;

/** All clauses in order; null when the policy does not list them. */
export function readClauses(written: ClausesWritten | undefined, issues: Issue[]): string[] | null {
  if (written === undefined) return null;
  if (!Array.isArray(written)) return expand(written, ['clauses'], issues);
  const all = written.flatMap((item, index) =>
    typeof item === 'string' ? [item] : expand(item, ['clauses', index], issues),
  );
  const twice = all.find((clause, index) => all.indexOf(clause) !== index);
  if (twice !== undefined) issues.push({ path: ['clauses'], message: `\`${inline(twice)}\` is listed twice` });
  return all;
}

/** `{ from: acme-08, to: acme-11 }` → acme-08, acme-09, acme-10, acme-11. */
function expand({ from, to }: { from: string; to: string }, path: DataPath, issues: Issue[]): string[] {
  const first = /^(.*?)(\d{1,9})$/.exec(from);
  const last = /^(.*?)(\d{1,9})$/.exec(to);
  const [prefix, start, end] = [first?.[1], Number(first?.[2]), Number(last?.[2])];
  if (prefix === undefined || prefix !== last?.[1] || start > end || end - start >= MOST_CLAUSES) {
    const message = `from \`${inline(from)}\` to \`${inline(to)}\` is no range: two ids that differ in their number, such as \`acme-01\` and \`acme-36\``;
    issues.push({ path, message });
    return [];
  }
  const width = first?.[2]?.length ?? 1;
  return Array.from({ length: end - start + 1 }, (_, index) => prefix + String(start + index).padStart(width, '0'));
}

/** Where a list of clauses is given, every clause that a rule names has to be in it. */
export function checkClauses(written: PolicyWritten, all: readonly string[] | null, issues: Issue[]): void {
  if (all === null) return;
  const known = new Set(all);
  for (const { path, clauses } of places(written)) {
    for (const [index, clause] of clauses.entries()) {
      if (known.has(clause)) continue;
      const message = `\`${inline(clause)}\` is no clause of this policy${didYouMean(clause, all)}`;
      issues.push({ path: [...path, index], message });
    }
  }
}

function places(written: PolicyWritten): { path: DataPath; clauses: readonly string[] }[] {
  const lists = (['rules', 'not-checkable', 'known'] as const).flatMap((key) =>
    written[key].map(({ clauses }, index) => ({ path: [key, index, 'clauses'], clauses })),
  );
  const defaults = Object.entries(written.defaults).map(([activity, { clauses }]) => ({
    path: ['defaults', activity, 'clauses'],
    clauses,
  }));
  return [...lists, ...defaults];
}
