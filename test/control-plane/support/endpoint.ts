export interface DataPlanePrograms {
  /** Folder of contour, envoy and crds. */
  readonly assets: string;
  /** The kubeconfig of a separate user for Contour, with all permissions; the audit log omits its requests. */
  readonly kubeconfig: string;
}

/** The Kubernetes control plane on which a spec file runs. */
export interface Endpoint {
  /** The kubeconfig of a user with all permissions. */
  readonly kubeconfig: string;
  /** Whether pods run with their own addresses. */
  readonly pods: boolean;
  /**
   * Folder of the servers' programs, possibly with kubectl. This and the following fields are absent for a given
   * cluster.
   */
  readonly assets?: string;
  readonly etcdUrl?: string;
  readonly auditLog?: string;
  /** Programs of the data plane; absent if they or the pods' addresses are missing. */
  readonly dataPlane?: DataPlanePrograms;
  /** URL at which specs stop and start the API server. */
  readonly controlUrl?: string;
}

export const VARIABLE = 'ALLOY_CONTROL_PLANE';

/** Parses the variable, which has one endpoint for each worker of Jest; workers are numbered from 1. */
export const endpointOf = (text: string, worker = '1'): Endpoint => (JSON.parse(text) as readonly Endpoint[])[Number(worker) - 1]!;
