/** Flows of the activity `collect`: personal data as it enters. */
import type { Evidence, Flow, FlowSource } from '../core/flow.ts';
import { compareText } from '../core/location.ts';
import type { SourceKind } from '../core/privacy.ts';
import type { Analysis } from './analysis.ts';
import { type Classified, classify } from './classify.ts';
import { flowId, higher, location, sourceOf } from './flows.ts';
import { provenanceOf } from './provenance.ts';
import type { DataAtom, Place } from './value.ts';

/** Personal data as it enters: source and sink are the same place. */
export function collectFlows(analysis: Analysis): Flow[] {
  const byPlace = new Map<string, { atom: DataAtom; classified: Classified; place: Place }[]>();
  for (const { atom, place } of analysis.collected.values()) {
    for (const classified of classify(atom, analysis)) {
      const suspected = classified.confidence === 'low';
      const key = `${suspected}${place.file}:${analysis.lineOf(place.file, place.span[0])}:${atom.root.kind === 'source' ? atom.root.source.kind : ''}`;
      const list = byPlace.get(key);
      if (list) list.push({ atom, classified, place });
      else byPlace.set(key, [{ atom, classified, place }]);
    }
  }
  return [...byPlace.values()].map((entries) => collectFlow(entries, analysis));
}

function collectFlow(
  entries: readonly { atom: DataAtom; classified: Classified; place: Place }[],
  analysis: Analysis,
): Flow {
  const byCategory = new Map(entries.map((entry) => [entry.classified.category, entry.classified]));
  const ordered = [...byCategory.values()].sort((a, b) => compareText(a.category, b.category));
  const { atom, place, classified } = entries[0] as (typeof entries)[number];
  const source: FlowSource = { ...location(place, analysis), ...kindAndExpression(atom, classified, analysis) };
  const message = `${ordered.map(({ category }) => category).join(', ')} enters here`;
  const provenance = provenanceOf(
    entries.map((entry) => ({ atom: entry.atom, place: entry.place, category: entry.classified.category })),
    analysis,
  );
  const flow: Omit<Flow, 'id'> = {
    activity: 'collect',
    data: ordered.map(({ category }) => category),
    subject: ordered.map(({ subject }) => subject).find((subject) => subject !== null) ?? null,
    ...(provenance && { provenance }),
    recipient: null,
    purpose: null,
    source,
    sink: {
      ...location(place, analysis),
      model: atom.root.kind === 'source' ? atom.root.source.model : '',
      expression: source.expression,
      symbol: '',
      attributes: {},
    },
    protections: [],
    guards: [],
    confidence: ordered.map(({ confidence }) => confidence).reduce(higher),
    steps: [{ ...location(place, analysis), message }],
    evidence: ordered.map(({ category, evidence, reason }): Evidence => ({ category, kind: evidence, reason })),
  };
  return { id: flowId(flow), ...flow };
}

function kindAndExpression(
  atom: DataAtom,
  classified: Classified,
  analysis: Analysis,
): { kind: SourceKind; expression: string } {
  const { kind, expression } = sourceOf(atom, classified, analysis);
  return { kind, expression };
}
