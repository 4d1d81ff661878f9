import type { Bundle } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { isClusterError } from '../errors';
import { isDeployment } from '../json';
import type { Cluster } from '../ports';
import { requiredReferences } from '../references';

/** Maximum number of objects to look for. */
const MOST = 50;

/**
 * The ConfigMaps and Secrets that the pods need and that exist neither in the bundle nor in the namespace. An object
 * that the client may not read counts as present. Safe to retry.
 */
export async function missingReferences(
  cluster: Pick<Cluster, 'get'>, namespace: string, { objects, workload }: Bundle,
): Promise<NonNullable<Payloads['TargetInspected']['missing']>> {
  const deployment = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === workload);
  if (!deployment || !isDeployment(deployment)) return [];
  const own = new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const foreign = requiredReferences(deployment.spec.template).filter(({ kind, name }) => !own.has(`${kind}/${name}`)).slice(0, MOST);
  const found = await Promise.all(foreign.map(async ({ kind, name }) => {
    try {
      return (await cluster.get({ apiVersion: 'v1', kind, namespace, name })) !== undefined;
    } catch (error) {
      if (isClusterError(error, 'forbidden')) return true;
      throw error;
    }
  }));
  return foreign.filter((_, i) => !found[i]);
}
