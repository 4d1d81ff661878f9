import type { Payloads, Reason, StableRef } from '../events';
import type { Plan, Target } from '../plan';
import type { PlannedPolicy } from '../policy';
import { strategies } from './registry';
import { resolveAnalysis } from './resolve-analysis';
import { resolveStrategy } from './resolve-strategy';

export interface PlanInput {
  readonly request: Payloads['ReleaseRequested'];
  readonly policy: PlannedPolicy;
  readonly target: Target;
  readonly inspection: Payloads['TargetInspected'];
  readonly stable: StableRef | null;
}

export interface CompiledPlan {
  readonly plan: Plan;
  readonly reason: Reason;
  /** Present for a canary whose analysis mode the policy leaves to Alloy. */
  readonly analysis?: NonNullable<Payloads['ReleasePlanned']['analysis']>;
}

/** Compiles the plan of a release and the reason for it. */
export function compilePlan({ request, policy, target, inspection, stable }: PlanInput): CompiledPlan {
  const { strategy, reason } = resolveStrategy(request.strategy, inspection, stable);
  const analysis = resolveAnalysis(policy.analysis.mode, inspection);
  const replicas = liveReplicas(request.replicas, inspection, stable);
  const promoted = inspection.hpa ? replicas : (request.replicas ?? replicas);
  const plan = strategies[strategy]({ policy, target, inspection, replicas, promoted, mode: analysis.mode });
  return { plan, reason, ...(strategy === 'canary' && analysis.reason && { analysis: { mode: analysis.mode, reason: analysis.reason } }) };
}

/**
 * N. A manifest without `replicas` keeps the live count and never becomes 1 while pods run, nor where a user or an
 * autoscaler has scaled a stable version to zero.
 */
const liveReplicas = (asked: number | null, { exists, replicas }: Payloads['TargetInspected'], stable: StableRef | null): number =>
  exists && (replicas > 0 || stable !== null) ? (replicas > 0 ? replicas : (asked ?? 0)) : (asked ?? 1);
