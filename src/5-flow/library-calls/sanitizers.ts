import type { PortPath } from '../../core/api-path.ts';
import { protectionBit } from '../data.ts';
import { hasPart, isMask } from '../masks.ts';
import type { Matched } from '../patterns.ts';
import { withTrace } from '../trace.ts';
import { derive, mapData, type Value } from '../value.ts';
import { weaknessBits } from '../weaknesses.ts';
import type { LibraryCall } from './ports.ts';

/** Whether a mask was laid over the value: what it was before does not come through as well. */
export function protect(wanted: (to: PortPath) => boolean, site: LibraryCall): boolean {
  let masked = false;
  for (const { model, from, to } of site.match.sanitizers) {
    if (model.masks !== undefined) {
      if (!laysMask(model.masks, site)) continue;
      if (model.ofPart && !from.some((source) => hasPart(site.read(source)))) continue;
      masked = true;
    }
    for (const source of from) {
      const change = { protections: protectionBit(model.protection) | weaknesses(model, site) };
      const value = trace(derive([site.read(source)], change), `${model.protection} by ${site.call.name}()`, site);
      for (const port of to) if (wanted(port)) site.write(port, value);
    }
  }
  return masked;
}

/** `value.replace(/./g, '*')`: the literal is a mask. */
function laysMask(port: string, site: LibraryCall): boolean {
  const texts = site.textsAt(port);
  return texts.length > 0 && texts.every(isMask);
}

/** What is weak about the algorithm and the key that the model points to. */
function weaknesses({ algorithm, key }: Matched['sanitizers'][number]['model'], site: LibraryCall): number {
  if (algorithm === undefined && key === undefined) return 0;
  const valueAt = (port: string | undefined) => (port === undefined ? null : site.valueAt(port));
  return weaknessBits(valueAt(algorithm), valueAt(key));
}

function trace(value: Value, message: string, site: LibraryCall): Value {
  const { place } = site.call;
  return place ? mapData(value, (atom) => withTrace(atom, place, message)) : value;
}
