import type { Bundle } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { isClusterError } from '../errors';
import { isDeployment } from '../json';
import type { Cluster } from '../ports';
import { requiredReferences, type Reference } from '../references';

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
  return absentOf(cluster, namespace, requiredReferences(deployment.spec.template).filter(({ kind, name }) => !own.has(`${kind}/${name}`)));
}

/** Those that do not exist. An object that the client may not read counts as present. Safe to retry. */
export async function absentOf(
  cluster: Pick<Cluster, 'get'>, namespace: string, references: readonly Reference[],
): Promise<readonly Reference[]> {
  const asked = references.slice(0, MOST);
  const found = await Promise.all(asked.map(async ({ kind, name }) => {
    try {
      return (await cluster.get({ apiVersion: 'v1', kind, namespace, name })) !== undefined;
    } catch (error) {
      if (isClusterError(error, 'forbidden')) return true;
      throw error;
    }
  }));
  return asked.filter((_, i) => !found[i]);
}
