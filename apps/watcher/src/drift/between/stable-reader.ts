import { isDeployment, selectorText, type Cluster, type Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';

/** A Deployment with the ReplicaSets that its selector finds, with their templates. */
export interface DeploymentWithSets {
  readonly deployment: Deployment | undefined;
  readonly replicaSets: readonly KubeObject[];
}

/** Reads the Deployment and then its ReplicaSets live. Safe to retry. */
export async function readWithSets(
  cluster: Pick<Cluster, 'get' | 'list'>, namespace: string, name: string,
): Promise<DeploymentWithSets> {
  const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
  if (!found || !isDeployment(found)) return { deployment: undefined, replicaSets: [] };
  const labels = selectorText(found.spec.selector);
  return { deployment: found, replicaSets: await cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }) };
}
