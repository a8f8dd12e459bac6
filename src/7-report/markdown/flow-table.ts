/** The data map as a markdown table: what happens to which data, who gets it, and on which condition. */
import { type Flow, printGuard } from '../../core/flow.ts';
import { count } from '../display.ts';
import type { RenderOptions } from '../options.ts';
import { repositoryPath } from '../places.ts';
import { codeSpan, plainText, table } from './escape.ts';

/** A row per flow, in the order of the scan, as many as `room` characters hold. */
export function flowTable(flows: readonly Flow[], room: number, options: RenderOptions): string[] {
  if (flows.length === 0) return [];
  const rows: string[][] = [];
  let size = 0;
  for (const flow of flows) {
    const row = flowRow(flow, options);
    size += row.join(' | ').length + 5;
    if (size > room) break;
    rows.push(row);
  }
  const hidden = flows.length - rows.length;
  if (hidden > 0) options.notify?.(`${count(hidden, 'flow')} left out of the markdown report, which has a size limit.`);
  return [
    ...table(['Activity', 'Data', 'Recipient', 'From', 'To', 'Given'], rows),
    ...(hidden > 0 ? ['', `… ${count(hidden, 'more flow')}: the formats csv and json have all.`] : []),
  ];
}

function flowRow({ activity, data, recipient, source, sink, ...flow }: Flow, options: RenderOptions): string[] {
  const place = (at: { file: string; line: number; expression: string }) => {
    return `${codeSpan(at.expression)} ${codeSpan(`${repositoryPath(at.file, options)}:${at.line}`)}`;
  };
  const given = [
    ...(flow.purpose === null ? [] : [`for ${flow.purpose}`]),
    ...flow.protections,
    ...new Set(flow.guards.map(printGuard)),
    `${flow.confidence} confidence`,
  ];
  return [
    activity,
    data.map(codeSpan).join(' '),
    recipient === null ? '' : plainText(`${recipient.name} (${recipient.class})`),
    place(source),
    place(sink),
    plainText(given.join(', ')),
  ];
}
