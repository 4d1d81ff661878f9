import type { Payloads, Reason, StableRef } from '../events';
import type { Plan, Target } from '../plan';
import type { PlannedPolicy } from '../policy';
import { strategies } from './registry';
import { resolveAnalysis } from './resolve-analysis';
import { emergency, withoutWaiting } from './emergency';
import { resolveStrategy } from './resolve-strategy';

export interface PlanInput {
  readonly request: Payloads['ReleaseRequested'];
  readonly policy: PlannedPolicy;
  readonly target: Target;
  readonly inspection: Payloads['TargetInspected'];
  readonly stable: StableRef | null;
  /** Revision of the rules of the plan. */
  readonly rules: number;
}

export interface CompiledPlan {
  readonly plan: Plan;
  readonly reason: Reason;
  /** Present for a canary whose analysis mode the policy leaves to Alloy. */
  readonly analysis?: NonNullable<Payloads['ReleasePlanned']['analysis']>;
}

/** Compiles the plan of a release and the reason for it. */
export function compilePlan({ request, policy, target, inspection, stable, rules }: PlanInput): CompiledPlan {
  const { strategy, stages, inOneGo = false, reason } = request.emergency
    ? emergency(request, stable)
    : resolveStrategy(request.strategy, policy, inspection, stable);
  const analysis = resolveAnalysis(policy.analysis.mode, inspection);
  // N. A manifest without `replicas` keeps the live count; 0 only if a user or an autoscaler has set it.
  const keepsZero = rules >= 3 && inspection.exists && stable !== null && !inspection.isUnscaled;
  const replicas = inspection.exists && inspection.replicas > 0 ? inspection.replicas : (request.replicas ?? (keepsZero ? 0 : 1));
  const promoted = inspection.hpa ? replicas : (request.replicas ?? replicas);
  const compiled = strategies[strategy]({
    policy, stages, target, inspection, replicas, promoted,
    inOneGo: inOneGo || request.rollbackOf !== null,
    isExpedited: request.emergency === true,
    mode: analysis.mode,
  });
  const { autoscaler, prune } = inspection;
  const planned = { ...compiled, ...(autoscaler && { autoscaler }) };
  const plan = request.emergency ? withoutWaiting(planned) : { ...planned, ...(prune && { prune }) };
  const isChosen = strategy === 'canary' || plan.steps.some((step) => step.kind === 'analyse' && step.modeChosenBy !== undefined);
  return { plan, reason, ...(isChosen && analysis.reason && { analysis: { mode: analysis.mode, reason: analysis.reason } }) };
}
