import { z } from 'zod';
import type { Cluster } from '../ports';
import type { ClusterSource } from './kube-config';
import type { ClusterOptions } from './kubernetes-cluster';

/** What a service reads from its environment to reach its cluster. */
export const clusterSettings = {
  /** Path of the kubeconfig, or `in-cluster`; never KUBECONFIG, so that nobody releases to production by accident. */
  ALLOY_KUBECONFIG: z.string().min(1),
  /** URL of a proxy for a kubeconfig that names none by `proxy-url`. */
  HTTPS_PROXY: z.string().optional(),
  /** What is called without that proxy, by commas. */
  NO_PROXY: z.string().optional(),
};
type ClusterSettings = z.output<z.ZodObject<typeof clusterSettings>>;

export const clusterSourceOf = ({ ALLOY_KUBECONFIG, HTTPS_PROXY, NO_PROXY }: ClusterSettings): ClusterSource => ({ kubeconfig: ALLOY_KUBECONFIG, httpsProxy: HTTPS_PROXY, noProxy: NO_PROXY });

/** A cluster by kubeconfig or from inside a pod. Rejects with `ClusterAccessError`; does not call the cluster yet. */
export async function connectCluster(source: ClusterSource, options: ClusterOptions = {}): Promise<Cluster> {
  // Loaded by processes that connect to a cluster only: client-node is large.
  const [{ ClusterAccess }, { loadKubeConfig }, { KubernetesCluster }] = await Promise.all([import('./cluster-access.js'), import('./kube-config.js'), import('./kubernetes-cluster.js')]);
  return new KubernetesCluster(new ClusterAccess(() => loadKubeConfig(source)), options);
}
