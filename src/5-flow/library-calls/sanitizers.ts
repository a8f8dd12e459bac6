import type { PortPath } from '../../core/api-path.ts';
import { protectionBit } from '../data.ts';
import { hasPart, isMask } from '../masks.ts';
import type { Matched } from '../patterns.ts';
import { withTrace } from '../trace.ts';
import { derive, mapData, type Value } from '../value.ts';
import { weaknessBits } from '../weaknesses.ts';
import type { LibraryCall } from './ports.ts';

/** Whether a mask was laid over the value, or a sum made of it: what it was before does not come through as well. */
export function protect(wanted: (to: PortPath) => boolean, site: LibraryCall): boolean {
  let replaced = false;
  for (const { model, from, to } of site.match.sanitizers) {
    if (model.masks !== undefined) {
      if (!laysMask(model.masks, site)) continue;
      if (model.ofPart && !from.some((source) => hasPart(site.read(source)))) continue;
      replaced ||= to.some(wanted);
    }
    if (model.sums !== undefined) {
      if (!isNumber(site.valueAt(model.sums))) continue;
      replaced ||= to.some(wanted);
    }
    for (const source of from) {
      const change = { protections: protectionBit(model.protection) | weaknesses(model, site) };
      const value = trace(derive([site.read(source)], change), `${model.protection} by ${site.call.name}()`, site);
      for (const port of to) if (wanted(port)) site.write(port, value);
    }
  }
  return replaced;
}

/** `value.replace(/./g, '*')`: the literal is a mask. */
function laysMask(port: string, site: LibraryCall): boolean {
  const texts = site.textsAt(port);
  return texts.length > 0 && texts.every(isMask);
}

function isNumber({ atoms, fields }: Value): boolean {
  return !fields && atoms.length > 0 && atoms.every((atom) => atom.kind === 'constant' && atom.type === 'number');
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
