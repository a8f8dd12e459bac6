/** What pages show: a link to the policy where they ask for personal data. */
import type { FormField, FunctionPlace, Link } from '../../core/behaviour.ts';
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
  const policyLinks = links.filter(({ href }) => POLICY.test(href));
  const asked = controlsOf(asking).flatMap((controls): Asked[] => {
    const pages = pagesOf(controls[0].function, evidence).filter(({ place }) => !STAFF.test(place.file));
    return pages.length > 0 ? [{ controls, pages }] : [];
  });
  if (asked.length === 0)
    return [{ status: 'not-applicable', file: '', line: 1, message: 'No form that collects this data is visible.' }];
  if (policyLinks.length === 0) return [nothingLinks(asked)];
  const answers = new Map<string, Answer>();
  for (const one of asked) {
    for (const answer of answersOf(one, policyLinks, evidence))
      if (!answers.has(at(answer))) answers.set(at(answer), answer);
  }
  return [...answers.values()];
}

/** One form, by its controls, and the pages that show it. */
interface Asked {
  readonly controls: readonly [FormField, ...FormField[]];
  readonly pages: readonly Page[];
}

/** The controls of each form. */
function controlsOf(forms: readonly FormField[]): [FormField, ...FormField[]][] {
  const groups = new Map<FunctionId, [FormField, ...FormField[]]>();
  for (const form of forms) {
    const group = groups.get(form.function);
    if (group) group.push(form);
    else groups.set(form.function, [form]);
  }
  return [...groups.values()];
}

/** `email and phone (Signup.tsx:12)` */
function what({ controls }: Asked): string {
  return `${list(controls.map(({ name }) => name))} (${at(controls[0])})`;
}

/** Whether the pages with a form link to the policy. A form that many show is one thing to mend. */
function answersOf(asked: Asked, links: readonly Link[], evidence: Evidence): Answer[] {
  const met: Answer[] = [];
  const without: Page[] = [];
  for (const page of asked.pages) {
    const { file, line } = page.place;
    const around = layoutLink(page, links, evidence);
    const own = links.find((one) => page.shown.has(one.function));
    if (own) {
      const message = `${page.name} asks for ${what(asked)} and links to \`${own.href}\`.`;
      met.push({ status: 'met', file, line, message });
    } else if (around) {
      // Said once for all pages inside.
      const message = `Pages that collect personal data stand in a layout that links to \`${around.href}\`.`;
      met.push({ status: 'met', file: around.file, line: around.line, message });
    } else without.push(page);
  }
  const [first, ...others] = without;
  if (!first) return met;
  const more =
    others.length > 0
      ? ` Nor ${others.length === 1 ? 'does 1 other page' : `do ${others.length} other pages`} with this form.`
      : '';
  const message = `${first.name} asks for ${what(asked)} without a link to the policy. A link exists at ${at(links[0] as Link)}, which this page does not show.${more}`;
  return [{ status: 'missing', file: first.place.file, line: first.place.line, message }];
}

function nothingLinks(asked: readonly Asked[]): Answer {
  const pages = [...new Map(asked.flatMap((one) => one.pages.map((page) => [at(page.place), page] as const))).values()];
  const [first] = pages as [Page];
  const { file, line } = first.place;
  const others = list(
    pages.map(({ place }) => at(place)),
    5,
  );
  const message =
    pages.length === 1
      ? `${first.name} asks for ${what(asked[0] as Asked)} without a link to the policy.`
      : `${pages.length} pages collect personal data, and nothing links to the policy: ${others}.`;
  return { status: 'missing', file, line, message };
}

/** The outermost components that render one, by their files. */
function pagesOf(id: FunctionId, evidence: Evidence): Page[] {
  const outermost = [...evidence.above(id)].filter((top) => evidence.above(top).size === 1);
  const byFile = new Map<string, Page>();
  for (const top of outermost.length > 0 ? outermost : [id]) {
    const place = evidence.behaviour.functions.get(top);
    if (!place) continue;
    const earlier = byFile.get(place.file);
    const shown = new Set([...(earlier?.shown ?? []), ...evidence.reach(top)]);
    const name = evidence.isNamed(top) ? place.name : 'The page';
    byFile.set(place.file, earlier ? { ...earlier, shown } : { place, name, shown });
  }
  return [...byFile.values()].sort((a, b) => compareText(a.place.file, b.place.file));
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
