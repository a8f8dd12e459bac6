/** The data map: every flow, by what happens to the data and who gets it. */
import { type Flow, printGuard } from '../../core/flow.ts';
import { compareLocations, compareText } from '../../core/location.ts';
import { ACTIVITIES } from '../../core/privacy.ts';
import type { ScanResult } from '../../core/result.ts';
import { count, display } from '../display.ts';
import type { Palette } from './palette.ts';

/** One section per activity and recipient, activities in their usual order, recipients by name. */
export function inventory(result: ScanResult, palette: Palette): string[][] {
  const groups = new Map<string, Flow[]>();
  for (const flow of [...result.flows].sort(compareFlows)) {
    const heading = headingOf(flow);
    const group = groups.get(heading);
    if (group) group.push(flow);
    else groups.set(heading, [flow]);
  }
  return [...groups].map(([heading, flows]) => [
    palette.strong(`── ${heading} ──`) + palette.faint(`  ${count(flows.length, 'flow')}`),
    ...flows.flatMap((flow) => flowLines(flow, palette)),
  ]);
}

function headingOf({ activity, recipient }: Flow): string {
  if (!recipient) return activity;
  const country = recipient.country === undefined ? '' : `, ${recipient.country}`;
  return display(`${activity} → ${recipient.name} (${recipient.class}${country})`);
}

function flowLines(flow: Flow, palette: Palette): string[] {
  const { source, sink } = flow;
  const purpose = flow.purpose === null ? [] : [`for ${flow.purpose}`];
  const notes = [
    ...purpose,
    ...flow.protections,
    ...new Set(flow.guards.map(printGuard)),
    `${flow.confidence} confidence`,
  ];
  return [
    `  ${display(flow.data.join(', '))}  ${palette.faint(display(notes.join(', ')))}`,
    `    ${place(source)}  →  ${place(sink)}`,
  ];
}

function place({ expression, file, line }: { expression: string; file: string; line: number }): string {
  return `${display(expression)} (${display(file)}:${line})`;
}

function compareFlows(a: Flow, b: Flow): number {
  return (
    ACTIVITIES.indexOf(a.activity) - ACTIVITIES.indexOf(b.activity) ||
    compareText(headingOf(a), headingOf(b)) ||
    compareLocations(a.sink, b.sink) ||
    compareLocations(a.source, b.source) ||
    compareText(a.id, b.id)
  );
}
