import type { AnalyseStep, Plan, Step } from '../plan';
import type { SwitchAnalysis } from '../policy-blue-green';
import { serviceSelector } from '../routers/service-selector';
import type { StrategyInput } from './strategy';

/** Default time for which the old pods stay after the switch, seconds. */
const SCALE_DOWN_DELAY = 30;

/**
 * The new version runs beside the old one, which keeps its pods; then one write of the active Service sends all users
 * to it, and until the promotion one write sends them back.
 */
export function blueGreen(input: StrategyInput): Plan {
  const { policy, target, inspection, promoted } = input;
  const { preSwitchAnalysis, pause, postSwitchAnalysis, scaleDownDelaySeconds = SCALE_DOWN_DELAY } = policy.blueGreen ?? {};
  const base = { target, deadline: policy.progressDeadline };
  const wait = (weight: number, duration: number | null): Step => ({ kind: 'pause', ...base, weight, duration });
  return {
    strategy: 'blueGreen',
    ...serviceSelector.planned(inspection),
    replicas: input.replicas,
    steps: [
      { kind: 'apply', ...base },
      ...preview(input),
      ...(preSwitchAnalysis ? [analyse(input, { mode: 'health', ...preSwitchAnalysis }, 0)] : []),
      ...(pause ? [wait(0, pause.duration ?? null)] : []),
      ...switchOver(input),
      ...(postSwitchAnalysis ? [analyse(input, postSwitchAnalysis, 100)] : []),
      ...(scaleDownDelaySeconds > 0 ? [wait(100, scaleDownDelaySeconds)] : []),
      { kind: 'promote', ...base, replicas: promoted },
      { kind: 'retire', ...base },
    ],
  };
}

const previewPods = ({ policy, replicas }: StrategyInput): number => Math.min(policy.blueGreen?.previewReplicas ?? replicas, replicas);

/** The pods of the preview; then a preview Service of the user's selects them, which must never select none. */
function preview(input: StrategyInput): readonly Step[] {
  const { policy, target, inspection: { traffic }, replicas } = input;
  const base = { target, deadline: policy.progressDeadline };
  const split = { canary: previewPods(input), stable: replicas };
  const isUsers = traffic !== undefined && 'previewSelector' in traffic;
  return [{ kind: 'scaleCanary', ...base, split }, ...(isUsers ? [{ kind: 'shiftTraffic' as const, ...base, weight: 0, split }] : [])];
}

/** All pods first, unless the preview has them already. */
function switchOver(input: StrategyInput): readonly Step[] {
  const { policy, target, inspection, replicas } = input;
  const base = { target, deadline: policy.progressDeadline };
  const split = serviceSelector.split(replicas, { weight: 100 }, inspection.hpa);
  const grown: readonly Step[] = previewPods(input) < replicas ? [{ kind: 'scaleCanary', ...base, split }] : [];
  return [...grown, { kind: 'shiftTraffic', ...base, weight: 100, split }];
}

/** Before the switch only requests to the preview Service reach the new version; without any it is inconclusive. */
function analyse(
  { policy, target, mode }: StrategyInput, { duration, deadline = 2 * duration, mode: own, ...overrides }: SwitchAnalysis, weight: number,
): AnalyseStep {
  const limits = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  return {
    kind: 'analyse', target, weight, isWeighted: true, duration, deadline,
    ...policy.analysis,
    ...limits,
    mode: own ?? mode,
    ...(own === undefined && policy.analysis.mode === 'auto' && { modeChosenBy: 'auto' as const }),
  };
}
