/**
 * Program × catalogue → flows.
 *
 * Purpose: follow personal data from where it enters to where it leaves, through calls, objects, closures and files.
 * Input: a linked program. Output: flows with steps, protections, guards and the evidence for each category.
 * Method: each function is evaluated once, callees first, into a summary in terms of its inputs; summaries are applied
 * at calls; what depends on a summary that changed is evaluated again, until nothing changes.
 * Gives up: paths longer than five properties, more than 24 alternatives of one value, code that runs by `eval`.
 */
import type { Catalogue } from '../core/catalogue.ts';
import type { Flow } from '../core/flow.ts';
import type { Program } from '../core/program.ts';
import { Analysis } from './analysis.ts';
import { evaluateFunction } from './evaluate.ts';
import { flowsOf } from './flows.ts';

export function followData(program: Program, catalogue: Catalogue): Flow[] {
  const analysis = new Analysis(program, catalogue, evaluateFunction);
  analysis.run();
  return flowsOf(analysis);
}
