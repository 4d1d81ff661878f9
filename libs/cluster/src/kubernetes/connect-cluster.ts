import { z } from 'zod';
import type { Cluster } from '../ports';
import type { ClusterSource } from './kube-config';
import type { ClusterOptions } from './kubernetes-cluster';

/** The environment variables of a service that configure its access to the cluster. */
export const clusterSettings = {
  /**
   * Path of the kubeconfig, or `in-cluster`. Alloy ignores KUBECONFIG, so that a user does not release to production by
   * accident.
   */
  ALLOY_KUBECONFIG: z.string().min(1),
  /** URL of the proxy for a kubeconfig without `proxy-url`. */
  HTTPS_PROXY: z.string().optional(),
  /** Hosts that are called without that proxy, separated by commas. */
  NO_PROXY: z.string().optional(),
};
type ClusterSettings = z.output<z.ZodObject<typeof clusterSettings>>;

export const clusterSourceOf = ({ ALLOY_KUBECONFIG, HTTPS_PROXY, NO_PROXY }: ClusterSettings): ClusterSource => ({
  kubeconfig: ALLOY_KUBECONFIG,
  httpsProxy: HTTPS_PROXY,
  noProxy: NO_PROXY,
});

/**
 * Creates the client of a cluster from a kubeconfig, or from the service account of a pod. Rejects with
 * `ClusterAccessError`. Does not call the cluster.
 */
export async function connectCluster(source: ClusterSource, options: ClusterOptions = {}): Promise<Cluster> {
  // client-node is large, so only processes that connect to a cluster load it.
  const [{ ClusterAccess }, { loadKubeConfig }, { KubernetesCluster }] = await Promise.all([
    import('./cluster-access.js'),
    import('./kube-config.js'),
    import('./kubernetes-cluster.js'),
  ]);
  return new KubernetesCluster(new ClusterAccess(() => loadKubeConfig(source)), options);
}
