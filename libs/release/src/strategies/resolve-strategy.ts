import type { Payloads, Reason, StableRef } from '../events';
import type { RequestedStrategy, Strategy } from '../plan';
import type { PlannedPolicy, Stage } from '../policy';
import { reason } from '../reasons/reason';
import { isPreset, stagesOf } from './presets';

export interface ResolvedStrategy {
  readonly strategy: Strategy;
  /** Those of a preset; default those of the policy. */
  readonly stages?: readonly Stage[];
  /** A rollout without the steps of the policy; default false. */
  readonly inOneGo?: true;
  readonly reason: Reason;
}

/** A strategy by name, or `auto`. */
type Asked = Pick<PlannedPolicy, 'strategy' | 'steps'>;

/** What the release requests; what its policy chooses if it requests `auto`. */
const askedFor = (requested: RequestedStrategy, { strategy }: Asked): RequestedStrategy =>
  requested === 'auto' ? (strategy ?? 'auto') : requested;

/** The steps by which a canary of this release goes; undefined: it goes by stages. */
export function stepsAsked(requested: RequestedStrategy, policy: Asked): PlannedPolicy['steps'] {
  return isPreset(askedFor(requested, policy)) ? undefined : policy.steps;
}

const isCanary = (asked: RequestedStrategy): boolean => asked === 'canary' || (isPreset(asked) && stagesOf(asked) !== undefined);

/** Whether the release is a canary if a stable version runs: it or its policy requests one, or `auto` chooses one. */
export function wantsCanary(requested: RequestedStrategy, policy: Asked, stable: StableRef | null): boolean {
  const asked = askedFor(requested, policy);
  return isCanary(asked) || (asked === 'auto' && stable !== null && stable.releaseId !== null);
}

/** Whether such a canary has an experiment. */
export const wantsBaseline = (requested: RequestedStrategy, policy: Asked, stable: StableRef | null): boolean =>
  wantsCanary(requested, policy, stable) && stepsAsked(requested, policy)?.some(({ experiment }) => experiment !== undefined) === true;

/** Whether the release switches a Service if a stable version runs. */
export const wantsBlueGreen = (requested: RequestedStrategy, policy: Asked): boolean => askedFor(requested, policy) === 'blueGreen';

/** Whether the release updates the workload itself: it or its policy requests it, or `auto` chooses it. */
export const wantsRollout = (requested: RequestedStrategy, policy: Asked, stable: StableRef | null): boolean =>
  requested !== 'handBack' && !wantsCanary(requested, policy, stable) && !wantsBlueGreen(requested, policy);

/**
 * `auto` is what the policy chooses; without a choice a canary once Alloy has promoted a version, otherwise a rollout.
 * A canary needs a running version to compare with and to roll back to; without one, even a requested canary becomes a
 * rollout.
 */
export function resolveStrategy(
  requested: RequestedStrategy,
  policy: Asked,
  inspection: Payloads['TargetInspected'],
  stable: StableRef | null,
): ResolvedStrategy {
  const running = inspection.exists && inspection.replicas > 0;
  const evidence = { requested, running, stable: stable?.imageTag ?? null, stableReleaseId: stable?.releaseId ?? null };
  if (requested === 'handBack') {
    const text = running ? 'a project administrator requested it' : 'a project administrator requested it; no pods run';
    return { strategy: 'handBack', reason: reason('asked_for', 'strategy', text, evidence) };
  }
  const asked = askedFor(requested, policy);
  if (stable === null || !running) {
    const isIdle = stable !== null && inspection.exists && !inspection.isUnscaled;
    const text = isIdle
      ? `the workload is scaled to 0 pods, so that there is nothing to ${wantsBlueGreen(requested, policy) ? 'switch from' : 'compare a canary with'}`
      : isCanary(requested)
        ? 'a canary was requested, but no stable version runs to compare it with'
        : wantsBlueGreen(requested, policy)
          ? 'no stable version runs to switch from'
          : 'no stable version runs to compare a canary with';
    return { strategy: 'rollout', inOneGo: true, reason: reason('first_release', 'strategy', text, evidence) };
  }
  if (asked !== 'auto') return chosen(asked, requested, { policy, evidence });
  if (wantsCanary(requested, policy, stable))
    return { strategy: 'canary', reason: reason('has_stable', 'strategy', `stable version: ${stable.imageTag}`, evidence) };
  return {
    strategy: 'rollout',
    reason: reason('first_release', 'strategy', `first release over ${stable.imageTag}, which ran before Alloy`, evidence),
  };
}

interface Choice {
  readonly policy: Asked;
  readonly evidence: Reason['evidence'];
}

function chosen(asked: Exclude<RequestedStrategy, 'auto'>, requested: RequestedStrategy, { policy, evidence }: Choice): ResolvedStrategy {
  const unused = asked === 'blueGreen' && policy.steps ? '; the steps of the policy are for canaries' : '';
  const why = requested === 'auto'
    ? reason('asked_for', 'policy.strategy', `${asked} by the policy${unused}`, { ...evidence, policy: asked })
    : reason('asked_for', 'strategy', `${asked} requested${unused}`, evidence);
  if (!isPreset(asked)) return { strategy: asked, reason: why };
  const stages = stagesOf(asked);
  return stages ? { strategy: 'canary', stages, reason: why } : { strategy: 'rollout', inOneGo: true, reason: why };
}
