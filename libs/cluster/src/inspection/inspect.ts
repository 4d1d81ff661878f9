import { PROJECT_LABEL, type Bundle } from '@alloy/contracts';
import type { AutoscalerPlan, CanaryOptions, OnDrift, Payloads, Refusal, RolloutPolicy } from '@alloy/release';
import { autoscalerOf, scaledBy } from '../autoscaler';
import type { Comparison } from '../drift/compare-with-stable';
import { standing, type Owner } from '../fence';
import type { Deployment } from '../json';
import { templateRelease, type Live } from '../live';
import { hasOwnReplicas } from '../managed-fields';
import type { Reference } from '../references';
import { deploymentOf } from '../revision';
import type { FoundTraffic } from './route/find-traffic';
import { adopt, imageOf } from './adopt';
import { ownerToolOf } from './owner-tool';
import { checks } from './checks/checks';
import type { Unserved } from './unserved';
import { isUnstartable } from './unstartable';

export interface InspectInput {
  readonly bundle: Bundle;
  readonly live: Live;
  /** Only the installation, project and environment matter: before the plan there is no fence. */
  readonly owner: Owner;
  /**
   * Whether the release is certainly a canary: the policy requires one, or it is `auto` and there is a stable version.
   */
  readonly wantsCanary: boolean;
  /** Whether its steps have an experiment; default no. */
  readonly wantsBaseline?: boolean;
  /** Whether Alloy has recorded a stable version. */
  readonly hasStable: boolean;
  /** All Deployments of the namespace; default: they were not read. */
  readonly deployments?: readonly Deployment[];
  /** What runs, compared with the recorded stable version; default: there is nothing to compare. */
  readonly comparison?: Comparison | undefined;
  /** Default `adopt`. */
  readonly onDrift?: OnDrift | undefined;
  /** What the running pods need and neither exists nor would be created by a rollback; default none. */
  readonly missing?: readonly Reference[];
  /** With what the router of the policy divides the traffic; absent: with no objects. */
  readonly routing?: FoundTraffic | undefined;
  /** What the policy gives only to the canary. */
  readonly canary?: CanaryOptions | undefined;
  /** How the policy has a rollout, if the release is one; default: as the manifest has it. */
  readonly rollout?: RolloutPolicy | undefined;
  /** Objects of the bundle that the cluster can not have in a namespace; default none. */
  readonly unserved?: readonly Unserved[];
}

export interface Inspection {
  readonly inspected: Payloads['TargetInspected'];
  /** All that refuses the release; the first one is recorded. */
  readonly refusals: readonly Refusal[];
  /** The running version, if it becomes the version to roll back to. */
  readonly adopted: Adopted | null;
}

/**
 * The version of the release that the live template names, or a version that has to be sealed; `release`: value of the
 * release label on its pods, null: they have none.
 */
export type Adopted = 'labelled' | { readonly release: string | null; readonly bundle: Bundle; readonly image: string };

/**
 * Describes the live state for an admitted release, including the reason why the release cannot be carried out, if
 * there is one. Pure.
 */
export function inspect(input: InspectInput): Inspection {
  const { web } = input.live;
  const refusals = checks.flatMap((check) => check(input) ?? []);
  const [refusal = null] = refusals;
  const tool = web ? ownerToolOf(web.object) : undefined;
  const autoscaler = autoscalerFor(input);
  const inspected = {
    exists: web !== null,
    replicas: web?.replicas ?? 0,
    ready: web?.ready ?? 0,
    owner: ownerOf(input),
    hpa: autoscaler !== null,
    ...(autoscaler && { autoscaler }),
    refusal,
    ...(web?.replicas === 0 && hasOwnReplicas(web.object) && { isUnscaled: true }),
    ...(input.routing && 'traffic' in input.routing && { traffic: input.routing.traffic }),
    ...(input.comparison && { live: input.comparison.live }),
    ...(isUnstartable(input) && { unstartable: input.missing! }),
    ...(tool !== undefined && { manager: tool }),
    ...(input.rollout?.steps && surgeOf(input.bundle)),
  };
  return { inspected, refusals, adopted: refusal ? null : adoptedFrom(input) };
}

function surgeOf(bundle: Bundle): Pick<Payloads['TargetInspected'], 'maxSurge'> {
  const maxSurge = deploymentOf(bundle).spec.strategy?.rollingUpdate?.maxSurge;
  return maxSurge === undefined ? {} : { maxSurge };
}

function adoptedFrom(input: InspectInput): Adopted | null {
  const { bundle, live: { web }, hasStable, comparison, onDrift = 'adopt' } = input;
  if (!web || isUnstartable(input)) return null;
  const isHandedBack = standing(web.object, input.owner) === 'unowned';
  const labelled = !hasStable && isHandedBack ? ownRelease(web.object, input.owner) : null;
  const unknown = (): Adopted => ({ release: labelled, bundle: adopt(web.object, input), image: imageOf(web.object, bundle) });
  if (!comparison) return hasStable || (templateRelease(web.object) !== null && !isHandedBack) ? null : unknown();
  const { running } = comparison;
  if (running === null || onDrift !== 'adopt') return null;
  if (running === 'unknown') return unknown();
  return running === 'labelled' ? running : { ...running, image: comparison.live.image };
}

/**
 * The release that the pods of a workload name that was handed back: the version to roll back to has their label. Null:
 * they have none, or one of another project.
 */
const ownRelease = (web: Deployment, { project }: Owner): string | null =>
  web.spec.template.metadata?.labels?.[PROJECT_LABEL] === project ? templateRelease(web) : null;

/** The autoscaler of the workload that exists, or will exist when the bundle is applied; null: none. */
function autoscalerFor({ live, bundle: { workload, objects }, routing }: InspectInput): AutoscalerPlan | null {
  const isApart = routing !== undefined && 'traffic' in routing;
  const carried = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const found = live.hpa ?? autoscalerOf(workload, carried) ?? scaledBy(workload, objects);
  if (!found) return null;
  const { kind = 'HorizontalPodAutoscaler', name = workload, max, countsPods = true } = found;
  const measures = !countsPods ? 'external' : isApart ? 'stablePods' : 'allPods';
  return { kind, name, max: Number.isFinite(max) ? max : null, measures };
}

/** The owner of the workload's Deployment. */
function ownerOf({ live: { web }, owner }: InspectInput): Payloads['TargetInspected']['owner'] {
  if (!web) return 'none';
  const found = standing(web.object, owner);
  if (found === 'foreign') return 'foreign';
  return found === 'unowned' ? 'unowned' : 'alloy';
}
