/**
 * Program × catalogue → flows.
 *
 * Purpose: follow personal data from where it enters to where it leaves, through calls, objects, closures and files.
 * Input: a linked program. Output: flows with steps, protections, guards and the evidence for each category.
 * Method: each function is evaluated once, callees first, into a summary in terms of its inputs; summaries are applied
 * at calls; what depends on a summary that changed is evaluated again, until nothing changes.
 * Gives up: paths longer than five properties, more than 24 alternatives of one value, code that runs by `eval`.
 */
import type { Behaviour } from '../core/behaviour.ts';
import type { Catalogue } from '../core/catalogue.ts';
import type { Flow } from '../core/flow.ts';
import type { Notification } from '../core/notification.ts';
import type { Observations, Question } from '../core/observations.ts';
import type { Program } from '../core/program.ts';
import { Analysis } from './analysis.ts';
import { BehaviourRecorder } from './behaviour/recorder.ts';
import { evaluateFunction } from './evaluate.ts';
import { flowsOf } from './flows.ts';
import { Watch } from './watch.ts';

export interface FlowResult {
  readonly flows: readonly Flow[];
  readonly notifications: readonly Notification[];
  /** Evidence for obligations; null when not asked for. */
  readonly behaviour: Behaviour | null;
  /** Present when a question was asked. */
  readonly observations?: Observations;
}

/** `behaviour`: gather the evidence for obligations too. With a question, keep what explains the answer. */
export async function followData(
  program: Program,
  catalogue: Catalogue,
  { behaviour = false, question }: { readonly behaviour?: boolean; readonly question?: Question | undefined } = {},
): Promise<FlowResult> {
  const recorder = behaviour ? new BehaviourRecorder() : null;
  const analysis = new Analysis(program, catalogue, evaluateFunction, recorder);
  const watch = question ? new Watch(question) : null;
  analysis.watch = watch;
  await analysis.run();
  const flows = flowsOf(analysis);
  const observations = watch?.observations(analysis);
  return {
    flows,
    notifications: limits(analysis),
    behaviour: recorder?.finish(analysis, flows) ?? null,
    ...(observations && { observations }),
  };
}

/** Functions too large to be followed in full are named: what they hide must not look clean. */
function limits(analysis: Analysis): Notification[] {
  return [...analysis.limited].map((id): Notification => {
    const linked = analysis.program.functions[id];
    const file = analysis.program.files[linked?.file ?? 0];
    const line = analysis.lineOf(linked?.file ?? 0, linked?.facts.span[0] ?? 0);
    const message = 'A function here is too large to be followed in full: flows through it may be missing.';
    return { level: 'warning', code: 'limit-reached', message, file: file?.file ?? '', line };
  });
}
