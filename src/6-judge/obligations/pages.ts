/** What pages show: a link to the policy where they ask for personal data. */
import type { FunctionPlace, Link } from '../../core/behaviour.ts';
import { compareText } from '../../core/location.ts';
import type { FunctionId } from '../../core/program.ts';
import { type Answer, at, type Evidence, isMeant, list, type Question } from './evidence.ts';
import { STAFF } from './routes.ts';

/** A document that says how data is handled; not any policy: access policies and password policies are settings. */
const POLICY = /privacy|data-?protection|datenschutz|(?:^|\/)polic(?:y|ies)\/?(?:[?#].*)?$/i;

/** What stands alone on a screen: a component that no other renders. */
interface Page {
  readonly place: FunctionPlace;
  readonly name: string;
  /** What it renders, and what is around the form. */
  readonly shown: ReadonlySet<FunctionId>;
}

/** Every page that collects has a link to the policy, of its own or in a layout around it. */
export function privacyLink({ evidence, rule }: Question): Answer[] {
  const { forms, links } = evidence.behaviour;
  // What staff enter about others is not asked of them.
  const asking = forms.filter(({ category, file }) => isMeant(rule, category) && !STAFF.test(file));
  if (asking.length === 0)
    return [{ status: 'not-applicable', file: '', line: 1, message: 'No form that collects this data is visible.' }];
  const pages = pagesOf(new Set(asking.map((form) => form.function)), evidence);
  const policyLinks = links.filter(({ href }) => POLICY.test(href));
  if (policyLinks.length === 0) return [nothingLinks(pages)];
  const met = new Map<string, Answer>();
  const missing: Answer[] = [];
  for (const page of pages) {
    const { file, line } = page.place;
    const around = layoutLink(page, policyLinks, evidence);
    const own = policyLinks.find((one) => page.shown.has(one.function));
    const other = at(policyLinks[0] as Link);
    if (own)
      met.set(`${file}:${line}`, {
        status: 'met',
        file,
        line,
        message: `${page.name} collects personal data and links to \`${own.href}\`.`,
      });
    else if (around)
      // Said once for all pages inside.
      met.set(at(around), {
        status: 'met',
        file: around.file,
        line: around.line,
        message: `Pages that collect personal data stand in a layout that links to \`${around.href}\`.`,
      });
    else
      missing.push({
        status: 'missing',
        file,
        line,
        message: `${page.name} collects personal data without a link to the policy. A link exists at ${other}, which this page does not show.`,
      });
  }
  return [...met.values(), ...missing];
}

function nothingLinks(pages: readonly Page[]): Answer {
  const [first] = pages as readonly [Page];
  const { file, line } = first.place;
  const others = list(
    pages.map(({ place }) => at(place)),
    5,
  );
  const message =
    pages.length === 1
      ? `${first.name} collects personal data without a link to the policy.`
      : `${pages.length} pages collect personal data, and nothing links to the policy: ${others}.`;
  return { status: 'missing', file, line, message };
}

/** The outermost components that render these, by their places. */
function pagesOf(components: ReadonlySet<FunctionId>, evidence: Evidence): Page[] {
  const { functions } = evidence.behaviour;
  const groups = new Map<FunctionId, Set<FunctionId>>();
  for (const id of components) {
    const above = evidence.above(id);
    for (const top of above) {
      if ([...evidence.above(top)].length > 1) continue;
      const group = groups.get(top) ?? new Set();
      groups.set(top, group);
      for (const one of above) group.add(one);
    }
    if (![...above].some((top) => groups.has(top))) groups.set(id, new Set(above));
  }
  const byPlace = new Map<string, Page>();
  for (const [top, around] of groups) {
    const place = functions.get(top);
    if (!place) continue;
    const earlier = byPlace.get(place.file);
    const shown = new Set([...(earlier?.shown ?? []), ...evidence.reachOf([top, ...around])]);
    const name = evidence.isNamed(top) ? place.name : 'The page';
    byPlace.set(place.file, earlier ? { ...earlier, shown } : { place, name, shown });
  }
  return [...byPlace.values()].sort((a, b) => compareText(a.place.file, b.place.file));
}

/** A link in what a framework puts around a page. */
function layoutLink({ place }: Page, links: readonly Link[], evidence: Evidence): Link | undefined {
  for (const { file, functions } of evidence.behaviour.layouts) {
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    if (!place.file.startsWith(folder)) continue;
    const shown = evidence.reachOf(functions);
    const found = links.find((one) => shown.has(one.function));
    if (found) return found;
  }
  return undefined;
}
