import { planPrune, readMade, readUnlisted, keyOf, type Deployment, type Made, type Owner } from '@alloy/cluster';
import type { Bundle } from '@alloy/contracts';
import { ArtifactUnreadable } from '@alloy/ledger';
import type { Context, Payloads, PrunePlan, StableRef } from '@alloy/release';
import type { ExecutorPorts, InspectionPorts } from './executor-ports';

/**
 * The objects that earlier releases may have made. Undefined: the policy keeps them all, or there was no earlier
 * release.
 */
export async function readEarlier(
  { policy, stable }: Pick<Context, 'policy' | 'stable'>, owner: Omit<Owner, 'fence'>, { cluster }: Pick<ExecutorPorts, 'cluster'>,
): Promise<Made | undefined> {
  return policy.prune === 'alloy' && stable !== null ? readMade(cluster, policy.namespace, owner) : undefined;
}

export interface Inspected {
  readonly owner: Owner;
  readonly namespace: string;
  readonly bundle: Bundle;
  readonly made: Made | undefined;
  readonly deployments: readonly Deployment[];
  /** The version to roll back to, or its manifests if they are not sealed yet. */
  readonly stable: StableRef | Bundle | null;
}

/**
 * What the release will delete after its promotion. Undefined: nothing, also if the stable version is of another
 * workload or its manifests cannot be opened, because then Alloy does not know what that version needs.
 */
export async function prunePlanOf(
  { request }: { readonly request: Payloads['ReleaseRequested'] },
  { owner, namespace, bundle, made, deployments, stable }: Inspected, { cluster, artifacts }: InspectionPorts,
): Promise<PrunePlan | undefined> {
  const before = made && stable && ('objects' in stable ? stable : await opened(stable, artifacts));
  if (!made || !before || before.workload !== bundle.workload) return undefined;
  const present = new Set(bundle.objects.map(keyOf));
  const dropped = before.objects.filter((object) => !present.has(keyOf(object)));
  const found = [...made.objects, ...(await readUnlisted(cluster, namespace, dropped, made))];
  return planPrune({ owner, bundle, stable: before, left: request.left ?? [], found, workloads: [...deployments, ...made.others] });
}

async function opened({ artifact }: StableRef, artifacts: ExecutorPorts['artifacts']): Promise<Bundle | undefined> {
  try {
    return await artifacts.open(artifact);
  } catch (error) {
    if (error instanceof ArtifactUnreadable) return undefined;
    throw error;
  }
}
