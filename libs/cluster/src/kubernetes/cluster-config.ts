import { z } from 'zod';
import type { ClusterSource } from './connect-cluster';

/** What a service reads from its environment to reach its cluster. */
export const clusterConfig = {
  /** Path of the kubeconfig, or `in-cluster`; never KUBECONFIG, so that nobody releases to production by accident. */
  ALLOY_KUBECONFIG: z.string().min(1),
  /** Set by Kubernetes in every pod; used by `in-cluster`. */
  KUBERNETES_SERVICE_HOST: z.string().min(1).optional(),
  KUBERNETES_SERVICE_PORT: z.string().min(1).default('443'),
};

interface ClusterConfig {
  readonly ALLOY_KUBECONFIG: string;
  readonly KUBERNETES_SERVICE_HOST?: string | undefined;
  readonly KUBERNETES_SERVICE_PORT: string;
}

const IN_CLUSTER = 'in-cluster';

/** For `refine`, with `notInAPod`. */
export const hasCluster = ({ ALLOY_KUBECONFIG, KUBERNETES_SERVICE_HOST }: ClusterConfig): boolean => ALLOY_KUBECONFIG !== IN_CLUSTER || KUBERNETES_SERVICE_HOST !== undefined;
export const notInAPod = { path: ['ALLOY_KUBECONFIG'], message: 'is in-cluster, but this is not a pod' };

/** Where the cluster is. */
export const clusterSourceOf = ({ ALLOY_KUBECONFIG, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT }: ClusterConfig): ClusterSource =>
  ALLOY_KUBECONFIG === IN_CLUSTER ? { inCluster: { host: KUBERNETES_SERVICE_HOST!, port: KUBERNETES_SERVICE_PORT } } : { kubeconfig: ALLOY_KUBECONFIG };
