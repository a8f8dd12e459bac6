/** The way data takes, as SARIF code flows with a sentence per step (SARIF §3.36). */
import type { CodeFlow, ThreadFlowLocation } from 'sarif';
import type { Flow, Step } from '../../core/flow.ts';
import type { Finding } from '../findings.ts';
import type { SarifLimits } from './limits.ts';
import { physicalLocation, plainMessage } from './locations.ts';

/** One code flow per flow, as many as the limit allows. */
export function codeFlowsOf(alert: Finding, limits: SarifLimits, root: string): CodeFlow[] {
  return pathsOf(alert)
    .slice(0, limits.paths)
    .map((flow) => codeFlow(flow, limits, root));
}

/** Whether a limit leaves paths or steps of this alert out. */
export function exceeds(alert: Finding, limits: SarifLimits): boolean {
  const paths = pathsOf(alert);
  return paths.length > limits.paths || paths.some((flow) => flow.steps.length > limits.steps);
}

/** The limits for a log of these findings: one path each, and shorter ones, when all of them would be too much. */
export function limitsFor(findings: readonly Finding[], limits: SarifLimits): SarifLimits {
  const steps = findings.map((finding) => {
    const paths = pathsOf(finding).slice(0, limits.paths);
    return paths.reduce((sum, flow) => sum + Math.min(flow.steps.length, limits.steps), 0);
  });
  if (steps.reduce((sum, number) => sum + number, 0) <= limits.allSteps) return limits;
  const each = Math.floor(limits.allSteps / findings.length);
  return { ...limits, paths: 1, steps: Math.max(2, Math.min(limits.steps, each)) };
}

function pathsOf(alert: Finding): readonly Flow[] {
  return alert.flows.filter((flow) => flow.steps.length > 0);
}

function codeFlow(flow: Flow, limits: SarifLimits, root: string): CodeFlow {
  const steps = withoutMiddle(flow.steps, limits.steps);
  const locations = steps.map((step, index): ThreadFlowLocation => {
    const end = index === 0 || index === steps.length - 1;
    return {
      location: { physicalLocation: physicalLocation(step, root), message: { text: plainMessage(step.message) } },
      importance: end ? 'essential' : 'important',
      executionOrder: index + 1,
    };
  });
  return { threadFlows: [{ locations }] };
}

/** Both ends matter more than the middle: the source and the sink always stay. */
function withoutMiddle(steps: readonly Step[], limit: number): readonly Step[] {
  if (steps.length <= limit) return steps;
  const head = Math.ceil(limit / 2);
  return [...steps.slice(0, head), ...steps.slice(steps.length - (limit - head))];
}
