import type { Cluster } from '../ports';
import { inClusterAccess } from './in-cluster';
import { readKubeconfig } from './kubeconfig';
import { KubernetesCluster, type ClusterOptions } from './kubernetes-cluster';

export type ClusterSource = { readonly kubeconfig: string } | { readonly inCluster: { readonly host: string; readonly port: string } };

/** A cluster by kubeconfig or from inside a pod. Rejects with `ClusterAccessError`; does not call the cluster yet. */
export async function connectCluster(source: ClusterSource, options: ClusterOptions = {}): Promise<Cluster> {
  const access = 'kubeconfig' in source ? await readKubeconfig(source.kubeconfig) : await inClusterAccess(source.inCluster.host, source.inCluster.port);
  return new KubernetesCluster(access, options);
}
