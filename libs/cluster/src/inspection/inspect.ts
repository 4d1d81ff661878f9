import type { Bundle } from '@alloy/contracts';
import type { Payloads, Refusal } from '@alloy/release';
import { autoscalerOf } from '../autoscaler';
import { standing, type Owner } from '../fence';
import type { Deployment } from '../json';
import { templateRelease, type Live } from '../live';
import { adopt } from './adopt';
import { checks } from './checks/checks';

export interface InspectInput {
  readonly bundle: Bundle;
  readonly live: Live;
  /** Only the installation, project and environment matter: before the plan there is no fence. */
  readonly owner: Owner;
  /**
   * Whether the release is certainly a canary: the policy requires one, or it is `auto` and there is a stable version.
   */
  readonly wantsCanary: boolean;
  /** Whether Alloy has recorded a stable version. */
  readonly hasStable: boolean;
  /** All Deployments of the namespace; default: they were not read. */
  readonly deployments?: readonly Deployment[];
}

export interface Inspection {
  readonly inspected: Payloads['TargetInspected'];
  /**
   * The running version, to be sealed as the version to roll back to. Null: nothing runs, or Alloy has recorded a
   * stable version.
   */
  readonly adopted: { readonly bundle: Bundle; readonly image: string } | null;
}

/**
 * Describes the live state for an admitted release, including the reason why the release cannot be carried out, if
 * there is one. Pure.
 */
export function inspect(input: InspectInput): Inspection {
  const { web } = input.live;
  const refusal = firstRefusal(input);
  const inspected = {
    exists: web !== null,
    replicas: web?.replicas ?? 0,
    ready: web?.ready ?? 0,
    owner: ownerOf(input),
    hpa: isAutoscaled(input),
    refusal,
  };
  const adoptable = web && !refusal && !input.hasStable && templateRelease(web.object) === null;
  return { inspected, adopted: adoptable ? adopt(web.object, input) : null };
}

/** Whether an autoscaler for the workload exists, or will exist when the bundle is applied. */
const isAutoscaled = ({ live, bundle: { workload, objects } }: InspectInput): boolean =>
  live.hpa !== null || autoscalerOf(workload, objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')) !== null;

/** The owner of the workload's Deployment. */
function ownerOf({ live: { web }, owner }: InspectInput): Payloads['TargetInspected']['owner'] {
  if (!web) return 'none';
  const found = standing(web.object, owner);
  if (found === 'foreign') return 'foreign';
  return found === 'unowned' ? 'unowned' : 'alloy';
}


function firstRefusal(input: InspectInput): Refusal | null {
  for (const check of checks) {
    const refusal = check(input);
    if (refusal) return refusal;
  }
  return null;
}
